//! The words of the history: what people react with, tag, link to and use.

use domain::event::MessageType;

/// Emoji by canonical name, the most used first.
pub(super) const EMOJI: [&str; 40] = [
    "+1",
    "heart",
    "joy",
    "tada",
    "eyes",
    "fire",
    "pray",
    "rocket",
    "100",
    "clap",
    "white_check_mark",
    "raised_hands",
    "thinking",
    "laughing",
    "wave",
    "muscle",
    "sob",
    "smile",
    "sparkles",
    "bulb",
    "sunglasses",
    "ok_hand",
    "heart_eyes",
    "rofl",
    "coffee",
    "sweat_smile",
    "facepalm",
    "star_struck",
    "hugs",
    "see_no_evil",
    "exploding_head",
    "saluting_face",
    "partying_face",
    "grimacing",
    "bug",
    "construction",
    "rotating_light",
    "seedling",
    "pizza",
    "unicorn",
];

/// What messages are about, the most frequent first: pairs of words, and each of their words alone.
pub(super) const TOPICS: [(&str, &str); 40] = [
    ("release", "plan"),
    ("deploy", "pipeline"),
    ("customer", "feedback"),
    ("design", "review"),
    ("onboarding", "guide"),
    ("mobile", "app"),
    ("login", "page"),
    ("search", "index"),
    ("support", "ticket"),
    ("pricing", "page"),
    ("quarterly", "budget"),
    ("office", "lunch"),
    ("security", "audit"),
    ("staging", "server"),
    ("test", "coverage"),
    ("api", "documentation"),
    ("performance", "regression"),
    ("database", "migration"),
    ("team", "retreat"),
    ("hiring", "round"),
    ("newsletter", "draft"),
    ("partner", "contract"),
    ("holiday", "calendar"),
    ("incident", "report"),
    ("error", "rate"),
    ("feature", "flag"),
    ("code", "freeze"),
    ("data", "export"),
    ("billing", "cycle"),
    ("screen", "reader"),
    ("translation", "file"),
    ("conference", "talk"),
    ("sales", "pitch"),
    ("beta", "program"),
    ("roadmap", "workshop"),
    ("keyboard", "shortcut"),
    ("dark", "theme"),
    ("push", "notification"),
    ("backup", "restore"),
    ("user", "interview"),
];

/// What messages are about where a launch is celebrated.
pub(super) const LAUNCH_TOPIC: (&str, &str) = ("launch", "party");

/// The emoji of a launch: party popper, raised hands and rocket among [`EMOJI`].
pub(super) const LAUNCH_EMOJI: [usize; 4] = [3, 7, 9, 11];

/// Tags that are always there, the most used first.
pub(super) const HASHTAGS: [&str; 24] = [
    "standup",
    "question",
    "release",
    "feedback",
    "design",
    "bug",
    "customer",
    "todo",
    "review",
    "idea",
    "hiring",
    "docs",
    "security",
    "performance",
    "onboarding",
    "research",
    "metrics",
    "accessibility",
    "roadmap",
    "infra",
    "friday",
    "win",
    "lunch",
    "learning",
];

/// A tag that many use for a few days.
pub(super) struct Burst {
    pub(super) tag: &'static str,
    pub(super) around: Around,
    /// Days before and after.
    pub(super) days: (i64, i64),
}

/// The day around which a tag is used.
pub(super) enum Around {
    Launch,
    Outage,
    /// So many days before the end.
    BeforeEnd(i64),
}

/// The tags of passing events.
pub(super) const BURSTS: [Burst; 8] = [
    Burst {
        tag: "launch",
        around: Around::Launch,
        days: (3, 5),
    },
    Burst {
        tag: "postmortem",
        around: Around::Outage,
        days: (0, 5),
    },
    Burst {
        tag: "hackweek",
        around: Around::BeforeEnd(3),
        days: (2, 2),
    },
    Burst {
        tag: "offsite",
        around: Around::BeforeEnd(31),
        days: (4, 3),
    },
    Burst {
        tag: "okrs",
        around: Around::BeforeEnd(82),
        days: (5, 2),
    },
    Burst {
        tag: "rebrand",
        around: Around::BeforeEnd(130),
        days: (2, 12),
    },
    Burst {
        tag: "migration",
        around: Around::BeforeEnd(210),
        days: (8, 8),
    },
    Burst {
        tag: "survey",
        around: Around::BeforeEnd(300),
        days: (1, 6),
    },
];

