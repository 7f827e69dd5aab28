//! What a link does not open: every other resource, and everything else that its own resources could be asked.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{AS_OF, Link, asked, body, chat};
use crate::{
    api::refusal::assert_refused,
    support::{Home, json as read},
};

/// What answers everybody, or takes a credential in its body: it says nothing of the chat.
const OPEN: [&str; 9] = [
    "/health",
    "/healthz",
    "/live",
    "/ready",
    "/readyz",
    "/version",
    "/unsubscribe/{token}",
    "/api/analytics/health",
    "/api/analytics/openapi.json",
];
/// Signing in and out has its own rules: below the pages only.
const SESSION: [&str; 3] = [
    "POST /api/analytics/session",
    "DELETE /api/analytics/session",
    "POST /api/analytics/session/exchange",
];

/// What each page that can be shared asks with `GET`, beside `share` and `metrics`.
const PAGES: [(&str, &str, &[&str]); 8] = [
    (
        "/",
        "",
        &[
            "dashboard",
            "channels",
            "users",
            "unanswered",
            "newcomers",
            "channels/care",
        ],
    ),
    (
        "/users",
        "",
        &[
            "users",
            "users/matrix",
            "lifecycle",
            "retention",
            "adoption",
            "logins",
            "heatmap",
        ],
    ),
    (
        "/channels",
        "",
        &[
            "channels",
            "channels/care",
            "distribution",
            "heatmap",
            "response-times",
            "unanswered",
            "newcomers",
        ],
    ),
    (
        "/channels/compare",
        "ids=general,other",
        &["channels/compare"],
    ),
    (
        "/channels/general",
        "",
        &[
            "channels/{id}",
            "response-times",
            "content/topics",
            "unanswered",
        ],
    ),
    (
        "/content",
        "",
        &[
            "content/topics",
            "content/emoji",
            "content/hashtags",
            "content/links",
            "content/files",
        ],
    ),
    ("/journeys", "", &["journeys"]),
    (
        "/explore",
        "metrics=messages,posters&dimensions=channel",
        &["dimensions"],
    ),
];

/// Every operation of the reference: method and path.
async fn operations(link: &Link<'_>) -> Vec<(Method, String)> {
    let reference = link.service.json("/api/analytics/openapi.json").await;
    let mut found = Vec::new();
    for (path, item) in reference["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            if let Ok(method) = method.to_uppercase().parse::<Method>() {
                found.push((method, path.clone()));
            }
        }
    }
    assert!(found.len() > 80, "{}", found.len());
    found
}

#[tokio::test]
async fn every_resource_that_the_page_does_not_ask_is_refused() {
    let home = Home::new();
    let service = chat(&home, &[]).await;
    for (page, query, asks) in PAGES {
        let link = Link::make(&service, &body(page, query)).await;
        let mut opened = BTreeSet::new();
        for (method, path) in operations(&link).await {
            let name = format!("{method} {path}");
            if OPEN.contains(&path.as_str()) || SESSION.contains(&name.as_str()) {
                continue;
            }
            let address = path.replace("{id}", "general").replace("{token}", "x");
            let request = service.request(method.clone(), &address);
            let request = request
                .header("X-Share-Token", &link.token)
                .json(&json!({}));
            let response = request.send().await.unwrap();
            let status = response.status();
            if status != StatusCode::FORBIDDEN {
                opened.insert(name);
                continue;
            }
            let error: Value = response.json().await.unwrap();
            let code = error["error"]["code"].as_str().unwrap();
            // One that is opened says what of the question is not.
            if error["error"]["message"]
                .as_str()
                .unwrap()
                .ends_with("this resource is no part of it")
            {
                assert_eq!(code, "share_forbidden", "{name}");
            } else {
                assert_eq!(code, "share_forbidden", "{name}");
                opened.insert(name);
            }
        }
        let mut expected: BTreeSet<String> = asks
            .iter()
            .chain(&["share", "metrics"])
            .map(|path| format!("GET /api/analytics/{path}"))
            .collect();
        if ["/", "/users", "/channels", "/explore"].contains(&page) {
            expected.insert("POST /api/analytics/query".to_owned());
        }
        assert_eq!(opened, expected, "{page}");
    }
}

