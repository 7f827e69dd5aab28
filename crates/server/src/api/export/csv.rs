//! CSV by RFC 4180, in UTF-8, safe to open in a spreadsheet.
//!
//! One section has its own columns; several share one table, with the section's name first and
//! the columns of all, so that every line has the same number of fields.

use serde::Serialize;

use super::{
    Section, Sink,
    rows::{Rows, WriteRow},
};
use crate::{
    api::error::ApiError,
    sheet::{field, write_record},
};

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

fn internal(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::Internal(error.to_string())
}

impl Lines {
    fn header(&self) -> Result<Vec<u8>, ApiError> {
        let first = self.metric.map(|_| "metric".to_owned());
        let names = self.columns.iter().map(|name| (*name).to_owned());
        let mut piece = Vec::new();
        write_record(
            &first.into_iter().chain(names).collect::<Vec<_>>(),
            &mut piece,
        )
        .map_err(|error| internal(&error))?;
        Ok(piece)
    }
}

impl WriteRow for Lines {
    fn write<T: Serialize>(&mut self, row: &T, piece: &mut Vec<u8>) -> Result<(), ApiError> {
        let value = serde_json::to_value(row).map_err(|error| internal(&error))?;
        let first = self.metric.map(str::to_owned);
        let fields = self.columns.iter().map(|name| field(value.get(name)));
        write_record(&first.into_iter().chain(fields).collect::<Vec<_>>(), piece)
            .map_err(|error| internal(&error))
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
