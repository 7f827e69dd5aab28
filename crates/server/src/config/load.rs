//! Environment over file over default.
//!
//! 1. A name of ours wins over its fallbacks wherever each is set.
//! 2. The same name in the environment wins over the file.
//! 3. An empty value is no value: container tools pass every name they know, empty when unset.

use std::{fs, path::Path, sync::Arc};

use super::{
    file,
    problem::{ConfigError, Problem, Warning},
    reader::{AllGiven, Given, Place, Reader},
    rules::{self, Verdict},
    section::{Config, settings},
    setting::Machine,
    value::clean,
};

/// Begins the name of every variable that is only ours.
const PREFIX: &str = "ANALYTICS_";

/// Names that begin like ours and belong to others: nChat's address of this service, the links
/// that Docker and Kubernetes make for a service of our name, and our own tests.
const OTHERS: [&str; 3] = ["ANALYTICS_SERVICE_", "ANALYTICS_PORT_", "ANALYTICS_TEST_"];

/// Variables that defaults depend on.
const SURROUNDINGS: [&str; 2] = ["HOME", "XDG_DATA_HOME"];

/// Returns the configuration that file and environment make, and what is doubtful about it.
///
/// # Errors
///
/// When the file cannot be read, or else with everything that is wrong at once.
pub fn load(
    config_file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<(Config, Vec<Warning>), ConfigError> {
    load_on(&Machine::here(), config_file, environment)
}

/// Returns the environment of this process, without the variables that are no UTF-8 text.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// [`load`] on a given machine.
pub fn load_on(
    machine: &Machine,
    config_file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<(Config, Vec<Warning>), ConfigError> {
    let mut gathered = Gathered::default();
    if let Some(path) = config_file {
        let bytes = fs::read(path).map_err(|source| ConfigError::File {
            path: path.to_owned(),
            source,
        })?;
        gathered.add_file(path, &bytes);
    }
    gathered.add_environment(environment);
    let Gathered {
        given,
        mut problems,
        mut warnings,
    } = gathered;

    let mut reader = Reader::new(&given, machine);
    let config = Config::read(&mut reader);
    let (refused, broken) = reader.finish();
    problems.extend(refused);
    if let Some(config) = &config {
        for finding in rules::check(config, &broken) {
            let (setting, sentence) = (finding.setting.to_owned(), finding.sentence);
            match finding.verdict {
                Verdict::Refuse => problems.push(Problem { setting, sentence }),
                Verdict::Warn => warnings.push(Warning { setting, sentence }),
            }
        }
    }
    match config {
        Some(config) if problems.is_empty() => Ok((config, warnings)),
        _ => Err(ConfigError::Problems(problems)),
    }
}

/// What file and environment say, before it is read.
#[derive(Default)]
struct Gathered {
    given: AllGiven,
    problems: Vec<Problem>,
    warnings: Vec<Warning>,
}

impl Gathered {
    fn add_file(&mut self, path: &Path, bytes: &[u8]) {
        let (lines, problems) = file::parse(&path.display().to_string(), bytes);
        self.problems.extend(problems);
        let path: Arc<Path> = path.into();
        for line in lines {
            let place = Place::File {
                path: Arc::clone(&path),
                line: line.number,
            };
            if let Some(first) = self.given.get(&line.name) {
                let (name, first) = (&line.name, &first.place);
                let sentence =
                    format!("{name} is set twice ({first}; {place}): the last one holds.");
                self.warn(&line.name, sentence);
            }
            self.add(line.name, line.text, line.cut, place);
        }
    }

    fn add_environment(&mut self, environment: impl IntoIterator<Item = (String, String)>) {
        let mut sorted: Vec<_> = environment.into_iter().collect();
        sorted.sort();
        for (name, raw) in sorted {
            let cleaned = clean(&raw);
            self.add(name, cleaned.text, cleaned.cut, Place::Environment);
        }
    }

    fn add(&mut self, name: String, text: String, cut: bool, place: Place) {
        let declared = settings().find(|setting| setting.names().any(|known| known == name));
        if text.is_empty() || declared.is_none() && !SURROUNDINGS.contains(&name.as_str()) {
            if declared.is_none() {
                self.warn_of_unknown(&name, &place);
            }
            return;
        }
        if let Some(setting) = declared {
            if text.contains("${") {
                let sentence = format!(
                    "{name} ({place}) holds `${{…}}`, which nothing replaces here: write out \
                     what it stands for."
                );
                self.warn(&name, sentence);
            }
            if cut && setting.is_secret() {
                let sentence = format!(
                    "{name} ({place}) was cut at ` #`, which begins a comment: put the secret in \
                     quotes if this is a part of it."
                );
                self.warn(&name, sentence);
            }
        }
        self.given.insert(name, Given { text, place });
    }

    fn warn_of_unknown(&mut self, name: &str, place: &Place) {
        if !name.starts_with(PREFIX) || OTHERS.iter().any(|other| name.starts_with(other)) {
            return;
        }
        let sentence = match nearest(name) {
            Some(known) => {
                format!("{name} ({place}) is not known and changes nothing: is {known} meant?")
            }
            None => format!("{name} ({place}) is not known and changes nothing."),
        };
        self.warn(name, sentence);
    }

    fn warn(&mut self, setting: &str, sentence: String) {
        self.warnings.push(Warning {
            setting: setting.to_owned(),
            sentence,
        });
    }
}

/// Returns the known name that is most like an unknown one.
fn nearest(unknown: &str) -> Option<&'static str> {
    let own = |name: &'static str| name.strip_prefix(PREFIX).map(|rest| (name, rest));
    let rest = unknown.strip_prefix(PREFIX)?;
    settings()
        .filter_map(|setting| own(setting.name))
        .map(|(name, known)| (name, strsim::jaro_winkler(rest, known)))
        .filter(|(_, likeness)| *likeness > 0.85)
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(name, _)| name)
}
