//! Where pieces of an answer go, and the body that is made of them.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::Bytes;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::archive::Archive;
use crate::api::error::ApiError;

/// Pieces of an answer that wait for a slow reader, beside the one that is made meanwhile.
const PIECES: usize = 1;

type Piece = Result<Bytes, std::io::Error>;

/// Takes pieces of the answer; waits while the reader is slow.
pub(super) struct Sink {
    sender: mpsc::Sender<Piece>,
    /// Packs the pieces, where files are asked for.
    archive: Option<Arc<Archive>>,
}

/// Returns a sink and what is put into it.
pub(super) fn channel(archive: Option<Archive>) -> (Sink, ReceiverStream<Piece>) {
    let (sender, receiver) = mpsc::channel(PIECES);
    let archive = archive.map(Arc::new);
    (Sink { sender, archive }, ReceiverStream::new(receiver))
}

impl Sink {
    /// Hands a piece over; false when nobody reads any more.
    pub(super) async fn put(&self, piece: Vec<u8>) -> Result<bool, ApiError> {
        let piece = match &self.archive {
            Some(archive) => archive.put(&piece)?,
            None => piece,
        };
        Ok(self.send(piece).await)
    }

    /// Begins a file of the archive; what is put from now on is in it.
    pub(super) fn begin(&self, name: &str) -> Result<(), ApiError> {
        self.archive
            .as_ref()
            .map_or(Ok(()), |archive| archive.begin(name))
    }

    /// Ends the archive.
    pub(super) async fn finish(&self) -> Result<(), ApiError> {
        if let Some(archive) = &self.archive {
            self.send(archive.finish()?).await;
        }
        Ok(())
    }

    /// Breaks the answer off, so that it is seen as broken: one that ends early would look whole.
    pub(super) async fn fail(&self) {
        let broken = Err(std::io::Error::other("the export failed"));
        let _nobody_reads = self.sender.send(broken).await.is_err();
    }

    async fn send(&self, piece: Vec<u8>) -> bool {
        piece.is_empty() || self.sender.send(Ok(Bytes::from(piece))).await.is_ok()
    }
}

/// A body that does its own work while it is read, so that it ends when the reader goes.
pub(super) struct Working<F> {
    pub(super) work: Pin<Box<F>>,
    pub(super) stream: ReceiverStream<Piece>,
    pub(super) done: bool,
}

impl<F: Future<Output = ()>> futures::Stream for Working<F> {
    type Item = Piece;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Piece>> {
        if !self.done && self.work.as_mut().poll(context).is_ready() {
            self.done = true;
        }
        Pin::new(&mut self.stream).poll_next(context)
    }
}
