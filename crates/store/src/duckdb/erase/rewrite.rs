//! The files without what was removed.
//!
//! The engine leaves removed rows where they were until others take their place, and nothing tells which
//! bytes those are. So its file is written anew:
//!
//! 1. A new file with the same tables is made in a folder beside the file, and takes all rows over, while
//!    questions are answered from the old one. The writer does it itself, so nothing is written
//!    meanwhile: what arrives waits in the queue.
//! 2. The rows of every table are counted in both.
//! 3. Once no question is under way the old file is closed, the new one is renamed to its name, and the
//!    store is opened anew. Whoever asks waits for that moment.
//!
//! A kill leaves the old file whole before the renaming and the new one after it. What it leaves of the
//! folder is removed by the next start.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
};

use ::duckdb::Connection;

use super::count;
use crate::{
    RewrittenFile, StoreError,
    duckdb::{
        failure::classify,
        free_disk::free_bytes,
        migrate::migrate,
        open::{FILE_NAME, OpenOptions, connect, log_of},
        writer::Writer,
    },
};

/// Room that is left beside the copy.
const SPARE_BYTES: u64 = 64 * 1024 * 1024;
/// What the new file is called within the connection that writes it.
const CATALOGUE: &str = "rewritten";

/// Returns the folder that a new file is made in. The file has its final name there, because the engine
/// names what is in a file after it.
pub(in crate::duckdb) fn folder_of(file: &Path) -> PathBuf {
    file.with_extension("duckdb.rewriting")
}

/// Removes what a rewrite that was broken off left behind.
pub(in crate::duckdb) fn remove_unfinished(file: &Path) -> Result<(), StoreError> {
    let folder = folder_of(file);
    match fs::remove_dir_all(&folder) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(StoreError::Io {
            path: folder,
            source,
        }),
        _ => Ok(()),
    }
}

/// A new file that is complete, and not yet in its place.
pub(in crate::duckdb) struct Copied {
    file: PathBuf,
    new: PathBuf,
    files: Vec<RewrittenFile>,
}

impl Copied {
    /// Puts the new file in its place: nobody may have the old one open.
    pub(in crate::duckdb) fn put_in_place(self) -> Result<Vec<RewrittenFile>, StoreError> {
        let log = log_of(&self.file);
        if bytes_of(&log) > 0 {
            let reason = "the log of the old file was not moved into it".to_owned();
            return Err(StoreError::Stopped(reason));
        }
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::Io { path, source }
        };
        match fs::remove_file(&log) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(at(&log)(source));
            }
            _ => {}
        }
        fs::rename(&self.new, &self.file).map_err(at(&self.file))?;
        sync_folder(&self.file).map_err(at(&self.file))?;
        remove_unfinished(&self.file)?;
        Ok(self.files)
    }
}

fn bytes_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

