//! nChat's own client: its unmodified proxy routes, with the key in the address they are given.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::{chat::Chat, shape::assert_shape},
    support::{Home, KEY, Service, json as read},
};

/// Asks as nChat's proxy does: `ANALYTICS_SERVICE_URL` and a path, and one header.
async fn proxied(service: &Service, path: &str) -> Value {
    let path = format!("/k/{KEY}/api/analytics/{path}");
    let request = service
        .request(Method::GET, &path)
        .header("Content-Type", "application/json");
    read(request.send().await.unwrap(), StatusCode::OK).await
}

/// The fields that components read, of the types they need.
async fn assert_usable(service: &Service, rows: bool, more: &str) {
    let trend = json!({"current": "number", "previous": "number|null", "change": "string|null", "trend": "string"});
    let dashboard = proxied(service, &format!("dashboard?period=30d{more}")).await;
    let shape = json!({
        "activeUsers": "number", "totalMessages": "number", "totalChannels": "number",
        "avgMessagesPerUser": "number", "period": "string",
        "trends": {"activeUsers": trend, "messages": trend, "channels": trend},
    });
    assert_shape(&dashboard, &shape);
    // One number in both shapes.
    assert_eq!(
        dashboard["activeUsers"],
        dashboard["overview"]["activeUsers"]["current"]
    );
    assert_eq!(
        dashboard["totalMessages"],
        dashboard["overview"]["messages"]["total"]
    );
    assert_eq!(
        dashboard["totalChannels"],
        dashboard["overview"]["channels"]["total"]
    );
    assert_eq!(
        dashboard["activeChannels"],
        dashboard["overview"]["channels"]["active"]
    );

    let users = proxied(service, &format!("users?period=7d&limit=100{more}")).await;
    assert_eq!(users["users"], users["data"]);
    let list = |shape: Value| if rows { json!([shape]) } else { json!("list") };
    let user = json!({
        "userId": "string", "displayName": "string", "email": "string", "messageCount": "number",
        "channelCount": "number", "engagementScore": "number", "lastActive": "string",
        "name": "string", "channelsActive": "number",
    });
    assert_shape(
        &users,
        &json!({"users": list(user), "data": "list", "summary": "object"}),
    );
    let mut ids = Vec::new();
    for user in users["users"].as_array().unwrap() {
        assert_eq!(
            (&user["name"], &user["channelsActive"]),
            (&user["displayName"], &user["channelCount"])
        );
        let at = user["lastActive"].as_str().unwrap();
        assert!(at.parse::<jiff::Timestamp>().is_ok(), "{at}");
        // Whoever opens nChat's pages is unknown to us.
        assert_eq!(user["email"], "");
        ids.push(user["userId"].as_str().unwrap().to_owned());
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "identifiers are the keys of rows");

    let channels = proxied(service, &format!("channels?limit=20{more}")).await;
    let channel = json!({
        "channelId": "string", "name": "string", "memberCount": "number|null", "messageCount": "number",
        "activeMembers": "number", "messagesPerDay": "number", "lastActivity": "string|null",
        "peakHour": "string|null", "engagementRate": "string|null", "growth": "string|null",
        "growthRate": "string|null",
    });
    assert_shape(&channels, &json!({"channels": list(channel)}));
    for channel in channels["channels"].as_array().unwrap() {
        assert_eq!(channel["growth"], channel["growthRate"]);
    }

    for path in [
        "messages?period=30d&groupBy=day",
        "messages?period=30d&groupBy=day&channelId=c-gen",
    ] {
        let messages = proxied(service, &format!("{path}{more}")).await;
        let number = "number";
        let shape = json!({
            "total": number, "averagePerDay": number, "peakDay": "string|null", "peakDayCount": number,
            "byType": {"text": number, "image": number, "file": number, "video": number, "voice": number},
            "trends": "object", "timeline": [{"date": "string", "count": number}],
        });
        assert_shape(&messages, &shape);
    }

    let insights = proxied(service, "insights?period=30d&limit=10").await;
    // Nothing looks for them yet, and nothing is made up.
    assert_eq!(
        (&insights["insights"], &insights["state"]),
        (&json!([]), &json!("pending"))
    );
    proxied(service, "insights?period=7d&limit=5&type=anomaly").await;
    assert_shape(
        &proxied(service, "reports").await,
        &json!({"reports": "list"}),
    );

    let export = proxied(
        service,
        &format!("export?format=json&period=30d&metrics=users,messages,channels{more}"),
    )
    .await;
    assert_shape(
        &export,
        &json!({"users": "list", "messages": "list", "channels": "list"}),
    );
    let health = proxied(service, "health").await;
    assert_eq!(
        (&health["status"], &health["service"]),
        (&json!("healthy"), &json!("analytics"))
    );
}

