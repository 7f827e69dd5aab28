//! Running down rows of numbers: first to the groups, then each metric down its column.

use domain::{
    dimension::Dimension,
    metric::{Measure, Metric, Selection},
    time::Grain,
};

use super::{Fixed, GroupKey, NONE, Piece, Run, When};
use crate::{
    plan::shared_selection,
    rollup::{Combine, NO_MESSAGE_TYPE, Rollup, RowKey, Rows, counted, person},
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
        // The rows that there are most of: all people, each a group.
        if self.is_every_person() && rows.keys.first().is_some_and(|key| key.person().is_some()) {
            let placed = self.place_persons(rows);
            for metric in wanted {
                self.column(self.query.metrics[metric], metric, rows, &placed);
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
            self.column(self.query.metrics[metric], metric, rows, &placed);
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

    pub(super) fn admits<K: RowKey>(&self, key: &K, shared: Selection, piece: &Piece) -> bool {
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

    pub(super) fn key_of<K: RowKey>(&self, key: &K, fixed: &Fixed, piece: &Piece) -> GroupKey {
        let mut group = fixed.0;
        for (place, dimension) in group.iter_mut().zip(&self.query.dimensions) {
            *place = match dimension {
                Dimension::Time(Grain::Hour) => match &piece.when {
                    When::Day(clock) => clock.slot_start(key.slot().unwrap_or(0)).as_millis(),
                    When::Month(_) | When::Span => NONE,
                },
                Dimension::HourOfDay => {
                    let slot = key.slot().unwrap_or(0);
                    match &piece.when {
                        When::Day(clock) => clock.hour_of(slot).into(),
                        When::Month(_) | When::Span => slot.into(),
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

    pub(super) fn column<K: RowKey>(
        &mut self,
        metric: Metric,
        place: usize,
        rows: &Rows<K>,
        placed: &[(u32, u32)],
    ) {
        let definition = metric.definition();
        let groups = self.index.keys.len();
        let selected = |index: u32| {
            let key = &rows.keys[index as usize];
            key.kind()
                .is_none_or(|kind| definition.selection.admits(kind, message_type(key)))
        };
        let is_of_persons = rows.keys.first().is_some_and(|key| key.person().is_some());
        if is_of_persons {
            if definition.measure == Measure::Engagement {
                let parts = [person::MESSAGES, person::REACTIONS, person::FILES];
                for (part, column) in parts.into_iter().enumerate() {
                    let column = &rows.columns[column];
                    column.add_to(&mut self.score[part], Combine::Sum, placed, groups);
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
            Measure::Words => self.sum(place, counted::WORDS, rows, placed, selected),
            _ if definition.selection == Selection::Replies => {
                self.sum(place, counted::REPLIES, rows, placed, selected);
            }
            // Rows of last messages have no other column.
            _ => self.sum(place, counted::WEIGHT, rows, placed, selected),
        }
    }

    pub(super) fn sum<K: RowKey>(
        &mut self,
        place: usize,
        column: usize,
        rows: &Rows<K>,
        placed: &[(u32, u32)],
        selected: impl Fn(u32) -> bool,
    ) {
        let column = &rows.columns[column];
        if self.query.metrics.iter().all(|metric| {
            metric.definition().selection == self.query.metrics[place].definition().selection
        }) {
            // What all metrics share was looked at when the rows were placed.
            self.gathered[place].column(column, placed, self.index.keys.len());
            return;
        }
        let chosen: Vec<(u32, u32)> = placed
            .iter()
            .copied()
            .filter(|(index, _)| selected(*index))
            .collect();
        self.gathered[place].column(column, &chosen, self.index.keys.len());
    }
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
