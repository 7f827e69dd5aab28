//! From segments to the people or channels that they hold.
//!
//! What a rule says was done is asked of the store like any other question, by rollups where these
//! tell; then one look at all records leaves those of whom the rule holds. A segment is worked out once
//! for a question, whatever names it, and holds people without bots.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{
    dimension::{Dimension, Subject},
    filter::{Field, Filter},
    id::WorkspaceId,
    metric::Metric,
    query::{Having, Population, Query},
    record::ChannelKind,
    segment::{Attribute, Counted, Deed, Known, Rule, Segment},
    time::{Instant, Range},
};
use engine::plan::plan;
use jiff::{ToSpan as _, tz::TimeZone};
use store::{
    Cell, ChannelRow, PersonRow, StoreError,
    meta::{MetaError, SegmentStore},
};

use super::{Ask, AskError, Nearest, QueryError, QueryService};

/// Most things that are asked to have been done, of all segments of a question together.
const MOST_DEEDS: usize = 40;

/// Why a segment cannot be worked out.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// The question makes no sense.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The store failed.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Segments could not be read.
    #[error(transparent)]
    Meta(#[from] MetaError),
}

/// Identifiers, ascending.
pub type Members = Arc<[String]>;

/// A future that may need others of its kind.
type Boxed<'a, T> = std::pin::Pin<Box<dyn Future<Output = Result<T, SegmentError>> + Send + 'a>>;

/// The segments of a question, each worked out once.
struct Evaluation<'a> {
    service: &'a QueryService,
    /// Whose they are.
    workspace: &'a WorkspaceId,
    /// The span of the question, its present, and its zone.
    span: Range,
    as_of: Instant,
    zone: &'a TimeZone,
    known: HashMap<String, (Subject, Members)>,
    /// Those that are being worked out: none may need itself.
    open: Vec<String>,
    deeds: usize,
}

impl QueryService {
    /// Puts the members of segments into the filter of a request in place of their names.
    pub async fn resolve_segments(&self, ask: &mut Ask) -> Result<(), SegmentError> {
        if ask.filter.segments().is_empty() {
            return Ok(());
        }
        let filter = std::mem::take(&mut ask.filter);
        let resolved = Evaluation::of(self, ask).filter(filter).await?;
        ask.filter = resolved;
        Ok(())
    }

    /// Returns the members of a rule in the span and the present of a request.
    pub async fn members(
        &self,
        ask: &Ask,
        subject: Subject,
        rule: Rule,
    ) -> Result<Members, SegmentError> {
        Evaluation::of(self, ask).members(subject, rule).await
    }

    /// Returns people or channels with their names.
    pub async fn named(
        &self,
        workspace: &WorkspaceId,
        subject: Subject,
        ids: Vec<String>,
    ) -> Result<Vec<Nearest>, StoreError> {
        let mut names: HashMap<String, String> = match subject {
            Subject::Person => {
                let people = self.store.people(workspace, &ids).await?.into_iter();
                people
                    .filter_map(|person| Some((person.id, person.name?)))
                    .collect()
            }
            Subject::Channel => self.store.channel_names(workspace, &ids).await?,
        };
        let named = |id: String| Nearest {
            name: names.remove(&id),
            id,
        };
        Ok(ids.into_iter().map(named).collect())
    }

