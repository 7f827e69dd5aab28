//! `/api/analytics/settings`: what the pages have to know, and how the service is set up.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use domain::privacy::PrivacyMode;
use serde::Serialize;
use store::meta::Access;
use utoipa::ToSchema;

use super::{
    error::ApiError, guard::Reader, health::VERSION, openapi::openapi, private, state::ApiState,
};
use crate::{
    auth::Caller,
    config::{Config, Place, SECTIONS, Setting, Source},
    ui,
};

/// Where the chat shows a message.
const MESSAGE: &str = "/chat/channel/{channel}?message={message}";
/// The setting of a folder that a demo has filled.
pub const DEMO: &str = "demo";

/// The pages and other things that may work, and what each asks for. One works when all of that is there
/// and answers in this mode of privacy.
const FEATURES: [(&str, &[&str]); 20] = [
    ("overview", &["dashboard"]),
    ("live", &["realtime"]),
    ("users", &["users", "lifecycle", "retention"]),
    ("channels", &["channels", "channels/care"]),
    ("content", &["content", "content/topics"]),
    ("journeys", &["journeys"]),
    ("funnels", &["funnels", "funnels/run"]),
    ("explore", &["query", "metrics", "dimensions"]),
    ("dashboards", &["dashboards"]),
    ("reports", &["reports"]),
    ("reportRuns", &["reports/{id}/runs"]),
    ("alerts", &["alerts"]),
    ("experiments", &["experiments"]),
    ("ledger", &["ledger"]),
    ("settings", &["settings"]),
    ("segments", &["segments"]),
    ("search", &["search"]),
    ("export", &["export"]),
    ("setup", &["setup"]),
    ("shares", &["shares"]),
];

/// What the pages have to know.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SettingsAnswer {
    /// Version of the program.
    #[schema(example = "1.0.0")]
    pub version: &'static str,
    /// The reporting time zone.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// The day that weeks begin with.
    #[schema(example = "monday")]
    pub week_start: String,
    /// What answers say of single persons.
    pub privacy: PrivacyShown,
    /// Which pages and other things work here.
    pub features: BTreeMap<&'static str, bool>,
    /// The languages of the pages.
    pub languages: Vec<&'static str>,
    /// Where people open the chat (`ANALYTICS_CHAT_URL`).
    pub chat_url: Option<String>,
    /// The address of a message in the chat, with `{channel}` for the short name of its channel and
    /// `{message}` for its identifier.
    pub message_link: Option<String>,
    /// Whether the history is that of a demo.
    pub is_demo: bool,
    /// Every setting as it holds, for administrators of all workspaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Vec<SettingShown>>,
}

/// What answers say of single persons.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PrivacyShown {
    /// `full`, `pseudonymous` or `aggregate`.
    #[schema(example = "full")]
    pub mode: &'static str,
    /// The fewest people behind a number of `aggregate`.
    pub min_group: u32,
}

/// A setting as it holds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SettingShown {
    /// Its variable.
    #[schema(example = "ANALYTICS_TIMEZONE")]
    pub name: &'static str,
    /// The heading it stands under.
    pub section: &'static str,
    /// What it means.
    pub about: &'static str,
    /// Its value, as it is written; `null` where nothing is set, and for secrets.
    pub value: Option<String>,
    /// Whether it has a value.
    pub is_set: bool,
    /// Whether it is a secret.
    pub is_secret: bool,
    /// Where the value is from: `default`, `environment` or `file`.
    pub origin: &'static str,
    /// The variable that sets it, where that is another one.
    pub set_by: Option<&'static str>,
    /// What has to come first, where the setting changes nothing yet.
    pub waits_for: Option<&'static str>,
}

impl SettingShown {
    fn of(section: &'static str, setting: &'static Setting, text: String, from: &Source) -> Self {
        let (origin, set_by) = match from {
            Source::Default => ("default", None),
            Source::Set { variable, place } => {
                let origin = match place {
                    Place::Environment => "environment",
                    Place::File { .. } => "file",
                };
                (origin, Some(*variable))
            }
        };
        let (is_set, is_secret) = (!text.is_empty(), setting.is_secret());
        Self {
            name: setting.name,
            section,
            about: setting.doc(),
            value: (is_set && !is_secret).then_some(text),
            is_set,
            is_secret,
            origin,
            set_by: set_by.filter(|variable| *variable != setting.name),
            waits_for: setting.later,
        }
    }
}

fn shown(config: &Config) -> Vec<SettingShown> {
    let headings = SECTIONS
        .iter()
        .flat_map(|section| section.settings.iter().map(|_| section.title));
    headings
        .zip(config.shown())
        .map(|(section, (setting, text))| {
            SettingShown::of(section, setting, text, config.sources.of(setting.name))
        })
        .collect()
}

/// Returns which features work: those of which all is there that they ask for.
fn features(mode: PrivacyMode) -> BTreeMap<&'static str, bool> {
    let reference = openapi();
    let works = |resource: &&str| {
        let path = format!("/api/analytics/{resource}");
        reference.paths.paths.contains_key(&path) && private::is_read(mode, &path)
    };
    FEATURES
        .into_iter()
        .map(|(name, resources)| (name, resources.iter().all(works)))
        .collect()
}

/// Returns whether somebody is shown how the service is set up.
fn sees_settings(caller: &Caller) -> bool {
    caller.access == Access::Admin && caller.sees_every_workspace && caller.require_source().is_ok()
}

/// Answers what the pages have to know: which of them work, privacy, time zone, links to the chat; and to
/// administrators every setting with where its value is from.
#[utoipa::path(
    get, path = "/api/analytics/settings", tag = "operation",
    responses((status = 200, body = SettingsAnswer))
)]
pub(super) async fn settings(
    State(state): State<ApiState>,
    Reader(caller): Reader,
) -> Result<Json<SettingsAnswer>, ApiError> {
    let config = &state.config;
    let mode = config.privacy.mode;
    let mut features = features(mode);
    features.insert(
        "sql",
        state.sql_rows.is_some() && private::is_read(mode, "/api/analytics/sql"),
    );
    let chat_url = config.pages.chat_url.clone();
    let text = |name: &str| {
        let mut shown = config.shown();
        shown.find_map(|(setting, text)| (setting.name == name).then_some(text))
    };
    Ok(Json(SettingsAnswer {
        version: VERSION,
        timezone: text("ANALYTICS_TIMEZONE").unwrap_or_default(),
        week_start: text("ANALYTICS_WEEK_START").unwrap_or_default(),
        privacy: PrivacyShown {
            mode: mode.name(),
            min_group: config.privacy.min_group,
        },
        features,
        languages: ui::LANGUAGES.to_vec(),
        message_link: chat_url.as_ref().map(|url| format!("{url}{MESSAGE}")),
        chat_url,
        is_demo: state.keys.setting(DEMO).await?.is_some(),
        settings: sees_settings(&caller).then(|| shown(config)),
    }))
}
