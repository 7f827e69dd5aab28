//! CSV by RFC 4180, in UTF-8, safe to open in a spreadsheet.
//!
//! One section has its own columns; several share one table, with the section's name first and
//! the columns of all, so that every line has the same number of fields.

use serde::Serialize;
use serde_json::Value;

use super::{
    Section, Sink,
    rows::{Rows, WriteRow},
};
use crate::api::error::ApiError;

/// Returns the columns of a section, in their order.
pub(super) const fn columns(section: Section) -> &'static [&'static str] {
    match section {
        Section::Users => &[
            "userId",
            "name",
            "email",
            "role",
            "messageCount",
            "reactions",
            "files",
            "channelsActive",
            "daysActive",
            "events",
            "engagementScore",
            "engagementRaw",
            "engagementLevel",
            "lastActive",
        ],
        Section::Messages => &["date", "count"],
        Section::Channels => &[
            "channelId",
            "name",
            "kind",
            "isArchived",
            "memberCount",
            "activeMembers",
            "messageCount",
            "previousMessageCount",
            "messagesPerDay",
            "peakHour",
            "engagementRate",
            "growth",
            "share",
            "lastActivity",
        ],
        Section::Events => &[
            "eventId",
            "eventType",
            "timestamp",
            "receivedAt",
            "userId",
            "userName",
            "channelId",
            "channelName",
            "messageId",
            "threadId",
            "messageType",
            "isBot",
            "weight",
            "properties",
        ],
    }
}

/// Writes rows under a fixed list of columns.
#[derive(Clone)]
struct Lines {
    metric: Option<&'static str>,
    columns: Vec<&'static str>,
}

/// Separators of other programs: a spreadsheet whose language writes `1,5` splits lines at
/// semicolons.
const FOREIGN: [char; 3] = [';', '\t', '|'];
/// What a formula begins with.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Returns a value as a field. Text that a spreadsheet would take for a formula is preceded by an
/// apostrophe, see OWASP's "CSV Injection"; so is what would become one where lines are split at
/// other separators than ours.
pub(in crate::api) fn field(value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => return String::new(),
        Some(Value::String(text)) => text,
        // Numbers are harmless, and so are objects before their first text.
        Some(other @ (Value::Array(_) | Value::Object(_))) => return defused(&other.to_string()),
        Some(other) => return other.to_string(),
    };
    // `+12.2%` and `-5` are numbers of ours, and harmless.
    if text.trim_end_matches('%').parse::<f64>().is_ok() {
        return text.clone();
    }
    defused(text)
}

fn defused(text: &str) -> String {
    let runs = |text: &str| text.trim_start().starts_with(FORMULA);
    let mut defused = String::with_capacity(text.len() + 1);
    if runs(text) || text.starts_with(['\t', '\r', '\n']) {
        defused.push('\'');
    }
    for (place, letter) in text.char_indices() {
        defused.push(letter);
        let splits = FOREIGN.contains(&letter) || matches!(letter, '\r' | '\n');
        if splits && runs(&text[place + letter.len_utf8()..]) {
            defused.push('\'');
        }
    }
    defused
}

fn internal(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::Internal(error.to_string())
}

/// Writes one line.
pub(in crate::api) fn write_record(fields: &[String], piece: &mut Vec<u8>) -> Result<(), ApiError> {
    // Where a line might be split elsewhere, every field says where it ends.
    let foreign = fields.iter().any(|field| field.contains(FOREIGN));
    let mut writer = csv::WriterBuilder::new()
        .quote_style(if foreign {
            csv::QuoteStyle::Always
        } else {
            csv::QuoteStyle::Necessary
        })
        .terminator(csv::Terminator::CRLF)
        .from_writer(piece);
    writer
        .write_record(fields)
        .map_err(|error| internal(&error))?;
    writer.flush().map_err(|error| internal(&error))
}

