//! From blocks of rollups to the rows of an answer.
//!
//! Rows of blocks are first given the group they belong to, once; then each metric runs down its
//! own column. Sets are united. What a metric is, is said in [`crate::metric`] alone.

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
    sync::Arc,
};

use jiff::tz::TimeZone;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{
    block::{Block, Rollup, counted, person},
    column::{Column, Combine},
    day::{Day, DayClock, date_of, first_day_of},
    key::{NO_MESSAGE_TYPE, RowKey},
    rows::Rows,
    set::{Act, BOT, POSTED, Pairs, People, Term, TermKind},
};
use crate::{
    dimension::Dimension,
    engagement::raw_score,
    metric::{Measure, Metric, Selection},
    plan::shared_selection,
    query::{Population, Query},
    time::Instant,
};

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
    /// Terms.
    pub terms: Option<HashSet<Box<str>>>,
}

/// Over which time a piece goes.
#[derive(Debug, Clone)]
pub enum When {
    /// A local day, or a part of it.
    Day(Arc<DayClock>),
    /// A local month.
    Month(i32),
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

/// Returns the answer to a question whose metrics these rollups hold; metrics at the places
/// `without` are left at zero.
pub fn evaluate(
    query: &Query,
    constraint: &Constraint,
    routed: &[Rollup],
    without: &[usize],
    pieces: &Pieces,
) -> Groups {
    let mut run = Run::new(query, constraint, routed);
    run.without = without;
    for (rollup, pieces) in pieces {
        for piece in pieces {
            run.piece(*rollup, piece);
        }
    }
    run.finish()
}

/// Returns the people of each group of a question whose first metric is a number of people.
pub fn people_of(
    query: &Query,
    constraint: &Constraint,
    routed: &[Rollup],
    pieces: &Pieces,
) -> Vec<(GroupKey, RoaringBitmap)> {
    let mut run = Run::new(query, constraint, routed);
    for (rollup, pieces) in pieces {
        for piece in pieces {
            run.piece(*rollup, piece);
        }
    }
    match run.gathered.into_iter().next() {
        Some(Gathered::Set(sets)) => run.index.keys.into_iter().zip(sets).collect(),
        _ => Vec::new(),
    }
}

/// Finds the group of a key.
struct Index {
    /// By the number of a person or channel, where that is the only dimension.
    dense: Option<Vec<u32>>,
    hashed: FxHashMap<GroupKey, u32>,
    keys: Vec<GroupKey>,
}

impl Index {
    /// Finds the group of a person or channel by number.
    fn numbered(&mut self, number: u32) -> u32 {
        let place = number as usize;
        if let Some(dense) = &mut self.dense {
            if place >= dense.len() {
                dense.resize(place + 1, u32::MAX);
            }
            if dense[place] == u32::MAX {
                dense[place] = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
                self.keys.push([number.into(), NONE, NONE]);
            }
            return dense[place];
        }
        self.group([number.into(), NONE, NONE])
    }

    fn group(&mut self, key: GroupKey) -> u32 {
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        if let Some(dense) = &mut self.dense
            && let Ok(place) = usize::try_from(key[0])
        {
            if place >= dense.len() {
                dense.resize(place + 1, u32::MAX);
            }
            if dense[place] == u32::MAX {
                dense[place] = next;
                self.keys.push(key);
            }
            return dense[place];
        }
        *self.hashed.entry(key).or_insert_with(|| {
            self.keys.push(key);
            next
        })
    }
}

/// What is gathered of a metric, for each group.
enum Gathered {
    Sum(Vec<f64>),
    First(Vec<f64>),
    Last(Vec<f64>),
    Set(Vec<RoaringBitmap>),
}

impl Gathered {
    fn of(measure: Measure) -> Self {
        match measure {
            Measure::Count | Measure::Words | Measure::LocalDays | Measure::Engagement => {
                Self::Sum(Vec::new())
            }
            Measure::First => Self::First(Vec::new()),
            Measure::Last => Self::Last(Vec::new()),
            Measure::People | Measure::Channels | Measure::Threads | Measure::Sessions => {
                Self::Set(Vec::new())
            }
        }
    }

