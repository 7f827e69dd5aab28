//! One spelling of the name of a channel and of what systems make of it as the name of a folder.

use unicode_normalization::UnicodeNormalization as _;

/// Returns a name in composed characters: macOS takes letters and their accents apart.
pub(super) fn composed(name: &str) -> String {
    name.nfc().collect()
}

/// Returns the spelling that names of the same channel have in common: full-width and half-width
/// characters are one, and so are characters that Windows allows in no name and the `_` that
/// programs write for them.
pub(super) fn folded(name: &str) -> String {
    let name = unescaped(name);
    let mut folded: String = name.nfkc().map(allowed).collect();
    folded.truncate(folded.trim_end_matches(['.', ' ']).len());
    folded
}

/// Returns what names the canvas in the folded name of a conversation about one, which is
/// `FC:<file>:<title>`: titles change.
pub(super) fn canvas(folded: &str) -> Option<&str> {
    let file = folded.strip_prefix("FC_")?.split('_').next()?;
    let is_id = file.starts_with('F')
        && file.len() >= 9
        && file
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    is_id.then(|| &folded[.."FC_".len() + file.len()])
}

fn allowed(c: char) -> char {
    match c {
        '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => '_',
        c if c.is_control() => '_',
        c => c,
    }
}

/// Returns a name with the characters that Info-ZIP's `unzip` wrote as `#U30d3`.
fn unescaped(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find("#U") {
        plain.push_str(&rest[..at]);
        let digits = rest.get(at + 2..at + 6);
        let c = digits
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        let end = if let Some(c) = c {
            plain.push(c);
            at + 6
        } else {
            plain.push_str("#U");
            at + 2
        };
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_same_channel_fold_into_one() {
        for (a, b) in [
            ("caf\u{e9}", "cafe\u{301}"),
            ("adapt_3dビューア", "adapt_3dﾋﾞｭｰｱ"),
            ("adapt_3dビューア", "adapt_3d#U30d3#U30e5#U30fc#U30a2"),
            ("FC:F0ABCDEF1:Board plan", "FC_F0ABCDEF1_Board plan"),
            ("a/b\\c?", "a_b_c_"),
            ("FC:F0ABCDEF1:Why?. ", "FC_F0ABCDEF1_Why_"),
        ] {
            assert_eq!(folded(a), folded(b), "{a} and {b}");
        }
        for (a, b) in [
            ("general", "General"),
            ("a-b", "a_b"),
            ("caf\u{e9}", "cafe"),
        ] {
            assert_ne!(folded(a), folded(b));
        }
        assert_eq!(composed("cafe\u{301}"), "caf\u{e9}");
        assert_eq!(unescaped("#U #Uzzzz #U30d3 a#"), "#U #Uzzzz ビ a#");
    }

    #[test]
    fn a_canvas_goes_by_its_file() {
        let canvas = |name| canvas(&folded(name)).map(str::to_owned);
        assert_eq!(
            canvas("FC:F0ABCDEF1:Board plan").as_deref(),
            Some("FC_F0ABCDEF1")
        );
        assert_eq!(
            canvas("FC_F0ABCDEF1_Other").as_deref(),
            Some("FC_F0ABCDEF1")
        );
        assert_eq!(canvas("FC:F0ABCDEF1").as_deref(), Some("FC_F0ABCDEF1"));
        assert_eq!((canvas("fc_barcelona"), canvas("FC_fans")), (None, None));
    }
}
