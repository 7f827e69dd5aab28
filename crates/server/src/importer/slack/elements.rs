//! The elements of a JSON list, one at a time: a list may be larger than memory, an element not.

use std::io::{self, BufRead};

use memchr::memchr2;

use crate::importer::SkipReason;

/// Deepest nesting of an element.
const MAX_DEPTH: usize = 64;

/// What some programs write before a text.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An element of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Element<'a> {
    /// The bytes of it; only where it ends was looked at, so that it need not be JSON.
    Bytes(&'a [u8]),
    /// It is longer than the limit; it was read past.
    TooLong,
    /// It is nested too deeply; it was read past.
    TooDeep,
}

/// Why a list cannot be read on.
#[derive(Debug)]
pub(super) enum Fault {
    /// The file cannot be read.
    Unreadable(io::Error),
    /// The text is not a list, or no longer one from here on.
    Broken(SkipReason),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// Reads the elements of a list.
pub(super) struct Elements<R> {
    reader: R,
    limit: usize,
    buffer: Vec<u8>,
    place: Place,
    number: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Behind,
    End,
}

impl<R: BufRead> Elements<R> {
    /// Returns a reader of elements of up to `limit` bytes.
    pub(super) fn new(reader: R, limit: usize) -> Self {
        Self {
            reader,
            limit,
            buffer: Vec::new(),
            place: Place::Start,
            number: 0,
        }
    }

    /// Returns the number of the element read last, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the next element, or `None` at the end. After a fault the list has ended.
    pub(super) fn next(&mut self) -> Result<Option<Element<'_>>, Fault> {
        let place = std::mem::replace(&mut self.place, Place::End);
        let goes_on = match place {
            Place::End => false,
            Place::Start => self.begin()?,
            Place::Behind => self.go_on()?,
        };
        if !goes_on {
            return Ok(None);
        }
        let (is_long, is_deep) = self.read_element()?;
        self.place = Place::Behind;
        self.number += 1;
        Ok(Some(if is_deep {
            Element::TooDeep
        } else if is_long {
            Element::TooLong
        } else {
            Element::Bytes(&self.buffer)
        }))
    }

    /// Reads what stands before the first element; returns whether there is one.
    fn begin(&mut self) -> Result<bool, Fault> {
        for byte in BYTE_ORDER_MARK {
            if self.reader.fill_buf()?.first() != Some(byte) {
                break;
            }
            self.reader.consume(1);
        }
        match self.token()? {
            Some(b'[') => self.reader.consume(1),
            // Slack writes a list that is not there like this.
            Some(b'n') => return self.is_null().map(|()| false),
            Some(b'{' | b'"' | b't' | b'f' | b'-' | b'0'..=b'9') => {
                return Err(Fault::Broken(SkipReason::NotAList));
            }
            Some(_) => return Err(not_json("it begins with something else than a list")),
            None => return Err(not_json("it is empty")),
        }
        if self.token()? != Some(b']') {
            return Ok(true);
        }
        self.end().map(|()| false)
    }

    /// Reads what stands behind an element; returns whether there is another one.
    fn go_on(&mut self) -> Result<bool, Fault> {
        match self.token()? {
            Some(b',') => {
                self.reader.consume(1);
                self.token()?;
                Ok(true)
            }
            Some(b']') => self.end().map(|()| false),
            Some(_) => Err(not_json("a comma is missing behind an element")),
            None => Err(not_json("it breaks off")),
        }
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.reader.consume(1);
        match self.token()? {
            None => Ok(()),
            Some(_) => Err(not_json("something follows the end of the list")),
        }
    }

    fn is_null(&mut self) -> Result<(), Fault> {
        let mut word = Vec::new();
        while let Some(byte) = self.token()? {
            self.reader.consume(1);
            word.push(byte);
            if word.len() > 4 {
                break;
            }
        }
        if word == b"null" {
            Ok(())
        } else {
            Err(Fault::Broken(SkipReason::NotAList))
        }
    }

