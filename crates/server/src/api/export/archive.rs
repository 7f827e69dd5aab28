//! A zip archive that is sent while it is made.

use std::{
    io::Write,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use zip::{
    ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use crate::api::error::ApiError;

/// An archive in the making.
pub(super) struct Archive {
    /// Nothing once it is finished.
    writer: Mutex<Option<ZipWriter<StreamWriter<Packed>>>>,
    packed: Packed,
}

/// Bytes that are packed and not sent yet.
#[derive(Debug, Clone, Default)]
struct Packed(Arc<Mutex<Vec<u8>>>);

impl Packed {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn internal(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::Internal(error.to_string())
}

impl Archive {
    pub(super) fn new() -> Self {
        let packed = Packed::default();
        Self {
            writer: Mutex::new(Some(ZipWriter::new_stream(packed.clone()))),
            packed,
        }
    }

    fn change(
        &self,
        change: impl FnOnce(&mut Option<ZipWriter<StreamWriter<Packed>>>) -> Result<(), ApiError>,
    ) -> Result<Vec<u8>, ApiError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut writer)?;
        Ok(std::mem::take(&mut *self.packed.lock()))
    }

    /// Begins a file.
    pub(super) fn begin(&self, name: &str) -> Result<(), ApiError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(writer) = writer.as_mut() else {
            return Ok(());
        };
        // Nobody knows how large it becomes.
        let options = SimpleFileOptions::default().large_file(true);
        writer
            .start_file(name, options)
            .map_err(|error| internal(&error))
    }

    /// Packs a piece of the file; returns what can be sent.
    pub(super) fn put(&self, piece: &[u8]) -> Result<Vec<u8>, ApiError> {
        self.change(|writer| match writer {
            Some(writer) => writer.write_all(piece).map_err(|error| internal(&error)),
            None => Ok(()),
        })
    }

    /// Writes the directory at the end; returns the last bytes.
    pub(super) fn finish(&self) -> Result<Vec<u8>, ApiError> {
        self.change(|writer| match writer.take() {
            Some(writer) => writer.finish().map(drop).map_err(|error| internal(&error)),
            None => Ok(()),
        })
    }
}
