//! Names the service is called by, where a private address is credential enough.
//!
//! A page of the Internet may have its own name point to a private address after it was loaded, and
//! then reads what the service answers there, as a page of the same origin. The browser sends that
//! name as `Host`, so only names that no stranger can have are answered:
//!
//! 1. Private and loopback addresses, which are no names at all.
//! 2. Names without a dot, such as `localhost` or `analytics`: nobody can register one, and the
//!    networks of containers give them out.
//! 3. Names below `localhost` and `internal`, which are reserved for this machine and private networks.
//! 4. What the operator lists.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, header, uri::Authority};

use super::peer::is_private;

/// Where proxies keep the name that they were called by, when they change `Host`.
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
/// What only names that are reserved end with.
const RESERVED: [&str; 2] = [".localhost", ".internal"];

/// Names the service is called by.
pub(super) struct Hosts(Vec<String>);

impl Hosts {
    /// Returns the names everybody has and these.
    pub(super) fn new(listed: impl Iterator<Item = String>) -> Self {
        Self(listed.map(|name| name.to_ascii_lowercase()).collect())
    }

    /// Returns whether every name in the headers is one the service is called by. Without `Host` no
    /// browser sent the request.
    pub(super) fn allow(&self, headers: &HeaderMap) -> bool {
        let hosts = headers.get_all(header::HOST).iter();
        hosts
            .chain(headers.get_all(FORWARDED_HOST).iter())
            .all(|host| host.to_str().is_ok_and(|host| self.allows(host)))
    }

    fn allows(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else {
            return false;
        };
        let name = authority.host().to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        let address = name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(name);
        if let Ok(address) = address.parse::<IpAddr>() {
            return is_private(address);
        }
        // What stands before an `@` would be no part of the name.
        !host.contains('@')
            && (!name.contains('.')
                || RESERVED.iter().any(|end| name.ends_with(end))
                || self.0.iter().any(|listed| listed == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_no_stranger_can_have_are_allowed() {
        let hosts = Hosts::new(["Analytics.Example.org".to_owned()].into_iter());
        let allows = |name: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, name.parse().unwrap());
            hosts.allow(&headers)
        };
        for name in [
            "localhost",
            "LocalHost:3106",
            "localhost.",
            "127.0.0.1:3106",
            "127.9.9.9",
            "[::1]:3106",
            "10.0.0.7",
            "192.168.1.4:80",
            "[fd00::5]",
            "analytics:3106",
            "plugin-analytics",
            "nchat_plugin-analytics:3106",
            "host.docker.internal:3106",
            "app.localhost",
            "analytics.example.org",
            "ANALYTICS.example.org.:443",
        ] {
            assert!(allows(name), "{name}");
        }
        for name in [
            "evil.example",
            "evil.example:3106",
            "localhost.evil.example",
            "analytics.evil.example",
            "analytics.example.org.evil.example",
            "127.0.0.1.nip.io",
            "203.0.113.5",
            "[2001:db8::1]",
            "0.0.0.0",
            "evil.example@localhost",
            "localhost@evil.example",
            "evilinternal.example",
            "a b",
            "",
        ] {
            assert!(!allows(name), "{name}");
        }
    }

    #[test]
    fn every_name_counts_and_none_is_no_browser() {
        let hosts = Hosts::new(std::iter::empty());
        let mut headers = HeaderMap::new();
        assert!(hosts.allow(&headers));
        headers.append(header::HOST, "localhost".parse().unwrap());
        assert!(hosts.allow(&headers));
        headers.append(header::HOST, "evil.example".parse().unwrap());
        assert!(!hosts.allow(&headers));
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "analytics:3106".parse().unwrap());
        headers.insert(FORWARDED_HOST, "evil.example".parse().unwrap());
        assert!(!hosts.allow(&headers));
    }
}
