//! Tokens that are signed with a private key that only the issuer has.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use store::meta::Access;

use super::{tokens::signed, *};
use crate::auth::TokenFault;

/// The private key of [`ELLIPTIC`]: what every such key begins with in DER, before its number.
const ELLIPTIC_HEAD: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01,
    0x01, 0x04, 0x20,
];

const ELLIPTIC: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUVw9brnjlrkE0/7Kf1T9zQzB6Ze/
N13KUVrQpsO0A19FNr46UPMY+/mlR1kCoiFQK+8NV+CMU7LMClbxfZ+TVA==
-----END PUBLIC KEY-----
";

const RSA: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtTV3zMl1bBIjuHqv3I3Z
0UvSpdA4Hdh+wH6uYbNMmwuD5YdePkSqZP0Tma0K10UTIyye8Yk36iAVVwIhNGso
TLhmP7Z/tVqOUvi0HW5R1CYTI6PM9fRqF8S4m4gB/P8khQm8/fO2Wge5+gxJxDdR
JiKr+4n62D15E35XnAMMcLgTvKlo//n4mTBkbWCy+zomNlQXqRiT9aBDm2VX/kAG
1RebOB2q5STm6xwMyRaP2Svp+/g3MnBOr39hBTAJi754BKXqlpR6fzNatLkePVCT
9Tnvi+Wi7SzXUHPRzQiYY9AewHItS+h92b/G/EqFtTQzGaAIrdhMEnyAKSf9PXsj
6wIDAQAB
-----END PUBLIC KEY-----
";

/// `{"sub":"u1","exp":1770000900,"role":"admin"}`, signed with RS256 by a key that is thrown away.
const SIGNED_BY_RSA: &str = concat!(
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.",
    "eyJzdWIiOiJ1MSIsImV4cCI6MTc3MDAwMDkwMCwicm9sZSI6ImFkbWluIn0.",
    "gebgFJNGo1szsPyL3TVdeq3KDVO3yUPFsY9yRjP83nDcc1wS5N5EXZrDJbIgqIgsv98AX9VnLqvdHr57YPuJwm9Szmj3",
    "2alNoNc4VHVysCk1R2VloFHnJ0o_Dwk21sHG-NYB84KQDE69sMbxejc8bxYIejJguqYiCZ8W3DdTilMFuhHK0ozQyHIN",
    "AiQJmUCbVZ2wTzxWRwJFo7IfCYH2g9nVSFVgT0bzzqkKr1dvx66C984JltfDXczUPjR7PhGUJjj97pR8bUhVH9EmWWWv",
    "XCN0xBl5CoQUlRrrtrtCm3i5dD7q88JSJDi6HuX5yCV9fcHDhJhI5BvgoLct-M55Ag",
);

fn world(algorithm: &str, key: &str) -> World {
    let json = json!({"type": algorithm, "key": key}).to_string();
    World::bare(&[("HASURA_GRAPHQL_JWT_SECRET", &json)])
}

fn signed_by_elliptic() -> String {
    let scalar = (1..=32).collect::<Vec<u8>>();
    let key = EncodingKey::from_ec_der(&[&ELLIPTIC_HEAD[..], &scalar].concat());
    let claims = json!({"sub": "u1", "role": "owner", "exp": NOW + 900});
    encode(&Header::new(Algorithm::ES256), &claims, &key).unwrap()
}

#[tokio::test]
async fn tokens_are_verified_with_public_keys() {
    for (world, token) in [
        (world("RS256", RSA), SIGNED_BY_RSA.to_owned()),
        (world("ES256", ELLIPTIC), signed_by_elliptic()),
    ] {
        let caller = world.ask(&request().bearer(&token)).await.unwrap();
        assert_eq!(caller.access, Access::Admin);
        world.pass(900_000);
        let outcome = world.ask(&request().bearer(&token)).await;
        assert!(matches!(outcome, Err(AuthError::Expired)));
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret_to_sign_with() {
    let claims = json!({"sub": "u1", "role": "admin", "exp": NOW + 900});
    for (algorithm, key) in [("RS256", RSA), ("ES256", ELLIPTIC)] {
        let world = world(algorithm, key);
        for secret in [key, key.trim_end()] {
            for shared in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
                let outcome = world
                    .ask(&request().bearer(&signed(&claims, shared, secret)))
                    .await;
                assert_eq!(fault(outcome), TokenFault::Signature.into());
            }
        }
    }
}

#[tokio::test]
async fn a_key_verifies_no_other_algorithm_of_its_family() {
    let outcome = world("RS512", RSA)
        .ask(&request().bearer(SIGNED_BY_RSA))
        .await;
    assert_eq!(fault(outcome), TokenFault::Signature.into());
    let outcome = world("ES256", ELLIPTIC)
        .ask(&request().bearer(SIGNED_BY_RSA))
        .await;
    assert_eq!(fault(outcome), TokenFault::Signature.into());
}

#[test]
fn a_key_that_can_verify_nothing_is_named_at_the_start() {
    for (algorithm, key) in [
        (
            "RS256",
            "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----",
        ),
        ("ES256", RSA),
        ("EdDSA", ELLIPTIC),
        (
            "Ed25519",
            "-----BEGIN PUBLIC KEY-----\nMA0wBQYDK2VwAwQAz+R6\n-----END PUBLIC KEY-----",
        ),
    ] {
        let json = json!({"type": algorithm, "key": key}).to_string();
        let environment = [("HOME", "/h"), ("HASURA_JWT_KEY", &json)];
        let environment = environment.map(|(name, value)| (name.into(), value.into()));
        let (config, _) = config::load(None, environment).unwrap();
        let unusable = Authenticator::new(
            &config.access,
            None,
            &config.privacy,
            Arc::new(MemoryMeta::default()),
            Arc::new(MemoryMeta::default()),
            Arc::new(ManualClock::default()),
        )
        .unwrap_err();
        assert_eq!(unusable.variable, "HASURA_JWT_KEY", "{algorithm}");
    }
}