    /// Refuses a rule that names segments that are not there, that are about something else, or that
    /// need, in the end, the segment with this identity.
    pub async fn check_rule(
        &self,
        workspace: &WorkspaceId,
        id: Option<&str>,
        (subject, rule): (Subject, &Rule),
    ) -> Result<(), SegmentError> {
        let stored = self.segments.segments(workspace).await?;
        let stored: HashMap<&str, &Segment> = stored
            .iter()
            .map(|segment| (segment.id.as_str(), segment))
            .collect();
        let of_subject = rule.direct_segments();
        let mut left: Vec<String> = rule.segments().into_iter().map(str::to_owned).collect();
        let mut seen = HashSet::new();
        while let Some(next) = left.pop() {
            if id == Some(next.as_str()) {
                return Err(AskError::SegmentLoop(next).into());
            }
            let Some(segment) = stored.get(next.as_str()) else {
                return Err(AskError::UnknownSegment(next).into());
            };
            if of_subject.contains(&next.as_str()) && segment.definition.subject != subject {
                return Err(AskError::SegmentOf(next, segment.definition.subject.name()).into());
            }
            if seen.insert(next) {
                let rule = Rule::parse(&segment.definition.rule, segment.definition.subject)
                    .map_err(AskError::Filter)?;
                left.extend(rule.segments().into_iter().map(str::to_owned));
            }
        }
        Ok(())
    }
}

impl<'a> Evaluation<'a> {
    fn of(service: &'a QueryService, ask: &'a Ask) -> Self {
        Self {
            service,
            workspace: &ask.workspace,
            span: ask.window.range,
            as_of: ask.window.as_of,
            zone: &ask.zone,
            known: HashMap::new(),
            open: Vec::new(),
            deeds: 0,
        }
    }

