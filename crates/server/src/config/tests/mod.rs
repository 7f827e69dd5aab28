//! The configuration as a whole.

mod load;
mod rules;
mod secret;
mod text;

use std::io::Write;

use super::{Config, ConfigError, Machine, Problem, Warning, load_on};

/// A machine that looks the same wherever the tests run.
const MACHINE: Machine = Machine {
    cores: 8,
    has_system_folder: false,
    container_memory: None,
};

/// What nself passes beside the settings of the service, shortened to what matters here.
const NSELF: [(&str, &str); 6] = [
    ("HOME", "/home/analytics"),
    ("PORT", "3106"),
    (
        "DATABASE_URL",
        "postgres://postgres:secret@postgres:5432/nchat",
    ),
    ("REDIS_HOST", "redis"),
    ("REDIS_PASSWORD", ""),
    ("HASURA_ADMIN_SECRET", "0123456789abcdef0123456789abcdef"),
];

type Outcome = Result<(Config, Vec<Warning>), ConfigError>;

fn loaded(environment: &[(&str, &str)]) -> Outcome {
    load_on(&MACHINE, None, owned(environment))
}

fn loaded_with_file(file: &str, environment: &[(&str, &str)]) -> Outcome {
    let mut scratch = tempfile::NamedTempFile::new().unwrap();
    scratch.write_all(file.as_bytes()).unwrap();
    load_on(&MACHINE, Some(scratch.path()), owned(environment))
}

fn owned(environment: &[(&str, &str)]) -> Vec<(String, String)> {
    let home = [("HOME", "/home/analytics")];
    let all = home.iter().chain(environment);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Returns the configuration of an environment that also holds a secret, so that nothing but what
/// a test is about is warned of.
fn config(environment: &[(&str, &str)]) -> (Config, Vec<String>) {
    let key = [("ANALYTICS_API_KEY", "0123456789abcdef0123456789abcdef")];
    let all: Vec<_> = key.iter().chain(environment).copied().collect();
    let (config, warnings) = loaded(&all).unwrap();
    (
        config,
        warnings
            .into_iter()
            .map(|warning| warning.sentence)
            .collect(),
    )
}

fn problems(outcome: Outcome) -> Vec<Problem> {
    match outcome.unwrap_err() {
        ConfigError::Problems(problems) => problems,
        file @ ConfigError::File { .. } => panic!("{file}"),
    }
}

fn sentences(outcome: Outcome) -> Vec<String> {
    problems(outcome)
        .into_iter()
        .map(|problem| problem.sentence)
        .collect()
}
