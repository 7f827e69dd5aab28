//! Who uses which features.

use std::collections::{BTreeMap, HashMap};

use domain::{
    dimension::Dimension,
    event::Kind,
    filter::{Field, Filter},
    metric::Metric,
    query::Query,
    ratio::{Amount, Ratio},
};
use engine::analysis::{Adopters, Adoption};
use serde::Serialize;
use store::{Cell, TableRow};
use utoipa::ToSchema;

use super::{
    Ask, Change, Meta, QueryError, QueryService, Run,
    value::{amount, by_text, total},
};

/// Features that every chat has: how they are called, what counts their uses, and who uses them.
pub(super) const BUILT_IN: [(&str, Metric, Metric); 8] = [
    ("threads", Metric::Replies, Metric::Repliers),
    ("reactions", Metric::Reactions, Metric::Reactors),
    ("files", Metric::Files, Metric::FileSharers),
    ("voiceMessages", Metric::VoiceMessages, Metric::VoiceSenders),
    ("search", Metric::Searches, Metric::Searchers),
    ("calls", Metric::CallsJoined, Metric::Callers),
    ("screenSharing", Metric::ScreenShares, Metric::ScreenSharers),
    ("pins", Metric::Pins, Metric::Pinners),
];

/// Who uses which features.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdoptionAnswer {
    /// The features: those that every chat has, and those that `feature_used` names; by adopters, the
    /// most first.
    pub features: Vec<FeatureRow>,
    /// How many there are, those left out by the limit included.
    pub total: u64,
    /// People active in the span.
    pub active_users: Change,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
}

/// A feature and those who use it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeatureRow {
    /// What it is called.
    #[schema(example = "threads")]
    pub feature: String,
    /// Whether every chat has it; else `properties.feature` of `feature_used` names it.
    pub is_built_in: bool,
    /// People who used it in the span.
    pub adopters: Change,
    /// Their share of the people active in the span, in percent, one decimal; `null` of nobody.
    pub adoption_rate: Option<f64>,
    /// Those of them who had never used it before.
    pub first_time_adopters: u64,
    /// Uses in the span.
    pub uses: Change,
    /// Uses for each adopter, one decimal; `null` without any.
    pub uses_per_adopter: Option<f64>,
    /// Local days from sign-up to first use, the median of first-time adopters whose sign-up is known;
    /// `null` of nobody.
    pub median_days_to_first_use: Option<f64>,
}

/// Numbers of a feature.
struct Counted {
    name: String,
    is_built_in: bool,
    adopters: (Amount, Option<Amount>),
    uses: (Amount, Option<Amount>),
    first: Adopters,
}

impl QueryService {
    /// Answers who uses which features.
    pub async fn adoption(&self, ask: &Ask, limit: u32) -> Result<AdoptionAnswer, QueryError> {
        let run = self.begin(ask);
        let people = [Metric::ActivePeople];
        let first = run
            .analyse(Adoption {
                workspace: ask.workspace.clone(),
                population: ask.population,
                zone: ask.zone.clone(),
                features: BUILT_IN.map(|(.., adopters)| adopters).to_vec(),
                named: Some(Dimension::Feature),
                span: ask.window.range,
                as_of: ask.window.as_of,
            })
            .await?;
        let (active, before, built_in, custom) = tokio::try_join!(
            run.query("active people", ask.now(&people)),
            run.query_if("active people before", ask.before(&people)),
            run.built_in_features(first.features),
            run.custom_features(first.named),
        )?;
        let active_users = total(&active, 0);
        let mut features: Vec<Counted> = built_in.into_iter().chain(custom).collect();
        features.sort_by(|left, right| {
            let order = right.adopters.0.cmp(&left.adopters.0);
            order.then_with(|| left.name.cmp(&right.name))
        });
        let total_features = features.len() as u64;
        let rows = features.into_iter().take(limit as usize);
        Ok(AdoptionAnswer {
            features: rows.map(|row| row.shown(active_users)).collect(),
            total: total_features,
            active_users: Change::of(active_users, before.map(|table| total(&table, 0))),
            period: ask.window.name.clone(),
            meta: run.meta(
                "People who used a feature in the span, divided by the people active in it. Features are those \
                 that every chat has (threads, reactions, files and so on) and those that `properties.feature` \
                 of `feature_used` names.",
            ),
        })
    }
}

impl Counted {
    fn shown(self, active: Amount) -> FeatureRow {
        let share = Ratio::of(self.adopters.0, active);
        let per_adopter = Ratio::of(self.uses.0, self.adopters.0);
        FeatureRow {
            feature: self.name,
            is_built_in: self.is_built_in,
            adopters: Change::of(self.adopters.0, self.adopters.1),
            adoption_rate: share.map(|share| share.percent(1)),
            first_time_adopters: self.first.first_time.rounded(),
            uses: Change::of(self.uses.0, self.uses.1),
            uses_per_adopter: per_adopter.map(|uses| uses.rounded(1)),
            median_days_to_first_use: median(&self.first.days_to_first_use),
        }
    }
}

