//! The command line as its users meet it: what it says, what it leaves behind, what it never shows.

mod backup;
mod demo;
mod folder;
mod messages;
mod secrets;
mod sql;

use std::process::Output;

/// Everything that a command wrote.
pub(crate) fn said(output: &Output) -> String {
    let [out, errors] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{out}{errors}")
}
