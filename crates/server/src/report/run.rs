//! Runs: the background task that makes reports at their times, and sends them.
//!
//! 1. A time is claimed by one commit, which sets the next time too: neither a kill nor a second instance
//!    makes two runs of one time. A run that was broken off is taken up where it was: its file is kept in the
//!    commit that says that it is made, and who was sent it is noted before the next one is.
//! 2. What was missed while the service was down is made once, as late.
//! 3. A report whose runs fail again and again is paused, with the reason.

use std::{sync::Arc, time::Duration};

use domain::{
    clock::Clock,
    report::{Report, ReportRun, RunCause, RunOutcome},
    text::counted,
    time::Instant,
};
use jiff::tz::TimeZone;
use store::meta::{MetaError, ReportStore, RunStore};
use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    Form, Links, Maker, Schedule,
    mail::{Letter, Mailer},
    render,
};
use crate::ingest::FreshIds;

/// Milliseconds after its time at which a run is late.
const LATE: i64 = 5 * 60_000;
/// Failed runs in a row after which a report is paused.
const MOST_FAILURES: u32 = 5;
/// Pauses before a run that failed is tried again.
const PAUSES: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(30)];
/// Longest pause between two looks at what is due.
const LOOK: Duration = Duration::from_secs(30);
/// Reports that are read at once.
const PAGE: u32 = 20;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// Longest time that a test takes, in milliseconds.
const TEST_TIME: i64 = 600_000;

/// Makes reports at their times.
pub struct Reports {
    /// Where reports are kept.
    pub store: Arc<dyn ReportStore>,
    /// Where runs are kept.
    pub runs: Arc<dyn RunStore>,
    /// Makes what they hold.
    pub maker: Maker,
    /// Sends them, where a mail server is set.
    pub mailer: Option<Mailer>,
    /// Makes the links by which recipients leave, where the service knows its address.
    pub links: Option<Links>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Whose local time schedules are.
    pub zone: TimeZone,
    /// Names runs.
    pub ids: FreshIds,
    /// How many days runs and their files are kept.
    pub keep_days: u32,
    /// Says that a schedule has changed.
    pub changed: Notify,
}

impl Reports {
    /// Returns when a report is made next.
    pub fn next_run(&self, schedule: Option<&str>, after: Instant) -> Option<Instant> {
        Schedule::parse(schedule?)
            .ok()?
            .next_after(after, &self.zone)
    }

