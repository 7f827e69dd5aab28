//! A report as text, for mail programs that show no pages.

use super::{
    html::{freshness, rest, span},
    svg::summary,
};
use crate::report::{content::Content, words};

/// Most rows of a table.
const MOST_ROWS: usize = 10;

/// Writes a report as text.
pub(in crate::report) fn text(content: &Content) -> String {
    let mut lines = vec![content.title.clone(), span(content)];
    for section in &content.sections {
        lines.extend([String::new(), section.title.to_uppercase()]);
        lines.extend(section.note.clone());
        lines.extend(section.figures.iter().map(|figure| {
            let value = words::shown(figure.value, figure.unit);
            match (&figure.previous, &figure.change) {
                (Some(previous), Some(change)) => format!(
                    "{}: {value} ({change}, before {})",
                    figure.title,
                    words::shown(Some(*previous), figure.unit)
                ),
                _ => format!("{}: {value}", figure.title),
            }
        }));
        lines.extend(
            section
                .charts
                .iter()
                .map(|chart| format!("{}.", summary(chart))),
        );
        for table in &section.tables {
            lines.extend([String::new(), format!("{}:", table.title)]);
            lines.extend(table.rows.iter().take(MOST_ROWS).map(|row| {
                let cells = row.iter().zip(&table.columns).map(|(cell, column)| {
                    let value = words::cell(cell, column);
                    if column.unit == "text" && column.name != "change" {
                        value
                    } else {
                        format!("{} {value}", column.title.to_lowercase())
                    }
                });
                format!("- {}", cells.collect::<Vec<_>>().join(", "))
            }));
            lines.extend(rest(table, MOST_ROWS));
        }
    }
    lines.extend([String::new(), freshness(content)]);
    lines.join("\n")
}
