//! Funnels: how far people come through steps that follow each other within a window of time.
//!
//! 1. A run of a person begins with any event of step 1 in the span. Each further step is the first
//!    event for it that comes later than that of the step before, in order of time and of arrival, and
//!    at most the window after the beginning of the run. One event is one step of a run.
//! 2. A person comes as far as the best of their runs. The times between steps are those of the run
//!    that gets there first; of several that get there with the same event, of the one that began last,
//!    and of those that began in the same millisecond, of the first.
//! 3. Later steps may lie after the span, at most at the present.
//!
//! It is enough to keep, for each number of steps, the run that began last of those that came so far:
//! whatever continues an older one continues this one too, and it has the most time left.

use domain::{
    event::Kind,
    filter::{Field, Filter},
    id::{Key64, WorkspaceId},
    metric::Predicate,
    query::Population,
    time::{Instant, Range},
};
use rustc_hash::FxHashMap;

use super::{Act, Ordered, OrderedScan, sessions::median};

/// Most steps of a funnel.
pub const MOST_STEPS: usize = 8;
/// How long after a message somebody may write so that it is an answer, in milliseconds.
pub const ANSWERED_WITHIN: i64 = 24 * 60 * 60 * 1000;

/// What a person does, or what happens to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An event that the filter lets through.
    Event(Filter),
    /// Another person wrote the next message in the thread of one of theirs, or in the channel where
    /// it is in no thread, within 24 hours. Messages of bots are passed over.
    Answered,
}

/// What a funnel is asked for.
#[derive(Debug, Clone)]
pub struct FunnelRequest {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Who counts.
    pub population: Population,
    /// Which events count; of answers, which messages are answered.
    pub filter: Filter,
    /// Runs that begin in this span,
    pub span: Range,
    /// as they are seen at this instant.
    pub as_of: Instant,
    /// How long a run may take, in milliseconds.
    pub window: i64,
    /// The steps, at most [`MOST_STEPS`].
    pub steps: Vec<Step>,
}

/// How far people came.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FunnelOutcome {
    /// Everybody who did the first step.
    pub people: Vec<Progress>,
    /// How many events there were for each step from the beginning of the span on.
    pub events: Vec<f64>,
}

/// How far a person came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Number of the person.
    pub person: u32,
    /// How many people the person stands for.
    pub weight: f64,
    /// How many steps were done, at least 1.
    pub reached: usize,
    /// When they were done, in the order of the steps.
    times: Run,
}

impl Progress {
    /// Returns when the steps were done that were done.
    pub fn times(&self) -> &[Instant] {
        &self.times[..self.reached]
    }
}

/// How many people did a step, and how long it took them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StepNumbers {
    /// People who came so far.
    pub people: f64,
    /// The median of the times since the step before, in milliseconds; none for the first step.
    pub median_millis: Option<f64>,
}

impl FunnelOutcome {
    /// Returns the numbers of each step among some of the people.
    pub fn steps<'a>(&self, people: impl IntoIterator<Item = &'a Progress>) -> Vec<StepNumbers> {
        let mut taken = vec![Vec::new(); self.events.len()];
        let mut numbers = vec![StepNumbers::default(); self.events.len()];
        for progress in people {
            let times = progress.times();
            for (step, at) in times.iter().enumerate() {
                numbers[step].people += progress.weight;
                let before = step.checked_sub(1).map(|before| times[before]);
                let millis = before.map(|before| at.as_millis() - before.as_millis());
                taken[step].extend(millis.map(|millis| (millis, progress.weight)));
            }
        }
        for (numbers, taken) in numbers.iter_mut().zip(&mut taken) {
            numbers.median_millis = median(taken);
        }
        numbers
    }
}

/// When the steps of a run were done.
type Run = [Instant; MOST_STEPS];

/// The runs of a person.
struct Runs {
    weight: f64,
    /// How many steps the best run has.
    reached: usize,
    best: Run,
    /// Of the runs of one step, of two, and so on, the one that began last.
    latest: Vec<Run>,
}

/// Where messages follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Conversation {
    Thread(Key64),
    Channel(u32),
}

/// The last message of a conversation.
struct Message {
    person: u32,
    weight: f64,
    at: Instant,
    /// Which steps an answer to it is.
    steps: u32,
}

/// Follows people through a funnel.
pub struct Funnel {
    request: FunnelRequest,
    people: FxHashMap<u32, Runs>,
    events: Vec<f64>,
    /// Which steps are answers, as bits.
    answers: u32,
    messages: FxHashMap<Conversation, Message>,
    swept: Instant,
}

impl Funnel {
    /// Returns the question.
    pub fn new(request: FunnelRequest) -> Self {
        let steps = request.steps.iter().enumerate();
        let answers = steps.filter(|(_, step)| **step == Step::Answered);
        Self {
            answers: answers.fold(0, |bits, (place, _)| bits | 1 << place),
            events: vec![0.0; request.steps.len()],
            people: FxHashMap::default(),
            messages: FxHashMap::default(),
            swept: Instant::MIN,
            request,
        }
    }

