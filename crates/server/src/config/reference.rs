//! The reference of all settings, made from their declarations.

use std::fmt::Write;

use super::{
    rules::{Verdict, rules},
    section::SECTIONS,
    setting::{Preset, Setting},
};

const INTRO: &str = "\
<!-- Generated from crates/server/src/config: change the declarations there. -->

# Configuration

Settings are environment variables, or `KEY=VALUE` lines of the file that `--config` names. The environment wins over the
file, the file over the default. An empty value counts as not set. In both places a value may be followed by a comment
(`300 # 5 minutes`) and may stand in single or double quotes; in the file a line may begin with `export`. Nothing replaces
`${NAME}` in a value.

`nchat-analytics config check` says what is wrong or doubtful, `nchat-analytics config print` shows every setting as it
holds with where it came from. Neither shows a secret.
";

/// Returns the text of `docs/reference/config.md`.
pub fn reference() -> String {
    let mut out = INTRO.to_owned();
    for section in SECTIONS {
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "\n## {}\n\n{}\n", section.title, section.intro());
        out.push_str("| Variable | Default | Accepts | Meaning |\n|---|---|---|---|\n");
        for setting in section.settings {
            let cells = [
                names(setting),
                preset(setting),
                setting.kind.accepts(),
                meaning(setting),
            ];
            let _ = writeln!(
                out,
                "| {} |",
                cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
            );
        }
    }
    out.push_str("\n## What is refused\n\nThe service does not start, and says why, when\n\n");
    list(&mut out, Verdict::Refuse);
    out.push_str("\n## What is warned of\n\nThe service starts and says so when\n\n");
    list(&mut out, Verdict::Warn);
    out
}

fn list(out: &mut String, verdict: Verdict) {
    for rule in rules().filter(|rule| rule.verdict == verdict) {
        // The first two say enough; a rule about every secret would fill a paragraph.
        let about = rule.about.iter().take(2).map(|name| format!("`{name}`"));
        let about = about.collect::<Vec<_>>().join(", ");
        let more = if rule.about.len() > 2 { " …" } else { "" };
        let _ = writeln!(out, "- {} ({about}{more})", rule.doc);
    }
}

fn names(setting: &Setting) -> String {
    let own = format!("`{}`", setting.name);
    let others = setting
        .fallbacks
        .iter()
        .map(|name| format!(", else `{name}`"));
    std::iter::once(own).chain(others).collect()
}

fn preset(setting: &Setting) -> String {
    match setting.preset {
        Preset::Unset => "not set".to_owned(),
        Preset::Text(text) => format!("`{text}`"),
        Preset::Derived { words, .. } => words.to_owned(),
    }
}

fn meaning(setting: &Setting) -> String {
    match setting.later {
        Some(thing) => format!(
            "{} Checked at start; has no effect until {thing} is there.",
            setting.doc()
        ),
        None => setting.doc().to_owned(),
    }
}
