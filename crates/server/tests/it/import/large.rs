//! A day of Slack that is larger than the memory it may take.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    process::Command,
};

use super::said;
use crate::support::Home;

const MESSAGES: u64 = 15_000;
/// Most memory of the import at any time. The empty store alone takes about 100 MiB of it.
const MOST_KIB: u64 = 450 * 1024;

/// Writes a day of 90 MB: messages whose blocks repeat their text, as Slack's do, and between them
/// some that would fill memory if they were built as values.
fn write_day(path: &std::path::Path) {
    let mut day = BufWriter::new(File::create(path).unwrap());
    let text = "word ".repeat(600);
    let zeros = "0,".repeat(400_000);
    day.write_all(b"[").unwrap();
    for number in 0..MESSAGES {
        let separator = if number == 0 { "" } else { "," };
        let attached = match number % 1000 {
            1 => format!(r#","odd":[{zeros}0]"#),
            2 => format!(r#","attachments":[{zeros}0]"#),
            _ => String::new(),
        };
        write!(
            day,
            r#"{separator}{{"type":"message","user":"U1","text":"{text}","ts":"1704186000.{number:06}","blocks":[{{"type":"rich_text","elements":[{{"type":"rich_text_section","elements":[{{"type":"text","text":"{text}"}}]}}]}}]{attached}}}"#
        )
        .unwrap();
    }
    day.write_all(b"]").unwrap();
    day.into_inner().unwrap().sync_all().unwrap();
}

#[test]
fn a_day_of_90_mb_takes_no_more_memory_than_a_small_one() {
    let home = Home::new();
    let root = home.path("export");
    std::fs::create_dir_all(root.join("general")).unwrap();
    std::fs::write(
        root.join("channels.json"),
        r#"[{"id":"C1","name":"general"}]"#,
    )
    .unwrap();
    let day = root.join("general/2024-01-02.json");
    write_day(&day);
    assert!(std::fs::metadata(&day).unwrap().len() > 90_000_000);
    let peak = home.path("peak");
    // The kernel keeps the highest value; the last one that is seen is it.
    let binary = home.command(&[]);
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        r#""$0" import "$1" & import=$!
        while grep VmHWM /proc/$import/status >>"$2" 2>/dev/null; do sleep 0.05; done
        wait $import"#,
    ]);
    shell
        .arg(binary.get_program())
        .arg(&root)
        .arg(&peak)
        .env_clear();
    shell.env("PATH", "/usr/bin:/bin");
    for (name, value) in binary.get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    let done = shell.output().unwrap();
    let (is_ok, text) = said(&done);
    assert!(is_ok, "{text}");
    assert!(text.contains("new events       15,000\n"), "{text}");
    let peaks = std::fs::read_to_string(&peak).unwrap();
    let most = peaks
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
        .max()
        .unwrap();
    assert!(most < MOST_KIB, "{most} KiB");
}
