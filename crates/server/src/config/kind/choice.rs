//! One of a few words.

use super::{Describe, Kind, Refusal};

/// A word of a closed list. Each value has its words, the first of which is the one that is shown;
/// the others are accepted because neighbours of this service write them.
pub struct Choice<T: 'static>(pub &'static [(T, &'static [&'static str])]);

/// Yes or no.
pub const FLAG: Choice<bool> = Choice(&[
    (true, &["true", "1", "yes", "on", "enabled"]),
    (false, &["false", "0", "no", "off", "disabled"]),
]);

impl<T: Sync> Describe for Choice<T> {
    fn accepts(&self) -> String {
        let words: Vec<String> = self
            .0
            .iter()
            .filter_map(|(_, words)| words.first())
            .map(|word| format!("`{word}`"))
            .collect();
        match words.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        }
    }
}

impl<T: Copy + PartialEq + Sync> Kind for Choice<T> {
    type Value = T;

    fn parse(&self, text: &str) -> Result<T, Refusal> {
        self.0
            .iter()
            .find(|(_, words)| words.iter().any(|word| word.eq_ignore_ascii_case(text)))
            .map(|(value, _)| *value)
            .ok_or_else(Refusal::default)
    }

    fn show(&self, value: &T) -> String {
        let words = self
            .0
            .iter()
            .find(|(known, _)| known == value)
            .map(|(_, words)| *words);
        words
            .and_then(|words| words.first())
            .copied()
            .unwrap_or_default()
            .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_in_every_common_spelling_and_shown_in_one() {
        for yes in ["true", "TRUE", "1", "yes", "on"] {
            assert_eq!(FLAG.parse(yes), Ok(true));
        }
        for no in ["false", "0", "No", "off"] {
            assert_eq!(FLAG.parse(no), Ok(false));
        }
        assert!(FLAG.parse("maybe").is_err());
        assert_eq!(
            (FLAG.show(&true), FLAG.show(&false)),
            ("true".into(), "false".into())
        );
        assert_eq!(FLAG.accepts(), "`true` or `false`");
    }
}
