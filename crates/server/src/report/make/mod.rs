//! What a report holds, asked of the same queries that the API answers with.

mod asked;
mod section;

use std::sync::Arc;

use domain::{id::WorkspaceId, report::ReportDefinition};

use self::section::Sections;
use super::{
    content::{Content, Definition},
    words::local,
};
use crate::query::{QueryError, QueryService, Request, SegmentError};

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// Its span makes no sense, or settings could not be read.
    #[error(transparent)]
    Ask(#[from] SegmentError),
    /// A question has no answer.
    #[error(transparent)]
    Query(#[from] QueryError),
}

/// Makes reports.
#[derive(Clone)]
pub struct Maker {
    /// Answers questions.
    pub query: Arc<QueryService>,
}

impl Maker {
    /// Makes what a report holds; `as_of` is the present of its numbers, where it is not the real one.
    pub async fn make(
        &self,
        workspace: &WorkspaceId,
        definition: &ReportDefinition,
        as_of: Option<String>,
    ) -> Result<Content, MakeError> {
        let request = Request {
            period: Some(definition.period.clone()),
            as_of,
            ..Request::default()
        };
        let ask = self.query.understand(&request, workspace, "7d").await?;
        let mut sections = Sections::new(&self.query, &ask);
        for metric in &definition.metrics {
            sections.add(*metric).await?;
        }
        let Sections {
            made, definitions, ..
        } = sections;
        let meta = self.query.begin(&ask).meta("");
        let between = |from, to| format!("{} to {}", local(from, &ask.zone), local(to, &ask.zone));
        Ok(Content {
            title: definition.name.clone(),
            workspace: workspace.as_str().to_owned(),
            period: definition.period.clone(),
            span: between(meta.from, meta.to),
            previous_span: meta
                .previous_from
                .zip(meta.previous_to)
                .map(|(from, to)| between(from, to)),
            present: local(meta.as_of, &ask.zone),
            timezone: meta.timezone,
            from: meta.from,
            to: meta.to,
            previous_from: meta.previous_from,
            previous_to: meta.previous_to,
            as_of: meta.as_of,
            ledger: meta.ledger,
            approximate: meta.approximate,
            privacy: meta.privacy,
            sections: made,
            definitions: each_once(definitions),
        })
    }
}

fn each_once(definitions: Vec<Definition>) -> Vec<Definition> {
    let mut once: Vec<Definition> = Vec::new();
    for definition in definitions {
        if !once.contains(&definition) {
            once.push(definition);
        }
    }
    once
}
