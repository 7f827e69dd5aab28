//! JSON texts that other programs wrote almost right.

/// Returns a JSON text with every escape of half a character, such as `\ud83d` alone, replaced by
/// that of U+FFFD; `None` when it holds none.
///
/// Programs that count UTF-16 units cut emoji in two. Readers of JSON refuse such a text as a whole.
pub fn mend_half_characters(text: &str) -> Option<String> {
    let mut mended = String::new();
    let mut taken = 0;
    let mut at = 0;
    while let Some(offset) = text.as_bytes()[at..].iter().position(|byte| *byte == b'\\') {
        at += offset;
        let next = match (escaped(text, at), escaped(text, at + ESCAPE)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at + 2 * ESCAPE,
            (Some(0xd800..=0xdfff), _) => {
                mended.push_str(&text[taken..at]);
                mended.push_str("\\ufffd");
                taken = at + ESCAPE;
                taken
            }
            (Some(_), _) => at + ESCAPE,
            (None, _) => at + 2,
        };
        at = next.min(text.len());
    }
    (taken > 0).then(|| mended + &text[taken..])
}

/// Length of `\u0000`.
const ESCAPE: usize = 6;

/// Returns the UTF-16 unit that is escaped at `at`.
fn escaped(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + ESCAPE)?.strip_prefix("\\u")?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_characters_are_replaced_and_whole_ones_stay() {
        for (text, mended) in [
            (r#""cut \ud83d""#, Some(r#""cut \ufffd""#)),
            (r#""\uDC00x""#, Some(r#""\ufffdx""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\ud83d\u0041\udc00""#, Some(r#""\ufffd\u0041\ufffd""#)),
            (r#"{"\ud800":"\ud83dé"}"#, Some(r#"{"\ufffd":"\ufffdé"}"#)),
            (r#""\ud83d\ude00 \u0041 \n""#, None),
            // A backslash that is escaped escapes nothing.
            (r#""\\ud83d""#, None),
            (r#""\\\ud83d""#, Some(r#""\\\ufffd""#)),
            (r#""\ud83"#, None),
            (r#""\"#, None),
            ("", None),
        ] {
            assert_eq!(mend_half_characters(text).as_deref(), mended, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_escapes_are_read_once_they_are_mended(units in prop::collection::vec(
            prop_oneof![Just(0x41_u16), Just(0x5c), 0xd7fe..0xe002_u16], 0..12,
        )) {
            let escapes: Vec<String> = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let text = format!("\"{}\"", escapes.concat());
            let mended = mend_half_characters(&text).unwrap_or_else(|| text.clone());
            let read: String = serde_json::from_str(&mended).unwrap();
            prop_assert_eq!(read, String::from_utf16_lossy(&units));
        }

        #[test]
        fn any_text_is_taken(text in "(\\PC|\\\\u?[d89]?){0,20}") {
            if let Some(mended) = mend_half_characters(&text) {
                prop_assert_eq!(mend_half_characters(&mended), None);
            }
        }
    }
}
