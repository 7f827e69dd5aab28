//! The private file that an upload lies in until it is imported.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tokio::io::AsyncWriteExt as _;

/// Name of the folder, within the data folder.
const FOLDER: &str = "uploads";
/// Longest part of the name of an upload that the file keeps: its end.
const MOST_NAME: usize = 40;
/// Bytes that are collected before they are written.
const BUFFER_BYTES: usize = 256 << 10;

/// Returns the folder of uploads, which is there only while one is under way, and deletes what a start before
/// this one has left in it.
///
/// Only who has the store open may call this: the files of a running service would go.
pub(super) fn cleared_folder(data: &Path) -> io::Result<PathBuf> {
    let folder = data.join(FOLDER);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(folder),
    }
}

/// Makes a folder that nobody but the service's own user can open, if it is not there.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Returns the name of a file for an upload. What it is called tells what it is, and nothing else of that name
/// gets to the disk.
pub(super) fn file_name(id: &str, name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let plain: String = name.chars().filter(|c| is_plain(*c)).collect();
    let end = plain.len().saturating_sub(MOST_NAME);
    format!("{id}-{}", &plain[end..])
}

/// A file that is deleted when this is dropped.
#[derive(Debug)]
pub(super) struct UploadFile(PathBuf);

impl UploadFile {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for UploadFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!(%error, "an upload cannot be deleted; the next start tries again");
        } else if let Some(folder) = self.0.parent() {
            // It stays while another file is in it.
            let _removed = fs::remove_dir(folder);
        }
    }
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Writing {
    // Closed before the file is deleted.
    file: tokio::io::BufWriter<tokio::fs::File>,
    upload: UploadFile,
}

impl Writing {
    /// Makes a file that nobody but the service's own user can open.
    pub(super) async fn create(folder: &Path, name: &str) -> io::Result<Self> {
        make_private(folder)?;
        let path = folder.join(name);
        let mut options = tokio::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&path).await?;
        Ok(Self {
            file: tokio::io::BufWriter::with_capacity(BUFFER_BYTES, file),
            upload: UploadFile(path),
        })
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }

    pub(super) async fn finish(mut self) -> io::Result<UploadFile> {
        self.file.flush().await?;
        Ok(self.upload)
    }
}

/// Returns how many bytes are free on the disk of a folder; `None` where the disk does not say.
#[cfg(unix)]
pub(super) fn free_bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
pub(super) fn free_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_ending_and_no_way_out_of_the_folder() {
        assert_eq!(file_name("id", "history.ndjson.gz"), "id-history.ndjson.gz");
        assert_eq!(
            file_name("id", "../../etc/päss wd\0.csv"),
            "id-....etcpsswd.csv"
        );
        let long = format!("{}.zst", "a".repeat(300));
        assert_eq!(file_name("id", &long), format!("id-{}.zst", "a".repeat(36)));
        assert_eq!(file_name("id", "名"), "id-");
    }

    #[tokio::test]
    async fn a_file_is_private_and_goes_with_its_owner_or_at_the_next_start() {
        let data = tempfile::tempdir().unwrap();
        let folder = cleared_folder(data.path()).unwrap();
        let mut writing = Writing::create(&folder, "a").await.unwrap();
        writing.write(b"text").await.unwrap();
        let file = writing.finish().await.unwrap();
        assert_eq!(fs::read(file.path()).unwrap(), b"text");
        #[cfg(unix)]
        for (path, expected) in [(file.path(), 0o600), (&*folder, 0o700)] {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, expected, "{}", path.display());
        }
        let path = file.path().to_owned();
        drop(file);
        assert!(!path.exists() && !folder.exists());
        let writing = Writing::create(&folder, "b").await.unwrap();
        fs::write(folder.join("left"), "by a crash").unwrap();
        drop(writing);
        assert!(folder.exists());
        let again = cleared_folder(data.path()).unwrap();
        assert!(again == folder && !again.exists());
    }
}
