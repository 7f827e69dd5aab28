//! Two workspaces with the same people, channels and messages by their identifiers: no answer holds
//! anything of the other one, however it is asked for.

use std::time::Duration;

use domain::clock::{Clock as _, SystemClock};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    api::refusal::assert_refused,
    support::{Home, Service, json as read},
};

const JWT_SECRET: &str = "a-secret-of-the-chat-that-is-long-enough";

/// The workspaces, each with the word that only its own names and texts hold, and its messages.
const WORKSPACES: [(&str, &str, u64); 2] = [("north", "aurora", 3), ("south", "pampas", 7)];

/// Every question, less what is about the service and not about a workspace.
const QUESTIONS: [&str; 28] = [
    "dashboard?period=30d",
    "dashboard?period=all",
    "dashboard?period=30d&tz=Asia/Kolkata",
    "users?period=30d",
    "users?period=30d&search=a",
    "users?period=30d&userId=u1",
    "users?period=30d&active=false",
    "channels?period=30d",
    "channels?period=30d&channelId=c1",
    "messages?period=30d&groupBy=day",
    "messages?period=30d&channelId=c1&compare=none",
    "content?period=30d",
    "retention?period=30d",
    "response-times?period=30d",
    "platform-health?period=30d",
    "unanswered?period=30d",
    "events?period=30d",
    "dead-letters",
    "status",
    "ledger",
    "reports",
    "insights",
    "users?period=30d&format=csv",
    "channels?period=30d&format=ndjson&source=raw",
    "events?period=30d&format=csv",
    "export?format=json&metrics=users,messages,channels,events&period=30d",
    "export?format=csv&metrics=users,channels&period=30d",
    "export?format=csv&metrics=events&period=30d",
];

/// What is said of a workspace: the same identifiers in both, other names, texts and numbers.
async fn fill(service: &Service, workspace: &str, word: &str, messages: u64) {
    let post = |path: &str, body: Value| {
        service
            .post(path)
            .header("X-Source-Account-ID", workspace)
            .json(&body)
            .send()
    };
    let people: Vec<Value> = (1..=2)
        .map(|n| json!({"id": format!("u{n}"), "name": format!("{word}-person-{n}"), "email": format!("{word}{n}@example.com")}))
        .collect();
    let records = json!({"people": people, "channels": [{"id": "c1", "name": format!("{word}-channel"), "kind": "public", "memberCount": messages}]});
    let answer = post("/api/analytics/records", records).await.unwrap();
    read(answer, StatusCode::OK).await;
    let now = SystemClock.now().as_millis();
    let events: Vec<Value> = (0..messages)
        .map(|n| {
            json!({
                "event": "message_sent", "id": format!("e{n}"), "messageId": format!("m{n}"),
                "userId": if n % 2 == 0 { "u1" } else { "u2" }, "channelId": "c1",
                "timestamp": now - i64::try_from(n).unwrap() * 86_400_000 - 1_000,
                "text": format!("about #{word} https://{word}.example.org :{word}:"),
                "properties": {"note": format!("{word}-note")},
            })
        })
        .chain([json!({"event": "sign_up", "id": "s1", "userId": "u1", "timestamp": now - 20 * 86_400_000})])
        // One that is refused, and kept as a dead letter.
        .chain([json!({"event": "message_sent", "userId": format!("{word}-refused"), "timestamp": "never"})])
        .collect();
    let answer = post("/api/analytics/track", json!(events)).await.unwrap();
    let answer = read(answer, StatusCode::OK).await;
    assert_eq!(
        (&answer["tracked"], &answer["duplicates"], &answer["failed"]),
        (&json!(messages + 1), &json!(0), &json!(1)),
        "an identity belongs to its workspace"
    );
    let report = json!({"name": format!("{word} weekly"), "period": "7d", "metrics": ["engagement"], "recipients": [format!("{word}@example.com")]});
    let answer = post("/api/analytics/reports", report).await.unwrap();
    read(answer, StatusCode::CREATED).await;
}

