//! The lines of a configuration file: `KEY=VALUE`, as Docker, systemd and shells write them.

use super::{problem::Problem, value::clean};

/// A variable as a file sets it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The number of the line, from 1.
    pub(super) number: usize,
    /// The name.
    pub(super) name: String,
    /// The value without quotes and comment.
    pub(super) text: String,
    /// Whether a comment was cut off.
    pub(super) cut: bool,
}

/// Returns the variables of a file, and the lines that are none.
///
/// No problem repeats a line: it may hold a secret.
pub(super) fn parse(path: &str, bytes: &[u8]) -> (Vec<Line>, Vec<Problem>) {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        match str::from_utf8(line)
            .map_err(|_| "is not UTF-8 text")
            .and_then(variable)
        {
            Ok(None) => {}
            Ok(Some((name, raw))) => {
                let cleaned = clean(raw);
                if cleaned.unclosed {
                    problems.push(problem(path, number, "opens a quote that is never closed"));
                } else {
                    let (text, cut) = (cleaned.text, cleaned.cut);
                    lines.push(Line {
                        number,
                        name: name.to_owned(),
                        text,
                        cut,
                    });
                }
            }
            Err(why) => problems.push(problem(path, number, why)),
        }
    }
    (lines, problems)
}

fn problem(path: &str, number: usize, why: &str) -> Problem {
    Problem {
        setting: String::new(),
        sentence: format!("Line {number} of {path} {why}."),
    }
}

/// Returns the name and the value of a line; `None` for a blank line or a comment.
fn variable(line: &str) -> Result<Option<(&str, &str)>, &'static str> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let (name, value) = line.split_once('=').ok_or("is not `KEY=VALUE`")?;
    let name = match name.split_once(char::is_whitespace) {
        Some(("export", rest)) => rest.trim(),
        _ => name.trim_end(),
    };
    let fits = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if fits {
        Ok(Some((name, value)))
    } else {
        Err("does not begin with the name of a variable")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(bytes: &[u8]) -> (Vec<(usize, String, String)>, Vec<String>) {
        let (lines, problems) = parse("x.env", bytes);
        (
            lines
                .into_iter()
                .map(|line| (line.number, line.name, line.text))
                .collect(),
            problems
                .into_iter()
                .map(|problem| problem.sentence)
                .collect(),
        )
    }

    #[test]
    fn lines_of_every_common_form_are_read() {
        let text =
            "\u{feff}A=1\r\n# note\r\n\r\n  export B = 'two words' # note\r\nC=\nexport\tD=x=y\n";
        let (lines, problems) = parsed(text.as_bytes());
        let expected = [
            (1, "A", "1"),
            (4, "B", "two words"),
            (5, "C", ""),
            (6, "D", "x=y"),
        ];
        let expected: Vec<_> = expected
            .map(|(at, name, text)| (at, name.to_owned(), text.to_owned()))
            .into();
        assert_eq!((lines, problems), (expected, Vec::new()));
    }

    #[test]
    fn every_bad_line_is_named_by_its_number_and_never_repeated() {
        let (lines, problems) =
            parsed(b"hunter2\nA=1\nhunter 2=x\n2A=x\nB=\"hunter2\nC=\xff\n=hunter2\n");
        assert_eq!(lines, [(2, "A".to_owned(), "1".to_owned())]);
        assert_eq!(
            problems,
            [
                "Line 1 of x.env is not `KEY=VALUE`.",
                "Line 3 of x.env does not begin with the name of a variable.",
                "Line 4 of x.env does not begin with the name of a variable.",
                "Line 5 of x.env opens a quote that is never closed.",
                "Line 6 of x.env is not UTF-8 text.",
                "Line 7 of x.env does not begin with the name of a variable.",
            ]
        );
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            parse("x.env", &bytes);
        }

        #[test]
        fn no_text_panics(text in "(export |[A-C_= #'\"\\\\\r\n\t$\\{\u{feff}é]){0,60}") {
            parse("x.env", text.as_bytes());
        }
    }
}
