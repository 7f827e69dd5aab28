//! Values as other programs write them: numbers for texts, texts for numbers, 0 and 1 for flags.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};

/// A text, or a number read as one; borrowed from the input where it holds no escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'a> Text<'a> {
    /// Returns the text, or `None` when it is blank.
    pub(super) fn filled(self) -> Option<Cow<'a, str>> {
        let is_blank = self.0.chars().all(char::is_whitespace);
        (!is_blank).then_some(self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text)))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
        }

        deserializer.deserialize_any(TextVisitor)
    }
}

/// A flag: `true`, `1`, `"true"`, `"1"`, `"yes"` and their opposites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flag(pub(super) bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;

        impl Visitor<'_> for FlagVisitor {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Flag, E> {
                Ok(Flag(value))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Flag, E> {
                Ok(Flag(number != 0))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Flag, E> {
                flag(text)
                    .map(Flag)
                    .ok_or_else(|| E::custom("expected true or false"))
            }
        }

        deserializer.deserialize_any(FlagVisitor)
    }
}

/// Returns the flag that a text stands for.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" => Some(true),
        "0" | "false" | "f" | "no" | "n" => Some(false),
        _ => None,
    }
}

/// A list of texts; a single text is a list of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Texts(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextsVisitor;

        impl<'de> Visitor<'de> for TextsVisitor {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of texts")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts(vec![text.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(element) = list.next_element::<Option<Text<'_>>>()? {
                    texts.extend(element.and_then(Text::filled).map(Cow::into_owned));
                }
                Ok(Texts(texts))
            }
        }

        deserializer.deserialize_any(TextsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_borrowed_unless_they_hold_escapes() {
        let read = |json| serde_json::from_str::<Text<'_>>(json).map(|text| text.0);
        assert!(matches!(
            read(r#""plain""#).unwrap(),
            Cow::Borrowed("plain")
        ));
        assert!(matches!(read(r#""a\nb""#).unwrap(), Cow::Owned(text) if text == "a\nb"));
        assert_eq!(read("42").unwrap(), "42");
        assert_eq!(read("-7").unwrap(), "-7");
        assert!(read("[1]").is_err());
        assert!(read("true").is_err());
    }

    #[test]
    fn flags_and_lists() {
        let flag = |json| serde_json::from_str::<Flag>(json).map(|flag| flag.0).ok();
        for (json, value) in [
            ("true", Some(true)),
            ("0", Some(false)),
            ("\"1\"", Some(true)),
        ] {
            assert_eq!(flag(json), value);
        }
        assert_eq!((flag("\"maybe\""), flag("{}")), (None, None));
        let texts = |json| {
            serde_json::from_str::<Texts>(json)
                .map(|texts| texts.0)
                .ok()
        };
        assert_eq!(
            texts(r#"["a", null, "", 1]"#),
            Some(vec!["a".to_owned(), "1".to_owned()])
        );
        assert_eq!(texts(r#""a""#), Some(vec!["a".to_owned()]));
        assert_eq!(texts("[{}]"), None);
    }
}
