//! The configuration as it holds, in the form in which it is loaded.

use std::fmt::Write;

use super::{
    reader::Source,
    section::{Config, SECTIONS},
    setting::Setting,
    value::quote,
};

/// Returns every setting as `KEY=value`, each with where it came from as a comment.
///
/// The text can be loaded again; secrets are not in it, and their lines are comments.
pub fn print(config: &Config) -> String {
    let mut out = String::new();
    let mut shown = config.shown();
    for section in SECTIONS {
        let gap = if out.is_empty() { "" } else { "\n" };
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{gap}# {}", section.title);
        for (setting, text) in shown.by_ref().take(section.settings.len()) {
            let source = config.sources.of(setting.name);
            let hidden = if setting.is_secret() && !text.is_empty() {
                "# "
            } else {
                ""
            };
            let value = quote(&text);
            let _ = writeln!(
                out,
                "{hidden}{}={value} # {}",
                setting.name,
                remark(setting, source)
            );
        }
    }
    out
}

fn remark(setting: &Setting, source: &Source) -> String {
    let Source::Set { variable, place } = source else {
        return "default".to_owned();
    };
    let mut remark = place.to_string();
    if *variable != setting.name {
        let _ = write!(remark, " ({variable})");
    }
    if let Some(thing) = setting.later {
        let _ = write!(remark, "; no effect until {thing} is there");
    }
    remark
}
