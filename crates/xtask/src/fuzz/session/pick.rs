//! Choosing at random.

use rand::{Rng, RngExt as _};

/// Returns one of them.
pub(super) fn one_of<'a, T: ?Sized>(rng: &mut impl Rng, among: &[&'a T]) -> &'a T {
    among[rng.random_range(0..among.len())]
}

/// Returns true in so many of a hundred cases.
pub(super) fn chance(rng: &mut impl Rng, percent: u32) -> bool {
    rng.random_range(0..100) < percent
}

/// Texts that break what is written carelessly, whatever they are given for.
const HOSTILE: &[&str] = &[
    "\0",
    "a\0b",
    "\u{feff}",
    "\u{202e}abc",
    "\u{d7ff}\u{e000}",
    "٣٠d",
    "７d",
    "²",
    "-0",
    "0",
    "-1",
    "1e400",
    "NaN",
    "Infinity",
    "0x7f",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "99999999999999999999999999",
    "null",
    "undefined",
    "[object Object]",
    "true",
    "{}",
    "[]",
    "'; DROP TABLE event; --",
    "' OR '1'='1",
    "\") UNION ALL SELECT 1 --",
    "%' ESCAPE '\\",
    "$1",
    "?",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "C:\\con",
    "<script>alert(1)</script>",
    "\r\nX-Injected: 1",
    "%00",
    "%2e%2e%2f",
    "👩‍👩‍👧‍👦",
    "ﷺ",
    "i̇",
    "ß",
    " ",
    "\t",
    ",",
    "..",
];

/// Returns a hostile text.
pub(super) fn hostile(rng: &mut impl Rng) -> String {
    match rng.random_range(0..10) {
        0 => "x".repeat(rng.random_range(1..6_000)),
        1 => "🦀".repeat(rng.random_range(1..1_100)),
        2 => "(".repeat(rng.random_range(1..4_000)),
        3 => (0..rng.random_range(1..40))
            .map(|_| char::from_u32(rng.random_range(0..0x11_0000)).unwrap_or('\u{fffd}'))
            .collect(),
        _ => one_of(rng, HOSTILE).to_owned(),
    }
}

/// Returns a text with a letter left out, exchanged, doubled or made another one.
pub(super) fn near(rng: &mut impl Rng, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return " ".to_owned();
    }
    let place = rng.random_range(0..letters.len());
    match rng.random_range(0..6) {
        0 => drop(letters.remove(place)),
        1 => letters.swap(place, 0),
        2 => letters.insert(place, letters[place]),
        3 => letters[place] = char::from(rng.random_range(b' '..=b'~')),
        4 => letters
            .iter_mut()
            .for_each(|letter| *letter = letter.to_ascii_uppercase()),
        _ => letters.push(
            one_of(rng, &["s", " ", "0", "-", "\u{301}"])
                .chars()
                .next()
                .unwrap_or(' '),
        ),
    }
    letters.into_iter().collect()
}

/// A day or an instant: plain ones, and those at and beyond the ends of calendars and clocks.
const TIMES: &[&str] = &[
    "2025-12-31",
    "2025-12-01",
    "2025-11-30T23:59:59.999Z",
    "2025-12-31T18:00:00Z",
    "2025-10-26T02:30:00+02:00",
    "2025-03-30T02:30",
    "2024-02-29",
    "2025-02-29",
    "2020-09-06",
    "2016-12-31T23:59:60Z",
    "1970-01-01",
    "1969-12-31T23:59:59Z",
    "1900-01-01",
    "0001-01-01",
    "0000-01-01",
    "-000001-01-01",
    "-009999-01-02T01:59:59Z",
    "-009999-01-01",
    "9999-12-31",
    "9999-12-30T22:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "10000-01-01",
    "+275760-09-13",
    "1767225600000",
    "1767225600",
    "-62135596800000",
    "9223372036854775807",
    "2025-12-31T18:00:00+23:59",
    "2025-12-31T18:00:00-25:00",
    "2025-12-31T24:00:00Z",
    "2025-13-01",
    "2025-W52-3",
    "yesterday",
    "now",
];

/// Returns a day or an instant.
pub(super) fn time(rng: &mut impl Rng) -> String {
    if chance(rng, 30) {
        let year = rng.random_range(2023..2027);
        let (month, day) = (rng.random_range(1..13), rng.random_range(1..29));
        return format!("{year}-{month:02}-{day:02}");
    }
    one_of(rng, TIMES).to_owned()
}
