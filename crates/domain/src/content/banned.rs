//! Terms that the operator wants neither kept nor shown.

use std::fmt;

use super::topic::fold;

/// Terms that are neither kept nor shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BannedTerms(Vec<String>);

impl fmt::Debug for BannedTerms {
    /// Shows how many there are: what may not be shown stands in no log either.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BannedTerms({})", self.0.len())
    }
}

impl BannedTerms {
    /// Reads a list of words and phrases that are separated by commas.
    pub fn parse(list: &str) -> Self {
        let terms = list.split(',').map(words);
        Self(terms.filter(|words| !words.trim().is_empty()).collect())
    }

    /// Returns whether none is banned.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether a term has a banned one among its words, whatever their case and number. Words of
    /// scripts that have no spaces between them are found within longer ones.
    pub fn ban(&self, term: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let term = words(term);
        let holds = |banned: &String| {
            term.contains(banned)
                || !banned.is_ascii()
                    && !banned.contains(char::is_lowercase)
                    && term.contains(banned.trim())
        };
        self.0.iter().any(holds)
    }

    /// Removes the banned terms of a list.
    pub(super) fn strike(&self, terms: &mut Vec<Box<str>>) {
        if !self.is_empty() {
            terms.retain(|term| !self.ban(term));
        }
    }
}

/// Returns the words of a term in lower case and folded, with a space around each.
fn words(term: &str) -> String {
    let lower = term.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let mut all = String::from(" ");
    for word in words.filter(|word| !word.is_empty()) {
        all.push_str(&fold(word));
        all.push(' ');
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_banned_by_their_words() {
        let banned = BannedTerms::parse("Project X, layoffs,, 裁员 ,");
        for (term, is_banned) in [
            ("project x", true),
            ("project_x", true),
            ("secret project x plan", true),
            ("project", false),
            ("project xy", false),
            ("layoff", true),
            ("https://example.com/layoffs/list", true),
            ("playoffs", false),
            ("公司裁员计划", true),
            ("公司", false),
        ] {
            assert_eq!(banned.ban(term), is_banned, "{term}");
        }
        assert!(BannedTerms::parse(" , ").is_empty() && !BannedTerms::default().ban(""));
    }
}
