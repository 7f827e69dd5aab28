//! What of events may be shown under pseudonyms, and asked by.

use std::sync::Arc;

use domain::{
    filter::{Field, Filter},
    id::WorkspaceId,
    privacy::PrivacyError,
};
use store::{EventListing, EventRow, Questions, StoreError};

use super::{Guard, masked::Masked};

/// Properties whose values name no people: kinds, sizes and the like.
const SHOWN_PROPERTIES: [&str; 20] = [
    "feature",
    "platform",
    "device",
    "deviceType",
    "device_type",
    "os",
    "browser",
    "app",
    "appVersion",
    "app_version",
    "version",
    "language",
    "locale",
    "emoji",
    "channelType",
    "channel_type",
    "isReply",
    "hasAttachment",
    "has_attachment",
    "wordCount",
];

/// Refuses filters that look at properties which may name people: by a guess at a value they would say
/// whose events they are.
pub(super) fn check(filter: &Filter) -> Result<(), PrivacyError> {
    filter
        .fields()
        .into_iter()
        .try_for_each(|field| match field {
            Field::Property(name) => check_property(name),
            _ => Ok(()),
        })
}

fn check_property(name: &str) -> Result<(), PrivacyError> {
    if SHOWN_PROPERTIES.contains(&name) {
        Ok(())
    } else {
        Err(PrivacyError::Property(name.chars().take(64).collect()))
    }
}

impl Guard {
    /// Returns a listing by identifiers, given one by pseudonyms.
    pub async fn listing(
        &self,
        store: Arc<dyn Questions>,
        mut listing: EventListing,
    ) -> Result<EventListing, StoreError> {
        if self.privacy.is_pseudonymous() {
            let masked = Masked {
                store,
                pseudonyms: Arc::clone(&self.pseudonyms),
            };
            listing.filter = masked.filter(&listing.workspace, &listing.filter).await?;
        }
        Ok(listing)
    }

    /// Returns an event as it may be shown.
    pub fn event(&self, workspace: &WorkspaceId, mut event: EventRow) -> EventRow {
        if !self.privacy.is_pseudonymous() {
            return event;
        }
        event.user_id = event
            .user_id
            .map(|id| self.pseudonyms.compute(workspace, &id));
        // The name of a direct channel may be those of its people, and the event does not say which it is.
        (event.user_name, event.channel_name) = (None, None);
        if let Some(properties) = event.properties.as_object_mut() {
            properties.retain(|name, value| {
                SHOWN_PROPERTIES.contains(&name.as_str()) && !value.is_array() && !value.is_object()
            });
        } else {
            event.properties = serde_json::Value::Null;
        }
        event
    }
}
