//! The text of a value without its quotes and its comment.
//!
//! 1. A `#` after white space and outside quotes begins a comment: `300 # 5 minutes` is `300`.
//! 2. White space around the value goes.
//! 3. A pair of quotes around the whole value goes. Within double quotes `\n`, `\r`, `\t`, `\"`,
//!    `\\` and `\$` mean what they mean in a shell; within single quotes nothing does.
//!
//! Quotes that do not pair are letters like any other: an apostrophe hides no comment.

/// A value as it was meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cleaned {
    /// The text.
    pub(super) text: String,
    /// Whether a comment was cut off.
    pub(super) cut: bool,
    /// Whether it begins with a quote that is never closed.
    pub(super) unclosed: bool,
}

/// Returns the value as it was meant.
pub(super) fn clean(raw: &str) -> Cleaned {
    let end = comment(raw).unwrap_or(raw.len());
    let text = raw[..end].trim();
    let cut = end < raw.len();
    let Some(quote) = text.chars().next().filter(|c| is_quote(*c)) else {
        return Cleaned {
            text: text.to_owned(),
            cut,
            unclosed: false,
        };
    };
    match closing(text, 0, quote) {
        Some(at) if at + 1 == text.len() => Cleaned {
            text: unquote(&text[1..at], quote),
            cut,
            unclosed: false,
        },
        closed => Cleaned {
            text: text.to_owned(),
            cut,
            unclosed: closed.is_none(),
        },
    }
}

/// Returns the value in a form that [`clean`] reads back.
pub(super) fn quote(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./:,@+*=[]%?&".contains(c);
    if text.chars().all(plain) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' | '$' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'')
}

/// Returns where the comment begins.
fn comment(raw: &str) -> Option<usize> {
    let mut after_space = false;
    let mut quoted_until = 0;
    for (at, c) in raw.char_indices() {
        if at < quoted_until {
            continue;
        }
        if c == '#' && after_space {
            return Some(at);
        }
        if is_quote(c) {
            quoted_until = closing(raw, at, c).map_or(0, |closed| closed + 1);
        }
        after_space = c.is_whitespace();
    }
    None
}

/// Returns where the quote that opens at `open` is closed.
fn closing(text: &str, open: usize, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text[open + 1..].char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' && quote == '"' {
            escaped = true;
        } else if c == quote {
            return Some(open + 1 + at);
        }
    }
    None
}

fn unquote(text: &str, quote: char) -> String {
    if quote == '\'' {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(c @ ('"' | '\\' | '$')) => out.push(c),
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn comments_need_white_space_before_them_and_no_quotes_around_them() {
        for (raw, text) in [
            ("300 # 5 minutes", "300"),
            ("300\t# 5 minutes", "300"),
            (" # nothing", ""),
            ("#colour", "#colour"),
            ("a#b", "a#b"),
            ("\"a # b\" # c", "a # b"),
            ("'a # b'", "a # b"),
            ("{\"key\":\"a # b\"} # c", "{\"key\":\"a # b\"}"),
            ("Bob's # 5", "Bob's"),
            ("  x  ", "x"),
            ("", ""),
        ] {
            assert_eq!(clean(raw).text, text, "{raw}");
        }
        assert!(clean("a # b").cut && !clean("a#b").cut);
    }

    #[test]
    fn quotes_around_the_whole_value_go() {
        for (raw, text) in [
            (r#""a b""#, "a b"),
            ("'a b'", "a b"),
            (r#""a\nb\"c\\d\$e\f""#, "a\nb\"c\\d$e\\f"),
            (r"'a\nb'", r"a\nb"),
            (r#""a"b"#, r#""a"b"#),
            (r#""""#, ""),
        ] {
            assert_eq!(clean(raw).text, text, "{raw}");
            assert!(!clean(raw).unclosed);
        }
        let open = clean(r#""a b # c"#);
        assert_eq!((open.text.as_str(), open.unclosed), ("\"a b", true));
    }

    proptest! {
        #[test]
        fn what_is_quoted_reads_back(text in ".*") {
            // Only a text that has no white space around it is a value at all.
            let text = text.trim();
            prop_assert_eq!(clean(&quote(text)).text, text);
        }

        #[test]
        fn no_text_panics(raw in any::<String>()) {
            clean(&raw);
        }
    }
}
