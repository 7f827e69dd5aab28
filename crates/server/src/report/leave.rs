//! Leaving the recipients of a report, by a link that only their mail has.

use domain::{id::WorkspaceId, report::Report};
use store::meta::MetaError;
use subtle::ConstantTimeEq as _;

use super::Reports;
use crate::query::Pseudonyms;

/// Where the links lead, below the address of the service.
const PATH: &str = "/unsubscribe/";
/// How often it is tried again where somebody changes the report meanwhile.
const ATTEMPTS: u32 = 5;

/// Makes the links.
#[derive(Debug, Clone)]
pub struct Links {
    /// The address under which the service is found, as `https://analytics.example.com`.
    pub base: String,
}

impl Links {
    /// Returns the link of a recipient of a report.
    pub fn of(&self, pseudonyms: &Pseudonyms, report: &Report, recipient: &str) -> String {
        let key = key(pseudonyms, &report.workspace_id, &report.id, recipient);
        format!("{}{PATH}{}.{key}", self.base, report.id)
    }
}

/// Returns what nobody but the recipient has been told.
fn key(pseudonyms: &Pseudonyms, workspace: &WorkspaceId, report: &str, recipient: &str) -> String {
    // No identifier of a person has such letters within.
    pseudonyms.compute(workspace, &format!("unsubscribe\0{report}\0{recipient}"))
}

impl Reports {
    /// Takes whoever has a link out of the recipients; returns whether the link is one of a report. One who
    /// left before leaves once more.
    pub async fn leave(&self, token: &str) -> Result<bool, MetaError> {
        let Some((id, shown)) = token.split_once('.') else {
            return Ok(false);
        };
        let pseudonyms = &self.maker.query.guard.pseudonyms;
        for _attempt in 0..ATTEMPTS {
            let Some(report) = self.runs.any_report(id).await? else {
                return Ok(false);
            };
            let is_theirs = |recipient: &String| {
                let key = key(pseudonyms, &report.workspace_id, id, recipient);
                bool::from(key.as_bytes().ct_eq(shown.as_bytes()))
            };
            let all = report.definition.recipients.clone().into_iter();
            let (left, stay): (Vec<String>, Vec<String>) = all.partition(is_theirs);
            if left.is_empty() {
                // Who left before and who never was look alike, so that no link tells who is written to.
                return Ok(Pseudonyms::is_one(shown));
            }
            if self.runs.set_recipients(&report, &stay).await? {
                tracing::info!(report = report.id, "report.recipient_left");
                return Ok(true);
            }
        }
        Ok(false)
    }
}