    fn number(&mut self, group: u32, value: f64) {
        let (values, combine) = match self {
            Self::Sum(values) => (values, Combine::Sum),
            Self::First(values) => (values, Combine::Smallest),
            Self::Last(values) => (values, Combine::Largest),
            Self::Set(_) => return,
        };
        let group = group as usize;
        if group >= values.len() {
            values.resize(group + 1, combine.nothing());
        }
        values[group] = combine.of(values[group], value);
    }

    /// Adds the values of a column to the groups of its rows.
    fn column(&mut self, column: &Column, placed: &[(usize, u32)], groups: usize) {
        let (values, combine) = match self {
            Self::Sum(values) => (values, Combine::Sum),
            Self::First(values) => (values, Combine::Smallest),
            Self::Last(values) => (values, Combine::Largest),
            Self::Set(_) => return,
        };
        add_column(values, combine, column, placed, groups);
    }

    fn set(&mut self, group: u32) -> Option<&mut RoaringBitmap> {
        let Self::Set(sets) = self else { return None };
        let group = group as usize;
        if group >= sets.len() {
            sets.resize_with(group + 1, RoaringBitmap::new);
        }
        sets.get_mut(group)
    }

    fn value(&self, group: usize) -> f64 {
        match self {
            Self::Sum(values) => values.get(group).copied().unwrap_or(0.0),
            Self::First(values) | Self::Last(values) => {
                values.get(group).copied().unwrap_or(f64::NAN)
            }
            Self::Set(sets) => sets.get(group).map_or(0.0, |set| set.len() as f64),
        }
    }
}

struct Run<'a> {
    query: &'a Query,
    constraint: &'a Constraint,
    routed: &'a [Rollup],
    index: Index,
    gathered: Vec<Gathered>,
    /// Parts of the engagement score: messages, reactions, files, days.
    score: [Vec<f64>; 4],
    term_numbers: FxHashMap<Box<str>, i64>,
    terms: Vec<Box<str>>,
    /// Metrics, by place, that are evaluated another time.
    without: &'a [usize],
}

/// The value of each dimension that is the same for all rows of a piece.
struct Fixed(GroupKey);

impl<'a> Run<'a> {
    fn new(query: &'a Query, constraint: &'a Constraint, routed: &'a [Rollup]) -> Self {
        let by_number = matches!(
            query.dimensions.as_slice(),
            [Dimension::User | Dimension::Channel]
        );
        let measure = |metric: &Metric| Gathered::of(metric.definition().measure);
        Self {
            query,
            constraint,
            routed,
            index: Index {
                dense: by_number.then(Vec::new),
                hashed: FxHashMap::default(),
                keys: Vec::new(),
            },
            gathered: query.metrics.iter().map(measure).collect(),
            score: Default::default(),
            term_numbers: FxHashMap::default(),
            terms: Vec::new(),
            without: &[],
        }
    }

