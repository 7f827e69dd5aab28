//! Addresses: where to listen, whom to believe, which pages may call.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::{Describe, Kind, Refusal, parts};

/// An address of this machine to listen on.
pub struct ListenAddress;

/// An address of this machine to listen on.
pub const LISTEN_ADDRESS: ListenAddress = ListenAddress;

impl Describe for ListenAddress {
    fn accepts(&self) -> String {
        "an address of this machine: `::` or `0.0.0.0` for every interface, `127.0.0.1` or \
         `localhost` for none but its own"
            .to_owned()
    }
}

impl Kind for ListenAddress {
    type Value = IpAddr;

    fn parse(&self, text: &str) -> Result<IpAddr, Refusal> {
        match text {
            "*" => Ok(Ipv6Addr::UNSPECIFIED.into()),
            _ if text.eq_ignore_ascii_case("localhost") => Ok(Ipv4Addr::LOCALHOST.into()),
            _ => {
                let bare = text
                    .strip_prefix('[')
                    .and_then(|rest| rest.strip_suffix(']'));
                bare.unwrap_or(text).parse().map_err(|_| Refusal::default())
            }
        }
    }

    fn show(&self, value: &IpAddr) -> String {
        value.to_string()
    }
}

/// A list of networks.
pub struct Networks;

/// A list of networks.
pub const NETWORKS: Networks = Networks;

impl Describe for Networks {
    fn accepts(&self) -> String {
        "a list of addresses and networks like `127.0.0.1,10.0.0.0/8,fd00::/8`".to_owned()
    }
}

impl Kind for Networks {
    type Value = Vec<IpNet>;

    fn parse(&self, text: &str) -> Result<Vec<IpNet>, Refusal> {
        parts(text)
            .enumerate()
            .map(|(place, part)| {
                let net = part
                    .parse()
                    .or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
                net.map(|net: IpNet| net.trunc())
                    .map_err(|_| refused_part(place))
            })
            .collect()
    }

    fn absent(&self) -> Option<Vec<IpNet>> {
        Some(Vec::new())
    }

    fn show(&self, value: &Vec<IpNet>) -> String {
        let one = |net: &IpNet| {
            let single = net.prefix_len() == net.max_prefix_len();
            if single {
                net.addr().to_string()
            } else {
                net.to_string()
            }
        };
        value.iter().map(one).collect::<Vec<_>>().join(",")
    }
}

/// A list of web origins, or `*` for all of them.
pub struct Origins;

/// A list of web origins.
pub const ORIGINS: Origins = Origins;

impl Describe for Origins {
    fn accepts(&self) -> String {
        "a list of web origins like `https://chat.example.org`, or `*` for every one".to_owned()
    }
}

impl Kind for Origins {
    type Value = Vec<String>;

    fn parse(&self, text: &str) -> Result<Vec<String>, Refusal> {
        if text == "*" {
            return Ok(vec![text.to_owned()]);
        }
        parts(text)
            .enumerate()
            .map(|(place, part)| origin(part).ok_or_else(|| refused_part(place)))
            .collect()
    }

    fn absent(&self) -> Option<Vec<String>> {
        Some(Vec::new())
    }

    fn show(&self, value: &Vec<String>) -> String {
        value.join(",")
    }
}

/// Returns an origin as browsers send it: lower case, without a slash or the scheme's own port;
/// `None` when the text is none.
pub fn origin(text: &str) -> Option<String> {
    let url = ::url::Url::parse(text).ok()?;
    let bare = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    bare.then(|| url.origin().ascii_serialization())
}

fn refused_part(place: usize) -> Refusal {
    Refusal::hint(format!("Part {} of the list is none.", place + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listen_addresses() {
        let parsed = |text| {
            LISTEN_ADDRESS
                .parse(text)
                .map(|address| address.to_string())
        };
        for (text, address) in [
            ("::", "::"),
            ("[::1]", "::1"),
            ("*", "::"),
            ("localhost", "127.0.0.1"),
        ] {
            assert_eq!(parsed(text), Ok(address.to_owned()));
        }
        assert!(parsed("analytics.example.org").is_err());
        assert!(parsed("0.0.0.0:3106").is_err());
    }

    #[test]
    fn networks_are_addresses_or_ranges() {
        let networks = NETWORKS.parse("127.0.0.1, 10.1.2.3/8,fd00::/8").unwrap();
        assert_eq!(NETWORKS.show(&networks), "127.0.0.1,10.0.0.0/8,fd00::/8");
        assert!(
            NETWORKS
                .parse("10.0.0.0/33")
                .unwrap_err()
                .hint
                .unwrap()
                .contains("Part 1 of the list")
        );
    }

    #[test]
    fn origins_are_kept_as_browsers_send_them() {
        let origins = ORIGINS
            .parse("https://Chat.Example.org:443/, http://localhost:3000")
            .unwrap();
        assert_eq!(
            origins,
            ["https://chat.example.org", "http://localhost:3000"]
        );
        assert_eq!(ORIGINS.parse("*").unwrap(), ["*"]);
        for bad in [
            "chat.example.org",
            "https://a/b",
            "ftp://a",
            "https://u:p@a",
            "https://a,*",
        ] {
            assert!(ORIGINS.parse(bad).is_err(), "{bad}");
        }
    }
}
