//! The Slack export of the fixtures as rows of nChat's tables, and as lines of NDJSON beside them.

use std::{collections::BTreeSet, fmt::Write as _, ops::ControlFlow, path::PathBuf};

use domain::event::RawEvent;
use serde_json::{Value, json};
use server::importer::{self, Item, Records};
use sqlx::PgConnection;
use uuid::Uuid;

use super::server::run;
use crate::support::{Home, fixture};

/// A history in both shapes.
pub(super) struct History {
    sql: String,
    lines: Vec<Value>,
    people: String,
    channels: String,
    /// Messages that there are: some reactions and files are of others.
    messages: BTreeSet<String>,
}

fn uuid(id: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes())
}

fn quoted(text: Option<&str>) -> String {
    text.map_or_else(
        || "NULL".to_owned(),
        |text| format!("'{}'", text.replace('\'', "''")),
    )
}

fn id(id: Option<&String>) -> String {
    quoted(id.map(|id| uuid(id).to_string()).as_deref())
}

fn at(millis: i64, micros: usize) -> String {
    format!("to_timestamp({millis} / 1000.0) + {micros} * interval '1 microsecond'")
}

impl History {
    /// Reads the export.
    pub(super) fn of_slack() -> Self {
        let mut source = importer::open(&fixture("slack-export.zip"), None).unwrap();
        let records = source.records().unwrap();
        let mut events = Vec::new();
        source
            .read(&mut |item, _| {
                if let Item::Event(event) = item {
                    events.push(event);
                }
                ControlFlow::Continue(())
            })
            .unwrap();
        let mut history = Self {
            sql: "BEGIN;\n".to_owned(),
            lines: Vec::new(),
            people: "user_id,display_name,email,is_bot,created_at\n".to_owned(),
            channels: "channel_id,name,type,member_count,created_at\n".to_owned(),
            messages: BTreeSet::new(),
        };
        history.records(&records, &events);
        for event in &events {
            history.message(event);
        }
        for event in &events {
            history.beside(event);
        }
        history.sql.push_str("COMMIT;");
        history
    }

    fn records(&mut self, records: &Records, events: &[RawEvent]) {
        let begin = 1_420_070_400_000_i64;
        for person in &records.people {
            let (id, name) = (uuid(person.id.as_str()), person.name.as_deref());
            let is_bot = person.is_bot == Some(true);
            let name = name.unwrap_or_default().replace([',', '"'], " ");
            let email = format!("{id}@example.org");
            let row = format!(
                "INSERT INTO nchat_users (id, email, display_name, metadata, created_at) VALUES \
                 ('{id}', '{email}', {}, '{{\"is_bot\": {is_bot}}}', {});\n",
                quoted(Some(&name)),
                at(begin, 0)
            );
            self.sql.push_str(&row);
            let created = "2015-01-01T00:00:00Z";
            writeln!(self.people, "{id},{name},{email},{is_bot},{created}").unwrap();
            if !is_bot {
                self.lines
                    .push(json!({"type": "user_signed_up", "ts": begin, "user_id": id}));
            }
        }
        let mut joined = BTreeSet::new();
        let mut members = Vec::new();
        for event in events.iter().filter(|event| event.name == "channel_joined") {
            if event.user.is_some() && joined.insert((event.channel.clone(), event.user.clone())) {
                members.push(event);
            }
        }
        for channel in &records.channels {
            let (id, name) = (uuid(channel.id.as_str()), channel.name.as_deref());
            let count = members
                .iter()
                .filter(|event| event.channel.as_deref() == Some(channel.id.as_str()))
                .count();
            let row = format!(
                "INSERT INTO nchat_channels (id, name, type, created_at) VALUES \
                 ('{id}', {}, 'public', {});\n",
                quoted(name),
                at(begin, 0)
            );
            self.sql.push_str(&row);
            let name = name.unwrap_or_default();
            writeln!(
                self.channels,
                "{id},{name},public,{count},2015-01-01T00:00:00Z"
            )
            .unwrap();
            self.lines
                .push(json!({"type": "channel_created", "ts": begin, "channel_id": id}));
        }
        for (number, event) in members.into_iter().enumerate() {
            let (at_ms, user) = (millis(event), id(event.user.as_ref()));
            let row = format!(
                "INSERT INTO nchat_channel_members (id, channel_id, user_id, joined_at) VALUES \
                 ('{}', {}, {user}, {});\n",
                uuid(&format!("member {number}")),
                id(event.channel.as_ref()),
                at(at_ms, 0)
            );
            self.sql.push_str(&row);
            self.lines.push(line(event, "channel_joined"));
        }
    }

