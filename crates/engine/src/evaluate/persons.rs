//! Days of people, and who was active in a part of a day.

use domain::{
    dimension::Dimension,
    metric::{Aggregate, Key},
};
use roaring::RoaringBitmap;

use super::{Fixed, Piece, Run, When, gather::Gathered, with_bot};
use crate::rollup::{ACTIVE, PersonKey, Rollup, RowKey, Rows, person};

impl Run<'_> {
    /// Returns the places of metrics that are numbers of days.
    fn numbers_of_days(&self) -> Vec<usize> {
        let is_of_days = |place: &usize| {
            let aggregate = self.query.metrics[*place].definition().aggregate;
            aggregate == Aggregate::Distinct(Key::LocalDay)
        };
        (0..self.query.metrics.len()).filter(is_of_days).collect()
    }

    /// Counts the days of a month.
    pub(super) fn months_of_persons(
        &mut self,
        rows: &Rows<PersonKey>,
        fixed: &Fixed,
        piece: &Piece,
    ) {
        let wanted = self.numbers_of_days();
        if matches!(piece.when, When::Day(_)) || wanted.is_empty() {
            return;
        }
        if self.is_every_person() {
            let placed = self.place_persons(rows);
            let groups = self.index.keys.len();
            for place in wanted {
                self.gathered[place].column(&rows.columns[person::DAYS], &placed, groups);
            }
            return;
        }
        for (index, key) in rows.keys.iter().enumerate() {
            let days = rows.columns[person::DAYS].get(index);
            if days > 0.0 && self.counts(key.is_bot()) && self.is_wanted(key.number()) {
                self.days(&wanted, key.number(), key.is_bot(), days, fixed);
            }
        }
    }

    /// Counts one day for everybody who was active on it: people, and bots. Who was so as both counts
    /// once, unless these are told apart.
    pub(super) fn day_of_persons(&mut self, active: &[RoaringBitmap; 2], fixed: &Fixed) {
        let wanted = self.numbers_of_days();
        if wanted.is_empty() {
            return;
        }
        let [people, bots] = active;
        if self.is_every_person() {
            let all = people | bots;
            let groups: Vec<u32> = all
                .iter()
                .map(|number| self.index.numbered(number))
                .collect();
            let total = self.index.keys.len();
            for place in wanted {
                let Gathered::Sum(days) = &mut self.gathered[place] else {
                    continue;
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
        let tells_apart = self.query.dimensions.contains(&Dimension::IsBot);
        for (is_bot, set) in [(false, people), (true, bots)] {
            for number in set {
                let is_known = is_bot && !tells_apart && people.contains(number);
                if self.is_wanted(number) && !is_known {
                    self.days(&wanted, number, is_bot, 1.0, fixed);
                }
            }
        }
    }

    pub(super) fn is_wanted(&self, number: u32) -> bool {
        self.constraint
            .people
            .as_ref()
            .is_none_or(|people| people.binary_search(&number).is_ok())
    }

    fn days(&mut self, wanted: &[usize], number: u32, is_bot: bool, days: f64, fixed: &Fixed) {
        let mut key = with_bot(fixed.0, &self.query.dimensions, is_bot);
        for (place, dimension) in key.iter_mut().zip(&self.query.dimensions) {
            if *dimension == Dimension::User {
                *place = number.into();
            }
        }
        let group = self.index.group(key);
        for place in wanted {
            self.gathered[*place].number(group, days);
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
            for place in 0..self.routed.len() {
                let route = &self.routed[place];
                if route.rollup == Rollup::People
                    && route.measure == ACTIVE
                    && let Some(people) = self.gathered[place].people(group)
                {
                    // Spans with sampled events are folded instead.
                    people.insert(key.number(), 1.0);
                }
            }
        }
    }
}
