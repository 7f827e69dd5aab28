//! Cookies: the one of the session, and those in which nChat keeps its tokens.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time::Duration};
use serde_json::Value;

use crate::auth::{AuthError, Fault};

/// The cookie of a session.
pub(super) const NAME: &str = "nchat_analytics_session";
/// Where it is sent to.
const PATH: &str = "/admin/analytics";
/// Cookies in which nChat and its sign-in service keep a token, as it is or within JSON.
const OF_THE_CHAT: [&str; 3] = ["nchat-session", "nhostSession", "nhost-session"];
/// Where such JSON holds it.
const TOKEN: [&str; 4] = [
    "/accessToken",
    "/access_token",
    "/session/accessToken",
    "/token",
];

fn all(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    let values = headers.get_all(header::COOKIE).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse_encoded)
        .flatten()
}

/// Returns the secret of the session, if one is sent. Two are refused: one of them would be from
/// somebody who can set cookies for this host, and nobody knows which.
pub(super) fn session(headers: &HeaderMap) -> Result<Option<String>, AuthError> {
    let mut found = all(headers).filter(|cookie| cookie.name() == NAME);
    let secret = found.next().map(|cookie| cookie.value().to_owned());
    if found.next().is_some() {
        return Err(Fault::Repeated.into());
    }
    Ok(secret.filter(|secret| !secret.is_empty()))
}

/// Returns what may be a token in the cookies of the chat.
pub(super) fn tokens_of_the_chat(headers: &HeaderMap) -> Vec<String> {
    let named = |name: &str| {
        let mut cookies = all(headers);
        cookies.find(|cookie| cookie.name() == name)
    };
    OF_THE_CHAT
        .into_iter()
        .filter_map(named)
        .filter_map(|cookie| token(cookie.value()))
        .collect()
}

fn token(text: &str) -> Option<String> {
    let is_token = |text: &str| text.split('.').count() == 3;
    if !text.starts_with('{') {
        return is_token(text).then(|| text.to_owned());
    }
    let json: Value = serde_json::from_str(text).ok()?;
    let token = TOKEN
        .iter()
        .find_map(|place| json.pointer(place)?.as_str())?;
    is_token(token).then(|| token.to_owned())
}

/// Returns the header that gives the browser the secret of a session, for so many seconds.
pub(super) fn set(secret: &str, seconds: i64, is_secure: bool) -> HeaderValue {
    write(secret, seconds, is_secure)
}

/// Returns the header that takes it away.
pub(super) fn clear() -> HeaderValue {
    write("", 0, false)
}

fn write(secret: &str, seconds: i64, is_secure: bool) -> HeaderValue {
    let cookie = Cookie::build((NAME, secret))
        .path(PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(is_secure)
        .max_age(Duration::seconds(seconds))
        .build();
    // A secret has letters, digits, `-` and `_` only.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookies in cookies {
            headers.append(header::COOKIE, cookies.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_session_has_one_cookie() {
        let session = |cookies: &[&str]| session(&headers(cookies)).map_err(|_refused| ());
        assert_eq!(session(&[]), Ok(None));
        assert_eq!(session(&["other=1; nchat_analytics_session="]), Ok(None));
        let mine = "a=b; nchat_analytics_session=secret; c=d";
        assert_eq!(session(&[mine]), Ok(Some("secret".to_owned())));
        assert_eq!(session(&[mine, "nchat_analytics_session=tossed"]), Err(()));
        let tossed = "nchat_analytics_session=tossed; nchat_analytics_session=secret";
        assert_eq!(session(&[tossed]), Err(()));
    }

    #[test]
    fn tokens_are_found_as_they_are_and_within_json() {
        let of = |cookie: &str| tokens_of_the_chat(&headers(&[cookie]));
        for cookie in [
            "nchat-session=a.b.c",
            "nhostSession=%7B%22accessToken%22%3A%22a.b.c%22%2C%22refreshToken%22%3A%22r%22%7D",
            r#"nhost-session={"session":{"accessToken":"a.b.c"}}"#,
        ] {
            assert_eq!(of(cookie), ["a.b.c"], "{cookie}");
        }
        for cookie in [
            "nchat-session=a.b",
            r#"nchat-session={"id":"ada","role":"owner"}"#,
            "nchat-session={",
            "session=a.b.c",
        ] {
            assert!(of(cookie).is_empty(), "{cookie}");
        }
        assert_eq!(
            of("nhostSession=d.e.f; nchat-session=a.b.c"),
            ["a.b.c", "d.e.f"]
        );
    }

    #[test]
    fn no_script_and_no_other_page_gets_the_cookie() {
        assert_eq!(
            set("secret", 60, true),
            "nchat_analytics_session=secret; HttpOnly; SameSite=Strict; Secure; Path=/admin/analytics; Max-Age=60"
        );
        assert_eq!(
            clear(),
            "nchat_analytics_session=; HttpOnly; SameSite=Strict; Path=/admin/analytics; Max-Age=0"
        );
    }
}