    /// Returns the next byte that is not blank, without consuming it.
    fn token(&mut self) -> io::Result<Option<u8>> {
        loop {
            let bytes = self.reader.fill_buf()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let blank = bytes
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            let found = bytes.get(blank).copied();
            self.reader.consume(blank);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Reads an element into the buffer; returns whether it is too long, and too deep.
    fn read_element(&mut self) -> Result<(bool, bool), Fault> {
        self.buffer.clear();
        let mut scan = Scan::default();
        let (mut is_long, mut is_deep) = (false, false);
        loop {
            let bytes = self.reader.fill_buf()?;
            if bytes.is_empty() {
                return Err(not_json("it breaks off"));
            }
            let (used, has_ended) = scan.pass(bytes);
            is_deep |= scan.deepest > MAX_DEPTH;
            is_long |= self.buffer.len() + used > self.limit;
            if is_long || is_deep {
                self.buffer.clear();
            } else {
                self.buffer.extend_from_slice(&bytes[..used]);
            }
            self.reader.consume(used);
            if has_ended {
                return Ok((is_long, is_deep));
            }
        }
    }
}

fn not_json(problem: &str) -> Fault {
    Fault::Broken(SkipReason::NotJson(problem.to_owned()))
}

/// Where in an element a scan is.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    deepest: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Scan {
    /// Passes the bytes of the element; returns how many these are, and whether it ends there.
    fn pass(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if std::mem::take(&mut self.is_escaped) {
                at += 1;
                continue;
            }
            if self.in_string {
                let Some(found) = memchr2(b'"', b'\\', &bytes[at..]) else {
                    return (bytes.len(), false);
                };
                at += found + 1;
                self.is_escaped = bytes[at - 1] == b'\\';
                self.in_string = self.is_escaped;
                if !self.in_string && self.depth == 0 {
                    return (at, true);
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    self.deepest = self.deepest.max(self.depth);
                }
                // What ends the list or separates elements is none of the element's.
                b'}' | b']' | b',' if self.depth == 0 => return (at, true),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                blank if self.depth == 0 && blank.is_ascii_whitespace() => return (at, true),
                _ => {}
            }
            at += 1;
        }
        (at, false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    /// Returns the elements, and why the list could not be read on.
    fn read(json: &[u8], capacity: usize, limit: usize) -> (Vec<String>, Option<&'static str>) {
        let mut elements = Elements::new(BufReader::with_capacity(capacity, json), limit);
        let mut found = Vec::new();
        loop {
            match elements.next() {
                Ok(Some(Element::Bytes(bytes))) => {
                    found.push(String::from_utf8_lossy(bytes).into_owned());
                }
                Ok(Some(other)) => found.push(format!("{other:?}")),
                Ok(None) => return (found, None),
                Err(Fault::Broken(reason)) => {
                    assert!(matches!(elements.next(), Ok(None)));
                    return (found, Some(reason.code()));
                }
                Err(Fault::Unreadable(error)) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn elements_of_lists_whole_and_broken() {
        let deep = format!("[{}]", "[".repeat(65) + &"]".repeat(65));
        for (json, expected, fault) in [
            ("[]", &[][..], None),
            (" \n[ ] ", &[], None),
            ("null", &[], None),
            ("\u{feff}[1]", &["1"], None),
            (
                r#"[{"a":"]}\"\\"} , [1,[2]],"x,]", -1.5e3 ,true,null]"#,
                &[
                    r#"{"a":"]}\"\\"}"#,
                    "[1,[2]]",
                    r#""x,]""#,
                    "-1.5e3",
                    "true",
                    "null",
                ],
                None,
            ),
            ("[123456789,1]", &["TooLong", "1"], None),
            (&deep, &["TooDeep"], None),
            ("", &[], Some("not_json")),
            ("{}", &[], Some("not_a_list")),
            ("nonsense", &[], Some("not_a_list")),
            ("<html>", &[], Some("not_json")),
            ("[{\"a\":1", &[], Some("not_json")),
            ("[1,2", &["1"], Some("not_json")),
            ("[1,2,", &["1", "2"], Some("not_json")),
            ("[1 2]", &["1"], Some("not_json")),
            ("[1] x", &["1"], Some("not_json")),
            // What is no JSON within an element costs that element only.
            ("[{x},,{}]", &["{x}", "", "{}"], None),
        ] {
            let limit = if json.starts_with("[1234") { 8 } else { 1000 };
            for capacity in [1, 3, 4096] {
                let (found, broken) = read(json.as_bytes(), capacity, limit);
                assert_eq!(
                    (found.as_slice(), broken),
                    (
                        &expected
                            .iter()
                            .map(|&text| text.to_owned())
                            .collect::<Vec<_>>()[..],
                        fault
                    ),
                    "{json}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn any_list_is_cut_where_a_reader_of_json_cuts_it(
            texts in prop::collection::vec("[a-z\"\\\\\\[\\]{},:\u{1f600} ]{0,12}", 0..8),
            capacity in 1..64_usize,
        ) {
            let list: Vec<_> = texts
                .iter()
                .map(|text| serde_json::json!({"text": text, "list": [text, {text: 1}]}))
                .collect();
            for json in [
                serde_json::to_string(&list).unwrap(),
                serde_json::to_string_pretty(&list).unwrap(),
            ] {
                let (found, broken) = read(json.as_bytes(), capacity, 10_000);
                let found: Vec<serde_json::Value> =
                    found.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
                prop_assert_eq!(&found, &list);
                prop_assert_eq!(broken, None);
            }
        }

        #[test]
        fn any_bytes_come_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            read(&bytes, 7, 50);
        }
    }
}
