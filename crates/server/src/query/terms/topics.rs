//! Topics: what people write of, and what they suddenly write of.

use std::collections::{BTreeSet, HashMap};

use domain::{
    dimension::{Dimension, TermList},
    filter::{Field, Filter},
    metric::Metric,
    query::{Having, Query},
    time::spans_before,
};
use serde::Serialize;
use store::Table;
use utoipa::ToSchema;

use super::{TermsOf, TermsRequest, TopicView};
use crate::query::{
    QueryError, Run, TermRow,
    content::{add_trends, rows},
    value::{count, total},
};

/// Most phrases that are ranked: those of the most people.
const MOST_RANKED: u32 = 10_000;

/// Most phrases that are tested for a burst: those of the most people.
const MOST_TESTED: u32 = 2_000;

/// Spans before the asked one that a burst stands out from.
const SPANS: u32 = 8;

/// People who must write of a topic before it trends.
const LEAST_PEOPLE: u32 = 3;

/// G² from which it is no chance: half a false burst in ten years of weeks.
const THRESHOLD: f64 = 19.5;

/// Share of the people of a longer phrase, in percent, from which a part of it says the same.
const SAME_PEOPLE: u64 = 80;

/// What makes a topic a burst.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Burst {
    /// The log-likelihood ratio G² of the people who wrote of it against those before.
    pub g2: f64,
    /// People who wrote of it in each of the spans before, added up.
    pub before: u64,
    /// Whether nobody wrote of it in the spans before.
    pub first: bool,
}

/// How bursts were told from chance.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trending {
    /// Phrases that were tested: those that enough people wrote of.
    pub tested: u64,
    /// The least G² of a burst.
    pub threshold: f64,
    /// The least number of people.
    pub least_people: u32,
    /// Spans of the same length before, which the present one is held against.
    pub spans: u32,
}

/// Returns people × distinctiveness: `people × ln(1 + writers / people)`, times 0.6 for a single word.
///
/// More people always rank higher, and the less so the more everybody says it.
fn score(topic: &str, people: f64, writers: f64) -> f64 {
    let share = if topic.contains(' ') { 1.0 } else { 0.6 };
    people * (1.0 + writers / people).ln() * share
}

/// Returns the log-likelihood ratio of `now` people among `active` against `before` among
/// `active_before`: `2 (a ln(a / E₁) + b ln(b / E₂))`; `None` where there were not more than expected.
fn g2(now: f64, active: f64, before: f64, active_before: f64) -> Option<f64> {
    let share = (now + before) / (active + active_before);
    let (expected, expected_before) = (active * share, active_before * share);
    let term = |seen: f64, expected: f64| {
        if seen > 0.0 {
            seen * (seen / expected).ln()
        } else {
            0.0
        }
    };
    (now > expected).then(|| 2.0 * (term(now, expected) + term(before, expected_before)))
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

impl Run<'_> {
    /// Returns topics by people × distinctiveness.
    pub(super) async fn top_topics(
        &self,
        request: &TermsRequest,
    ) -> Result<Vec<TermRow>, QueryError> {
        let query = self.of_terms(request.of, request.term.as_deref());
        let query = by_people(query, MOST_RANKED);
        let writers = self.ask.now(&[Metric::Posters]);
        let ((now, before), writers) = tokio::try_join!(
            self.now_and_before(query),
            self.query("people who wrote", writers),
        )?;
        let writers = total(&writers, 0).rounded() as f64;
        let mut rows = rows(&now, Dimension::Topic);
        if let Some(before) = &before {
            add_trends(&mut rows, &now, before);
        }
        // A topic whose messages have no author is nobody's.
        rows.retain(|row| row.users > 0);
        let mut scored: Vec<(f64, TermRow)> = rows
            .into_iter()
            .map(|row| (score(&row.name, row.users as f64, writers), row))
            .collect();
        sort(&mut scored);
        let shown = |(score, row)| TermRow {
            score: Some(rounded(score)),
            ..row
        };
        Ok(scored.into_iter().map(shown).collect())
    }

    /// Returns the topics that suddenly more people write of, by people × G².
    pub(super) async fn trending_topics(
        &self,
        request: &TermsRequest,
    ) -> Result<(Vec<TermRow>, Trending), QueryError> {
        let of = TermsOf::Topics(TopicView::Trending);
        let mut query = by_people(self.of_terms(of, request.term.as_deref()), MOST_TESTED);
        query.having = Some(Having {
            metric: 1,
            at_least: Some(LEAST_PEOPLE.into()),
            below: None,
        });
        let active = self.ask.now(&[Metric::ActivePeople]);
        let ((now, before), active) = tokio::try_join!(
            self.now_and_before(query),
            self.query("active people", active),
        )?;
        let active = total(&active, 0).rounded() as f64;
        let mut rows = rows(&now, Dimension::Topic);
        if let Some(before) = &before {
            add_trends(&mut rows, &now, before);
        }
        let trending = Trending {
            tested: rows.len() as u64,
            threshold: THRESHOLD,
            least_people: LEAST_PEOPLE,
            spans: SPANS,
        };
        let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
        if names.is_empty() {
            return Ok((Vec::new(), trending));
        }
        let (before, active_before) = self.people_before(&names).await?;
        let mut bursts = Vec::new();
        for mut row in rows {
            let people = row.users as f64;
            let earlier = before.get(&row.name).copied().unwrap_or(0);
            let g2 = g2(people, active, earlier as f64, active_before as f64);
            let Some(g2) = g2.filter(|g2| *g2 >= THRESHOLD) else {
                continue;
            };
            row.score = Some(rounded(people * g2));
            row.burst = Some(Burst {
                g2: rounded(g2),
                before: earlier,
                first: earlier == 0,
            });
            bursts.push((people * g2, row));
        }
        sort(&mut bursts);
        let bursts = bursts.into_iter().map(|(_, row)| row).collect();
        Ok((self.without_parts(bursts).await?, trending))
    }

    /// Returns how many people wrote of each topic in the spans before, added up, and how many were
    /// active in them.
    async fn people_before(
        &self,
        names: &[String],
    ) -> Result<(HashMap<String, u64>, u64), QueryError> {
        let window = &self.ask.window;
        let only = Filter::Is(Field::Term(TermList::Topics), names.to_vec());
        let (mut people, mut active) = (HashMap::new(), 0);
        for range in spans_before(window.range, window.days, SPANS, &self.ask.zone) {
            let topics = self.ask.over(range, &[Metric::Posters]).only(only.clone());
            let topics = topics.by(&[Dimension::Topic]).in_any_order();
            let everybody = self.ask.over(range, &[Metric::ActivePeople]);
            let (topics, everybody) = tokio::try_join!(
                self.query("topics of a span before", topics),
                self.query("active people of a span before", everybody),
            )?;
            active += total(&everybody, 0).rounded();
            for row in &topics.rows {
                if let Some(name) = row.keys[0].as_text() {
                    *people.entry(name.to_owned()).or_insert(0) += count(row, 0);
                }
            }
        }
        Ok((people, active))
    }

    /// Leaves out parts of longer phrases, where four of five of the people who wrote them wrote the
    /// longer phrase.
    async fn without_parts(&self, bursts: Vec<TermRow>) -> Result<Vec<TermRow>, QueryError> {
        if bursts.len() < 2 {
            return Ok(bursts);
        }
        let names = bursts.iter().map(|row| row.name.clone()).collect();
        let writers = self
            .ask
            .now(&[Metric::Messages])
            .only(Filter::Is(Field::Term(TermList::Topics), names))
            .by(&[Dimension::Topic, Dimension::User])
            .in_any_order();
        let writers = self.query("who wrote of a topic", writers).await?;
        let people = people_of(&writers);
        let none = BTreeSet::new();
        let of = |row: &TermRow| people.get(row.name.as_str()).unwrap_or(&none);
        let is_said_by = |part: &TermRow, whole: &TermRow| {
            let both = of(part).intersection(of(whole)).count() as u64;
            is_part(&part.name, &whole.name) && both * 100 >= of(part).len() as u64 * SAME_PEOPLE
        };
        let is_kept = |row: &&TermRow| !bursts.iter().any(|whole| is_said_by(row, whole));
        Ok(bursts.iter().filter(is_kept).cloned().collect())
    }
}

