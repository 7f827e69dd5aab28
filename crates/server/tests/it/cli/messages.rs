//! What is said when something is wrong names the fault, and the step that mends it.

use super::said;
use crate::support::{Home, KEY};

#[tokio::test]
async fn status_says_why_it_does_not_know() {
    let home = Home::new();
    let service = home.start(&[]);
    let port = service.base.rsplit_once(':').unwrap().1.to_owned();
    let status = |key: &str, home: &Home| {
        let environment = [
            ("ANALYTICS_PORT", port.as_str()),
            ("ANALYTICS_API_KEY", key),
        ];
        let output = home.run(&["status"], &environment);
        assert!(output.status.success(), "{}", said(&output));
        said(&output)
    };
    let told = status(KEY, &home);
    assert!(told.contains("service      healthy at "), "{told}");
    assert!(told.contains("events       0"), "{told}");
    let told = status("", &home);
    assert!(told.contains("set ANALYTICS_API_KEY to ask it"), "{told}");
    let told = status("a-wrong-key", &home);
    assert!(
        told.contains("it does not accept the key in ANALYTICS_API_KEY. The key is not"),
        "{told}"
    );
    assert!(!told.contains("set ANALYTICS_API_KEY"), "{told}");

    // The service of another folder is not this one's.
    let other = Home::new();
    for made in [false, true] {
        let told = status(KEY, &other);
        assert!(
            told.contains("stopped; the service at http://localhost:")
                && told.contains("keeps its history in another folder"),
            "{told}"
        );
        let stored = if made {
            "events       0"
        } else {
            "nothing yet"
        };
        assert!(told.contains(stored), "{told}");
        assert!(other.run(&["init"], &[]).status.success());
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_listened_on_is_told_from_one_that_is_taken() {
    let home = Home::new();
    let service = home.start(&[]);
    let port = service.base.rsplit_once(':').unwrap().1.to_owned();
    for (name, value, sentence) in [
        (
            "ANALYTICS_PORT",
            port.as_str(),
            "is the service running already",
        ),
        (
            "ANALYTICS_HOST",
            "203.0.113.7",
            "set ANALYTICS_HOST to an address this machine has",
        ),
    ] {
        let other = Home::new();
        let output = other.run(&["serve"], &[(name, value)]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(sentence), "{name}: {told}");
    }
}

#[tokio::test]
async fn what_needs_the_store_says_what_the_service_could_do_instead() {
    let home = Home::new();
    let _service = home.start(&[]);
    for (arguments, sentence, not) in [
        (
            &["refill"][..],
            "POST /api/analytics/ledger/refill",
            "compared",
        ),
        (&["refill", "--verify"], "stop it first", "/ledger/refill"),
    ] {
        let output = home.run(arguments, &[]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(sentence) && !told.contains(not), "{told}");
    }
}

#[test]
fn settings_without_effect_are_named() {
    let home = Home::new();
    let check = |environment: &[(&str, &str)]| {
        let all = [&[("ANALYTICS_PORT", "3106")], environment].concat();
        said(&home.run(&["config", "check"], &all))
    };
    assert_eq!(check(&[]), "the settings can be used (0 warnings)\n");
    let all = [
        ("REDIS_URL", "redis://redis"),
        ("ANALYTICS_CLICKHOUSE_HOST", "c"),
    ];
    assert_eq!(
        check(&all),
        "note: ANALYTICS_CLICKHOUSE_HOST: accepted, without effect until the ClickHouse store is \
         there\nthe settings can be used (0 warnings)\n"
    );
    let private = [
        ("ANALYTICS_PRIVACY_MODE", "aggregate"),
        ("ANALYTICS_PRIVACY_MIN_GROUP", "7"),
    ];
    assert_eq!(
        check(&private),
        "note: ANALYTICS_PRIVACY_MODE=aggregate: answers show no single person, and no number about \
         fewer than 7 people\nthe settings can be used (0 warnings)\n"
    );
    let told = check(&[("ANALYTICS_RETENTION_DAYS", "7")]);
    assert!(
        told.ends_with("the settings can be used (1 warning)\n"),
        "{told}"
    );
}