#[tokio::test]
async fn every_field_is_there_with_and_without_data() {
    let chat = Chat::open().await;
    let present = format!("&asOf={}", super::chat::AS_OF);
    assert_usable(&chat.service, true, &present).await;
    // The same person once for each name; the badge reads a number.
    let users = proxied(
        &chat.service,
        &format!("users?period=7d&limit=100{present}&tz=Europe/Berlin"),
    )
    .await;
    assert_eq!(users["users"][0]["engagementScore"], 3);
    let home = Home::new();
    let empty = home.start(&[]);
    assert_usable(&empty, false, "").await;
    let dashboard = proxied(&empty, "dashboard?period=30d").await;
    let shown = [
        "activeUsers",
        "totalMessages",
        "totalChannels",
        "avgMessagesPerUser",
    ]
    .map(|name| dashboard[name].clone());
    assert_eq!(shown, [json!(0), json!(0), json!(0), json!(0.0)]);
}

#[tokio::test]
async fn events_posted_through_the_proxy_are_answered_in_json() {
    let home = Home::new();
    let service = home.start(&[]);
    let path = format!("/k/{KEY}/api/analytics/track");
    for (body, tracked) in [
        (
            json!({"eventType": "message_sent", "userId": "u1", "channelId": "c1", "metadata": {"length": 4}}),
            1,
        ),
        (
            json!({"events": [{"eventType": "page_view", "userId": "u1"}, {"eventType": "page_view", "userId": "u2"}]}),
            2,
        ),
    ] {
        let request = service.request(Method::POST, &path).json(&body);
        let answer = read(request.send().await.unwrap(), StatusCode::OK).await;
        let shape = json!({"success": "boolean", "tracked": "number", "message": "string", "failed": "number", "invalidIndices": "list"});
        assert_shape(&answer, &shape);
        assert_eq!(
            (&answer["success"], &answer["tracked"]),
            (&json!(true), &json!(tracked))
        );
    }
}

