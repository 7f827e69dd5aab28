//! From blocks of rollups to the rows of an answer.
//!
//! Rows of blocks are first given the group they belong to, once; then each metric runs down its
//! own column. Sets are united. What a metric is, is said in [`domain::metric`] alone.
//!
//! | file | what it does |
//! |---|---|
//! | `gather` | groups, and what is gathered of each metric for them |
//! | `rows` | running down rows of numbers |
//! | `persons` | days of people, and who was active in a part of a day |
//! | `sets` | uniting who did what, where, and with which terms |

mod gather;
mod persons;
mod rows;
mod sets;

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use domain::{
    dimension::{CycleUnit, Dimension, KeyKind},
    metric::Metric,
    query::{Population, Query},
    time::{Day, DayClock, Grain, Instant, date_of, first_day_of},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use self::gather::{Gathered, Index};
use crate::rollup::{ACTIVE, Block, Rollup, Route, WeightedSet};

/// Most dimensions that a question to rollups has.
pub const MOST_DIMENSIONS: usize = 3;

/// Stands for "no value" in the key of a group.
pub const NONE: i64 = i64::MIN;

/// What a group is about: a number for each dimension.
pub type GroupKey = [i64; MOST_DIMENSIONS];

/// Numbers that a question is narrowed to, each list ascending; `None` takes all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraint {
    /// Channels.
    pub channels: Option<Vec<u32>>,
    /// People.
    pub people: Option<Vec<u32>>,
    /// Kinds of events.
    pub kinds: Option<Vec<u16>>,
    /// What messages carry.
    pub message_types: Option<Vec<u8>>,
}

/// Over which time a piece goes.
#[derive(Debug, Clone)]
pub enum When {
    /// A local day, or a part of it.
    Day(Arc<DayClock>),
    /// A local month.
    Month(i32),
    /// Whole days and months that the question does not tell apart.
    Span,
}

/// Blocks of one rollup over one day or month: the one that is stored, and those of later events.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Over which time.
    pub when: When,
    /// Only these hours of the day.
    pub slots: Option<Range<u8>>,
    /// Only who was active in this part of the day, which begins or ends with the day.
    pub active: Option<(Instant, Instant)>,
    /// The blocks.
    pub blocks: Vec<Arc<Block>>,
}

/// The pieces that answer a question, by the rollup that its metrics go to.
pub type Pieces = BTreeMap<Rollup, Vec<Piece>>;

/// The rows of an answer, before they are sorted and named.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    /// What each row is about.
    pub keys: Vec<GroupKey>,
    /// The texts of terms, where the key is a term.
    pub terms: Vec<Box<str>>,
    /// For each metric the value of each row; NaN is none.
    pub values: Vec<Vec<f64>>,
}

/// Returns the answer to a question whose metrics are base metrics, each answered by its route; where
/// there are no pieces for it, it is left at zero.
pub fn evaluate(
    query: &Query,
    constraint: &Constraint,
    routed: &[Route],
    pieces: &Pieces,
) -> Groups {
    let mut run = Run::new(query, constraint, routed);
    for (rollup, pieces) in pieces {
        for piece in pieces {
            run.piece(*rollup, piece);
        }
    }
    run.finish()
}

/// The people of each group of an answer.
#[derive(Debug, Clone, Default)]
pub struct PeopleByGroup {
    /// What each group is about, and its people.
    pub people: Vec<(GroupKey, WeightedSet)>,
    /// The texts of terms, where the key is a term.
    pub terms: Vec<Box<str>>,
}

/// Returns the people of each group of a question whose first metric is a number of people.
pub fn people_of(
    query: &Query,
    constraint: &Constraint,
    routed: &[Route],
    pieces: &Pieces,
) -> PeopleByGroup {
    let mut run = Run::new(query, constraint, routed);
    for (rollup, pieces) in pieces {
        for piece in pieces {
            run.piece(*rollup, piece);
        }
    }
    let people = match run.gathered.into_iter().next() {
        Some(Gathered::People(people)) => run.index.keys.into_iter().zip(people).collect(),
        _ => Vec::new(),
    };
    PeopleByGroup {
        people,
        terms: run.terms,
    }
}

struct Run<'a> {
    query: &'a Query,
    constraint: &'a Constraint,
    routed: &'a [Route],
    index: Index,
    gathered: Vec<Gathered>,
    term_numbers: FxHashMap<Box<str>, i64>,
    terms: Vec<Box<str>>,
}

/// The value of each dimension that is the same for all rows of a piece.
struct Fixed(GroupKey);

