//! What a change is made of: contributions that add up to it exactly.

use std::collections::{BTreeMap, HashMap};

use domain::{
    compare::Trend,
    dimension::Dimension,
    metric::{Additivity, Metric},
    ratio::{Amount, Ratio},
};
use engine::analysis::{Lifecycle, Pair};
use serde::Serialize;
use store::{Cell, Table};
use utoipa::ToSchema;

use super::{
    Ask, Explained, Key, Meta, QueryError, QueryService, Run,
    semantic::{dimension_name, key},
    value::{amount, total},
};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangesRequest {
    /// What changed.
    #[serde(serialize_with = "by_name")]
    pub metric: Metric,
    /// Parts of it.
    #[serde(skip)]
    pub by: Vec<Dimension>,
    /// The names of these, in order.
    pub names: Vec<&'static str>,
    /// Most contributions that are listed of each dimension.
    pub limit: u32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over by reference"
)]
fn by_name<S: serde::Serializer>(metric: &Metric, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(metric.name())
}

/// Returns whether a change of a metric is the sum of those of its parts.
pub fn adds_up(metric: Metric) -> bool {
    metric.definition().additivity() == Additivity::Additive
}

/// A change, and what it is made of.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangesAnswer {
    /// The metric.
    #[schema(example = "messages")]
    pub metric: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Whether a larger value is good news: `up`, `down`, or `null` for neither.
    pub better_when: Option<&'static str>,
    /// The value over the span.
    pub value: f64,
    /// The value over the span compared with.
    pub previous: f64,
    /// The change: `value - previous`.
    pub delta: f64,
    /// The change in percent, one decimal; `null` when there was nothing before.
    pub change_percent: Option<f64>,
    /// Direction of the change.
    #[schema(value_type = String, example = "up")]
    pub trend: Trend,
    /// What it is made of, by each of the dimensions.
    pub dimensions: Vec<DimensionChange>,
    /// Of numbers of people who were active: who came and who left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<PeopleChange>,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How each number came about, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// The parts of a change by one dimension: the deltas of the contributions and of the rest add up to
/// the whole exactly.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DimensionChange {
    /// The dimension.
    #[schema(example = "channel")]
    pub dimension: &'static str,
    /// The largest contributions, up or down, the largest first.
    pub contributions: Vec<Contribution>,
    /// Everything else together.
    pub rest: Rest,
}

/// What one part contributed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Contribution {
    /// Which part.
    #[schema(value_type = serde_json::Value)]
    pub key: Key,
    /// Its name, for channels and people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The value over the span.
    pub value: f64,
    /// The value over the span compared with.
    pub previous: f64,
    /// The change.
    pub delta: f64,
    /// Its share of the whole change, one decimal, in percent; negative where it went the other way, and
    /// `null` where the whole did not change.
    pub share_percent: Option<f64>,
}

/// What is not listed: parts beyond the limit, and what has no value in the dimension; by person also
/// what those listed stand for beside themselves, where events are sampled.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Rest {
    /// How many parts these are.
    pub elements: u64,
    /// Their value over the span.
    pub value: f64,
    /// Their value over the span compared with.
    pub previous: f64,
    /// Their change.
    pub delta: f64,
}

/// A change of the number of people who were active: `new + returning - churned` is the change. Over
/// sampled events these are estimates, and those who were active in both spans may stand for others in
/// one of them only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PeopleChange {
    /// Active in the span for the first time ever.
    pub new: u64,
    /// Active in the span and not in the one compared with, but some time earlier.
    pub returning: u64,
    /// Active in the span compared with and not in this one.
    pub churned: u64,
    /// Active in both.
    pub kept: u64,
}

/// An amount over both spans.
#[derive(Debug, Clone, Copy, Default)]
struct Both {
    now: Amount,
    before: Amount,
}

impl Both {
    /// Returns the change in units of an amount.
    fn units(self) -> i128 {
        self.now.units() - self.before.units()
    }

    fn delta(self) -> f64 {
        exact(self.units())
    }
}

/// Returns units of an amount as a number; sums of weights are far below 2^53 of them.
fn exact(units: i128) -> f64 {
    units as f64 / Amount::whole(1).units() as f64
}

fn shown(amount: Amount) -> f64 {
    exact(amount.units())
}

impl QueryService {
    /// Answers what a change since the span compared with is made of.
    ///
    /// # Errors
    /// When a dimension has more parts than can be answered.
    pub async fn changes(
        &self,
        ask: &Ask,
        request: &ChangesRequest,
    ) -> Result<ChangesAnswer, QueryError> {
        let run = self.begin(ask);
        let metrics = [request.metric];
        let (now, before) = tokio::try_join!(
            run.query("total", ask.now(&metrics)),
            run.query_if("total before", ask.before(&metrics)),
        )?;
        let whole = Both {
            now: total(&now, 0),
            before: before.map_or(Amount::ZERO, |before| total(&before, 0)),
        };
        let mut dimensions = Vec::with_capacity(request.by.len());
        for dimension in &request.by {
            dimensions.push(run.change_by(*dimension, request, whole).await?);
        }
        let people = match request.metric {
            Metric::ActivePeople => run.people_change().await?,
            _ => None,
        };
        let definition = request.metric.definition();
        Ok(ChangesAnswer {
            metric: definition.name,
            unit: definition.unit,
            better_when: definition.better.name(),
            value: shown(whole.now),
            previous: shown(whole.before),
            delta: whole.delta(),
            change_percent: Ratio::change(whole.now, whole.before).map(|ratio| ratio.percent(1)),
            trend: Trend::of(whole.now, whole.before),
            dimensions,
            people,
            period: ask.window.name.clone(),
            meta: run
                .meta(definition.text)
                .of_one(request.metric, &["value", "previous", "delta"]),
            explain: run.explanation(),
        })
    }
}

