//! The configuration as it holds, in the form in which it is loaded.

use std::fmt::Write;

use super::{
    reader::Source,
    section::{Config, SECTIONS, settings},
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

/// Returns what is set and changes nothing yet, a sentence for each thing that has to come first.
pub fn without_effect(config: &Config) -> Vec<String> {
    let mut waiting: Vec<(&str, Vec<&str>)> = Vec::new();
    for setting in settings() {
        let is_set = matches!(
            config.sources.of(setting.name),
            // A name that others share was set for them.
            Source::Set { variable, .. } if *variable == setting.name
        );
        let Some(thing) = setting.later.filter(|_| is_set) else {
            continue;
        };
        match waiting.iter_mut().find(|(known, _)| *known == thing) {
            Some((_, names)) => names.push(setting.name),
            None => waiting.push((thing, vec![setting.name])),
        }
    }
    let sentence = |(thing, names): (&str, Vec<&str>)| {
        let names = names.join(", ");
        format!("{names}: accepted, without effect until {thing} is there")
    };
    waiting.into_iter().map(sentence).collect()
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
