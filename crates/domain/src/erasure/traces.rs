//! What names a person, found in texts.
//!
//! An identifier may be `7` and a name may be `Will`, so not everything that reads like one names the
//! person:
//!
//! 1. A whole value that is the identifier, an e-mail address or a name of the person names them, in
//!    upper or lower case.
//! 2. Within longer texts only what is *distinctive* names them: at least six characters that are not all
//!    letters and not all digits, so `zelda-7781`, `U012AB3CD` and `Zelda Quirk`, but neither `7` nor
//!    `Will`. It must stand there as a word of its own.
//! 3. An identifier of digits alone names them only under a property that is about people.

use serde_json::Value;

use super::ERASED;

/// Fewest characters of what names a person within a longer text.
const DISTINCTIVE: usize = 6;
/// Parts of the names of properties that are about people.
const ABOUT_PEOPLE: [&str; 12] = [
    "user",
    "person",
    "people",
    "member",
    "author",
    "sender",
    "owner",
    "inviter",
    "mention",
    "actor",
    "recipient",
    "assignee",
];

/// What names a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traces {
    id: String,
    /// Folded; the identifier first.
    folded: Vec<String>,
    /// Those of them that name the person within longer texts.
    distinctive: Vec<Vec<char>>,
}

fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

fn is_distinctive(text: &str) -> bool {
    text.chars().count() >= DISTINCTIVE
        && !text.chars().all(char::is_alphabetic)
        && !text.chars().all(|c| c.is_ascii_digit())
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether the name of a property says that it is about people.
fn is_about_people(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with("by") || ABOUT_PEOPLE.iter().any(|part| name.contains(part))
}

impl Traces {
    /// Returns what names a person of this identifier, who was known under these names and e-mail
    /// addresses.
    pub fn new<'a>(id: &str, known_as: impl IntoIterator<Item = &'a str>) -> Self {
        let mut folded = vec![fold(id)];
        for text in known_as {
            let text = fold(text);
            if !text.is_empty() && !folded.contains(&text) {
                folded.push(text);
            }
        }
        let distinctive = folded.iter().filter(|text| is_distinctive(text));
        Self {
            id: id.to_owned(),
            distinctive: distinctive.map(|text| text.chars().collect()).collect(),
            folded,
        }
    }

    /// Returns the identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the texts, in lower case, of which every text that names the person holds one.
    pub fn folded(&self) -> &[String] {
        &self.folded
    }

    /// Returns whether a whole value names the person.
    pub fn is_named_by(&self, value: &str) -> bool {
        let value = value.trim();
        let value = value.strip_prefix('@').unwrap_or(value);
        self.folded.contains(&fold(value))
    }

    /// Returns a text without what names the person; `None` where nothing in it does.
    pub fn clean(&self, text: &str) -> Option<String> {
        if self.is_named_by(text) {
            return Some(ERASED.to_owned());
        }
        self.clean_within(text)
    }

    fn clean_within(&self, text: &str) -> Option<String> {
        if self.distinctive.is_empty() {
            return None;
        }
        // One letter may be several in lower case: each knows the letter it is of.
        let mut letters: Vec<(char, usize, usize)> = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let end = at + c.len_utf8();
            letters.extend(c.to_lowercase().map(|lower| (lower, at, end)));
        }
        let is_apart = |place: Option<usize>| {
            let letter = place.and_then(|place| letters.get(place));
            letter.is_none_or(|(c, ..)| !c.is_alphanumeric())
        };
        let found_at = |place: usize| {
            let fits = |wanted: &&Vec<char>| {
                let end = place + wanted.len();
                letters.get(place..end).is_some_and(|part| {
                    part.iter()
                        .zip(wanted.iter())
                        .all(|((c, ..), want)| c == want)
                }) && is_apart(place.checked_sub(1))
                    && is_apart(Some(end))
            };
            let found = self.distinctive.iter().filter(fits);
            found.map(Vec::len).max()
        };
        let (mut clean, mut copied, mut place) = (String::new(), 0, 0);
        while place < letters.len() {
            let Some(length) = found_at(place) else {
                place += 1;
                continue;
            };
            clean.push_str(&text[copied..letters[place].1]);
            clean.push_str(ERASED);
            copied = letters[place + length - 1].2;
            place += length;
        }
        if copied == 0 {
            return None;
        }
        clean.push_str(&text[copied..]);
        Some(clean)
    }

    /// Removes from a value what names the person, at every depth; returns whether there was anything.
    pub fn clean_value(&self, value: &mut Value) -> bool {
        self.clean_part(value, "")
    }

    /// Removes from what stands under a property what names the person.
    fn clean_part(&self, value: &mut Value, name: &str) -> bool {
        match value {
            Value::String(text) => {
                if is_digits(text) && !is_about_people(name) {
                    return false;
                }
                let clean = self.clean(text);
                let is_found = clean.is_some();
                *text = clean.unwrap_or_else(|| std::mem::take(text));
                is_found
            }
            Value::Number(number) => {
                let is_named = is_about_people(name) && number.to_string() == self.id;
                if is_named {
                    *value = ERASED.into();
                }
                is_named
            }
            Value::Array(values) => {
                let clean = |value| self.clean_part(value, name);
                values
                    .iter_mut()
                    .map(clean)
                    .fold(false, |any, one| any | one)
            }
            Value::Object(properties) => {
                let mut any = false;
                let mut renamed = Vec::new();
                for (name, value) in properties.iter_mut() {
                    any |= self.clean_part(value, name);
                    if !is_digits(name)
                        && let Some(clean) = self.clean(name)
                    {
                        renamed.push((name.clone(), clean));
                    }
                }
                for (name, clean) in renamed {
                    any = true;
                    if let Some(value) = properties.remove(&name) {
                        properties.insert(clean, value);
                    }
                }
                any
            }
            Value::Null | Value::Bool(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn zelda() -> Traces {
        Traces::new(
            "zelda-7781",
            ["Zelda Quirk", "Will", "z.quirk@example.org", "  "],
        )
    }

    #[test]
    fn whole_values_name_somebody_and_words_only_where_they_are_distinctive() {
        for (text, clean) in [
            ("zelda-7781", Some("[erased]")),
            ("ZELDA-7781", Some("[erased]")),
            ("@zelda-7781", Some("[erased]")),
            ("Will", Some("[erased]")),
            ("will come", None),
            ("thanks, Zelda Quirk!", Some("thanks, [erased]!")),
            ("zelda quirky", None),
            ("xzelda-7781", None),
            ("dm:zelda-7781:bob", Some("dm:[erased]:bob")),
            ("zelda-77812", None),
            (
                "mail Z.Quirk@Example.org or zelda-7781",
                Some("mail [erased] or [erased]"),
            ),
            ("", None),
        ] {
            assert_eq!(zelda().clean(text).as_deref(), clean, "{text}");
        }
        // `İ` is two letters in lower case.
        let odd = Traces::new("İzmir-1", []);
        assert_eq!(odd.clean("aİ İzmir-1 ß").unwrap(), "aİ [erased] ß");
    }

    #[test]
    fn values_are_cleaned_at_every_depth() {
        let mut value = json!({
            "invited_by": "zelda-7781",
            "list": ["x", {"name": "Zelda Quirk", "n": 7}],
            "by": {"zelda-7781": 3, "bob": 1},
            "will": "power",
        });
        assert!(zelda().clean_value(&mut value));
        let clean = json!({
            "invited_by": ERASED,
            "list": ["x", {"name": ERASED, "n": 7}],
            "by": {ERASED: 3, "bob": 1},
            ERASED: "power",
        });
        assert_eq!(value, clean);
        assert!(!zelda().clean_value(&mut value));
    }

    #[test]
    fn a_number_names_somebody_only_where_people_are_meant() {
        let seven = Traces::new("7", []);
        let mut value = json!({"userId": 7, "count": 7, "invitedBy": "7", "size": "7", "7": 7});
        assert!(seven.clean_value(&mut value));
        let clean = json!({"userId": ERASED, "count": 7, "invitedBy": ERASED, "size": "7", "7": 7});
        assert_eq!(value, clean);
        assert_eq!(seven.clean("part 7 of 7"), None);
    }
}
