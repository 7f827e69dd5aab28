//! `config check|print` and `doctor`.

use std::{io::Write, process::ExitCode};

use domain::{clock::Clock, text::counted};

use super::ConfigCommand;
use crate::{
    config::{self, Config, ConfigError, Warning},
    doctor,
};

/// Says what the settings are, or what is wrong with them.
pub(super) fn config(
    command: &ConfigCommand,
    loaded: Result<(Config, Vec<Warning>), ConfigError>,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    match (command, loaded) {
        (_, Err(error)) => Err(error.into()),
        (ConfigCommand::Print, Ok((config, _))) => {
            write!(out, "{}", config::print(&config))?;
            Ok(ExitCode::SUCCESS)
        }
        (ConfigCommand::Check, Ok((config, warnings))) => {
            for warning in &warnings {
                writeln!(out, "warning: {warning}")?;
            }
            for note in config::without_effect(&config) {
                writeln!(out, "note: {note}")?;
            }
            writeln!(
                out,
                "the settings can be used ({})",
                counted(warnings.len() as u64, "warning")
            )?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Checks everything the service needs; exit code 1 when something failed.
pub(super) async fn doctor(
    config: &Config,
    warnings: &[Warning],
    clock: &dyn Clock,
    json: bool,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let checks = doctor::run(config, warnings, clock).await;
    if json {
        writeln!(out, "{:#}", doctor::json(&checks))?;
    } else {
        write!(out, "{}", doctor::text(&checks))?;
    }
    Ok(if doctor::failed(&checks) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