impl<'a> Run<'a> {
    fn new(query: &'a Query, constraint: &'a Constraint, routed: &'a [Route]) -> Self {
        let by_number = matches!(
            query.dimensions.as_slice(),
            [Dimension::User | Dimension::Channel]
        );
        let gathered = |metric: &Metric| Gathered::of(metric.definition().aggregate);
        Self {
            query,
            constraint,
            routed,
            index: Index {
                dense: by_number.then(Vec::new),
                hashed: FxHashMap::default(),
                keys: Vec::new(),
            },
            gathered: query.metrics.iter().map(gathered).collect(),
            term_numbers: FxHashMap::default(),
            terms: Vec::new(),
        }
    }

    fn piece(&mut self, rollup: Rollup, piece: &Piece) {
        let fixed = Fixed(fixed(&self.query.dimensions, &piece.when, &self.query.zone));
        let mut active: [RoaringBitmap; 2] = Default::default();
        for block in &piece.blocks {
            match block.as_ref() {
                Block::Hours(rows) | Block::Kinds(rows) => {
                    self.rows(rollup, rows, &fixed, piece);
                }
                Block::Channels(rows) => self.rows(rollup, rows, &fixed, piece),
                Block::ChannelHours(rows)
                | Block::ChannelMessages(rows)
                | Block::ChannelLast(rows) => {
                    self.rows(rollup, rows, &fixed, piece);
                }
                Block::Persons(rows) if rollup == Rollup::People => {
                    self.active_within(rows, &fixed, piece);
                }
                Block::Persons(rows) => {
                    self.rows(rollup, rows, &fixed, piece);
                    self.months_of_persons(rows, &fixed, piece);
                }
                // Beside the rows of persons stand the sets of the same day: of days active.
                Block::People(people) if rollup == Rollup::Persons => {
                    for is_bot in self.populations() {
                        if let Some(set) = people.of(ACTIVE, *is_bot) {
                            active[usize::from(*is_bot)] |= &*set.everybody();
                        }
                    }
                }
                Block::People(people) => self.people(people, &fixed),
                Block::Pairs(pairs) => self.pairs(pairs, &fixed),
                Block::Writers(rows) => self.rows(rollup, rows, &fixed, piece),
                Block::Terms(terms) | Block::Files(terms) | Block::Properties(terms) => {
                    self.terms_of(terms, &fixed);
                }
                // No metric is made of them.
                Block::Numbers(_) | Block::Replies(_) | Block::Sessions(_) => {}
            }
        }
        self.day_of_persons(&active, &fixed);
    }

    fn populations(&self) -> &'static [bool] {
        match self.query.population {
            Population::People => &[false],
            Population::Everyone => &[false, true],
        }
    }

    fn is_every_person(&self) -> bool {
        self.query.dimensions == [Dimension::User]
            && self.constraint.people.is_none()
            && self.constraint.channels.is_none()
    }

    fn counts(&self, is_bot: bool) -> bool {
        !is_bot || self.query.population == Population::Everyone
    }

    fn finish(mut self) -> Groups {
        // Without dimensions there is always one row, as there is for the events themselves.
        if self.query.dimensions.is_empty() && self.index.keys.is_empty() {
            self.index.keys.push([NONE; MOST_DIMENSIONS]);
        }
        let groups = self.index.keys.len();
        let is_weighted = self.query.is_weighted();
        let values = self.gathered.iter().map(|gathered| {
            let groups = 0..groups;
            groups
                .map(|group| gathered.value(group, is_weighted))
                .collect()
        });
        Groups {
            values: values.collect(),
            keys: self.index.keys,
            terms: self.terms,
        }
    }
}

fn with_bot(mut key: GroupKey, dimensions: &[Dimension], is_bot: bool) -> GroupKey {
    for (place, dimension) in key.iter_mut().zip(dimensions) {
        if *dimension == Dimension::IsBot {
            *place = i64::from(is_bot);
        }
    }
    key
}

/// Returns the values of dimensions that the time of a piece decides.
pub(crate) fn fixed(dimensions: &[Dimension], when: &When, zone: &TimeZone) -> GroupKey {
    let mut key = [NONE; MOST_DIMENSIONS];
    let day: Day = match when {
        When::Day(clock) => clock.day,
        When::Month(month) => first_day_of(*month),
        When::Span => return key,
    };
    for (place, dimension) in key.iter_mut().zip(dimensions) {
        match dimension.keys() {
            KeyKind::Bucket(Grain::Day) if let When::Day(clock) = when => {
                *place = clock.start.as_millis();
            }
            KeyKind::Bucket(grain) => {
                let first = grain.floor_day(date_of(day));
                *place = Instant::start_of(first, zone).as_millis();
            }
            KeyKind::Cycle(cycle) if cycle.unit == CycleUnit::Day => {
                *place = cycle.place(day.into());
            }
            _ => {}
        }
    }
    key
}
