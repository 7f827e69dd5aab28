//! E-mail and Internet addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::text::is_word;

/// Returns where the e-mail address around the `@` at `at` begins and ends; it begins no earlier
/// than `floor`.
pub(super) fn email(text: &str, floor: usize, at: usize) -> Option<(usize, usize)> {
    let local = text[floor..at].trim_end_matches(is_local);
    let local = text[floor + local.len()..at].trim_start_matches(['.', '-', '+', '%']);
    let end = at + 1 + domain_length(&text[at + 1..])?;
    (!local.is_empty()).then_some((at - local.len(), end))
}

fn is_local(c: char) -> bool {
    is_word(c) || matches!(c, '.' | '-' | '+' | '%')
}

/// Returns the length of the domain a text begins with: two labels or more, the last of letters.
fn domain_length(rest: &str) -> Option<usize> {
    let run = rest
        .find(|c| !is_word(c) && c != '.' && c != '-')
        .unwrap_or(rest.len());
    let mut labels = rest[..run].split('.');
    let first = labels.next()?;
    // `logo@2x.png` is a picture for fine screens.
    if first.is_empty() || matches!(first.as_bytes(), [b'1'..=b'9', b'x']) {
        return None;
    }
    let mut at = first.len();
    let mut end = None;
    for label in labels {
        let letters = label
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(label.len());
        let is_whole = !label[letters..].starts_with(is_word);
        if label[..letters].chars().nth(1).is_some() && is_whole {
            end = Some(at + 1 + letters);
        }
        at += 1 + label.len();
    }
    end
}

/// Returns the length of the IPv4 address a text begins with, and the address without its last
/// octet.
pub(super) fn ipv4(rest: &str) -> Option<(usize, String)> {
    let mut at = 0;
    let mut last = 0;
    for index in 0..4 {
        if index > 0 {
            at += rest[at..].starts_with('.').then_some(1)?;
        }
        last = at;
        let digits = rest[at..].bytes().take_while(u8::is_ascii_digit).count();
        let octet = Some(&rest[at..at + digits]).filter(|octet| octet.len() <= 3)?;
        octet.parse::<u8>().ok()?;
        at += digits;
    }
    let mut after = rest[at..].chars();
    let is_free = match (after.next(), after.next()) {
        (Some('.'), Some(c)) => !is_word(c),
        (Some('-'), Some(c)) => !c.is_alphabetic(),
        (next, _) => !next.is_some_and(is_word),
    };
    is_free.then(|| (at, format!("{}0", &rest[..last])))
}

/// Returns the length of the IPv6 address a text begins with, and the address without its last
/// 80 bits.
pub(super) fn ipv6(rest: &str) -> Option<(usize, String)> {
    let run = ipv6_run(rest);
    if run.bytes().filter(|&byte| byte == b':').count() < 2
        || !run.bytes().any(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    // A colon may follow the address in a sentence.
    let written = [run, run.strip_suffix(':').unwrap_or(run)];
    let (written, address) = written
        .into_iter()
        .find_map(|text| Some((text, text.parse::<Ipv6Addr>().ok()?)))?;
    Some((written.len(), shortened(address)?))
}

/// Returns the groups and colons a text begins with, up to the first group no address has.
fn ipv6_run(rest: &str) -> &str {
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let length = rest.bytes().take_while(is_part).count();
    // A full stop may follow the address in a sentence.
    let run = rest[..length].trim_end_matches('.');
    let is_cut = rest[run.len()..].starts_with(is_word);
    let mut end = 0;
    for group in run.split_inclusive(':') {
        let is_last = end + group.len() == run.len() && !group.ends_with(':');
        let digits = group.trim_end_matches(':');
        let fits = digits.len() <= 4 && !digits.contains('.')
            || is_last && digits.parse::<Ipv4Addr>().is_ok();
        if !fits || is_last && is_cut {
            break;
        }
        end += group.len();
    }
    &run[..end]
}

/// Returns the address without its last 80 bits; `None` outside the blocks that are in use, where
/// it is rather code, a ratio or a hash.
fn shortened(address: Ipv6Addr) -> Option<String> {
    if let Some(inner) = address.to_ipv4_mapped() {
        let [a, b, c, _] = inner.octets();
        return Some(format!("::ffff:{a}.{b}.{c}.0"));
    }
    let [first, second, third, ..] = address.segments();
    let is_used = matches!(first, 0x64 | 0x2000..=0x3fff | 0xfc00..=0xffff);
    is_used.then(|| Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0).to_string())
}
