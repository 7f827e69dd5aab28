//! Finding people, channels and segments by a part of their name or identifier.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{id::WorkspaceId, query::Population};
use serde::Serialize;
use store::PersonRow;
use unicode_normalization::UnicodeNormalization as _;
use utoipa::ToSchema;

use super::{QueryError, QueryService, SegmentError};

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundRow {
    /// person, channel or segment.
    #[schema(example = "channel")]
    pub kind: &'static str,
    /// Identity.
    pub id: String,
    /// Name, where one is known.
    pub name: Option<String>,
    /// Whether it is a bot, a deactivated account or an archived channel: these come last among equals.
    pub is_aside: bool,
}

/// How well something fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is the name or the identifier.
    Whole,
    /// It begins with it.
    Beginning,
    /// A word of it begins with it.
    Word,
    /// It is somewhere within.
    Within,
}

/// A text that is looked for, in any case and however its letters are encoded.
#[derive(Debug, Clone)]
struct Wanted(String);

/// What was found best so far.
struct Best {
    wanted: Wanted,
    most: usize,
    rows: Vec<(Fit, FoundRow)>,
}

/// Returns a text in one encoding (NFC) and one case.
fn plain(text: &str) -> String {
    text.nfc()
        .collect::<String>()
        .to_lowercase()
        .nfc()
        .collect()
}

impl Wanted {
    fn fit(&self, text: &str) -> Option<Fit> {
        let text = plain(text);
        let begins = |word: &str| word.starts_with(&self.0);
        if text == self.0 {
            Some(Fit::Whole)
        } else if begins(&text) {
            Some(Fit::Beginning)
        } else if text.split(|c: char| !c.is_alphanumeric()).any(begins) {
            Some(Fit::Word)
        } else {
            text.contains(&self.0).then_some(Fit::Within)
        }
    }
}

impl Best {
    fn offer(&mut self, kind: &'static str, id: &str, name: Option<&str>, is_aside: bool) {
        self.offer_by(kind, id, name.into_iter().chain([id]), (name, is_aside));
    }

    /// Offers something that is found by any of these texts.
    fn offer_by<'t>(
        &mut self,
        kind: &'static str,
        id: &str,
        texts: impl Iterator<Item = &'t str>,
        (name, is_aside): (Option<&str>, bool),
    ) {
        let Some(fit) = texts.filter_map(|text| self.wanted.fit(text)).min() else {
            return;
        };
        let row = FoundRow {
            kind,
            id: id.to_owned(),
            name: name.map(str::to_owned),
            is_aside,
        };
        self.rows.push((fit, row));
        if self.rows.len() >= self.most * 4 {
            self.cut();
        }
    }

    /// Leaves the best, in order.
    fn cut(&mut self) {
        self.rows.sort_by_cached_key(|(fit, row)| {
            let name = plain(row.name.as_deref().unwrap_or(&row.id));
            (*fit, row.is_aside, name, row.kind, row.id.clone())
        });
        self.rows.truncate(self.most);
    }
}

impl QueryService {
    /// Returns the people, channels and segments whose name or identifier holds a text, the best fit
    /// first: the whole name, then its beginning, the beginning of a word, and any other part.
    pub async fn search(
        &self,
        workspace: &WorkspaceId,
        text: &str,
        most: usize,
    ) -> Result<Vec<FoundRow>, SegmentError> {
        let failed = |error| SegmentError::Query(QueryError::Store(error));
        let best = Arc::new(Mutex::new(Best {
            wanted: Wanted(plain(text)),
            most,
            rows: Vec::new(),
        }));
        let mine = Arc::clone(&best);
        let look = move |person: &PersonRow| {
            let is_aside = person.is_bot || person.is_deactivated;
            let name = person.name.as_deref();
            let mut best = mine.lock().unwrap_or_else(PoisonError::into_inner);
            let ids = std::iter::once(&person.id).chain(&person.aliases);
            let texts = name.into_iter().chain(ids.map(String::as_str));
            best.offer_by("person", &person.id, texts, (name, is_aside));
            false
        };
        let everybody =
            self.store
                .pick_people(workspace, Population::Everyone, Box::new(look), 0, 0);
        everybody.await.map_err(failed)?;
        let channels = self.store.channels(workspace).await.map_err(failed)?;
        let segments = self.segments.segments(workspace).await?;
        let mut best = best.lock().unwrap_or_else(PoisonError::into_inner);
        for channel in &channels {
            let name = channel.name.as_deref();
            best.offer("channel", &channel.id, name, channel.is_archived);
        }
        for segment in &segments {
            best.offer(
                "segment",
                &segment.id,
                Some(&segment.definition.name),
                false,
            );
        }
        best.cut();
        Ok(std::mem::take(&mut best.rows)
            .into_iter()
            .map(|(_, row)| row)
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_fit_comes_first_in_any_case_and_encoding() {
        let mut best = Best {
            // An `e` with an accent of its own.
            wanted: Wanted(plain("E\u{301}mi")),
            most: 5,
            rows: Vec::new(),
        };
        for (kind, id, name, is_aside) in [
            ("person", "u1", Some("Émile"), false),
            ("person", "u2", Some("Ana Émi"), false),
            ("person", "u3", Some("émi"), true),
            ("person", "u4", Some("Émi"), false),
            ("channel", "xémix", None, false),
            ("channel", "c2", Some("emi"), false),
            ("person", "u5", Some("Émile"), true),
        ] {
            best.offer(kind, id, name, is_aside);
        }
        best.cut();
        let ids: Vec<&str> = best.rows.iter().map(|(_, row)| row.id.as_str()).collect();
        assert_eq!(ids, ["u4", "u3", "u1", "u5", "u2"]);
        best.most = 6;
        best.offer("channel", "xémix", None, false);
        best.cut();
        assert_eq!(best.rows[5].1.id, "xémix");
    }
}
