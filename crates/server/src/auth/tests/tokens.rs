//! Tokens that are signed with a shared secret.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use store::meta::Access;

use super::*;
use crate::auth::{Credential, TokenFault};

const NAMESPACE: &str = "https://hasura.io/jwt/claims";

pub(super) fn signed(claims: &Value, algorithm: Algorithm, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(algorithm), claims, &key).unwrap()
}

fn token(claims: &Value) -> String {
    signed(claims, Algorithm::HS256, JWT_SECRET)
}

pub(super) fn admin_token() -> String {
    token(&admin_claims())
}

pub(super) fn expired_token() -> String {
    token(&json!({"sub": "u1", "role": "admin", "exp": NOW - 9_000}))
}

fn admin_claims() -> Value {
    json!({"sub": "u1", "role": "admin", "exp": NOW + 900})
}

fn merged(claims: Value, more: Value) -> Value {
    match (claims, more) {
        (Value::Object(mut claims), Value::Object(more)) => {
            claims.extend(more);
            claims.into()
        }
        other => panic!("{other:?}"),
    }
}

async fn answer(environment: &[(&str, &str)], token: &str) -> Result<Caller, AuthError> {
    World::new(environment).ask(&request().bearer(token)).await
}

async fn access(claims: Value) -> Access {
    let claims = merged(json!({"sub": "u1", "exp": NOW + 900}), claims);
    answer(&[], &token(&claims)).await.unwrap().access
}

#[tokio::test]
async fn an_administrator_of_nchat_may_do_everything() {
    let caller = answer(&[], &token(&admin_claims())).await.unwrap();
    let expected = Caller {
        access: Access::Admin,
        workspace: WorkspaceId::default(),
        by: Credential::Token {
            subject: Some(domain::id::UserId::new("u1").unwrap()),
        },
        sees_email: true,
        sees_every_workspace: true,
        kinds: Vec::new(),
    };
    assert_eq!(caller, expected);
    assert_eq!(caller.sends_only_for(), None);
}

#[tokio::test]
async fn the_role_decides() {
    for (role, expected) in [
        ("owner", Access::Admin),
        ("admin", Access::Admin),
        ("Admin", Access::Write),
        ("moderator", Access::Write),
        ("guest", Access::Write),
        ("", Access::Write),
    ] {
        assert_eq!(access(json!({"role": role})).await, expected, "{role}");
    }
    assert_eq!(access(json!({})).await, Access::Write);
    assert_eq!(access(json!({"role": ["admin"]})).await, Access::Write);
}

#[tokio::test]
async fn the_claims_of_hasura_decide_before_the_role_beside_them() {
    let claims = |default: &str, allowed: &[&str]| {
        json!({NAMESPACE: {
            "x-hasura-default-role": default, "x-hasura-allowed-roles": allowed,
        }, "role": "admin"})
    };
    assert_eq!(access(claims("owner", &["user"])).await, Access::Admin);
    assert_eq!(
        access(claims("user", &["user", "admin"])).await,
        Access::Admin
    );
    assert_eq!(access(claims("user", &["user", "me"])).await, Access::Write);
    assert_eq!(access(claims("", &[])).await, Access::Write);

    let without_role = json!({NAMESPACE: {"x-hasura-user-id": "u2"}, "role": "admin"});
    assert_eq!(access(without_role).await, Access::Admin);
    let other_case = json!({NAMESPACE: {"X-Hasura-Default-Role": "admin"}});
    assert_eq!(access(other_case).await, Access::Admin);
    let text = json!({NAMESPACE: json!({"x-hasura-default-role": "admin"}).to_string()});
    assert_eq!(access(text).await, Access::Admin);
}

#[tokio::test]
async fn claims_that_cannot_be_read_are_refused() {
    for namespace in [json!("{"), json!("[]"), json!(7), json!(["admin"])] {
        let claims = merged(admin_claims(), json!({NAMESPACE: namespace}));
        let outcome = answer(&[], &token(&claims)).await;
        assert_eq!(fault(outcome), TokenFault::Claims.into(), "{namespace}");
    }
}

#[tokio::test]
async fn claims_are_looked_for_where_the_key_says() {
    let key = json!({"type": "HS256", "key": JWT_SECRET, "claims_namespace": "chat"}).to_string();
    let claims = json!({"sub": "u1", "exp": NOW + 1, "chat": {"x-hasura-default-role": "owner"}});
    let world = World::bare(&[("HASURA_GRAPHQL_JWT_SECRET", &key)]);
    let caller = world.ask(&request().bearer(&token(&claims))).await.unwrap();
    assert_eq!(caller.access, Access::Admin);
}

