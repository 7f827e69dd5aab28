//! Somebody who tries one credential after the other, over many connections, from the address that
//! others come from as well.

use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::json;

use super::victim::Victim;
use crate::support::{KEY, Service, json as read_json};

const READ: &str = "/api/analytics/dashboard?period=7d";
/// A secret that a list of words may hold.
const WEAK: &str = "correct-horse";
const STRONG: &str = "a-secret-of-the-chat-that-is-long-enough";

/// Connections at once.
const CONNECTIONS: usize = 16;
/// Guesses over each.
const GUESSES: usize = 15;

/// A guess in the way of that number.
fn guess(service: &Service, way: usize, number: usize) -> RequestBuilder {
    let ask = |path: &str| service.request(Method::GET, path);
    let guess = format!("guess-{number}");
    match way {
        0 => ask(READ).header("X-API-Key", guess),
        1 => ask(READ).bearer_auth(guess),
        2 => ask(READ).bearer_auth(format!("{guess}.e30.x")),
        3 => ask(READ).header("X-Plugin-Secret", guess),
        4 => ask(READ).header("X-Internal-Token", guess),
        5 => ask(READ).header("X-Hasura-Admin-Secret", guess),
        _ => ask(&format!("/k/{guess}{READ}")),
    }
}

#[tokio::test]
async fn guesses_come_to_an_end_and_shut_nobody_out() {
    let victim = Victim::start(&[
        ("PLUGIN_INTERNAL_SECRET", WEAK),
        ("HASURA_GRAPHQL_ADMIN_SECRET", STRONG),
        ("JWT_SECRET", STRONG),
    ])
    .await;
    let read = victim.key("read", &[]);
    let watch = victim.watch();
    let began = Instant::now();
    let service = &victim.service;
    let connections = (0..CONNECTIONS).map(async |connection| {
        let (mut looked_at, mut limited) = (0, 0);
        for number in 0..GUESSES {
            let guess = guess(service, (connection + number) % 7, number);
            match guess.send().await.unwrap().status() {
                StatusCode::UNAUTHORIZED => looked_at += 1,
                StatusCode::TOO_MANY_REQUESTS => limited += 1,
                status => panic!("{status}"),
            }
        }
        (looked_at, limited)
    });
    let counts = futures::future::join_all(connections).await;
    let took = began.elapsed();
    let looked_at: u64 = counts.iter().map(|(count, _)| count).sum();
    let limited: u64 = counts.iter().map(|(_, count)| count).sum();
    // One more for every two seconds.
    let most = 100 + took.as_secs() / 2;
    assert!(looked_at <= most, "{looked_at} of {most} in {took:?}");
    assert!(limited >= 100, "{limited}");
    // That many answers, held back for up to a second each, over that many connections.
    assert!(took > Duration::from_secs(5), "{took:?}");

    // Whoever has a right is answered, from the same address: by a key that was made, in every
    // place, by a secret nobody can guess, and by the chat's tokens.
    let ask = || service.request(Method::GET, READ);
    let token = jsonwebtoken::encode(
        &jsonwebtoken::Header::default(),
        &json!({"sub": "ada", "role": "owner", "exp": 4_000_000_000_u64}),
        &jsonwebtoken::EncodingKey::from_secret(STRONG.as_bytes()),
    )
    .unwrap();
    for right in [
        ask().header("X-API-Key", KEY),
        ask().header("X-API-Key", &read),
        ask().bearer_auth(&read),
        service.request(Method::GET, &format!("/k/{read}{READ}")),
        ask().header("X-Hasura-Admin-Secret", STRONG),
        ask().bearer_auth(&token),
    ] {
        assert_eq!(right.send().await.unwrap().status(), StatusCode::OK);
    }
    // A secret that can be guessed is not: it would be the attacker's next guess.
    let weak = ask().header("X-Plugin-Secret", WEAK).send().await.unwrap();
    let wait = weak.headers()[header::RETRY_AFTER].to_str().unwrap();
    let wait: u64 = wait.parse().unwrap();
    assert!((1..=120).contains(&wait), "{wait}");
    let error = read_json(weak, StatusCode::TOO_MANY_REQUESTS).await;
    assert_eq!(error["error"]["code"], "too_many_failures");
    victim.unharmed(watch).await;
}
