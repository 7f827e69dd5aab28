//! Running questions, and saying how their numbers came about.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{
    clock::Clock,
    content::BannedTerms,
    health::HealthWeights,
    query::{Order, Query},
    time::{Range, WeekStart, Window},
};
use engine::{
    analysis::{Act, Analysing, Analysis, InContext, Needs, Ordered},
    plan::{Plan, PlanError, Source, plan},
};
use jiff::tz::TimeZone;
use store::{
    Origin, Questions, StoreError, Table, TableRow,
    meta::{AnnotationStore, SegmentStore},
};

use super::{
    Ask, AskError, Explained, Guard, Ledger, Members, Meta, MetricNote, PrivacyNote, SharedScope,
};

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It makes no sense.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be understood.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// It is about more than can be answered at once.
    #[error("`{parameter}`: {advice}")]
    TooMany {
        /// Which parameter makes it less.
        parameter: &'static str,
        /// How many there are, and what to do.
        advice: String,
    },
    /// There are more different paths than can be counted exactly.
    #[error(
        "the sessions have more than {0} different paths, so that the most frequent ones cannot be told; ask for a shorter span, or for fewer kinds of events with `filter`"
    )]
    TooManyPaths(usize),
}

/// Answers questions.
#[derive(Clone)]
pub struct QueryService {
    /// What is asked.
    pub store: Arc<dyn Questions>,
    /// Where annotations are kept.
    pub annotations: Arc<dyn AnnotationStore>,
    /// Where segments are kept.
    pub segments: Arc<dyn SegmentStore>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The reporting time zone.
    pub zone: TimeZone,
    /// Terms that are not shown.
    pub banned: Arc<BannedTerms>,
    /// Whether the events are asked, whatever rollups could answer.
    pub from_events: bool,
    /// The day that weeks begin with.
    pub week_start: WeekStart,
    /// How much each part of the score of platform health counts.
    pub health_weights: HealthWeights,
    /// What whoever asks is limited to, where they came by a link to one page.
    pub shared: Option<Arc<SharedScope>>,
    /// What answers may say of single persons; `store` keeps to it.
    pub guard: Arc<Guard>,
}

/// One request being answered: runs its questions and keeps how.
pub struct Run<'a> {
    service: &'a QueryService,
    /// The request.
    pub ask: &'a Ask,
    explained: Mutex<Vec<Explained>>,
    source: Mutex<Option<Source>>,
    withheld: AtomicU64,
}

impl QueryService {
    /// Begins to answer a request.
    pub fn begin<'a>(&'a self, ask: &'a Ask) -> Run<'a> {
        Run {
            service: self,
            ask,
            explained: Mutex::new(Vec::new()),
            source: Mutex::new(None),
            withheld: AtomicU64::new(0),
        }
    }
}

