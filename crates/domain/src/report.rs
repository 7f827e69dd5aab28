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

macro_rules! names {
    ($(#[doc = $doc:literal])+ $Type:ident: $($(#[doc = $of:literal])+ $variant:ident $name:literal;)+) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $Type {
            $($(#[doc = $of])+ $variant,)+
        }

        impl $Type {
            /// Returns the name used in requests, storage and answers.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Returns the one of that name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

names! {
    /// Whether a report is made at its times.
    ReportStatus:
    /// It is.
    Active "active";
    /// It was, until somebody or repeated failure stopped it.
    Paused "paused";
    /// It has never been.
    Draft "draft";
}

names! {
    /// Why a report was made.
    RunCause:
    /// Its time had come.
    Schedule "schedule";
    /// Somebody asked for it.
    Test "test";
}

names! {
    /// What became of a run.
    RunOutcome:
    /// It is under way.
    Running "running";
    /// The file was made, and there was nobody to send it to.
    Made "made";
    /// The file was made and sent to everybody.
    Sent "sent";
    /// There is no file, or it did not reach everybody.
    Failed "failed";
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
    /// When it was changed last.
    pub updated_at: Instant,
    /// How often it was written, from 1.
    pub version: u32,
    /// Whether it is made at its times.
    pub status: ReportStatus,
    /// Why it is paused, where it was not somebody.
    pub paused_because: Option<String>,
    /// When it is made next.
    pub next_run: Option<Instant>,
    /// When it was made last.
    pub last_run: Option<Instant>,
    /// How many runs failed in a row.
    pub failures: u32,
}

/// One time that a report was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRun {
    /// Identity within the report.
    pub id: String,
    /// The workspace of the report.
    pub workspace_id: WorkspaceId,
    /// Which report.
    pub report_id: String,
    /// Why it was made.
    pub cause: RunCause,
    /// What it was written as.
    pub format: ReportFormat,
    /// The time that it was made for: the present of its numbers.
    pub due: Instant,
    /// When it began.
    pub started_at: Instant,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// Whether it began well after its time.
    pub late: bool,
    /// What became of it.
    pub outcome: RunOutcome,
    /// Why it failed, or what else is to be known.
    pub reason: Option<String>,
    /// Bytes of the file, where one is kept.
    pub file_bytes: Option<u64>,
    /// The mode of privacy that it was made in.
    pub privacy: String,
    /// How many it is for.
    pub recipients: u32,
    /// How many it was sent to.
    pub sent: u32,
}