fn sync_folder(file: &Path) -> std::io::Result<()> {
    match file.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Refuses where the disk has no room for a second file.
pub(super) fn check_room(file: &Path) -> Result<(), StoreError> {
    let needed = bytes_of(file) + bytes_of(&log_of(file)) + SPARE_BYTES;
    let free = file.parent().and_then(free_bytes).unwrap_or(u64::MAX);
    if free < needed {
        return Err(StoreError::NoRoomToRewrite { free, needed });
    }
    Ok(())
}

impl Writer {
    /// Writes a new file beside the one that there is, and the small files anew.
    pub(in crate::duckdb) fn copy_files(&mut self) -> Result<Copied, StoreError> {
        let file = self.options.file();
        check_room(&file)?;
        remove_unfinished(&file)?;
        let copied = self.copy(&file);
        if copied.is_err() {
            // The next start would do so too.
            let _left = remove_unfinished(&file).is_err();
        }
        copied
    }

    /// Copies what cannot be made again into a folder; returns the events of each workspace.
    pub(in crate::duckdb) fn back_up(
        &mut self,
        folder: &Path,
    ) -> Result<BTreeMap<String, u64>, StoreError> {
        let file = self.options.file();
        check_room(&file)?;
        remove_unfinished(&file)?;
        let copied = self.write_copy(&file).and_then(|new| {
            let made = new.parent().unwrap_or(&file);
            self.untimed.copy_into(made)?;
            let at = |source| StoreError::Io {
                path: folder.to_owned(),
                source,
            };
            fs::rename(made, folder).map_err(at)?;
            sync_folder(folder).map_err(at)
        });
        if copied.is_err() {
            // The next start would do so too.
            let _left = remove_unfinished(&file).is_err();
        }
        copied?;
        self.events_by_workspace()
    }

    fn events_by_workspace(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut statement = self
            .connection
            .prepare(
                "--sql\nSELECT w.id, count(*) FROM event e JOIN workspace w ON w.ref = e.workspace_ref GROUP BY w.id",
            )
            .map_err(classify)?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .map_err(classify)?;
        rows.collect::<Result<_, _>>().map_err(classify)
    }

    /// Writes a file with all rows into the folder beside the file; returns its path.
    fn write_copy(&self, file: &Path) -> Result<PathBuf, StoreError> {
        let run = |sql: &str| self.connection.execute_batch(sql).map_err(classify);
        // The log is empty from now on: nobody else writes.
        run("CHECKPOINT")?;
        let folder = folder_of(file);
        let new = folder.join(FILE_NAME);
        crate::folder::make(&folder).map_err(|source| StoreError::Io {
            path: folder.clone(),
            source,
        })?;
        make_empty(&new, &self.options)?;
        let path = new.display().to_string().replace('\'', "''");
        run(&format!("ATTACH '{path}' AS {CATALOGUE}"))?;
        let taken =
            take_over(&self.connection).and_then(|()| run(&format!("CHECKPOINT {CATALOGUE}")));
        let detached = run(&format!("DETACH {CATALOGUE}"));
        taken.and(detached)?;
        if bytes_of(&log_of(&new)) > 0 {
            let reason = "the log of the new file was not moved into it".to_owned();
            return Err(StoreError::Stopped(reason));
        }
        let synced = File::open(&new).and_then(|new| new.sync_all());
        synced.map_err(|source| StoreError::Io {
            path: new.clone(),
            source,
        })?;
        Ok(new)
    }

    fn copy(&mut self, file: &Path) -> Result<Copied, StoreError> {
        let new = self.write_copy(file)?;
        let mut files = vec![RewrittenFile {
            name: FILE_NAME.to_owned(),
            bytes_before: bytes_of(file),
            bytes_after: bytes_of(&new),
        }];
        files.extend(self.shared.engine.blocks().store().rewrite()?.map(
            |(name, bytes_before, bytes_after)| RewrittenFile {
                name: name.to_owned(),
                bytes_before,
                bytes_after,
            },
        ));
        files.push(self.untimed.rewrite()?);
        Ok(Copied {
            file: file.to_owned(),
            new,
            files,
        })
    }
}

/// Makes a file with all tables, and nothing in them but what every new one has.
fn make_empty(new: &Path, options: &OpenOptions) -> Result<(), StoreError> {
    let connection = connect(new, options)?;
    migrate(&connection)?;
    connection.execute_batch("CHECKPOINT").map_err(classify)
}

/// Takes all rows over into the new file, in their order.
fn take_over(connection: &Connection) -> Result<(), StoreError> {
    let run = |sql: &str| connection.execute_batch(sql).map_err(classify);
    let tables: Vec<String> = {
        let mut statement = connection
            .prepare(
                "--sql\nSELECT table_name FROM duckdb_tables() \
                 WHERE database_name = current_database() AND NOT temporary ORDER BY 1",
            )
            .map_err(classify)?;
        let names = statement
            .query_map([], |row| row.get(0))
            .map_err(classify)?;
        names.collect::<Result<_, _>>().map_err(classify)?
    };
    for table in tables {
        run(&format!(
            "BEGIN; DELETE FROM {CATALOGUE}.main.{table}; \
             INSERT INTO {CATALOGUE}.main.{table} BY NAME SELECT * FROM main.{table}; COMMIT"
        ))
        .inspect_err(|_| drop(run("ROLLBACK")))?;
        let before = count(connection, &format!("SELECT count(*) FROM main.{table}"))?;
        let after = format!("SELECT count(*) FROM {CATALOGUE}.main.{table}");
        let after = count(connection, &after)?;
        if before != after {
            let reason = format!("{after} of {before} rows of {table} were taken over");
            return Err(StoreError::Stopped(reason));
        }
    }
    Ok(())
}
