//! Days of people, and who was active in a part of a day.

use roaring::RoaringBitmap;

use super::{
    Fixed, Piece, Run, When,
    gather::{Gathered, add},
    with_bot,
};
use crate::{
    dimension::Dimension,
    metric::{Measure, Metric},
    rollup::{
        block::{Rollup, person},
        column::Combine,
        key::{PersonKey, RowKey},
        rows::Rows,
    },
};

impl Run<'_> {
    /// Counts the days of a month.
    pub(super) fn months_of_persons(
        &mut self,
        rows: &Rows<PersonKey>,
        fixed: &Fixed,
        piece: &Piece,
    ) {
        if matches!(piece.when, When::Day(_)) {
            return;
        }
        if self.is_every_person() {
            let placed = self.place_persons(rows);
            let groups = self.index.keys.len();
            let column = &rows.columns[person::DAYS];
            for (place, metric) in self.query.metrics.iter().enumerate() {
                match (metric.definition().measure, &mut self.gathered[place]) {
                    (Measure::LocalDays, days) => days.column(column, &placed, groups),
                    (Measure::Engagement, _) => {
                        column.add_to(&mut self.score[3], Combine::Sum, &placed, groups);
                    }
                    _ => {}
                }
            }
            return;
        }
        for (index, key) in rows.keys.iter().enumerate() {
            let days = rows.columns[person::DAYS].get(index);
            if days > 0.0 && self.counts(key.is_bot()) && self.is_wanted(key.number()) {
                self.days(key.number(), key.is_bot(), days, fixed);
            }
        }
    }

    /// Counts one day for each of these people and bots. Who is both was active on one day, unless
    /// bots stand apart.
    pub(super) fn day_of_persons(&mut self, [mut people, bots]: [RoaringBitmap; 2], fixed: &Fixed) {
        if self.query.dimensions.contains(&Dimension::IsBot) {
            self.day_of(&people, false, fixed);
            self.day_of(&bots, true, fixed);
        } else {
            people |= bots;
            self.day_of(&people, false, fixed);
        }
    }

    /// Counts one day for each person of a set.
    fn day_of(&mut self, active: &RoaringBitmap, is_bot: bool, fixed: &Fixed) {
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
                self.days(number, is_bot, 1.0, fixed);
            }
        }
    }

    pub(super) fn is_wanted(&self, number: u32) -> bool {
        self.constraint
            .people
            .as_ref()
            .is_none_or(|people| people.binary_search(&number).is_ok())
    }

    fn days(&mut self, number: u32, is_bot: bool, days: f64, fixed: &Fixed) {
        let mut key = with_bot(fixed.0, &self.query.dimensions, is_bot);
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

    /// Finds who was active in a part of a day that begins or ends with it.
    pub(super) fn active_within(&mut self, rows: &Rows<PersonKey>, fixed: &Fixed, piece: &Piece) {
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
}
