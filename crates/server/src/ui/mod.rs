//! The pages: what a browser loads, embedded in the binary.
//!
//! `scripts/ui.sh build` puts a build of `ui/` into `crates/server/pages`, each file beside its compressed
//! forms. Where that was not done the binary has no pages, and says so at their address.
//!
//! Below [`PREFIX`] a file is answered by its name, and every other path with the page itself, which finds
//! out what is meant; only of what the build names by its content a missing file is missing.

mod asset;
mod encoding;
mod index;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use rand::rngs::StdRng;
use rust_embed::Embed;

use self::{asset::Asset, index::Index};

/// Where the pages are.
pub const PREFIX: &str = "/admin/analytics";
/// Where below the pages links to one page lead; the token follows.
pub const SHARED: &str = "s/";
/// The languages that the pages speak.
pub const LANGUAGES: [&str; 2] = ["en", "de"];
/// Where the build keeps what it names by its content.
const NAMED_BY_CONTENT: &str = "_assets/";
/// The page.
const INDEX: &str = "index.html";

/// The build of the pages, or nothing.
#[derive(Embed)]
#[folder = "pages/"]
struct Built;

/// The pages, as they are answered.
pub struct Pages {
    index: Option<Index>,
    assets: HashMap<String, Asset>,
}

impl Pages {
    /// Returns the pages that are embedded. `frame_ancestors` may show them in a frame, and their nonces
    /// are `random`.
    pub fn embedded(frame_ancestors: &[String], random: StdRng) -> Self {
        Self::of::<Built>(frame_ancestors, random)
    }

    fn of<E: Embed>(frame_ancestors: &[String], random: StdRng) -> Self {
        let index = E::get(INDEX).map(|file| {
            let text = String::from_utf8_lossy(&file.data);
            Index::new(&text, frame_ancestors, random)
        });
        let names = E::iter().filter(|name| is_asset(name));
        let assets = names.filter_map(|name| Some((name.to_string(), Asset::of::<E>(&name)?)));
        Self {
            index,
            assets: assets.collect(),
        }
    }

    /// Returns the routes of the pages.
    pub fn router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let pages = Arc::new(self);
        let answer = move |request: Request| {
            let pages = Arc::clone(&pages);
            async move { pages.answer(request.uri().path(), request.headers()) }
        };
        Router::new()
            .route(PREFIX, get(answer.clone()))
            .route(&format!("{PREFIX}/"), get(answer.clone()))
            .route(&format!("{PREFIX}/{{*path}}"), get(answer))
    }

    fn answer(&self, path: &str, headers: &HeaderMap) -> Response {
        let name = path.strip_prefix(PREFIX).unwrap_or_default();
        let name = name.trim_start_matches('/');
        if let Some(asset) = self.assets.get(name) {
            return asset.answer(headers, name.starts_with(NAMED_BY_CONTENT));
        }
        if name.starts_with(NAMED_BY_CONTENT) {
            let text =
                "There is no such file. The pages were probably replaced: load them again.\n";
            return (StatusCode::NOT_FOUND, text).into_response();
        }
        match &self.index {
            Some(index) => index.answer(name.starts_with(SHARED)),
            None => (
                StatusCode::NOT_FOUND,
                [(header::CACHE_CONTROL, "no-store")],
                Html(include_str!("missing.html")),
            )
                .into_response(),
        }
    }
}

/// Returns whether a file is answered as it is: neither the page, nor a compressed form, nor hidden.
fn is_asset(name: &str) -> bool {
    let is_compressed = encoding::ENCODINGS
        .iter()
        .any(|encoding| name.ends_with(encoding.ending));
    let is_hidden = name.split('/').any(|part| part.starts_with('.'));
    name != INDEX && !is_compressed && !is_hidden
}
