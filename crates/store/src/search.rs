//! Looking for people by a text.

/// A text that people are looked for by, in any case: within their identifier and their name, and
/// within their e-mail address where whoever asks may see it.
#[derive(Debug, Clone)]
pub struct Search {
    text: String,
    with_email: bool,
}

impl Search {
    /// Returns the search for a text.
    pub fn new(text: &str, with_email: bool) -> Self {
        Self {
            text: text.to_lowercase(),
            with_email,
        }
    }

    /// Returns whether it finds a person.
    pub fn finds(&self, id: &str, name: Option<&str>, email: Option<&str>) -> bool {
        let holds = |text: &str| text.to_lowercase().contains(&self.text);
        holds(id) || name.is_some_and(holds) || (self.with_email && email.is_some_and(holds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_by_what_may_be_seen_of_them_in_any_case() {
        for (text, with_email, found) in [
            ("u1", false, true),
            ("ÄDA", false, true),
            ("example", true, true),
            ("example", false, false),
            ("", false, true),
            ("bob", true, false),
        ] {
            let search = Search::new(text, with_email);
            let finds = search.finds("U1", Some("Äda"), Some("a@example.org"));
            assert_eq!(finds, found, "{text}");
        }
    }
}
