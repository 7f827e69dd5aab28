//! Callers without a credential.

use proptest::prelude::*;
use store::meta::Access;

use super::*;
use crate::auth::{ClientAddress, Credential};

async fn trusts(world: &World, request: &Request) -> bool {
    match world.ask(request).await {
        Ok(caller) => {
            assert_eq!(caller.by, Credential::TrustedNetwork);
            true
        }
        Err(AuthError::Missing) => false,
        Err(other) => panic!("{other:?}"),
    }
}

fn with_proxies(proxies: &str) -> World {
    World::new(&[TRUSTED_NETWORK, ("ANALYTICS_TRUSTED_PROXIES", proxies)])
}

#[tokio::test]
async fn a_private_address_is_enough_in_a_trusted_network_only() {
    let required = World::new(&[]);
    let trusting = World::new(&[TRUSTED_NETWORK]);
    let private = [
        "127.0.0.1",
        "127.8.9.1",
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
    ];
    let public = [
        "9.255.255.255",
        "11.0.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.167.255.255",
        "192.169.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "203.0.113.1",
        "::",
        "2001:db8::1",
        "fec0::1",
        "::ffff:203.0.113.1",
        "::10.0.0.1",
        "64:ff9b::10.0.0.1",
    ];
    for (peers, trusted) in [(&private[..], true), (&public[..], false)] {
        for peer in peers {
            assert_eq!(
                trusts(&trusting, &request().from(peer)).await,
                trusted,
                "{peer}"
            );
            assert!(!trusts(&required, &request().from(peer)).await, "{peer}");
        }
    }
}

#[tokio::test]
async fn the_trusted_network_does_everything_and_sees_no_addresses() {
    for (expose, sees_email) in [("false", false), ("true", true)] {
        let world = World::new(&[TRUSTED_NETWORK, ("ANALYTICS_EXPOSE_EMAIL", expose)]);
        let caller = world.ask(&request().from("10.0.0.1")).await.unwrap();
        let expected = Caller {
            access: Access::Admin,
            workspace: WorkspaceId::default(),
            by: Credential::TrustedNetwork,
            sees_email,
            sees_every_workspace: true,
            kinds: Vec::new(),
        };
        assert_eq!(caller, expected);
    }
}

#[tokio::test]
async fn a_request_that_anybody_forwarded_is_not_trusted() {
    let world = World::new(&[TRUSTED_NETWORK]);
    for (header, value) in [
        ("x-forwarded-for", "10.0.0.7"),
        ("x-forwarded-for", ""),
        ("x-forwarded-host", "chat.example.org"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "for=10.0.0.7"),
        ("x-real-ip", "10.0.0.7"),
        ("via", "1.1 proxy"),
        ("cf-connecting-ip", "10.0.0.7"),
    ] {
        let request = request().from("10.0.0.1").with(header, value);
        assert!(!trusts(&world, &request).await, "{header}");
    }
}

#[tokio::test]
async fn a_listed_proxy_is_believed_about_the_hop_before_it() {
    let world = with_proxies("10.0.0.1,172.18.0.0/16,fd00::5");
    for (peer, forwarded, trusted) in [
        // It forwards for somebody in the network, or for a stranger.
        ("10.0.0.1", "192.168.1.4", true),
        ("::ffff:10.0.0.1", "192.168.1.4", true),
        ("fd00::5", "[fd00::9]:4711", true),
        ("10.0.0.1", "192.168.1.4:4711", true),
        ("10.0.0.1", "::ffff:192.168.1.4", true),
        ("10.0.0.1", "203.0.113.5", false),
        // What a stranger claims stands left of them.
        ("10.0.0.1", "192.168.1.4, 203.0.113.5", false),
        // Several proxies, all of them listed.
        ("10.0.0.1", "192.168.1.4, 172.18.0.2,172.18.0.3", true),
        ("10.0.0.1", "203.0.113.5, 172.18.0.2", false),
        // A private address that is not listed speaks for somebody.
        ("10.0.0.1", "203.0.113.5, 192.168.1.4", false),
        ("10.0.0.1", "10.0.0.9, 192.168.1.4", false),
        // Nothing that can be read.
        ("10.0.0.1", "", false),
        ("10.0.0.1", "unknown", false),
        ("10.0.0.1", "192.168.1.4, ", false),
        ("10.0.0.1", "localhost", false),
        ("10.0.0.1", "192.168.1.4:99999", false),
        ("10.0.0.1", "[192.168.1.4", false),
        // A peer that is not listed.
        ("10.0.0.2", "192.168.1.4", false),
        ("203.0.113.5", "192.168.1.4", false),
    ] {
        let request = request().from(peer).with("x-forwarded-for", forwarded);
        assert_eq!(
            trusts(&world, &request).await,
            trusted,
            "{peer}: {forwarded}"
        );
    }
    let lines = |first, second| {
        let request = request().from("10.0.0.1").with("x-forwarded-for", first);
        request.with("x-forwarded-for", second)
    };
    assert!(!trusts(&world, &lines("192.168.1.4", "203.0.113.5")).await);
    assert!(trusts(&world, &lines("192.168.1.4", "172.18.0.2")).await);
}

