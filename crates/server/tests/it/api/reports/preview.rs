//! Reports as they would be made: every number is that of the API, in every form.

use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx};
use reqwest::StatusCode;
use serde_json::{Value, json};
use zip::ZipArchive;

use super::REPORTS;
use crate::{
    api::chat::{AS_OF, Chat},
    support::json as read,
};

const METRICS: [&str; 7] = [
    "activeUsers",
    "messageVolume",
    "channelGrowth",
    "engagement",
    "retention",
    "lifecycle",
    "responseTimes",
];

/// A report about everything, named to be a formula and markup wherever somebody lets it.
async fn kept(chat: &Chat) -> String {
    let body = json!({"name": "=<b>\"Week\"</b>", "period": "7d", "metrics": METRICS});
    let made = chat.service.post(REPORTS).json(&body).send().await.unwrap();
    let made = read(made, StatusCode::CREATED).await;
    made["id"].as_str().unwrap().to_owned()
}

async fn preview(chat: &Chat, id: &str, format: &str) -> Vec<u8> {
    let path = format!("{REPORTS}/{id}/preview?format={format}&asOf={AS_OF}");
    let answer = chat.service.get(&path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.bytes().await.unwrap().to_vec()
}

fn section<'a>(content: &'a Value, name: &str) -> &'a Value {
    let sections = content["sections"].as_array().unwrap();
    sections.iter().find(|one| one["name"] == name).unwrap()
}

fn figure<'a>(section: &'a Value, name: &str) -> &'a Value {
    let figures = section["figures"].as_array().unwrap();
    figures.iter().find(|one| one["name"] == name).unwrap()
}

#[tokio::test]
async fn every_number_of_a_report_is_that_of_the_api() {
    let chat = Chat::open_in("Europe/Berlin").await;
    let id = kept(&chat).await;
    let content: Value = serde_json::from_slice(&preview(&chat, &id, "json").await).unwrap();
    let dashboard = chat.ask("dashboard?period=7d").await;
    let meta = &dashboard["meta"];
    for name in [
        "from",
        "to",
        "previousFrom",
        "previousTo",
        "asOf",
        "timezone",
    ] {
        assert_eq!(content[name], meta[name], "{name}");
    }
    for (of, name, trend) in [
        ("activeUsers", "activeUsers", "activeUsers"),
        ("messageVolume", "messages", "messages"),
        ("messageVolume", "reactions", "reactions"),
        ("messageVolume", "files", "files"),
        ("channelGrowth", "activeChannels", "channels"),
    ] {
        let (figure, trend) = (
            figure(section(&content, of), name),
            &dashboard["trends"][trend],
        );
        assert_eq!(figure["value"], trend["current"], "{name}");
        assert_eq!(figure["previous"], trend["previous"], "{name}");
        assert_eq!(figure["change"], trend["change"], "{name}");
    }
    let chart = &section(&content, "messageVolume")["charts"][0];
    let shown = dashboard["charts"]["messageVolume"].as_array().unwrap();
    let points = chart["points"].as_array().unwrap();
    assert_eq!(points.len(), shown.len());
    for (point, day) in points.iter().zip(shown) {
        assert_eq!(point["date"], day["date"]);
        assert_eq!(point["value"], day["count"], "{point}");
        assert_eq!(
            point["previous"],
            day.get("previous").cloned().unwrap_or_default(),
            "{point}"
        );
    }
    let channels = chat.ask("channels?period=7d&sort=messages").await;
    let table = &section(&content, "channelGrowth")["tables"][0];
    for row in table["rows"].as_array().unwrap() {
        let known = channels["channels"].as_array().unwrap();
        let channel = known.iter().find(|one| one["name"] == row[0]).unwrap();
        assert_eq!(row[1], channel["messageCount"], "{row}");
        assert_eq!(row[2], channel["previousMessageCount"], "{row}");
    }
    let retention = chat.ask("retention?period=7d").await;
    let shares = section(&content, "retention")["figures"]
        .as_array()
        .unwrap();
    for (figure, share) in shares.iter().zip(retention["summary"].as_array().unwrap()) {
        assert_eq!(figure["value"], share["share"]);
    }
    let lifecycle = chat.ask("lifecycle?period=7d").await;
    for name in ["new", "kept", "returning", "churned"] {
        let figure = figure(section(&content, "lifecycle"), name);
        assert_eq!(figure["value"], lifecycle["summary"][name], "{name}");
    }
    let responses = chat.ask("response-times?period=7d").await;
    let of_responses = section(&content, "responseTimes");
    assert_eq!(
        figure(of_responses, "p50Seconds")["value"],
        responses["summary"]["p50Seconds"]["current"]
    );
    assert_eq!(
        figure(of_responses, "unanswered")["value"],
        responses["answered"]["unanswered"]
    );
}

