//! Journeys: which kinds of events follow each other within sessions.
//!
//! 1. The steps of a session are the kinds of its events in their order. Presence keeps a session open
//!    and is no step: it says that a connection is open, not what was done.
//! 2. Entries, exits and transitions are those of whole sessions; paths are their first [`PATH`] steps,
//!    or the part that a kind begins or ends.
//! 3. Everything is counted exactly. Where there are more than [`MOST_PATHS`] different paths, there is
//!    no outcome, as the most frequent ones could not be told.

use domain::{
    event::Kind,
    filter::{Field, Filter},
    id::WorkspaceId,
    query::Population,
    time::{Instant, Range},
};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{
    Act, Ordered, OrderedScan,
    sessions::{Tracker, read_for, tracker::Session},
};

/// Most steps of a path.
pub const PATH: usize = 6;
/// Most different paths, and most different transitions, that are counted.
pub const MOST_PATHS: usize = 200_000;

/// Bits of [`Act::marks`].
const START: u32 = 1;
const END: u32 = 2;

/// Codes of the kinds of a path, with zeros after the last.
pub type Path = [u16; PATH];

/// What journeys are asked for.
#[derive(Debug, Clone)]
pub struct JourneyRequest {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Whose sessions.
    pub population: Population,
    /// Of which events sessions are made.
    pub filter: Filter,
    /// Sessions that begin in this span,
    pub span: Range,
    /// as they are seen at this instant.
    pub as_of: Instant,
    /// Whether events of one kind in a row are one step.
    pub collapse: bool,
    /// Paths begin at the first event of this kind; sessions without one have none.
    pub start: Option<String>,
    /// Paths end at the first event of this kind, that comes after the start where there is one;
    /// sessions without one have none. Without a start, paths have the last steps before it.
    pub end: Option<String>,
}

/// What became of sessions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JourneyCounts {
    /// Sessions with at least one step.
    pub sessions: f64,
    /// Sessions with a path as asked for.
    pub matched: f64,
    /// How many sessions begin with each kind.
    pub entries: FxHashMap<u16, f64>,
    /// How many sessions end with each kind.
    pub exits: FxHashMap<u16, f64>,
    /// What follows what.
    pub transitions: FxHashMap<(u16, u16), Transition>,
    /// How many sessions have each path.
    pub paths: FxHashMap<Path, f64>,
}

/// How often one kind follows another, and for whom.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transition {
    /// How often.
    pub count: f64,
    /// For how many people.
    pub people: f64,
    who: RoaringBitmap,
}

/// There are more different paths or transitions than are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyPaths;

/// Follows the journeys of sessions.
pub struct Journeys {
    request: JourneyRequest,
    tracker: Tracker<Walk>,
    counts: JourneyCounts,
    is_too_much: bool,
}

/// What a session has done so far.
#[derive(Debug, Clone, Copy, Default)]
struct Walk {
    last: Option<u16>,
    path: Path,
    steps: usize,
    stage: Stage,
}

/// Where a path is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// Its start has not come.
    #[default]
    Before,
    /// It is under way.
    Within,
    /// Its end has come.
    After,
}

impl Walk {
    /// Takes a step into the path.
    fn step(&mut self, kind: u16, marks: u32, request: &JourneyRequest) {
        let is_start = self.stage == Stage::Before;
        if is_start && request.start.is_some() && marks & START == 0 || self.stage == Stage::After {
            return;
        }
        self.stage = Stage::Within;
        if self.steps < PATH {
            self.path[self.steps] = kind;
            self.steps += 1;
        } else if request.start.is_none() && request.end.is_some() {
            self.path.rotate_left(1);
            self.path[PATH - 1] = kind;
        }
        if request.end.is_some() && marks & END != 0 && !(is_start && request.start.is_some()) {
            self.stage = Stage::After;
        }
    }

    /// Returns whether the path is one that was asked for.
    fn is_matched(&self, request: &JourneyRequest) -> bool {
        match self.stage {
            Stage::Before => false,
            Stage::Within => request.end.is_none(),
            Stage::After => true,
        }
    }
}

impl Journeys {
    /// Returns the question.
    pub fn new(request: JourneyRequest) -> Self {
        Self {
            tracker: Tracker::new(request.span),
            counts: JourneyCounts::default(),
            is_too_much: false,
            request,
        }
    }
}

impl JourneyCounts {
    fn end(&mut self, session: &Session<Walk>, request: &JourneyRequest) {
        let (walk, weight) = (&session.kept, session.weight);
        let Some(last) = walk.last else {
            return;
        };
        self.sessions += weight;
        *self.exits.entry(last).or_default() += weight;
        if walk.is_matched(request) {
            self.matched += weight;
            *self.paths.entry(walk.path).or_default() += weight;
        }
    }

    fn follow(&mut self, from: u16, to: u16, session: &Session<Walk>) {
        let transition = self.transitions.entry((from, to)).or_default();
        transition.count += session.weight;
        if transition.who.insert(session.person) {
            transition.people += session.weight;
        }
    }

    fn is_too_much(&self) -> bool {
        self.paths.len() > MOST_PATHS || self.transitions.len() > MOST_PATHS
    }
}

impl Ordered for Journeys {
    type Outcome = Result<JourneyCounts, TooManyPaths>;

    fn scan(&self) -> OrderedScan {
        let request = &self.request;
        let marks = [&request.start, &request.end].map(|kind| {
            let kind = kind.as_ref().map(|kind| vec![kind.clone()]);
            kind.map_or(Filter::Any(Vec::new()), |kind| {
                Filter::Is(Field::EventType, kind)
            })
        });
        let has_marks = request.start.is_some() || request.end.is_some();
        OrderedScan {
            workspace: request.workspace.clone(),
            range: read_for(request.span).until(request.as_of),
            population: request.population,
            filter: request.filter.clone(),
            with_messages: false,
            marks: if has_marks {
                marks.to_vec()
            } else {
                Vec::new()
            },
        }
    }

    fn take(&mut self, acts: &[Act]) {
        if self.is_too_much {
            return;
        }
        let (request, counts) = (&self.request, &mut self.counts);
        for act in acts {
            let ended = |session| counts.end(&session, request);
            let Some(session) = self.tracker.take(act, ended) else {
                continue;
            };
            let (kind, last) = (act.kind, session.kept.last);
            if kind == Kind::Presence.code() || request.collapse && last == Some(kind) {
                continue;
            }
            session.kept.last = Some(kind);
            session.kept.step(kind, act.marks, request);
            match last {
                None => *counts.entries.entry(kind).or_default() += session.weight,
                Some(last) => counts.follow(last, kind, session),
            }
        }
        self.is_too_much = counts.is_too_much();
        if self.is_too_much {
            self.tracker = Tracker::new(request.span);
            self.counts = JourneyCounts::default();
        }
    }

    fn finish(self) -> Self::Outcome {
        let mut counts = self.counts;
        for session in self.tracker.finish() {
            counts.end(&session, &self.request);
        }
        if self.is_too_much || counts.is_too_much() {
            return Err(TooManyPaths);
        }
        Ok(counts)
    }
}
