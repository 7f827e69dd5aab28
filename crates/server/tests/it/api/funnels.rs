//! Funnels: kept, listed, taken away, and run over the week that sessions are told of.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    assert_same,
    refusal::assert_refused,
    sessions::{WEEK, tell},
};
use crate::support::{Home, KEY, Service, json as read};

const FUNNELS: &str = "/api/analytics/funnels";

fn definition() -> Value {
    json!({
        "name": "In to out", "window": "60m",
        "steps": [
            {"name": "in", "events": ["login"]},
            {"events": ["message_read"]},
            {"name": "out", "events": ["message_sent", "thread_reply"], "filter": "channel is c1"},
        ],
    })
}

async fn post(service: &Service, path: &str, body: &Value, status: StatusCode) -> Value {
    let response = service.post(path).json(body).send().await.unwrap();
    read(response, status).await
}

/// Runs a funnel over the week; what the answer is about is left out.
async fn run(service: &Service, mut body: Value, more: &Value) -> Value {
    let span = json!({"from": "2026-03-02", "to": "2026-03-09", "asOf": "2026-03-10"});
    for fields in [&span, more] {
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
    }
    let mut answer = post(service, &format!("{FUNNELS}/run"), &body, StatusCode::OK).await;
    answer.as_object_mut().unwrap().remove("meta");
    answer
}

