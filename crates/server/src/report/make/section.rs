//! The parts of a report.

use domain::{
    dimension::Dimension,
    metric::Metric,
    report::ReportMetric,
    time::{Grain, WeekStart},
};
use store::StoreError;

use super::asked::{Split, chart, figures, table};
use crate::{
    query::{
        Ask, AskError, LifecycleNumbers, QueryError, QueryService, ResponseBy,
        ResponseTimesRequest, RetentionMode, RetentionRequest, Shown,
    },
    report::content::{Cell, Column, Definition, Figure, Section, Table},
};

/// Days after sign-up that retention is about, as in the API.
const RETENTION_DAYS: [u32; 3] = [1, 7, 30];
/// What each of them is called.
const RETURNS: [(&str, &str); 3] = [
    ("day1", "Back on day 1"),
    ("day7", "Back on day 7"),
    ("day30", "Back on day 30"),
];
/// Rows of tables of channels and of people.
const ROWS: u32 = 20;

/// The sections of a report in the making.
pub(super) struct Sections<'a> {
    query: &'a QueryService,
    ask: &'a Ask,
    pub(super) made: Vec<Section>,
    pub(super) definitions: Vec<Definition>,
}

impl<'a> Sections<'a> {
    pub(super) fn new(query: &'a QueryService, ask: &'a Ask) -> Self {
        Self {
            query,
            ask,
            made: Vec::new(),
            definitions: Vec::new(),
        }
    }

    /// Adds a section. What the mode of privacy does not allow is left out, and the section says so.
    pub(super) async fn add(&mut self, metric: ReportMetric) -> Result<(), QueryError> {
        let mut section = Section {
            name: metric.name(),
            title: metric.title(),
            ..Section::default()
        };
        match self.fill(metric, &mut section).await {
            Ok(()) => {}
            Err(error) => section.note = Some(withheld(error)?),
        }
        self.made.push(section);
        Ok(())
    }

    async fn fill(
        &mut self,
        metric: ReportMetric,
        section: &mut Section,
    ) -> Result<(), QueryError> {
        match metric {
            ReportMetric::ActiveUsers => {
                let shown = [Metric::ActivePeople, Metric::Posters, Metric::SignUps];
                self.numbers(section, &shown, Metric::ActivePeople).await
            }
            ReportMetric::MessageVolume => {
                let shown = [
                    Metric::Messages,
                    Metric::Replies,
                    Metric::Reactions,
                    Metric::Files,
                ];
                self.numbers(section, &shown, Metric::Messages).await?;
                let kinds = Split {
                    name: "messageTypes",
                    title: "Messages by kind",
                    dimension: Dimension::MessageType,
                    head: "Kind",
                    limit: ROWS,
                };
                self.rows(section, &kinds, &[Metric::Messages]).await
            }
            ReportMetric::ChannelGrowth => {
                let shown = [Metric::ActiveChannels, Metric::Threads];
                self.numbers(section, &shown, Metric::ActiveChannels)
                    .await?;
                let channels = Split {
                    name: "channels",
                    title: "Channels with the most messages",
                    dimension: Dimension::Channel,
                    head: "Channel",
                    limit: ROWS,
                };
                let shown = [Metric::Messages, Metric::Posters, Metric::Reactions];
                self.rows(section, &channels, &shown).await
            }
            ReportMetric::Engagement => {
                let shown = [
                    Metric::EngagedPeople,
                    Metric::Interactions,
                    Metric::MessagesPerPerson,
                ];
                self.numbers(section, &shown, Metric::EngagedPeople).await?;
                let people = Split {
                    name: "people",
                    title: "People with the most messages and reactions",
                    dimension: Dimension::User,
                    head: "Person",
                    limit: ROWS,
                };
                let shown = [
                    Metric::Interactions,
                    Metric::Messages,
                    Metric::Reactions,
                    Metric::Files,
                ];
                self.rows(section, &people, &shown).await
            }
            ReportMetric::Retention => self.retention(section).await,
            ReportMetric::Lifecycle => self.lifecycle(section).await,
            ReportMetric::ResponseTimes => self.response_times(section).await,
        }
    }

    async fn numbers(
        &mut self,
        section: &mut Section,
        shown: &[Metric],
        charted: Metric,
    ) -> Result<(), QueryError> {
        let (query, ask) = (self.query, self.ask);
        let (figures, chart) =
            tokio::try_join!(figures(query, ask, shown), chart(query, ask, charted))?;
        section.figures = figures;
        section.charts.push(chart);
        self.define(shown);
        Ok(())
    }

    async fn rows(
        &mut self,
        section: &mut Section,
        split: &Split,
        shown: &[Metric],
    ) -> Result<(), QueryError> {
        let table = table(self.query, self.ask, split, shown).await?;
        section.tables.push(table);
        self.define(shown);
        Ok(())
    }

    fn define(&mut self, metrics: &[Metric]) {
        let defined = metrics.iter().map(|metric| Definition {
            title: metric.definition().title,
            text: metric.definition().text.to_owned(),
        });
        self.definitions.extend(defined);
    }

    /// Refuses what is about more than metrics where only groups are shown, as the API does.
    fn only_metrics(&self) -> Result<(), QueryError> {
        if self.query.guard.privacy.is_aggregate() {
            let refused = domain::privacy::PrivacyError::Resource;
            return Err(AskError::Private(refused).into());
        }
        Ok(())
    }

