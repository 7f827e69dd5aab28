//! Reports: which numbers of which span somebody wants, in which form, when and for whom.

use crate::{id::WorkspaceId, time::Instant};

/// A number, or group of numbers, that a report may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportMetric {
    /// People active.
    ActiveUsers,
    /// Messages.
    MessageVolume,
    /// How channels grow.
    ChannelGrowth,
    /// How engaged people are.
    Engagement,
    /// Who comes back.
    Retention,
    /// Who is new, stays, comes back and leaves.
    Lifecycle,
    /// How long people wait for responses.
    ResponseTimes,
}

impl ReportMetric {
    /// Every one, in the order of the documentation.
    pub const ALL: [Self; 7] = [
        Self::ActiveUsers,
        Self::MessageVolume,
        Self::ChannelGrowth,
        Self::Engagement,
        Self::Retention,
        Self::Lifecycle,
        Self::ResponseTimes,
    ];

    /// Returns the name used in requests, storage and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ActiveUsers => "activeUsers",
            Self::MessageVolume => "messageVolume",
            Self::ChannelGrowth => "channelGrowth",
            Self::Engagement => "engagement",
            Self::Retention => "retention",
            Self::Lifecycle => "lifecycle",
            Self::ResponseTimes => "responseTimes",
        }
    }

    /// Returns the title of its part of a report.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ActiveUsers => "Active people",
            Self::MessageVolume => "Messages",
            Self::ChannelGrowth => "Channels",
            Self::Engagement => "Engagement",
            Self::Retention => "Retention",
            Self::Lifecycle => "New and returning people",
            Self::ResponseTimes => "Response times",
        }
    }

    /// Returns the one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReportFormat {
    /// A document to print.
    #[default]
    Pdf,
    /// Tables as text.
    Csv,
    /// A workbook.
    Excel,
    /// For programs.
    Json,
}

impl ReportFormat {
    /// Every one, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Pdf, Self::Csv, Self::Excel, Self::Json];

    /// Returns the name used in requests, storage and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Csv => "csv",
            Self::Excel => "excel",
            Self::Json => "json",
        }
    }

    /// Returns the one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// What a report is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportDefinition {
    /// What it is called, in somebody's words.
    pub name: String,
    /// The span it is about: a name that [`crate::time::Period::parse`] knows.
    pub period: String,
    /// What it holds, in this order.
    pub metrics: Vec<ReportMetric>,
    /// What it is written as.
    pub format: ReportFormat,
    /// When it is made, as five fields of cron in the reporting time zone; `None` when asked for.
    pub schedule: Option<String>,
    /// E-mail addresses it is sent to.
    pub recipients: Vec<String>,
}

/// A report that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Identity within its workspace.
    pub id: String,
    /// The workspace whose numbers it holds.
    pub workspace_id: WorkspaceId,
    /// What it is to be.
    pub definition: ReportDefinition,
    /// When it was asked for.
    pub created_at: Instant,
}