    fn piece(&mut self, rollup: Rollup, piece: &Piece) {
        let fixed = Fixed(fixed(&self.query.dimensions, &piece.when, &self.query.zone));
        let mut active = RoaringBitmap::new();
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
                        if let Some(set) = people.of(Act::Active, *is_bot) {
                            active |= set;
                        }
                    }
                }
                Block::People(people) => self.people(people, &fixed),
                Block::Pairs(pairs) => self.pairs(pairs, &fixed),
                Block::Terms(terms) => self.terms_of(terms),
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
        self.query.dimensions == [Dimension::User] && self.constraint.people.is_none()
    }

    fn counts(&self, is_bot: bool) -> bool {
        !is_bot || self.query.population == Population::Everyone
    }

    /// Runs down rows of numbers.
    fn rows<K: RowKey>(&mut self, rollup: Rollup, rows: &Rows<K>, fixed: &Fixed, piece: &Piece) {
        let wanted: Vec<usize> = (0..self.routed.len())
            .filter(|metric| self.routed[*metric] == rollup)
            .collect();
        let leading = if rows.keys.first().is_some_and(|key| key.channel().is_some()) {
            self.constraint.channels.as_deref()
        } else {
            self.constraint.people.as_deref()
        };
        let is_led = rows.keys.first().is_some_and(|key| key.leading().is_some());
        let runs = match leading {
            Some(numbers) if is_led => rows.runs_of(numbers),
            _ => std::iter::once(0..rows.keys.len()).collect(),
        };
        let shared = shared_selection(self.query);
        let mut placed: Vec<(usize, u32)> = Vec::with_capacity(rows.keys.len());
        // The rows that there are most of: all people, each a group.
        if self.is_every_person() && rows.keys.first().is_some_and(|key| key.person().is_some()) {
            for (index, key) in rows.keys.iter().enumerate() {
                if let Some(person) = key.person().filter(|_| self.counts(key.is_bot())) {
                    placed.push((index, self.index.numbered(person)));
                }
            }
            for metric in wanted {
                self.column(self.query.metrics[metric], metric, rows, &placed);
            }
            return;
        }
        // Neighbours often belong to the same group: looking it up is most of the work.
        let mut last: Option<(GroupKey, u32)> = None;
        for index in runs.into_iter().flatten() {
            let key = &rows.keys[index];
            if self.admits(key, shared, piece) {
                let key = self.key_of(key, fixed, piece);
                let group = match last {
                    Some((before, group)) if before == key => group,
                    _ => self.index.group(key),
                };
                last = Some((key, group));
                placed.push((index, group));
            }
        }
        for metric in wanted {
            self.column(self.query.metrics[metric], metric, rows, &placed);
        }
    }

    fn admits<K: RowKey>(&self, key: &K, shared: Selection, piece: &Piece) -> bool {
        let in_list = |list: &Option<Vec<u16>>, value: Option<u16>| {
            list.as_ref()
                .is_none_or(|list| value.is_some_and(|value| list.contains(&value)))
        };
        let carries = |list: &Option<Vec<u8>>, value: Option<u8>| {
            list.as_ref()
                .is_none_or(|list| value.is_some_and(|value| list.contains(&value)))
        };
        self.counts(key.is_bot())
            && in_list(&self.constraint.kinds, key.kind())
            && carries(&self.constraint.message_types, key.message_type())
            && piece
                .slots
                .as_ref()
                .is_none_or(|slots| key.slot().is_some_and(|slot| slots.contains(&slot)))
            && key
                .kind()
                .is_none_or(|kind| shared.admits(kind, message_type(key)))
    }

    fn key_of<K: RowKey>(&self, key: &K, fixed: &Fixed, piece: &Piece) -> GroupKey {
        let mut group = fixed.0;
        for (place, dimension) in group.iter_mut().zip(&self.query.dimensions) {
            *place = match dimension {
                Dimension::Time(crate::time::Grain::Hour) => match &piece.when {
                    When::Day(clock) => clock.slot_start(key.slot().unwrap_or(0)).as_millis(),
                    When::Month(_) => NONE,
                },
                Dimension::HourOfDay => {
                    let slot = key.slot().unwrap_or(0);
                    match &piece.when {
                        When::Day(clock) => clock.hour_of(slot).into(),
                        When::Month(_) => slot.into(),
                    }
                }
                Dimension::Channel => key.channel().map_or(NONE, i64::from),
                Dimension::User => key.person().map_or(NONE, i64::from),
                Dimension::MessageType => message_type(key).map_or(NONE, i64::from),
                Dimension::EventType => key.kind().map_or(NONE, i64::from),
                Dimension::IsBot => i64::from(key.is_bot()),
                Dimension::Time(_)
                | Dimension::Weekday
                | Dimension::Emoji
                | Dimension::Link
                | Dimension::Hashtag => continue,
            };
        }
        group
    }

    fn column<K: RowKey>(
        &mut self,
        metric: Metric,
        place: usize,
        rows: &Rows<K>,
        placed: &[(usize, u32)],
    ) {
        let definition = metric.definition();
        let groups = self.index.keys.len();
        let selected = |index: usize| {
            let key = &rows.keys[index];
            key.kind()
                .is_none_or(|kind| definition.selection.admits(kind, message_type(key)))
        };
        let is_of_persons = rows.keys.first().is_some_and(|key| key.person().is_some());
        if is_of_persons {
            if definition.measure == Measure::Engagement {
                let parts = [person::MESSAGES, person::REACTIONS, person::FILES];
                for (part, column) in parts.into_iter().enumerate() {
                    let column = &rows.columns[column];
                    add_column(&mut self.score[part], Combine::Sum, column, placed, groups);
                }
                return;
            }
            if let Some(column) = person_column(metric) {
                self.gathered[place].column(&rows.columns[column], placed, groups);
            }
            return;
        }
        match definition.measure {
            Measure::Channels => {
                // Rows of a channel stand together, one for each of its hours.
                let mut last = None;
                for (index, group) in placed {
                    let member = (*group, rows.keys[*index].channel());
                    if last == Some(member) {
                        continue;
                    }
                    last = Some(member);
                    if let (group, Some(channel)) = member
                        && let Some(set) = self.gathered[place].set(group)
                    {
                        set.insert(channel);
                    }
                }
            }
            Measure::Words => self.sum(place, counted::WORDS, rows, placed, selected),
            // Rows of last messages have no other column.
            _ => self.sum(place, counted::WEIGHT, rows, placed, selected),
        }
    }

    fn sum<K: RowKey>(
        &mut self,
        place: usize,
        column: usize,
        rows: &Rows<K>,
        placed: &[(usize, u32)],
        selected: impl Fn(usize) -> bool,
    ) {
        let column = &rows.columns[column];
        if self.query.metrics.iter().all(|metric| {
            metric.definition().selection == self.query.metrics[place].definition().selection
        }) {
            // What all metrics share was looked at when the rows were placed.
            self.gathered[place].column(column, placed, self.index.keys.len());
            return;
        }
        let chosen: Vec<(usize, u32)> = placed
            .iter()
            .copied()
            .filter(|(index, _)| selected(*index))
            .collect();
        self.gathered[place].column(column, &chosen, self.index.keys.len());
    }

    /// Counts the days of a month.
    fn months_of_persons(
        &mut self,
        rows: &Rows<super::key::PersonKey>,
        fixed: &Fixed,
        piece: &Piece,
    ) {
        if matches!(piece.when, When::Day(_)) {
            return;
        }
        if self.is_every_person() {
            let counted = rows
                .keys
                .iter()
                .enumerate()
                .filter(|(_, key)| self.counts(key.is_bot()));
            let counted: Vec<(usize, u32)> =
                counted.map(|(index, key)| (index, key.number())).collect();
            let placed: Vec<(usize, u32)> = counted
                .into_iter()
                .map(|(index, number)| (index, self.index.numbered(number)))
                .collect();
            let groups = self.index.keys.len();
            let column = &rows.columns[person::DAYS];
            for (place, metric) in self.query.metrics.iter().enumerate() {
                match (metric.definition().measure, &mut self.gathered[place]) {
                    (Measure::LocalDays, days) => days.column(column, &placed, groups),
                    (Measure::Engagement, _) => {
                        add_column(&mut self.score[3], Combine::Sum, column, &placed, groups);
                    }
                    _ => {}
                }
            }
            return;
        }
        for (index, key) in rows.keys.iter().enumerate() {
            let days = rows.columns[person::DAYS].get(index);
            if days > 0.0 && self.counts(key.is_bot()) && self.is_wanted(key.number()) {
                self.days(key.number(), days, fixed);
            }
        }
    }

    /// Counts one day for each person of a set.
    fn day_of_persons(&mut self, active: &RoaringBitmap, fixed: &Fixed) {
        if self.is_every_person() {
            let groups: Vec<u32> = active
                .iter()
                .map(|number| self.index.numbered(number))
                .collect();
            let total = self.index.keys.len();
            for (place, metric) in self.query.metrics.iter().enumerate() {
                let days = match (metric.definition().measure, &mut self.gathered[place]) {
                    (Measure::LocalDays, Gathered::Sum(days)) => days,
                    (Measure::Engagement, _) => &mut self.score[3],
                    _ => continue,
                };
                if days.len() < total {
                    days.resize(total, 0.0);
                }
                for group in &groups {
                    days[*group as usize] += 1.0;
                }
            }
            return;
        }
        for number in active {
            if self.is_wanted(number) {
                self.days(number, 1.0, fixed);
            }
        }
    }

    fn is_wanted(&self, number: u32) -> bool {
        self.constraint
            .people
            .as_ref()
            .is_none_or(|people| people.binary_search(&number).is_ok())
    }

    fn days(&mut self, number: u32, days: f64, fixed: &Fixed) {
        let mut key = fixed.0;
        for (place, dimension) in key.iter_mut().zip(&self.query.dimensions) {
            if *dimension == Dimension::User {
                *place = number.into();
            }
        }
        let group = self.index.group(key);
        for (place, metric) in self.query.metrics.iter().enumerate() {
            match metric.definition().measure {
                Measure::LocalDays => self.gathered[place].number(group, days),
                Measure::Engagement => add(&mut self.score[3], group, days),
                _ => {}
            }
        }
    }

    /// Unites sets of people.
    fn people(&mut self, people: &People, fixed: &Fixed) {
        for (place, metric) in self.query.metrics.iter().enumerate() {
            if self.routed[place] != Rollup::People {
                continue;
            }
            for is_bot in self.populations() {
                let act = act_of(*metric);
                if let Some(set) = people.of(act, *is_bot).filter(|set| !set.is_empty()) {
                    let key = with_bot(fixed.0, &self.query.dimensions, *is_bot);
                    let group = self.index.group(key);
                    if let Some(mine) = self.gathered[place].set(group) {
                        *mine |= set;
                    }
                }
            }
        }
    }

    /// Finds who was active in a part of a day that begins or ends with it.
    fn active_within(&mut self, rows: &Rows<super::key::PersonKey>, fixed: &Fixed, piece: &Piece) {
        let Some((from, to)) = piece.active else {
            return;
        };
        let (from, to) = (from.as_millis() as f64, to.as_millis() as f64);
        let (first, last) = (&rows.columns[person::FIRST], &rows.columns[person::LAST]);
        for (index, key) in rows.keys.iter().enumerate() {
            // NaN, who was not active at all, meets neither.
            let was_active = last.get(index) >= from && first.get(index) < to;
            if !(was_active && self.counts(key.is_bot())) {
                continue;
            }
            let group = self
                .index
                .group(with_bot(fixed.0, &self.query.dimensions, key.is_bot()));
            for (place, metric) in self.query.metrics.iter().enumerate() {
                if self.routed[place] == Rollup::People
                    && *metric == Metric::ActivePeople
                    && let Some(set) = self.gathered[place].set(group)
                {
                    set.insert(key.number());
                }
            }
        }
    }

    /// Unites who was where.
    fn pairs(&mut self, pairs: &Pairs, fixed: &Fixed) {
        let channels: Vec<u32> = match &self.constraint.channels {
            None => pairs.channels().to_vec(),
            Some(wanted) => wanted.clone(),
        };
        let together = !self
            .query
            .dimensions
            .iter()
            .any(|dimension| matches!(dimension, Dimension::User | Dimension::IsBot));
        for channel in channels {
            if together {
                self.people_of_channel(pairs, channel, fixed);
                continue;
            }
            for (number, flags) in pairs.in_channel(channel) {
                let is_bot = flags & BOT != 0;
                if self.counts(is_bot) && self.is_wanted(number) {
                    self.pair(channel, number, flags, fixed);
                }
            }
        }
    }

    /// Unites the people of a channel, where they are not told apart.
    fn people_of_channel(&mut self, pairs: &Pairs, channel: u32, fixed: &Fixed) {
        let mut key = fixed.0;
        for (place, dimension) in key.iter_mut().zip(&self.query.dimensions) {
            if *dimension == Dimension::Channel {
                *place = channel.into();
            }
        }
        for (place, metric) in self.query.metrics.iter().enumerate() {
            if self.routed[place] != Rollup::Pairs {
                continue;
            }
            let acts = if matches!(metric, Metric::Posters | Metric::ActiveChannels) {
                POSTED
            } else {
                !BOT
            };
            let counted = pairs.in_channel(channel).filter(|(number, flags)| {
                flags & acts != 0 && self.counts(flags & BOT != 0) && self.is_wanted(*number)
            });
            let mut people: Vec<u32> = counted.map(|(number, _)| number).collect();
            people.dedup();
            if people.is_empty() {
                continue;
            }
            let group = self.index.group(key);
            if let Some(set) = self.gathered[place].set(group) {
                if *metric == Metric::ActiveChannels {
                    set.insert(channel);
                } else {
                    *set |= ascending(&people);
                }
            }
        }
    }

    fn pair(&mut self, channel: u32, number: u32, flags: u8, fixed: &Fixed) {
        let mut key = with_bot(fixed.0, &self.query.dimensions, flags & BOT != 0);
        for (place, dimension) in key.iter_mut().zip(&self.query.dimensions) {
            match dimension {
                Dimension::Channel => *place = channel.into(),
                Dimension::User => *place = number.into(),
                _ => {}
            }
        }
        let mut group = None;
        for (place, metric) in self.query.metrics.iter().enumerate() {
            let did = match metric {
                Metric::Posters | Metric::ActiveChannels => flags & POSTED != 0,
                _ => flags & !BOT != 0,
            };
            if self.routed[place] != Rollup::Pairs || !did {
                continue;
            }
            let group = *group.get_or_insert_with(|| self.index.group(key));
            let member = if *metric == Metric::ActiveChannels {
                channel
            } else {
                number
            };
            if let Some(set) = self.gathered[place].set(group) {
                set.insert(member);
            }
        }
    }

    fn terms_of(&mut self, terms: &[Term]) {
        let kind = match (
            self.query.dimensions.first(),
            self.constraint.kinds.is_some(),
        ) {
            (Some(Dimension::Emoji), true) => TermKind::Reaction,
            (Some(Dimension::Emoji), false) => TermKind::Emoji,
            (Some(Dimension::Link), _) => TermKind::Link,
            _ => TermKind::Hashtag,
        };
        let begin = terms.partition_point(|term| term.kind < kind);
        for term in terms[begin..].iter().take_while(|term| term.kind == kind) {
            let is_wanted = |terms: &HashSet<Box<str>>| terms.contains(&term.text);
            if !self.counts(term.is_bot) || !self.constraint.terms.as_ref().is_none_or(is_wanted) {
                continue;
            }
            let known = self.term_numbers.get(&term.text).copied();
            let number = known.unwrap_or_else(|| {
                let number = i64::try_from(self.terms.len()).unwrap_or(i64::MAX);
                self.terms.push(term.text.clone());
                self.term_numbers.insert(term.text.clone(), number);
                number
            });
            let group = self.index.group([number, NONE, NONE]);
            for (place, metric) in self.query.metrics.iter().enumerate() {
                match metric.definition().measure {
                    // Left for the rows of the page.
                    Measure::People if self.without.contains(&place) => {}
                    Measure::People => {
                        if let Some(set) = self.gathered[place].set(group) {
                            *set |= ascending(&term.people);
                        }
                    }
                    _ => self.gathered[place].number(group, term.count),
                }
            }
        }
    }

    fn finish(mut self) -> Groups {
        // Without dimensions there is always one row, as there is for the events themselves.
        if self.query.dimensions.is_empty() && self.index.keys.is_empty() {
            self.index.keys.push([NONE; MOST_DIMENSIONS]);
        }
        let groups = self.index.keys.len();
        let part = |part: &Vec<f64>, group: usize| part.get(group).copied().unwrap_or(0.0);
        let values = self
            .query
            .metrics
            .iter()
            .enumerate()
            .map(|(place, metric)| {
                let value = |group: usize| {
                    if metric.definition().measure == Measure::Engagement {
                        let [messages, reactions, files, days] =
                            [0, 1, 2, 3].map(|index: usize| part(&self.score[index], group));
                        raw_score(messages, reactions, files, days).unwrap_or(f64::NAN)
                    } else {
                        self.gathered[place].value(group)
                    }
                };
                (0..groups).map(value).collect()
            });
        Groups {
            values: values.collect(),
            keys: self.index.keys,
            terms: self.terms,
        }
    }
}