#[tokio::test]
async fn everything_else_that_could_be_asked_is_refused() {
    let home = Home::new();
    let service = chat(&home, &[]).await;
    let scope =
        "period=30d&compare=year&filter=type is message_sent&channelId=general&tz=Europe/Berlin";
    let link = Link::make(&service, &body("/", scope)).await;
    let whole = [
        ("period", "30d"),
        ("compare", "year"),
        ("filter", "type is message_sent"),
        ("channelId", "general"),
        ("tz", "Europe/Berlin"),
        ("asOf", AS_OF),
    ];
    let ask = |changes: &[(&str, Option<&str>)]| {
        let mut query: Vec<(&str, &str)> = whole.to_vec();
        for (name, value) in changes {
            query.retain(|(known, _)| known != name);
            query.extend(value.map(|value| (*name, value)));
        }
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        let path = format!("dashboard?{}", text.extend_pairs(query).finish());
        link.ask(Method::GET, &path).send()
    };
    for part in [
        &[][..],
        &[("period", Some("7d"))],
        &[("period", None)],
        &[("compare", Some("none"))],
        &[("compare", None)],
        &[("groupBy", Some("week"))],
        &[
            ("period", None),
            ("from", Some("2026-02-01")),
            ("to", Some("2026-02-10")),
        ],
        // It ends at the present of the link, as every span does.
        &[
            ("period", None),
            ("from", Some("2026-02-10")),
            ("to", Some("2026-03-10")),
        ],
        &[("format", Some("csv"))],
        &[("weekStart", Some("sunday"))],
    ] {
        let response = ask(part).await.unwrap();
        assert_eq!(
            response.status(),
            StatusCode::OK,
            "{part:?}: {:?}",
            response.text().await
        );
    }
    for more in [
        &[("period", Some("90d"))][..],
        &[("period", Some("all"))],
        &[("period", Some("lastMonth"))],
        &[
            ("period", None),
            ("from", Some("2025-11-01")),
            ("to", Some("2026-02-10")),
        ],
        &[("period", None), ("to", Some("2026-02-10"))],
        &[("asOf", None)],
        &[("asOf", Some("2025-11-20T12:00:00Z"))],
        &[("asOf", Some("2026-02-20"))],
        &[("tz", None)],
        &[("tz", Some("Pacific/Auckland"))],
        &[("compare", Some("previous"))],
        &[("compare", Some("2025-11-01..2025-12-01"))],
        &[("channelId", None)],
        &[("channelId", Some("other"))],
        &[("channelId", Some("general,other"))],
        &[("filter", None)],
        &[("filter", Some("channel is other"))],
        &[("filter", Some("type is message_sent or channel is other"))],
        &[("userId", Some("u-ada-7f3a"))],
        &[("segment", Some("s1"))],
        &[("includeBots", Some("true"))],
        &[("explain", Some("true"))],
        &[("source", Some("raw"))],
    ] {
        let response = ask(more).await.unwrap();
        assert!(response.status() != StatusCode::OK, "{more:?}");
        assert_refused(response, 403, "share_forbidden").await;
    }
    // A resource that cannot be narrowed as the link is says nothing at all.
    let path = asked("newcomers?period=30d&tz=Europe/Berlin");
    let response = link.ask(Method::GET, &path).send().await.unwrap();
    assert_refused(response, 403, "share_forbidden").await;
    // Nothing is read twice, and a parameter in two ways is none.
    let path = asked("dashboard?period=30d&channelId=general&channelId=other");
    let response = link.ask(Method::GET, &path).send().await.unwrap();
    assert_refused(response, 400, "repeated_parameter").await;
}

