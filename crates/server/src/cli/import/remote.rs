//! Through the running service.

use std::{collections::HashSet, time::Duration};

use anyhow::{Context as _, bail};
use domain::{
    content,
    event::RawEvent,
    id::{ChannelId, WorkspaceId},
    warning::Defect,
};
use reqwest::{Client, RequestBuilder, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json, value::RawValue};
use url::Url;

use super::{Through, summary::Summary};
use crate::{
    api::{ChannelBody, PersonBody, RecordsAnswer, RecordsBody},
    cli::print,
    client,
    config::Config,
    importer::Records,
    ingest::has_terms,
};

/// Most events of one request.
const BATCH: usize = 2_000;
/// Bytes of JSON above which a request is sent.
const BATCH_BYTES: usize = 2 << 20;
/// Records of one request.
const RECORDS: usize = 2_000;
/// Answers to a request that smaller ones may be taken instead of.
const TOO_LARGE: [&str; 2] = ["body_too_large", "too_many_events"];
/// Times a request is sent while the service is busy or away.
const TRIES: u32 = 60;

/// An import through the running service.
pub(in crate::cli) struct Remote {
    client: Client,
    server: String,
    key: Option<SecretString>,
    /// Channels whose kind was told.
    kinds: HashSet<ChannelId>,
}

impl Remote {
    /// Finds the service and makes sure that it is ours.
    pub(super) async fn connect(
        config: &Config,
        server: &str,
        through: &Through,
    ) -> anyhow::Result<Self> {
        let server = server.trim_end_matches('/').to_owned();
        let address = Url::parse(&server)
            .with_context(|| format!("--server: `{server}` is no address of a service"))?;
        let client = client::to(&address, through.ca_file.as_deref())?;
        let client = client.timeout(Duration::from_mins(2)).build()?;
        warn_of_clear_text(&address);
        let health = match client.get(format!("{server}/health")).send().await {
            Ok(health) => health,
            Err(error) => return Err(no_answer(&server, error)),
        };
        if health.status().is_redirection() {
            let place = health.headers().get(header::LOCATION);
            let place = place.and_then(|place| place.to_str().ok()).unwrap_or("?");
            bail!("{server} points to {place}; give that address with --server");
        }
        let health: Value = health
            .error_for_status()
            .with_context(|| format!("no service answers at {server}; name it with --server"))?
            .json()
            .await
            .with_context(|| format!("{server} is another service; name ours with --server"))?;
        if health["service"] != "analytics" {
            bail!("{server} is another service; name ours with --server");
        }
        let key = through
            .key
            .as_deref()
            .map(SecretString::from)
            .or_else(|| config.access.api_key.clone());
        Ok(Self {
            client,
            server,
            key,
            kinds: HashSet::new(),
        })
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    pub(super) async fn put_records(
        &mut self,
        workspace: &WorkspaceId,
        records: Records,
        summary: &mut Summary,
    ) -> anyhow::Result<u64> {
        let told = records.channels.iter();
        let told = told.filter(|channel| channel.kind.is_some());
        self.kinds.extend(told.map(|channel| channel.id.clone()));
        let mut people = records.people.into_iter().map(|mut person| {
            person.fit();
            PersonBody::from(person)
        });
        let mut channels = records.channels.into_iter().map(|mut channel| {
            channel.fit();
            ChannelBody::from(channel)
        });
        let mut changed = 0;
        loop {
            let body = RecordsBody {
                people: people.by_ref().take(RECORDS).collect(),
                channels: channels.by_ref().take(RECORDS).collect(),
            };
            if body.people.is_empty() && body.channels.is_empty() {
                return Ok(changed);
            }
            changed += self.put_share(workspace, body, summary).await?;
        }
    }

    /// Sends records; halves what the service finds too large, down to single records.
    async fn put_share(
        &self,
        workspace: &WorkspaceId,
        body: RecordsBody,
        summary: &mut Summary,
    ) -> anyhow::Result<u64> {
        let mut changed = 0;
        let mut waiting = vec![body];
        while let Some(mut body) = waiting.pop() {
            let answer = self
                .send(workspace, "records", serde_json::to_vec(&body)?)
                .await?;
            if !is_too_large(&answer) {
                changed += serde_json::from_value::<RecordsAnswer>(answer)?.changed;
                continue;
            }
            let (people, channels) = (body.people.len(), body.channels.len());
            if people + channels > 1 {
                let second = RecordsBody {
                    people: body.people.split_off(people.div_ceil(2)),
                    channels: body.channels.split_off(channels / 2),
                };
                waiting.extend([second, body]);
            } else {
                let message = answer["error"]["message"].as_str().unwrap_or_default();
                summary.refuse("record_too_large", message, 1);
            }
        }
        Ok(changed)
    }

    pub(super) async fn put_events(
        &mut self,
        workspace: &WorkspaceId,
        events: &[RawEvent],
        summary: &mut Summary,
    ) -> anyhow::Result<()> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        for event in events {
            if event.repaired {
                summary.note(Defect::BadCharacters, 1, "text or properties");
            }
            self.look_for_unknown_kind(event, summary);
            let event = serde_json::value::to_raw_value(&to_json(event))?;
            bytes += event.get().len();
            batch.push(event);
            if batch.len() >= BATCH || bytes >= BATCH_BYTES {
                self.put_batch(workspace, &batch, summary).await?;
                batch.clear();
                bytes = 0;
            }
        }
        self.put_batch(workspace, &batch, summary).await
    }