/// Adds the values of a column to the groups of its rows.
fn add_column(
    values: &mut Vec<f64>,
    combine: Combine,
    column: &Column,
    placed: &[(usize, u32)],
    groups: usize,
) {
    if values.len() < groups {
        values.resize(groups, combine.nothing());
    }
    // Looked at once, not for each row.
    match (column, combine) {
        (Column::Tiny(column), Combine::Sum) => {
            for (index, group) in placed {
                values[*group as usize] += f64::from(column[*index]);
            }
        }
        (Column::Small(column), Combine::Sum) => {
            for (index, group) in placed {
                values[*group as usize] += f64::from(column[*index]);
            }
        }
        (column, combine) => {
            for (index, group) in placed {
                let value = &mut values[*group as usize];
                *value = combine.of(*value, column.get(*index));
            }
        }
    }
}

fn add(values: &mut Vec<f64>, group: u32, value: f64) {
    let group = group as usize;
    if group >= values.len() {
        values.resize(group + 1, 0.0);
    }
    values[group] += value;
}

fn message_type<K: RowKey>(key: &K) -> Option<u8> {
    key.message_type().filter(|code| *code != NO_MESSAGE_TYPE)
}

const fn person_column(metric: Metric) -> Option<usize> {
    match metric {
        Metric::Messages => Some(person::MESSAGES),
        Metric::Replies => Some(person::REPLIES),
        Metric::Reactions => Some(person::REACTIONS),
        Metric::Files => Some(person::FILES),
        Metric::Events => Some(person::EVENTS),
        Metric::FirstActivity => Some(person::FIRST),
        Metric::LastActivity => Some(person::LAST),
        _ => None,
    }
}

