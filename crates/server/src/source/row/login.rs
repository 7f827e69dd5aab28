//! Sign-ins, from the first table that an installation has: `nchat_login_history`, `nchat_sessions`
//! or `nchat_audit_logs`.

use domain::event::{Kind, RawEvent};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event, text};

/// An attempt to sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Login {
    id: Uuid,
    /// Of the person, where the table has no such column: joined by the query.
    #[serde(default)]
    source_account_id: Account,
    #[serde(default)]
    user_id: Option<Uuid>,
    #[serde(default)]
    success: Option<bool>,
    #[serde(default)]
    device_type: Option<String>,
    created_at: Moment,
}

from_row!(Login: id, created_at; source_account_id, user_id, success, device_type);

/// A session, which begins with a sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    #[serde(default)]
    user_id: Option<Uuid>,
    #[serde(default)]
    device_type: Option<String>,
    created_at: Moment,
}

from_row!(Session: id, created_at; source_account_id, user_id, device_type);

/// A line of the audit log; only sign-ins are read from it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Audit {
    id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    #[serde(default)]
    user_id: Option<Uuid>,
    #[serde(default)]
    action: Option<String>,
    created_at: Moment,
}

from_row!(Audit: id, created_at; source_account_id, user_id, action);

fn signed_in(event: RawEvent, user: Option<Uuid>, device: Option<&str>) -> RawEvent {
    let mut properties = Map::new();
    if let Some(device) = device {
        properties.insert("platform".to_owned(), device.into());
    }
    RawEvent {
        user: text(user),
        properties,
        ..event
    }
}

impl Row for Login {
    fn tell(&self, _recent: &RecentMessages, told: &mut Told) {
        let kind = if self.success == Some(false) {
            Kind::SignInFailed
        } else {
            Kind::SignIn
        };
        let tried = event("nchat_login_history", self.id, None, kind, self.created_at);
        let tried = signed_in(tried, self.user_id, self.device_type.as_deref());
        told.event(&self.source_account_id, tried);
    }
}

impl Row for Session {
    fn tell(&self, _recent: &RecentMessages, told: &mut Told) {
        let begun = event(
            "nchat_sessions",
            self.id,
            None,
            Kind::SignIn,
            self.created_at,
        );
        let begun = signed_in(begun, self.user_id, self.device_type.as_deref());
        told.event(&self.source_account_id, begun);
    }
}

impl Row for Audit {
    fn tell(&self, _recent: &RecentMessages, told: &mut Told) {
        if self.action.as_deref() == Some("login") {
            let noted = event(
                "nchat_audit_logs",
                self.id,
                None,
                Kind::SignIn,
                self.created_at,
            );
            told.event(
                &self.source_account_id,
                signed_in(noted, self.user_id, None),
            );
        }
    }
}
