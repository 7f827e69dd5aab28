//! The reference of what files of an import hold, made from the tables the importer reads by.

use std::fmt::Write;

use domain::warning::Defect;
use server::importer::{CHANNEL_COLUMNS, Column, NDJSON_FIELDS, PEOPLE_COLUMNS};

use super::table::{code, table};

const INTRO: &str = "\
<!-- Generated from the tables in crates/server/src/importer: change them there. -->

# Files of an import

How an import is run is in [import.md](../import.md). A flag is `true`, `1`, `yes` or `t`, or the opposite; a time is RFC 3339, a
date, or seconds or milliseconds since 1970.
";

/// Returns the text of `docs/reference/import.md`.
pub(super) fn reference() -> String {
    let mut out = INTRO.to_owned();
    let fields = NDJSON_FIELDS
        .iter()
        .map(|(names, holds)| [names_of(names), (*holds).to_owned()]);
    let parts = [
        (
            "NDJSON",
            "One JSON object a line. Other fields are left out; `null` is as good as none.",
            table(["Field", "Holds"], fields),
        ),
        (
            "Table of people (`--users`)",
            "CSV whose first line names the columns, in any order; `User ID`, `userId` and `user_id` are one name. Other columns are left out.",
            table(["Column", "Holds"], columns(PEOPLE_COLUMNS)),
        ),
        (
            "Table of channels (`--channels`)",
            "Likewise.",
            table(["Column", "Holds"], columns(CHANNEL_COLUMNS)),
        ),
        (
            "What is not kept as it is",
            "Said in the summary of an import, and in `warnings` of the answers to `track` and `records`, with the field.",
            table(
                ["Code", "Meaning"],
                Defect::ALL
                    .iter()
                    .map(|defect| [code(defect.code()), sentence(defect.text())]),
            ),
        ),
    ];
    for (title, about, rows) in parts {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "\n## {title}\n\n{about}\n\n{rows}");
    }
    out
}

fn names_of(names: &[&str]) -> String {
    let names = names.iter().map(|name| code(name));
    names.collect::<Vec<_>>().join(", ")
}

fn columns(columns: &[Column]) -> impl Iterator<Item = [String; 2]> {
    columns
        .iter()
        .map(|column| [names_of(column.names), column.holds.to_owned()])
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let first: String = first.into_iter().flatten().collect();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_and_column_stands_there_with_all_its_names() {
        let text = reference();
        for row in [
            "\n| `event_id`, `eventId` | Identity",
            "\n| `user_id`, `id`, `userid`, `member_id`, `user` | Who",
            "\n| `type`, `kind`, `channel_type`, `visibility` | Who may see it",
            "\n| `placeholder_identifier` | The identifier stands for nobody and was left out. |",
        ] {
            assert!(text.contains(row), "{row}");
        }
    }
}
