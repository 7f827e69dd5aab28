//! What a link is to be: which page, about what, for how long.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    filter::{Field, Filter},
    time::Instant,
};
use serde::Deserialize;
use store::meta::SharedLink;
use utoipa::ToSchema;

use super::SAVED;
use crate::{
    api::{
        error::ApiError,
        shared::{PAGES, page_at, service},
        state::ApiState,
    },
    auth::Caller,
};

/// For how many days a link may hold.
const DAYS: [u32; 3] = [7, 30, 90];
/// Parameters of an address that say how it is shown to one person.
const DISPLAY: [&str; 6] = ["embed", "theme", "lang", "accent", "names", "drill"];
/// Most characters of an address.
const MOST_CHARACTERS: usize = 8_192;

/// A link that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct ShareBody {
    /// The page: its path below `/admin/analytics`.
    #[schema(example = "/channels")]
    pub page: String,
    /// What is shown there: the query of the page's address, as it is.
    #[serde(default)]
    #[schema(example = "tab=list&period=90d")]
    pub query: String,
    /// Whether the link stays at this moment; else its period moves on.
    #[serde(default)]
    pub frozen: bool,
    /// Whether people are shown by name; else they have pseudonyms.
    #[serde(default)]
    pub names: bool,
    /// Whether annotations are shown; they are unless this is `false`.
    #[serde(default = "yes")]
    pub annotations: bool,
    /// For how many days it holds: 7, 30 (default) or 90.
    #[serde(default = "month")]
    pub expires_in_days: u32,
}

const fn yes() -> bool {
    true
}

const fn month() -> u32 {
    DAYS[1]
}

impl ShareBody {
    /// Returns the link that is asked for.
    pub(super) fn define(
        self,
        caller: &Caller,
        now: Instant,
        id: String,
    ) -> Result<SharedLink, ApiError> {
        let refuse = |field, message: String| Err(SAVED.refuse(field, message));
        let Some((page, subject)) = page_at(&self.page) else {
            let known: Vec<&str> = PAGES.iter().map(|page| page.route).collect();
            return refuse("page", format!("can be one of {}", known.join(", ")));
        };
        if !DAYS.contains(&self.expires_in_days) {
            return refuse("expiresInDays", "must be 7, 30 or 90".to_owned());
        }
        let mut parameters = parameters(&self.query)?;
        if page.route.starts_with("/channels/") {
            // Which channels it is about stands in its path or in `ids`.
            parameters.remove("channelId");
        }
        if self.frozen {
            let now = || now.to_string();
            parameters.entry("asOf".to_owned()).or_insert_with(now);
        }
        Ok(SharedLink {
            id,
            workspace_id: caller.workspace.clone(),
            page: page.route.to_owned(),
            subject,
            parameters,
            shows_names: self.names,
            shows_annotations: self.annotations,
            created_by: caller.name(),
            created_at: now,
            expires_at: days_after(now, self.expires_in_days),
            last_used_at: None,
        })
    }
}

fn days_after(now: Instant, days: u32) -> Instant {
    now.plus_millis(i64::from(days) * 86_400_000)
}

/// Reads the query of an address, with what is the default where it says nothing.
fn parameters(query: &str) -> Result<BTreeMap<String, String>, ApiError> {
    let refuse = |message: &str| Err(SAVED.refuse("query", message));
    if query.chars().count() > MOST_CHARACTERS {
        return refuse("is longer than 8192 characters");
    }
    let query = query.strip_prefix('?').unwrap_or(query);
    let mut parameters = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let is_kept = !DISPLAY.contains(&&*name) && !value.is_empty();
        if is_kept
            && parameters
                .insert(name.into_owned(), value.into_owned())
                .is_some()
        {
            return refuse("has a parameter twice");
        }
    }
    let has = |name| parameters.contains_key(name);
    if has("from") != has("to") {
        return refuse("has one of `from` and `to`: give both, or a period");
    }
    let mut default = |name: &str, value: &str| {
        let entry = parameters.entry(name.to_owned());
        entry.or_insert_with(|| value.to_owned());
    };
    if !query.contains("from=") {
        default("period", "30d");
    }
    default("compare", "previous");
    Ok(parameters)
}

/// Refuses a link that could not be opened, or that would name people without being allowed to.
pub(super) async fn check(state: &ApiState, link: &SharedLink) -> Result<(), ApiError> {
    let service = service(&state.query, Some(link), "", Arc::clone(&state.store) as _)?;
    let Some(shared) = &service.shared else {
        return Ok(());
    };
    let asked = &shared.request;
    let filter = Filter::parse(asked.filter.as_deref().unwrap_or_default());
    let filter = filter.unwrap_or_default();
    let names = asked.user_id.is_some() || !filter.values(&Field::User).is_empty();
    // Who is in a segment may be said by identifiers, which a link without names does not know.
    let has_segment = asked.segment.is_some() || !filter.segments().is_empty();
    if !link.shows_names && (names || has_segment) {
        let message = "must be true where filters name people or a segment";
        return Err(SAVED.refuse("names", message));
    }
    let ask = service.ask(asked, &link.workspace_id, "30d").await?;
    let unknown = ask.unknown.into_iter().next();
    unknown.map_or(Ok(()), |unknown| Err(ApiError::NotKnown(unknown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<String, String> {
        let parameters = parameters(query).map_err(|error| format!("{error:?}"))?;
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        Ok(text.extend_pairs(&parameters).finish())
    }

    #[test]
    fn an_address_is_kept_without_how_it_is_shown() {
        for (query, kept) in [
            ("", "compare=previous&period=30d"),
            (
                "?tab=list&period=90d&embed=1&theme=dark&lang=de&accent=000&names=0&drill=x:y:z&filter=",
                "compare=previous&period=90d&tab=list",
            ),
            (
                "from=2026-02-01&to=2026-03-01&compare=none",
                "compare=none&from=2026-02-01&to=2026-03-01",
            ),
        ] {
            assert_eq!(read(query).as_deref(), Ok(kept), "{query}");
        }
        for bad in ["period=7d&period=all", "from=2026-02-01", "to=2026-02-01"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&"x".repeat(MOST_CHARACTERS + 1)).is_err());
    }

    #[test]
    fn only_pages_that_can_be_shared_are_pages() {
        let found = |path: &str| page_at(path).map(|(page, id)| (page.route, id));
        assert_eq!(found("/"), Some(("/", None)));
        assert_eq!(
            found("/channels/compare"),
            Some(("/channels/compare", None))
        );
        let general = Some("général &c".to_owned());
        assert_eq!(
            found("/channels/g%C3%A9n%C3%A9ral%20&c"),
            Some(("/channels/{id}", general))
        );
        for other in [
            "",
            "/settings",
            "/live",
            "/users/u1",
            "/channels/",
            "/channels/{id}/x",
            "/channels/a/../b",
            "/channels/%ff",
            "//evil.example",
            "https://evil.example/",
            "/../..",
            "/admin/analytics/",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }
}
