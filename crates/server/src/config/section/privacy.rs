//! What is kept and shown of people.

use domain::{content::BannedTerms, privacy::PrivacyMode};

use crate::config::kind::{BANNED, Choice, FLAG, whole};

const MODE: Choice<PrivacyMode> = Choice(&[
    (PrivacyMode::Full, &["full"]),
    (PrivacyMode::Pseudonymous, &["pseudonymous"]),
    (PrivacyMode::Aggregate, &["aggregate"]),
]);

section! {
    /// What is kept and shown of people. By default no text is kept, and e-mail addresses are shown
    /// to signed-in administrators only.
    pub struct Privacy = "Privacy" {
        /// What answers may say of single persons: everything (`full`), what each did under a pseudonym and
        /// without names (`pseudonymous`), or nothing, and numbers about groups only (`aggregate`).
        mode: PrivacyMode = MODE, "ANALYTICS_PRIVACY_MODE", default "full";

        /// The fewest people behind a number that is shown with `ANALYTICS_PRIVACY_MODE=aggregate`.
        min_group: u32 = whole::<u32>(2, 1_000), "ANALYTICS_PRIVACY_MIN_GROUP", default "5";

        /// Whether the text of messages is kept.
        store_text: bool = FLAG, "ANALYTICS_STORE_TEXT", default "false";

        /// Whether topics, hashtags, emoji, links and files are counted in private channels and direct
        /// messages too.
        content_private_channels: bool = FLAG, "ANALYTICS_CONTENT_PRIVATE_CHANNELS",
            default "false";

        /// Words and phrases that no topic, hashtag, emoji, link or file may have: such terms are neither
        /// kept nor shown.
        banned_terms: BannedTerms = BANNED, "ANALYTICS_BANNED_TERMS";

        /// Whether callers that show a key in the path or no credential at all see e-mail addresses
        /// too: nChat's own pages reach the service in this way, for whoever opens them.
        expose_email: bool = FLAG, "ANALYTICS_EXPOSE_EMAIL", default "false";
    }
}
