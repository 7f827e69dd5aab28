//! Reads rules: the language of filters, with other conditions.

use jiff::tz::TimeZone;

use super::{Attribute, Counted, Deed, Rule, Side};
use crate::{
    dimension::{Dimension, Subject},
    event::EventType,
    filter::{Filter, FilterError, Parser, Tree},
    metric::{Aggregate, Metric},
    time::Instant,
};

/// Most things of which a rule says that they were done.
pub const MAX_DEEDS: usize = 10;
/// Largest number of times, and of days.
const MOST_TIMES: u32 = 1_000_000_000;
const MOST_DAYS: u16 = 3_650;

/// A rule about people.
struct OfPeople(Rule);
/// A rule about channels.
struct OfChannels(Rule);

impl Rule {
    /// Reads a rule about people or channels. An empty one holds of all of them.
    pub fn parse(text: &str, subject: Subject) -> Result<Self, FilterError> {
        let rule = match subject {
            Subject::Person => Parser::read(text)?.map(|OfPeople(rule)| rule),
            Subject::Channel => Parser::read(text)?.map(|OfChannels(rule)| rule),
        };
        let rule = rule.unwrap_or_else(|| Self::All(Vec::new()));
        if rule.deeds() > MAX_DEEDS {
            return Err(FilterError::TooManyDeeds);
        }
        Ok(rule)
    }

    /// Returns of how many things it says that they were done.
    fn deeds(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::deeds).sum(),
            Self::Not(part) => part.deeds(),
            Self::Did(_) => 1,
            Self::Is(..) | Self::Created(..) | Self::Segment(_) | Self::Among(_) => 0,
        }
    }
}

macro_rules! tree {
    ($Tree:ident, $subject:expr) => {
        impl Tree for $Tree {
            fn all(parts: Vec<Self>) -> Self {
                Self(Rule::All(parts.into_iter().map(|part| part.0).collect()))
            }

            fn any(parts: Vec<Self>) -> Self {
                Self(Rule::Any(parts.into_iter().map(|part| part.0).collect()))
            }

            fn not(part: Self) -> Self {
                Self(Rule::Not(Box::new(part.0)))
            }

            fn leaf(parser: &mut Parser<'_>) -> Result<Self, FilterError> {
                leaf(parser, $subject).map(Self)
            }
        }
    };
}

tree!(OfPeople, Subject::Person);
tree!(OfChannels, Subject::Channel);

fn leaf(parser: &mut Parser<'_>, subject: Subject) -> Result<Rule, FilterError> {
    let before = parser.place();
    let word = parser.word();
    if let Some(id) = word.strip_prefix("segment:").filter(|id| !id.is_empty()) {
        return Ok(Rule::Segment(id.to_owned()));
    }
    let attribute = match (word, subject) {
        ("did", _) => return did(parser, subject).map(|deed| Rule::Did(Box::new(deed))),
        ("createdAt", _) => return created(parser),
        ("user", Subject::Person) | ("channel", Subject::Channel) => Attribute::Id,
        ("name", _) => Attribute::Name,
        ("role", Subject::Person) => Attribute::Role,
        ("kind", Subject::Channel) => Attribute::Kind,
        ("isDeactivated", Subject::Person) | ("isArchived", Subject::Channel) => Attribute::Off,
        _ => {
            return Err(FilterError::at(
                before,
                match subject {
                    Subject::Person => {
                        "user, name, role, isDeactivated, createdAt, did or segment:<id>"
                    }
                    Subject::Channel => {
                        "channel, name, kind, isArchived, createdAt, did or segment:<id>"
                    }
                },
            ));
        }
    };
    let before = parser.place();
    let values = parser.values()?;
    let is_flag = |value: &String| value == "true" || value == "false";
    if attribute == Attribute::Off && !values.iter().all(is_flag) {
        return Err(FilterError::at(before, "`is true` or `is false`"));
    }
    Ok(Rule::Is(attribute, values))
}

fn created(parser: &mut Parser<'_>) -> Result<Rule, FilterError> {
    let side = if parser.keyword("before") {
        Side::Before
    } else if parser.keyword("since") {
        Side::Since
    } else {
        return Err(parser.expected("`before` or `since`"));
    };
    let before = parser.place();
    let text = parser.value()?;
    if Instant::parse(&text, &TimeZone::UTC).is_err() {
        return Err(FilterError::at(before, "an instant (RFC 3339) or a day"));
    }
    Ok(Rule::Created(side, text))
}

fn did(parser: &mut Parser<'_>, subject: Subject) -> Result<Deed, FilterError> {
    let before = parser.place();
    let name = parser.value()?;
    let counted = match Metric::parse(&name) {
        Some(metric) if is_number(metric, subject) => Counted::Metric(metric),
        Some(_) => return Err(FilterError::at(before, "a metric that counts")),
        None => match EventType::parse(&name) {
            Some(kind) => Counted::Kind(kind.name().to_owned()),
            None => return Err(FilterError::at(before, "a metric or a kind of event")),
        },
    };
    let mut deed = Deed {
        counted,
        at_least: 1,
        last_days: None,
        only: Filter::default(),
    };
    if parser.keyword("atLeast") {
        deed.at_least = parser.number(MOST_TIMES, "a whole number from 1 to 1000000000")?;
    }
    if parser.keyword("lastDays") {
        deed.last_days = Some(parser.number(MOST_DAYS, "a whole number from 1 to 3650")?);
    }
    if parser.keyword("where") {
        deed.only = parser.single(1)?;
    }
    Ok(deed)
}

/// Returns whether a metric is a number of something, of one person or channel.
fn is_number(metric: Metric, subject: Subject) -> bool {
    let dimension = match subject {
        Subject::Person => Dimension::User,
        Subject::Channel => Dimension::Channel,
    };
    let aggregate = metric.definition().aggregate;
    dimension.allows(metric)
        && matches!(
            aggregate,
            Aggregate::Count | Aggregate::Sum(_) | Aggregate::Distinct(_)
        )
}