impl Lines {
    fn header(&self) -> Result<Vec<u8>, ApiError> {
        let first = self.metric.map(|_| "metric".to_owned());
        let names = self.columns.iter().map(|name| (*name).to_owned());
        let mut piece = Vec::new();
        write_record(
            &first.into_iter().chain(names).collect::<Vec<_>>(),
            &mut piece,
        )?;
        Ok(piece)
    }
}

impl WriteRow for Lines {
    fn write<T: Serialize>(&mut self, row: &T, piece: &mut Vec<u8>) -> Result<(), ApiError> {
        let value = serde_json::to_value(row).map_err(|error| internal(&error))?;
        let first = self.metric.map(str::to_owned);
        let fields = self.columns.iter().map(|name| field(value.get(name)));
        write_record(&first.into_iter().chain(fields).collect::<Vec<_>>(), piece)
    }
}

/// Writes each section as a table in a file of its own.
pub(super) async fn write_each(
    rows: &Rows,
    sections: &[Section],
    sink: &Sink,
) -> Result<(), ApiError> {
    for section in sections {
        sink.begin(&format!("{}.csv", section.name()))?;
        write(rows, &[*section], sink).await?;
    }
    sink.finish().await
}

/// Writes the sections as one table.
pub(super) async fn write(rows: &Rows, sections: &[Section], sink: &Sink) -> Result<(), ApiError> {
    let mut all: Vec<&'static str> = Vec::new();
    for name in sections.iter().flat_map(|section| columns(*section)) {
        if !all.contains(name) {
            all.push(name);
        }
    }
    let several = sections.len() > 1;
    let mut lines = Lines {
        metric: several.then_some(""),
        columns: all,
    };
    if !sink.put(lines.header()?).await? {
        return Ok(());
    }
    for section in sections {
        lines.metric = several.then_some(section.name());
        match section {
            Section::Users => {
                let mut offset = 0;
                loop {
                    let page = rows.users(offset).await?;
                    if page.is_empty() || !put(&page, &mut lines, sink).await? {
                        break;
                    }
                    offset += u32::try_from(page.len()).unwrap_or(u32::MAX);
                }
            }
            Section::Messages => drop(put(&rows.messages().await?, &mut lines, sink).await?),
            Section::Channels => drop(put(&rows.channels().await?, &mut lines, sink).await?),
            Section::Events => rows.events(lines.clone(), sink).await?,
        }
    }
    Ok(())
}

async fn put<T: Serialize>(rows: &[T], lines: &mut Lines, sink: &Sink) -> Result<bool, ApiError> {
    let mut piece = Vec::new();
    for row in rows {
        lines.write(row, &mut piece)?;
    }
    sink.put(piece).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_made_text() {
        for (text, shown) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("\t=1", "'\t'=1"),
            ("-2+3", "'-2+3"),
            ("＝1+1", "'＝1+1"),
            ("+12.2%", "+12.2%"),
            ("-5", "-5"),
            ("Ada", "Ada"),
            ("x;=1+1", "x;'=1+1"),
            ("x; @SUM(A1)", "x;' @SUM(A1)"),
            ("x\t-2+3", "x\t'-2+3"),
            ("x|+1", "x|'+1"),
            ("x\r\n=1+1", "x\r'\n'=1+1"),
            ("a=b; c", "a=b; c"),
        ] {
            assert_eq!(field(Some(&json!(text))), shown);
        }
    }

    #[test]
    fn fields_are_quoted_by_the_standard() {
        let mut piece = Vec::new();
        let mut lines = Lines {
            metric: None,
            columns: vec!["name", "count", "none"],
        };
        lines
            .write(&json!({"name": "a \"b\", c\nd", "count": 3}), &mut piece)
            .unwrap();
        assert_eq!(
            String::from_utf8(piece).unwrap(),
            "\"a \"\"b\"\", c\nd\",3,\r\n"
        );
        // Every field of a line that other programs would split.
        let mut piece = Vec::new();
        lines
            .write(&json!({"name": "x;=1+1", "count": 3}), &mut piece)
            .unwrap();
        assert_eq!(
            String::from_utf8(piece).unwrap(),
            "\"x;'=1+1\",\"3\",\"\"\r\n"
        );
    }
}
