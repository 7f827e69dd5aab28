//! What reaches the terminal: no control character of anything that came from outside.

use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, Write},
};

/// Writes text with everything a terminal would obey escaped, but for line ends and tabs.
///
/// The escapes are those of JSON, so that JSON stays JSON.
pub(super) struct Plain<W>(pub(super) W);

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let plain = escaped(&text, |c| obeyed(c) && !matches!(c, '\n' | '\t'));
        self.0.write_all(plain.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns a text from outside on one line, as it may stand in a sentence.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    escaped(text, obeyed)
}

/// Prints a sentence on standard error.
pub(super) fn tell(sentence: &str) {
    let _nobody_reads = writeln!(Plain(io::stderr()), "{sentence}").is_err();
}

/// Returns whether a terminal does something else than to show the character.
fn obeyed(c: char) -> bool {
    // The marks that turn the direction of writing make a text look like another.
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_escaped(c) {
            let _infallible = write!(plain, "\\u{:04x}", u32::from(c));
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn printed(text: &str) -> String {
        let mut out = Plain(Vec::new());
        write!(out, "{text}").unwrap();
        String::from_utf8(out.0).unwrap()
    }

    #[test]
    fn what_a_terminal_obeys_is_shown() {
        for (text, plain, line) in [
            (
                "plain\ttext é\n",
                "plain\ttext é\n",
                "plain\\u0009text é\\u000a",
            ),
            ("\u{1b}[31mred", "\\u001b[31mred", "\\u001b[31mred"),
            (
                "\u{9b}2J\u{7f}\u{0}",
                "\\u009b2J\\u007f\\u0000",
                "\\u009b2J\\u007f\\u0000",
            ),
            ("over\rwritten", "over\\u000dwritten", "over\\u000dwritten"),
            ("a\u{202e}b", "a\\u202eb", "a\\u202eb"),
        ] {
            assert_eq!(printed(text), plain);
            assert_eq!(one_line(text), line);
        }
    }

    proptest! {
        #[test]
        fn json_stays_the_same_json(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let read: String = serde_json::from_str(&printed(&json)).unwrap();
            prop_assert_eq!(read, text);
        }

        #[test]
        fn nothing_is_obeyed(text in any::<String>()) {
            prop_assert!(!printed(&text).contains(|c| obeyed(c) && c != '\n' && c != '\t'));
            prop_assert!(!one_line(&text).contains(obeyed));
        }
    }
}
