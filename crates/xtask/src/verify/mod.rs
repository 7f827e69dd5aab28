//! Checks the product's numbers on real chat histories: the built binary, fed and asked as its users
//! do it, against figures that were computed without it.

mod again;
mod answers;
mod chat;
mod golden;
mod group;
mod lean;
mod slack;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use self::{
    answers::Answers,
    chat::Chat,
    golden::Golden,
    group::Checks,
    slack::{Argument, HISTORIES, History},
};
use crate::product::{self, Binary, Imported, Service};

/// Where the histories lie unless another folder is named, from the root of the project.
const DEFAULT_DATA: &str = "../shared/data";
/// The history with reference answers, its tables and the answers.
const LEAN: &str = "lean";
const GOLDEN: &str = "golden-2022-06.json";
/// The first day of the cohort that the reference answers look at.
const COHORT: &str = "2022-05-01T00:00:00Z";

/// What is asked of this task.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Folder of the histories.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Build and check the release binary.
    #[arg(long)]
    release: bool,
}

/// Compares every figure, prints each group of them, and fails when one differs.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let Some(data) = data_folder(root, options.data.as_deref())? else {
        println!("verify-real: not run: no data folder, name one with DATA=");
        return Ok(());
    };
    let binary = product::build(root, options.release)?;
    let mut checks = Checks::default();
    check_lean(&binary, &data, &mut checks)?;
    check_chat(&binary, &data, &mut checks)?;
    for history in &HISTORIES {
        check_slack(&binary, &data, history, &mut checks)?;
    }
    checks.finish()
}

/// Returns the folder of the histories; `None` when none was named and the usual one is absent.
pub(crate) fn data_folder(root: &Path, named: Option<&Path>) -> Result<Option<PathBuf>> {
    let folder = named.map_or_else(|| root.join(DEFAULT_DATA), Path::to_owned);
    match (folder.join(LEAN).join(GOLDEN).is_file(), named) {
        (true, _) => Ok(Some(folder)),
        (false, None) => Ok(None),
        (false, Some(named)) => bail!("{} holds no {LEAN}/{GOLDEN}", named.display()),
    }
}

/// Returns the arguments that import the history with reference answers.
pub(crate) fn lean_arguments(folder: &Path, history: &Path) -> Vec<OsString> {
    let table = |name| folder.join(name).into_os_string();
    vec![
        history.into(),
        "--users".into(),
        table("users.csv"),
        "--channels".into(),
        table("channels.csv"),
    ]
}

fn check_lean(binary: &Binary, data: &Path, checks: &mut Checks) -> Result<()> {
    let folder = data.join(LEAN);
    let golden = Golden::read(&folder.join(GOLDEN))?;
    let history = data.join(&golden.file);
    let arguments = lean_arguments(&folder, &history);
    let scratch = tempfile::tempdir()?;
    let store = scratch.path().join("store");

    let import = binary.import(&store, &arguments)?;
    say(&golden.file, import);
    let service = Service::start(binary, &store)?;
    let client = service.client()?;
    let answers = Answers::ask(&client, &golden.window, COHORT)?;
    let heading = format!("{} against {GOLDEN}", golden.file);
    checks.add(&heading, &lean::compare(&golden, &answers));

    // Through the running service this time, which is the other way in.
    let mut through = arguments;
    through.extend(["--server", &service.url(), "--key", service.key()].map(OsString::from));
    let import = binary.import(&scratch.path().join("elsewhere"), &through)?;
    // The import takes longer than the service keeps an idle connection.
    let after = Answers::ask(&service.client()?, &golden.window, COHORT)?;
    let groups = again::repeated(golden.lines, import, &answers, &after);
    checks.add("the same history once more, through the service", &groups);
    service.stop()?;

    let (shuffled, other) = (
        scratch.path().join("shuffled"),
        scratch.path().join("other"),
    );
    again::shuffle(&history, &shuffled)?;
    say(
        "shuffled",
        binary.import(&other, lean_arguments(&folder, &shuffled))?,
    );
    let service = Service::start(binary, &other)?;
    let found = Answers::ask(&service.client()?, &golden.window, COHORT)?;
    let groups = [again::same_answers(&answers, &found)];
    checks.add("the same history in another order", &groups);
    service.stop()
}

/// The same history out of a chat's own database, against the same figures and plain SQL.
fn check_chat(binary: &Binary, data: &Path, checks: &mut Checks) -> Result<()> {
    let folder = data.join(LEAN);
    let golden = Golden::read(&folder.join(GOLDEN))?;
    let chat = Chat::with(&data.join(&golden.file), &folder.join("users.csv"))?;
    let scratch = tempfile::tempdir()?;
    let store = scratch.path().join("store");
    chat.backfill(binary, &store)?;
    let golden = chat.golden(&golden)?;
    let service = Service::start(binary, &store)?;
    let answers = Answers::ask(&service.client()?, &golden.window, COHORT)?;
    let heading = format!("the same history read from nChat's database against {GOLDEN}");
    checks.add(&heading, &lean::compare(&golden, &answers));
    let groups = chat.compare(&golden, &answers)?;
    checks.add(
        "the same answers against plain SQL on that database",
        &groups,
    );
    service.stop()
}

fn check_slack(binary: &Binary, data: &Path, history: &History, checks: &mut Checks) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let store = scratch.path().join("store");
    let arguments = history.arguments.iter().map(|argument| match argument {
        Argument::File(path) => data.join(path).into_os_string(),
        Argument::Plain(text) => OsString::from(text),
    });
    binary.import(&store, arguments)?;
    let service = Service::start(binary, &store)?;
    let status = service.client()?.get("status")?;
    checks.add(history.heading, &slack::compare(history, &status));
    service.stop()
}

fn say(what: &str, import: Imported) {
    let Imported {
        new, rate, took, ..
    } = import;
    println!(
        "imported {what}: {new} events in {:.1} s ({rate} events/s)",
        took.as_secs_f64()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_folder_is_a_failure_only_when_it_was_named() {
        let root = tempfile::tempdir().unwrap();
        let project = root.path().join("project");
        assert_eq!(data_folder(&project, None).unwrap(), None);
        data_folder(&project, Some(root.path())).unwrap_err();
        let data = root.path().join("shared/data");
        std::fs::create_dir_all(data.join(LEAN)).unwrap();
        std::fs::write(data.join(LEAN).join(GOLDEN), "{}").unwrap();
        std::fs::create_dir(&project).unwrap();
        assert!(data_folder(&project, None).unwrap().is_some());
        assert_eq!(
            data_folder(&project, Some(&data)).unwrap().as_deref(),
            Some(data.as_path())
        );
    }
}
