//! The keys that tokens of the chat are signed with.

use std::{str::FromStr, time::Duration};

use jsonwebtoken::{Algorithm, AlgorithmFamily};
use secrecy::SecretString;
use serde::Deserialize;

use super::{Describe, Kind, Refusal, SHOWN_SECRET, secret::refuse_the_shown};

/// Where Hasura puts its claims unless told otherwise.
const HASURA_NAMESPACE: &str = "https://hasura.io/jwt/claims";

const PEM: &str = "-----BEGIN";

/// A key that verifies tokens, with what a token must say beside its signature.
#[derive(Debug, Clone)]
pub struct JwtKey {
    /// The only algorithm that is accepted with this key.
    pub algorithm: Algorithm,
    /// The shared secret, or the public key as PEM text.
    pub key: SecretString,
    /// The claim that holds Hasura's claims.
    pub claims_namespace: String,
    /// The issuer a token must name.
    pub issuer: Option<String>,
    /// The audiences of which a token must name one; any when empty.
    pub audience: Vec<String>,
    /// How far the clock of the issuer may be off.
    pub leeway: Duration,
}

/// A key given as Hasura's JSON or as a bare secret, which is one of HS256.
pub struct JwtKeyKind;

/// A key that verifies tokens.
pub const JWT_KEY: JwtKeyKind = JwtKeyKind;

impl Describe for JwtKeyKind {
    fn accepts(&self) -> String {
        "a secret text or JSON like `{\"type\":\"HS256\",\"key\":\"…\"}`".to_owned()
    }

    fn is_secret(&self) -> bool {
        true
    }
}

/// Hasura's form of a key; what it may hold beyond this changes nothing in how a token is verified.
#[derive(Deserialize)]
struct Written {
    #[serde(rename = "type")]
    algorithm: Option<String>,
    key: Option<String>,
    jwk_url: Option<String>,
    claims_namespace: Option<String>,
    issuer: Option<String>,
    audience: Option<OneOrMany>,
    #[serde(default)]
    allowed_skew: u64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Kind for JwtKeyKind {
    type Value = JwtKey;

    fn parse(&self, text: &str) -> Result<JwtKey, Refusal> {
        refuse_the_shown(text)?;
        if text.starts_with('{') {
            return from_json(text);
        }
        // TRICKY: a public key taken as a shared secret would let everyone who knows it sign.
        if text.starts_with(PEM) {
            return Err(Refusal::hint(
                "A key in PEM form needs the JSON, which names its type.",
            ));
        }
        Ok(JwtKey {
            algorithm: Algorithm::HS256,
            key: text.into(),
            claims_namespace: HASURA_NAMESPACE.to_owned(),
            issuer: None,
            audience: Vec::new(),
            leeway: Duration::ZERO,
        })
    }

    fn show(&self, _: &JwtKey) -> String {
        SHOWN_SECRET.to_owned()
    }
}

fn from_json(text: &str) -> Result<JwtKey, Refusal> {
    // The parser's own message may repeat a part of the secret.
    let written: Written = serde_json::from_str(text)
        .map_err(|_| Refusal::hint("It begins with `{` but is no JSON object of that form."))?;
    let Some(key) = written.key.filter(|key| !key.is_empty()) else {
        return Err(Refusal::hint(match written.jwk_url {
            Some(_) => "Keys behind a `jwk_url` are not supported: give the key itself.",
            None => "The JSON has no `key`.",
        }));
    };
    let name = match written.algorithm.as_deref() {
        Some("Ed25519") => "EdDSA",
        Some(name) => name,
        None => return Err(Refusal::hint("The JSON has no `type`.")),
    };
    let algorithm = Algorithm::from_str(name)
        .map_err(|_| Refusal::hint("The `type` is no algorithm that is supported."))?;
    let shared = algorithm.family() == AlgorithmFamily::Hmac;
    if shared == key.trim_start().starts_with(PEM) {
        return Err(Refusal::hint(if shared {
            "The `key` is a public key in PEM form, but the `type` wants a shared secret."
        } else {
            "The `type` wants a public key in PEM form as `key`."
        }));
    }
    Ok(JwtKey {
        algorithm,
        key: key.into(),
        claims_namespace: written
            .claims_namespace
            .unwrap_or_else(|| HASURA_NAMESPACE.to_owned()),
        issuer: written.issuer,
        audience: match written.audience {
            Some(OneOrMany::One(one)) => vec![one],
            Some(OneOrMany::Many(many)) => many,
            None => Vec::new(),
        },
        leeway: Duration::from_secs(written.allowed_skew),
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_key_is_json_or_a_bare_secret() {
        let bare = JWT_KEY.parse("a-long-shared-secret").unwrap();
        assert_eq!(
            (bare.algorithm, bare.key.expose_secret()),
            (Algorithm::HS256, "a-long-shared-secret")
        );
        assert_eq!(bare.claims_namespace, HASURA_NAMESPACE);

        let json = r#"{"type":"HS512","key":"k","audience":"chat","issuer":"i","allowed_skew":5,
            "claims_namespace":"ns","header":{"type":"Cookie"}}"#;
        let key = JWT_KEY.parse(json).unwrap();
        assert_eq!(
            (key.algorithm, key.key.expose_secret()),
            (Algorithm::HS512, "k")
        );
        assert_eq!(
            (key.audience, key.issuer.as_deref()),
            (vec!["chat".to_owned()], Some("i"))
        );
        assert_eq!(
            (key.claims_namespace.as_str(), key.leeway),
            ("ns", Duration::from_secs(5))
        );

        let pem = r#"{"type":"RS256","key":"-----BEGIN PUBLIC KEY-----\nx","audience":["a","b"]}"#;
        let key = JWT_KEY.parse(pem).unwrap();
        assert_eq!((key.algorithm, key.audience.len()), (Algorithm::RS256, 2));
    }

    #[test]
    fn a_public_key_is_never_taken_for_a_shared_secret() {
        for text in [
            "-----BEGIN PUBLIC KEY-----",
            r#"{"type":"HS256","key":"-----BEGIN PUBLIC KEY-----"}"#,
            r#"{"type":"RS256","key":"short"}"#,
        ] {
            assert!(
                JWT_KEY
                    .parse(text)
                    .unwrap_err()
                    .hint
                    .unwrap()
                    .contains("PEM"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_refusal_never_repeats_the_secret() {
        for text in [
            r#"{"type":"HS256","key":"hunter2""#,
            r#"{"type":"hunter2","key":"hunter2"}"#,
            r#"{"type":"HS256","jwk_url":"https://hunter2"}"#,
            r#"{"type":7,"hunter2":1}"#,
            r#"{"key":"hunter2"}"#,
            "{}",
        ] {
            let refusal = JWT_KEY.parse(text).unwrap_err();
            assert!(!format!("{refusal:?}").contains("hunter2"), "{refusal:?}");
        }
        let key = JWT_KEY.parse("hunter2").unwrap();
        assert!(!format!("{key:?}{}", JWT_KEY.show(&key)).contains("hunter2"));
    }
}
