//! How keys are shown.

use std::io::Write;

use domain::time::Instant;
use secrecy::ExposeSecret;
use serde::Serialize;
use store::meta::{Access, ApiKey, KeyEvent};

use crate::auth::key::NewKey;

const HEADINGS: [&str; 9] = [
    "ID",
    "NAME",
    "ACCESS",
    "WORKSPACE",
    "ONLY",
    "CREATED",
    "EXPIRES",
    "LAST USED",
    "REVOKED",
];

const AUDIT_HEADINGS: [&str; 5] = ["TIME", "KEY", "NAME", "ACTION", "BY"];

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
    let only = only(&new.key);
    let only = if only.is_empty() {
        only
    } else {
        format!(" It is for {only} only.")
    };
    let until = new
        .key
        .expires_at
        .map(|end| format!(" It holds until {end}."));
    let until = until.unwrap_or_default();
    writeln!(
        out,
        "Made key {id} ({name}), which {may} {place}.{only}{until}\n\n\
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
    print(HEADINGS, keys.iter().map(row), out)
}

/// Shows entries of the audit log with the names of their keys.
pub(super) fn audit(
    events: &[KeyEvent],
    keys: &[ApiKey],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if events.is_empty() {
        writeln!(out, "Nothing is noted of that yet.")?;
        return Ok(());
    }
    let name = |id: &str| {
        let key = keys.iter().find(|key| key.id == id);
        key.map(|key| key.name.clone()).unwrap_or_default()
    };
    let row = |event: &KeyEvent| {
        [
            event.at.to_string(),
            event.key_id.clone(),
            name(&event.key_id),
            event.action.name().to_owned(),
            event.by.clone(),
        ]
    };
    print(AUDIT_HEADINGS, events.iter().map(row), out)
}

fn print<const N: usize>(
    headings: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let rows: Vec<_> = std::iter::once(headings.map(ToOwned::to_owned))
        .chain(rows)
        .collect();
    let mut widths = [0; N];
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

/// Returns what the key is limited to, beside its workspace.
fn only(key: &ApiKey) -> String {
    let kinds = key.kinds.iter().map(ToString::to_string);
    let all: Vec<String> = kinds.chain(key.origins.iter().cloned()).collect();
    all.join(", ")
}

fn row(key: &ApiKey) -> [String; HEADINGS.len()] {
    let time = |at: Option<Instant>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        key.id.clone(),
        key.name.clone(),
        key.access.name().to_owned(),
        key.workspace_id
            .as_ref()
            .map_or("any".to_owned(), ToString::to_string),
        only(key),
        key.created_at.to_string(),
        time(key.expires_at),
        time(key.last_used_at),
        time(key.revoked_at),
    ]
}