impl Run<'_> {
    /// Returns the parts of a change by a dimension.
    async fn change_by(
        &self,
        dimension: Dimension,
        request: &ChangesRequest,
        whole: Both,
    ) -> Result<DimensionChange, QueryError> {
        let metrics = [request.metric];
        let split = |query: domain::query::Query| query.by(&[dimension]).in_any_order();
        let before = self.ask.before(&metrics).map(split);
        let name = dimension_name(dimension);
        let name_before = format!("{name} before");
        let (now, before) = tokio::try_join!(
            self.query(name, split(self.ask.now(&metrics))),
            self.query_if(&name_before, before),
        )?;
        let mut parts: BTreeMap<Cell, Both> = BTreeMap::new();
        for (key, value) in rows(&now)? {
            parts.entry(key).or_default().now = value;
        }
        for (key, value) in before.as_ref().map(rows).transpose()?.into_iter().flatten() {
            parts.entry(key).or_default().before = value;
        }
        let mut parts: Vec<(Cell, Both)> = parts.into_iter().collect();
        // The sort is stable: what contributed as much stays in the order of the keys.
        parts.sort_by_key(|(_, both)| std::cmp::Reverse(both.units().abs()));
        let rest = parts.split_off(parts.len().min(request.limit as usize));
        let elements = rest.len() as u64;
        let names = self.names(dimension, &parts).await?;
        let listed = parts.iter().fold(Both::default(), |sum, (_, both)| Both {
            now: sum.now + both.now,
            before: sum.before + both.before,
        });
        let left = |whole: Amount, listed: Amount| whole.units() - listed.units();
        let (value, previous) = (
            left(whole.now, listed.now),
            left(whole.before, listed.before),
        );
        let contribution = |(cell, both): (Cell, Both)| Contribution {
            name: cell.as_text().and_then(|id| names.get(id).cloned()),
            key: key(dimension, &cell),
            value: shown(both.now),
            previous: shown(both.before),
            delta: both.delta(),
            share_percent: Ratio::new(both.units(), whole.units()).map(|share| share.percent(1)),
        };
        Ok(DimensionChange {
            dimension: name,
            contributions: parts.into_iter().map(contribution).collect(),
            rest: Rest {
                elements,
                value: exact(value),
                previous: exact(previous),
                delta: exact(value - previous),
            },
        })
    }

    /// Returns the names of channels or people.
    async fn names(
        &self,
        dimension: Dimension,
        parts: &[(Cell, Both)],
    ) -> Result<HashMap<String, String>, QueryError> {
        let ids = parts.iter().filter_map(|(cell, _)| cell.as_text());
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        let workspace = &self.ask.workspace;
        Ok(match dimension {
            Dimension::Channel => self.store().channel_names(workspace, &ids).await?,
            Dimension::User => {
                let people = self.store().people(workspace, &ids).await?.into_iter();
                let named = people.filter_map(|person| Some((person.id, person.name?)));
                named.collect()
            }
            _ => HashMap::new(),
        })
    }

    /// Returns who came and who left; `None` where the spans overlap, and where a filter makes another
    /// number of it.
    async fn people_change(&self) -> Result<Option<PeopleChange>, QueryError> {
        let ask = self.ask;
        let now = ask.window.range;
        let before = ask
            .window
            .previous
            .filter(|before| before.to() <= now.from());
        let Some(before) = before.filter(|_| ask.filter.is_everything()) else {
            return Ok(None);
        };
        let stages = self.analyse_everybody(Lifecycle {
            workspace: ask.workspace.clone(),
            population: ask.population,
            zone: ask.zone.clone(),
            pairs: vec![Pair { now, before }],
        });
        let stages = stages.await?.into_iter().next().unwrap_or_default();
        Ok(Some(PeopleChange {
            new: stages.new.rounded(),
            returning: stages.returning.rounded(),
            churned: stages.churned.rounded(),
            kept: stages.kept.rounded(),
        }))
    }
}

/// Returns the rows of a table by their first keys; refuses one that has not all of its rows.
fn rows(table: &Table) -> Result<impl Iterator<Item = (Cell, Amount)>, QueryError> {
    let count = table.rows.len() as u64;
    if table.total > count {
        let total = table.total;
        return Err(QueryError::TooMany {
            parameter: "by",
            advice: format!(
                "the change has {total} parts, more than the {count} that can be answered: leave the \
                 dimension out, or narrow it by `filter`"
            ),
        });
    }
    Ok(table
        .rows
        .iter()
        .map(|row| (row.keys[0].clone(), amount(row, 0))))
}