    /// Takes an event of a person that is some of the steps.
    fn advance(&mut self, person: u32, at: Instant, weight: f64, steps: u32) {
        let request = &self.request;
        if steps == 0 || at < request.span.from() {
            return;
        }
        for (step, events) in self.events.iter_mut().enumerate() {
            *events += if steps >> step & 1 == 1 { weight } else { 0.0 };
        }
        let begins = steps & 1 == 1 && request.span.contains(at);
        // Of a person whose weight has changed the least one counts, as everywhere.
        if let Some(runs) = self.people.get_mut(&person) {
            runs.weight = runs.weight.min(weight);
        }
        if begins {
            let runs = self.people.entry(person).or_insert_with(|| Runs {
                weight,
                reached: 0,
                best: [at; MOST_STEPS],
                latest: Vec::new(),
            });
            runs.advance(at, steps, request);
        } else if let Some(runs) = self.people.get_mut(&person) {
            runs.advance(at, steps & !1, request);
        }
    }

    /// Notes a message; returns whom it answers, if anybody.
    fn answer(&mut self, act: &Act, person: u32) -> Option<Message> {
        let now = act.timestamp;
        let is_over = |message: &Message| message.at.plus_millis(ANSWERED_WITHIN) < now;
        if self.swept.plus_millis(ANSWERED_WITHIN) < now {
            self.swept = now;
            self.messages.retain(|_, message| !is_over(message));
        }
        let thread = act.thread.map(Conversation::Thread);
        let conversation = thread.or(act.channel.map(Conversation::Channel))?;
        let message = Message {
            person,
            weight: act.weight,
            at: now,
            steps: act.marks & self.answers,
        };
        let before = self.messages.insert(conversation, message);
        before.filter(|before| before.person != person && !is_over(before))
    }
}

impl Runs {
    /// Takes an event that is some of the steps.
    fn advance(&mut self, at: Instant, steps: u32, request: &FunnelRequest) {
        let count = request.steps.len();
        if self.reached == count {
            return;
        }
        // The last steps first: what this event adds to a run it does not continue.
        for step in (1..count.min(self.latest.len() + 1)).rev() {
            let mut run = self.latest[step - 1];
            if steps >> step & 1 == 0 || run[0].plus_millis(request.window) < at {
                continue;
            }
            run[step] = at;
            self.came(step, run);
        }
        if steps & 1 == 1 {
            self.came(0, [at; MOST_STEPS]);
        }
        if self.reached == count {
            self.latest = Vec::new();
        }
    }

    /// Notes a run that has come to a step.
    fn came(&mut self, step: usize, run: Run) {
        if self.reached <= step {
            self.reached = step + 1;
            self.best = run;
        }
        match self.latest.get_mut(step) {
            None => self.latest.push(run),
            Some(latest) if latest[0] < run[0] => *latest = run,
            Some(_) => {}
        }
    }
}

/// Returns the filter that messages pass.
fn messages() -> Filter {
    let kinds = [Kind::MessageSent, Kind::ThreadReply].map(|kind| kind.name().to_owned());
    Filter::Is(Field::EventType, kinds.to_vec())
}

impl Ordered for Funnel {
    type Outcome = FunnelOutcome;

    fn scan(&self) -> OrderedScan {
        let request = &self.request;
        let (mut from, span) = (request.span.from(), request.span);
        let mark = |step: &Step| {
            let filter = match step {
                Step::Event(filter) => filter.clone(),
                Step::Answered => messages(),
            };
            filter.and(request.filter.clone())
        };
        let marks: Vec<Filter> = request.steps.iter().map(mark).collect();
        let mut wanted = marks.clone();
        if self.answers != 0 {
            // Whoever answers need not be whom the filter is about.
            wanted.push(messages());
            from = from.plus_millis(-ANSWERED_WITHIN);
        }
        let to = span.to().plus_millis(request.window);
        let range = Range::new(from, to.min(request.as_of).max(span.to()));
        OrderedScan {
            workspace: request.workspace.clone(),
            range: if span.is_empty() { span } else { range },
            population: request.population,
            filter: Filter::Any(wanted),
            with_messages: false,
            marks,
        }
    }

    fn take(&mut self, acts: &[Act]) {
        for act in acts {
            let Some(person) = act.person else {
                continue;
            };
            if self.answers != 0
                && !act.is_bot
                && Predicate::MESSAGES.holds(act)
                && let Some(before) = self.answer(act, person)
            {
                self.advance(before.person, act.timestamp, before.weight, before.steps);
            }
            let steps = act.marks & !self.answers;
            self.advance(person, act.timestamp, act.weight, steps);
        }
    }

    fn finish(self) -> FunnelOutcome {
        let people = self.people.into_iter().map(|(person, runs)| Progress {
            person,
            weight: runs.weight,
            reached: runs.reached,
            times: runs.best,
        });
        FunnelOutcome {
            people: people.collect(),
            events: self.events,
        }
    }
}
