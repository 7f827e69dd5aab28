//! Web pages: who may frame ours, and where others are.

use super::{Describe, Kind, Refusal, origin, parts};

/// Who may show a page in a frame.
pub struct Ancestors;

/// Who may show a page in a frame.
pub const ANCESTORS: Ancestors = Ancestors;

/// How a policy writes the origin of the page itself.
const OWN: &str = "'self'";

impl Describe for Ancestors {
    fn accepts(&self) -> String {
        "`none`, or a list of `self` and web origins like `https://chat.example.org`".to_owned()
    }
}

impl Kind for Ancestors {
    type Value = Vec<String>;

    fn parse(&self, text: &str) -> Result<Vec<String>, Refusal> {
        if matches!(text, "none" | "'none'") {
            return Ok(Vec::new());
        }
        let part = |(place, part): (usize, &str)| match part {
            "self" | OWN => Ok(OWN.to_owned()),
            _ => origin(part).ok_or_else(|| {
                Refusal::hint(format!("Part {} of the list is none of these.", place + 1))
            }),
        };
        parts(text).enumerate().map(part).collect()
    }

    fn show(&self, value: &Vec<String>) -> String {
        if value.is_empty() {
            return "none".to_owned();
        }
        let names = value
            .iter()
            .map(|one| if one == OWN { "self" } else { one });
        names.collect::<Vec<_>>().join(",")
    }
}

/// Where a web page is, without its path: that may hold a secret.
pub struct WebOrigin;

/// Where a web page is.
pub const WEB_ORIGIN: WebOrigin = WebOrigin;

impl Describe for WebOrigin {
    fn accepts(&self) -> String {
        "a web origin like `https://chat.example.org`, without a path".to_owned()
    }
}

impl Kind for WebOrigin {
    type Value = String;

    fn parse(&self, text: &str) -> Result<String, Refusal> {
        origin(text).ok_or_else(Refusal::default)
    }

    fn show(&self, value: &String) -> String {
        value.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestors_are_nobody_the_page_itself_or_origins() {
        for (text, value, shown) in [
            ("none", &[][..], "none"),
            ("self", &["'self'"], "self"),
            (
                "'self', https://Chat.example:443/",
                &["'self'", "https://chat.example"],
                "self,https://chat.example",
            ),
        ] {
            let parsed = ANCESTORS.parse(text).unwrap();
            assert_eq!(parsed, value);
            assert_eq!(ANCESTORS.show(&parsed), shown);
            assert_eq!(ANCESTORS.parse(shown).unwrap(), value);
        }
        for bad in [
            "*",
            "https:",
            "chat.example",
            "none,self",
            "https://a;script-src *",
            "https://a/b",
        ] {
            assert!(ANCESTORS.parse(bad).is_err(), "{bad}");
        }
    }
}
