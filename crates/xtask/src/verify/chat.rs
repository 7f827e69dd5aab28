//! The history as a chat has it: in nChat's tables on a Postgres server, read by a backfill.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    path::Path,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{answers::Answers, golden::Golden, group::Group};
use crate::product::{Binary, CHAT_TABLES, Postgres, said};

/// Makes rows of nChat's tables of the lines of a history.
const ROWS: &str = include_str!("chat.sql");
/// Messages that people wrote.
const WRITTEN: &str = "nchat_messages m JOIN nchat_users u ON u.id = m.user_id \
     AND NOT (u.metadata ->> 'is_bot')::boolean AND m.type NOT IN ('bot', 'system')";

/// A chat with a history.
pub(super) struct Chat(Postgres);

impl Chat {
    /// Starts a server and loads a history and its table of people into it.
    pub(super) fn with(history: &Path, people: &Path) -> Result<Self> {
        let scratch = tempfile::tempdir()?;
        let lines = scratch.path().join("lines");
        let packed = File::open(history).with_context(|| history.display().to_string())?;
        zstd::stream::copy_decode(packed, File::create(&lines)?)?;
        let server = Postgres::start()?;
        server.ask(CHAT_TABLES)?;
        server.ask(
            "CREATE UNLOGGED TABLE line (fields JSONB); CREATE TABLE person (user_id TEXT, \
             display_name TEXT, is_bot INTEGER, first_message_at TIMESTAMPTZ, \
             last_message_at TIMESTAMPTZ, messages_all_time INTEGER)",
        )?;
        server.ask(&format!(
            "\\copy person FROM '{}' WITH (FORMAT csv, HEADER)",
            people.display()
        ))?;
        // Nothing is a delimiter or a quote: a line is a value.
        server.ask(&format!(
            "\\copy line FROM '{}' WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')",
            lines.display()
        ))?;
        server.ask(ROWS)?;
        fs::remove_file(lines)?;
        Ok(Self(server))
    }

    /// Reads the chat into a data folder, as an administrator does.
    pub(super) fn backfill(&self, binary: &Binary, store: &Path) -> Result<()> {
        let mut command = binary.command(store);
        command.env("DATABASE_URL", self.0.url());
        command.args(["backfill", "--max-rows-per-sec", "0"]);
        said(command.output()?).context("the backfill failed")?;
        Ok(())
    }

    /// Returns the reference answers as they are of this chat: it names people and channels its own
    /// way, says when they were made, and knows no topics.
    pub(super) fn golden(&self, golden: &Golden) -> Result<Golden> {
        let ids =
            "SELECT username, id FROM nchat_users UNION ALL SELECT name, id FROM nchat_channels";
        let ids: HashMap<String, String> = self.pairs(ids)?.collect();
        let id = |old: &String| ids.get(old).cloned().unwrap_or_default();
        let mut golden = golden.clone();
        for channel in &mut golden.top_channels {
            channel.channel_id = id(&channel.channel_id);
        }
        for person in &mut golden.engagement_raw_top10 {
            person.user_id = id(&person.user_id);
        }
        let growth = golden.growth.into_iter();
        golden.growth = growth
            .map(|(channel, growth)| (id(&channel), growth))
            .collect();
        for (kind, count) in [
            ("user_signed_up", golden.distinct_human_ids),
            ("channel_created", golden.channels),
        ] {
            golden.lines += count;
            golden.types.insert(kind.to_owned(), count);
        }
        golden.threads = 0;
        let first =
            "SELECT min(created_at) FROM nchat_users WHERE NOT (metadata ->> 'is_bot')::boolean";
        self.0.ask(first)?.trim().clone_into(&mut golden.first_ts);
        Ok(golden)
    }

    /// Compares answers with what plain SQL counts on the tables.
    pub(super) fn compare(&self, golden: &Golden, answers: &Answers) -> Result<Vec<Group>> {
        let window = &golden.window;
        let within = format!(
            "m.created_at >= '{}' AND m.created_at < '{}'",
            window.from, window.to_exclusive
        );
        let by = |name: &'static str, key: &str, rows: &Value, (id, count): (&str, &str)| {
            let sql = format!("SELECT {key}, count(*) FROM {WRITTEN} WHERE {within} GROUP BY 1");
            let expected: BTreeMap<String, u64> = self
                .pairs(&sql)?
                .map(|(key, count)| Ok((key, count.parse()?)))
                .collect::<Result<_>>()?;
            let found: BTreeMap<&str, u64> = rows
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|row| Some((row[id].as_str()?, row[count].as_u64()?)))
                .filter(|(_, count)| *count > 0)
                .collect();
            let mut group = Group::new(name);
            group.same("rows", expected.len(), Some(&json!(found.len())));
            for (key, expected) in &expected {
                let found = found.get(key.as_str()).map(|count| json!(count));
                group.same(key, expected, found.as_ref());
            }
            anyhow::Ok(group)
        };
        Ok(vec![
            by(
                "messages by day",
                "m.created_at::date",
                &answers.messages["timeline"],
                ("date", "count"),
            )?,
            by(
                "messages by channel",
                "m.channel_id",
                &answers.channels["channels"],
                ("channelId", "messageCount"),
            )?,
            by(
                "messages by person",
                "m.user_id",
                &answers.users["users"],
                ("userId", "messageCount"),
            )?,
        ])
    }

    fn pairs(&self, sql: &str) -> Result<impl Iterator<Item = (String, String)>> {
        let text = self.0.ask(sql)?;
        let pairs: Vec<(String, String)> = text
            .lines()
            .filter_map(|line| line.split_once('|'))
            .map(|(left, right)| (left.to_owned(), right.to_owned()))
            .collect();
        Ok(pairs.into_iter())
    }
}
