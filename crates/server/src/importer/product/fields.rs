//! The fields of JSON that may break off.

/// The fields of the first object of a text that may break off: their names, and their values where
/// these are short texts.
pub(super) struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Fields<'a> {
    /// Reads the fields of a text.
    pub(super) fn of(text: &'a str) -> Self {
        let mut fields = Vec::new();
        let text = text.trim_start_matches(['\u{feff}', '[', ' ', '\t', '\r', '\n']);
        let (mut depth, mut rest) = (0_usize, text);
        let mut is_name = false;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                '"' => {
                    let (string, behind) = string(rest);
                    rest = behind;
                    if depth == 1 && is_name {
                        fields.push((string, ""));
                    } else if depth == 1
                        && let Some((_, value)) = fields.last_mut()
                    {
                        *value = string;
                    }
                    is_name = false;
                }
                '{' | '[' => {
                    if depth == 0 && c == '[' {
                        break;
                    }
                    depth += 1;
                    is_name = depth == 1;
                }
                '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                ',' => is_name = depth == 1,
                // What begins with anything else is no object.
                c if depth == 0 && !c.is_whitespace() => break,
                _ => {}
            }
        }
        Self(fields)
    }

    /// Returns the names of the fields.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// Returns the value of a field, empty where it is no text.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, value)| *value)
    }
}

/// Returns a JSON string up to its closing quote, and what stands behind it.
fn string(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}
