//! Running down rows of numbers: first to the groups, then each metric down its column.

use domain::{
    dimension::{CycleUnit, KeyKind, Subject},
    metric::{Aggregate, Key, Predicate},
    time::Grain,
};

use super::{Fixed, GroupKey, NONE, Piece, Run, When};
use crate::{
    plan::shared_predicate,
    rollup::{NO_MESSAGE_TYPE, Rollup, RowKey, Rows},
};

impl Run<'_> {
    /// Runs down rows of numbers.
    pub(super) fn rows<K: RowKey>(
        &mut self,
        rollup: Rollup,
        rows: &Rows<K>,
        fixed: &Fixed,
        piece: &Piece,
    ) {
        let wanted: Vec<usize> = (0..self.routed.len())
            .filter(|metric| self.routed[*metric].rollup == rollup)
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
        let shared = shared_predicate(&self.query.metrics);
        // The rows that there are most of: all people, each a group.
        if self.is_every_person() && rows.keys.first().is_some_and(|key| key.person().is_some()) {
            let placed = self.place_persons(rows);
            for metric in wanted {
                self.column(metric, rows, &placed);
            }
            return;
        }
        let mut placed: Vec<(u32, u32)> = Vec::with_capacity(rows.keys.len());
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
                placed.push((u32::try_from(index).unwrap_or(u32::MAX), group));
            }
        }
        for metric in wanted {
            self.column(metric, rows, &placed);
        }
    }

    /// Gives each row of a person who counts the group of that person.
    pub(super) fn place_persons<K: RowKey>(&mut self, rows: &Rows<K>) -> Vec<(u32, u32)> {
        let mut placed = Vec::with_capacity(rows.keys.len());
        for (key, row) in rows.keys.iter().zip(0u32..) {
            if let Some(person) = key.person().filter(|_| self.counts(key.is_bot())) {
                placed.push((row, self.index.numbered(person)));
            }
        }
        placed
    }

    fn admits<K: RowKey>(&self, key: &K, shared: Predicate, piece: &Piece) -> bool {
        let in_list = |list: &Option<Vec<u16>>, value: Option<u16>| {
            list.as_ref()
                .is_none_or(|list| value.is_some_and(|value| list.contains(&value)))
        };
        let carries = |list: &Option<Vec<u8>>, value: Option<u8>| {
            list.as_ref()
                .is_none_or(|list| value.is_some_and(|value| list.contains(&value)))
        };
        // Of rows that begin with a channel the person stands second.
        let is_wanted = |person: u32| key.channel().is_none() || self.is_wanted(person);
        self.counts(key.is_bot())
            && key.person().is_none_or(is_wanted)
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
            let slot = key.slot().unwrap_or(0);
            *place = match dimension.keys() {
                KeyKind::Bucket(Grain::Hour) => match &piece.when {
                    When::Day(clock) => clock.slot_start(slot).as_millis(),
                    When::Month(_) | When::Span => NONE,
                },
                KeyKind::Cycle(cycle) if cycle.unit == CycleUnit::Hour => cycle.place(match &piece
                    .when
                {
                    When::Day(clock) => i64::from(clock.day) * 24 + i64::from(clock.hour_of(slot)),
                    When::Month(_) | When::Span => slot.into(),
                }),
                KeyKind::Identifier(Subject::Channel) => key.channel().map_or(NONE, i64::from),
                KeyKind::Identifier(Subject::Person) => key.person().map_or(NONE, i64::from),
                KeyKind::MessageType => message_type(key).map_or(NONE, i64::from),
                KeyKind::EventType => key.kind().map_or(NONE, i64::from),
                KeyKind::Bot => i64::from(key.is_bot()),
                // What the time of the piece decides, and what no rows have.
                KeyKind::Bucket(_)
                | KeyKind::Cycle(_)
                | KeyKind::Whether(_)
                | KeyKind::Property(_)
                | KeyKind::Term(_) => {
                    continue;
                }
            };
        }
        group
    }

    fn column<K: RowKey>(&mut self, place: usize, rows: &Rows<K>, placed: &[(u32, u32)]) {
        match self.query.metrics[place].definition().aggregate {
            // Days are counted of each day or month at a time.
            Aggregate::Distinct(Key::LocalDay) => {}
            Aggregate::Distinct(_) => self.channels(place, rows, placed),
            _ => self.sum(place, rows, placed),
        }
    }

    /// Unites the channels of rows: those of a channel stand together, one for each of its hours.
    fn channels<K: RowKey>(&mut self, place: usize, rows: &Rows<K>, placed: &[(u32, u32)]) {
        let mut last = None;
        for (index, group) in placed {
            let member = (*group, rows.keys[*index as usize].channel());
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

    fn sum<K: RowKey>(&mut self, place: usize, rows: &Rows<K>, placed: &[(u32, u32)]) {
        let route = &self.routed[place];
        let column = &rows.columns[route.measure];
        let groups = self.index.keys.len();
        let shared = shared_predicate(&self.query.metrics);
        // What all metrics share was looked at when the rows were placed.
        if route.rest.is_empty() || shared == self.query.metrics[place].definition().predicate {
            self.gathered[place].column(column, placed, groups);
            return;
        }
        let is_counted = |index: u32| {
            let key = &rows.keys[index as usize];
            let admits = |kind: u16| {
                let mut rest = route.rest.iter();
                rest.all(|condition| condition.admits(kind, message_type(key)).unwrap_or(true))
            };
            key.kind().is_none_or(admits)
        };
        let chosen: Vec<(u32, u32)> = placed
            .iter()
            .copied()
            .filter(|(index, _)| is_counted(*index))
            .collect();
        self.gathered[place].column(column, &chosen, groups);
    }
}

fn message_type<K: RowKey>(key: &K) -> Option<u8> {
    key.message_type().filter(|code| *code != NO_MESSAGE_TYPE)
}
