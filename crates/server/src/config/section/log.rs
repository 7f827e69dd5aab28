//! What the service says while it runs.

use std::io::IsTerminal;

use crate::config::kind::Choice;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Only what failed.
    Error,
    /// Also what may fail soon.
    Warn,
    /// Also what happens at large.
    Info,
    /// Also how it happens.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// Returns the name of the level.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// The form in which it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// A JSON object a line.
    Json,
    /// Lines for people.
    Text,
}

impl LogFormat {
    /// Returns whether JSON is to be written to `output`.
    pub fn is_json(self, output: &impl IsTerminal) -> bool {
        match self {
            Self::Auto => !output.is_terminal(),
            Self::Json => true,
            Self::Text => false,
        }
    }
}

const LEVEL: Choice<LogLevel> = Choice(&[
    (LogLevel::Error, &["error", "fatal", "critical"]),
    (LogLevel::Warn, &["warn", "warning"]),
    (LogLevel::Info, &["info", "log", "notice"]),
    (LogLevel::Debug, &["debug", "verbose"]),
    (LogLevel::Trace, &["trace", "silly"]),
]);

const FORMAT: Choice<LogFormat> = Choice(&[
    (LogFormat::Auto, &["auto"]),
    (LogFormat::Json, &["json"]),
    (LogFormat::Text, &["text", "pretty", "plain", "console"]),
]);

section! {
    /// What the service says while it runs.
    pub struct Log = "Logs" {
        /// How much is said.
        level: LogLevel = LEVEL, "LOG_LEVEL", default "info";

        /// In which form; `auto` writes text on a terminal and JSON elsewhere.
        format: LogFormat = FORMAT, "LOG_FORMAT", default "auto";
    }
}
