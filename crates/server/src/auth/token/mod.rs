//! Tokens of the chat: signed by its sign-in service or by nChat itself.

mod claims;

use std::time::Duration;

use domain::time::Instant;
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, Validation, decode,
    errors::{Error, ErrorKind},
};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};

pub(super) use claims::Claims;

use super::{AuthError, TokenFault};
use crate::config::{self, JwtKey};

/// A key of the configuration that cannot verify anything.
#[derive(Debug, thiserror::Error)]
#[error("{variable} holds no public key of its `type`")]
pub struct UnusableKey {
    /// The variable that holds it.
    pub variable: &'static str,
    /// What is wrong with it.
    #[source]
    pub source: Error,
}

/// The keys that verify tokens.
pub(super) struct TokenKeys(Vec<TokenKey>);

struct TokenKey {
    algorithm: Algorithm,
    key: DecodingKey,
    validation: Validation,
    claims_namespace: String,
    leeway: Duration,
}

impl TokenKeys {
    pub(super) fn new(access: &config::Access) -> Result<Self, UnusableKey> {
        let of = |key: &JwtKey| {
            TokenKey::new(key).map_err(|source| {
                let mut named = access.named_jwt_keys();
                let variable = named.find(|(_, other)| std::ptr::eq(*other, key));
                UnusableKey {
                    variable: variable.map_or("A key of tokens", |(name, _)| name),
                    source,
                }
            })
        };
        let keys: Result<_, _> = access.jwt_keys().into_iter().map(of).collect();
        keys.map(Self)
    }

    /// Returns the algorithms of the keys.
    pub(super) fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.0.iter().map(|key| key.algorithm)
    }

    /// Returns what a token says, if one of the keys verifies it.
    pub(super) fn verify(&self, token: &str, now: Instant) -> Result<Claims, AuthError> {
        let mut refusal = AuthError::from(TokenFault::Signature);
        for key in &self.0 {
            match key.verify(token, now) {
                Ok(claims) => return Ok(claims),
                // What the key that did sign it has to say matters more than that others did not.
                Err(AuthError::Invalid(fault)) if fault == TokenFault::Signature.into() => {}
                Err(other) => refusal = other,
            }
        }
        Err(refusal)
    }
}

impl TokenKey {
    fn new(config: &JwtKey) -> Result<Self, Error> {
        let text = config.key.expose_secret().as_bytes();
        let key = match config.algorithm.family() {
            AlgorithmFamily::Hmac => DecodingKey::from_secret(text),
            AlgorithmFamily::Rsa => DecodingKey::from_rsa_pem(text)?,
            AlgorithmFamily::Ec => DecodingKey::from_ec_pem(text)?,
            AlgorithmFamily::Ed => DecodingKey::from_ed_pem(text)?,
        };
        // TRICKY: the library would cut a shorter Ed25519 key out of range with every token.
        if config.algorithm == Algorithm::EdDSA && key.try_get_as_bytes()?.len() != 32 {
            return Err(ErrorKind::InvalidEddsaKey.into());
        }
        // One algorithm to a key: a token cannot choose to be verified in a weaker way.
        let mut validation = Validation::new(config.algorithm);
        // Times are compared here, with our clock, and so that an absurd leeway overflows nothing.
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        validation.validate_aud = !config.audience.is_empty();
        if !config.audience.is_empty() {
            validation.set_audience(&config.audience);
            validation.required_spec_claims.insert("aud".to_owned());
        }
        if let Some(issuer) = &config.issuer {
            validation.set_issuer(&[issuer]);
            validation.required_spec_claims.insert("iss".to_owned());
        }
        Ok(Self {
            algorithm: config.algorithm,
            key,
            validation,
            claims_namespace: config.claims_namespace.clone(),
            leeway: config.leeway,
        })
    }

    fn verify(&self, token: &str, now: Instant) -> Result<Claims, AuthError> {
        let verified = decode::<Map<String, Value>>(token, &self.key, &self.validation);
        let verified = verified.map_err(|error| fault(error.kind()))?;
        // `crit` lists what a reader must understand to believe the signature; nothing of it is
        // understood here.
        if verified.header.crit.is_some() {
            return Err(TokenFault::Malformed.into());
        }
        let claims = verified.claims;
        let expires_at = self.check_times(&claims, now)?;
        Ok(Claims::read(&claims, &self.claims_namespace, expires_at)?)
    }

    /// Returns when the token expires, if it holds now.
    fn check_times(&self, claims: &Map<String, Value>, now: Instant) -> Result<Instant, AuthError> {
        let now = now.as_millis() as f64 / 1000.0;
        let leeway = self.leeway.as_secs_f64();
        let expires = claims.get("exp").and_then(Value::as_f64);
        let Some(expires) = expires else {
            return Err(TokenFault::NoExpiry.into());
        };
        if now >= expires + leeway {
            return Err(AuthError::Expired);
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what is beyond all time expires at its end"
        )]
        let end = Instant::from_millis((expires * 1_000.0) as i64);
        match claims.get("nbf") {
            None | Some(Value::Null) => Ok(end),
            Some(begins) => match begins.as_f64() {
                Some(begins) if now + leeway >= begins => Ok(end),
                Some(_) => Err(TokenFault::NotYetValid.into()),
                None => Err(TokenFault::Claims.into()),
            },
        }
    }
}

fn fault(error: &ErrorKind) -> TokenFault {
    match error {
        ErrorKind::InvalidIssuer => TokenFault::Issuer,
        ErrorKind::MissingRequiredClaim(claim) if claim == "iss" => TokenFault::Issuer,
        ErrorKind::InvalidAudience | ErrorKind::MissingRequiredClaim(_) => TokenFault::Audience,
        ErrorKind::InvalidToken
        | ErrorKind::Base64(_)
        | ErrorKind::Json(_)
        | ErrorKind::Utf8(_) => TokenFault::Malformed,
        // The list of the library may grow; what is not known is not verified.
        _ => TokenFault::Signature,
    }
}
