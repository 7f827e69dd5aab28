//! Links: their host, its registrable domain, and the address without what is of one visit.

use std::borrow::Cow;

use super::{MAX_TERM_LENGTH, MAX_URL_LENGTH};
use crate::event::mask_text;

/// Returns the host of a URL of the web, or of a link that is given by its host, in lower case and
/// without user information and port.
pub fn link_host(link: &str) -> Option<Box<str>> {
    let link = link.trim();
    match link.split_once("://") {
        Some((scheme, rest)) => is_web(scheme).then(|| host(rest)).flatten(),
        None => host(link),
    }
}

/// Returns the registrable domain of a host by the public suffix list, or the host itself where it
/// has none: an address, or a name of a local network.
pub fn link_domain(host: &str) -> Option<Box<str>> {
    let is_name = !host.starts_with('[') && host.contains(|c: char| c.is_alphabetic());
    let domain = is_name.then(|| psl::domain_str(host)).flatten();
    Some(domain.unwrap_or(host).into())
}

/// Returns a URL of the web without user information, query and fragment, its host in lower case;
/// `None` for what is too long, and for a path that looks as if it held a secret.
pub fn link_url(url: &str) -> Option<Box<str>> {
    let url = url.trim();
    let (scheme, rest) = url.split_once("://").filter(|(scheme, _)| is_web(scheme))?;
    let rest = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let place = authority.rsplit('@').next()?.to_lowercase();
    host(&place)?;
    let (scheme, path) = (scheme.to_ascii_lowercase(), path.trim_end_matches('/'));
    let url = format!("{scheme}://{place}{path}");
    let is_plain = !url.contains(|c: char| c.is_whitespace() || c.is_control());
    let fits = is_plain && url.len() <= MAX_URL_LENGTH;
    (fits && matches!(mask_text(&url), Cow::Borrowed(_))).then(|| url.into())
}

fn host(rest: &str) -> Option<Box<str>> {
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = if host.starts_with('[') {
        &host[..=host.find(']')?]
    } else {
        host.split(':').next()?.trim_end_matches('.')
    };
    let fits = !host.is_empty() && host.len() <= MAX_TERM_LENGTH && host.chars().all(is_host_char);
    fits.then(|| host.to_lowercase().into())
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

fn is_host_char(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':')
    } else {
        !c.is_whitespace() && !c.is_control()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_worked_by_hand() {
        for (raw, host) in [
            (
                "https://GitHub.com/nself-org/nchat?tab=readme#top",
                Some("github.com"),
            ),
            ("http://www.example.com", Some("www.example.com")),
            (
                "https://user:secret@example.com:8443/x",
                Some("example.com"),
            ),
            ("HTTP://EXAMPLE.COM.", Some("example.com")),
            ("http://[2001:DB8::1]:80/", Some("[2001:db8::1]")),
            ("https://bücher.example/x", Some("bücher.example")),
            ("example.com", Some("example.com")),
            ("example.com:80/x", Some("example.com")),
            ("http://localhost:3106", Some("localhost")),
            ("ftp://example.com", None),
            ("https://", None),
            ("https://two words", None),
            ("", None),
        ] {
            assert_eq!(link_host(raw).as_deref(), host, "{raw}");
        }
    }

    #[test]
    fn domains_worked_by_hand() {
        for (host, domain) in [
            ("github.com", "github.com"),
            ("docs.example.co.uk", "example.co.uk"),
            ("someone.github.io", "someone.github.io"),
            ("a.b.someone.github.io", "someone.github.io"),
            ("127.0.0.1", "127.0.0.1"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(link_domain(host).as_deref(), Some(domain), "{host}");
        }
    }

    #[test]
    fn urls_worked_by_hand() {
        let long = format!("https://example.com/{}", "x".repeat(MAX_URL_LENGTH));
        for (raw, url) in [
            (
                "HTTPS://User:Secret@Example.COM:8443/Docs/Page/?q=1#part",
                Some("https://example.com:8443/Docs/Page"),
            ),
            ("http://example.com", Some("http://example.com")),
            ("http://example.com/#/page", Some("http://example.com")),
            ("http://example.com?q=a/b", Some("http://example.com")),
            (
                "https://example.com/reset/ghp_abcdefghijklmnopqrstuvwxyz0123456789",
                None,
            ),
            ("https://example.com/mail/someone@example.org", None),
            ("ftp://example.com/x", None),
            ("example.com/x", None),
            (&long, None),
        ] {
            assert_eq!(link_url(raw).as_deref(), url, "{raw}");
        }
    }
}
