//! Guessing: slowed down and ended, without shutting anybody out who has a right.

use std::time::Duration;

use store::meta::Access;

use super::*;

/// Asks until the caller is limited; returns after how many refusals that was.
async fn guess(world: &World, header: &str, most: usize) -> Option<usize> {
    for count in 0..most {
        let guess = request().with(header, format!("guess-{count}"));
        if let Err(AuthError::TooManyFailures { retry_after }) = world.ask(&guess).await {
            assert!(retry_after > Duration::ZERO);
            return Some(count);
        }
    }
    None
}

fn is_limited(error: &AuthError) -> bool {
    matches!(error, AuthError::TooManyFailures { .. })
}

#[tokio::test]
async fn guesses_of_every_secret_are_limited_by_address() {
    for (header, right) in [
        ("x-api-key", "short-key"),
        ("x-plugin-secret", "short-plugin"),
        ("x-internal-token", "short-plugin"),
        ("x-hasura-admin-secret", "short-hasura"),
    ] {
        let world = World::new(&[
            ("ANALYTICS_API_KEY", "short-key"),
            ("PLUGIN_INTERNAL_SECRET", "short-plugin"),
            ("HASURA_GRAPHQL_ADMIN_SECRET", "short-hasura"),
        ]);
        assert_eq!(guess(&world, header, 200).await, Some(99), "{header}");
        // The right one is not even looked at: there would be no limit otherwise.
        let right = request().with(header, right);
        let error = world.ask(&right).await.unwrap_err();
        assert!(is_limited(&error), "{header}");
        // From elsewhere it is, and then it is known here too.
        let elsewhere = |request: Request| request.from("198.51.100.7");
        let value = right.headers[header].as_bytes().to_owned();
        let again = || request().with(header, &value);
        world.ask(&elsewhere(again())).await.unwrap();
        world.ask(&again()).await.unwrap();
        // Time heals.
        assert!(world.ask(&request().with(header, "wrong")).await.is_err());
        world.pass(10 * 60_000);
        let wrong = world.ask(&request().with(header, "wrong")).await;
        assert!(!is_limited(&wrong.unwrap_err()));
    }
}

#[tokio::test]
async fn whoever_shares_the_address_of_an_attacker_is_still_answered() {
    let world = World::bare(&[
        ("ANALYTICS_API_KEY", "a-strong-key-of-32-bytes-or-more"),
        ("HASURA_GRAPHQL_ADMIN_SECRET", HASURA_SECRET),
        ("JWT_SECRET", JWT_SECRET),
    ]);
    let (key, _) = world.make_key(Access::Read, None);
    guess(&world, "x-api-key", 200).await.unwrap();
    guess(&world, "x-hasura-admin-secret", 200).await.unwrap();
    let token = tokens::admin_token();
    for right in [
        request().with("x-api-key", &key),
        request().in_path(&key),
        request().bearer(&key),
        request().with("x-api-key", "a-strong-key-of-32-bytes-or-more"),
        request().bearer(&token),
    ] {
        world.ask(&right).await.unwrap();
    }
    let wrong = World::new(&[]).make_key(Access::Write, None).0;
    for wrong in [
        request().with("x-api-key", &wrong),
        request().in_path(&wrong),
        request().bearer("a.b.c"),
    ] {
        let error = world.ask(&wrong).await.unwrap_err();
        assert!(is_limited(&error));
    }
}

#[tokio::test]
async fn answers_come_later_and_later_but_not_for_those_who_mistype() {
    let world = World::new(&[]);
    let sources = |request: &Request| world.authenticator.sources(&request.presented());
    let mut delays = Vec::new();
    let wrong = request().with("x-api-key", "wrong");
    for _ in 0..120 {
        world.ask(&wrong).await.unwrap_err();
        delays.push(world.authenticator.attempts.delay(&sources(&wrong)));
    }
    assert_eq!(delays[..10], [Duration::ZERO; 10]);
    assert!(delays.is_sorted());
    assert_eq!(delays[50], Duration::from_millis(410));
    assert_eq!(delays[119], Duration::from_secs(1));
    // Nothing was shown, or nothing that could be a guess.
    let expired = tokens::expired_token();
    for harmless in [request(), request().bearer(&expired)] {
        let harmless = harmless.from("198.51.100.7");
        for _ in 0..200 {
            let error = world.ask(&harmless).await.unwrap_err();
            assert!(!is_limited(&error));
        }
        let delay = world.authenticator.attempts.delay(&sources(&harmless));
        assert_eq!(delay, Duration::ZERO);
    }
}

