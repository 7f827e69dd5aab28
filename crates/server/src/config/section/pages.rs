//! The pages that administrators look at.

use crate::config::kind::{ANCESTORS, Maybe, WEB_ORIGIN};

section! {
    /// The pages below `/admin/analytics/`.
    pub struct Pages = "Pages" {
        /// Who may show the pages in a frame: nobody (`none`), pages of the same origin (`self`), or pages
        /// of the origins that are listed.
        frame_ancestors: Vec<String> = ANCESTORS, "ANALYTICS_FRAME_ANCESTORS", default "none";

        /// Where people open the chat, for links to its channels and messages.
        chat_url: Option<String> = Maybe(WEB_ORIGIN), "ANALYTICS_CHAT_URL";
    }
}
