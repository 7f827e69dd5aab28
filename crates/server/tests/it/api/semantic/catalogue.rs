//! `GET /api/analytics/metrics` and `/dimensions` say what is answered, and nothing else.

use serde_json::{Value, json};

use super::post;
use crate::api::{chat::Chat, refusal::assert_refused};

#[tokio::test]
async fn what_combines_is_answered_and_nothing_else() {
    let chat = Chat::open().await;
    let list = async |name: &str| {
        let answer = chat.service.json(&format!("/api/analytics/{name}")).await;
        answer[name].as_array().unwrap().clone()
    };
    let (metrics, dimensions) = (list("metrics").await, list("dimensions").await);
    assert_eq!(dimensions.len(), 22);
    let holds = |list: &Value, name: &Value| list.as_array().unwrap().contains(name);
    for dimension in &dimensions {
        for metric in &metrics {
            let combines = holds(&metric["dimensions"], &dimension["name"]);
            assert_eq!(combines, holds(&dimension["metrics"], &metric["name"]));
            let mut question = json!({"metrics": [metric["name"]], "period": "7d"});
            if dimension["name"] == "time" {
                question["groupBy"] = dimension["grains"][1].clone();
            } else {
                question["dimensions"] = json!([dimension["name"]]);
            }
            let response = post(&chat, &question).await;
            if combines {
                assert_eq!(response.status(), 200, "{question}");
            } else {
                let error = assert_refused(response, 400, "bad_query").await;
                assert_eq!(
                    error["details"]["allowed"], metric["dimensions"],
                    "{question}"
                );
            }
        }
    }
}

#[tokio::test]
async fn every_row_says_what_it_is() {
    let chat = Chat::open().await;
    let metrics = chat.service.json("/api/analytics/metrics").await;
    let find = |rows: &Value, name: &str| {
        let rows = rows.as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap().clone()
    };
    let score = find(&metrics["metrics"], "engagementRaw");
    assert_eq!(
        [
            &score["unit"],
            &score["additivity"],
            &score["zeroWhenAbsent"],
            &score["dimensions"]
        ],
        [
            &json!("points"),
            &json!("derived"),
            &json!(false),
            &json!(["user"])
        ]
    );
    let part = |metric: &str, title: &str, factor: u32, divides: bool| json!({"metric": metric, "title": title, "factor": factor, "divides": divides});
    let formula = json!({
        "text": "(2 × messages + reactions + 3 × files) / daysActive",
        "parts": [
            part("messages", "Messages", 2, false),
            part("reactions", "Reactions", 1, false),
            part("files", "Files", 3, false),
            part("daysActive", "Days active", 1, true),
        ],
    });
    assert_eq!(score["formula"], formula);
    let sources = |name: &str| find(&metrics["metrics"], name)["sources"].clone();
    let of = |kinds: Value, except: Value| json!({"kinds": kinds, "except": except});
    assert_eq!(sources("files"), of(json!(["file_shared"]), json!([])));
    assert_eq!(sources("events"), of(Value::Null, json!([])));
    assert_eq!(sources("activeUsers"), of(Value::Null, json!(["system"])));
    let errors = find(&metrics["metrics"], "errors");
    assert_eq!(
        (&errors["betterWhen"], &errors["title"]),
        (&json!("down"), &json!("Errors"))
    );
    let dimensions = chat.service.json("/api/analytics/dimensions").await;
    let facts = |name: &str| {
        let row = find(&dimensions["dimensions"], name);
        assert!(row["definition"].as_str().unwrap().ends_with('.'), "{row}");
        [
            row["isLocal"].clone(),
            row["isMultiValued"].clone(),
            row.get("grains").cloned().unwrap_or_default(),
        ]
    };
    let grains = json!(["hour", "day", "week", "month"]);
    assert_eq!(facts("time"), [json!(true), json!(false), grains]);
    assert_eq!(facts("emoji"), [json!(false), json!(true), Value::Null]);
    assert_eq!(facts("channel"), [json!(false), json!(false), Value::Null]);
}
