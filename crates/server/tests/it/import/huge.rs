//! Files made to fill memory: refused or skipped with a sentence, and never held.

use std::{
    fs::File,
    io::{BufWriter, Read as _, Write as _},
    process::Stdio,
    time::Duration,
};

use serde_json::json;

use super::{file, lines};
use crate::support::Home;

/// Most memory that an import may take; the engine alone may take half of `ANALYTICS_MEMORY`.
const MOST_MIB: u64 = 300;

/// Runs an import; returns what it printed, whether it succeeded, and the most memory it had, in MiB.
fn watched(home: &Home, arguments: &[&str]) -> (String, bool, u64) {
    let mut child = home
        .command(&[])
        .arg("import")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let done = loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) / 1_024);
        if let Some(done) = child.try_wait().unwrap() {
            break done;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let mut text = String::new();
    child.stdout.unwrap().read_to_string(&mut text).unwrap();
    child.stderr.unwrap().read_to_string(&mut text).unwrap();
    assert!(peak > 0, "{text}");
    assert!(peak < MOST_MIB, "{peak} MiB: {text}");
    (text, done.success(), peak)
}

fn good_line(number: u32) -> String {
    json!({"type": "message_sent", "ts": 1_704_186_000 + number, "user_id": "u1", "channel_id": "c1",
        "message_id": number})
    .to_string()
}

#[test]
fn a_cell_without_end_and_a_line_without_end() {
    let home = Home::new();
    let part = vec![b'x'; 1 << 20];
    let users = home.path("users.csv");
    let mut out = File::create(&users).unwrap();
    out.write_all(b"user_id,display_name\nu0,Zoe\nu1,\"")
        .unwrap();
    for _ in 0..200 {
        out.write_all(&part).unwrap();
    }
    file(&home, "one.ndjson", good_line(1));
    let events = home.path("one.ndjson");
    let (text, success, _) = watched(
        &home,
        &[events.to_str().unwrap(), "--users", users.to_str().unwrap()],
    );
    assert!(!success, "{text}");
    let sentence = format!(
        "line 3 of `{}` goes on for more than 1 MiB",
        users.display()
    );
    assert!(text.contains(&sentence), "{text}");

    let long = home.path("long.ndjson");
    let mut out = File::create(&long).unwrap();
    writeln!(out, "{}", good_line(1)).unwrap();
    out.write_all(b"{\"type\":\"x\",\"text\":\"").unwrap();
    for _ in 0..200 {
        out.write_all(&part).unwrap();
    }
    writeln!(out, "\"}}\n{}", good_line(2)).unwrap();
    let (text, success, _) = watched(&home, &[long.to_str().unwrap()]);
    assert!(success, "{text}");
    let told = lines(&text);
    assert_eq!(told[0], "new events 2");
    let sentence = format!(
        "skipped 1 too_long_line: the line is longer than 1 MiB ({}:2)",
        long.display()
    );
    assert!(told.contains(&sentence), "{text}");
}

#[test]
fn what_is_packed_a_thousandfold() {
    let home = Home::new();
    let packed = home.path("bomb.ndjson.gz");
    let mut packer = flate2::write::GzEncoder::new(
        BufWriter::new(File::create(&packed).unwrap()),
        flate2::Compression::fast(),
    );
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..256 {
        packer.write_all(&zeros).unwrap();
    }
    write!(packer, "\n{}\n", good_line(3)).unwrap();
    packer.finish().unwrap().flush().unwrap();
    let (text, success, _) = watched(&home, &[packed.to_str().unwrap()]);
    assert!(success, "{text}");
    assert_eq!(lines(&text)[0], "new events 1");
}

#[test]
fn many_lines_of_the_greatest_length() {
    let home = Home::new();
    let heavy = home.path("heavy.ndjson");
    let mut out = BufWriter::new(File::create(&heavy).unwrap());
    let text = "word ".repeat(180_000);
    let numbers = "0,".repeat(200_000);
    for number in 0..30 {
        let mut line = good_line(1_000 + number);
        line.pop();
        writeln!(out, "{line},\"text\":\"{text}\"}}").unwrap();
        let mut line = good_line(2_000 + number);
        line.pop();
        writeln!(out, "{line},\"properties\":{{\"a\":[{numbers}0]}}}}").unwrap();
    }
    out.flush().unwrap();
    let (text, success, _) = watched(&home, &[heavy.to_str().unwrap()]);
    assert!(success, "{text}");
    assert_eq!(lines(&text)[0], "new events 60");
    assert!(text.contains("30 string_too_long"), "{text}");
    assert!(text.contains("30 too_many_values"), "{text}");
    // Through the service, in requests that it takes.
    let service = home.start(&[("ANALYTICS_MAX_BODY", "2097152")]);
    let (text, success, _) = watched(&home, &[heavy.to_str().unwrap(), "--server", &service.base]);
    assert!(success, "{text}");
    assert_eq!(lines(&text)[1], "known already 30", "{text}");
}

#[test]
fn messages_lists_and_tables_that_name_much() {
    let home = Home::new();
    let long = "x".repeat(300_000);
    let files = format!("[{}{{}}]", "{},".repeat(5_999));
    let users: Vec<_> = (0..6_000).map(|n| format!("\"U{n}\"")).collect();
    let users = users.join(",");
    let day = format!(
        r#"[{{"type":"message","user":"{long}","ts":"1704186000.000100","files":{files}}},
        {{"type":"message","user":"U1","ts":"1704186001.000100","reactions":[{{"name":"{long}","users":[{users}]}}]}},
        {{"type":"message","user":"{long}","ts":"1704186002.000100","reactions":[{{"name":"tada","users":[{users}]}}]}}]"#
    );
    let zeros = format!("[{}0]", "0,".repeat(199_999));
    let export = super::folder(
        &home,
        "export",
        &[
            ("users.json", &zeros),
            ("channels.json", r#"[{"id":"C1","name":"general"}]"#),
            ("general/2024-01-02.json", &day),
        ],
    );
    let people = home.path("people.csv");
    let mut out = BufWriter::new(File::create(&people).unwrap());
    writeln!(out, "id,name,is_bot").unwrap();
    for _ in 0..200_000 {
        writeln!(out, ",x,").unwrap();
    }
    let name = "n".repeat(900_000);
    for number in 0..40 {
        writeln!(out, "U{number},{name},").unwrap();
    }
    out.flush().unwrap();
    let (export, people) = (export.to_str().unwrap(), people.to_str().unwrap());
    let (text, success, _) = watched(&home, &[export, "--users", people]);
    assert!(success, "{text}");
    let told = lines(&text);
    // A file without identifier is one for each place, a reaction one for each person.
    assert_eq!(told[0], "new events 18,003", "{text}");
    for found in [
        "skipped 200,000 bad_entry: ",
        "warnings 200,000 placeholder_identifier: ",
        "warnings 43 string_too_long: ",
    ] {
        assert!(
            told.iter().any(|line| line.starts_with(found)),
            "{found}: {text}"
        );
    }
}
