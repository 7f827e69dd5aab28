//! JSON: one object with a list for each section, or one line for each row.

use serde::Serialize;

use super::{
    Section, Sink,
    rows::{Rows, WriteRow},
};
use crate::api::error::ApiError;

fn internal(error: &serde_json::Error) -> ApiError {
    ApiError::Internal(error.to_string())
}

/// Writes rows with a separator between them, or with their section's name on each line.
#[derive(Default)]
struct Items {
    section: Option<&'static str>,
    begun: bool,
}

#[derive(Serialize)]
struct Line<'a, T> {
    metric: &'static str,
    #[serde(flatten)]
    row: &'a T,
}

impl WriteRow for Items {
    fn write<T: Serialize>(&mut self, row: &T, piece: &mut Vec<u8>) -> Result<(), ApiError> {
        match self.section {
            None => {
                if self.begun {
                    piece.push(b',');
                }
                serde_json::to_writer(&mut *piece, row).map_err(|error| internal(&error))?;
            }
            Some(metric) => {
                let line = Line { metric, row };
                serde_json::to_writer(&mut *piece, &line).map_err(|error| internal(&error))?;
                piece.push(b'\n');
            }
        }
        self.begun = true;
        Ok(())
    }
}

/// Writes `{"users":[…],…,"meta":{…}}`.
pub(super) async fn write_object(
    rows: &Rows,
    sections: &[Section],
    sink: &Sink,
) -> Result<(), ApiError> {
    for (index, section) in sections.iter().enumerate() {
        let opening = if index == 0 { "{" } else { "," };
        let name = section.name();
        if !sink
            .put(format!("{opening}\"{name}\":[").into_bytes())
            .await?
        {
            return Ok(());
        }
        write_section(rows, *section, Items::default(), sink).await?;
        sink.put(b"]".to_vec()).await?;
    }
    let meta = serde_json::to_string(&rows.meta()).map_err(|error| internal(&error))?;
    let period = serde_json::json!(rows.ask.window.name);
    sink.put(format!(",\"period\":{period},\"meta\":{meta}}}").into_bytes())
        .await?;
    Ok(())
}

/// Writes one line for each row, each naming its section when there are several.
pub(super) async fn write_lines(
    rows: &Rows,
    sections: &[Section],
    sink: &Sink,
) -> Result<(), ApiError> {
    for section in sections {
        let items = Items {
            section: Some(section.name()),
            begun: false,
        };
        write_section(rows, *section, items, sink).await?;
    }
    Ok(())
}

async fn write_section(
    rows: &Rows,
    section: Section,
    mut items: Items,
    sink: &Sink,
) -> Result<(), ApiError> {
    match section {
        Section::Users => {
            let mut offset = 0;
            loop {
                let page = rows.users(offset).await?;
                if page.is_empty() || !put(&page, &mut items, sink).await? {
                    return Ok(());
                }
                offset += u32::try_from(page.len()).unwrap_or(u32::MAX);
            }
        }
        Section::Messages => put(&rows.messages().await?, &mut items, sink)
            .await
            .map(drop),
        Section::Channels => put(&rows.channels().await?, &mut items, sink)
            .await
            .map(drop),
        Section::Events => rows.events(items, sink).await,
    }
}

async fn put<T: Serialize>(rows: &[T], items: &mut Items, sink: &Sink) -> Result<bool, ApiError> {
    let mut piece = Vec::new();
    for row in rows {
        items.write(row, &mut piece)?;
    }
    sink.put(piece).await
}