/// Returns the median of ascending numbers: of an even number the mean of the middle two.
fn median(ascending: &[u32]) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let middle = [ascending[last / 2], ascending[last.div_ceil(2)]];
    Some(f64::from(middle[0]) / 2.0 + f64::from(middle[1]) / 2.0)
}

impl Run<'_> {
    /// Returns the features that every chat has.
    async fn built_in_features(&self, first: Vec<Adopters>) -> Result<Vec<Counted>, QueryError> {
        let ask = self.ask;
        let metrics = BUILT_IN.map(|(_, uses, _)| uses);
        let adopters = BUILT_IN.map(|(_, _, adopters)| adopters);
        let (people, people_before, uses, uses_before) = tokio::try_join!(
            self.query("adopters", ask.now(&adopters)),
            self.query_if("adopters before", ask.before(&adopters)),
            self.query("uses", ask.now(&metrics)),
            self.query_if("uses before", ask.before(&metrics)),
        )?;
        let features = BUILT_IN.iter().zip(first).enumerate();
        let feature = |(place, ((name, ..), first)): (usize, (&(&str, _, _), Adopters))| Counted {
            name: (*name).to_owned(),
            is_built_in: true,
            adopters: (
                total(&people, place),
                people_before.as_ref().map(|table| total(table, place)),
            ),
            uses: (
                total(&uses, place),
                uses_before.as_ref().map(|table| total(table, place)),
            ),
            first,
        };
        Ok(features.map(feature).collect())
    }

    /// Returns the features that `feature_used` names, given who of each used it for the first time.
    async fn custom_features(
        &self,
        mut first: BTreeMap<Box<str>, Adopters>,
    ) -> Result<Vec<Counted>, QueryError> {
        let ask = self.ask;
        let metrics = [Metric::ActivePeople, Metric::Events];
        let by_feature = |query: Query| {
            let query = used(query).by(&[Dimension::Feature]);
            query.in_any_order()
        };
        let (now, before) = tokio::try_join!(
            self.query("features", by_feature(ask.now(&metrics))),
            self.query_if("features before", ask.before(&metrics).map(by_feature)),
        )?;
        let before = before.as_ref().map(by_text);
        let feature = |row: &TableRow| {
            let name = row.keys[0].as_text().filter(|name| !name.is_empty())?;
            let then = |metric: usize| {
                let rows = before.as_ref()?;
                Some(
                    rows.get(name)
                        .map_or(Amount::ZERO, |row| amount(row, metric)),
                )
            };
            Some(Counted {
                name: name.to_owned(),
                is_built_in: false,
                adopters: (amount(row, 0), then(0)),
                uses: (amount(row, 1), then(1)),
                first: first.remove(name).unwrap_or_default(),
            })
        };
        Ok(now.rows.iter().filter_map(feature).collect())
    }

    /// Returns how often everybody used each feature in the span.
    pub(super) async fn features_of_people(
        &self,
    ) -> Result<HashMap<String, BTreeMap<String, u64>>, QueryError> {
        let ask = self.ask;
        let metrics = BUILT_IN.map(|(_, uses, _)| uses);
        let custom = used(ask.now(&[Metric::Events])).by(&[Dimension::User, Dimension::Feature]);
        let (built_in, custom) = tokio::try_join!(
            self.by_person("uses of features", ask.now(&metrics)),
            self.every_row("uses of named features", custom),
        )?;
        let mut people: HashMap<String, BTreeMap<String, u64>> = HashMap::new();
        for (id, row) in built_in {
            let uses = BUILT_IN
                .iter()
                .enumerate()
                .filter_map(|(place, (name, ..))| {
                    let uses = amount(&row, place).rounded();
                    (uses > 0).then(|| ((*name).to_owned(), uses))
                });
            people.insert(id, uses.collect());
        }
        for row in custom {
            let (Some(id), Some(feature)) = (
                row.keys[0].as_text(),
                row.keys.get(1).and_then(Cell::as_text),
            ) else {
                continue;
            };
            if !feature.is_empty() {
                let of_person = people.entry(id.to_owned()).or_default();
                let uses = of_person.entry(feature.to_owned()).or_default();
                *uses += amount(&row, 0).rounded();
            }
        }
        people.retain(|_, features| !features.is_empty());
        Ok(people)
    }
}

/// Returns the question about uses of named features only.
fn used(query: Query) -> Query {
    let kind = Kind::FeatureUsed.name().to_owned();
    query.only(Filter::Is(Field::EventType, vec![kind]))
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn medians_are_in_the_middle() {
        for (numbers, expected) in [
            (&[][..], None),
            (&[4], Some(4.0)),
            (&[1, 4], Some(2.5)),
            (&[1, 4, 9], Some(4.0)),
        ] {
            assert_eq!(median(numbers), expected);
        }
    }
}
