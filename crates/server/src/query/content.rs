//! What is shared: emoji, hosts of links, hashtags.

use std::collections::HashMap;

use domain::{
    content::{emoji_char, link_domain},
    dimension::Dimension,
    event::Kind,
    filter::{Field, Filter},
    metric::Metric,
    query::Query,
    ratio::Amount,
};
use serde::Serialize;
use store::{Table, TableRow};
use utoipa::ToSchema;

use super::{
    Ask, Change, Explained, Meta, QueryError, QueryService, Run,
    meta::Fields,
    terms::Burst,
    value::{amount, count},
};

/// What people share in messages.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContentAnswer {
    /// Emoji in messages.
    pub emoji: Vec<TermRow>,
    /// Emoji of reactions.
    pub reactions: Vec<TermRow>,
    /// Hosts of links in messages.
    pub links: Vec<TermRow>,
    /// Hashtags in messages.
    pub hashtags: Vec<TermRow>,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// A term and how often it was used.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TermRow {
    /// Emoji by name without colons, host, or hashtag without `#`.
    pub name: String,
    /// The emoji itself, where it is a Unicode one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<&'static str>,
    /// The registrable domain of a host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Messages (or reactions) with it.
    pub count: u64,
    /// Different people who used it.
    pub users: u64,
    /// Both beside those before them; only where the request says what to compare with. What was
    /// before is `null` where there were too many terms to look at all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trends: Option<TermTrends>,
    /// Bytes of the files, where sizes are known; only in lists of files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// What topics are ranked by: people × distinctiveness, two decimals; only in lists of topics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// What makes a topic a burst; only in lists of trending topics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst: Option<Burst>,
}

/// The use of a term beside that before it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TermTrends {
    /// Messages (or reactions) with it.
    pub count: Change,
    /// Different people who used it.
    pub users: Change,
}

/// What is asked of a kind of terms: its name in explanations, its question, its dimension.
type Terms = (&'static str, Query, Dimension);

/// Which metric each field is.
const FIELDS: Fields = &[
    ("emoji.count", Metric::Messages),
    ("emoji.users", Metric::Posters),
    ("reactions.count", Metric::Reactions),
    ("reactions.users", Metric::ActivePeople),
    ("links.count", Metric::Messages),
    ("links.users", Metric::Posters),
    ("hashtags.count", Metric::Messages),
    ("hashtags.users", Metric::Posters),
];

impl QueryService {
    /// Answers which emoji, links and hashtags are used most.
    pub async fn content(&self, ask: &Ask, limit: u32) -> Result<ContentAnswer, QueryError> {
        let run = self.begin(ask);
        let range = ask.window.range;
        let in_messages = ask.over(range, &[Metric::Messages, Metric::Posters]);
        let reactions = ask
            .over(range, &[Metric::Reactions, Metric::ActivePeople])
            .only(Filter::Is(
                Field::EventType,
                vec![Kind::ReactionAdded.name().to_owned()],
            ));
        let terms = |name, query: &Query, dimension| {
            let terms: Terms = (name, query.clone().by(&[dimension]), dimension);
            run.terms(terms, limit)
        };
        let (emoji, reactions, links, hashtags) = tokio::try_join!(
            terms("emoji", &in_messages, Dimension::Emoji),
            terms("reactions", &reactions, Dimension::Emoji),
            terms("links", &in_messages, Dimension::Link),
            terms("hashtags", &in_messages, Dimension::Hashtag),
        )?;
        Ok(ContentAnswer {
            emoji,
            reactions,
            links,
            hashtags,
            period: ask.window.name.clone(),
            meta: run
                .meta("Messages with the term; a term counts once in a message.")
                .with(FIELDS),
            explain: run.explanation(),
        })
    }
}

impl Run<'_> {
    /// Returns the terms that are used most, with what they were before where that is compared.
    async fn terms(
        &self,
        (name, query, dimension): Terms,
        limit: u32,
    ) -> Result<Vec<TermRow>, QueryError> {
        let before = self.ask.window.previous.map(|range| {
            let mut before = query.clone().in_any_order();
            before.range = range;
            before
        });
        let name_before = format!("{name} before");
        let (now, before) = tokio::try_join!(
            self.query(name, query.top(limit)),
            self.query_if(&name_before, before),
        )?;
        let mut rows = rows(&now, dimension);
        if let Some(before) = before {
            add_trends(&mut rows, &now, &before);
        }
        Ok(rows)
    }
}

pub(super) fn add_trends(rows: &mut [TermRow], now: &Table, before: &Table) {
    let (now, then) = (by_name(now), by_name(before));
    let is_whole = before.total <= before.rows.len() as u64;
    for row in rows {
        let of = |table: &ByName<'_>, metric| {
            let found = table.get(row.name.as_str());
            found.map(|found| amount(found, metric))
        };
        let change = |metric| {
            let before = of(&then, metric).or(is_whole.then_some(Amount::ZERO));
            Change::of(of(&now, metric).unwrap_or_default(), before)
        };
        row.trends = Some(TermTrends {
            count: change(0),
            users: change(1),
        });
    }
}

type ByName<'a> = HashMap<&'a str, &'a TableRow>;

fn by_name(table: &Table) -> ByName<'_> {
    table
        .rows
        .iter()
        .filter_map(|row| Some((row.keys[0].as_text()?, row)))
        .collect()
}

pub(super) fn rows(table: &Table, dimension: Dimension) -> Vec<TermRow> {
    table
        .rows
        .iter()
        .filter_map(|row| {
            let name = row.keys[0].as_text()?.to_owned();
            let symbol = (dimension == Dimension::Emoji)
                .then(|| emoji_char(&name))
                .flatten();
            let domain = (dimension == Dimension::Link)
                .then(|| link_domain(&name).map(String::from))
                .flatten();
            let term = TermRow {
                symbol,
                domain,
                count: count(row, 0),
                users: count(row, 1),
                trends: None,
                bytes: None,
                score: None,
                burst: None,
                name,
            };
            (term.count > 0).then_some(term)
        })
        .collect()
}
