//! What is written where there is no identifier.

/// What programs write where a value is missing, in any case.
const NO_VALUE: [&str; 14] = [
    "undefined",
    "null",
    "(null)",
    "<null>",
    "nil",
    "<nil>",
    "none",
    "nan",
    "n/a",
    "-",
    "false",
    "true",
    "unset",
    "00000000-0000-0000-0000-000000000000",
];

/// What chats write for nobody: the number of no row, and Slack's user of a message without one.
const NOBODY: [&str; 3] = ["0", "-1", "U00"];

/// Returns whether a text is empty or what programs write where a value is missing: `undefined`,
/// `null`, `[object Object]` and the like.
pub fn is_no_value(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || has_length_of(text, LENGTHS)
            && NO_VALUE.iter().any(|word| word.eq_ignore_ascii_case(text))
        || text.starts_with("[object ") && text.ends_with(']')
}

/// Which lengths the words of [`NO_VALUE`] have, one bit each: most identifiers have another.
const LENGTHS: u64 = {
    let (mut lengths, mut index) = (0, 0);
    while index < NO_VALUE.len() {
        lengths |= 1 << NO_VALUE[index].len();
        index += 1;
    }
    lengths
};

fn has_length_of(text: &str, lengths: u64) -> bool {
    text.len() < 64 && lengths >> text.len() & 1 == 1
}

/// Returns whether a text identifies nobody and nothing: [`is_no_value`], or what chats write for
/// nobody, such as `0`.
pub fn is_placeholder(text: &str) -> bool {
    NOBODY.contains(&text.trim()) || is_no_value(text)
}