#[tokio::test]
async fn guesses_from_many_addresses_are_limited_by_what_they_begin_with() {
    let world = World::new(&[("ANALYTICS_API_KEY", "short-key")]);
    let from = |request: Request, n: usize| request.from(&format!("10.{}.{}.1", n / 256, n % 256));
    // An address of IPv6 is as good as any other of its network.
    let mut limited = None;
    for n in 0..200 {
        let guess = request()
            .with("x-api-key", "wrong")
            .from(&format!("2001:db8::{n:x}"));
        if is_limited(&world.ask(&guess).await.unwrap_err()) {
            limited = limited.or(Some(n));
        }
    }
    assert_eq!(limited, Some(99));
    // Variations of one key.
    let (key, _) = world.make_key(Access::Read, None);
    let mut limited = None;
    for n in 0..200 {
        let guess = format!("{}{n:043}", &key[..20]);
        let guess = from(request().with("x-api-key", guess), n);
        if is_limited(&world.ask(&guess).await.unwrap_err()) {
            limited = limited.or(Some(n));
        }
    }
    assert_eq!(limited, Some(99));
    world.ask(&request().with("x-api-key", &key)).await.unwrap();
    // A secret, from everywhere.
    let mut limited = None;
    for n in 0..1200 {
        let guess = from(request().with("x-api-key", "wrong"), n);
        if is_limited(&world.ask(&guess).await.unwrap_err()) {
            limited = limited.or(Some(n));
        }
    }
    // Those of IPv6 that were looked at were counted as well.
    assert_eq!(limited, Some(899));
}

#[tokio::test]
async fn one_address_shuts_a_secret_out_for_nobody_else() {
    let long = "a-guess-that-is-longer-than-any-secret-that-could-be-guessed";
    for (header, variable) in [
        ("x-api-key", "ANALYTICS_API_KEY"),
        ("x-plugin-secret", "PLUGIN_INTERNAL_SECRET"),
        ("x-internal-token", "PLUGIN_INTERNAL_SECRET"),
        ("x-hasura-admin-secret", "HASURA_GRAPHQL_ADMIN_SECRET"),
    ] {
        for guess in ["guess", long] {
            let world = World::new(&[(variable, "short-secret")]);
            for number in 0..3_000 {
                let guess = request().with(header, format!("{guess}-{number}"));
                world.ask(&guess).await.unwrap_err();
            }
            // Nobody has shown the right one since the start.
            let right = request().with(header, "short-secret");
            let elsewhere = world.ask(&right.from("198.51.100.7")).await;
            assert!(elsewhere.is_ok(), "{header}: {guess}: {elsewhere:?}");
        }
    }
}

#[tokio::test]
async fn an_attacker_after_many_others_is_counted_all_the_same() {
    let world = World::new(&[("ANALYTICS_API_KEY", "short-key")]);
    for n in 0..25_000_u32 {
        let from = std::net::Ipv4Addr::from(0x0a00_0000 + n).to_string();
        let wrong = request().with("x-plugin-secret", "wrong").from(&from);
        world.ask(&wrong).await.unwrap_err();
    }
    assert_eq!(guess(&world, "x-api-key", 200).await, Some(99));
}

#[test]
fn an_address_has_five_wrong_sign_ins_a_minute() {
    use crate::auth::attempts::{Attempts, Source};

    let clock = Arc::new(ManualClock::at(Instant::from_millis(NOW * 1000)));
    let attempts = Attempts::new(Arc::clone(&clock) as Arc<dyn domain::clock::Clock>);
    let pass = |millis| {
        use domain::clock::Clock as _;
        clock.set(clock.now().plus_millis(millis));
    };
    let [mine, other] = ["203.0.113.9", "203.0.113.10"].map(|text| text.parse().unwrap());
    let refuse = |address| {
        let source = [Source::sign_in(address)];
        match attempts.refuse(Some(Fault::MalformedKey), address, &source) {
            AuthError::TooManyFailures { retry_after } => Some(retry_after),
            _ => None,
        }
    };
    for _ in 0..2 {
        for _ in 0..5 {
            assert_eq!(refuse(mine), None);
            pass(10_000);
        }
        // However slowly they come, the sixth within the minute is too many.
        assert_eq!(refuse(mine), Some(Duration::from_secs(10)));
        assert_eq!(refuse(other), None);
        pass(9_999);
        assert_eq!(refuse(mine), Some(Duration::from_millis(1)));
        pass(1);
        assert!(!attempts.is_limited(&[Source::sign_in(mine)]));
    }
}