impl Run<'_> {
    /// Returns the store.
    pub fn store(&self) -> &dyn Questions {
        self.service.store.as_ref()
    }

    /// Returns whether the events are asked, whatever rollups could tell.
    pub const fn is_from_events(&self) -> bool {
        self.service.from_events
    }

    fn plan(&self, query: Query) -> Result<Plan, PlanError> {
        let mut plan = plan(query)?;
        plan.from_events = self.service.from_events;
        Ok(plan)
    }

    /// Answers one question.
    pub async fn query(&self, name: &str, query: Query) -> Result<Table, QueryError> {
        let plan = self.plan(query)?;
        let mut table = self.service.store.query(&plan).await?;
        self.came_from(name, &plan, table.origin).await?;
        self.strike_banned(&plan.query, &mut table);
        Ok(table)
    }

    /// Returns every row of a question, in the order of its keys.
    pub async fn every_row(
        &self,
        name: &str,
        mut query: Query,
    ) -> Result<Vec<TableRow>, QueryError> {
        // TRICKY: rows are in the order of their keys, so that whoever does something meanwhile moves
        // others to a later page, and nobody to one that was read.
        query.order = Order::Keys;
        let mut all = Vec::new();
        loop {
            let table = self.query(name, query.clone()).await?;
            let rows = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
            query.offset = query.offset.saturating_add(rows);
            all.extend(table.rows);
            if rows == 0 || u64::from(query.offset) >= table.total {
                return Ok(all);
            }
        }
    }

    /// Removes the rows of terms that are not shown, as there are from before they were banned.
    fn strike_banned(&self, query: &Query, table: &mut Table) {
        let banned = &self.service.banned;
        let mut dimensions = query.dimensions.iter();
        let Some(place) = dimensions.position(|dimension| dimension.is_multi_valued()) else {
            return;
        };
        let before = table.rows.len();
        table.rows.retain(|row| {
            let term = row.keys[place].as_text();
            !term.is_some_and(|term| banned.ban(term))
        });
        table.total -= (before - table.rows.len()) as u64;
    }

    /// Returns whether a term is not shown.
    pub fn is_banned(&self, term: &str) -> bool {
        self.service.banned.ban(term)
    }

    /// Answers one question, and returns beside the page the first metric of every row.
    pub async fn query_with_distribution(
        &self,
        name: &str,
        query: Query,
    ) -> Result<(Table, Vec<Option<f64>>), QueryError> {
        let plan = self.plan(query)?;
        let (mut table, values) = self.service.store.query_with_distribution(&plan).await?;
        self.came_from(name, &plan, table.origin).await?;
        self.strike_banned(&plan.query, &mut table);
        Ok((table, values))
    }

    /// Gathers what an analysis is made of, and makes its outcome away from the async threads.
    pub async fn analyse<A>(&self, analysis: A) -> Result<A::Outcome, QueryError>
    where
        A: Analysis<Outcome: Send + 'static> + Send + 'static,
    {
        let only = self.ask.only_people()?;
        self.analyse_among(only, analysis).await
    }

    /// Runs an analysis of everybody, whatever the request is about.
    pub async fn analyse_everybody<A>(&self, analysis: A) -> Result<A::Outcome, QueryError>
    where
        A: Analysis<Outcome: Send + 'static> + Send + 'static,
    {
        self.analyse_among(None, analysis).await
    }

    async fn analyse_among<A>(
        &self,
        only: Option<Members>,
        analysis: A,
    ) -> Result<A::Outcome, QueryError>
    where
        A: Analysis<Outcome: Send + 'static> + Send + 'static,
    {
        let needs = Needs {
            only,
            from_events: self.service.from_events,
            ..analysis.needs()
        };
        let (material, origin) = self.store().gather(&needs).await?;
        self.noted(origin);
        let made = tokio::task::spawn_blocking(move || analysis.run(&material)).await;
        made.map_err(|error| StoreError::Engine(Box::new(error)).into())
    }

    /// Runs an analysis through events in order of time.
    pub async fn analyse_in_order<A>(&self, analysis: A) -> Result<A::Outcome, QueryError>
    where
        A: Ordered<Outcome: Send + 'static> + Send + 'static,
    {
        let scan = analysis.scan();
        let analysis = Arc::new(Mutex::new(Some(analysis)));
        let taking = Arc::clone(&analysis);
        let lock = |analysis: &Mutex<Option<A>>, acts: &[Act]| {
            let mut analysis = analysis.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(analysis) = analysis.as_mut() {
                analysis.take(acts);
            }
        };
        let take = Box::new(move |acts: &[Act]| lock(&taking, acts));
        self.noted(self.store().in_order(&scan, take).await?);
        outcome(move || {
            let mut analysis = analysis.lock().unwrap_or_else(PoisonError::into_inner);
            analysis.take().map(Ordered::finish)
        })
        .await
    }

    /// Runs an analysis of what is kept of days.
    pub async fn analyse_in_context<A>(&self, analysis: A) -> Result<A::Outcome, QueryError>
    where
        A: InContext<Outcome: Send + 'static>,
    {
        let about = analysis.about().clone();
        let analysis = Analysing::new(analysis);
        let take = Box::new(analysis.clone());
        let from_events = self.service.from_events;
        self.noted(self.store().in_context(&about, from_events, take).await?);
        outcome(move || analysis.finish()).await
    }

    /// Keeps where a part of the answer came from.
    pub fn noted(&self, origin: Origin) {
        self.withheld.fetch_add(origin.withheld, Ordering::Relaxed);
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        *source = Some(source.map_or(origin.source, |source| source.and(origin.source)));
    }

    /// Answers a question that may not be asked, with `None`.
    pub async fn query_if(
        &self,
        name: &str,
        query: Option<Query>,
    ) -> Result<Option<Table>, QueryError> {
        match query {
            None => Ok(None),
            Some(query) => self.query(name, query).await.map(Some),
        }
    }

    async fn came_from(&self, name: &str, plan: &Plan, origin: Origin) -> Result<(), QueryError> {
        self.noted(origin);
        if !self.ask.explain {
            return Ok(());
        }
        let query = &plan.query;
        let note = |metric: &domain::metric::Metric| MetricNote {
            name: metric.name(),
            definition: metric.definition().text,
        };
        let mut rollups = Vec::new();
        if origin.source != Source::Raw {
            let routed = engine::rollup::route(query).unwrap_or_default();
            rollups.extend(routed.into_iter().map(|route| route.rollup.name()));
            rollups.sort_unstable();
            rollups.dedup();
        }
        let rows_scanned = if origin.source == Source::Raw {
            let store = &self.service.store;
            store.rows_in(&query.workspace, query.range).await?
        } else {
            origin.events_read
        };
        let statement = self.service.store.statement(plan).await?;
        let explained = Explained {
            name: name.to_owned(),
            metrics: query.metrics.iter().map(note).collect(),
            sql: statement.unwrap_or_default(),
            source: origin.source,
            rollups,
            days: origin.days,
            months: origin.months,
            rows_scanned,
        };
        self.explained
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(explained);
        Ok(())
    }

    /// Returns what the answer is about.
    pub fn meta(&self, definition: &str) -> Meta {
        let window: &Window = &self.ask.window;
        let spans = std::iter::once(window.range).chain(window.previous);
        let is_sampled = |range| self.store().is_sampled(&self.ask.workspace, range);
        let ledger = self.store().ledger_days(&self.ask.workspace, window.range);
        Meta {
            request_id: String::new(),
            as_of: window.as_of,
            timezone: self.ask.zone.iana_name().unwrap_or("UTC").to_owned(),
            week_start: self.ask.week_start,
            from: window.range.from(),
            to: window.range.to(),
            future: window.future,
            previous_from: window.previous.map(Range::from),
            previous_to: window.previous.map(Range::to),
            source: self
                .source
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .unwrap_or_default(),
            ledger: ledger.map(|days| Ledger {
                clean: days.clean,
                dirty: days.dirty,
            }),
            cached: false,
            timing: None,
            approximate: spans.into_iter().any(is_sampled),
            privacy: PrivacyNote::of(
                self.service.guard.privacy,
                self.withheld.load(Ordering::Relaxed),
            ),
            unknown: self.ask.unknown.clone(),
            merged: self.ask.merged.clone(),
            annotations: self.ask.annotations.clone(),
            definition: definition.to_owned(),
            fields: BTreeMap::new(),
        }
    }

    /// Returns how the numbers came about, when the request asks for it.
    pub fn explanation(self) -> Option<Vec<Explained>> {
        let explained = self
            .explained
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        self.ask.explain.then_some(explained)
    }
}

/// Makes the outcome of an analysis away from the async threads.
async fn outcome<T: Send + 'static>(
    finish: impl FnOnce() -> Option<T> + Send + 'static,
) -> Result<T, QueryError> {
    let made = tokio::task::spawn_blocking(finish);
    let made = made
        .await
        .map_err(|error| StoreError::Engine(Box::new(error)))?;
    made.ok_or_else(|| StoreError::Engine("the analysis ended twice".into()).into())
}
