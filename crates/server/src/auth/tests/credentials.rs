//! Secrets and the configured key, and which of several credentials decides.

use jsonwebtoken::Algorithm;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use store::meta::Access;

use super::{tokens::signed, *};
use crate::auth::{Credential, PathKey, TokenFault};

fn admin(by: Credential, sees_email: bool) -> Caller {
    Caller {
        access: Access::Admin,
        workspace: WorkspaceId::default(),
        by,
        sees_email,
        sees_every_workspace: true,
        kinds: Vec::new(),
    }
}

#[tokio::test]
async fn every_secret_opens_everything() {
    let world = World::new(&[]);
    for (request, by) in [
        (
            request().with("x-plugin-secret", PLUGIN_SECRET),
            Credential::PluginSecret,
        ),
        (
            request().with("x-internal-token", PLUGIN_SECRET),
            Credential::PluginSecret,
        ),
        (
            request().with("x-hasura-admin-secret", HASURA_SECRET),
            Credential::HasuraAdminSecret,
        ),
        (
            request().with("x-api-key", API_KEY),
            Credential::ConfiguredKey,
        ),
        (request().bearer(API_KEY), Credential::ConfiguredKey),
        (
            request().with("authorization", format!("bEARER \t {API_KEY} ")),
            Credential::ConfiguredKey,
        ),
    ] {
        assert_eq!(world.ask(&request).await.unwrap(), admin(by, true));
    }
    let caller = world.ask(&request().in_path(API_KEY)).await.unwrap();
    assert_eq!(
        caller,
        admin(Credential::PathKey(PathKey::ConfiguredKey), false)
    );
    let nothing = world.ask(&request()).await;
    assert!(matches!(nothing, Err(AuthError::Missing)));
}

#[tokio::test]
async fn a_secret_is_good_for_its_own_header_only() {
    let secrets = [PLUGIN_SECRET, HASURA_SECRET, API_KEY, JWT_SECRET];
    let headers = [
        ("x-plugin-secret", PLUGIN_SECRET, Fault::PluginSecret),
        ("x-internal-token", PLUGIN_SECRET, Fault::PluginSecret),
        (
            "x-hasura-admin-secret",
            HASURA_SECRET,
            Fault::HasuraAdminSecret,
        ),
        ("x-api-key", API_KEY, Fault::MalformedKey),
    ];
    for world in [World::new(&[]), World::new(&[TRUSTED_NETWORK])] {
        for (header, own, expected) in headers {
            for secret in secrets.into_iter().filter(|secret| *secret != own) {
                let request = request().from("127.0.0.1").with(header, secret);
                assert_eq!(fault(world.ask(&request).await), expected, "{header}");
            }
        }
        let in_path = request().from("127.0.0.1").in_path(PLUGIN_SECRET);
        assert_eq!(fault(world.ask(&in_path).await), Fault::MalformedKey);
    }
}

#[tokio::test]
async fn a_secret_that_is_not_set_is_never_shown_right() {
    let world = World::bare(&[]);
    for header in [
        "x-plugin-secret",
        "x-internal-token",
        "x-hasura-admin-secret",
        "x-api-key",
    ] {
        for value in [PLUGIN_SECRET, "[set]", "undefined", "null"] {
            let outcome = world.ask(&request().with(header, value)).await;
            assert!(matches!(outcome, Err(AuthError::Invalid(_))), "{header}");
        }
        let empty = world.ask(&request().with(header, "  ")).await;
        assert!(matches!(empty, Err(AuthError::Missing)), "{header}");
    }
}

#[tokio::test]
async fn the_first_credential_decides_and_the_others_do_not_matter() {
    let world = World::new(&[]);
    let claims = json!({"sub": "u1", "role": "member", "exp": NOW + 1});
    let member = signed(&claims, Algorithm::HS256, JWT_SECRET);
    let forged = signed(&claims, Algorithm::HS256, "forged");

    // Each request shows everything from one place of the order on.
    let last = || request().in_path(API_KEY);
    let key = || last().with("x-api-key", API_KEY);
    let hasura = || key().with("x-hasura-admin-secret", HASURA_SECRET);
    let plugin = || hasura().with("x-plugin-secret", PLUGIN_SECRET);
    for (request, by) in [
        (key(), Credential::ConfiguredKey),
        (hasura(), Credential::HasuraAdminSecret),
        (plugin(), Credential::PluginSecret),
    ] {
        assert_eq!(world.ask(&request).await.unwrap().by, by);
    }
    let caller = world.ask(&plugin().bearer(&member)).await.unwrap();
    assert_eq!(caller.access, Access::Write);

    // A wrong one is refused although a right one comes after it.
    for (request, expected) in [
        (plugin().bearer(&forged), TokenFault::Signature.into()),
        (hasura().with("x-internal-token", "no"), Fault::PluginSecret),
        (
            key().with("x-hasura-admin-secret", "no"),
            Fault::HasuraAdminSecret,
        ),
        (last().with("x-api-key", "no"), Fault::MalformedKey),
        (last().bearer("no"), Fault::MalformedKey),
    ] {
        assert_eq!(fault(world.ask(&request).await), expected);
    }
    // The header for keys comes before a key that is shown as bearer.
    let both = request().with("x-api-key", "no").bearer(API_KEY);
    assert_eq!(fault(world.ask(&both).await), Fault::MalformedKey);
}

#[tokio::test]
async fn another_scheme_is_left_to_others_and_opens_nothing() {
    let world = World::new(&[TRUSTED_NETWORK]);
    let basic = || {
        request()
            .from("10.0.0.1")
            .with("authorization", "Basic dTpw")
    };
    let with_key = basic().with("x-api-key", API_KEY);
    assert_eq!(
        world.ask(&with_key).await.unwrap().by,
        Credential::ConfiguredKey
    );
    assert_eq!(fault(world.ask(&basic()).await), Fault::Scheme);
    let bare = request().from("10.0.0.1").with("authorization", API_KEY);
    assert_eq!(fault(world.ask(&bare).await), Fault::Scheme);
    let empty = request().from("10.0.0.1").with("authorization", "Bearer ");
    assert_eq!(
        world.ask(&empty).await.unwrap().by,
        Credential::TrustedNetwork
    );
}

#[tokio::test]
async fn a_credential_that_is_sent_twice_is_refused() {
    let world = World::new(&[]);
    for (header, right) in [
        ("authorization", format!("Bearer {API_KEY}")),
        ("x-plugin-secret", PLUGIN_SECRET.to_owned()),
        ("x-hasura-admin-secret", HASURA_SECRET.to_owned()),
        ("x-api-key", API_KEY.to_owned()),
    ] {
        for other in ["", "no", &right] {
            let request = request().with(header, &right).with(header, other);
            assert_eq!(
                fault(world.ask(&request).await),
                Fault::Repeated,
                "{header}"
            );
        }
    }
}

#[tokio::test]
async fn a_configured_key_may_be_any_text() {
    for key in [
        "a.b.c-0123456789",
        "grüße/und+mehr==0123",
        "with space 0123456789",
    ] {
        let world = World::bare(&[("ANALYTICS_API_KEY", key)]);
        let encoded = utf8_percent_encode(key, NON_ALPHANUMERIC).to_string();
        for request in [
            request().with("x-api-key", key),
            request().bearer(key),
            request().in_path(&encoded),
        ] {
            assert_eq!(
                world.ask(&request).await.unwrap().access,
                Access::Admin,
                "{key}"
            );
        }
    }
}
