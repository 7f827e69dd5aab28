//! What has changed since an answer was made.

use domain::{id::WorkspaceId, time::Range};

/// What an answer was made of: it holds until some of it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    /// Events of these spans.
    pub spans: Vec<Range>,
    /// Which people and channels there are, and what is known of them.
    pub names: bool,
    /// Which dead letters there are.
    pub letters: bool,
}

impl Reads {
    /// Notes a span; what it shares with one that is noted, or touches, becomes one span with it.
    pub fn add(&mut self, span: Range) {
        if span.is_empty() {
            return;
        }
        let mut span = span;
        self.spans.retain(|known| {
            let apart = known.to() < span.from() || span.to() < known.from();
            if !apart {
                let from = known.from().min(span.from());
                span = Range::new(from, known.to().max(span.to()));
            }
            apart
        });
        self.spans.push(span);
    }
}

/// Tells what has changed since an answer was made.
///
/// Changes are counted. A change is counted once whoever asks can see it, and before whoever made it is
/// answered. So an answer holds whose making began when [`Changes::version`] was at least
/// [`Changes::last_change`] of what it was made of.
pub trait Changes: Send + Sync {
    /// Returns how many changes there were.
    fn version(&self) -> u64;

    /// Returns which change of a workspace was the last that concerns what an answer was made of; 0 when
    /// none did.
    fn last_change(&self, workspace: &WorkspaceId, reads: &Reads) -> u64;
}

#[cfg(test)]
mod tests {
    use domain::time::Instant;

    use super::*;

    #[test]
    fn spans_that_touch_become_one() {
        let span = |from, to| Range::new(Instant::from_millis(from), Instant::from_millis(to));
        let mut reads = Reads::default();
        for (added, spans) in [
            (span(10, 20), vec![span(10, 20)]),
            (span(5, 5), vec![span(10, 20)]),
            (span(30, 40), vec![span(10, 20), span(30, 40)]),
            (span(12, 18), vec![span(30, 40), span(10, 20)]),
            (span(40, 50), vec![span(10, 20), span(30, 50)]),
            (span(15, 35), vec![span(10, 50)]),
        ] {
            reads.add(added);
            assert_eq!(reads.spans, spans);
        }
    }
}
