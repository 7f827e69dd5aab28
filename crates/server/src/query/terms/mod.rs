//! Lists of terms: emoji, hashtags, links, files and topics, with who used them, and where and when.

mod request;
mod topics;
mod usage;

use domain::{
    dimension::{Dimension, TermList},
    event::Kind,
    filter::{Field, Filter},
    metric::Metric,
    query::Query,
};
use engine::plan::MAX_ROWS;
use serde::Serialize;
use store::Table;
use utoipa::ToSchema;

pub use self::request::{EmojiPlace, FilePart, LinkPart, TermsOf, TermsRequest, TopicView};
pub(super) use self::topics::Burst;
use self::{topics::Trending, usage::TermUsage};
use super::{
    Ask, Explained, Meta, QueryError, QueryService, Run, TermRow,
    content::{add_trends, rows},
    value::{by_text, count},
};

/// Terms of one kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TermsAnswer {
    /// The terms, in the order that was asked for.
    pub rows: Vec<TermRow>,
    /// How many there are without limit and offset.
    pub total: u64,
    /// Where and when the term was used that the request names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<TermUsage>,
    /// How bursts were told from chance; only for trending topics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trending: Option<Trending>,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

fn is_reaction() -> Filter {
    Filter::Is(
        Field::EventType,
        vec![Kind::ReactionAdded.name().to_owned()],
    )
}

impl TermsOf {
    /// Returns what is asked of the terms: how often they were used, by how many people, and more.
    const fn metrics(self) -> &'static [Metric] {
        match self {
            Self::Emoji(EmojiPlace::All) => &[Metric::Interactions, Metric::EngagedPeople],
            Self::Emoji(EmojiPlace::Reactions) => &[Metric::Reactions, Metric::ActivePeople],
            Self::Files(_) => &[Metric::Files, Metric::ActivePeople, Metric::FileBytes],
            Self::Emoji(EmojiPlace::Messages)
            | Self::Hashtags
            | Self::Links(_)
            | Self::Topics(_) => &[Metric::Messages, Metric::Posters],
        }
    }

    fn filter(self) -> Filter {
        match self {
            Self::Emoji(EmojiPlace::Reactions) => is_reaction(),
            Self::Files(_) => {
                Filter::Is(Field::EventType, vec![Kind::FileShared.name().to_owned()])
            }
            Self::Emoji(EmojiPlace::All | EmojiPlace::Messages)
            | Self::Hashtags
            | Self::Links(_)
            | Self::Topics(_) => Filter::default(),
        }
    }

    fn dimension(self) -> Dimension {
        Dimension::of_terms(self.list())
    }

    const fn definition(self) -> &'static str {
        match self {
            Self::Emoji(EmojiPlace::All) => {
                "Messages and reactions with the emoji; an emoji counts once in a message."
            }
            Self::Emoji(EmojiPlace::Reactions) => "Reactions with the emoji.",
            Self::Files(_) => "Files shared, and the people who shared them.",
            Self::Topics(_) => {
                "Messages with the key phrase, and the people who wrote them; ranked by people × distinctiveness."
            }
            Self::Emoji(EmojiPlace::Messages) | Self::Hashtags | Self::Links(_) => {
                "Messages with the term; a term counts once in a message."
            }
        }
    }
}

impl QueryService {
    /// Answers which terms of a kind are used, by how many people, where and when.
    pub async fn terms(
        &self,
        ask: &Ask,
        request: &TermsRequest,
    ) -> Result<TermsAnswer, QueryError> {
        let run = self.begin(ask);
        let (mut rows, trending) = match request.of {
            TermsOf::Topics(TopicView::Top) => (run.top_topics(request).await?, None),
            TermsOf::Topics(TopicView::Trending) => {
                let (rows, trending) = run.trending_topics(request).await?;
                (rows, Some(trending))
            }
            _ => (run.used_terms(request).await?, None),
        };
        let wanted = request.search.as_ref().map(|text| text.to_lowercase());
        rows.retain(|row| {
            let found = wanted
                .as_ref()
                .is_none_or(|wanted| row.name.to_lowercase().contains(wanted));
            let named = request.term.as_ref().is_none_or(|term| row.name == *term);
            found && named
        });
        let total = rows.len() as u64;
        let rows: Vec<TermRow> = rows
            .into_iter()
            .skip(request.offset as usize)
            .take(request.limit as usize)
            .collect();
        let usage = match &request.term {
            Some(term) if !run.is_banned(term) => Some(run.usage(request.of, term).await?),
            _ => None,
        };
        Ok(TermsAnswer {
            rows,
            total,
            usage,
            trending,
            period: ask.window.name.clone(),
            meta: run.meta(request.of.definition()),
            explain: run.explanation(),
        })
    }
}

impl Run<'_> {
    /// Returns the question how terms were used over the asked span.
    fn of_terms(&self, of: TermsOf, term: Option<&str>) -> Query {
        let query = self.ask.now(of.metrics()).only(of.filter());
        match term {
            // A condition on the terms reads only the events that have this one.
            Some(term) => query.only(Filter::Is(Field::Term(of.list()), vec![term.to_owned()])),
            None => query,
        }
        .by(&[of.dimension()])
    }

    /// Returns the most used terms: all of them, unless there are more than one answer may hold.
    async fn used_terms(&self, request: &TermsRequest) -> Result<Vec<TermRow>, QueryError> {
        let of = request.of;
        let query = self.of_terms(of, request.term.as_deref());
        let (now, before) = self.now_and_before(query.top(MAX_ROWS)).await?;
        let mut rows = rows(&now, of.dimension());
        if let TermsOf::Files(_) = of {
            let table = by_text(&now);
            for row in &mut rows {
                row.bytes = table.get(row.name.as_str()).map(|found| count(found, 2));
            }
        }
        if let Some(before) = &before {
            add_trends(&mut rows, &now, before);
        }
        if request.least_used {
            rows.retain(|row| row.symbol.is_none());
            rows.sort_by(|left, right| {
                let key = |row: &TermRow| (row.count, row.users);
                key(left)
                    .cmp(&key(right))
                    .then_with(|| left.name.cmp(&right.name))
            });
        }
        Ok(rows)
    }

    async fn now_and_before(&self, query: Query) -> Result<(Table, Option<Table>), QueryError> {
        let before = self.ask.window.previous.map(|range| {
            let mut before = query.clone().in_any_order();
            before.limit = None;
            before.range = range;
            before
        });
        tokio::try_join!(
            self.query("terms", query),
            self.query_if("terms before", before),
        )
    }
}

impl TermsOf {
    /// Returns the form in which a term that is asked for is kept.
    pub fn name_of(self, text: &str) -> Option<String> {
        let text = text.trim();
        let name = match self.list() {
            TermList::Emoji => domain::content::emoji_name(text)?.into(),
            TermList::Hashtags => text.trim_start_matches(['#', '＃', '﹟']).to_lowercase(),
            TermList::Links => domain::content::link_host(text)?.into(),
            TermList::Domains => {
                let host = domain::content::link_host(text)?;
                domain::content::link_domain(&host)?.into()
            }
            TermList::Urls => domain::content::link_url(text)?.into(),
            TermList::FileNames => text.to_owned(),
            TermList::Topics
            | TermList::FileExtensions
            | TermList::FileKinds
            | TermList::FileHashes => text.to_lowercase(),
        };
        (!name.is_empty()).then_some(name)
    }
}
