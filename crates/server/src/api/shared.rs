//! What a link to one page opens: which pages can be shared, what each of them asks, and about what.
//!
//! Whoever comes by a link passes here twice. [`admit`] refuses every resource that its page does not ask, before
//! a handler sees the request; [`service`] answers questions that are about the page, and no others.

use std::{borrow::Cow, sync::Arc};

use axum::{
    extract::MatchedPath,
    http::{Method, request::Parts},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;
use store::{Questions, meta::SharedLink};

use super::{error::ApiError, params::Params};
use crate::query::{AskError, QueryService, SharedScope};

/// Metrics, and what they are split by beside time.
type Splits = (&'static [&'static str], &'static [&'static str]);

/// A page that can be shared.
pub(super) struct SharedPage {
    /// Its route; `{id}` stands for what it is about.
    pub(super) route: &'static str,
    /// What it asks with `GET`.
    asks: &'static [&'static str],
    /// What it asks of any metrics.
    queries: Queries,
}

/// What a page asks with `POST /query`.
enum Queries {
    /// Nothing.
    None,
    /// These.
    Fixed(Splits),
    /// What the parameters `metrics` and `dimensions` of its address name.
    Address,
}

/// What every page asks: what the link opens, and what metrics mean.
const ALWAYS: [&str; 2] = ["share", "metrics"];

/// Every page that can be shared. Others change something, or are about single persons or events.
pub(super) const PAGES: [SharedPage; 8] = [
    SharedPage {
        route: "/",
        asks: &[
            "dashboard",
            "channels",
            "users",
            "unanswered",
            "newcomers",
            "channels/care",
        ],
        queries: Queries::Fixed((&["files", "activeChannels"], &[])),
    },
    SharedPage {
        route: "/users",
        asks: &[
            "users",
            "users/matrix",
            "lifecycle",
            "retention",
            "adoption",
            "logins",
            "heatmap",
        ],
        queries: Queries::Fixed((&["messages"], &["user"])),
    },
    SharedPage {
        route: "/channels",
        asks: &[
            "channels",
            "channels/care",
            "distribution",
            "heatmap",
            "response-times",
            "unanswered",
            "newcomers",
        ],
        queries: Queries::Fixed((&["messages"], &["channel"])),
    },
    SharedPage {
        route: "/channels/compare",
        asks: &["channels/compare"],
        queries: Queries::None,
    },
    SharedPage {
        route: CHANNEL,
        asks: &[
            "channels/{id}",
            "response-times",
            "content/topics",
            "unanswered",
        ],
        queries: Queries::None,
    },
    SharedPage {
        route: "/content",
        asks: &[
            "content/topics",
            "content/emoji",
            "content/hashtags",
            "content/links",
            "content/files",
        ],
        queries: Queries::None,
    },
    SharedPage {
        route: "/journeys",
        asks: &["journeys"],
        queries: Queries::None,
    },
    SharedPage {
        route: "/explore",
        asks: &["dimensions"],
        queries: Queries::Address,
    },
];

/// The page of one channel.
const CHANNEL: &str = "/channels/{id}";
/// What stands for the identifier in the route of a page or a resource.
const ID: &str = "{id}";

const fn refused(what: &'static str) -> ApiError {
    ApiError::Ask(AskError::Shared(what))
}

/// Returns the page that can be shared at a path, with the identifier in it.
pub(super) fn page_at(path: &str) -> Option<(&'static SharedPage, Option<String>)> {
    let whole = PAGES.iter().find(|page| page.route == path);
    if let Some(page) = whole.filter(|page| !page.route.ends_with(ID)) {
        return Some((page, None));
    }
    PAGES.iter().find_map(|page| {
        let id = path.strip_prefix(page.route.strip_suffix(ID)?)?;
        let is_one = !id.is_empty() && !id.contains('/');
        let id = decoded(id).filter(|_| is_one)?;
        Some((page, Some(id.into_owned())))
    })
}

/// Returns the path of the page of a link.
pub(super) fn path_of(link: &SharedLink) -> String {
    match &link.subject {
        Some(id) => {
            let id = utf8_percent_encode(id, NON_ALPHANUMERIC).to_string();
            link.page.replace(ID, &id)
        }
        None => link.page.clone(),
    }
}

fn decoded(text: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(text).decode_utf8().ok()
}

