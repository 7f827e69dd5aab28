//! What no setting can know alone: pairs that contradict each other, and pairs that are dangerous.
//!
//! Each rule is declared once, with the sentence the reference shows. A rule is left out while one
//! of its settings is refused, because it would judge a default that nobody chose.

mod access;
mod capacity;
mod meaning;

use std::collections::BTreeSet;

use super::section::Config;

/// What follows when a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The service does not start.
    Refuse,
    /// The service says so and starts.
    Warn,
}

/// A rule about several settings, or about one whose value is allowed but seldom meant.
pub struct Rule {
    /// What follows when it is broken.
    pub verdict: Verdict,
    /// The settings it looks at; a finding is reported under the one its sentence
    /// begins with.
    pub about: &'static [&'static str],
    /// When it is broken.
    pub doc: &'static str,
    check: fn(&Config) -> Vec<String>,
}

/// A rule that is broken.
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    pub(super) setting: &'static str,
    pub(super) sentence: String,
}

/// Returns what the rules find, leaving out those about a setting in `broken`.
pub(super) fn check(config: &Config, broken: &BTreeSet<&'static str>) -> Vec<Finding> {
    let judges = |rule: &&Rule| rule.about.iter().all(|setting| !broken.contains(setting));
    let findings = |rule: &'static Rule| {
        let finding = |sentence: String| {
            let named = sentence.split([' ', '=']).next();
            let named = rule.about.iter().find(|name| Some(**name) == named);
            let setting = named.or(rule.about.first()).copied().unwrap_or_default();
            Finding {
                verdict: rule.verdict,
                setting,
                sentence,
            }
        };
        (rule.check)(config)
            .into_iter()
            .map(finding)
            .collect::<Vec<_>>()
    };
    rules().filter(judges).flat_map(findings).collect()
}

/// Returns every rule.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [access::RULES, capacity::RULES, meaning::RULES]
        .into_iter()
        .flatten()
}

fn when(broken: bool, sentence: impl FnOnce() -> String) -> Vec<String> {
    broken.then(sentence).into_iter().collect()
}
