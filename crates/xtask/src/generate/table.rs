//! Tables in Markdown.

use std::fmt::Write;

/// Returns a table with these headings and rows.
pub(crate) fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut out = String::new();
    let line = |cells: &[String]| {
        let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |", cells.join(" | "))
    };
    // Writing to a `String` cannot fail.
    let _ = writeln!(out, "{}", line(&headings.map(str::to_owned)));
    let _ = writeln!(out, "|{}", "---|".repeat(N));
    for row in rows {
        let _ = writeln!(out, "{}", line(&row));
    }
    out
}

/// Returns a name as code.
pub(crate) fn code(name: &str) -> String {
    format!("`{name}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_bars() {
        let rows = [["a|b".to_owned(), code("c")]];
        assert_eq!(
            table(["One", "Two"], rows),
            "| One | Two |\n|---|---|\n| a\\|b | `c` |\n"
        );
    }
}
