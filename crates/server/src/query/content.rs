//! What is shared: emoji, hosts of links, hashtags.

use domain::{content::emoji_char, dimension::Dimension, metric::Metric};
use serde::Serialize;
use store::Table;
use utoipa::ToSchema;

use super::{Ask, Explained, Meta, QueryError, QueryService, value::count};

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
}

impl QueryService {
    /// Answers which emoji, links and hashtags are used most.
    pub async fn content(&self, ask: &Ask, limit: u32) -> Result<ContentAnswer, QueryError> {
        let run = self.begin(ask);
        let in_messages = |dimension| {
            ask.now(&[Metric::Messages, Metric::Posters])
                .by(&[dimension])
                .top(limit)
        };
        let reactions = ask
            .now(&[Metric::Reactions, Metric::ActivePeople])
            .only(domain::filter::Filter::Is(
                domain::filter::Field::EventType,
                vec![domain::event::Kind::ReactionAdded.name().to_owned()],
            ))
            .by(&[Dimension::Emoji])
            .top(limit);
        let (emoji, reactions, links, hashtags) = tokio::try_join!(
            run.query("emoji", in_messages(Dimension::Emoji)),
            run.query("reactions", reactions),
            run.query("links", in_messages(Dimension::Link)),
            run.query("hashtags", in_messages(Dimension::Hashtag)),
        )?;
        Ok(ContentAnswer {
            emoji: rows(&emoji, Dimension::Emoji),
            reactions: rows(&reactions, Dimension::Emoji),
            links: rows(&links, Dimension::Link),
            hashtags: rows(&hashtags, Dimension::Hashtag),
            period: ask.window.name.clone(),
            meta: run.meta("Messages with the term; a term counts once in a message."),
            explain: run.explanation(),
        })
    }
}

fn rows(table: &Table, dimension: Dimension) -> Vec<TermRow> {
    table
        .rows
        .iter()
        .filter_map(|row| {
            let name = row.keys[0].as_text()?.to_owned();
            let symbol = (dimension == Dimension::Emoji)
                .then(|| emoji_char(&name))
                .flatten();
            let domain = (dimension == Dimension::Link)
                .then(|| psl::domain_str(&name).map(str::to_owned))
                .flatten();
            let term = TermRow {
                symbol,
                domain,
                count: count(row, 0),
                users: count(row, 1),
                name,
            };
            (term.count > 0).then_some(term)
        })
        .collect()
}
