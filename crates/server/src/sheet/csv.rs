//! Fields and lines of CSV by RFC 4180, safe to open in a spreadsheet.

use serde_json::Value;

/// Separators of other programs: a spreadsheet whose language writes `1,5` splits lines at
/// semicolons.
const FOREIGN: [char; 3] = [';', '\t', '|'];
/// What a formula begins with.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Returns a value as a field. Text that a spreadsheet would take for a formula is preceded by an
/// apostrophe, see OWASP's "CSV Injection"; so is what would become one where lines are split at
/// other separators than ours.
pub fn field(value: Option<&Value>) -> String {
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

/// Writes one line.
pub fn write_record(fields: &[String], piece: &mut Vec<u8>) -> std::io::Result<()> {
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
    writer.write_record(fields)?;
    writer.flush()
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
}
