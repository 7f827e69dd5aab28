//! `config check|print` and `doctor`.

use std::{io::Write, process::ExitCode};

use domain::{clock::Clock, privacy::PrivacyMode, text::counted};

use super::{ConfigCommand, retention::outlook};
use crate::{
    config::{self, Config, ConfigError, Warning},
    doctor,
};

/// Says what the settings are, or what is wrong with them.
pub(super) async fn config(
    command: &ConfigCommand,
    loaded: Result<(Config, Vec<Warning>), ConfigError>,
    clock: &dyn Clock,
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
            if let Some(note) = privacy_note(&config) {
                writeln!(out, "note: {note}")?;
            }
            // A store that cannot be looked at is no fault of the settings: `doctor` tells of it.
            let outlook = outlook(&config, clock).await.ok();
            let waiting = outlook.and_then(|outlook| outlook.waiting);
            if let Some(waiting) = &waiting {
                writeln!(out, "warning: {waiting} {}", waiting.next_step())?;
            }
            writeln!(
                out,
                "the settings can be used ({})",
                counted(
                    warnings.len() as u64 + u64::from(waiting.is_some()),
                    "warning"
                )
            )?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Returns what answers say of people, where it is not everything.
fn privacy_note(config: &Config) -> Option<String> {
    match config.privacy.mode {
        PrivacyMode::Full => None,
        PrivacyMode::Pseudonymous => Some(
            "ANALYTICS_PRIVACY_MODE=pseudonymous: answers show people under pseudonyms, without names \
             and e-mail addresses"
                .to_owned(),
        ),
        PrivacyMode::Aggregate => Some(format!(
            "ANALYTICS_PRIVACY_MODE=aggregate: answers show no single person, and no number about fewer \
             than {} people",
            config.privacy.min_group
        )),
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
