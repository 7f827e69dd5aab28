//! Payment card, social security and phone numbers.
//!
//! A number is read as groups of digits and what separates them; the longest run of groups that is
//! a number of some kind counts. Plain digits are never a phone number: they are rather an
//! identifier or a time.

use super::text::is_word;

const MAX_GROUPS: usize = 8;

/// What may stand between two groups of digits, longer ones first.
const SEPARATORS: [&str; 10] = [") ", ")-", " (", "-(", ")", "(", " ", "-", ".", "/"];

/// Returns the length of the sensitive number a text begins with.
pub(super) fn number(rest: &str) -> Option<usize> {
    let numerals = Numerals::parse(rest);
    (1..=numerals.count).rev().find_map(|count| {
        let end = numerals.ends[count - 1];
        let is_sensitive = ends_free(&rest[end..]) && numerals.first(count).is_sensitive();
        is_sensitive.then_some(end)
    })
}

/// Returns whether a number may end before that text.
fn ends_free(after: &str) -> bool {
    let mut after = after.chars();
    match (after.next(), after.next()) {
        (Some('-'), Some(c)) => !is_word(c),
        (Some('.'), Some(c)) => !c.is_ascii_digit(),
        (next, _) => !next.is_some_and(is_word),
    }
}

/// Digits as they are grouped in a text.
struct Numerals<'a> {
    has_plus: bool,
    has_bracket: bool,
    count: usize,
    groups: [&'a str; MAX_GROUPS],
    /// Before each group; empty before the first.
    separators: [&'a str; MAX_GROUPS],
    /// Where each group ends.
    ends: [usize; MAX_GROUPS],
}

impl<'a> Numerals<'a> {
    fn parse(rest: &'a str) -> Self {
        let has_plus = rest.starts_with('+');
        let has_bracket = rest[usize::from(has_plus)..].starts_with('(');
        let mut at = usize::from(has_plus) + usize::from(has_bracket);
        let mut numerals = Self {
            has_plus,
            has_bracket,
            count: 0,
            groups: [""; MAX_GROUPS],
            separators: [""; MAX_GROUPS],
            ends: [0; MAX_GROUPS],
        };
        while numerals.count < MAX_GROUPS {
            let index = numerals.count;
            let is_first = index == 0;
            let separator = SEPARATORS
                .into_iter()
                .find(|separator| rest[at..].starts_with(separator));
            let separator = if is_first {
                ""
            } else {
                separator.unwrap_or("")
            };
            let start = at + separator.len();
            let length = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
            if length == 0 || (separator.is_empty() && !is_first) {
                break;
            }
            at = start + length;
            numerals.separators[index] = separator;
            numerals.groups[index] = &rest[start..at];
            numerals.ends[index] = at;
            numerals.count += 1;
        }
        numerals
    }

    fn first(&self, count: usize) -> Number<'_> {
        Number {
            has_plus: self.has_plus,
            has_bracket: self.has_bracket,
            groups: &self.groups[..count],
            separators: &self.separators[1..count],
        }
    }
}

/// Some groups that may be one number.
struct Number<'a> {
    has_plus: bool,
    has_bracket: bool,
    groups: &'a [&'a str],
    /// Between the groups.
    separators: &'a [&'a str],
}

