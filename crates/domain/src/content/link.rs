//! Hosts of links.

use super::MAX_TERM_LENGTH;

/// Returns the host of an `http` or `https` URL, lower case, without user information and port.
pub(super) fn url_host(url: &str) -> Option<Box<str>> {
    let (scheme, rest) = url.split_once("://")?;
    is_web(scheme).then(|| host(rest)).flatten()
}

/// Returns the host of a link that a source found: a URL or only its host.
pub(super) fn normal(raw: &str) -> Option<Box<str>> {
    let raw = raw.trim();
    if raw.contains("://") {
        url_host(raw)
    } else {
        host(raw)
    }
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
            assert_eq!(normal(raw).as_deref(), host, "{raw}");
        }
    }
}
