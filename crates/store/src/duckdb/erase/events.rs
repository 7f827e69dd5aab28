//! Events of a person, and events that name them.

use ::duckdb::{Connection, params};
use domain::{
    erasure::{Traces, make_nameless},
    time::Instant,
};
use serde_json::{Map, Value};

use super::{Erasing, Gone, add_days, count};
use crate::{
    StoreError,
    duckdb::{failure::classify, reader::each_row, writer::Writer},
    sql::Sql,
};

/// The lists of terms in which somebody may be named.
const LISTS: [&str; 7] = [
    "mentions",
    "hashtags",
    "links",
    "domains",
    "urls",
    "topics",
    "file_names",
];
/// Cleaned events that are written at a time.
const AT_ONCE: usize = 20_000;

/// Removes the person's events or makes them nameless, and cleans those that name the person.
pub(super) fn erase(
    writer: &mut Writer,
    erasing: &Erasing<'_>,
    gone: &mut Gone,
) -> Result<(), StoreError> {
    if let Some(is_person) = erasing.is_person() {
        let events = format!("SELECT count(*) FROM event WHERE {is_person}");
        gone.counts.events = count(&writer.connection, &events)?;
        if erasing.nameless.is_none() {
            remove(writer, erasing.workspace, &is_person, gone)?;
        } else {
            make_properties_nameless(writer, &is_person)?;
        }
    }
    clean(writer, erasing, gone)
}

fn remove(
    writer: &mut Writer,
    workspace: u16,
    is_person: &str,
    gone: &mut Gone,
) -> Result<(), StoreError> {
    add_days(writer, is_person, gone)?;
    let connection = &writer.connection;
    let places = Sql::raw(format!("SELECT seq FROM event WHERE {is_person}"));
    each_row(connection, &places, |row| {
        gone.places.push(row.get(0)?);
        Ok(true)
    })?;
    let sampled = format!("SELECT count(*) FROM event WHERE weight <> 1 AND {is_person}");
    let has_sampled = count(connection, &sampled)? > 0;
    let run = |sql: &str| connection.execute(sql, []).map_err(classify);
    run(&format!("--sql\nDELETE FROM event WHERE {is_person}"))?;
    if has_sampled {
        run(&format!(
            "DELETE FROM sampled_quarter WHERE workspace_ref = {workspace}"
        ))?;
        run(&format!(
            "--sql\nINSERT INTO sampled_quarter SELECT DISTINCT workspace_ref, \
             CAST((timestamp_ms - ((timestamp_ms % 900000) + 900000) % 900000) // 900000 AS INTEGER) \
             FROM event WHERE weight <> 1 AND workspace_ref = {workspace}"
        ))?;
    }
    Ok(())
}

/// An event as it is to be: its place, its properties and its lists as JSON.
struct Cleaned {
    seq: i64,
    properties: Option<String>,
    lists: [Option<String>; LISTS.len()],
}

fn make_properties_nameless(writer: &Writer, is_person: &str) -> Result<(), StoreError> {
    let statement = selection(&Sql::raw(format!("properties IS NOT NULL AND {is_person}")));
    let mut cleaned = Vec::new();
    each_event(&writer.connection, &statement, |mut event, _| {
        let mut properties = parsed(event.properties.as_deref());
        if make_nameless(&mut properties) {
            event.properties =
                (!properties.is_empty()).then(|| Value::from(properties).to_string());
            cleaned.push(event);
        }
    })?;
    write(&writer.connection, &cleaned)
}

