//! `retention`: how long events are kept, and consent to keeping them less long.

use std::{io::Write, process::ExitCode};

use domain::clock::Clock;

use crate::{
    app,
    config::Config,
    retention::{Kept, Outlook, agree},
};

/// Say how long events are kept, and agree to keeping them less long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Subcommand)]
pub(super) enum RetentionCommand {
    /// Say how long events are kept, and what waits for consent.
    Show,
    /// Agree to the removal that waits: by the running service within seconds, else at its next start.
    Apply,
}

/// Prints or settles what waits for consent.
pub(super) async fn retention(
    command: RetentionCommand,
    config: &Config,
    clock: &dyn Clock,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let found = outlook(config, clock).await?;
    let Some(waiting) = found.waiting else {
        writeln!(out, "kept now     {}", known(found.remembered))?;
        writeln!(out, "set          {}", app::kept(config).0)?;
        writeln!(out, "waiting      nothing")?;
        return Ok(ExitCode::SUCCESS);
    };
    if command == RetentionCommand::Apply {
        let meta = app::open_meta(config).await?;
        agree(meta.as_ref(), &waiting).await?;
        let (events, kept) = (waiting.aged.events, waiting.kept);
        let when = if found.in_use {
            "the running service removes them within seconds"
        } else {
            "the service removes them when it starts"
        };
        writeln!(
            out,
            "events are kept for {kept} from now on; {events} are older, and {when}"
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "kept now     {}", known(found.remembered))?;
    writeln!(out, "set          {}", waiting.kept)?;
    writeln!(out, "waiting      {waiting}")?;
    writeln!(out, "             {}", waiting.next_step())?;
    Ok(ExitCode::SUCCESS)
}

fn known(remembered: Option<Kept>) -> String {
    remembered.map_or_else(|| "not known".to_owned(), |kept| kept.to_string())
}

/// Returns what a start with these settings would do to what is stored.
pub(super) async fn outlook(config: &Config, clock: &dyn Clock) -> anyhow::Result<Outlook> {
    let (wanted, confirmed) = app::kept(config);
    let folder = &config.service.data_dir;
    let settings = app::settings_place(config);
    Ok(Outlook::look(folder, settings, wanted, confirmed, clock.now()).await?)
}