/// Returns whether a phrase stands within a longer one, word by word.
fn is_part(part: &str, whole: &str) -> bool {
    part != whole && format!(" {whole} ").contains(&format!(" {part} "))
}

fn people_of(table: &Table) -> HashMap<&str, BTreeSet<&str>> {
    let mut people: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for row in &table.rows {
        if let (Some(topic), Some(person)) = (row.keys[0].as_text(), row.keys[1].as_text()) {
            people.entry(topic).or_default().insert(person);
        }
    }
    people
}

/// Returns a question with the rows of the most people.
fn by_people(query: Query, most: u32) -> Query {
    let mut query = query.top(most);
    query.order = domain::query::Order::Metric {
        index: 1,
        descending: true,
    };
    query
}

/// Sorts by score, largest first; ties go by people, messages and name.
fn sort(rows: &mut [(f64, TermRow)]) {
    rows.sort_by(|(left, one), (right, other)| {
        right
            .total_cmp(left)
            .then_with(|| other.users.cmp(&one.users))
            .then_with(|| other.count.cmp(&one.count))
            .then_with(|| one.name.cmp(&other.name))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_worked_by_hand() {
        // 2 × ln(1 + 4 / 2) = 2.197; of a single word 0.6 of it.
        let shown = |topic| rounded(score(topic, 2.0, 4.0)).to_string();
        assert_eq!(shown("deploy pipeline"), "2.2");
        assert_eq!(shown("deploy"), "1.32");
        assert!(score("deploy", 4.0, 4.0) > score("deploy", 3.0, 4.0));
    }

    #[test]
    fn bursts_worked_by_hand() {
        // 6 of 100 now, none of 800 before: 2 × 6 × ln(6 / (6 × 100 / 900)) = 12 ln 9 = 26.37.
        assert_eq!(g2(6.0, 100.0, 0.0, 800.0).map(rounded), Some(26.37));
        // 4 people give 8 ln 9 = 17.58: chance.
        assert!(g2(4.0, 100.0, 0.0, 800.0).unwrap() < THRESHOLD);
        // 10 now, 10 before: 20 × 1/9 = 2.22 and 17.78 expected:
        // 2 (10 ln 4.5 + 10 ln 0.5625) = 2 (15.04 − 5.75) = 18.57.
        assert_eq!(g2(10.0, 100.0, 10.0, 800.0).map(rounded), Some(18.57));
        // As many as ever, and fewer.
        assert_eq!(g2(1.0, 100.0, 8.0, 800.0), None);
        assert_eq!(g2(0.0, 100.0, 8.0, 800.0), None);
    }

    #[test]
    fn parts_are_whole_words() {
        assert!(is_part("deploy", "deploy pipeline"));
        assert!(!is_part("deploy", "deployment plan"));
        assert!(!is_part("deploy", "deploy"));
    }
}