fn page(link: &SharedLink) -> Option<&'static SharedPage> {
    PAGES.iter().find(|page| page.route == link.page)
}

/// Refuses a resource that the page of a link does not ask.
pub(super) fn admit(link: &SharedLink, parts: &Parts) -> Result<(), ApiError> {
    let refusal = || refused("this resource");
    let route = parts.extensions.get::<MatchedPath>();
    let route = route.and_then(|route| route.as_str().strip_prefix("/api/analytics/"));
    let (page, route) = page(link).zip(route).ok_or_else(refusal)?;
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    let is_posted = parts.method == Method::POST && route == "query";
    let is_question = is_posted && !matches!(page.queries, Queries::None);
    let is_asked = is_read && (ALWAYS.contains(&route) || page.asks.contains(&route));
    if !is_question && !is_asked {
        return Err(refusal());
    }
    if let Some(before) = route.strip_suffix(ID) {
        // The router takes its own prefix out of the path.
        let path = parts.uri.path();
        let path = path.strip_prefix("/api/analytics").unwrap_or(path);
        let id = path
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(before));
        let id = id.and_then(decoded);
        if id.as_deref() != link.subject.as_deref() {
            return Err(refused("another identifier"));
        }
    }
    let ids = Params::in_address(&parts.uri)
        .text("ids")?
        .map(str::to_owned);
    if ids.is_some() && ids.as_ref() != link.parameters.get("ids") {
        return Err(refused("another list of `ids`"));
    }
    Ok(())
}

/// Refuses a question about other metrics, or by other dimensions, than those of the page of a link.
pub(super) fn admit_question(
    link: &SharedLink,
    metrics: &Value,
    dimensions: &Value,
) -> Result<(), ApiError> {
    let of_address = |name: &str, default: &'static str| -> Vec<&str> {
        let text = link.parameters.get(name).map_or(default, String::as_str);
        text.split(',').collect()
    };
    let (our_metrics, our_dimensions) = match page(link).map(|page| &page.queries) {
        Some(Queries::Fixed((metrics, dimensions))) => (metrics.to_vec(), dimensions.to_vec()),
        Some(Queries::Address) => (
            of_address("metrics", "messages"),
            of_address("dimensions", ""),
        ),
        Some(Queries::None) | None => return Err(refused("this resource")),
    };
    let are_within = |asked: &Value, ours: &[&str]| {
        let mut asked = asked.as_array().into_iter().flatten();
        asked.all(|name| name.as_str().is_some_and(|name| ours.contains(&name)))
    };
    if !are_within(metrics, &our_metrics) {
        return Err(refused("another metric"));
    }
    if !are_within(dimensions, &our_dimensions) {
        return Err(refused("another dimension"));
    }
    Ok(())
}

/// Returns what a link is about where this endpoint answers.
fn scope(link: &SharedLink, endpoint: &str) -> Result<SharedScope, ApiError> {
    let mut request = Params::of(link.parameters.clone()).request()?;
    // The resource of one channel has it in its path, the others take a parameter.
    if link.page == CHANNEL && endpoint != "channel" {
        request.channel_id.clone_from(&link.subject);
    }
    Ok(SharedScope {
        request,
        shows_annotations: link.shows_annotations,
    })
}

/// Returns what answers whoever came by a link, or by none, where they ask `endpoint`; `store` is what is asked.
pub(super) fn service(
    query: &QueryService,
    link: Option<&SharedLink>,
    endpoint: &str,
    store: Arc<dyn Questions>,
) -> Result<QueryService, ApiError> {
    let guard = match link {
        Some(link) if !link.shows_names => Arc::new(query.guard.without_names()),
        _ => Arc::clone(&query.guard),
    };
    let shared = link.map(|link| scope(link, endpoint)).transpose()?;
    Ok(QueryService {
        store: guard.over(store),
        guard,
        shared: shared.map(Arc::new),
        ..query.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::openapi;

    #[test]
    fn pages_ask_resources_that_there_are_and_none_of_events_or_settings() {
        let reference = openapi();
        let asked = PAGES.iter().flat_map(|page| page.asks).chain(&ALWAYS);
        for name in asked {
            let path = format!("/api/analytics/{name}");
            assert!(reference.paths.paths.contains_key(&path), "{path}");
            let is_closed = ["events", "export", "sql", "keys", "settings", "users/{id}"];
            assert!(!is_closed.contains(name), "{name}");
        }
    }
}
