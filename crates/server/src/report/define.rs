//! From the words of a request to the definition of a report, or the first thing that is wrong.

use domain::{
    report::{ReportDefinition, ReportFormat, ReportMetric},
    time::Period,
};
use email_address::{EmailAddress, Options};

use super::schedule::{Schedule, ScheduleError};

/// Longest name of a report, in characters.
const MAX_NAME_LENGTH: usize = 200;
/// Most recipients of a report.
const MAX_RECIPIENTS: usize = 50;

/// What somebody asks for, in their words.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What it is to be called.
    pub name: &'a str,
    /// Name of the span.
    pub period: &'a str,
    /// Names of what it is to hold.
    pub metrics: &'a [String],
    /// Name of the form.
    pub format: Option<&'a str>,
    /// When, as cron writes it.
    pub schedule: Option<&'a str>,
    /// E-mail addresses.
    pub recipients: &'a [String],
}

/// Why something cannot be a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// The name is empty, too long or not one line.
    #[error("a report needs a name of one line and at most {MAX_NAME_LENGTH} characters")]
    Name,
    /// The span has an unknown name.
    #[error("`{0}` is not a period; known are 1d, 7d, 30d, 90d, 365d and all")]
    Period(String),
    /// It would hold nothing.
    #[error("a report needs at least one metric")]
    NoMetrics,
    /// A metric has an unknown name.
    #[error(
        "`{0}` is not a metric of reports; known are activeUsers, messageVolume, channelGrowth, engagement, retention, lifecycle and responseTimes"
    )]
    Metric(String),
    /// A metric stands twice.
    #[error("the metric {0} stands twice")]
    Repeated(&'static str),
    /// The form has an unknown name.
    #[error("`{0}` is not a format; known are pdf, csv, excel and json")]
    Format(String),
    /// The schedule is not what cron writes.
    #[error("`{0}` is not a schedule: it takes the five fields of cron, like `0 9 * * 1`")]
    Schedule(String),
    /// The schedule never comes.
    #[error("`{0}` never comes: no month has such a day")]
    NeverComes(String),
    /// The schedule comes too often.
    #[error("`{0}` comes more often than every 5 minutes")]
    TooOften(String),
    /// Somebody cannot be written to: which of them, counted from 1, of how many. The address is not
    /// repeated: errors are logged elsewhere.
    #[error("recipient {0} of {1} is not an e-mail address")]
    Recipient(usize, usize),
    /// Too many are to be written to.
    #[error("a report has at most {MAX_RECIPIENTS} recipients")]
    TooManyRecipients,
}

impl ReportError {
    /// Returns the field of the request that is wrong.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Period(_) => "period",
            Self::NoMetrics | Self::Metric(_) | Self::Repeated(_) => "metrics",
            Self::Format(_) => "format",
            Self::Schedule(_) | Self::NeverComes(_) | Self::TooOften(_) => "schedule",
            Self::Recipient(..) | Self::TooManyRecipients => "recipients",
        }
    }
}

/// Returns what is asked for, if all of it can be understood. What is empty counts as absent.
pub fn define(wanted: &Wanted<'_>) -> Result<ReportDefinition, ReportError> {
    let period = wanted.period.trim();
    if Period::parse(period).is_none() {
        return Err(ReportError::Period(shortened(period)));
    }
    Ok(ReportDefinition {
        name: name(wanted.name)?,
        period: period.to_owned(),
        metrics: metrics(wanted.metrics)?,
        format: match wanted.format.map(str::trim).filter(|name| !name.is_empty()) {
            None => ReportFormat::default(),
            Some(name) => {
                ReportFormat::parse(name).ok_or_else(|| ReportError::Format(shortened(name)))?
            }
        },
        schedule: wanted
            .schedule
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(schedule)
            .transpose()?,
        recipients: recipients(wanted.recipients)?,
    })
}

fn name(text: &str) -> Result<String, ReportError> {
    let text = text.trim();
    let fits = (1..=MAX_NAME_LENGTH).contains(&text.chars().count());
    if fits && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(ReportError::Name)
    }
}

fn metrics(names: &[String]) -> Result<Vec<ReportMetric>, ReportError> {
    let mut metrics = Vec::new();
    for name in names {
        let metric =
            ReportMetric::parse(name).ok_or_else(|| ReportError::Metric(shortened(name)))?;
        if metrics.contains(&metric) {
            return Err(ReportError::Repeated(metric.name()));
        }
        metrics.push(metric);
    }
    if metrics.is_empty() {
        return Err(ReportError::NoMetrics);
    }
    Ok(metrics)
}

