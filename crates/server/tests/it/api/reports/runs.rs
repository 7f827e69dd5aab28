//! Runs of reports: at their times, when somebody asks, and after the service was down.

use std::time::Duration;

use domain::{
    clock::{Clock as _, SystemClock},
    id::WorkspaceId,
    report::{Report, ReportFormat, ReportRun, RunCause, RunOutcome},
    time::Instant,
};
use reqwest::{Method, StatusCode, header::ETAG};
use serde_json::{Value, json};
use store::meta::{MetaStore as _, ReportStore as _, RunStore as _, SqliteMeta};

use super::{REPORTS, create, example};
use crate::{
    api::refusal::assert_refused,
    support::{Home, KEY, Service, json as read},
};

/// The settings of a service that is stopped.
pub(super) struct Settings {
    pub(super) meta: SqliteMeta,
    workspace: WorkspaceId,
}

pub(super) async fn settings(home: &Home) -> Settings {
    Settings {
        meta: SqliteMeta::open(&home.data()).await.unwrap(),
        workspace: WorkspaceId::new("primary").unwrap(),
    }
}

fn now() -> Instant {
    SystemClock.now()
}

impl Settings {
    async fn report(&self, id: &str) -> Report {
        let report = self.meta.report(&self.workspace, id).await.unwrap();
        report.unwrap()
    }

    /// Makes a report due at an instant.
    async fn make_due(&self, id: &str, at: Instant) {
        let report = self.report(id).await;
        assert!(self.meta.move_report(&report, Some(at)).await.unwrap());
    }

    /// Claims the next time of a report, and goes no further.
    pub(super) async fn claim(&self, id: &str, run: &str) -> ReportRun {
        let report = self.report(id).await;
        let run = ReportRun {
            id: run.to_owned(),
            workspace_id: self.workspace.clone(),
            report_id: id.to_owned(),
            cause: RunCause::Schedule,
            format: ReportFormat::Excel,
            due: now(),
            started_at: now(),
            ended_at: None,
            late: false,
            outcome: RunOutcome::Running,
            reason: None,
            file_bytes: None,
            privacy: "full".to_owned(),
            recipients: 3,
            sent: 0,
        };
        let next = now().plus_millis(3_600_000_000);
        assert!(
            self.meta
                .claim_run(&report, &run, Some(next))
                .await
                .unwrap()
        );
        run
    }
}

