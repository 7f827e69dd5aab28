//! The pages: who gets in, and what a browser is answered.

mod attacks;
mod browser;
mod expiry;
mod index;
mod keys;
mod links;
mod settings;
mod shares;
mod sign_in;

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::Home;

/// The secret of the chat's tokens.
const JWT_SECRET: &str = "a-secret-of-the-chat-that-is-long-enough";
/// Tokens of the chat are known.
const CHAT: [(&str, &str); 1] = [("JWT_SECRET", JWT_SECRET)];

/// A key that was made.
struct Key {
    secret: String,
    id: String,
}

fn key(home: &Home, access: &str, more: &[&str]) -> Key {
    let arguments = [
        "key", "create", "--name", "laptop", "--access", access, "--json",
    ];
    let output = home.run(&[&arguments, more].concat(), &[]);
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    Key {
        secret: text("secret"),
        id: text("id"),
    }
}

fn now() -> i64 {
    use domain::clock::Clock as _;
    domain::clock::SystemClock.now().as_millis() / 1_000
}

/// A token of the chat that holds for so many seconds.
fn token(role: &str, seconds: i64) -> String {
    let claims =
        json!({"sub": "ada", "displayName": "Ada Lovelace", "role": role, "exp": now() + seconds});
    let key = EncodingKey::from_secret(JWT_SECRET.as_bytes());
    encode(&Header::default(), &claims, &key).unwrap()
}
