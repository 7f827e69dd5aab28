//! What answers may say of single persons: the mode of an installation, and the smallest group.
//!
//! A group is the different people behind a number. In the mode `aggregate` a number is withheld when
//! its group is smaller than the minimum: it is neither shown nor zero.

/// What answers may say of single persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PrivacyMode {
    /// Everything, to whoever may ask.
    #[default]
    Full,
    /// What single persons did, under pseudonyms; no names and no addresses.
    Pseudonymous,
    /// Numbers about groups, nothing about single persons.
    Aggregate,
}

impl PrivacyMode {
    /// Returns the name used in settings and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Pseudonymous => "pseudonymous",
            Self::Aggregate => "aggregate",
        }
    }
}

/// The rules of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Privacy {
    /// What answers may say of single persons.
    pub mode: PrivacyMode,
    /// The fewest people behind a number that is shown, in the mode `aggregate`.
    pub min_group: u32,
}

impl Default for Privacy {
    fn default() -> Self {
        Self {
            mode: PrivacyMode::Full,
            min_group: 5,
        }
    }
}

impl Privacy {
    /// Returns whether answers are about groups only.
    pub fn is_aggregate(self) -> bool {
        self.mode == PrivacyMode::Aggregate
    }

    /// Returns whether people have pseudonyms.
    pub fn is_pseudonymous(self) -> bool {
        self.mode == PrivacyMode::Pseudonymous
    }

    /// Returns whether a group is smaller than the minimum, and not empty.
    pub fn is_small(self, people: f64) -> bool {
        people > 0.0 && people < f64::from(self.min_group)
    }
}

/// Why a question is not answered in the mode of this installation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrivacyError {
    /// Nothing that the resource answers is about groups.
    #[error(
        "this answer is about single persons, or about groups whose size is not checked; with ANALYTICS_PRIVACY_MODE=aggregate, ask for numbers about groups: POST /api/analytics/query"
    )]
    Resource,
    /// The resource would show what has no pseudonyms.
    #[error(
        "this answer would show more of people than their pseudonyms, so it is not given with ANALYTICS_PRIVACY_MODE=pseudonymous"
    )]
    NoPseudonyms,
    /// It splits by single persons, or narrows to them.
    #[error(
        "people are not told apart with ANALYTICS_PRIVACY_MODE=aggregate: leave out the dimension `user`, conditions on `user`, `userId`, and segments of people"
    )]
    SinglePersons,
    /// It narrows by more than the coarse fields.
    #[error(
        "with ANALYTICS_PRIVACY_MODE=aggregate a question is narrowed by one of the fields {known}, and by nothing else; leave out the other conditions, or split by a dimension", known = COARSE.join(", ")
    )]
    Filter,
    /// It has a time of its own.
    #[error(
        "with ANALYTICS_PRIVACY_MODE=aggregate spans are whole days of the reporting time zone that are over: leave out `{0}`, or give whole days before today"
    )]
    Time(&'static str),
    /// It would say which events were read.
    #[error(
        "with ANALYTICS_PRIVACY_MODE=aggregate it is not told how numbers came about: leave out `{0}`"
    )]
    Explained(&'static str),
    /// It has more rows than can be checked together.
    #[error(
        "more than {0} rows cannot be checked together for small groups: ask for a shorter span, wider buckets or fewer dimensions"
    )]
    TooManyRows(u32),
    /// It narrows by what may name people.
    #[error(
        "with ANALYTICS_PRIVACY_MODE=pseudonymous a property may hold who somebody is: leave out the condition on `property.{0}`"
    )]
    Property(String),
}

impl PrivacyError {
    /// Returns whether the mode `pseudonymous` is why, and not `aggregate`.
    pub const fn is_of_pseudonyms(&self) -> bool {
        matches!(self, Self::NoPseudonyms | Self::Property(_))
    }
}

/// The fields that questions about groups may be narrowed by, as filters name them.
pub const COARSE: [&str; 3] = ["channel", "type", "message"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_no_small_group_and_the_minimum_is_large_enough() {
        let privacy = Privacy::default();
        let small = [0.0, 1.0, 4.0, 5.0, 6.0].map(|people| privacy.is_small(people));
        assert_eq!(small, [false, true, true, false, false]);
    }
}