/// Waits until the days of both workspaces are complete.
async fn filled(service: &Service) {
    for (workspace, ..) in WORKSPACES {
        for round in 0.. {
            let request = service
                .get("/api/analytics/ledger")
                .header("X-Source-Account-ID", workspace);
            let ledger = read(request.send().await.unwrap(), StatusCode::OK).await;
            if ledger["clean"] == ledger["days"] && ledger["days"] != json!(0) {
                break;
            }
            assert!(round < 200, "{ledger}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// The text of an answer that must be a success.
async fn text(request: RequestBuilder) -> String {
    let response = request.send().await.unwrap();
    let (status, url) = (response.status(), response.url().clone());
    let text = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{url}: {text}");
    text
}

fn token(claims: &Value) -> String {
    let mut all = json!({"sub": "admin", "exp": 4_000_000_000_u64});
    all.as_object_mut()
        .unwrap()
        .extend(claims.as_object().unwrap().clone());
    jsonwebtoken::encode(
        &jsonwebtoken::Header::default(),
        &all,
        &jsonwebtoken::EncodingKey::from_secret(JWT_SECRET.as_bytes()),
    )
    .unwrap()
}

fn key(home: &Home, workspace: &str) -> String {
    let made = home.run(
        &[
            "key",
            "create",
            "--name",
            "bound",
            "--access",
            "admin",
            "--workspace",
            workspace,
            "--json",
        ],
        &[],
    );
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    made["secret"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn no_answer_mixes_two_workspaces() {
    let home = Home::new();
    let keys = WORKSPACES.map(|(workspace, ..)| key(&home, workspace));
    let service = home.start(&[
        ("ANALYTICS_AGGREGATION_INTERVAL", "1"),
        (
            "HASURA_GRAPHQL_JWT_SECRET",
            &json!({"type": "HS256", "key": JWT_SECRET}).to_string(),
        ),
    ]);
    for (workspace, word, messages) in WORKSPACES {
        fill(&service, workspace, word, messages).await;
    }
    let claims = |workspace: &str| {
        [
            json!({"https://hasura.io/jwt/claims": {"x-hasura-default-role": "admin", "x-hasura-source-account-id": workspace}}),
            json!({"role": "owner", "source_account_id": workspace}),
        ]
    };
    // While days are filled, and from rollups; each round asks in turns, so that what is remembered
    // of the one lies ready for the other.
    for round in 0..2 {
        for question in QUESTIONS {
            let path = format!("/api/analytics/{question}");
            for (at, (workspace, word, _)) in WORKSPACES.into_iter().enumerate() {
                let (_, foreign, _) = WORKSPACES[1 - at];
                let mut ways = vec![
                    service.get(&path).header("X-Source-Account-ID", workspace),
                    service
                        .get(&path)
                        .header("X-Hasura-Source-Account-Id", workspace),
                    service.get(&path).header("X-Source-Account", workspace),
                    service
                        .request(Method::GET, &path)
                        .header("X-API-Key", &keys[at]),
                    service.request(Method::GET, &format!("/k/{}{path}", keys[at])),
                ];
                ways.extend(claims(workspace).map(|claims| {
                    service
                        .request(Method::GET, &path)
                        .bearer_auth(token(&claims))
                }));
                for (way, request) in ways.into_iter().enumerate() {
                    let answer = text(request).await;
                    assert!(
                        !answer.contains(foreign),
                        "round {round}, {workspace} by way {way}: {question}: {answer}"
                    );
                    let names = [
                        "users", "channels", "content", "events", "reports", "export",
                    ];
                    if names.iter().any(|name| question.starts_with(name))
                        && !question.contains("active=false")
                    {
                        assert!(answer.contains(word), "{workspace}: {question}: {answer}");
                    }
                }
            }
        }
        for (workspace, _, messages) in WORKSPACES {
            let request = service
                .get("/api/analytics/dashboard?period=30d")
                .header("X-Source-Account-ID", workspace);
            let dashboard = read(request.send().await.unwrap(), StatusCode::OK).await;
            assert_eq!(dashboard["totalMessages"], messages, "{workspace}");
            assert_eq!(dashboard["activeUsers"], 2, "{workspace}");
        }
        // A third one, and the one without a name, hold nothing.
        for workspace in ["", "elsewhere", "North", "north "] {
            let request = service
                .get("/api/analytics/status")
                .header("X-Source-Account-ID", workspace);
            let status = read(request.send().await.unwrap(), StatusCode::OK).await;
            let expected = if workspace == "north " { 4 } else { 0 };
            assert_eq!(status["events"], expected, "`{workspace}`");
        }
        filled(&service).await;
    }
}

#[tokio::test]
async fn nothing_of_a_request_but_its_credential_and_its_header_chooses() {
    let home = Home::new();
    let bound = key(&home, "north");
    let service = home.start(&[]);
    for (workspace, word, messages) in WORKSPACES {
        fill(&service, workspace, word, messages).await;
    }
    let events = async |workspace: &str| {
        let request = service
            .get("/api/analytics/status")
            .header("X-Source-Account-ID", workspace);
        read(request.send().await.unwrap(), StatusCode::OK).await["events"].clone()
    };
    // Neither parameters nor fields of a body.
    let names = [
        "workspace",
        "workspaceId",
        "sourceAccountId",
        "source_account_id",
    ];
    for (sent, name) in names.into_iter().enumerate() {
        let path = format!("/api/analytics/status?{name}=south");
        let request = service
            .request(Method::GET, &path)
            .header("X-API-Key", &bound);
        assert_refused(request.send().await.unwrap(), 400, "unknown_parameter").await;
        let event = json!({"event": "page_view", "id": name, "userId": "u9", name: "south", "properties": {name: "south"}});
        let request = service
            .request(Method::POST, "/api/analytics/track")
            .header("X-API-Key", &bound)
            .json(&event);
        read(request.send().await.unwrap(), StatusCode::OK).await;
        assert_eq!(
            [events("north").await, events("south").await],
            [json!(5 + sent), json!(8)],
            "{name}"
        );
    }
    // What somebody holds of the one workspace is not what the other one has.
    let path = "/api/analytics/users?period=30d";
    let first = service.get(path).header("X-Source-Account-ID", "south");
    let first = first.send().await.unwrap();
    let tag = first.headers()[header::ETAG].clone();
    let request = service
        .request(Method::GET, path)
        .header("X-API-Key", &bound)
        .header(header::IF_NONE_MATCH, tag);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    // A report of the other one is not there: neither to see nor to delete.
    let request = service
        .get("/api/analytics/reports")
        .header("X-Source-Account-ID", "south");
    let reports = read(request.send().await.unwrap(), StatusCode::OK).await;
    let id = reports["reports"][0]["id"].as_str().unwrap();
    let path = format!("/api/analytics/reports/{id}");
    for method in [Method::GET, Method::DELETE] {
        let request = service.request(method, &path).header("X-API-Key", &bound);
        assert_refused(request.send().await.unwrap(), 404, "not_found").await;
    }
    let request = service.get(&path).header("X-Source-Account-ID", "south");
    let report = read(request.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(report["name"], "pampas weekly");
    // Nor does another header change what a key is bound to, whichever way it is shown.
    for header in [
        "X-Source-Account-ID",
        "X-Hasura-Source-Account-Id",
        "X-Source-Account",
    ] {
        for request in [
            service
                .request(Method::GET, "/api/analytics/status")
                .header("X-API-Key", &bound),
            service.request(Method::GET, &format!("/k/{bound}/api/analytics/status")),
        ] {
            let response = request.header(header, "south").send().await.unwrap();
            assert_refused(response, 403, "workspace_forbidden").await;
        }
    }
}
