//! How keys are shown.

use std::io::Write;

use secrecy::ExposeSecret;
use serde::Serialize;
use store::meta::{Access, ApiKey};

use crate::auth::key::NewKey;

const HEADINGS: [&str; 6] = ["ID", "NAME", "ACCESS", "WORKSPACE", "CREATED", "REVOKED"];

/// A key with its secret, as JSON.
#[derive(Serialize)]
struct WithSecret<'a> {
    secret: &'a str,
    #[serde(flatten)]
    key: &'a ApiKey,
}

pub(super) fn new_as_json(new: &NewKey, out: &mut dyn Write) -> anyhow::Result<()> {
    let with_secret = WithSecret {
        secret: new.secret.expose_secret(),
        key: &new.key,
    };
    as_json(&with_secret, out)
}

pub(super) fn as_json(value: &impl Serialize, out: &mut dyn Write) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

pub(super) fn new_key(new: &NewKey, out: &mut dyn Write) -> anyhow::Result<()> {
    let secret = new.secret.expose_secret();
    let ApiKey { id, name, .. } = &new.key;
    let may = match new.key.access {
        Access::Admin => "may do everything",
        Access::Read => "may read numbers",
        Access::Write => "may send events and nothing else",
    };
    let place = match &new.key.workspace_id {
        Some(workspace) => format!("in the workspace {workspace}"),
        None => "in every workspace".to_owned(),
    };
    writeln!(
        out,
        "Made key {id} ({name}), which {may} {place}.\n\n\
         {secret}\n\n\
         This is the only time it is shown. Send it in a header:\n\n\
         X-API-Key: {secret}\n\n\
         or, where only an address can be given, put it into the path:\n\n\
         http://analytics:3106/k/{secret}\n\n\
         Take it back with `key revoke {id}`."
    )?;
    Ok(())
}

pub(super) fn table(keys: &[ApiKey], out: &mut dyn Write) -> anyhow::Result<()> {
    if keys.is_empty() {
        writeln!(out, "There are no keys. Make one with `key create`.")?;
        return Ok(());
    }
    let mut rows = vec![HEADINGS.map(ToOwned::to_owned)];
    rows.extend(keys.iter().map(row));
    let mut widths = [0; HEADINGS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in &rows {
        let cells = row.iter().zip(widths);
        let padded = cells.map(|(cell, width)| format!("{cell:width$}"));
        let line = padded.collect::<Vec<_>>().join("  ");
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn row(key: &ApiKey) -> [String; HEADINGS.len()] {
    [
        key.id.clone(),
        key.name.clone(),
        key.access.name().to_owned(),
        key.workspace_id
            .as_ref()
            .map_or("any".to_owned(), ToString::to_string),
        key.created_at.to_string(),
        key.revoked_at.map(|at| at.to_string()).unwrap_or_default(),
    ]
}
