//! Lines of bounded length, read into one buffer.

use std::io::{self, BufRead, Read};

/// What stands between two line ends.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::importer) enum RawLine<'a> {
    /// The bytes of the line without its end.
    Bytes(&'a [u8]),
    /// The line is longer than the limit; it was read past.
    TooLong,
}

/// Reads lines and counts them.
pub(in crate::importer) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    limit: usize,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// Returns a reader of lines of up to `limit` bytes.
    pub(in crate::importer) fn new(reader: R, limit: usize) -> Self {
        Self {
            reader,
            buffer: Vec::with_capacity(4096),
            limit,
            number: 0,
        }
    }

    /// Returns the number of the line read last, from 1.
    pub(in crate::importer) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the next line, or `None` at the end.
    pub(in crate::importer) fn next(&mut self) -> io::Result<Option<RawLine<'_>>> {
        self.buffer.clear();
        // One byte more for the line end, so that a line of exactly the limit is not too long.
        let most = self.limit as u64 + 1;
        let count = (&mut self.reader)
            .take(most)
            .read_until(b'\n', &mut self.buffer)?;
        if count == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if self.buffer.len() > self.limit {
            self.reader.skip_until(b'\n')?;
            return Ok(Some(RawLine::TooLong));
        }
        let line = self.buffer.as_slice();
        Ok(Some(RawLine::Bytes(
            line.strip_suffix(b"\r").unwrap_or(line),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8], limit: usize) -> Vec<Option<Vec<u8>>> {
        let mut lines = Lines::new(text, limit);
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push(match line {
                RawLine::Bytes(bytes) => Some(bytes.to_vec()),
                RawLine::TooLong => None,
            });
        }
        assert_eq!(lines.number(), all.len() as u64);
        all
    }

    #[test]
    fn line_ends_of_all_kinds_and_long_lines() {
        let line = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(all(b"", 4), []);
        assert_eq!(all(b"a\r\n\nb", 4), [line("a"), line(""), line("b")]);
        assert_eq!(all(b"1234\n12345\n1", 4), [line("1234"), None, line("1")]);
        assert_eq!(all(b"12345", 4), [None]);
        assert_eq!(all(b"1234", 4), [line("1234")]);
    }
}
