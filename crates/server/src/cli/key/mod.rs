//! Making, listing and revoking keys.

mod print;

#[cfg(test)]
mod tests;

use std::io::Write;

use anyhow::{Context, bail};
use clap::{
    Subcommand,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use domain::{clock::Clock, id::WorkspaceId};
use rand::CryptoRng;
use store::meta::{Access, MetaStore};

use crate::auth::key::NewKey;

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
        /// The only workspace the key is for; without it the key is for all of them.
        #[arg(long, value_name = "ID", value_parser = |id: &str| WorkspaceId::new(id))]
        workspace: Option<WorkspaceId>,
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
            json,
        } => {
            let new = NewKey::generate(access, &name, workspace, rng, clock)?;
            create(&new, json, meta, out).await
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
    meta.insert_key(&new.key, &new.hash)
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
    let revoked = meta.revoke_key(id, clock.now()).await;
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
        None => bail!("there is no key {id:?}: `key list` shows all of them"),
    }
}
