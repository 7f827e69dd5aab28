//! What is kept and shown of people.

use crate::config::kind::FLAG;

section! {
    /// What is kept and shown of people. By default no text is kept, and e-mail addresses are shown
    /// to signed-in administrators only.
    pub struct Privacy = "Privacy" {
        /// Whether the text of messages is kept.
        store_text: bool = FLAG, "ANALYTICS_STORE_TEXT", default "false";

        /// Whether words, hashtags, emoji and links are counted in private channels and direct
        /// messages too.
        content_private_channels: bool = FLAG, "ANALYTICS_CONTENT_PRIVATE_CHANNELS",
            default "false";

        /// Whether callers that show a key in the path or no credential at all see e-mail addresses
        /// too: nChat's own pages reach the service in this way, for whoever opens them.
        expose_email: bool = FLAG, "ANALYTICS_EXPOSE_EMAIL", default "false";
    }
}
