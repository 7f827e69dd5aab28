//! `GET /api/analytics/reports/templates`: reports to begin with.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{error::ApiError, guard::Reader};
use crate::report::{TEMPLATES, Template};

/// A report to begin with. Its identity may stand for that of a report in `preview`.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ReportTemplate {
    /// Identity.
    #[schema(example = "executive-summary")]
    pub id: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Whom it is for, in a sentence.
    pub about: &'static str,
    /// The span it is about.
    pub period: &'static str,
    /// What it holds.
    pub metrics: Vec<&'static str>,
    /// When, as five fields of cron in the reporting time zone.
    pub schedule: &'static str,
}

/// Reports to begin with.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ReportTemplates {
    /// The templates.
    pub templates: Vec<ReportTemplate>,
}

/// Lists reports to begin with.
#[utoipa::path(
    get, path = "/api/analytics/reports/templates", tag = "reports",
    responses((status = 200, body = ReportTemplates))
)]
pub(in crate::api) async fn list_templates(
    Reader(_caller): Reader,
) -> Result<Json<ReportTemplates>, ApiError> {
    let template = |template: &Template| ReportTemplate {
        id: template.id,
        name: template.name,
        about: template.about,
        period: template.period,
        metrics: template
            .metrics
            .iter()
            .map(|metric| metric.name())
            .collect(),
        schedule: template.schedule,
    };
    Ok(Json(ReportTemplates {
        templates: TEMPLATES.iter().map(template).collect(),
    }))
}
