//! How much of their quotas senders have used.

use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::time::Instant;

use crate::{QuotaError, QuotaSpan, Quotas};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    Sender(Arc<str>),
    Workspace(u16),
}

/// What was added within the hour and the day of the last addition.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    hour: (i64, u32),
    day: (i64, u32),
}

impl Window {
    /// Returns what counts at an instant.
    fn at(self, now: Instant) -> Self {
        let (hour, day) = (
            now.as_millis().div_euclid(HOUR),
            now.as_millis().div_euclid(DAY),
        );
        let since = |(at, count): (i64, u32), now: i64| (now, if at == now { count } else { 0 });
        Self {
            hour: since(self.hour, hour),
            day: since(self.day, day),
        }
    }

    fn check(self, more: u32, quotas: &Quotas, now: Instant) -> Result<(), QuotaError> {
        let spans = [
            (QuotaSpan::Hour, HOUR, self.hour.1, quotas.new_ids_per_hour),
            (QuotaSpan::Day, DAY, self.day.1, quotas.new_ids_per_day),
        ];
        for (span, length, used, most) in spans {
            if most > 0 && more > most {
                return Err(QuotaError::NewIdsAtOnce { more, most, span });
            }
            if most > 0 && used.saturating_add(more) > most {
                let left = length - now.as_millis().rem_euclid(length);
                let wait = Duration::from_millis(left.unsigned_abs());
                return Err(QuotaError::NewIds { most, span, wait });
            }
        }
        Ok(())
    }
}

/// New identifiers that a batch names.
pub(super) struct NewIds<'a> {
    /// Who sent it.
    pub(super) sender: &'a Arc<str>,
    /// How many in each workspace.
    pub(super) by_workspace: HashMap<u16, u32>,
    /// When it arrived.
    pub(super) now: Instant,
}

/// How much of their quotas senders have used: what the open transaction adds counts at once, and is
/// taken back by [`Usage::rollback`].
#[derive(Debug, Default)]
pub(super) struct Usage {
    windows: HashMap<Subject, Window>,
    /// Windows before the open transaction changed them.
    before: Vec<(Subject, Window)>,
    swept: i64,
}

impl Usage {
    /// Counts new identifiers, unless they are more than there may be.
    pub(super) fn add(&mut self, ids: &NewIds<'_>, quotas: &Quotas) -> Result<(), QuotaError> {
        let all: u32 = ids.by_workspace.values().sum();
        if all == 0 {
            return Ok(());
        }
        let workspaces = ids.by_workspace.iter();
        let mut counts: Vec<(Subject, u32)> = workspaces
            .map(|(workspace, count)| (Subject::Workspace(*workspace), *count))
            .collect();
        counts.push((Subject::Sender(Arc::clone(ids.sender)), all));
        for (subject, count) in &counts {
            let window = self.windows.get(subject).copied().unwrap_or_default();
            window.at(ids.now).check(*count, quotas, ids.now)?;
        }
        for (subject, count) in counts {
            let window = self.windows.entry(subject.clone()).or_default();
            self.before.push((subject, *window));
            *window = window.at(ids.now);
            window.hour.1 += count;
            window.day.1 += count;
        }
        self.sweep(ids.now);
        Ok(())
    }

    /// Forgets, once a day, who added nothing since.
    fn sweep(&mut self, now: Instant) {
        let day = now.as_millis().div_euclid(DAY);
        if day > self.swept {
            self.swept = day;
            self.windows.retain(|_, window| window.day.0 >= day);
        }
    }

    /// Keeps what the open transaction added.
    pub(super) fn commit(&mut self) {
        self.before.clear();
    }

    /// Takes back what the open transaction added.
    pub(super) fn rollback(&mut self) {
        for (subject, window) in self.before.drain(..).rev() {
            self.windows.insert(subject, window);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_days_are_counted_by_sender_and_by_workspace() {
        let quotas = Quotas {
            new_ids_per_hour: 10,
            new_ids_per_day: 25,
            ..Quotas::unlimited()
        };
        let (one, other): (Arc<str>, Arc<str>) = (Arc::from("one"), Arc::from("other"));
        let mut usage = Usage::default();
        let mut add = |sender: &Arc<str>, workspace: u16, count: u32, minutes: i64| {
            let ids = NewIds {
                sender,
                by_workspace: HashMap::from([(workspace, count)]),
                now: Instant::from_millis(400 * DAY + minutes * 60_000),
            };
            let added = usage.add(&ids, &quotas);
            if added.is_ok() {
                usage.commit();
            }
            added.map_err(|error| match error {
                QuotaError::NewIds { span, wait, .. } => (span, wait.as_secs() / 60),
                QuotaError::NewIdsAtOnce { span, .. } => (span, u64::MAX),
                other => panic!("{other}"),
            })
        };
        assert_eq!(
            add(&one, 0, 11, 5),
            Err((QuotaSpan::Hour, u64::MAX)),
            "never at once"
        );
        assert_eq!(add(&one, 0, 10, 5), Ok(()));
        assert_eq!(add(&one, 1, 1, 15), Err((QuotaSpan::Hour, 45)), "by sender");
        assert_eq!(
            add(&other, 0, 1, 15),
            Err((QuotaSpan::Hour, 45)),
            "by workspace"
        );
        assert_eq!(add(&other, 1, 10, 15), Ok(()), "another sender elsewhere");
        assert_eq!(add(&one, 0, 0, 16), Ok(()), "nothing new is never too much");
        assert_eq!(add(&one, 0, 10, 60), Ok(()), "the next hour");
        assert_eq!(add(&one, 0, 6, 120), Err((QuotaSpan::Day, 22 * 60)));
        assert_eq!(add(&one, 0, 5, 120), Ok(()));
        assert_eq!(add(&one, 0, 10, 24 * 60), Ok(()), "the next day");
    }

    #[test]
    fn what_was_not_stored_does_not_count() {
        let quotas = Quotas {
            new_ids_per_hour: 10,
            ..Quotas::unlimited()
        };
        let sender: Arc<str> = Arc::from("one");
        let mut usage = Usage::default();
        for _ in 0..3 {
            for count in [4, 6] {
                let ids = NewIds {
                    sender: &sender,
                    by_workspace: HashMap::from([(0, count)]),
                    now: Instant::from_millis(DAY),
                };
                assert_eq!(usage.add(&ids, &quotas), Ok(()));
            }
            usage.rollback();
        }
    }
}
