//! Which workspace is answered for.

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use store::meta::Access;

use super::{tokens::signed, *};
use crate::auth::TokenFault;

const HEADERS: [&str; 3] = [
    "X-Source-Account-ID",
    "X-Hasura-Source-Account-Id",
    "X-Source-Account",
];

async fn workspace(world: &World, request: &Request) -> String {
    let caller = world.ask(request).await.unwrap();
    caller.workspace.as_str().to_owned()
}

fn with_token(claims: &Value) -> Request {
    let mut all = json!({"sub": "u1", "role": "admin", "exp": NOW + 900});
    all.as_object_mut()
        .unwrap()
        .extend(claims.as_object().unwrap().clone());
    request().bearer(&signed(&all, Algorithm::HS256, JWT_SECRET))
}

#[tokio::test]
async fn a_trusted_credential_may_choose() {
    let world = World::new(&[TRUSTED_NETWORK]);
    let (key, _) = world.make_key(Access::Read, None);
    let credentials = || {
        [
            request().with("x-plugin-secret", PLUGIN_SECRET),
            request().with("x-hasura-admin-secret", HASURA_SECRET),
            request().with("x-api-key", API_KEY),
            request().with("x-api-key", &key),
            request().in_path(&key),
            request().from("10.0.0.1"),
            with_token(&json!({})),
        ]
    };
    for request in credentials() {
        assert_eq!(workspace(&world, &request).await, "primary");
    }
    for header in HEADERS {
        for request in credentials() {
            assert_eq!(workspace(&world, &request.with(header, " w2 ")).await, "w2");
        }
    }
}

#[tokio::test]
async fn the_first_header_that_is_not_empty_names_the_workspace() {
    let world = World::new(&[]);
    let request = || request().with("x-api-key", API_KEY);
    let all = request()
        .with(HEADERS[2], "c")
        .with(HEADERS[1], "b")
        .with(HEADERS[0], "a");
    assert_eq!(workspace(&world, &all).await, "a");
    let empty = request()
        .with(HEADERS[0], " ")
        .with(HEADERS[1], "")
        .with(HEADERS[2], "c");
    assert_eq!(workspace(&world, &empty).await, "c");
    let same_name = request()
        .with("x-source-account-id", "")
        .with("X-Source-Account-Id", "d");
    assert_eq!(workspace(&world, &same_name).await, "d");
}

#[tokio::test]
async fn a_header_that_names_no_workspace_is_refused() {
    let world = World::new(&[]);
    for name in [&b"\xff"[..], "x".repeat(129).as_bytes(), b"a\tb"] {
        let request = request().with("x-api-key", API_KEY).with(HEADERS[0], name);
        let error = world.ask(&request).await.unwrap_err();
        assert!(matches!(error, AuthError::Invalid(Fault::Workspace)));
    }
}

#[tokio::test]
async fn a_key_of_a_workspace_sees_no_other() {
    let world = World::new(&[]);
    let (key, _) = world.make_key(Access::Admin, Some("w1"));
    for request in [request().with("x-api-key", &key), request().in_path(&key)] {
        assert_eq!(workspace(&world, &request).await, "w1");
        let same = request.with(HEADERS[1], "w1");
        assert_eq!(workspace(&world, &same).await, "w1");
    }
    for other in ["w2", "primary", "W1"] {
        let request = request().with("x-api-key", &key).with(HEADERS[0], other);
        let error = world.ask(&request).await;
        assert_eq!(denial(error), Denial::Workspace, "{other}");
    }
}

#[tokio::test]
async fn a_token_of_a_workspace_sees_no_other() {
    let world = World::new(&[]);
    for claims in [
        json!({"source_account_id": "w1"}),
        json!({"x-hasura-source-account-id": "w1"}),
        json!({"https://hasura.io/jwt/claims": {"x-hasura-source-account-id": "w1"}, "source_account_id": "w2"}),
        json!({"https://hasura.io/jwt/claims": {"X-Hasura-Source-Account-Id": "w1"}}),
        json!({"role": "member", "source_account_id": "w1"}),
    ] {
        assert_eq!(
            workspace(&world, &with_token(&claims)).await,
            "w1",
            "{claims}"
        );
        let same = with_token(&claims).with(HEADERS[0], "w1");
        assert_eq!(workspace(&world, &same).await, "w1", "{claims}");
        let other = with_token(&claims).with(HEADERS[0], "primary");
        assert_eq!(
            denial(world.ask(&other).await),
            Denial::Workspace,
            "{claims}"
        );
    }
}

#[tokio::test]
async fn a_claim_that_names_no_workspace_is_no_right_to_choose_one() {
    let world = World::new(&[]);
    for claim in [json!(""), json!(7), json!(["w1"]), json!("x".repeat(129))] {
        let outcome = world
            .ask(&with_token(&json!({"source_account_id": claim})))
            .await;
        assert_eq!(fault(outcome), TokenFault::Claims.into(), "{claim}");
    }
    let null = with_token(&json!({"source_account_id": null}));
    assert_eq!(workspace(&world, &null).await, "primary");
}

#[tokio::test]
async fn a_member_may_not_choose() {
    let world = World::new(&[]);
    let member = || with_token(&json!({"role": "member"}));
    assert_eq!(workspace(&world, &member()).await, "primary");
    assert_eq!(
        workspace(&world, &member().with(HEADERS[0], "primary")).await,
        "primary"
    );
    let other = world.ask(&member().with(HEADERS[0], "w2")).await;
    assert_eq!(denial(other), Denial::Workspace);
}
