//! Commands of the binary.

mod backfill;
mod backup;
mod bar;
mod check;
mod disabled;
mod erase;
mod import;
pub mod key;
mod memory;
mod print;
mod refill;
mod retention;
mod serve;
mod sign_in_link;
mod sql;
mod status;

use std::{io::Write, path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use domain::clock::{Clock, SystemClock};
use print::Plain;
use rand::{Rng as _, rngs::StdRng};

use crate::{
    config::{self, Config},
    telemetry,
};

/// Analytics for self-hosted nChat.
#[derive(Debug, Parser)]
#[command(name = "nchat-analytics", version, about, max_term_width = 100)]
struct Arguments {
    /// File with settings, one KEY=value a line; the environment wins over it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service (also what happens without a command).
    #[command(alias = "server")]
    Serve {
        /// Fill an empty store with a demo history, and print an address and a key.
        #[arg(long)]
        demo: bool,
    },
    /// Read a chat's history from files: NDJSON (also .gz, .zst) or a Slack export.
    Import(import::Arguments),
    /// Read the history of nChat's database (`DATABASE_URL`).
    Backfill(backfill::Arguments),
    /// Make the data folder, the store and a first admin key.
    Init,
    /// Say what is stored, and whether the service runs.
    Status {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Check everything the service needs: folder, disk, port, clock, databases.
    Doctor {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make the rollups of days anew, or prove that they are what the events say.
    Refill(refill::Arguments),
    /// Erase a person from everything that is stored, while the service is stopped.
    Erase(erase::Arguments),
    /// Copy what is stored into a folder, also while the service runs.
    Backup(backup::BackupArguments),
    /// Make a data folder of a backup, while the service is stopped.
    Restore(backup::RestoreArguments),
    /// Say how long events are kept, and agree to keeping them less long.
    #[command(subcommand)]
    Retention(retention::RetentionCommand),
    /// Check or print the settings.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Make, list and revoke API keys.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Print a link that signs in on the pages as an administrator, once.
    SignInLink(sign_in_link::Arguments),
    /// Run one SQL statement over `analytics_events`, read-only, while the service is stopped.
    Sql {
        /// The statement.
        statement: String,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Say what is wrong or probably not meant.
    Check,
    /// Print every setting with where it comes from; secrets are not shown.
    Print,
}

/// Runs the command of these arguments.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; a closed pipe leaves nobody to tell.
            let text = error.render();
            let _told = if error.use_stderr() {
                write!(Plain(std::io::stderr()), "{text}").is_ok()
            } else {
                write!(Plain(std::io::stdout()), "{text}").is_ok()
            };
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    keep_private();
    memory::keep_little();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::Error::new(error)),
    };
    match runtime.block_on(dispatch(arguments)) {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    let mut text = format!("error: {error}");
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    print::tell(&text);
    ExitCode::FAILURE
}

async fn dispatch(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let out = &mut Plain(std::io::stdout());
    let file = arguments.config.as_deref();
    let loaded = config::load(file, config::environment());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    if let Some(Command::Config(command)) = &arguments.command {
        return check::config(command, loaded, clock.as_ref(), out).await;
    }
    let (config, warnings) = loaded?;
    let mut random: StdRng = rand::make_rng();
    let closed = match &arguments.command {
        // They only look.
        Some(Command::Doctor { .. } | Command::Config(_)) => None,
        _ => close_folder(&config),
    };
    let command = arguments.command.unwrap_or(Command::Serve { demo: false });
    if let (Some(closed), false) = (&closed, matches!(command, Command::Serve { .. })) {
        writeln!(Plain(std::io::stderr()), "{closed}")?;
    }
    match command {
        Command::Serve { demo } => {
            begin_log(
                &config,
                warnings.iter().map(ToString::to_string).chain(closed),
            );
            serve::serve(&config, clock, &mut random, demo, out).await
        }
        Command::Import(arguments) => {
            quiet_log();
            import::import(&config, clock, random.next_u64(), &arguments, out).await
        }
        Command::Backfill(arguments) => {
            quiet_log();
            backfill::backfill(&config, clock, random.next_u64(), &arguments, out).await
        }
        Command::Init => serve::init(&config, clock, &mut random, out).await,
        Command::Status { json } => {
            quiet_log();
            status::status(&config, clock.as_ref(), json, out).await
        }
        Command::Doctor { json } => {
            check::doctor(&config, &warnings, clock.as_ref(), json, out).await
        }
        Command::Key(command) => {
            make_folder(&config)?;
            let meta = crate::app::open_meta(&config).await?;
            key::run(command, meta.as_ref(), clock.as_ref(), &mut random, out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::SignInLink(arguments) => {
            make_folder(&config)?;
            let meta = crate::app::open_meta(&config).await?;
            let (store, clock) = (meta.as_ref(), clock.as_ref());
            sign_in_link::sign_in_link(&config, &arguments, store, clock, &mut random, out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Refill(arguments) => {
            quiet_log();
            refill::refill(&config, clock, &arguments, out).await
        }
        Command::Erase(arguments) => {
            quiet_log();
            erase::erase(&config, clock, random.next_u64(), &arguments, out).await
        }
        Command::Backup(arguments) => {
            backup::back_up(&config, clock.as_ref(), &arguments, out).await
        }
        Command::Restore(arguments) => backup::restore(&config, &arguments, out).await,
        Command::Retention(command) => {
            quiet_log();
            retention::retention(command, &config, clock.as_ref(), out).await
        }
        Command::Sql { statement } => sql::sql(&config, &statement, out).await,
        Command::Config(_) => Ok(ExitCode::SUCCESS),
    }
}

/// Begins the log of the service, with what there is to be warned of.
fn begin_log(config: &Config, warnings: impl Iterator<Item = String>) {
    let json = config.log.format.is_json(&std::io::stderr());
    telemetry::init_log(config.log.level.name(), json);
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    for note in config::without_effect(config) {
        tracing::info!("{note}");
    }
}

/// Has everything that this process makes be for its own user only.
#[cfg(unix)]
fn keep_private() {
    let _before = rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

#[cfg(not(unix))]
fn keep_private() {}

/// Closes a data folder to other users that an earlier version or somebody's hand left open; returns
/// what to tell of it.
fn close_folder(config: &Config) -> Option<String> {
    let folder = &config.service.data_dir;
    match store::folder::close(folder) {
        Ok(closed) if closed.is_empty() => None,
        Ok(closed) => {
            let names = closed.iter().map(|path| path.display().to_string());
            let names = names.collect::<Vec<_>>().join(", ");
            Some(format!(
                "other users of this machine could read the history; closed to them: {names}"
            ))
        }
        Err(error) => Some(format!(
            "other users of this machine may read {} and it cannot be closed to them ({error}): see \
             `nchat-analytics doctor`",
            folder.display()
        )),
    }
}

/// Commands that talk to a person log only what is wrong.
fn quiet_log() {
    telemetry::init_log("warn", false);
}

fn make_folder(config: &Config) -> anyhow::Result<()> {
    let folder = &config.service.data_dir;
    store::folder::make(folder).map_err(|error| {
        anyhow::anyhow!(
            "{}: {error}; choose another ANALYTICS_DATA_DIR",
            folder.display()
        )
    })
}