fn people(answer: &Value) -> Vec<u64> {
    let steps = answer["steps"].as_array().unwrap().iter();
    steps.map(|step| step["people"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn people_come_through_a_funnel() {
    let home = Home::new();
    let service = home.start(&[]);
    tell(&service).await;
    let found = run(&service, definition(), &json!({})).await;
    // Ann: 09:00, 09:05, 09:10. Ben: 09:06, 09:10, 09:20. Cem signs in and writes without reading.
    let step = |name: &str,
                people: u64,
                of_first: f64,
                of_before: Value,
                dropped: Value,
                median: Value,
                events: u64| {
        json!({"name": name, "people": people, "conversion": of_first, "fromPrevious": of_before,
            "dropped": dropped, "medianSeconds": median, "events": events})
    };
    assert_same(
        &found["steps"],
        &json!([
            step("in", 3, 100.0, Value::Null, Value::Null, Value::Null, 4),
            step(
                "message_read",
                2,
                66.7,
                json!(66.7),
                json!(1),
                json!(270.0),
                3
            ),
            step("out", 2, 66.7, json!(100.0), json!(0), json!(450.0), 5),
        ]),
    );
    assert_eq!(
        (&found["conversion"], &found["complete"], &found["window"]),
        (&json!(66.7), &json!(true), &json!("1h"))
    );
    // Four minutes are enough for Ben to read, and for nobody to write.
    let mut short = definition();
    short["window"] = json!("4m");
    assert_eq!(people(&run(&service, short, &json!({})).await), [3, 1, 0]);
    let segment = |key: Value, people: [u64; 3], conversion: f64| json!({"key": key, "people": people, "conversion": conversion});
    let roles = run(&service, definition(), &json!({"by": "role"})).await;
    assert_same(
        &roles["segments"],
        &json!([
            segment(Value::Null, [2, 1, 1], 50.0),
            segment(json!("owner"), [1, 1, 1], 100.0),
        ]),
    );
    let cohorts = run(&service, definition(), &json!({"by": "cohort"})).await;
    assert_same(
        &cohorts["segments"],
        &json!([
            segment(json!("2026-03-02"), [2, 1, 1], 50.0),
            segment(json!("2026-02-23"), [1, 1, 1], 100.0),
        ]),
    );
    let ann = run(&service, definition(), &json!({"userId": "ann"})).await;
    assert_eq!(people(&ann), [1, 1, 1]);
    let nobody = run(
        &service,
        definition(),
        &json!({"from": "2026-02-01", "to": "2026-02-02"}),
    )
    .await;
    assert_eq!(
        (people(&nobody), &nobody["conversion"]),
        (vec![0, 0, 0], &Value::Null)
    );
    // Seen while the window of Cem is open.
    let open = run(
        &service,
        definition(),
        &json!({"asOf": "2026-03-09T00:01:00Z"}),
    )
    .await;
    assert_eq!(open["complete"], false);
}

#[tokio::test]
async fn whoever_is_answered_by_another_person_comes_on() {
    let home = Home::new();
    let service = home.start(&[]);
    tell(&service).await;
    let asked =
        json!({"window": "24h", "steps": [{"events": ["message_sent"]}, {"answered": true}]});
    // Ben answers Ann at 09:20, ten minutes after her last message; she answers him at 09:40.
    let found = run(&service, asked.clone(), &json!({})).await;
    assert_eq!(
        (people(&found), &found["steps"][1]["medianSeconds"]),
        (vec![2, 2], &json!(900.0))
    );
    assert_eq!(found["steps"][1]["name"], "was answered");
    // Whoever answers need not be the one who is asked about, and bots never answer.
    for more in [
        json!({"userId": "ann"}),
        json!({"userId": "ann", "includeBots": true}),
    ] {
        let found = run(&service, asked.clone(), &more).await;
        assert_eq!(
            (people(&found), &found["steps"][1]["medianSeconds"]),
            (vec![1, 1], &json!(600.0))
        );
    }
}

#[tokio::test]
async fn funnels_are_kept_run_and_taken_away() {
    let home = Home::new();
    let service = home.start(&[]);
    tell(&service).await;
    assert_eq!(service.json(FUNNELS).await, json!({"funnels": []}));
    let made = post(&service, FUNNELS, &definition(), StatusCode::CREATED).await;
    assert_eq!(
        (&made["window"], &made["steps"][0]["events"]),
        (&json!("1h"), &json!(["sign_in"]))
    );
    assert_eq!(made["steps"][1]["name"], "message_read");
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[]);
    assert_eq!(service.json(FUNNELS).await, json!({"funnels": [made]}));
    let path = format!("{FUNNELS}/{}", made["id"].as_str().unwrap());
    assert_eq!(service.json(&path).await, made);
    let mut kept = service.json(&format!("{path}/run?{WEEK}&by=role")).await;
    kept.as_object_mut().unwrap().remove("meta");
    assert_same(
        &kept,
        &run(&service, definition(), &json!({"by": "role"})).await,
    );
    // The preset is there for everybody, and cannot be taken away.
    let presets = service.json(&format!("{FUNNELS}/presets")).await;
    let newcomers = format!("{FUNNELS}/newcomers");
    assert_eq!(presets["funnels"], json!([service.json(&newcomers).await]));
    let steps = presets["funnels"][0]["steps"].as_array().unwrap();
    let names: Vec<&str> = steps
        .iter()
        .map(|step| step["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["joined", "read", "posted", "was answered"]);
    let found = service.json(&format!("{newcomers}/run?{WEEK}")).await;
    assert_eq!(people(&found), [0, 0, 0, 0]);
    let delete = |path: &str| {
        service
            .request(Method::DELETE, path)
            .header("X-API-Key", KEY)
    };
    assert_refused(delete(&newcomers).send().await.unwrap(), 404, "not_found").await;
    // Another workspace neither sees nor deletes it.
    let there = |method, path: &str| {
        let request = service.request(method, path).header("X-API-Key", KEY);
        request.header("X-Source-Account-ID", "elsewhere")
    };
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::GET, format!("{path}/run")),
        (Method::DELETE, path.clone()),
    ] {
        assert_refused(there(method, &path).send().await.unwrap(), 404, "not_found").await;
    }
    let gone = read(delete(&path).send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(gone["success"], true);
    assert_refused(delete(&path).send().await.unwrap(), 404, "not_found").await;
}

#[tokio::test]
async fn what_is_no_funnel_is_refused() {
    let home = Home::new();
    let service = home.start(&[]);
    let step = json!({"events": ["message_sent"]});
    let with = |field: &str, value: Value| {
        let mut body = definition();
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("name", json!("")), "name"),
        (with("window", json!("91d")), "window"),
        (with("window", json!("soon")), "window"),
        (with("steps", json!([step])), "steps"),
        (with("steps", json!(vec![&step; 9])), "steps"),
        (with("steps", json!([step, {}])), "steps"),
        (with("steps", json!([{"answered": true}, step])), "steps"),
        (
            with(
                "steps",
                json!([step, {"answered": true, "filter": "channel is c1"}]),
            ),
            "steps",
        ),
        (
            with(
                "steps",
                json!([step, {"events": ["x"], "filter": "chanel is c1"}]),
            ),
            "steps",
        ),
    ] {
        for path in [FUNNELS.to_owned(), format!("{FUNNELS}/run")] {
            let response = service.post(&path).json(&body).send().await.unwrap();
            let error = assert_refused(response, 400, "bad_funnel").await;
            assert_eq!(error["details"]["field"], field, "{body}");
            let message = error["message"].as_str().unwrap();
            assert!(message.starts_with(&format!("`{field}`: ")), "{message}");
        }
    }
    let misspelt = with("steps", json!([step, {"event": ["x"]}]));
    let response = service.post(FUNNELS).json(&misspelt).send().await.unwrap();
    let error = assert_refused(response, 400, "unknown_field").await;
    assert_eq!(error["details"]["nearest"], "events");
    for (field, value) in [("by", "planet"), ("includeBots", "x")] {
        let response = service
            .post(&format!("{FUNNELS}/run"))
            .json(&with(field, json!(value)));
        let code = if field == "by" {
            "bad_parameter"
        } else {
            "bad_shape"
        };
        assert_refused(response.send().await.unwrap(), 400, code).await;
    }
    assert_eq!(service.json(FUNNELS).await, json!({"funnels": []}));
    // At most 200 of a workspace.
    for _ in 0..200 {
        post(&service, FUNNELS, &definition(), StatusCode::CREATED).await;
    }
    let response = service
        .post(FUNNELS)
        .json(&definition())
        .send()
        .await
        .unwrap();
    assert_refused(response, 409, "too_many_funnels").await;
}
