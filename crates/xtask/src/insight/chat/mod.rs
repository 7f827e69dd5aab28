//! Real chat volume: alarms, untouched and with planted changes, forecasts, and what accounts for a change.

mod alarms;
mod drivers;
mod forecasts;

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::figure::Figure;

const SUITE: &str = "chat";
/// Histories are judged from this year on; what is before is what they start with.
const FROM: &str = "2019";

/// Counts of each day.
#[derive(Default)]
struct History {
    /// Place of the first judged day.
    from: usize,
    messages: Vec<f64>,
    people: Vec<f64>,
    channels: Vec<Vec<f64>>,
}

/// Scores alarms and forecasts.
pub(super) fn score(file: &Path) -> Result<Vec<Figure>> {
    let history = read(&fs::read_to_string(file)?)?;
    Ok([
        alarms::score(&history),
        forecasts::score(&history),
        drivers::score(&history),
    ]
    .concat())
}

fn read(text: &str) -> Result<History> {
    let mut history = History::default();
    for (row, line) in text.lines().skip(1).enumerate() {
        let mut fields = line.split(',');
        let mut field = || fields.next().with_context(|| format!("row {row} is short"));
        if field()? < FROM {
            history.from = row + 1;
        }
        history.messages.push(field()?.parse()?);
        history.people.push(field()?.parse()?);
        for (at, count) in fields.enumerate() {
            if history.channels.len() <= at {
                history.channels.push(Vec::new());
            }
            history.channels[at].push(count.parse()?);
        }
    }
    Ok(history)
}
