//! Reports written as files.

mod csv;
mod html;
mod pdf;
mod plot;
mod svg;
mod text;
mod xlsx;

use domain::report::ReportFormat;

pub use self::html::{Charts, html};
pub(super) use self::text::text;
use super::content::Content;

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the report could not be written: {0}")]
pub struct RenderError(String);

impl RenderError {
    fn of(error: &dyn std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// What a report can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A form that reports are kept in.
    Kept(ReportFormat),
    /// A page for a browser.
    Html,
}

impl Form {
    /// Returns the form of that name.
    pub fn parse(name: &str) -> Option<Self> {
        if name == "html" {
            return Some(Self::Html);
        }
        ReportFormat::parse(name).map(Self::Kept)
    }

    /// Returns the media type.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Kept(ReportFormat::Pdf) => "application/pdf",
            Self::Kept(ReportFormat::Csv) => "application/zip",
            Self::Kept(ReportFormat::Excel) => {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
            Self::Kept(ReportFormat::Json) => "application/json",
        }
    }

    /// Returns what names of files end with.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Kept(ReportFormat::Pdf) => "pdf",
            Self::Kept(ReportFormat::Csv) => "zip",
            Self::Kept(ReportFormat::Excel) => "xlsx",
            Self::Kept(ReportFormat::Json) => "json",
        }
    }
}

/// Writes a report; the same content is the same bytes.
pub fn render(content: &Content, form: Form) -> Result<Vec<u8>, RenderError> {
    match form {
        Form::Html => Ok(html(content, Charts::Drawn).into_bytes()),
        Form::Kept(ReportFormat::Json) => {
            serde_json::to_vec_pretty(content).map_err(|error| RenderError::of(&error))
        }
        Form::Kept(ReportFormat::Csv) => csv::write(content),
        Form::Kept(ReportFormat::Excel) => xlsx::write(content),
        Form::Kept(ReportFormat::Pdf) => pdf::write(content),
    }
}

/// Returns the name of a file for a report of that name: letters and digits, with `-` between them.
pub fn file_name(name: &str) -> String {
    let letters = name.chars().map(|letter| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            ' '
        }
    });
    let letters: String = letters.collect();
    let words: Vec<&str> = letters.split_whitespace().collect();
    if words.is_empty() {
        return "report".to_owned();
    }
    words.join("-")
}
