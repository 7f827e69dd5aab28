//! `backup` and `restore`.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use domain::{clock::Clock, text::counted};
use store::{EventStore as _, StoreError};

use super::{make_folder, quiet_log};
use crate::{
    app,
    backup::{self, Manifest},
    config::Config,
};

/// Time between two looks whether the running service is done.
const LOOK: Duration = Duration::from_millis(500);

/// Copies what is stored, also while the service runs.
#[derive(Debug, clap::Args)]
pub(super) struct BackupArguments {
    /// Folder to make; without one, it is one of `backups` in the data folder.
    #[arg(value_name = "FOLDER")]
    to: Option<PathBuf>,
}

/// Makes a data folder of a backup.
#[derive(Debug, clap::Args)]
pub(super) struct RestoreArguments {
    /// Folder of the backup.
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
}

/// Makes a backup and holds it against what it says of itself.
pub(super) async fn back_up(
    config: &Config,
    clock: &dyn Clock,
    arguments: &BackupArguments,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    quiet_log();
    if let Some(to) = arguments.to.as_deref().filter(|to| to.exists()) {
        anyhow::bail!(
            "{} exists already: name a folder that does not",
            to.display()
        );
    }
    make_folder(config)?;
    let (made, manifest) = make(config, clock).await?;
    let folder = match &arguments.to {
        Some(to) => {
            move_folder(&made, to).with_context(|| format!("{}", to.display()))?;
            Manifest::verified(to.clone()).await?;
            to
        }
        None => &made,
    };
    writeln!(out, "backup       {}", folder.display())?;
    tell(&manifest, out)?;
    Ok(ExitCode::SUCCESS)
}

async fn make(config: &Config, clock: &dyn Clock) -> anyhow::Result<(PathBuf, Manifest)> {
    let (data, now) = (&config.service.data_dir, clock.now());
    let name = backup::name_of(now);
    match app::open_store(config).await {
        Ok(store) => {
            let meta = app::open_meta(config).await?;
            let made = backup::back_up(store.as_ref(), meta.as_ref(), data, &name, now).await;
            store.close().await?;
            meta.close().await;
            let made = made?;
            Manifest::verified(made.folder.clone()).await?;
            Ok((made.folder, made.manifest))
        }
        Err(StoreError::Locked { .. }) => {
            backup::ask(data, &name)?;
            loop {
                if let Some(made) = backup::told(data, &name).await? {
                    return Ok(made);
                }
                let options = app::store_options(config);
                let running =
                    tokio::task::spawn_blocking(move || store::duckdb::is_in_use(&options));
                if !running.await? {
                    anyhow::bail!("the service ended before it had made the backup: try again");
                }
                tokio::time::sleep(LOOK).await;
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Moves a folder, file by file where it goes to another disk.
fn move_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    store::folder::make(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        fs::copy(entry.path(), &copy)?;
        fs::File::open(&copy)?.sync_all()?;
    }
    fs::remove_dir_all(from)
}

/// Makes a data folder of a backup, and counts what is in it.
pub(super) async fn restore(
    config: &Config,
    arguments: &RestoreArguments,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    quiet_log();
    make_folder(config)?;
    let open = async || -> anyhow::Result<_> { Ok(app::open_store(config).await?) };
    let manifest = backup::restore(&arguments.from, &config.service.data_dir, open).await?;
    writeln!(out, "restored to  {}", config.service.data_dir.display())?;
    tell(&manifest, out)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(manifest: &Manifest, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "made at      {} by version {}",
        manifest.made_at, manifest.version
    )?;
    let events = manifest.events.values().sum();
    let workspaces = manifest.events.len() as u64;
    writeln!(
        out,
        "events       {} of {}",
        counted(events, "event"),
        counted(workspaces, "workspace")
    )?;
    let settings = if manifest.has_settings {
        "in it"
    } else {
        "not in it: they are in Postgres, and are backed up with that"
    };
    writeln!(out, "settings     {settings}")?;
    for file in &manifest.files {
        writeln!(
            out,
            "  {:<18} {:>12} bytes  {}",
            file.name, file.bytes, file.sha256
        )?;
    }
    Ok(())
}
