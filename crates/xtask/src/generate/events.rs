//! The reference of the kinds of events, made from their declarations.

use std::fmt::Write;

use domain::event::{Category, Kind};

use super::table::{code, table};

const INTRO: &str = "\
<!-- Generated from crates/domain/src/event/kind.rs: change the declarations there. -->

# Events

Names arrive in many spellings: `message_sent`, `messageSent`, `message.sent`, `message-sent` and `Message Sent` are the
same kind. The other names a kind arrives under are counted under its own. A name that is not listed here is kept as it
came and counted under itself, as a custom event.

Activity of a person is any event that they caused but those of the category system.
";

/// Returns the text of `docs/reference/events.md`.
pub(super) fn reference() -> String {
    let mut out = INTRO.to_owned();
    for (category, about) in CATEGORIES {
        let kinds = Kind::ALL.iter().filter(|kind| kind.category() == category);
        let rows = kinds.map(|kind| {
            let aliases = kind.aliases().iter().map(|alias| code(alias));
            [
                code(kind.name()),
                aliases.collect::<Vec<_>>().join(", "),
                kind.text().to_owned(),
            ]
        });
        let rows = table(["Name", "Other names", "Meaning"], rows);
        // Writing to a `String` cannot fail.
        let _ = write!(out, "\n## {}\n\n{about}\n\n{rows}", category.name());
    }
    out
}

/// The categories in the order of the catalogue, each in words.
const CATEGORIES: [(Category, &str); 9] = [
    (Category::Message, "Messages that somebody wrote."),
    (
        Category::Messaging,
        "What happens to messages and around them.",
    ),
    (Category::Channel, "Channels and conversations."),
    (
        Category::Session,
        "Accounts, sign-in, sessions and presence.",
    ),
    (Category::Call, "Calls and shared screens."),
    (Category::Usage, "Pages, features, settings and search."),
    (Category::Operation, "Errors and timings."),
    (
        Category::System,
        "Caused by the machine and not by a person.",
    ),
    (Category::Custom, "Names of the sender's own."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_there_once_with_its_other_names() {
        let text = reference();
        for kind in Kind::ALL {
            let row = format!("\n| `{}` | ", kind.name());
            assert_eq!(text.matches(&row).count(), 1, "{}", kind.name());
        }
        assert!(text.contains("| `sign_in` | `login`, `signed_in`,"));
    }
}