impl Number<'_> {
    fn is_sensitive(&self) -> bool {
        let length: usize = self.groups.iter().map(|group| group.len()).sum();
        if !(9..=19).contains(&length) {
            return false;
        }
        let is_plain = !self.has_plus && !self.has_bracket;
        is_plain && (self.is_card(length) || self.is_social_security()) || self.is_phone(length)
    }

    fn is_separated_by(&self, allowed: &[&str]) -> bool {
        let first = self.separators.first();
        self.separators
            .iter()
            .all(|separator| Some(separator) == first && allowed.contains(separator))
    }

    fn is_card(&self, length: usize) -> bool {
        if !(13..=19).contains(&length) || !self.is_separated_by(&[" ", "-"]) {
            return false;
        }
        is_card_number(self.groups.iter().flat_map(|group| group.bytes()))
    }

    fn is_social_security(&self) -> bool {
        let [area, group, serial] = self.groups else {
            return false;
        };
        self.is_separated_by(&["-"])
            && (area.len(), group.len(), serial.len()) == (3, 2, 4)
            && !matches!(*area, "000" | "666")
            && !area.starts_with('9')
            && *group != "00"
            && *serial != "0000"
    }

    fn is_phone(&self, length: usize) -> bool {
        if self.has_plus {
            return length <= 15 && !self.groups[0].starts_with('0') && !self.is_decimal();
        }
        if self.has_bracket
            && !self
                .separators
                .first()
                .is_some_and(|first| first.starts_with(')'))
        {
            return false;
        }
        self.is_north_american() || self.is_national(length) || self.is_in_pairs()
    }

    /// Returns whether stops stand as in a decimal number and not as between all the groups.
    fn is_decimal(&self) -> bool {
        let stops = self
            .separators
            .iter()
            .filter(|&&separator| separator == ".")
            .count();
        stops > 0 && (stops == 1 || stops < self.separators.len())
    }

    /// `(212) 555-0123`, `212-555-0123`, `1-212-555-0123`: area and exchange begin with 2 to 9.
    fn is_north_american(&self) -> bool {
        let groups = self.groups.strip_prefix(&["1"]).unwrap_or(self.groups);
        let begins = |group: &str| matches!(group.as_bytes()[0], b'2'..=b'9');
        match groups {
            [area, rest] => self.has_bracket && (area.len(), rest.len()) == (3, 7) && begins(area),
            [area, exchange, line] => {
                (area.len(), exchange.len(), line.len()) == (3, 3, 4)
                    && begins(area)
                    && begins(exchange)
            }
            _ => false,
        }
    }

    /// `030 1234567`, `0170/1234567`, `020 7946 0958`, `0049 30 1234567`: a trunk or international
    /// prefix and separators.
    fn is_national(&self, length: usize) -> bool {
        let [prefix, rest @ ..] = self.groups else {
            return false;
        };
        let [first, others @ ..] = self.separators else {
            return false;
        };
        let trunk = prefix.trim_start_matches('0');
        let fits = match prefix.len() - trunk.len() {
            1 => (2..=4).contains(&trunk.len()) && length <= 12,
            2 => !trunk.is_empty() && length >= 11,
            _ => false,
        };
        fits && *first != "."
            && !others
                .iter()
                .any(|separator| matches!(*separator, "." | "/"))
            && rest.iter().all(|group| group.len() >= 2)
    }

    /// `01 23 45 67 89`, as in France.
    fn is_in_pairs(&self) -> bool {
        self.groups.len() == 5
            && self.groups.iter().all(|group| group.len() == 2)
            && self.groups[0].starts_with('0')
            && self.groups[0] != "00"
            && self.is_separated_by(&[" ", ".", "-"])
    }
}

/// Returns whether a JSON number is that of a payment card.
pub(super) fn is_card(number: &serde_json::Number) -> bool {
    let whole = number.as_u64().or_else(|| {
        let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole numbers up to this one are exact"
        )]
        (0.0..=9_007_199_254_740_992.0)
            .contains(&float)
            .then_some(float as u64)
    });
    whole.is_some_and(|whole| {
        // Few numbers are as long as that of a card.
        (1_000_000_000_000..10_000_000_000_000_000_000).contains(&whole)
            && is_card_number(whole.to_string().bytes())
    })
}

fn is_card_number(digits: impl Iterator<Item = u8>) -> bool {
    let digits: Vec<u32> = digits.map(digit).collect();
    is_issued(&digits) && has_luhn_digit(&digits)
}

fn digit(byte: u8) -> u32 {
    u32::from(byte - b'0')
}

/// Returns whether a card network issues numbers of that beginning and length, which few
/// identifiers and no times of this century share.
fn is_issued(digits: &[u32]) -> bool {
    let prefix = digits[..4]
        .iter()
        .fold(0, |number, digit| number * 10 + digit);
    match prefix {
        4000..=4999 => matches!(digits.len(), 13 | 16 | 19),
        2221..=2720 | 5100..=5599 => digits.len() == 16,
        3400..=3499 | 3700..=3799 => digits.len() == 15,
        3000..=3059 | 3600..=3699 | 3800..=3999 => matches!(digits.len(), 14..=19),
        3528..=3589 | 6011 | 6200..=6299 | 6440..=6599 => matches!(digits.len(), 16..=19),
        5000..=5099 | 5600..=5899 | 6300..=6399 | 6700..=6799 => true,
        _ => false,
    }
}

fn has_luhn_digit(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, &digit)| match index % 2 {
            0 => digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}
