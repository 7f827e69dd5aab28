//! The description of the HTTP API, made from the handlers.

use anyhow::Result;

/// Returns the text of `docs/reference/openapi.json`.
pub(super) fn reference() -> Result<String> {
    let mut text = server::api::openapi().to_pretty_json()?;
    text.push('\n');
    Ok(text)
}