fn schedule(text: &str) -> Result<String, ReportError> {
    let error = match Schedule::parse(text) {
        Ok(_) => return Ok(text.to_owned()),
        Err(ScheduleError::Unreadable) => ReportError::Schedule,
        Err(ScheduleError::Never) => ReportError::NeverComes,
        Err(ScheduleError::TooOften) => ReportError::TooOften,
    };
    Err(error(shortened(text)))
}

/// Returns addresses that can be written to, each once.
pub fn recipients(addresses: &[String]) -> Result<Vec<String>, ReportError> {
    if addresses.len() > MAX_RECIPIENTS {
        return Err(ReportError::TooManyRecipients);
    }
    let options = Options::default()
        .without_display_text()
        .without_domain_literal();
    let mut recipients = Vec::new();
    for (number, address) in (1..).zip(addresses) {
        let address = address.trim();
        if EmailAddress::parse_with_options(address, options).is_err() {
            return Err(ReportError::Recipient(number, addresses.len()));
        }
        if !recipients.iter().any(|known| known == address) {
            recipients.push(address.to_owned());
        }
    }
    Ok(recipients)
}

fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted<'a>(metrics: &'a [String], recipients: &'a [String]) -> Wanted<'a> {
        Wanted {
            name: " Weekly Executive Summary ",
            period: "7d",
            metrics,
            format: Some("pdf"),
            schedule: Some("0 9 * * 1"),
            recipients,
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_example_of_the_product_document_is_understood() {
        let metrics = texts(&[
            "activeUsers",
            "messageVolume",
            "channelGrowth",
            "engagement",
        ]);
        let people = texts(&["ceo@example.com", " ceo@example.com"]);
        let defined = define(&wanted(&metrics, &people)).unwrap();
        let expected = ReportDefinition {
            name: "Weekly Executive Summary".to_owned(),
            period: "7d".to_owned(),
            metrics: vec![
                ReportMetric::ActiveUsers,
                ReportMetric::MessageVolume,
                ReportMetric::ChannelGrowth,
                ReportMetric::Engagement,
            ],
            format: ReportFormat::Pdf,
            schedule: Some("0 9 * * 1".to_owned()),
            recipients: texts(&["ceo@example.com"]),
        };
        assert_eq!(defined, expected);
    }

    #[test]
    fn what_is_empty_is_absent() {
        let metrics = texts(&["retention"]);
        let defined = define(&Wanted {
            format: Some(" "),
            schedule: Some(""),
            ..wanted(&metrics, &[])
        });
        let defined = defined.unwrap();
        assert_eq!(
            (defined.format, defined.schedule),
            (ReportFormat::Pdf, None)
        );
    }

    #[test]
    fn the_first_thing_that_is_wrong_is_named() {
        let metrics = texts(&["engagement"]);
        let good = wanted(&metrics, &[]);
        let refused = |wanted: &Wanted<'_>| {
            let error = define(wanted).unwrap_err();
            (error.field(), error.to_string())
        };
        for name in ["", "  ", "two\nlines", &"x".repeat(201)] {
            assert_eq!(refused(&Wanted { name, ..good }).0, "name", "{name}");
        }
        for period in ["", "fortnight", "7 d"] {
            assert_eq!(refused(&Wanted { period, ..good }).0, "period", "{period}");
        }
        for names in [&[][..], &["messages"], &["engagement", "engagement"]] {
            let metrics = texts(names);
            let refused = refused(&wanted(&metrics, &[]));
            assert_eq!(refused.0, "metrics", "{names:?}");
        }
        let format = Some("docx");
        assert_eq!(refused(&Wanted { format, ..good }).0, "format");
        for schedule in [
            "daily",
            "0 9 * *",
            "0 0 9 * * 1",
            "61 9 * * 1",
            "0 9 * * 1 2026",
            "0 9 * * 9",
            "0 0 31 2 *",
            "* * * * *",
            &"0,".repeat(200),
        ] {
            let schedule = Some(schedule);
            assert_eq!(
                refused(&Wanted { schedule, ..good }).0,
                "schedule",
                "{schedule:?}"
            );
        }
        for address in [
            "",
            "ceo",
            "ceo@",
            "@example.com",
            "A <a@example.com>",
            "a b@example.com",
            "a@b@c.d",
        ] {
            let people = texts(&["a@example.com", address]);
            let (field, sentence) = refused(&wanted(&metrics, &people));
            assert_eq!(field, "recipients", "{address}");
            assert!(sentence.contains("recipient 2 of 2 "), "{sentence}");
        }
        let many: Vec<String> = (0..51).map(|n| format!("p{n}@example.com")).collect();
        assert_eq!(refused(&wanted(&metrics, &many)).0, "recipients");
    }
}
