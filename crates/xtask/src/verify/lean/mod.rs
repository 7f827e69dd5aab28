//! Compares the answers about a history with the reference answers, figure by figure.

mod history;
mod month;
mod span;
mod tables;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{answers::Answers, golden::Golden, group::Group};

/// Returns every figure of the reference answers beside what was answered.
pub(super) fn compare(golden: &Golden, answers: &Answers) -> Vec<Group> {
    let links = &answers.content["links"];
    let emoji = &answers.content["emoji"];
    vec![
        history::events(golden, answers),
        history::kinds(golden, answers),
        history::people(golden, answers),
        history::channels_and_threads(golden, answers),
        history::bounds(golden, answers),
        month::messages(golden, answers),
        month::message_types(golden, answers),
        month::peak_day(golden, answers),
        month::per_day(golden, answers),
        month::rolling(golden, answers),
        month::heatmap(golden, answers),
        month::terms("links", &golden.top_link_domains, links),
        month::terms(
            "emoji in messages",
            &unified(&golden.top_emoji_in_text),
            emoji,
        ),
        tables::channels(golden, answers),
        tables::growth(golden, answers),
        tables::engagement(golden, answers),
        tables::retention(golden, answers),
        span::clock_change(answers),
        span::stickiness(answers),
    ]
}

/// Returns counts of emoji under the names that the service has for them: the chat has several for some.
fn unified(counts: &[(String, u64)]) -> Vec<(String, u64)> {
    let mut unified: Vec<(String, u64)> = Vec::new();
    for (raw, count) in counts {
        let name = domain::content::emoji_name(raw)
            .map_or_else(|| raw.clone(), |name| format!(":{name}:"));
        match unified.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known += count,
            None => unified.push((name, *count)),
        }
    }
    unified
}

fn rows(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Returns an instant in one spelling; what is none stays as it is.
fn instant(value: &Value) -> Value {
    value
        .as_str()
        .and_then(|text| text.parse::<Timestamp>().ok())
        .map_or_else(|| value.clone(), |instant| json!(instant.to_string()))
}

#[cfg(test)]
mod tests;
