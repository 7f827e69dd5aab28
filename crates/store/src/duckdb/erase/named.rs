//! Records, dead letters and senders that name a person.

use ::duckdb::{Connection, params};
use domain::id::WorkspaceId;

use super::{Erasing, Gone, count, nobody};
use crate::{
    StoreError,
    duckdb::{failure::classify, reader::each_row},
    sql::Sql,
};

pub(super) fn erase(
    connection: &Connection,
    erasing: &Erasing<'_>,
    workspace: &WorkspaceId,
    gone: &mut Gone,
) -> Result<(), StoreError> {
    if let (Some(person), Some(is_person)) = (erasing.person, erasing.is_person()) {
        gone.counts.records = erase_records(connection, erasing, &is_person)?;
        let id = erasing
            .nameless
            .map_or_else(|| nobody(person), |id| id.as_str().to_owned());
        let number = params![id, erasing.workspace, person];
        connection
            .execute(
                "UPDATE person SET id = ? WHERE workspace_ref = ? AND ref = ?",
                number,
            )
            .map_err(classify)?;
    }
    gone.counts.channels_cleaned = clean_channels(connection, erasing)?;
    gone.counts.channels_left = channels_left(connection, erasing)?;
    gone.counts.dead_letters = remove_letters(connection, erasing, workspace)?;
    // A sender that is a token is known by whom it was given to.
    let sender = format!("token {}", erasing.traces.id());
    connection
        .execute(
            "UPDATE workspace SET begun_by = NULL WHERE begun_by = ?",
            [sender],
        )
        .map_err(classify)?;
    Ok(())
}

/// Removes the person's records; of somebody who is made nameless what decides on numbers stays.
fn erase_records(
    connection: &Connection,
    erasing: &Erasing<'_>,
    is_person: &str,
) -> Result<u64, StoreError> {
    let records = format!("SELECT count(*) FROM person_record WHERE {is_person}");
    let records = count(connection, &records)?;
    let run = |sql: &str| connection.execute(sql, []).map_err(classify);
    if erasing.nameless.is_some() {
        run(&format!(
            "--sql\nCREATE OR REPLACE TEMP TABLE nameless AS \
             SELECT * REPLACE (NULL AS name, NULL AS email, NULL AS role) FROM person_record \
             WHERE {is_person} ORDER BY valid_from_ms DESC, rowid DESC LIMIT 1"
        ))?;
    }
    run(&format!("DELETE FROM person_record WHERE {is_person}"))?;
    if erasing.nameless.is_some() {
        run("INSERT INTO person_record SELECT * FROM nameless")?;
        run("DROP TABLE nameless")?;
    }
    Ok(records)
}

/// Takes the person out of what is known of channels.
fn clean_channels(connection: &Connection, erasing: &Erasing<'_>) -> Result<u64, StoreError> {
    let workspace = erasing.workspace;
    let owner = erasing.nameless.map(|id| id.as_str().to_owned());
    let owned = connection
        .execute(
            "UPDATE channel_record SET owner_id = ? WHERE workspace_ref = ? AND owner_id = ?",
            params![owner, workspace, erasing.traces.id()],
        )
        .map_err(classify)?;
    let mut cleaned = Vec::new();
    let texts = "concat(name, chr(10), slug)";
    let statement = Sql::raw(format!(
        "SELECT DISTINCT name, slug FROM channel_record WHERE workspace_ref = {workspace} AND "
    ))
    .with(erasing.may_name(texts).grouped());
    each_row(connection, &statement, |row| {
        let before: [Option<String>; 2] = [row.get(0)?, row.get(1)?];
        let clean = |text: &Option<String>| {
            let clean = text.as_deref().and_then(|text| erasing.traces.clean(text));
            clean.or_else(|| text.clone())
        };
        let after = [clean(&before[0]), clean(&before[1])];
        if before != after {
            cleaned.push((before, after));
        }
        Ok(true)
    })?;
    let mut renamed = 0;
    for ([name, slug], [clean_name, clean_slug]) in cleaned {
        renamed += connection
            .execute(
                "--sql\nUPDATE channel_record SET name = ?, slug = ? WHERE workspace_ref = ? \
                 AND name IS NOT DISTINCT FROM ? AND slug IS NOT DISTINCT FROM ?",
                params![clean_name, clean_slug, workspace, name, slug],
            )
            .map_err(classify)?;
    }
    Ok((owned + renamed) as u64)
}

/// Returns how many channels are called after the person by their identifier.
fn channels_left(connection: &Connection, erasing: &Erasing<'_>) -> Result<u64, StoreError> {
    let statement = Sql::raw(format!(
        "SELECT id FROM channel WHERE workspace_ref = {} AND ",
        erasing.workspace
    ))
    .with(erasing.may_name("id").grouped());
    let mut left = 0;
    each_row(connection, &statement, |row| {
        left += u64::from(erasing.traces.clean(&row.get::<_, String>(0)?).is_some());
        Ok(true)
    })?;
    Ok(left)
}

fn remove_letters(
    connection: &Connection,
    erasing: &Erasing<'_>,
    workspace: &WorkspaceId,
) -> Result<u64, StoreError> {
    let texts = "concat(body, chr(10), reason)";
    let statement =
        Sql::raw("SELECT CAST(id AS VARCHAR), body, reason FROM dead_letter WHERE workspace_id = ")
            .with(Sql::text(workspace.as_str()))
            .then(" AND ")
            .with(erasing.may_name(texts).grouped());
    let mut found = Vec::new();
    each_row(connection, &statement, |row| {
        let body: String = row.get(1)?;
        let reason: String = row.get(2)?;
        let is_named = match serde_json::from_str::<serde_json::Value>(&body) {
            Ok(mut value) => erasing.traces.clean_value(&mut value),
            Err(_no_json) => erasing.traces.clean(&body).is_some(),
        };
        if is_named || erasing.traces.clean(&reason).is_some() {
            found.push(row.get::<_, String>(0)?);
        }
        Ok(true)
    })?;
    for id in &found {
        connection
            .execute("DELETE FROM dead_letter WHERE id = CAST(? AS UUID)", [id])
            .map_err(classify)?;
    }
    Ok(found.len() as u64)
}
