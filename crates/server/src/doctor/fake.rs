//! Servers that answer once, for the tests of this module.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread,
};

/// Returns a free port on which one connection is answered after so many lines.
pub(super) fn serve_once(lines: usize, answer: &'static str) -> u16 {
    serve(answer, move |read, _| read == lines)
}

/// Returns a free port on which one HTTP request is read whole and then answered.
///
/// Closing before everything is read would reset the connection and lose the answer.
pub(super) fn serve_http_once(answer: &'static str) -> u16 {
    serve(answer, |read, last| read > 0 && last.trim_end().is_empty())
}

/// Returns a port that nobody listens on.
pub(super) fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn serve(answer: &'static str, is_read: impl Fn(usize, &str) -> bool + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut read, mut last) = (0, String::new());
        while !is_read(read, &last) {
            last.clear();
            reader.read_line(&mut last).unwrap();
            read += 1;
        }
        stream.write_all(answer.as_bytes()).unwrap();
    });
    port
}