#[tokio::test]
async fn a_listed_proxy_that_names_nobody_is_the_client() {
    let world = with_proxies("10.0.0.1");
    let request = || request().from("10.0.0.1");
    assert!(trusts(&world, &request()).await);
    assert!(!trusts(&world, &request().with("x-real-ip", "10.0.0.7")).await);
    assert!(!trusts(&world, &request().with("x-forwarded-proto", "https")).await);
    let usual = request()
        .with("x-forwarded-for", "10.0.0.7")
        .with("x-real-ip", "10.0.0.7");
    assert!(trusts(&world, &usual).await);
}

#[tokio::test]
async fn a_page_of_another_host_is_not_trusted_for_the_browser_that_opened_it() {
    let world = World::new(&[
        TRUSTED_NETWORK,
        ("ANALYTICS_CORS_ORIGINS", "https://chat.example.org"),
    ]);
    for (origin, host, trusted) in [
        ("http://localhost:3106", "localhost:3106", true),
        ("http://10.0.0.5:8080", "10.0.0.5", true),
        ("http://[fd00::5]:3106", "[fd00::5]:3106", true),
        ("https://chat.example.org", "10.0.0.5:3106", true),
        ("https://evil.example", "10.0.0.5:3106", false),
        ("http://chat.example.org", "10.0.0.5:3106", false),
        ("null", "10.0.0.5:3106", false),
        ("", "10.0.0.5:3106", false),
    ] {
        let request = request()
            .from("10.0.0.9")
            .with("origin", origin)
            .with("host", host);
        assert_eq!(
            trusts(&world, &request).await,
            trusted,
            "{origin} at {host}"
        );
    }
    let with_key = request()
        .with("origin", "https://evil.example")
        .with("x-api-key", API_KEY);
    assert!(
        world.ask(&with_key).await.is_ok(),
        "who shows a key has one"
    );
}

#[test]
fn the_client_address_is_the_farthest_that_is_believed() {
    let world = with_proxies("10.0.0.1");
    for (peer, forwarded, address, speaks_for_others) in [
        ("203.0.113.5", None, "203.0.113.5", false),
        ("203.0.113.5", Some("1.1.1.1"), "203.0.113.5", true),
        (
            "::ffff:10.0.0.1",
            Some("1.1.1.1, 203.0.113.5"),
            "203.0.113.5",
            true,
        ),
        ("10.0.0.1", Some("203.0.113.5"), "203.0.113.5", false),
        ("10.0.0.1", Some("nobody"), "10.0.0.1", true),
    ] {
        let mut request = request().from(peer);
        if let Some(forwarded) = forwarded {
            request = request.with("x-forwarded-for", forwarded);
        }
        let expected = ClientAddress {
            address: address.parse().unwrap(),
            speaks_for_others,
        };
        assert_eq!(
            world.authenticator.client_address(&request.presented()),
            expected
        );
    }
}

proptest! {
    #[test]
    fn no_claim_of_a_stranger_makes_them_private(claims in "[0-9a-f.:, \\[\\]]{0,60}") {
        let world = with_proxies("10.0.0.1,10.0.0.2");
        let chain = format!("{claims},203.0.113.5, 10.0.0.2");
        let forwarded = request().from("10.0.0.1").with("x-forwarded-for", chain);
        let client = world.authenticator.client_address(&forwarded.presented());
        prop_assert_eq!(client.address.to_string(), "203.0.113.5");
    }
}
