//! Where a request comes from, as far as that can be believed.
//!
//! 1. Who connects is believed. If it is no listed proxy and sends no header of a proxy, it is the
//!    client.
//! 2. A listed proxy is believed about whom it speaks for: the last hop of `X-Forwarded-For`; and if
//!    that is a listed proxy, about the hop before, and so on. A listed proxy that names nobody is
//!    the client itself.
//! 3. Whatever is claimed beyond that leaves the client unknown. TRICKY: an address that speaks for
//!    another one and is not listed must not be taken for the client, however private it is: a proxy
//!    in the private network that serves the public would lend its address to every stranger.

use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::IpNet;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress {
    /// The farthest address that is believed.
    pub address: IpAddr,
    /// Whether that address speaks for somebody else, who is not known.
    pub speaks_for_others: bool,
}

/// Headers by which a proxy says whom it speaks for, beside all that begin with `x-forwarded`.
const HEADERS_OF_PROXIES: [&str; 10] = [
    "forwarded",
    "x-real-ip",
    "via",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-forwarded-for",
    "x-envoy-external-address",
    "true-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
];

impl ClientAddress {
    /// Returns where a request of `peer` comes from.
    pub(super) fn of(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Self {
        let listed = |address: &IpAddr| proxies.iter().any(|net| net.contains(address));
        let values: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        let hops = values.iter().flat_map(|value| value.split(',')).rev();

        let mut address = peer.to_canonical();
        let mut speaks_for_others = values.is_empty() && is_forwarded(headers);
        for hop in hops {
            let before = listed(&address).then(|| parse_hop(hop)).flatten();
            let Some(before) = before else {
                speaks_for_others = true;
                break;
            };
            address = before;
        }
        Self {
            address,
            speaks_for_others,
        }
    }

    /// Returns whether the client is known to be on this machine or in a private network.
    pub(super) fn is_within(self) -> bool {
        !self.speaks_for_others && is_private(self.address)
    }
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| {
        let name = name.as_str();
        name.starts_with("x-forwarded") || HEADERS_OF_PROXIES.contains(&name)
    })
}

/// Reads an address that may have a port.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = match hop.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0.parse().ok()?,
        None => hop.parse().ok().or_else(|| {
            let (address, port) = hop.rsplit_once(':')?;
            port.parse::<u16>().ok()?;
            address.parse::<std::net::Ipv4Addr>().ok().map(IpAddr::V4)
        })?,
    };
    Some(address.to_canonical())
}

pub(super) fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}
