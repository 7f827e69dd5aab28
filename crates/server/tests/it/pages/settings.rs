//! What the pages have to know.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{browser::Browser, key};
use crate::support::{Home, KEY, Service, json as read};

async fn settings(service: &Service, secret: &str) -> Value {
    let request = service.request(Method::GET, "/api/analytics/settings");
    let response = request.header("X-API-Key", secret).send().await.unwrap();
    read(response, StatusCode::OK).await
}

#[tokio::test]
async fn the_pages_learn_how_the_service_is_set_up() {
    let home = Home::new();
    let reader = key(&home, "read", &[]);
    let bound = key(&home, "admin", &["--workspace", "north"]);
    let file = home.path("settings.env");
    std::fs::write(&file, "ANALYTICS_WEEK_START=sunday\n").unwrap();
    let secret = "a-secret-of-the-chat-that-is-long-enough";
    let mut command = home.command(&[
        ("ANALYTICS_TIMEZONE", "Europe/Berlin"),
        ("ANALYTICS_CHAT_URL", "https://chat.example/"),
        ("PORT", "0"),
        ("ANALYTICS_PORT", ""),
        ("JWT_SECRET", secret),
        ("DATABASE_URL", "postgres://reader:hunter2@127.0.0.1:1/chat"),
    ]);
    command.args(["serve", "--config"]).arg(&file);
    let service = Service::launch(&mut command).unwrap();
    let said = settings(&service, KEY).await;
    let shown = [
        "timezone",
        "weekStart",
        "privacy",
        "languages",
        "chatUrl",
        "messageLink",
        "isDemo",
    ];
    let shown = shown.map(|name| said[name].clone());
    let expected = [
        json!("Europe/Berlin"),
        json!("sunday"),
        json!({"mode": "full", "minGroup": 5}),
        json!(["en", "de"]),
        json!("https://chat.example"),
        json!("https://chat.example/chat/channel/{channel}?message={message}"),
        json!(false),
    ];
    assert_eq!(shown, expected);
    let of = |name: &str| {
        let all = said["settings"].as_array().unwrap().iter();
        let mut found = all.filter(|one| one["name"] == name);
        let one = found.next().unwrap();
        assert!(one["about"].as_str().unwrap().len() > 10, "{name}");
        ["value", "isSet", "isSecret", "origin", "setBy"].map(|field| one[field].clone())
    };
    for (name, expected) in [
        (
            "ANALYTICS_TIMEZONE",
            json!(["Europe/Berlin", true, false, "environment", null]),
        ),
        (
            "ANALYTICS_WEEK_START",
            json!(["sunday", true, false, "file", null]),
        ),
        (
            "ANALYTICS_PORT",
            json!(["0", true, false, "environment", "PORT"]),
        ),
        (
            "ANALYTICS_QUERY_TIMEOUT",
            json!(["30", true, false, "default", null]),
        ),
        (
            "ANALYTICS_API_KEY",
            json!([null, true, true, "environment", null]),
        ),
        ("JWT_SECRET", json!([null, true, true, "environment", null])),
        (
            "PLUGIN_INTERNAL_SECRET",
            json!([null, false, true, "default", null]),
        ),
    ] {
        assert_eq!(json!(of(name)), expected, "{name}");
    }
    let text = said.to_string();
    for hidden in [secret, KEY, "hunter2", file.to_str().unwrap()] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    for (secret, name) in [(&reader.secret, "read"), (&bound.secret, "bound")] {
        let said = settings(&service, secret).await;
        assert_eq!(said["settings"], json!(null), "{name}");
        assert_eq!(said["timezone"], "Europe/Berlin");
    }
    let browser = Browser::with_key(&service, KEY).await;
    assert_eq!(browser.get("settings").await, said);
}

#[tokio::test]
async fn pages_that_do_not_work_are_named() {
    let home = Home::new();
    for (mode, sql, expected) in [
        ("full", "true", [true, true, true, true, true, true]),
        (
            "pseudonymous",
            "true",
            [true, true, true, true, false, true],
        ),
        (
            "aggregate",
            "false",
            [false, false, true, true, false, true],
        ),
    ] {
        let service = home.start(&[("ANALYTICS_PRIVACY_MODE", mode), ("ANALYTICS_SQL", sql)]);
        let said = settings(&service, KEY).await;
        let names = ["overview", "users", "explore", "reports", "sql", "shares"];
        let works = names.map(|name| said["features"][name].as_bool().unwrap());
        assert_eq!(works, expected, "{mode}");
        assert_eq!(said["privacy"]["mode"], mode);
        assert_eq!(service.stop(), Some(0));
    }
}
