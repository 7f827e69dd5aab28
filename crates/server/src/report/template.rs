//! Reports to begin with.

use domain::report::{ReportDefinition, ReportFormat, ReportMetric};

/// A report that somebody may begin with, or look at as it is.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Identity; no report that is kept has one like it.
    pub id: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Whom it is for, in a sentence.
    pub about: &'static str,
    /// The span it is about.
    pub period: &'static str,
    /// What it holds.
    pub metrics: &'static [ReportMetric],
    /// When it is made.
    pub schedule: &'static str,
}

/// Every template.
pub const TEMPLATES: [Template; 5] = [
    Template {
        id: "executive-summary",
        name: "Weekly Executive Summary",
        about: "How much the chat is used, on one look: people, messages, channels.",
        period: "lastWeek",
        metrics: &[
            ReportMetric::ActiveUsers,
            ReportMetric::MessageVolume,
            ReportMetric::ChannelGrowth,
            ReportMetric::Engagement,
        ],
        schedule: "0 9 * * 1",
    },
    Template {
        id: "community-health",
        name: "Community Health",
        about: "Who comes, who stays and who leaves.",
        period: "lastMonth",
        metrics: &[
            ReportMetric::ActiveUsers,
            ReportMetric::Lifecycle,
            ReportMetric::Retention,
            ReportMetric::Engagement,
        ],
        schedule: "0 9 1 * *",
    },
    Template {
        id: "channel-review",
        name: "Channel Review",
        about: "Which channels live, and what is said there.",
        period: "lastMonth",
        metrics: &[
            ReportMetric::ChannelGrowth,
            ReportMetric::MessageVolume,
            ReportMetric::ResponseTimes,
        ],
        schedule: "0 9 1 * *",
    },
    Template {
        id: "onboarding",
        name: "Onboarding",
        about: "How those who signed up lately have come in.",
        period: "90d",
        metrics: &[
            ReportMetric::Retention,
            ReportMetric::Lifecycle,
            ReportMetric::ActiveUsers,
        ],
        schedule: "0 9 * * 1",
    },
    Template {
        id: "support-desk",
        name: "Support Desk",
        about: "How long people wait for responses, and where nobody answers.",
        period: "lastWeek",
        metrics: &[ReportMetric::ResponseTimes, ReportMetric::MessageVolume],
        schedule: "0 8 * * 1",
    },
];

impl Template {
    /// Returns the template of that identity.
    pub fn of(id: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.id == id)
    }

    /// Returns it as a report that is sent to nobody.
    pub fn definition(&self) -> ReportDefinition {
        ReportDefinition {
            name: self.name.to_owned(),
            period: self.period.to_owned(),
            metrics: self.metrics.to_vec(),
            format: ReportFormat::default(),
            schedule: Some(self.schedule.to_owned()),
            recipients: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Wanted, define};

    #[test]
    fn each_template_can_be_kept_as_it_is() {
        for template in &TEMPLATES {
            let definition = template.definition();
            let metrics: Vec<String> = definition
                .metrics
                .iter()
                .map(|metric| metric.name().to_owned())
                .collect();
            let defined = define(&Wanted {
                name: &definition.name,
                period: &definition.period,
                metrics: &metrics,
                format: Some(definition.format.name()),
                schedule: definition.schedule.as_deref(),
                recipients: &[],
            });
            assert_eq!(defined.unwrap(), definition, "{}", template.id);
            assert!(Template::of(template.id).is_some());
        }
    }
}
