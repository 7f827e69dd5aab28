//! `erase`: erases people, and checks the receipts of it.

use std::{io::Write, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context as _, bail};
use domain::{
    clock::Clock,
    erasure::Mode,
    id::{UserId, WorkspaceId},
};
use indicatif::ProgressBar;
use store::StoreError;

use super::{bar::style, key::operator};
use crate::{
    app::{Parts, StartError},
    config::Config,
    erasure::{Erasures, Receipt},
};

/// Erases people while the service is stopped; a running one does it by `DELETE /api/analytics/people/{id}`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Identifier of the person. Without one, what was broken off is finished.
    #[arg(conflicts_with = "verify")]
    id: Option<String>,
    /// Whose chat it is.
    #[arg(long, value_name = "ID", default_value = "primary")]
    workspace: String,
    /// Have the events stay and count, as those of somebody without a name.
    #[arg(long, requires = "id")]
    anonymise: bool,
    /// Allow a person who was erased to come again.
    #[arg(long, requires = "id", conflicts_with = "anonymise")]
    lift: bool,
    /// Check the signature of a receipt instead.
    #[arg(long, value_name = "FILE")]
    verify: Option<PathBuf>,
}

/// Does what the arguments say, and prints the receipt.
pub(super) async fn erase(
    config: &Config,
    clock: Arc<dyn Clock>,
    start: u64,
    arguments: &Arguments,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    if let Some(file) = &arguments.verify {
        return verify(file, out);
    }
    let workspace = WorkspaceId::new(&arguments.workspace)
        .map_err(|error| anyhow::anyhow!("--workspace: the identifier {error}"))?;
    let person = arguments.id.as_deref().map(|id| {
        UserId::new(id).map_err(|error| anyhow::anyhow!("the identifier of the person {error}"))
    });
    let person = person.transpose()?;
    let parts = match Parts::open(config, clock, start).await {
        Err(StartError::Store(error @ StoreError::Locked { .. })) => {
            return Err(anyhow::Error::new(error).context(
                "the service runs: have it erase by DELETE /api/analytics/people/{id}, or stop it",
            ));
        }
        opened => opened?,
    };
    let result = work(&parts.erasures, &workspace, person.as_ref(), arguments, out).await;
    parts.store.close().await?;
    parts.meta.close().await;
    result?;
    Ok(ExitCode::SUCCESS)
}

async fn work(
    erasures: &Erasures,
    workspace: &WorkspaceId,
    person: Option<&UserId>,
    arguments: &Arguments,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let Some(person) = person else {
        erasures.finish_all().await?;
        writeln!(out, "nothing is under way any more")?;
        return Ok(());
    };
    if arguments.lift {
        let lifted = erasures.lift(workspace, person, &operator()).await?;
        let lifted = lifted.context("there is no erasure of that person that is done and holds")?;
        writeln!(
            out,
            "erasure {} is lifted: the person may come again",
            lifted.id
        )?;
        return Ok(());
    }
    let mode = if arguments.anonymise {
        Mode::Anonymise
    } else {
        Mode::Remove
    };
    let asked = erasures
        .request(workspace, person, mode, &operator())
        .await?;
    let text = match (&asked.under_way, &asked.receipt) {
        (Some(under_way), _) => {
            let bar = ProgressBar::new_spinner().with_style(style("{spinner} erasing: {msg}"));
            let mut step = |what: &'static str| {
                bar.set_message(what);
                bar.tick();
            };
            let receipt = erasures
                .finish(&asked, under_way.clone(), &mut step)
                .await?;
            bar.finish_and_clear();
            serde_json::to_value(receipt)?
        }
        (None, Some(receipt)) => serde_json::from_str(receipt)?,
        (None, None) => bail!("the journal of erasure {} is damaged", asked.id),
    };
    writeln!(out, "{text:#}")?;
    Ok(())
}

/// Says whether a receipt is signed by the key that it shows.
fn verify(file: &std::path::Path, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("{name}"))?;
    let receipt: Receipt =
        serde_json::from_str(&text).with_context(|| format!("{name} is no receipt"))?;
    if !receipt.is_genuine() {
        writeln!(out, "the signature does not hold: the receipt was changed")?;
        return Ok(ExitCode::FAILURE);
    }
    writeln!(
        out,
        "the signature holds, by the key {}: compare it with the one of the store's other receipts",
        receipt.public_key
    )?;
    Ok(ExitCode::SUCCESS)
}
