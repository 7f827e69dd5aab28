//! `nchat_search_history`: that somebody searched, and how much was found.

use domain::event::{Kind, RawEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event, text};

/// A search. What was searched for is not read: it says more of a person than a count needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Search {
    id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    #[serde(default)]
    user_id: Option<Uuid>,
    #[serde(default)]
    result_count: Option<i64>,
    created_at: Moment,
}

from_row!(Search: id, created_at; source_account_id, user_id, result_count);

impl Row for Search {
    fn tell(&self, _recent: &RecentMessages, told: &mut Told) {
        let mut properties = Map::new();
        if let Some(results) = self.result_count {
            properties.insert("resultCount".to_owned(), Value::from(results));
        }
        let searched = event(
            "nchat_search_history",
            self.id,
            None,
            Kind::SearchPerformed,
            self.created_at,
        );
        let searched = RawEvent {
            user: text(self.user_id),
            properties,
            ..searched
        };
        told.event(&self.source_account_id, searched);
    }
}