fn clean(writer: &mut Writer, erasing: &Erasing<'_>, gone: &mut Gone) -> Result<(), StoreError> {
    let lists = LISTS.map(|list| format!("coalesce(array_to_string({list}, chr(10)), '')"));
    let texts = format!("concat(properties, chr(10), {})", lists.join(", chr(10), "));
    let may_name = Sql::raw(format!("workspace_ref = {} AND ", erasing.workspace))
        .with(erasing.may_name(&texts).grouped());
    let mut cleaned = Vec::new();
    let mut days = Vec::new();
    each_event(
        &writer.connection,
        &selection(&may_name),
        |mut event, at| {
            if clean_event(&mut event, erasing.traces) {
                cleaned.push(event);
                days.push(at);
            }
        },
    )?;
    // A list may have been counted under what it held.
    for at in days {
        let day = writer.local_days.day(at);
        gone.days.insert((erasing.workspace, day));
    }
    gone.counts.events_cleaned = cleaned.len() as u64;
    write(&writer.connection, &cleaned)
}

fn clean_event(event: &mut Cleaned, traces: &Traces) -> bool {
    let mut any = false;
    if let Some(text) = &event.properties {
        let mut properties = Value::from(parsed(Some(text)));
        if traces.clean_value(&mut properties) {
            any = true;
            event.properties = Some(properties.to_string());
        }
    }
    for list in event.lists.iter_mut().flatten() {
        let mut terms: Vec<String> = serde_json::from_str(list).unwrap_or_default();
        let mut is_cleaned = false;
        for term in &mut terms {
            if let Some(clean) = traces.clean(term) {
                *term = clean;
                is_cleaned = true;
            }
        }
        if is_cleaned {
            any = true;
            *list = Value::from(terms).to_string();
        }
    }
    any
}

fn parsed(properties: Option<&str>) -> Map<String, Value> {
    properties
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

fn selection(condition: &Sql) -> Sql {
    let lists = LISTS.map(|list| format!("CAST(to_json({list}) AS VARCHAR)"));
    Sql::raw(format!(
        "--sql\nSELECT seq, timestamp_ms, properties, {} FROM event WHERE ",
        lists.join(", ")
    ))
    .with(condition.clone())
}

fn each_event(
    connection: &Connection,
    statement: &Sql,
    mut take: impl FnMut(Cleaned, Instant),
) -> Result<(), StoreError> {
    each_row(connection, statement, |row| {
        let mut lists = [const { None }; LISTS.len()];
        for (index, list) in lists.iter_mut().enumerate() {
            *list = row
                .get::<_, Option<String>>(3 + index)?
                .filter(|text| text != "null");
        }
        let event = Cleaned {
            seq: row.get(0)?,
            properties: row.get(2)?,
            lists,
        };
        take(event, Instant::from_millis(row.get(1)?));
        Ok(true)
    })
}

/// Writes events as they are to be.
fn write(connection: &Connection, cleaned: &[Cleaned]) -> Result<(), StoreError> {
    let columns = LISTS.map(|list| format!("{list} VARCHAR"));
    for part in cleaned.chunks(AT_ONCE) {
        connection
            .execute_batch(&format!(
                "CREATE OR REPLACE TEMP TABLE cleaned (seq BIGINT, properties VARCHAR, {})",
                columns.join(", ")
            ))
            .map_err(classify)?;
        {
            let mut appender = connection.appender("cleaned").map_err(classify)?;
            for event in part {
                let [mentions, hashtags, links, domains, urls, topics, files] = &event.lists;
                let row = params![
                    event.seq,
                    event.properties,
                    mentions,
                    hashtags,
                    links,
                    domains,
                    urls,
                    topics,
                    files
                ];
                appender.append_row(row).map_err(classify)?;
            }
            appender.flush().map_err(classify)?;
        }
        let lists = LISTS.map(|list| format!("{list} = CAST(CAST(c.{list} AS JSON) AS VARCHAR[])"));
        let (first, last) = (
            part.iter().map(|event| event.seq).min(),
            part.iter().map(|event| event.seq).max(),
        );
        connection
            .execute(
                &format!(
                    "--sql\nUPDATE event SET properties = c.properties, {} FROM cleaned c \
                     WHERE event.seq BETWEEN ? AND ? AND c.seq = event.seq",
                    lists.join(", ")
                ),
                params![first, last],
            )
            .map_err(classify)?;
        connection
            .execute_batch("DROP TABLE cleaned")
            .map_err(classify)?;
    }
    Ok(())
}
