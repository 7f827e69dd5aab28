//! Whether a page of this service sent a request.
//!
//! 1. Browsers say it: `Sec-Fetch-Site` is `same-origin`, and nothing else counts.
//! 2. Where they do not, which is so without TLS, the `Origin` is the host that was called.
//! 3. Where there is no `Origin` either, as with `GET`, the page in `Referer` is on that host.
//!
//! No page can set one of these headers for another one.

use axum::http::{HeaderMap, HeaderName, header, uri::Authority};
use url::Url;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Returns whether a page of this service sent the request.
pub(super) fn is_own(headers: &HeaderMap) -> bool {
    if headers.contains_key(SEC_FETCH_SITE) {
        return only(headers, &SEC_FETCH_SITE) == Some("same-origin");
    }
    let page = if headers.contains_key(header::ORIGIN) {
        only(headers, &header::ORIGIN)
    } else {
        only(headers, &header::REFERER)
    };
    page.and_then(|page| Url::parse(page).ok())
        .is_some_and(|page| is_on_called_host(&page, headers))
}

/// Returns whether the browser reaches this service by TLS.
pub(super) fn is_secure(headers: &HeaderMap) -> bool {
    let is_https = |value: &str| value.eq_ignore_ascii_case("https");
    let scheme = only(headers, &header::ORIGIN).and_then(|origin| origin.split("://").next());
    // Whoever claims it and has none loses their own cookie.
    let forwarded = only(headers, &HeaderName::from_static("x-forwarded-proto"))
        .and_then(|schemes| schemes.split(',').next());
    scheme.is_some_and(is_https) || forwarded.map(str::trim).is_some_and(is_https)
}

/// Returns the value of a header that stands once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn is_on_called_host(page: &Url, headers: &HeaderMap) -> bool {
    let is_called = |name: &HeaderName| {
        let called = only(headers, name).and_then(|host| host.parse::<Authority>().ok());
        called.is_some_and(|called| {
            let is_host = page
                .host_str()
                .is_some_and(|host| host.eq_ignore_ascii_case(called.host()));
            let is_port = match called.port_u16() {
                Some(port) => page.port_or_known_default() == Some(port),
                None => page.port().is_none(),
            };
            is_host && is_port
        })
    };
    matches!(page.scheme(), "http" | "https")
        && (is_called(&header::HOST) || is_called(&FORWARDED_HOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_a_page_of_this_service_is_its_own() {
        let host = ("host", "chat.example");
        for own in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            &[host, ("origin", "https://chat.example")],
            &[host, ("origin", "https://CHAT.example:443")],
            &[
                ("host", "chat.example:443"),
                ("origin", "https://chat.example"),
            ],
            &[
                ("host", "10.0.0.7:3106"),
                ("origin", "http://10.0.0.7:3106"),
            ],
            &[("host", "[::1]:3106"), ("origin", "http://[::1]:3106")],
            &[
                host,
                (
                    "referer",
                    "https://chat.example/admin/analytics/users?period=7d",
                ),
            ],
            &[
                ("host", "analytics:3106"),
                ("x-forwarded-host", "chat.example"),
                ("origin", "https://chat.example"),
            ],
        ] {
            assert!(is_own(&headers(own)), "{own:?}");
        }
        for foreign in [
            &[][..],
            &[host],
            &[
                ("sec-fetch-site", "none"),
                host,
                ("origin", "https://chat.example"),
            ],
            &[
                ("sec-fetch-site", "same-site"),
                host,
                ("origin", "https://chat.example"),
            ],
            &[
                ("sec-fetch-site", "cross-site"),
                host,
                ("referer", "https://chat.example/"),
            ],
            &[
                ("sec-fetch-site", "same-origin"),
                ("sec-fetch-site", "cross-site"),
            ],
            &[host, ("origin", "null")],
            &[host, ("origin", "https://evil.example")],
            &[host, ("origin", "https://chat.example.evil.example")],
            &[host, ("origin", "https://chat.example@evil.example")],
            &[host, ("origin", "https://chat.example:8443")],
            &[
                host,
                ("origin", "https://evil.example"),
                ("referer", "https://chat.example/"),
            ],
            &[
                host,
                ("origin", "https://chat.example"),
                ("origin", "https://evil.example"),
            ],
            &[
                host,
                ("referer", "https://evil.example/https://chat.example/"),
            ],
            &[host, ("origin", "ftp://chat.example")],
            &[
                ("host", "chat.example:3106"),
                ("origin", "http://chat.example"),
            ],
        ] {
            assert!(!is_own(&headers(foreign)), "{foreign:?}");
        }
    }

    #[test]
    fn tls_is_what_the_browser_sees() {
        for (pairs, expected) in [
            (&[("origin", "https://chat.example")][..], true),
            (&[("origin", "http://localhost:3106")], false),
            (&[("x-forwarded-proto", "https, http")], true),
            (&[("x-forwarded-proto", "http")], false),
            (&[], false),
        ] {
            assert_eq!(is_secure(&headers(pairs)), expected, "{pairs:?}");
        }
    }
}
