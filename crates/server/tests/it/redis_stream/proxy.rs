//! A way to a server that can be blocked: what a client sends after a word of its choice never arrives.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The way.
pub(super) struct Proxy {
    pub(super) port: u16,
    seen: Arc<Mutex<u64>>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Opens a way to a port, on which nothing arrives that holds `word`, or comes after it.
    pub(super) async fn swallowing(word: &'static str, to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&seen);
        #[expect(clippy::disallowed_methods, reason = "it ends with the test")]
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                #[expect(clippy::disallowed_methods, reason = "it ends with the test")]
                tokio::spawn(pass(client, to, word, Arc::clone(&counted)));
            }
        });
        Self { port, seen, task }
    }

    /// How often the word was swallowed.
    pub(super) fn swallowed(&self) -> u64 {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(client: TcpStream, to: u16, word: &'static str, seen: Arc<Mutex<u64>>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", to)).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let back = async { copy(&mut from_server, &mut to_client).await.is_ok() };
    let forth = async {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
            let sent = &buffer[..read];
            if sent.windows(word.len()).any(|part| part == word.as_bytes()) {
                *seen.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                std::future::pending::<()>().await;
            }
            if to_server.write_all(sent).await.is_err() {
                break;
            }
        }
    };
    tokio::join!(back, forth);
}