const fn act_of(metric: Metric) -> Act {
    match metric {
        Metric::Posters => Act::Posted,
        Metric::EngagedPeople => Act::Engaged,
        _ => Act::Active,
    }
}

/// Returns the set of numbers that ascend.
fn ascending(numbers: &[u32]) -> RoaringBitmap {
    RoaringBitmap::from_sorted_iter(numbers.iter().copied())
        .unwrap_or_else(|_| numbers.iter().copied().collect())
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
fn fixed(dimensions: &[Dimension], when: &When, zone: &TimeZone) -> GroupKey {
    let day: Day = match when {
        When::Day(clock) => clock.day,
        When::Month(month) => first_day_of(*month),
    };
    let mut key = [NONE; MOST_DIMENSIONS];
    for (place, dimension) in key.iter_mut().zip(dimensions) {
        match dimension {
            Dimension::Time(crate::time::Grain::Day) if let When::Day(clock) = when => {
                *place = clock.start.as_millis();
            }
            Dimension::Time(grain) => {
                let first = grain.floor_day(date_of(day));
                *place = Instant::start_of(first, zone).as_millis();
            }
            // 1970-01-01 was a Thursday, and weeks begin on Monday.
            Dimension::Weekday => *place = i64::from((day + 3).rem_euclid(7)),
            _ => {}
        }
    }
    key
}