#[tokio::test]
async fn reports_are_made_listed_and_deleted_through_the_proxy() {
    let home = Home::new();
    let service = home.start(&[]);
    let base = format!("/k/{KEY}/api/analytics/reports");
    let body = json!({"name": "Weekly", "period": "7d", "metrics": ["activeUsers", "retention"], "format": "excel", "schedule": "0 9 * * 1", "recipients": ["a@example.com"]});
    let request = service.request(Method::POST, &base).json(&body);
    let made = read(request.send().await.unwrap(), StatusCode::CREATED).await;
    let shape = json!({
        "id": "string", "name": "string", "period": "string", "metrics": ["string"], "format": "string",
        "schedule": "string", "createdAt": "string", "status": "string",
    });
    assert_shape(&made, &shape);
    let id = made["id"].as_str().unwrap();
    assert_eq!(proxied(&service, &format!("reports/{id}")).await, made);
    assert_eq!(
        proxied(&service, "reports").await,
        json!({"reports": [made.clone()]})
    );
    let request = service.request(Method::DELETE, &format!("{base}/{id}"));
    read(request.send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(proxied(&service, "reports").await, json!({"reports": []}));
}

/// Browsers send what is left when a page is closed without a header of their own.
#[tokio::test]
async fn a_beacon_is_taken() {
    let home = Home::new();
    let service = home.start(&[]);
    let body = json!([{"id": "evt_1", "name": "page_view", "category": "navigation", "properties": {"path": "/"},
        "base": {"timestamp": 1_700_000_000_000_u64, "sessionId": "s1", "userId": "u1", "platform": "web", "appVersion": "1"}}]);
    for duplicates in [0, 1] {
        let request = service
            .request(Method::POST, &format!("/k/{KEY}/api/analytics/track"))
            .header("Content-Type", "text/plain;charset=UTF-8")
            .body(body.to_string());
        let answer = read(request.send().await.unwrap(), StatusCode::OK).await;
        assert_eq!(
            (&answer["tracked"], &answer["duplicates"]),
            (&json!(1), &json!(duplicates))
        );
    }
}

#[tokio::test]
async fn addresses_are_shown_through_the_proxy_only_where_the_operator_says_so() {
    let home = Home::new();
    let exposing = home.start(&[("ANALYTICS_EXPOSE_EMAIL", "true")]);
    exposing
        .track(&json!({"event": "message_sent", "userId": "u1"}))
        .await;
    let records = json!({"people": [{"id": "u1", "email": "u1@example.com"}]});
    let stored = exposing
        .post("/api/analytics/records")
        .json(&records)
        .send()
        .await
        .unwrap();
    read(stored, StatusCode::OK).await;
    let path = "users?period=7d&search=example.com";
    assert_eq!(
        proxied(&exposing, path).await["users"][0]["email"],
        "u1@example.com"
    );
    assert_eq!(exposing.stop(), Some(0));
    let discreet = home.start(&[]);
    // Nor can an address be found out by looking for it.
    assert_eq!(proxied(&discreet, path).await["users"], json!([]));
    let users = discreet.json(&format!("/api/analytics/{path}")).await;
    assert_eq!(users["users"][0]["email"], "u1@example.com");
}

/// Each request of nChat's routes, with every value that its pages and its proxy may give it.
#[tokio::test]
async fn every_request_that_nchat_sends_is_answered() {
    let home = Home::new();
    let service = home.start(&[]);
    let periods = [
        "24h",
        "7d",
        "30d",
        "90d",
        "1y",
        "1d",
        "365d",
        "all",
        "today",
        "yesterday",
        "last7Days",
        "last30Days",
        "last90Days",
        "thisWeek",
        "lastWeek",
        "thisMonth",
        "lastMonth",
        "thisQuarter",
        "thisYear",
    ];
    let mut asked = Vec::new();
    for period in periods {
        asked.push(format!("dashboard?period={period}"));
        asked.push(format!("users?period={period}&limit=100"));
        asked.push(format!("insights?period={period}&limit=10"));
        for grain in ["hour", "day", "week", "month"] {
            asked.push(format!("messages?period={period}&groupBy={grain}"));
        }
        asked.push(format!(
            "messages?period={period}&groupBy=day&channelId=7b0c9f0e-6d1e-4d8e-9c0c-3d7a3c1f2a10"
        ));
        // Values are not escaped by the proxy.
        for metrics in [
            "users,messages,channels",
            "users,messages",
            "users",
            "messages",
            "channels",
        ] {
            for format in ["csv", "json", "excel"] {
                asked.push(format!(
                    "export?format={format}&period={period}&metrics={metrics}"
                ));
            }
        }
    }
    for kind in ["trend", "anomaly", "recommendation", "milestone"] {
        asked.push(format!("insights?period=30d&limit=10&type={kind}"));
    }
    asked.extend(["channels?limit=20", "reports", "health"].map(str::to_owned));
    for path in asked {
        let request = service
            .request(Method::GET, &format!("/k/{KEY}/api/analytics/{path}"))
            .header("Content-Type", "application/json");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let kind = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let expected = match path
            .split("format=")
            .nth(1)
            .and_then(|rest| rest.split('&').next())
        {
            Some("csv") => "text/csv",
            Some("excel") => "application/vnd.openxmlformats",
            _ => "application/json",
        };
        assert!(kind.starts_with(expected), "{path}: {kind}");
    }
    let post = async |path: &str, body: &Value| {
        let request = service.request(Method::POST, &format!("/k/{KEY}/api/analytics/{path}"));
        let response = request.json(body).send().await.unwrap();
        let status = response.status();
        assert!(
            status.is_success(),
            "{path} {body}: {}",
            response.text().await.unwrap()
        );
        status
    };
    for body in [
        json!({"eventType": "message_sent", "userId": "u1", "channelId": "c1", "metadata": {"length": 4}, "timestamp": "2025-03-30T10:00:00Z"}),
        json!({"eventType": "page_view"}),
        json!({"events": [{"eventType": "page_view", "userId": "u1"}]}),
    ] {
        post("track", &body).await;
    }
    let full = json!({"name": "Weekly", "period": "7d", "metrics": ["activeUsers", "messageVolume", "channelGrowth", "engagement", "retention"],
        "format": "pdf", "schedule": "0 9 * * 1", "recipients": ["a@example.com"]});
    let least = json!({"name": "Weekly", "period": "7d", "metrics": ["engagement"]});
    for body in [full, least] {
        assert_eq!(post("reports", &body).await, StatusCode::CREATED);
    }
}