    /// Makes what is due until the end is asked for.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), MetaError> {
        self.settle(&stop).await?;
        loop {
            self.make_due(&stop).await?;
            let now = self.clock.now();
            self.end_left_tests(now).await?;
            let old = now.plus_millis(-i64::from(self.keep_days) * DAY);
            self.runs.forget_runs(old).await?;
            let waiting = self.runs.waiting_reports(now).await?;
            let next = waiting.first().and_then(|report| report.next_run);
            let until = next.map_or(LOOK, |next| {
                let millis = next.as_millis().saturating_sub(now.as_millis());
                Duration::from_millis(u64::try_from(millis).unwrap_or(0))
            });
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = self.changed.notified() => {}
                () = sleep(until.min(LOOK)) => {}
            }
        }
    }

    /// Begins after a start: times are those of the present zone, and what was broken off is taken up.
    async fn settle(&self, stop: &CancellationToken) -> Result<(), MetaError> {
        let now = self.clock.now();
        for report in self.runs.waiting_reports(now).await? {
            let next = self.next_run(report.definition.schedule.as_deref(), now);
            if next != report.next_run {
                self.runs.move_report(&report, next).await?;
            }
        }
        for mut run in self.runs.open_runs().await? {
            if stop.is_cancelled() {
                return Ok(());
            }
            if run.cause == RunCause::Test {
                continue;
            }
            match self.store.report(&run.workspace_id, &run.report_id).await? {
                Some(report) => self.carry_out(&report, &mut run, None).await?,
                None => self.end_left(run, now).await?,
            }
        }
        Ok(())
    }

    /// Ends tests that were broken off, which nobody waits for any more. A young one may be under way in another
    /// instance.
    async fn end_left_tests(&self, now: Instant) -> Result<(), MetaError> {
        for run in self.runs.open_runs().await? {
            if run.cause == RunCause::Test && run.started_at.plus_millis(TEST_TIME) < now {
                self.end_left(run, now).await?;
            }
        }
        Ok(())
    }

    async fn end_left(&self, mut run: ReportRun, now: Instant) -> Result<(), MetaError> {
        run.outcome = RunOutcome::Failed;
        run.reason = Some("the service ended before it was made".to_owned());
        run.ended_at = Some(now);
        self.runs.end_run(&run, None).await
    }

    /// Makes what is due, one report after the other.
    async fn make_due(&self, stop: &CancellationToken) -> Result<(), MetaError> {
        loop {
            let due = self.runs.due_reports(self.clock.now(), PAGE).await?;
            if due.is_empty() {
                return Ok(());
            }
            for report in due {
                if stop.is_cancelled() {
                    return Ok(());
                }
                let now = self.clock.now();
                let next = self.next_run(report.definition.schedule.as_deref(), now);
                let mut run = self.begin(&report, RunCause::Schedule, report.next_run, now);
                if self.runs.claim_run(&report, &run, next).await? {
                    self.carry_out(&report, &mut run, None).await?;
                }
            }
        }
    }

    fn begin(
        &self,
        report: &Report,
        cause: RunCause,
        due: Option<Instant>,
        now: Instant,
    ) -> ReportRun {
        let due = due.unwrap_or(now);
        ReportRun {
            id: self.ids.next(now).to_string(),
            workspace_id: report.workspace_id.clone(),
            report_id: report.id.clone(),
            cause,
            format: report.definition.format,
            due,
            started_at: now,
            ended_at: None,
            late: now.as_millis() - due.as_millis() > LATE,
            outcome: RunOutcome::Running,
            reason: None,
            file_bytes: None,
            privacy: self.maker.query.guard.privacy.mode.name().to_owned(),
            recipients: u32::try_from(report.definition.recipients.len()).unwrap_or(u32::MAX),
            sent: 0,
        }
    }

    /// Makes a report once because somebody asks for it, and sends it to these.
    pub async fn test(
        &self,
        report: &Report,
        recipients: &[String],
    ) -> Result<ReportRun, MetaError> {
        let mut run = self.begin(report, RunCause::Test, None, self.clock.now());
        run.recipients = u32::try_from(recipients.len()).unwrap_or(u32::MAX);
        self.runs.begin_run(&run).await?;
        self.carry_out(report, &mut run, Some(recipients)).await?;
        Ok(run)
    }

    /// Makes a report and sends it, and notes what became of that.
    async fn carry_out(
        &self,
        report: &Report,
        run: &mut ReportRun,
        recipients: Option<&[String]>,
    ) -> Result<(), MetaError> {
        let recipients = recipients.unwrap_or(&report.definition.recipients);
        let mut attempt = self.attempt(report, run, recipients).await?;
        if run.cause == RunCause::Schedule {
            for pause in PAUSES {
                if attempt.is_ok() {
                    break;
                }
                sleep(pause).await;
                attempt = self.attempt(report, run, recipients).await?;
            }
        }
        (run.outcome, run.reason) = match attempt {
            Ok((outcome, reason)) => (outcome, reason),
            Err(reason) => (RunOutcome::Failed, Some(reason)),
        };
        run.ended_at = Some(self.clock.now());
        let times = counted(MOST_FAILURES.into(), "run");
        let because = run.reason.as_deref().unwrap_or_default();
        let because = format!("{times} failed in a row; the last one: {because}");
        let counts = run.outcome == RunOutcome::Failed && run.cause == RunCause::Schedule;
        let pause = counts.then_some((MOST_FAILURES, because.as_str()));
        self.runs.end_run(run, pause).await?;
        tracing::info!(
            report = report.id,
            run = run.id,
            outcome = run.outcome.name(),
            late = run.late,
            bytes = run.file_bytes,
            sent = run.sent,
            "report.run"
        );
        Ok(())
    }

    /// Does what is still to be done of a run; the inner error is why that was not possible.
    async fn attempt(
        &self,
        report: &Report,
        run: &mut ReportRun,
        recipients: &[String],
    ) -> Result<Result<(RunOutcome, Option<String>), String>, MetaError> {
        let made = self.maker.make(
            &report.workspace_id,
            &report.definition,
            Some(run.due.to_string()),
        );
        let content = match made.await {
            Ok(content) => Arc::new(content),
            Err(error) => return Ok(Err(error.to_string())),
        };
        let form = Form::Kept(run.format);
        let file = if let Some(file) = self.runs.run_file(run).await? {
            file
        } else {
            let content = Arc::clone(&content);
            let written = tokio::task::spawn_blocking(move || render(&content, form)).await;
            let file = match written {
                Ok(Ok(file)) => file,
                Ok(Err(error)) => return Ok(Err(error.to_string())),
                Err(error) => return Ok(Err(error.to_string())),
            };
            self.runs.keep_file(run, &file).await?;
            file
        };
        run.file_bytes = Some(file.len() as u64);
        if recipients.is_empty() {
            return Ok(Ok((RunOutcome::Made, None)));
        }
        let Some(mailer) = &self.mailer else {
            let reason = "it was sent to nobody: no mail server is set (ANALYTICS_SMTP_HOST)";
            return Ok(Ok((RunOutcome::Made, Some(reason.to_owned()))));
        };
        let sent = self.runs.deliveries(run).await?;
        run.sent = u32::try_from(sent.len()).unwrap_or(u32::MAX);
        let mut failed = None;
        for recipient in recipients.iter().filter(|one| !sent.contains(one)) {
            let links = self.links.as_ref();
            let pseudonyms = &self.maker.query.guard.pseudonyms;
            // Whoever gets a test is no recipient yet.
            let is_kept = report.definition.recipients.contains(recipient);
            let letter = Letter {
                report,
                run,
                content: &content,
                file: (&file, form),
                recipient,
                leave: links
                    .filter(|_| is_kept)
                    .map(|links| links.of(pseudonyms, report, recipient)),
            };
            match mailer.send(letter).await {
                Ok(()) => {
                    self.runs.delivered(run, recipient).await?;
                    run.sent += 1;
                }
                Err(error) => failed = Some(error.to_string()),
            }
        }
        Ok(match failed {
            None => Ok((RunOutcome::Sent, None)),
            Some(reason) => Err(format!(
                "it was sent to {} of {}: {reason}",
                run.sent,
                counted(run.recipients.into(), "recipient")
            )),
        })
    }
}