/// Waits until a report has so many runs that have ended.
async fn ended(service: &Service, id: &str, runs: usize) -> Vec<Value> {
    for _try in 0..100 {
        let answer = service.json(&format!("{REPORTS}/{id}/runs")).await;
        let found = answer["runs"].as_array().unwrap();
        let over = found
            .iter()
            .filter(|run| run["outcome"] != "running")
            .count();
        if over >= runs {
            return found.clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the report was not made");
}

/// The example, as a workbook.
fn workbook() -> Value {
    let mut body = example();
    body["format"] = json!("excel");
    body["recipients"] = json!([]);
    body
}

#[tokio::test]
async fn somebody_may_have_a_report_made_and_fetch_its_file() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut body = workbook();
    body["recipients"] = json!(["ceo@example.com"]);
    let made = create(&service, &body).await;
    let id = made["id"].as_str().unwrap();
    let test = service.post(&format!("{REPORTS}/{id}/test"));
    let run = read(test.json(&json!({})).send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(
        (&run["outcome"], &run["cause"]),
        (&json!("made"), &json!("test"))
    );
    assert_eq!(
        (&run["late"], &run["sent"], &run["recipientCount"]),
        (&json!(false), &json!(0), &json!(0))
    );
    let listed = service.json(&format!("{REPORTS}/{id}/runs")).await;
    assert_eq!(listed["runs"], json!([run]));
    let path = format!("{REPORTS}/{id}/runs/{}/file", run["id"].as_str().unwrap());
    let file = service.get(&path).send().await.unwrap();
    assert_eq!(file.status(), StatusCode::OK);
    assert_eq!(
        file.headers()["content-disposition"],
        "attachment; filename=\"weekly-executive-summary.xlsx\""
    );
    let bytes = file.bytes().await.unwrap();
    assert_eq!(json!(bytes.len()), run["fileBytes"]);
    assert!(bytes.starts_with(b"PK"));
    // With nobody to send it by, whoever it is for is told why.
    let to = json!({"recipients": ["ceo@example.com"]});
    let test = service.post(&format!("{REPORTS}/{id}/test"));
    let run = read(test.json(&to).send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(run["outcome"], "made");
    assert!(
        run["reason"]
            .as_str()
            .unwrap()
            .contains("ANALYTICS_SMTP_HOST"),
        "{run}"
    );
    for to in [
        json!(["nobody"]),
        json!(["a@b.de", "b@b.de", "c@b.de", "d@b.de", "e@b.de", "f@b.de"]),
    ] {
        let test = service.post(&format!("{REPORTS}/{id}/test"));
        let refused = test.json(&json!({"recipients": to})).send().await.unwrap();
        assert_refused(refused, 400, "bad_report").await;
    }
    let shown = service.json(&format!("{REPORTS}/{id}")).await;
    assert_eq!(
        (&shown["state"], &shown["status"]),
        (&json!("made"), &json!("active"))
    );
    assert!(shown["lastRunAt"].is_string());
    // What is not there.
    for path in [
        format!("{REPORTS}/{id}/runs/none/file"),
        format!("{REPORTS}/none/runs"),
        path.replace(id, "none"),
    ] {
        assert_refused(service.get(&path).send().await.unwrap(), 404, "not_found").await;
    }
    // What was made in another mode of privacy names people.
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[("ANALYTICS_PRIVACY_MODE", "pseudonymous")]);
    assert_refused(service.get(&path).send().await.unwrap(), 404, "not_found").await;
    // A report leaves nothing.
    let delete = service.request(Method::DELETE, &format!("{REPORTS}/{id}"));
    read(
        delete.header("X-API-Key", KEY).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(service.stop(), Some(0));
    let settings = settings(&home).await;
    assert!(
        settings
            .meta
            .report_runs(&settings.workspace, id, 9)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn whoever_is_erased_is_in_no_file_that_was_made() {
    let home = Home::new();
    let service = home.start(&[]);
    let person = json!({"people": [{"id": "zel", "name": "Zelda Quirk"}]});
    let kept = service
        .post("/api/analytics/records")
        .json(&person)
        .send()
        .await;
    read(kept.unwrap(), StatusCode::OK).await;
    let said =
        json!({"event": "message_sent", "userId": "zel", "channelId": "c1", "text": "hello"});
    service.track(&said).await;
    let mut body = workbook();
    body["format"] = json!("json");
    let made = create(&service, &body).await;
    let id = made["id"].as_str().unwrap();
    let test = service.post(&format!("{REPORTS}/{id}/test"));
    let run = read(test.json(&json!({})).send().await.unwrap(), StatusCode::OK).await;
    let path = format!("{REPORTS}/{id}/runs/{}/file", run["id"].as_str().unwrap());
    let file = service
        .get(&path)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(file.contains("Zelda Quirk"), "{file}");
    let erase = service.request(Method::DELETE, "/api/analytics/people/zel");
    read(
        erase.header("X-API-Key", KEY).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_refused(service.get(&path).send().await.unwrap(), 404, "not_found").await;
    let runs = service.json(&format!("{REPORTS}/{id}/runs")).await;
    assert_eq!(
        (&runs["runs"][0]["id"], &runs["runs"][0]["fileBytes"]),
        (&run["id"], &Value::Null)
    );
}

#[tokio::test]
async fn what_was_missed_is_made_once_and_said_to_be_late() {
    let home = Home::new();
    let service = home.start(&[]);
    let made = create(&service, &workbook()).await;
    let id = made["id"].as_str().unwrap();
    let kept = create(&service, &workbook()).await;
    assert_eq!(service.stop(), Some(0));
    // Three Mondays ago, and every one since.
    let due = now().plus_millis(-21 * 86_400_000);
    let stopped = settings(&home).await;
    stopped.make_due(id, due).await;
    stopped.meta.close().await;
    let service = home.start(&[]);
    let runs = ended(&service, id, 1).await;
    assert_eq!(runs.len(), 1, "{runs:?}");
    let run = &runs[0];
    assert_eq!(
        (&run["outcome"], &run["late"], &run["cause"], &run["dueAt"]),
        (
            &json!("made"),
            &json!(true),
            &json!("schedule"),
            &json!(due.to_string())
        )
    );
    let shown = service.json(&format!("{REPORTS}/{id}")).await;
    // It goes on where it would be.
    assert_eq!(shown["nextRuns"], made["nextRuns"]);
    // A start makes nothing that is not due.
    let other = service
        .json(&format!("{REPORTS}/{}/runs", kept["id"].as_str().unwrap()))
        .await;
    assert_eq!(other["runs"], json!([]));
}

#[tokio::test]
async fn a_kill_neither_loses_a_run_nor_makes_it_twice() {
    let home = Home::new();
    let service = home.start(&[]);
    let claimed = create(&service, &workbook()).await;
    let with_file = create(&service, &workbook()).await;
    let due = create(&service, &workbook()).await;
    service.kill();
    let stopped = settings(&home).await;
    // After the claim, after the file, and before the claim.
    stopped.claim(claimed["id"].as_str().unwrap(), "r1").await;
    let run = stopped.claim(with_file["id"].as_str().unwrap(), "r2").await;
    stopped.meta.keep_file(&run, b"as it was").await.unwrap();
    stopped.make_due(due["id"].as_str().unwrap(), now()).await;
    stopped.meta.close().await;
    let mut service = home.start(&[]);
    for again in 0..2 {
        for report in [&claimed, &with_file, &due] {
            let id = report["id"].as_str().unwrap();
            let runs = ended(&service, id, 1).await;
            assert_eq!(runs.len(), 1, "{again}: {runs:?}");
            assert_eq!(runs[0]["outcome"], "made");
        }
        let id = with_file["id"].as_str().unwrap();
        let file = service
            .get(&format!("{REPORTS}/{id}/runs/r2/file"))
            .send()
            .await;
        assert_eq!(file.unwrap().bytes().await.unwrap().as_ref(), b"as it was");
        service.kill();
        service = home.start(&[]);
    }
}

#[tokio::test]
async fn a_schedule_is_shown_with_its_next_runs_in_the_reporting_zone() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_TIMEZONE", "America/New_York")]);
    let made = create(&service, &example()).await;
    let id = made["id"].as_str().unwrap();
    let next = made["nextRuns"].as_array().unwrap();
    assert_eq!(next.len(), 3);
    for at in next {
        let at: jiff::Timestamp = at.as_str().unwrap().parse().unwrap();
        let local = at.in_tz("America/New_York").unwrap();
        assert_eq!(local.strftime("%a %H:%M").to_string(), "Mon 09:00");
    }
    // Another zone moves what is to come.
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[("ANALYTICS_TIMEZONE", "Asia/Tokyo")]);
    let mut moved = Value::Null;
    for _try in 0..50 {
        moved = service.json(&format!("{REPORTS}/{id}")).await;
        if moved["nextRuns"] != made["nextRuns"] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let first: jiff::Timestamp = moved["nextRuns"][0].as_str().unwrap().parse().unwrap();
    let local = first.in_tz("Asia/Tokyo").unwrap();
    assert_eq!(local.strftime("%a %H:%M").to_string(), "Mon 09:00");

    // A change, by whoever has seen the version that there is.
    let path = format!("{REPORTS}/{id}");
    let put = |body: &Value, version: &str| {
        let request = service.request(Method::PUT, &path).header("X-API-Key", KEY);
        request.header("If-Match", version).json(body).send()
    };
    let mut body = example();
    body["status"] = json!("paused");
    assert_refused(put(&body, "\"7\"").await.unwrap(), 412, "changed").await;
    let answer = put(&body, "\"1\"").await.unwrap();
    assert_eq!(answer.headers()[ETAG], "\"2\"");
    let paused = read(answer, StatusCode::OK).await;
    assert_eq!(
        (&paused["status"], &paused["nextRuns"], &paused["version"]),
        (&json!("paused"), &json!([]), &json!(2))
    );
    assert_eq!(paused["createdAt"], made["createdAt"]);
    body["status"] = json!("active");
    let active = read(put(&body, "*").await.unwrap(), StatusCode::OK).await;
    assert_eq!(active["nextRuns"], moved["nextRuns"]);
    for (field, value, wrong) in [
        ("status", json!("sometimes"), "status"),
        ("schedule", json!(""), "schedule"),
        ("schedule", json!("0 0 31 2 *"), "schedule"),
        ("schedule", json!("* * * * *"), "schedule"),
    ] {
        let mut body = body.clone();
        body[field] = value;
        let error = assert_refused(put(&body, "*").await.unwrap(), 400, "bad_report").await;
        assert_eq!(error["details"], json!({ "field": wrong }));
    }
}