#[tokio::test]
async fn files_hold_the_same_numbers_and_no_text_is_a_formula_or_markup() {
    let chat = Chat::open_in("Europe/Berlin").await;
    let id = kept(&chat).await;
    let content: Value = serde_json::from_slice(&preview(&chat, &id, "json").await).unwrap();
    let messages = figure(section(&content, "messageVolume"), "messages");
    let value = messages["value"].as_u64().unwrap();
    assert!(value > 3, "{value}");

    // CSV: a zip of tables.
    let written = preview(&chat, &id, "csv").await;
    let mut archive = ZipArchive::new(Cursor::new(written)).unwrap();
    let mut text = |name: &str| {
        let mut text = String::new();
        let mut file = archive.by_name(name).unwrap();
        file.read_to_string(&mut text).unwrap();
        text
    };
    let figures = text("figures.csv");
    let line = figures
        .lines()
        .find(|line| line.contains(",messages,"))
        .unwrap();
    assert!(
        line.starts_with(&format!("messageVolume,messages,messages,{value},")),
        "{line}"
    );
    assert!(text("report.csv").contains("'=<b>"), "a formula");
    assert!(text("channelGrowth-channels.csv").lines().count() > 2);
    assert!(text("definitions.csv").contains("Messages"));

    // A workbook: a sheet a section, dates as dates.
    let written = preview(&chat, &id, "excel").await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(written)).unwrap();
    assert_eq!(
        book.sheet_names(),
        [
            "Report",
            "Active people",
            "Messages",
            "Channels",
            "Engagement",
            "Retention",
            "New and returning people",
            "Response times",
            "Definitions"
        ]
    );
    let sheet = book.worksheet_range("Messages").unwrap();
    let expected = Data::Float(value as f64);
    let row = sheet
        .rows()
        .find(|row| row[0] == Data::String("Messages".into()) && row[1] == expected);
    assert!(
        row.is_some(),
        "{:?}",
        sheet.rows().take(4).collect::<Vec<_>>()
    );
    let dates = sheet
        .rows()
        .filter(|row| matches!(row[0], Data::DateTime(_)))
        .count();
    let chart = &section(&content, "messageVolume")["charts"][0];
    assert_eq!(dates, chart["points"].as_array().unwrap().len());

    // A page that can do nothing but show itself.
    let path = format!("{REPORTS}/{id}/preview?asOf={AS_OF}");
    let answer = chat.service.get(&path).send().await.unwrap();
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(
        policy.contains("sandbox") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("&lt;b&gt;&quot;Week&quot;") && !page.contains("<b>"),
        "{page}"
    );
    assert!(page.contains("<svg "), "a chart is drawn");
}

#[tokio::test]
async fn the_same_numbers_are_the_same_bytes() {
    let chat = Chat::open_in("Europe/Berlin").await;
    let id = kept(&chat).await;
    for format in ["json", "csv", "excel", "html"] {
        let first = preview(&chat, &id, format).await;
        // Zip archives and workbooks name the time they are made in seconds.
        tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
        let again = preview(&chat, &id, format).await;
        assert!(first == again, "{format}");
    }
}

#[tokio::test]
async fn templates_can_be_looked_at_and_kept() {
    let chat = Chat::open().await;
    let listed = chat.service.json(&format!("{REPORTS}/templates")).await;
    let templates = listed["templates"].as_array().unwrap();
    assert_eq!(templates.len(), 5);
    for template in templates {
        let id = template["id"].as_str().unwrap();
        let content: Value = serde_json::from_slice(&preview(&chat, id, "json").await).unwrap();
        assert_eq!(content["title"], template["name"]);
        let sections = content["sections"].as_array().unwrap();
        let names: Vec<&Value> = sections.iter().map(|section| &section["name"]).collect();
        assert_eq!(json!(names), template["metrics"]);
        let body = json!({
            "name": template["name"], "period": template["period"],
            "metrics": template["metrics"], "schedule": template["schedule"],
        });
        let kept = chat.service.post(REPORTS).json(&body).send().await.unwrap();
        assert_eq!(kept.status(), StatusCode::CREATED, "{id}");
    }
}

#[tokio::test]
async fn a_report_says_of_people_what_the_mode_of_privacy_allows() {
    for (mode, has_people, names) in [("pseudonymous", true, false), ("aggregate", false, false)] {
        let chat = Chat::open_with(&[
            ("ANALYTICS_TIMEZONE", "Europe/Berlin"),
            ("ANALYTICS_PRIVACY_MODE", mode),
        ])
        .await;
        let id = kept(&chat).await;
        let text = String::from_utf8(preview(&chat, &id, "json").await).unwrap();
        let content: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(content["privacy"]["mode"], mode);
        assert_eq!(text.contains("Ada Lovelace"), names, "{mode}");
        let engagement = section(&content, "engagement");
        assert_eq!(
            engagement["tables"].as_array().unwrap().len(),
            usize::from(has_people),
            "{mode}"
        );
        assert_eq!(
            engagement["note"].is_string(),
            !has_people,
            "{mode}: {engagement}"
        );
        let retention = section(&content, "retention");
        assert_eq!(retention["note"].is_string(), mode == "aggregate", "{mode}");
        assert!(
            !section(&content, "messageVolume")["figures"]
                .as_array()
                .unwrap()
                .is_empty()
        );
    }
}
