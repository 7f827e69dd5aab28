//! What is kept from run to run: a history as it was built, and the same one filled.
//!
//! Each is a folder with a marker beside it. The marker is written last and removed first, so a
//! folder without one was broken off and is made again.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use serde::{Serialize, de::DeserializeOwned};

/// Part of the folder's name. Raise it when the store's format or the generator changes, so that
/// histories are built anew.
const FORMAT: u32 = 5;

/// The folder that keeps what belongs to one number of events.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Returns the folder for that many events, within the cache of the project.
    pub(super) fn open(root: &Path, events: u64) -> Result<Self> {
        let script = root.join("scripts/cache-dir.sh");
        let output = Command::new(&script).output();
        let output = output.with_context(|| script.display().to_string())?;
        ensure!(output.status.success(), "the cache folder is not known");
        let base = PathBuf::from(String::from_utf8(output.stdout)?.trim());
        Self::at(base.join(format!("bench/{events}-{FORMAT}")))
    }

    fn at(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(Self { folder })
    }

    /// Returns where all of it lies.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the data folder of a name.
    pub(super) fn store(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn marker(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    /// Returns what was noted when the folder of that name was finished, if it was.
    pub(super) fn finished<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let text = fs::read(self.marker(name)).ok()?;
        let noted = serde_json::from_slice(&text).ok()?;
        self.store(name).is_dir().then_some(noted)
    }

    /// Notes that the folder of that name is finished.
    pub(super) fn finish<T: Serialize>(&self, name: &str, noted: &T) -> Result<()> {
        // A marker that was written in part must not be taken for one.
        let part = self.folder.join(format!("{name}.part"));
        fs::write(&part, serde_json::to_vec_pretty(noted)?)?;
        Ok(fs::rename(part, self.marker(name))?)
    }

    /// Removes the folder of that name, finished or not.
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let marker = self.marker(name);
        if marker.exists() {
            fs::remove_file(marker)?;
        }
        let store = self.store(name);
        if store.exists() {
            fs::remove_dir_all(store)?;
        }
        Ok(())
    }

    /// Makes one folder the same as another, in files of its own: the other stays as it is.
    pub(super) fn copy(&self, from: &str, to: &str) -> Result<PathBuf> {
        self.remove(to)?;
        let store = self.store(to);
        copy_folder(&self.store(from), &store)
            .with_context(|| format!("{from} cannot be copied to {}", store.display()))?;
        Ok(store)
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.metadata()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            // Otherwise the first to wait for the disk would wait for all of the copy.
            fs::File::open(&target)?.sync_all()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_finished_and_is_there_counts() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().join("a/b")).unwrap();
        assert_eq!(cache.finished::<u64>("built"), None);
        fs::create_dir(cache.store("built")).unwrap();
        assert_eq!(cache.finished::<u64>("built"), None);
        cache.finish("built", &7).unwrap();
        assert_eq!(cache.finished::<u64>("built"), Some(7));
        fs::write(cache.marker("built"), "{").unwrap();
        assert_eq!(cache.finished::<u64>("built"), None);
        cache.finish("built", &8).unwrap();
        fs::remove_dir(cache.store("built")).unwrap();
        assert_eq!(cache.finished::<u64>("built"), None);
    }

    #[test]
    fn a_copy_has_files_of_its_own_and_no_marker() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().to_owned()).unwrap();
        fs::create_dir_all(cache.store("one").join("deep")).unwrap();
        fs::write(cache.store("one").join("deep/file"), "same").unwrap();
        cache.finish("one", &1).unwrap();
        let copy = cache.copy("one", "two").unwrap();
        fs::write(copy.join("deep/file"), "other").unwrap();
        let original = fs::read_to_string(cache.store("one").join("deep/file")).unwrap();
        assert_eq!(original, "same");
        assert_eq!(cache.finished::<u64>("two"), None);
        cache.remove("one").unwrap();
        assert!(!cache.store("one").exists() && cache.finished::<u64>("one").is_none());
    }
}
