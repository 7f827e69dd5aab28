//! `explain=true`: the SQL that is shown gives the number that is shown.

use serde_json::{Value, json};

use crate::{
    api::chat::{AS_OF, Chat, path},
    support::{Home, json as read},
};

#[tokio::test]
async fn every_number_says_what_it_means_and_where_it_came_from() {
    let chat = Chat::open().await;
    let catalogue = chat.service.json("/api/analytics/metrics").await;
    let known: Vec<(&Value, &Value)> = catalogue["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| (&metric["name"], &metric["definition"]))
        .collect();
    for what in ["dashboard", "users", "channels", "messages", "content"] {
        let mut plain = chat.ask(&format!("{what}?period=7d")).await;
        assert_eq!(plain.get("explain"), None, "{what}");
        let mut answer = chat.ask(&format!("{what}?period=7d&explain=true")).await;
        // Days may be filled between the two.
        plain["meta"]["ledger"] = answer["meta"]["ledger"].clone();
        let explained = answer.as_object_mut().unwrap().remove("explain").unwrap();
        assert_eq!(answer, plain, "{what}: explaining changes nothing");
        let statements = explained.as_array().unwrap();
        assert!(!statements.is_empty(), "{what}");
        for statement in statements {
            assert!(!statement["name"].as_str().unwrap().is_empty());
            assert!(statement["sql"].as_str().unwrap().contains("SELECT"));
            let source = statement["source"].as_str().unwrap();
            assert!(["rollup", "mixed", "raw"].contains(&source), "{source}");
            let metrics = statement["metrics"].as_array().unwrap();
            assert!(!metrics.is_empty());
            for metric in metrics {
                let pair = (&metric["name"], &metric["definition"]);
                assert!(known.contains(&pair), "{what}: {metric}");
            }
        }
    }
}

#[tokio::test]
async fn rows_scanned_are_the_events_of_the_span_where_no_rollup_answers() {
    let chat = Chat::open_in("Europe/Berlin").await;
    let said = async |zone: &str, name: &str| {
        let path =
            format!("/api/analytics/dashboard?period=7d&explain=true&asOf={AS_OF}&tz={zone}");
        let answer = chat.service.json(&path).await;
        let statements = answer["explain"].as_array().unwrap().iter();
        let mut found = statements.filter(|statement| statement["name"] == name);
        let said = found.next().unwrap().clone();
        assert_eq!(found.next(), None, "{name} is explained once");
        said
    };
    // The lines of P; those of Q. Under another name the same zone is not the one that the rollups are
    // cut in.
    for (name, rows) in [("totals", 23), ("totals before", 6)] {
        let asked = said("Europe/Busingen", name).await;
        assert_eq!(
            (&asked["source"], &asked["rowsScanned"]),
            (&json!("raw"), &json!(rows))
        );
        assert_eq!(asked["rollups"], json!([]));
        let filled = said("Europe/Berlin", name).await;
        assert_eq!(
            filled["rollups"],
            json!(["channel_messages", "people_day", "workspace_day"])
        );
        assert!(filled["rowsScanned"].as_u64().unwrap() < rows);
    }
}

#[tokio::test]
async fn the_sql_shown_gives_the_numbers_shown() {
    let home = Home::new();
    let service = home.start(&[]);
    // Of two workspaces, each with its own numbers; texts of requests hold what SQL trips over.
    let post = |workspace: &'static str, count: usize| {
        let events = (0..count).map(|number| {
            let user = if number % 2 == 0 { "o'neil?" } else { "b\"; --" };
            json!({"event": "message_sent", "userId": user, "channelId": "c", "timestamp": "2025-03-30T10:00:00Z"})
        });
        let body: Value = events.collect();
        service
            .post("/api/analytics/track")
            .header("X-Source-Account-ID", workspace)
            .json(&body)
            .send()
    };
    for (workspace, count) in [("first", 3), ("second", 7)] {
        read(
            post(workspace, count).await.unwrap(),
            reqwest::StatusCode::OK,
        )
        .await;
    }
    let mut statements = Vec::new();
    for (workspace, narrowed, messages) in [
        ("first", "", "3"),
        ("second", "", "7"),
        ("second", "&userId=o'neil?", "4"),
        (
            "second",
            "&filter=user is \"b\\\"; --\" or property.\"a?b\" is \"'?'\"",
            "3",
        ),
    ] {
        let path = path(&format!("dashboard?period=7d&explain=true{narrowed}"));
        let request = service.get(&path).header("X-Source-Account-ID", workspace);
        let answer = read(request.send().await.unwrap(), reqwest::StatusCode::OK).await;
        assert_eq!(answer["totalMessages"].to_string(), messages);
        let totals = answer["explain"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["name"] == "totals");
        statements.push((
            totals.unwrap()["sql"].as_str().unwrap().to_owned(),
            messages,
        ));
    }
    assert_eq!(service.stop(), Some(0));
    for (statement, messages) in statements {
        let output = home.run(&["sql", &statement], &[]);
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.status.success(),
            "{statement}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        // Active people, messages, …
        let row: Vec<&str> = shown.lines().nth(1).unwrap().split('\t').collect();
        assert_eq!(
            row[1].trim_end_matches(".0"),
            messages,
            "{statement}\n{shown}"
        );
    }
}
