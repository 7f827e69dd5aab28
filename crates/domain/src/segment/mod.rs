//! Segments: rules that say which people, or which channels, somebody means.
//!
//! ```text
//! rule      = any ;                       (* any, all, parentheses and values as in filters *)
//! single    = "not" single | "(" any ")" | "segment:" id | did | attribute "is" value { "," value }
//!           | "createdAt" ( "before" | "since" ) value ;
//! attribute = "user" | "role" | "isDeactivated"        (* of people *)
//!           | "channel" | "kind" | "isArchived"        (* of channels *)
//!           | "name" ;                                 (* of both *)
//! did       = "did" ( metric | kind of event ) [ "atLeast" number ] [ "lastDays" number ]
//!             [ "where" single of a filter ] ;
//! ```

mod parse;
#[cfg(test)]
mod tests;

use std::{collections::HashSet, sync::Arc};

use jiff::tz::TimeZone;

use crate::{dimension::Subject, filter::Filter, id::WorkspaceId, metric::Metric, time::Instant};

pub use parse::MAX_DEEDS;

/// Longest name of a segment, in characters.
pub const MAX_SEGMENT_NAME: usize = 200;
/// Longest description of a segment, in characters.
pub const MAX_SEGMENT_DESCRIPTION: usize = 2_000;

/// What a record says of a person or channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attribute {
    /// The identifier.
    Id,
    /// The name shown to people.
    Name,
    /// The role of a person.
    Role,
    /// Who may see a channel.
    Kind,
    /// Whether an account is switched off, or a channel put away.
    Off,
}

/// Which of two sides of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Before it.
    Before,
    /// At it or later.
    Since,
}

/// What is counted of somebody, or of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Counted {
    /// A metric that counts.
    Metric(Metric),
    /// Events of a kind.
    Kind(String),
}

/// What somebody did, or what happened in a channel, often enough.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Deed {
    /// What is counted.
    pub counted: Counted,
    /// How often at least, from 1.
    pub at_least: u32,
    /// Within how many local days that end with the present; `None` for the span of the question.
    pub last_days: Option<u16>,
    /// Which events count.
    pub only: Filter,
}

/// Whom, or which channels, a segment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// All of these hold.
    All(Vec<Self>),
    /// At least one of these holds.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// The record has one of these values.
    Is(Attribute, Vec<String>),
    /// It was made before an instant or day, or since; what is not known is neither.
    Created(Side, String),
    /// Something was done often enough.
    Did(Box<Deed>),
    /// Another segment holds it.
    Segment(String),
    /// It is one of these: what the two before become once they are looked up.
    Among(Arc<HashSet<String>>),
}

/// What is known of a person or channel.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The identifier.
    pub id: &'a str,
    /// The name shown to people.
    pub name: Option<&'a str>,
    /// The role of a person, or who may see a channel.
    pub role: Option<&'a str>,
    /// Whether an account is switched off, or a channel put away.
    pub is_off: bool,
    /// When it was made.
    pub created_at: Option<Instant>,
}

impl Rule {
    /// Returns whether it holds of a person or channel; days are those of `zone`. What is to be looked
    /// up first holds of nobody.
    pub fn holds(&self, known: &Known<'_>, zone: &TimeZone) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(known, zone)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(known, zone)),
            Self::Not(part) => !part.holds(known, zone),
            Self::Is(attribute, values) => {
                let value = match attribute {
                    Attribute::Id => Some(known.id),
                    Attribute::Name => known.name,
                    Attribute::Role | Attribute::Kind => known.role,
                    Attribute::Off => Some(if known.is_off { "true" } else { "false" }),
                };
                value.is_some_and(|value| values.iter().any(|one| one == value))
            }
            Self::Created(side, text) => {
                let bound = Instant::parse(text, zone).ok();
                bound
                    .zip(known.created_at)
                    .is_some_and(|(bound, at)| match side {
                        Side::Before => at < bound,
                        Side::Since => at >= bound,
                    })
            }
            Self::Among(ids) => ids.contains(known.id),
            Self::Did(_) | Self::Segment(_) => false,
        }
    }

    /// Returns the segments that it names as parts of itself, and that so have to be about the same.
    pub fn direct_segments(&self) -> Vec<&str> {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().flat_map(Self::direct_segments).collect()
            }
            Self::Not(part) => part.direct_segments(),
            Self::Segment(id) => vec![id],
            Self::Is(..) | Self::Created(..) | Self::Did(_) | Self::Among(_) => Vec::new(),
        }
    }

    /// Returns the segments that it names, also those in the filters of what was done.
    pub fn segments(&self) -> Vec<&str> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::segments).collect(),
            Self::Not(part) => part.segments(),
            Self::Did(deed) => deed.only.segments(),
            Self::Segment(id) => vec![id],
            Self::Is(..) | Self::Created(..) | Self::Among(_) => Vec::new(),
        }
    }
}

/// What a segment is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentDefinition {
    /// What it is called.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Whether it holds people or channels.
    pub subject: Subject,
    /// Whom it holds, as [`Rule::parse`] reads it.
    pub rule: String,
}

/// A segment that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Identity within the workspace.
    pub id: String,
    /// Whose chat.
    pub workspace_id: WorkspaceId,
    /// What it is.
    pub definition: SegmentDefinition,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it was changed last.
    pub updated_at: Instant,
    /// How often it was written, from 1.
    pub version: u32,
}