#[tokio::test]
async fn a_member_may_only_send_events_of_their_own() {
    let claims = json!({"sub": "s1", "exp": NOW + 900, NAMESPACE: {
        "x-hasura-user-id": "u7", "x-hasura-default-role": "user",
    }});
    let caller = answer(&[], &token(&claims)).await.unwrap();
    assert_eq!((caller.access, caller.sees_email), (Access::Write, false));
    assert_eq!(caller.sends_only_for().unwrap().as_str(), "u7");
    assert!(caller.require(Access::Write).is_ok());
    for needs in [Access::Read, Access::Admin] {
        let refused = caller.require(needs).map(|()| caller.clone());
        let has = Access::Write;
        assert_eq!(denial(refused), Denial::Access { needs, has });
    }
    let nobody = answer(&[], &token(&json!({"exp": NOW + 900, "role": "member"}))).await;
    assert_eq!(denial(nobody), Denial::Nobody);
}

#[tokio::test]
async fn every_configured_key_verifies_with_its_own_algorithm() {
    let environment = [
        (
            "HASURA_GRAPHQL_JWT_SECRET",
            r#"{"type":"HS512","key":"hasura-key"}"#,
        ),
        ("HASURA_JWT_KEY", r#"{"type":"HS384","key":"nself-key"}"#),
        ("AUTH_JWT_SECRET", "auth-key"),
    ];
    for (algorithm, secret, good) in [
        (Algorithm::HS512, "hasura-key", true),
        (Algorithm::HS384, "nself-key", true),
        (Algorithm::HS256, "auth-key", true),
        (Algorithm::HS256, JWT_SECRET, true),
        (Algorithm::HS256, "hasura-key", false),
        (Algorithm::HS384, "hasura-key", false),
        (Algorithm::HS256, "other", false),
        (Algorithm::HS256, "", false),
    ] {
        let outcome = answer(&environment, &signed(&admin_claims(), algorithm, secret)).await;
        if good {
            assert_eq!(outcome.unwrap().access, Access::Admin);
        } else {
            assert_eq!(fault(outcome), TokenFault::Signature.into(), "{secret}");
        }
    }
}

#[tokio::test]
async fn a_token_must_hold_now() {
    let at =
        |claims: Value| async move { answer(&[], &token(&merged(admin_claims(), claims))).await };
    assert!(at(json!({"exp": NOW + 1})).await.is_ok());
    assert!(
        at(json!({"exp": f64::from(1_770_000_000) + 0.5}))
            .await
            .is_ok()
    );
    for expired in [NOW, NOW - 1, 0, -5] {
        let outcome = at(json!({"exp": expired})).await;
        assert!(matches!(outcome, Err(AuthError::Expired)), "{expired}");
    }
    for unreadable in [json!("2099-01-01"), Value::Null, json!({})] {
        let outcome = at(json!({"exp": unreadable})).await;
        assert_eq!(fault(outcome), TokenFault::NoExpiry.into());
    }
    let endless = token(&json!({"sub": "u1", "role": "admin"}));
    assert_eq!(
        fault(answer(&[], &endless).await),
        TokenFault::NoExpiry.into()
    );

    assert!(at(json!({"nbf": NOW})).await.is_ok());
    assert_eq!(
        fault(at(json!({"nbf": NOW + 1})).await),
        TokenFault::NotYetValid.into()
    );
    assert_eq!(
        fault(at(json!({"nbf": "now"})).await),
        TokenFault::Claims.into()
    );
}

#[tokio::test]
async fn the_clock_of_the_issuer_may_be_off_as_far_as_the_key_says() {
    let key = json!({"type": "HS256", "key": "k", "allowed_skew": 30}).to_string();
    let world = World::bare(&[("HASURA_GRAPHQL_JWT_SECRET", &key)]);
    let outcome = async |claims: Value| {
        let claims = merged(admin_claims(), claims);
        let token = signed(&claims, Algorithm::HS256, "k");
        world.ask(&request().bearer(&token)).await
    };
    assert!(
        outcome(json!({"exp": NOW - 29, "nbf": NOW + 30}))
            .await
            .is_ok()
    );
    assert!(matches!(
        outcome(json!({"exp": NOW - 30})).await,
        Err(AuthError::Expired)
    ));
    assert_eq!(
        fault(outcome(json!({"nbf": NOW + 31})).await),
        TokenFault::NotYetValid.into()
    );

    let absurd = json!({"type": "HS256", "key": "k", "allowed_skew": u64::MAX}).to_string();
    let world = World::bare(&[("HASURA_GRAPHQL_JWT_SECRET", &absurd)]);
    let token = signed(&admin_claims(), Algorithm::HS256, "k");
    assert!(world.ask(&request().bearer(&token)).await.is_ok());
}

#[tokio::test]
async fn issuer_and_audience_must_be_the_ones_of_the_key() {
    let key = json!({"type": "HS256", "key": "k", "issuer": "auth", "audience": ["chat", "app"]});
    let world = World::bare(&[("HASURA_GRAPHQL_JWT_SECRET", &key.to_string())]);
    let outcome = async |claims: Value| {
        let claims = merged(admin_claims(), claims);
        let token = signed(&claims, Algorithm::HS256, "k");
        world.ask(&request().bearer(&token)).await
    };
    assert!(outcome(json!({"iss": "auth", "aud": "chat"})).await.is_ok());
    assert!(
        outcome(json!({"iss": "auth", "aud": ["x", "app"]}))
            .await
            .is_ok()
    );
    for (claims, expected) in [
        (json!({"iss": "auth"}), TokenFault::Audience),
        (json!({"iss": "auth", "aud": 7}), TokenFault::Audience),
        (json!({"iss": "auth", "aud": "other"}), TokenFault::Audience),
        (json!({"aud": "chat"}), TokenFault::Issuer),
        (json!({"iss": "other", "aud": "chat"}), TokenFault::Issuer),
    ] {
        assert_eq!(
            fault(outcome(claims.clone()).await),
            expected.into(),
            "{claims}"
        );
    }
    // A key that names no audience takes tokens for any.
    let claims = merged(admin_claims(), json!({"aud": "chat", "iss": "anybody"}));
    assert!(answer(&[], &token(&claims)).await.is_ok());
}

#[tokio::test]
async fn what_the_signing_key_says_of_a_token_is_what_is_answered() {
    let environment = [(
        "HASURA_GRAPHQL_JWT_SECRET",
        r#"{"type":"HS256","key":"first"}"#,
    )];
    let expired = merged(admin_claims(), json!({"exp": NOW - 1}));
    for secret in ["first", JWT_SECRET] {
        let outcome = answer(&environment, &signed(&expired, Algorithm::HS256, secret)).await;
        assert!(matches!(outcome, Err(AuthError::Expired)), "{secret}");
    }
}

#[tokio::test]
async fn an_unsigned_or_altered_token_is_refused() {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let body = part(&admin_claims());
    for algorithm in ["none", "None", "NONE", "nOnE", "", "HS1"] {
        let header = part(&json!({"alg": algorithm, "typ": "JWT"}));
        for signature in ["", "AAAA"] {
            let outcome = answer(&[], &format!("{header}.{body}.{signature}")).await;
            assert_eq!(fault(outcome), TokenFault::Malformed.into(), "{algorithm}");
        }
    }
    let good = token(&json!({"sub": "u1", "role": "member", "exp": NOW + 900}));
    let parts: Vec<&str> = good.split('.').collect();
    let [header, _, signature] = parts[..] else {
        panic!("{good}")
    };
    for altered in [
        format!("{header}.{body}.{signature}"),
        format!("{header}.{body}."),
    ] {
        assert_eq!(
            fault(answer(&[], &altered).await),
            TokenFault::Signature.into()
        );
    }
    for unreadable in ["..", "a.b.c", "eyJ.eyJ.x", "%.%.%"] {
        assert_eq!(
            fault(answer(&[], unreadable).await),
            TokenFault::Malformed.into()
        );
    }
}

#[tokio::test]
async fn a_token_that_needs_an_extension_to_be_understood_is_refused() {
    let mut header = Header::new(Algorithm::HS256);
    header.crit = Some(vec!["b64".to_owned()]);
    let key = EncodingKey::from_secret(JWT_SECRET.as_bytes());
    let token = encode(&header, &admin_claims(), &key).unwrap();
    assert_eq!(
        fault(answer(&[], &token).await),
        TokenFault::Malformed.into()
    );
}

#[tokio::test]
async fn no_token_is_good_where_no_key_is_set() {
    let world = World::bare(&[("ANALYTICS_API_KEY", API_KEY)]);
    let outcome = world.ask(&request().bearer(&token(&admin_claims()))).await;
    assert_eq!(fault(outcome), TokenFault::Signature.into());
}

#[tokio::test]
async fn a_token_in_a_cookie_is_none() {
    let token = token(&admin_claims());
    let world = World::new(&[]);
    for name in ["nchat-session", "nhostSession", "nhost-session"] {
        let outcome = world
            .ask(&request().with("cookie", format!("{name}={token}")))
            .await;
        assert!(matches!(outcome, Err(AuthError::Missing)));
    }
}