    fn message(&mut self, event: &RawEvent) {
        let is_reply = event.name == "thread_reply";
        let message = event.message.clone().unwrap_or_default();
        if !is_reply && event.name != "message_sent" || !self.messages.insert(message) {
            return;
        }
        let is_bot = event.is_bot == Some(true);
        let row = format!(
            "INSERT INTO nchat_messages (id, channel_id, user_id, parent_message_id, content, type, \
             created_at) VALUES ({}, {}, {}, {}, {}, '{}', {});\n",
            id(event.message.as_ref()),
            id(event.channel.as_ref()),
            id(event.user.as_ref()),
            if is_reply {
                id(event.thread.as_ref())
            } else {
                "NULL".to_owned()
            },
            quoted(event.text.as_deref()),
            if is_bot { "bot" } else { "text" },
            at(millis(event), 0)
        );
        self.sql.push_str(&row);
        let mut line = line(event, &event.name);
        line["text"] = json!(event.text);
        line["message_type"] = json!(event.message_type);
        line["is_bot"] = json!(is_bot);
        if is_reply {
            line["thread_id"] = json!(event.thread.as_ref().map(|thread| uuid(thread)));
        }
        self.lines.push(line);
    }

    fn beside(&mut self, event: &RawEvent) {
        let is_of_one = |message: &String| self.messages.contains(message);
        if !event.message.as_ref().is_some_and(is_of_one) {
            return;
        }
        let number = self.lines.len();
        let text = |name: &str| event.properties.get(name).and_then(Value::as_str);
        let mut line = line(event, &event.name);
        match event.name.as_str() {
            "reaction_added" => {
                let emoji = text("emoji");
                let row = format!(
                    "INSERT INTO nchat_reactions (id, message_id, user_id, emoji, created_at) VALUES \
                     ('{}', {}, {}, {}, {});\n",
                    uuid(&format!("reaction {number}")),
                    id(event.message.as_ref()),
                    id(event.user.as_ref()),
                    quoted(emoji),
                    at(millis(event), 0)
                );
                self.sql.push_str(&row);
                line["emoji"] = json!(emoji);
            }
            "file_shared" => {
                let (name, kind) = (text("fileName"), text("fileKind").unwrap_or("file"));
                let size = event.properties.get("fileSize").and_then(Value::as_u64);
                let stored = match kind {
                    "voice" => "audio",
                    "file" => "document",
                    kind => kind,
                };
                let row = format!(
                    "INSERT INTO nchat_attachments (id, message_id, user_id, original_filename, \
                     type, size_bytes, created_at) VALUES ('{}', {}, {}, {}, '{stored}', {}, {});\n",
                    uuid(&format!("file {number}")),
                    id(event.message.as_ref()),
                    id(event.user.as_ref()),
                    quoted(name),
                    size.map_or_else(|| "NULL".to_owned(), |size| size.to_string()),
                    at(millis(event), number % 900)
                );
                self.sql.push_str(&row);
                line["file_name"] = json!(name);
                line["file_kind"] = json!(kind);
                line["file_size"] = json!(size);
            }
            _ => return,
        }
        self.lines.push(line);
    }

    /// Writes the rows into nChat's tables.
    pub(super) async fn load(&self, connection: &mut PgConnection) {
        run(connection, &self.sql).await;
        run(connection, "ANALYZE").await;
    }

    /// Imports the lines into a home; returns how many there are.
    pub(super) fn import(&self, home: &Home) -> usize {
        let write = |name: &str, text: &str| -> PathBuf {
            let path = home.path(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let lines: Vec<String> = self.lines.iter().map(Value::to_string).collect();
        let history = write("history.ndjson", &lines.join("\n"));
        let people = write("people.csv", &self.people);
        let channels = write("channels.csv", &self.channels);
        let paths = [&history, &people, &channels].map(|path| path.to_str().unwrap());
        let done = home.run(
            &[
                "import",
                paths[0],
                "--users",
                paths[1],
                "--channels",
                paths[2],
            ],
            &[],
        );
        let err = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{err}");
        self.lines.len()
    }
}

fn millis(event: &RawEvent) -> i64 {
    let value = event.timestamp.as_ref().unwrap();
    value.as_i64().unwrap_or_else(|| {
        let text = value.as_str().unwrap();
        text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
    })
}

fn line(event: &RawEvent, kind: &str) -> Value {
    let id = |id: &Option<String>| id.as_ref().map(|id| uuid(id).to_string());
    json!({"type": kind, "ts": millis(event), "user_id": id(&event.user),
        "channel_id": id(&event.channel), "message_id": id(&event.message)})
}
