//! Making, listing and revoking keys.

mod print;

#[cfg(test)]
mod tests;

use std::{io::Write, time::Duration};

use anyhow::{Context, bail};
use clap::{
    Subcommand,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use domain::{clock::Clock, event::EventType, id::WorkspaceId};
use rand::CryptoRng;
use store::meta::{Access, MetaStore};

use crate::{
    auth::key::{self, Grant, NewKey},
    config::kind::origin,
};

/// Make, list and revoke the keys of callers.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum KeyCommand {
    /// Make a key and show it, once.
    ///
    /// Only a hash of the key is kept: whoever loses it makes another one and revokes this one.
    Create {
        /// What the key is for, in your words.
        #[arg(long)]
        name: String,
        /// What the key may do.
        #[arg(long, value_parser = access())]
        access: Access,
        /// The only workspace the key is for. Without it a write key is for `primary`, any other
        /// key for all of them.
        #[arg(long, value_name = "ID", value_parser = |id: &str| WorkspaceId::new(id))]
        workspace: Option<WorkspaceId>,
        /// Have the key be for every workspace, also for those that come later.
        #[arg(long, conflicts_with = "workspace")]
        any_workspace: bool,
        /// The only kinds of events that a write key may send, like `page_view,feature_used`.
        #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind)]
        kinds: Vec<EventType>,
        /// A web origin the key is for, like `https://chat.example`; may be given several times.
        /// With it the key is accepted from pages of these origins only.
        #[arg(long = "origin", value_name = "ORIGIN", value_parser = web_origin)]
        origins: Vec<String>,
        /// How long the key holds, like `90d` or `12h`; without it, until it is taken back.
        #[arg(long, value_name = "TIME", value_parser = life)]
        expires: Option<Duration>,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// List all keys, newest first, also those that were revoked.
    List {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show who made, used and revoked keys, newest first; a key's use is noted once a day.
    Audit {
        /// Identity of a key, as `key list` shows it; without it, of all of them.
        id: Option<String>,
        /// How many entries to show at most.
        #[arg(long, value_name = "N", default_value = "200")]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take a key back; a running service refuses it within ten seconds.
    Revoke {
        /// Identity of the key, as `key list` shows it.
        id: String,
    },
}

fn access() -> impl TypedValueParser<Value = Access> {
    let all = [Access::Admin, Access::Read, Access::Write].map(|access| {
        PossibleValue::new(access.name()).help(match access {
            Access::Admin => "everything, also reports, rules and erasing people",
            Access::Read => "read numbers",
            Access::Write => "send events and nothing else: may stand in a public web page",
        })
    });
    // The parser before lets no other name through.
    PossibleValuesParser::new(all).map(|name| Access::parse(&name).unwrap_or(Access::Write))
}

fn kind(name: &str) -> Result<EventType, &'static str> {
    EventType::parse(name).ok_or("is no name of a kind of event")
}

fn web_origin(text: &str) -> Result<String, &'static str> {
    origin(text).ok_or("must be a web origin like `https://chat.example`, without a path")
}

fn life(text: &str) -> Result<Duration, &'static str> {
    key::life(text).ok_or("must be a time like `90d`, `12h` or `30m`")
}

/// Returns who runs this command, for the audit log.
pub(super) fn operator() -> String {
    #[cfg(unix)]
    return format!("command line, user {}", rustix::process::getuid().as_raw());
    #[cfg(not(unix))]
    "command line".to_owned()
}

/// Does what the command says.
pub async fn run(
    command: KeyCommand,
    meta: &dyn MetaStore,
    clock: &dyn Clock,
    rng: &mut (impl CryptoRng + ?Sized),
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match command {
        KeyCommand::Create {
            name,
            access,
            workspace,
            any_workspace,
            kinds,
            origins,
            expires,
            json,
        } => {
            if !kinds.is_empty() && access != Access::Write {
                bail!("--kinds limits what a key may send: only a write key does nothing else");
            }
            let default = access == Access::Write && !any_workspace;
            let now = clock.now();
            let end = |life: Duration| {
                now.plus_millis(i64::try_from(life.as_millis()).unwrap_or(i64::MAX))
            };
            let grant = Grant {
                name,
                access,
                workspace: workspace.or_else(|| default.then(WorkspaceId::default)),
                kinds,
                origins,
                expires_at: expires.map(end),
            };
            create(&NewKey::generate(grant, rng, clock)?, json, meta, out).await
        }
        KeyCommand::Audit { id, limit, json } => {
            let events = meta.key_events(id.as_deref(), limit).await;
            let events = events.context("the audit log could not be read")?;
            let keys = meta.keys().await.context("the keys could not be read")?;
            if let Some(id) = id.filter(|id| !keys.iter().any(|key| key.id == *id)) {
                return Err(no_key(&id));
            }
            if json {
                print::as_json(&events, out)
            } else {
                print::audit(&events, &keys, out)
            }
        }
        KeyCommand::List { json } => list(json, meta, out).await,
        KeyCommand::Revoke { id } => revoke(&id, meta, clock, out).await,
    }
}

/// Keeps a new key and shows it.
pub async fn create(
    new: &NewKey,
    json: bool,
    meta: &dyn MetaStore,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    meta.insert_key(&new.key, &new.hash, &operator())
        .await
        .context("the key could not be kept, so it is not shown")?;
    if json {
        print::new_as_json(new, out)
    } else {
        print::new_key(new, out)
    }
}

/// Shows all keys.
pub async fn list(json: bool, meta: &dyn MetaStore, out: &mut dyn Write) -> anyhow::Result<()> {
    let keys = meta.keys().await.context("the keys could not be read")?;
    if json {
        print::as_json(&keys, out)
    } else {
        print::table(&keys, out)
    }
}

/// Takes a key back.
pub async fn revoke(
    id: &str,
    meta: &dyn MetaStore,
    clock: &dyn Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let revoked = meta.revoke_key(id, clock.now(), &operator()).await;
    if revoked.context("the key could not be revoked")? {
        writeln!(
            out,
            "Revoked {id}. A running service refuses it within ten seconds."
        )?;
        return Ok(());
    }
    let keys = meta.keys().await.context("the keys could not be read")?;
    let before = keys.iter().find(|key| key.id == id);
    match before.and_then(|key| key.revoked_at) {
        Some(at) => {
            writeln!(out, "{id} was revoked already, at {at}.")?;
            Ok(())
        }
        None => Err(no_key(id)),
    }
}

fn no_key(id: &str) -> anyhow::Error {
    anyhow::anyhow!("there is no key {id:?}: `key list` shows all of them")
}
