//! From given texts to typed values, with every refusal collected.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
    sync::Arc,
};

use super::{
    kind::{Kind, Refusal},
    problem::Problem,
    section::setting,
    setting::{Machine, Setting, Surroundings},
};

/// Where a variable was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the environment of the process.
    Environment,
    /// In the configuration file.
    File {
        /// The file.
        path: Arc<Path>,
        /// The number of the line, from 1.
        line: usize,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("environment"),
            Self::File { path, line } => write!(f, "{}, line {line}", path.display()),
        }
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nothing sets it.
    Default,
    /// A variable sets it.
    Set {
        /// The variable, which may be a fallback.
        variable: &'static str,
        /// Where it was set.
        place: Place,
    },
}

/// Where each setting came from.
#[derive(Debug, Clone, Default)]
pub struct Sources(BTreeMap<&'static str, Source>);

impl Sources {
    /// Returns where a setting came from.
    pub fn of(&self, setting: &str) -> &Source {
        self.0.get(setting).unwrap_or(&Source::Default)
    }

    /// Returns the variable that sets a setting, or else its own name.
    pub fn variable<'a>(&self, setting: &'a str) -> &'a str {
        match self.of(setting) {
            Source::Set { variable, .. } => variable,
            Source::Default => setting,
        }
    }

    /// Returns how many settings are set.
    pub fn set_count(&self) -> usize {
        self.0.len()
    }
}

/// A text that a variable was set to.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) text: String,
    pub(super) place: Place,
}

/// Every variable that was set to something, by its name.
pub(super) type AllGiven = BTreeMap<String, Given>;

/// Reads settings one by one.
pub(super) struct Reader<'a> {
    given: &'a AllGiven,
    machine: &'a Machine,
    sources: Sources,
    problems: Vec<Problem>,
    broken: BTreeSet<&'static str>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(given: &'a AllGiven, machine: &'a Machine) -> Self {
        Self {
            given,
            machine,
            sources: Sources::default(),
            problems: Vec::new(),
            broken: BTreeSet::new(),
        }
    }

    /// Returns the value of a setting. What is refused is noted and its default takes its place,
    /// so that the rules can still look at everything else.
    pub(super) fn read<K: Kind>(&mut self, name: &str, kind: &K) -> Option<K::Value> {
        let setting = setting(name)?;
        let given = setting
            .names()
            .find_map(|name| Some((name, self.given.get(name)?)));
        let Some((variable, given)) = given else {
            return self.preset(setting, kind);
        };
        match kind.parse(&given.text) {
            Ok(value) => {
                let source = Source::Set {
                    variable,
                    place: given.place.clone(),
                };
                self.sources.0.insert(setting.name, source);
                Some(value)
            }
            Err(refusal) => {
                let problem = refused(setting, variable, given, refusal);
                // A fallback that two settings share is refused once.
                if !self.problems.contains(&problem) {
                    self.problems.push(problem);
                }
                self.broken.insert(setting.name);
                self.preset(setting, kind)
            }
        }
    }

    fn preset<K: Kind>(&mut self, setting: &'static Setting, kind: &K) -> Option<K::Value> {
        let given = |name: &str| self.given.get(name).map(|given| given.text.as_str());
        let text = setting.preset.text(&Surroundings {
            machine: self.machine,
            given: &given,
        });
        let Some(text) = text else {
            return kind.absent();
        };
        let value = kind.parse(&text).ok();
        if value.is_none() {
            let (name, accepts) = (setting.name, setting.kind.accepts());
            let sentence = format!(
                "{name} is not set, and what follows from other variables cannot be used: set it \
                 to {accepts}."
            );
            self.problems.push(Problem {
                setting: name.to_owned(),
                sentence,
            });
        }
        value
    }

    /// Returns where the settings that were read came from.
    pub(super) fn sources(&self) -> Sources {
        self.sources.clone()
    }

    /// Returns every problem, and the settings that have one.
    pub(super) fn finish(self) -> (Vec<Problem>, BTreeSet<&'static str>) {
        (self.problems, self.broken)
    }
}

fn refused(setting: &Setting, variable: &str, given: &Given, refusal: Refusal) -> Problem {
    let (place, accepts) = (&given.place, setting.kind.accepts());
    // The text is never repeated: what was refused may be a secret that got into a wrong variable.
    let mut sentence = format!("{variable} ({place}) must be {accepts}.");
    if let Some(hint) = refusal.hint {
        sentence.push(' ');
        sentence.push_str(&hint);
    }
    Problem {
        setting: variable.to_owned(),
        sentence,
    }
}
