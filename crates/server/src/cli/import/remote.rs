//! Through the running service.

use std::time::Duration;

use anyhow::{Context as _, bail};
use domain::{event::RawEvent, id::WorkspaceId};
use reqwest::{Client, RequestBuilder, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use super::summary::Summary;
use crate::{
    api::{ChannelBody, PersonBody, RecordsAnswer, RecordsBody},
    config::Config,
    importer::Records,
};

/// Events of one request.
const BATCH: usize = 2_000;
/// Records of one request.
const RECORDS: usize = 2_000;
/// Times a request is sent while the service is busy or away.
const TRIES: u32 = 60;

/// An import through the running service.
pub(in crate::cli) struct Remote {
    client: Client,
    server: String,
    key: Option<SecretString>,
}

impl Remote {
    /// Finds the service and makes sure that it is ours.
    pub(super) async fn connect(
        config: &Config,
        server: &str,
        key: Option<&str>,
    ) -> anyhow::Result<Self> {
        let server = server.trim_end_matches('/').to_owned();
        let client = Client::builder().timeout(Duration::from_mins(2)).build()?;
        let health = client.get(format!("{server}/health")).send().await;
        let health: Value = health
            .and_then(reqwest::Response::error_for_status)
            .with_context(|| format!("no service answers at {server}; name it with --server"))?
            .json()
            .await?;
        if health["service"] != "analytics" {
            bail!("{server} is another service; name ours with --server");
        }
        let key = key
            .map(SecretString::from)
            .or_else(|| config.access.api_key.clone());
        Ok(Self {
            client,
            server,
            key,
        })
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    pub(super) async fn put_records(
        &mut self,
        workspace: &WorkspaceId,
        records: Records,
    ) -> anyhow::Result<u64> {
        let mut people = records.people.into_iter().map(PersonBody::from).peekable();
        let mut channels = records
            .channels
            .into_iter()
            .map(ChannelBody::from)
            .peekable();
        let mut changed = 0;
        while people.peek().is_some() || channels.peek().is_some() {
            let body = RecordsBody {
                people: people.by_ref().take(RECORDS).collect(),
                channels: channels.by_ref().take(RECORDS).collect(),
            };
            let answer = self
                .send(workspace, "records", serde_json::to_vec(&body)?)
                .await?;
            changed += serde_json::from_value::<RecordsAnswer>(answer)?.changed;
        }
        Ok(changed)
    }

    pub(super) async fn put_events(
        &mut self,
        workspace: &WorkspaceId,
        events: &[RawEvent],
        summary: &mut Summary,
    ) -> anyhow::Result<()> {
        for batch in events.chunks(BATCH) {
            let events: Vec<Value> = batch.iter().map(to_json).collect();
            let answer = self
                .send(workspace, "track", serde_json::to_vec(&events)?)
                .await?;
            summary.answer(&answer, batch.len() as u64);
        }
        Ok(())
    }

    /// Sends a body until it is taken: sending again is safe, because every event has a key.
    async fn send(
        &self,
        workspace: &WorkspaceId,
        resource: &str,
        body: Vec<u8>,
    ) -> anyhow::Result<Value> {
        let body = zstd::encode_all(body.as_slice(), 1)?;
        for attempt in 1..=TRIES {
            let response = self.request(workspace, resource, body.clone()).send().await;
            let status = response
                .as_ref()
                .map_or(StatusCode::SERVICE_UNAVAILABLE, reqwest::Response::status);
            if status == StatusCode::SERVICE_UNAVAILABLE && attempt < TRIES {
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
            let response = response?;
            let answer: Value = response.json().await.unwrap_or_default();
            if status.is_success() || answer["error"]["code"] == "no_valid_event" {
                return Ok(answer);
            }
            let message = answer["error"]["message"]
                .as_str()
                .unwrap_or("no reason was given");
            let hint = match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                    "; give an admin key with --key or ANALYTICS_API_KEY"
                }
                _ => "",
            };
            bail!("{} answered {status}: {message}{hint}", self.server);
        }
        bail!("{} stayed busy", self.server)
    }

    fn request(&self, workspace: &WorkspaceId, resource: &str, body: Vec<u8>) -> RequestBuilder {
        let request = self
            .client
            .post(format!("{}/api/analytics/{resource}", self.server))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONTENT_ENCODING, "zstd")
            .header("X-Source-Account-ID", workspace.as_str())
            .body(body);
        match &self.key {
            Some(key) => request.header("X-API-Key", key.expose_secret()),
            None => request,
        }
    }
}

/// Returns an event in the shape that `/track` reads.
fn to_json(event: &RawEvent) -> Value {
    let mut object = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    set("event", Some(json!(event.name)));
    set("id", text(&event.key));
    set("timestamp", event.timestamp.clone());
    set("userId", text(&event.user));
    set("channelId", text(&event.channel));
    set("sessionId", text(&event.session));
    set("messageId", text(&event.message));
    set("threadId", text(&event.thread));
    set("messageType", text(&event.message_type));
    set("isBot", event.is_bot.map(|is_bot| json!(is_bot)));
    set("text", text(&event.text));
    if let Some(given) = &event.given {
        set("mentions", given.mentions.as_ref().map(|list| json!(list)));
        set("links", given.links.as_ref().map(|list| json!(list)));
        set("emojiInText", given.emoji.as_ref().map(|list| json!(list)));
    }
    if !event.properties.is_empty() {
        set("properties", Some(Value::Object(event.properties.clone())));
    }
    Value::Object(object)
}