    async fn retention(&mut self, section: &mut Section) -> Result<(), QueryError> {
        self.only_metrics()?;
        let ask = Ask {
            grain: Grain::Week(WeekStart::Monday).starting(self.ask.week_start),
            ..self.ask.clone()
        };
        let request = RetentionRequest {
            days: RETENTION_DAYS.to_vec(),
            mode: RetentionMode::default(),
        };
        let answer = self.query.retention(&ask, &request).await?;
        let shares = RETURNS.into_iter().zip(&answer.summary);
        section.figures = shares
            .map(|((name, title), share)| {
                plain(name, title, "percent", share.share.map(Shown::Real))
            })
            .collect();
        let mut columns = vec![
            column("cohort", "Signed up in the week of", "date"),
            column("size", "People", "people"),
        ];
        columns.extend(RETURNS.map(|(name, title)| column(name, title, "percent")));
        let rows = answer.cohorts.iter().map(|cohort| {
            let shares = cohort
                .days
                .iter()
                .map(|day| day.share.map(Shown::Real).into());
            [
                Cell::Text(cohort.cohort.clone()),
                Cell::Number(Shown::Whole(cohort.size)),
            ]
            .into_iter()
            .chain(shares)
            .collect()
        });
        section.tables.push(Table {
            name: "cohorts",
            title: "Who came back, by the week of sign-up",
            columns,
            rows: rows.collect(),
            rest: 0,
        });
        self.definitions.push(Definition {
            title: "Back on a day",
            text: answer.meta.definition,
        });
        Ok(())
    }

    async fn lifecycle(&mut self, section: &mut Section) -> Result<(), QueryError> {
        self.only_metrics()?;
        let ask = Ask {
            grain: Grain::Week(WeekStart::Monday).starting(self.ask.week_start),
            ..self.ask.clone()
        };
        let answer = self.query.lifecycle(&ask, None).await?;
        let LifecycleNumbers {
            new,
            kept,
            returning,
            churned,
            churn_rate,
            ..
        } = answer.summary;
        let people = |name, title, value| plain(name, title, "people", value);
        section.figures = vec![
            people("new", "New", Some(Shown::Whole(new))),
            people("kept", "Stayed", Some(Shown::Whole(kept))),
            people("returning", "Came back", Some(Shown::Whole(returning))),
            people("churned", "Left", churned.map(Shown::Whole)),
            plain(
                "churnRate",
                "Share that left",
                "percent",
                churn_rate.map(Shown::Real),
            ),
        ];
        self.definitions.push(Definition {
            title: "New, stayed, came back, left",
            text: answer.meta.definition,
        });
        Ok(())
    }

    async fn response_times(&mut self, section: &mut Section) -> Result<(), QueryError> {
        self.only_metrics()?;
        let request = ResponseTimesRequest {
            by: ResponseBy::Channel,
            limit: ROWS,
            offset: 0,
        };
        let answer = self.query.response_times(self.ask, &request).await?;
        let summary = &answer.summary;
        section.figures = vec![
            Figure {
                value: Some(Shown::Whole(summary.count.current)),
                previous: summary.count.previous.map(Shown::Whole),
                change: summary.count.change.clone(),
                change_percent: summary.count.change_percent,
                ..plain("responses", "Responses", "responses", None)
            },
            Figure {
                value: summary.p50_seconds.current.map(Shown::Real),
                previous: summary.p50_seconds.previous.map(Shown::Real),
                change: summary.p50_seconds.change.clone(),
                change_percent: summary.p50_seconds.change_percent,
                better: Some("down"),
                ..plain("p50Seconds", "Half answered within", "seconds", None)
            },
            Figure {
                value: summary.p90_seconds.current.map(Shown::Real),
                previous: summary.p90_seconds.previous.map(Shown::Real),
                change: summary.p90_seconds.change.clone(),
                change_percent: summary.p90_seconds.change_percent,
                better: Some("down"),
                ..plain("p90Seconds", "90 % answered within", "seconds", None)
            },
            plain(
                "unanswered",
                "Without an answer",
                "conversations",
                Some(Shown::Whole(answer.answered.unanswered)),
            ),
        ];
        let columns = vec![
            column("channel", "Channel", "text"),
            column("responses", "Responses", "responses"),
            column("p50Seconds", "Half within", "seconds"),
            column("p90Seconds", "90 % within", "seconds"),
            column("starters", "Conversations", "conversations"),
            column("unanswered", "Unanswered", "conversations"),
        ];
        let rows = answer.rows.iter().map(|row| {
            let name = row.name.clone().or_else(|| row.key.clone());
            vec![
                Cell::Text(name.unwrap_or_else(|| "no channel".to_owned())),
                Cell::Number(Shown::Whole(row.numbers.count)),
                row.numbers.p50_seconds.map(Shown::Real).into(),
                row.numbers.p90_seconds.map(Shown::Real).into(),
                Cell::Number(Shown::Whole(row.answered.starters)),
                Cell::Number(Shown::Whole(row.answered.unanswered)),
            ]
        });
        section.tables.push(Table {
            name: "responses",
            title: "Channels with the most responses",
            columns,
            rows: rows.collect(),
            rest: answer.total.saturating_sub(answer.rows.len() as u64),
        });
        self.definitions.push(Definition {
            title: "Responses and conversations",
            text: answer.meta.definition,
        });
        Ok(())
    }
}

const fn column(name: &'static str, title: &'static str, unit: &'static str) -> Column {
    Column { name, title, unit }
}

const fn plain(
    name: &'static str,
    title: &'static str,
    unit: &'static str,
    value: Option<Shown>,
) -> Figure {
    Figure {
        name,
        title,
        unit,
        value,
        previous: None,
        change: None,
        change_percent: None,
        better: None,
    }
}

/// Returns the sentence of what the mode of privacy does not allow.
fn withheld(error: QueryError) -> Result<String, QueryError> {
    match error {
        QueryError::Ask(AskError::Private(error))
        | QueryError::Store(StoreError::Private(error)) => Ok(format!("Left out: {error}")),
        other => Err(other),
    }
}