#[tokio::test]
async fn identifiers_in_paths_and_lists_are_those_of_the_page() {
    let home = Home::new();
    let service = chat(&home, &[]).await;
    let channel = Link::make(&service, &body("/channels/general", "period=30d")).await;
    assert_eq!(
        channel.get("channels/general?period=30d").await["channel"]["channelId"],
        "general"
    );
    for path in [
        "channels/other?period=30d",
        "channels/General?period=30d",
        "channels/general%2f..%2fother?period=30d",
        "channels/care?period=30d",
        "response-times?period=30d",
        "response-times?period=30d&channelId=other",
        "content/topics?period=30d",
        "content/topics?period=30d&channelId=other",
    ] {
        let response = channel.ask(Method::GET, &asked(path)).send().await.unwrap();
        assert_refused(response, 403, "share_forbidden").await;
    }
    channel
        .get("response-times?period=30d&channelId=general")
        .await;
    let two = Link::make(
        &service,
        &body("/channels/compare", "period=30d&ids=general,other"),
    )
    .await;
    two.get("channels/compare?period=30d&ids=general,other")
        .await;
    for ids in ["general,third", "other,general", "general,other,third"] {
        let path = asked(&format!("channels/compare?period=30d&ids={ids}"));
        let response = two.ask(Method::GET, &path).send().await.unwrap();
        assert_refused(response, 403, "share_forbidden").await;
    }
}

#[tokio::test]
async fn questions_are_those_of_the_page() {
    let home = Home::new();
    let service = chat(&home, &[]).await;
    let overview = Link::make(&service, &body("/", "period=30d")).await;
    let explored = "period=30d&metrics=messages,posters&dimensions=channel";
    let explored = Link::make(&service, &body("/explore", explored)).await;
    let posted = |link: &Link<'_>, more: &Value| {
        let mut question = json!({"period": "30d", "asOf": AS_OF});
        question
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        link.ask(Method::POST, "query").json(&question).send()
    };
    for (link, question) in [
        (
            &overview,
            json!({"metrics": ["files", "activeChannels"], "groupBy": "day"}),
        ),
        (
            &explored,
            json!({"metrics": ["messages", "posters"], "dimensions": ["channel"]}),
        ),
        (
            &explored,
            json!({"metrics": ["messages"], "groupBy": "week", "format": "csv"}),
        ),
    ] {
        let response = posted(link, &question).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{question}");
    }
    for (link, question) in [
        (&overview, json!({"metrics": ["messages"]})),
        (
            &overview,
            json!({"metrics": ["files"], "dimensions": ["user"]}),
        ),
        (
            &explored,
            json!({"metrics": ["events"], "dimensions": ["channel"]}),
        ),
        (
            &explored,
            json!({"metrics": ["messages"], "dimensions": ["user"]}),
        ),
        (&explored, json!({"metrics": ["messages"], "period": "all"})),
        (
            &explored,
            json!({"metrics": ["messages"], "period": "7d", "asOf": "2025-11-20T12:00:00Z"}),
        ),
        (
            &explored,
            json!({"metrics": ["messages"], "channelId": "other"}),
        ),
        (
            &explored,
            json!({"metrics": ["messages"], "filter": "user is u-ada-7f3a"}),
        ),
        (&explored, json!({"metrics": ["messages"], "explain": true})),
        (&explored, json!({"metrics": ["messages"], "source": "raw"})),
        (
            &explored,
            json!({"metrics": ["messages"], "compare": "year"}),
        ),
    ] {
        let response = posted(link, &question).await.unwrap();
        assert!(response.status() != StatusCode::OK, "{question}");
        assert_refused(response, 403, "share_forbidden").await;
    }
    // Elsewhere the same header opens the same, and no more.
    let path = asked("/api/analytics/dashboard?period=30d");
    let request = service
        .request(Method::GET, &path)
        .header("X-Share-Token", &overview.token);
    read(request.send().await.unwrap(), StatusCode::OK).await;
    for path in ["/metrics", "/v1/status"] {
        let request = service
            .request(Method::GET, path)
            .header("X-Share-Token", &overview.token);
        assert_refused(request.send().await.unwrap(), 403, "share_forbidden").await;
    }
}
