//! `status`: what is stored, and whether the service runs.

use std::{io::Write, process::ExitCode, time::Duration};

use domain::{clock::Clock, id::WorkspaceId};
use reqwest::StatusCode;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use store::{
    EventStore as _, StoreError,
    meta::{PostgresMeta, SqliteMeta},
};

use super::retention::outlook;
use crate::{api::VERSION, app, config::Config};

/// Prints what is stored, from the running service or from the store itself.
pub(super) async fn status(
    config: &Config,
    clock: &dyn Clock,
    as_json: bool,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let port = config.service.port;
    let base = format!("http://localhost:{port}");
    let client = crate::client::local()?
        .timeout(Duration::from_secs(5))
        .build()?;
    let health = match client.get(format!("{base}/health")).send().await {
        Ok(response) => response.json::<Value>().await.ok(),
        Err(_nobody_listens) => None,
    };
    let health = health.filter(|health| health["service"] == "analytics");
    let options = app::store_options(config);
    let in_use = tokio::task::spawn_blocking(move || store::duckdb::is_in_use(&options)).await?;
    let running = health.is_some();
    let service = match health {
        Some(_) if !in_use => json!({
            "status": format!("stopped; the service at {base} keeps its history in another folder"),
        }),
        Some(mut health) => {
            health["address"] = json!(base);
            health
        }
        None => json!({"status": "stopped"}),
    };
    let stored = if running && in_use {
        remote(config, &client, &base).await
    } else {
        local(config).await?
    };
    // What cannot be looked at is told of by the rest.
    let waiting = outlook(config, clock)
        .await
        .ok()
        .and_then(|outlook| outlook.waiting);
    let settings = match config.database.of_metadata() {
        Some(address) => format!("{address}, schema {}", PostgresMeta::SCHEMA),
        None => SqliteMeta::FILE_NAME.to_owned(),
    };
    let answer = json!({
        "version": VERSION,
        "dataFolder": config.service.data_dir,
        "settings": settings,
        "service": service,
        "stored": stored,
        "retentionWaiting": waiting.map(|waiting| waiting.to_string()),
    });
    if as_json {
        writeln!(out, "{answer:#}")?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "nchat-analytics {VERSION}")?;
    writeln!(out, "data folder  {}", config.service.data_dir.display())?;
    writeln!(out, "settings     {settings}")?;
    let state = answer["service"]["status"].as_str().unwrap_or("unknown");
    match answer["service"]["address"].as_str() {
        Some(address) => writeln!(out, "service      {state} at {address}")?,
        None => writeln!(out, "service      {state}")?,
    }
    print_stored(&answer["stored"], out)?;
    if let Some(waiting) = waiting {
        writeln!(out, "retention    {waiting}")?;
        writeln!(out, "             {}", waiting.next_step())?;
    }
    print_source(&answer["stored"]["source"], out)?;
    print_stream(&answer["stored"]["stream"], out)?;
    print_leader(&answer["stored"], out)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what is stored.
fn print_stored(stored: &Value, out: &mut impl Write) -> anyhow::Result<()> {
    let Value::Object(facts) = stored else {
        let problem = stored.as_str().unwrap_or("unknown");
        return Ok(writeln!(out, "stored       {problem}")?);
    };
    for (name, value) in facts {
        let is_apart =
            ["source", "stream", "retention", "leader", "roles"].contains(&name.as_str());
        if is_apart || value.is_null() {
            continue;
        }
        let shown = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        writeln!(out, "{name:<12} {shown}")?;
    }
    Ok(())
}

/// Prints what this instance does of what several share.
fn print_leader(stored: &Value, out: &mut impl Write) -> anyhow::Result<()> {
    let leader = &stored["leader"];
    let Some(stage) = leader["stage"].as_str().filter(|stage| *stage != "alone") else {
        return Ok(());
    };
    let since = leader["since"].as_str().unwrap_or("-");
    write!(out, "leader       {stage} since {since}")?;
    if let Some(other) = leader["leader"].as_str() {
        write!(out, ", the leader is {other}")?;
    }
    writeln!(out)?;
    if let Some(problem) = leader["problem"].as_str() {
        writeln!(out, "             {problem}")?;
    }
    let roles = stored["roles"].as_array().into_iter().flatten();
    let roles: Vec<&str> = roles.filter_map(Value::as_str).collect();
    writeln!(out, "roles        {}", roles.join(", "))?;
    Ok(())
}

/// Prints what the Redis stream holds.
fn print_stream(stream: &Value, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(stage) = stream["stage"].as_str().filter(|stage| *stage != "off") else {
        return Ok(());
    };
    let lag = stream["lag"].as_u64();
    let lag = lag.map_or_else(|| "an unknown number".to_owned(), |lag| lag.to_string());
    writeln!(
        out,
        "stream       {stage}, {lag} to be read, {} to be stored, the oldest for {:.0} s",
        stream["pending"],
        stream["oldestSeconds"].as_f64().unwrap_or(0.0)
    )?;
    if let Some(problem) = stream["problem"].as_str() {
        writeln!(out, "             {problem}")?;
    }
    Ok(())
}

/// Prints how far the chat's database was read, and what it lacks.
fn print_source(source: &Value, out: &mut impl Write) -> anyhow::Result<()> {
    let Some(stage) = source["stage"].as_str().filter(|stage| *stage != "off") else {
        return Ok(());
    };
    write!(out, "chat         {stage}")?;
    if let Some(seconds) = source["lagSeconds"].as_i64() {
        write!(out, ", {seconds} s behind")?;
    }
    writeln!(out)?;
    if let Some(problem) = source["problem"].as_str() {
        writeln!(out, "             {problem}")?;
    }
    for feed in source["feeds"].as_array().into_iter().flatten() {
        let (name, rows) = (feed["feed"].as_str().unwrap_or_default(), &feed["rows"]);
        let until = feed["readUntil"].as_str().unwrap_or("-");
        writeln!(out, "  {name:<18} {rows} rows, read until {until}")?;
    }
    for name in source["missing"].as_array().into_iter().flatten() {
        writeln!(
            out,
            "  missing            {}",
            name.as_str().unwrap_or_default()
        )?;
    }
    Ok(())
}

async fn remote(config: &Config, client: &reqwest::Client, base: &str) -> Value {
    let mut request = client.get(format!("{base}/api/analytics/status"));
    let Some(key) = &config.access.api_key else {
        return json!("known to the running service only; set ANALYTICS_API_KEY to ask it");
    };
    request = request.header("X-API-Key", key.expose_secret());
    let unknown = |why: &str| json!(format!("the running service does not say: {why}"));
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => return unknown(&error.without_url().to_string()),
    };
    let status = response.status();
    let body = response.json::<Value>().await.unwrap_or_default();
    if status.is_success() {
        return body;
    }
    let sentence = body["error"]["message"].as_str().unwrap_or("no reason");
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
            let variable = config.sources.variable("ANALYTICS_API_KEY");
            unknown(&format!(
                "it does not accept the key in {variable}. {sentence}"
            ))
        }
        status => unknown(&format!("it answered {status}. {sentence}")),
    }
}

async fn local(config: &Config) -> anyhow::Result<Value> {
    if !config.service.data_dir.join("events.duckdb").exists() {
        return Ok(json!("nothing yet"));
    }
    let store = match app::open_store(config).await {
        Ok(store) => store,
        Err(error @ StoreError::Locked { .. }) => return Ok(json!(error.to_string())),
        Err(error) => return Err(error.into()),
    };
    let facts = store.facts(&WorkspaceId::default()).await?;
    store.close().await?;
    Ok(json!({
        "events": facts.events,
        "people": facts.people,
        "bots": facts.bots,
        "channels": facts.channels,
        "threads": facts.threads,
        "firstEvent": facts.first_event,
        "lastEvent": facts.last_event,
        "deadLetters": facts.dead_letters,
        "bytes": facts.bytes,
    }))
}
