//! The same history once more, and in another order: neither may change an answer.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, BufWriter, Write as _},
    path::Path,
};

use anyhow::{Context, Result};
use rand::{SeedableRng as _, seq::SliceRandom as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::{answers::Answers, group::Group};
use crate::product::Imported;

/// The order of the shuffled history, the same in every run.
const SEED: u64 = 2022;

/// Compares what an import of a known history said, and the answers after it with those before.
pub(super) fn repeated(
    lines: u64,
    import: Imported,
    before: &Answers,
    after: &Answers,
) -> Vec<Group> {
    let mut said = Group::new("events by the import's own count");
    said.same("new", 0, Some(&json!(import.new))).same(
        "known already",
        lines,
        Some(&json!(import.known)),
    );
    vec![said, same_answers(before, after)]
}

/// Compares all answers; only how much disk the store needs may differ, and whether days were filled when
/// they were asked for.
pub(super) fn same_answers(expected: &Answers, found: &Answers) -> Group {
    let mut group = Group::new("answers");
    let pairs = [
        ("dashboard", &expected.dashboard, &found.dashboard),
        ("messages", &expected.messages, &found.messages),
        ("channels", &expected.channels, &found.channels),
        ("users", &expected.users, &found.users),
        ("content", &expected.content, &found.content),
        (
            "people ever",
            &expected.people_ever["total"],
            &found.people_ever["total"],
        ),
        (
            "cohorts",
            &expected.retention["cohorts"],
            &found.retention["cohorts"],
        ),
    ];
    for (name, expected, found) in pairs {
        let (expected, found) = (without_source(expected), without_source(found));
        same_value(&mut group, name, &expected, &found);
    }
    let facts = |status: &Value| {
        let mut status = status.clone();
        if let Some(fields) = status.as_object_mut() {
            // Of the process, and not of the history.
            for name in ["bytes", "leader"] {
                fields.remove(name);
            }
        }
        status
    };
    same_value(
        &mut group,
        "status",
        &facts(&expected.status),
        &facts(&found.status),
    );
    group
}

/// Returns an answer without what it says of where its numbers came from, and of which request it is.
fn without_source(answer: &Value) -> Value {
    let mut answer = answer.clone();
    let meta = answer.get_mut("meta");
    if let Some(meta) = meta.and_then(Value::as_object_mut) {
        for name in ["source", "ledger", "requestId"] {
            meta.remove(name);
        }
    }
    answer
}

/// Compares two values leaf by leaf, so that a difference is named with its place.
fn same_value(group: &mut Group, at: &str, expected: &Value, found: &Value) {
    match (expected, found) {
        (Value::Object(left), Value::Object(right)) if left.len() == right.len() => {
            for (name, expected) in left {
                let found = right.get(name).unwrap_or(&Value::Null);
                same_value(group, &format!("{at}.{name}"), expected, found);
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (index, (expected, found)) in left.iter().zip(right).enumerate() {
                same_value(group, &format!("{at}[{index}]"), expected, found);
            }
        }
        _ => {
            group.same(at, expected, Some(found));
        }
    }
}

/// Writes the lines of a compressed history in another order, uncompressed.
pub(super) fn shuffle(history: &Path, shuffled: &Path) -> Result<()> {
    let file = File::open(history).with_context(|| history.display().to_string())?;
    let mut lines = BufReader::new(zstd::Decoder::new(file)?)
        .lines()
        .collect::<Result<Vec<_>, _>>()?;
    lines.shuffle(&mut ChaCha8Rng::seed_from_u64(SEED));
    let mut out = BufWriter::new(File::create(shuffled)?);
    for line in &lines {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_named_with_its_place() {
        let mut group = Group::new("answers");
        let left = json!({"users": [{"id": "a", "n": 1}], "x": null});
        same_value(&mut group, "users", &left, &left);
        assert!(group.is_ok());
        let right = json!({"users": [{"id": "a", "n": 2}], "x": null});
        same_value(&mut group, "users", &left, &right);
        same_value(&mut group, "rows", &json!([1]), &json!([1, 2]));
        let text = group.to_string();
        assert!(
            text.contains("users.users[0].n: expected 1, found 2"),
            "{text}"
        );
        assert!(text.contains("rows: expected [1], found [1,2]"), "{text}");
    }

    #[test]
    fn shuffling_keeps_every_line_and_no_order() {
        let folder = tempfile::tempdir().unwrap();
        let (history, shuffled) = (folder.path().join("a.zst"), folder.path().join("b"));
        let lines: Vec<String> = (0..100).map(|line| line.to_string()).collect();
        let packed = zstd::encode_all(lines.join("\n").as_bytes(), 0).unwrap();
        std::fs::write(&history, packed).unwrap();
        shuffle(&history, &shuffled).unwrap();
        let text = std::fs::read_to_string(&shuffled).unwrap();
        let mut found: Vec<&str> = text.lines().collect();
        assert_ne!(found, lines);
        found.sort_by_key(|line| line.parse::<u32>().unwrap());
        assert_eq!(found, lines);
    }
}