    /// Returns the filter with members in place of segments.
    fn filter(&mut self, filter: Filter) -> Boxed<'_, Filter> {
        Box::pin(async move {
            for id in filter.segments() {
                self.look_up(id).await?;
            }
            let known = &self.known;
            Ok(filter.resolved(&|id| match known.get(id) {
                Some((Subject::Person, members)) => Filter::Among(Field::User, Arc::clone(members)),
                Some((Subject::Channel, members)) => {
                    Filter::Among(Field::Channel, Arc::clone(members))
                }
                None => Filter::Segment(id.to_owned()),
            }))
        })
    }

    /// Works a segment out, unless that was done.
    fn look_up<'s>(&'s mut self, id: &'s str) -> Boxed<'s, (Subject, Members)> {
        Box::pin(async move {
            if let Some(known) = self.known.get(id) {
                return Ok(known.clone());
            }
            if self.open.iter().any(|open| open == id) {
                return Err(AskError::SegmentLoop(id.to_owned()).into());
            }
            let stored: &dyn SegmentStore = self.service.segments.as_ref();
            let found = stored.segment(self.workspace, id).await?;
            let definition = found
                .ok_or_else(|| AskError::UnknownSegment(id.chars().take(64).collect()))?
                .definition;
            let subject = definition.subject;
            let rule = Rule::parse(&definition.rule, subject).map_err(AskError::Filter)?;
            self.open.push(id.to_owned());
            let members = self.members(subject, rule).await?;
            self.open.pop();
            self.known
                .insert(id.to_owned(), (subject, Arc::clone(&members)));
            Ok((subject, members))
        })
    }

    async fn members(&mut self, subject: Subject, rule: Rule) -> Result<Members, SegmentError> {
        let rule = self.resolved(subject, rule).await?;
        let (store, zone) = (&self.service.store, self.zone.clone());
        let failed = |error| SegmentError::Query(QueryError::Store(error));
        let mut members: Vec<String> = match subject {
            Subject::Person => {
                let holds = move |person: &PersonRow| rule.holds(&of_person(person), &zone);
                let picked = store.pick_people(
                    self.workspace,
                    Population::People,
                    Box::new(holds),
                    0,
                    u32::MAX,
                );
                let (people, _total) = picked.await.map_err(failed)?;
                people.into_iter().map(|person| person.id).collect()
            }
            Subject::Channel => {
                let channels = store.channels(self.workspace).await.map_err(failed)?;
                let held = channels.into_iter();
                held.filter(|channel| rule.holds(&of_channel(channel), &zone))
                    .map(|channel| channel.id)
                    .collect()
            }
        };
        members.sort_unstable();
        Ok(members.into())
    }

    /// Returns a rule in which everything is looked up.
    fn resolved(&mut self, subject: Subject, rule: Rule) -> Boxed<'_, Rule> {
        Box::pin(async move {
            Ok(match rule {
                Rule::All(parts) => Rule::All(self.each(subject, parts).await?),
                Rule::Any(parts) => Rule::Any(self.each(subject, parts).await?),
                Rule::Not(part) => Rule::Not(Box::new(self.resolved(subject, *part).await?)),
                Rule::Segment(id) => {
                    let (of, members) = self.look_up(&id).await?;
                    if of != subject {
                        return Err(AskError::SegmentOf(id, of.name()).into());
                    }
                    Rule::Among(Arc::new(members.iter().cloned().collect()))
                }
                Rule::Did(deed) => Rule::Among(Arc::new(self.did(subject, *deed).await?)),
                Rule::Is(Attribute::Id, values) if subject == Subject::Person => {
                    let store = &self.service.store;
                    let counts = |id: String| store.counted_as(self.workspace, &id).unwrap_or(id);
                    Rule::Is(Attribute::Id, values.into_iter().map(counts).collect())
                }
                leaf @ (Rule::Is(..) | Rule::Created(..) | Rule::Among(_)) => leaf,
            })
        })
    }

    async fn each(
        &mut self,
        subject: Subject,
        parts: Vec<Rule>,
    ) -> Result<Vec<Rule>, SegmentError> {
        let mut resolved = Vec::with_capacity(parts.len());
        for part in parts {
            resolved.push(self.resolved(subject, part).await?);
        }
        Ok(resolved)
    }

    /// Returns who did something often enough, or where it was done.
    async fn did(&mut self, subject: Subject, deed: Deed) -> Result<HashSet<String>, SegmentError> {
        self.deeds += 1;
        if self.deeds > MOST_DEEDS {
            return Err(AskError::TooManyDeeds(MOST_DEEDS).into());
        }
        let range = deed.last_days.map_or(self.span, |days| {
            let today = self.as_of.day(self.zone);
            let first = today.saturating_sub((i64::from(days) - 1).days());
            Range::new(Instant::start_of(first, self.zone), self.as_of)
        });
        let dimension = match subject {
            Subject::Person => Dimension::User,
            Subject::Channel => Dimension::Channel,
        };
        let (metric, mut only) = match deed.counted {
            Counted::Metric(metric) => (metric, deed.only),
            Counted::Kind(kind) => {
                let of_kind = Filter::Is(Field::EventType, vec![kind]);
                (Metric::Events, deed.only.and(of_kind))
            }
        };
        if !only.segments().is_empty() {
            only = self.filter(only).await?;
        }
        let query = Query {
            having: Some(Having {
                metric: 0,
                at_least: Some(deed.at_least.into()),
                below: None,
            }),
            ..Query::totals(self.workspace.clone(), self.zone.clone(), range, &[metric])
                .by(&[dimension])
                .only(only)
                .in_any_order()
        };
        let mut plan = plan(query).map_err(QueryError::Plan)?;
        // These are no rows of an answer: all of them are needed.
        plan.limit = u32::MAX;
        let table = self.service.store.query(&plan).await;
        let rows = table.map_err(QueryError::Store)?.rows.into_iter();
        let id = |cells: Vec<Cell>| match cells.into_iter().next() {
            Some(Cell::Text(id)) => Some(id),
            _ => None,
        };
        Ok(rows.filter_map(|row| id(row.keys)).collect())
    }
}

fn of_person(person: &PersonRow) -> Known<'_> {
    Known {
        id: &person.id,
        name: person.name.as_deref(),
        role: person.role.as_deref(),
        is_off: person.is_deactivated,
        created_at: person.created_at,
    }
}

fn of_channel(channel: &ChannelRow) -> Known<'_> {
    Known {
        id: &channel.id,
        name: channel.name.as_deref(),
        role: channel.kind.map(ChannelKind::name),
        is_off: channel.is_archived,
        created_at: channel.created_at,
    }
}
