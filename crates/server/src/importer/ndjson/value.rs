//! Values that a line may write in more than one way.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor, value::SeqAccessDeserializer},
};
use serde_json::{Number, Value};

use crate::importer::scalar::Texts;

/// A time as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Time<'a> {
    /// RFC 3339, or what else the sender thought of.
    Text(Cow<'a, str>),
    /// Seconds or milliseconds.
    Number(Number),
}

impl Time<'_> {
    /// Returns the time as the pipeline takes it.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.clone().into_owned()),
            Self::Number(number) => Value::Number(number.clone()),
        }
    }
}

/// `emoji` is the name of a reaction, and in a list the emoji of a text.
pub(super) enum Emoji<'a> {
    /// One name.
    Reaction(Cow<'a, str>),
    /// Names.
    InText(Vec<String>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Emoji<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EmojiVisitor;

        impl<'de> Visitor<'de> for EmojiVisitor {
            type Value = Emoji<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an emoji or a list of names")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Emoji::Reaction(Cow::Borrowed(name)))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Emoji::Reaction(Cow::Owned(name.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                let list = SeqAccessDeserializer::new(list);
                Texts::deserialize(list).map(|texts| Emoji::InText(texts.0))
            }
        }

        deserializer.deserialize_any(EmojiVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Time<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TimeVisitor;

        impl<'de> Visitor<'de> for TimeVisitor {
            type Value = Time<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Time::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Time::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Time::Number(number.into()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Time::Number(number.into()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                Number::from_f64(number)
                    .map(Time::Number)
                    .ok_or_else(|| E::custom("expected a finite number"))
            }
        }

        deserializer.deserialize_any(TimeVisitor)
    }
}