    /// Counts the channel of an event that has terms if neither the event nor what was imported
    /// before says who may see it.
    fn look_for_unknown_kind(&self, event: &RawEvent, summary: &mut Summary) {
        let has_content = event.text.is_some() || event.given.is_some();
        if !has_content || event.properties.contains_key("channelType") {
            return;
        }
        let id = ChannelId::read(event.channel.as_deref().unwrap_or_default()).0;
        let Some(id) = id.filter(|id| !self.kinds.contains(id)) else {
            return;
        };
        let unknown = summary.unknown_kinds();
        if unknown.contains(id.as_str()) {
            return;
        }
        let text = event.text.as_deref().unwrap_or_default();
        if has_terms(&content::read(text, event.given.as_ref())) {
            unknown.behind_a_service();
            unknown.add(id.as_str());
        }
    }

    /// Sends events; halves what the service finds too large, down to single events.
    async fn put_batch(
        &self,
        workspace: &WorkspaceId,
        events: &[Box<RawValue>],
        summary: &mut Summary,
    ) -> anyhow::Result<()> {
        let mut waiting = vec![events];
        while let Some(events) = waiting.pop() {
            if events.is_empty() {
                continue;
            }
            let answer = self
                .send(workspace, "import", serde_json::to_vec(events)?)
                .await?;
            let is_too_large = is_too_large(&answer);
            if is_too_large && events.len() > 1 {
                let (first, second) = events.split_at(events.len() / 2);
                waiting.extend([second, first]);
            } else if is_too_large {
                let message = answer["error"]["message"].as_str().unwrap_or_default();
                summary.refuse("body_too_large", message, 1);
            } else {
                summary.answer(&answer, events.len() as u64);
            }
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
            let code = answer["error"]["code"].as_str().unwrap_or_default();
            if status.is_success() || code == "no_valid_event" || TOO_LARGE.contains(&code) {
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

/// Returns whether smaller requests may be taken instead of the one that was answered like this.
fn is_too_large(answer: &Value) -> bool {
    TOO_LARGE
        .iter()
        .any(|code| answer["error"]["code"] == *code)
}

/// Says that the key can be read on the way, unless it does not leave this machine.
fn warn_of_clear_text(address: &Url) {
    if address.scheme() == "http" && !client::is_here(address) {
        print::tell(
            "warning: the key and all events go to this server unencrypted; use https:// where \
             others share the network",
        );
    }
}

/// Returns the error for a service that gave no answer, with what to do about it.
fn no_answer(server: &str, error: reqwest::Error) -> anyhow::Error {
    if let Some(problem) = client::certificate_problem(&error) {
        return anyhow::anyhow!(
            "the certificate of {server} is not trusted ({problem}); give the certificate of who \
             signed it as a PEM file, with --ca-file or SSL_CERT_FILE"
        );
    }
    anyhow::Error::new(error).context(format!(
        "no service answers at {server}; name it with --server"
    ))
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
