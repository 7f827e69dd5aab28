//! Reports as PDF, opened by two readers.

use std::{path::Path, process::Command};

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::REPORTS;
use crate::{
    api::chat::{AS_OF, Chat},
    support::json as read,
};

/// Runs a reader of documents; returns what it says.
fn reader(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(file).output();
    let output = output.unwrap_or_else(|error| {
        panic!("{program}: {error}; if it is missing, run scripts/ensure-tools.sh test")
    });
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{program}: {said}{output:?}");
    said
}

#[tokio::test]
async fn a_document_is_tagged_numbered_and_holds_the_numbers_of_the_api() {
    let chat = Chat::open_in("Europe/Berlin").await;
    let metrics = [
        "activeUsers",
        "messageVolume",
        "channelGrowth",
        "engagement",
        "retention",
        "lifecycle",
        "responseTimes",
    ];
    let body = json!({"name": "Woche für Ελλάδα 雑談", "period": "7d", "metrics": metrics, "format": "pdf"});
    let made = chat.service.post(REPORTS).json(&body).send().await.unwrap();
    let made = read(made, StatusCode::CREATED).await;
    let path = format!(
        "{REPORTS}/{}/preview?asOf={AS_OF}",
        made["id"].as_str().unwrap()
    );
    let answer = chat
        .service
        .get(&format!("{path}&format=pdf"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    let bytes = answer.bytes().await.unwrap();
    let again = chat
        .service
        .get(&format!("{path}&format=pdf"))
        .send()
        .await
        .unwrap();
    assert!(
        bytes == again.bytes().await.unwrap(),
        "the same numbers are the same bytes"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.pdf");
    std::fs::write(&file, &bytes).unwrap();

    reader("qpdf", &["--check"], &file);
    let about = reader("pdfinfo", &[], &file);
    let says = |name: &str| {
        let line = about.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name}: {about}"))
            .trim()
            .to_owned()
    };
    assert_eq!(says("Title:"), "Woche für Ελλάδα 雑談");
    assert_eq!(says("Tagged:"), "yes");
    assert!(says("Page size:").contains("A4"), "{about}");
    let pages: usize = says("Pages:").parse().unwrap();
    assert!(pages >= 3, "{about}");
    // The file says by which standard it is accessible.
    let plain = folder.path().join("plain.pdf");
    let mut qpdf = Command::new("qpdf");
    qpdf.args(["--qdf", "--object-streams=disable"])
        .arg(&file)
        .arg(&plain);
    assert!(qpdf.status().unwrap().success());
    let plain = String::from_utf8_lossy(&std::fs::read(&plain).unwrap()).into_owned();
    assert!(plain.contains("pdfuaid:part"), "PDF/UA");
    assert!(
        plain.contains("/S /TH") && plain.contains("/S /Figure") && plain.contains("/Outlines")
    );

    let structure = reader("pdfinfo", &["-struct-text"], &file);
    assert!(
        structure.contains("H1") && structure.contains("TH"),
        "{structure}"
    );
    let content: Value = chat.service.json(&format!("{path}&format=json")).await;
    let text = Command::new("pdftotext")
        .arg("-layout")
        .arg(&file)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    let each: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(each.len(), pages);
    for (number, page) in (1..).zip(&each) {
        assert!(
            page.contains(&format!("Page {number} of {pages}")),
            "{page}"
        );
        assert!(
            page.contains("(Europe/Berlin)") && page.contains("2025-03-2"),
            "{page}"
        );
    }
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for section in content["sections"].as_array().unwrap() {
        let title = section["title"].as_str().unwrap();
        assert!(spaced.contains(title), "{title}: {text}");
        for table in section["tables"].as_array().unwrap() {
            for row in table["rows"].as_array().unwrap() {
                let name = row[0].as_str().unwrap();
                let line = text.lines().find(|line| {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    words.join(" ").starts_with(name)
                        && words.contains(&row[1].to_string().as_str())
                });
                assert!(line.is_some(), "{row}: {text}");
            }
        }
    }
    pages_are_filled_within_their_margins(&file, folder.path(), pages);
}

/// Draws each page, and looks at it: something is on it, and nothing beyond its margins.
fn pages_are_filled_within_their_margins(file: &Path, folder: &Path, pages: usize) {
    // A pixel for each point.
    let mut draw = Command::new("pdftoppm");
    draw.args(["-r", "72", "-gray"])
        .arg(file)
        .arg(folder.join("page"));
    assert!(draw.status().unwrap().success());
    let entries = std::fs::read_dir(folder).unwrap();
    let pictures = entries.map(|entry| entry.unwrap().path());
    let is_picture = |path: &std::path::PathBuf| path.extension().is_some_and(|one| one == "pgm");
    let pictures: Vec<_> = pictures.filter(is_picture).collect();
    assert_eq!(pictures.len(), pages);
    for picture in pictures {
        let bytes = std::fs::read(&picture).unwrap();
        let head: Vec<&[u8]> = bytes.splitn(4, |byte| *byte == b'\n').collect();
        let size = std::str::from_utf8(head[1]).unwrap();
        let (width, height) = size.split_once(' ').unwrap();
        let (width, height): (usize, usize) = (width.parse().unwrap(), height.parse().unwrap());
        let pixels = head[3];
        assert_eq!(pixels.len(), width * height, "{size}");
        let mut inked = 0;
        for (place, shade) in pixels.iter().enumerate().filter(|(_, shade)| **shade < 200) {
            let (x, y) = (place % width, place / width);
            let is_within = (46..width - 46).contains(&x) && (44..height - 26).contains(&y);
            assert!(is_within, "{}: {shade} at {x}, {y}", picture.display());
            inked += 1;
        }
        assert!(inked > 200, "{}: {inked}", picture.display());
    }
}