/// Hosts that people link to, the most linked first.
pub(super) const HOSTS: [&str; 20] = [
    "github.com",
    "docs.google.com",
    "figma.com",
    "notion.so",
    "youtube.com",
    "linear.app",
    "stackoverflow.com",
    "en.wikipedia.org",
    "news.ycombinator.com",
    "developer.mozilla.org",
    "grafana.example.com",
    "status.example.com",
    "wiki.example.com",
    "docs.rs",
    "zoom.us",
    "medium.com",
    "open.spotify.com",
    "calendly.com",
    "arxiv.org",
    "bbc.co.uk",
];

/// A kind of attachment.
pub(super) struct FileKind {
    pub(super) kind: MessageType,
    pub(super) weight: f64,
    pub(super) names: &'static [&'static str],
    pub(super) extensions: &'static [&'static str],
    /// Median size in bytes.
    pub(super) size: f64,
}

/// What people attach.
pub(super) const FILES: [FileKind; 4] = [
    FileKind {
        kind: MessageType::Image,
        weight: 55.0,
        names: &[
            "screenshot",
            "mockup",
            "photo",
            "chart",
            "whiteboard",
            "logo",
        ],
        extensions: &["png", "png", "jpg", "jpg", "gif", "webp"],
        size: 400_000.0,
    },
    FileKind {
        kind: MessageType::File,
        weight: 31.0,
        names: &[
            "report", "invoice", "notes", "contract", "budget", "slides", "export", "logs",
        ],
        extensions: &[
            "pdf", "pdf", "pdf", "xlsx", "docx", "csv", "zip", "pptx", "txt",
        ],
        size: 250_000.0,
    },
    FileKind {
        kind: MessageType::Video,
        weight: 7.0,
        names: &["demo", "walkthrough", "recording"],
        extensions: &["mp4", "mp4", "mov", "webm"],
        size: 14_000_000.0,
    },
    FileKind {
        kind: MessageType::Voice,
        weight: 7.0,
        names: &["voice-message"],
        extensions: &["ogg", "m4a"],
        size: 180_000.0,
    },
];

/// Features of the app, the most used first. The last one comes with the launch.
pub(super) const FEATURES: [&str; 14] = [
    "command_palette",
    "markdown",
    "saved_messages",
    "scheduled_message",
    "gif_picker",
    "reminder",
    "voice_message",
    "quick_switcher",
    "status_message",
    "screen_share",
    "translation",
    "code_snippet",
    "custom_emoji",
    "poll",
];

/// Share of the uses that the launched feature has once it is there.
pub(super) const LAUNCHED_FEATURE_SHARE: f64 = 0.2;

/// Places of the app beside channels.
pub(super) const PAGES: [&str; 7] = [
    "/",
    "/threads",
    "/mentions",
    "/files",
    "/people",
    "/settings",
    "/calls",
];

/// Settings that people change.
pub(super) const SETTINGS: [&str; 5] = [
    "notifications",
    "language",
    "sidebar",
    "privacy",
    "keyboard",
];

/// Operations whose time is taken, with the median in milliseconds.
pub(super) const OPERATIONS: [(&str, f64); 4] = [
    ("send_message", 85.0),
    ("load_channel", 140.0),
    ("search", 210.0),
    ("upload_file", 620.0),
];

/// Errors that reach people, with what they say.
pub(super) const ERRORS: [(&str, &str); 4] = [
    ("TypeError", "Cannot read properties of undefined"),
    ("NetworkError", "Failed to fetch"),
    ("ChunkLoadError", "Loading chunk failed"),
    ("QuotaExceededError", "The quota has been exceeded"),
];

/// Calls of the API that fail, with how.
pub(super) const FAILURES: [(&str, &str, u16); 5] = [
    ("/api/messages", "POST", 503),
    ("/api/channels", "GET", 500),
    ("/api/search", "GET", 504),
    ("/api/files", "POST", 413),
    ("/api/reactions", "POST", 429),
];
