//! What a run with one history came to.

use std::{fmt::Write as _, path::Path};

use anyhow::Result;
use tokio::runtime::Runtime;

use super::{
    answers::{self, Answers},
    arriving,
    build::{Built, build},
    cache::Cache,
    fill::{FILLED, Filled, fill},
    row::{Row, rows_table, summary},
};
use crate::{
    bench::{
        figure::{Figure, Target, Unit, figures_table},
        imports::ROOM,
    },
    product::Binary,
};

/// Name of the folder that events arrive in.
const ARRIVED: &str = "arrived";
/// Where a day is to be filled within, in milliseconds, and all of them, in seconds.
const DAY: Target = Target::AtMost(2_000.0);
const ALL_DAYS: Target = Target::AtMost(600.0);
/// Part of the events' disk that filled days may need.
const SHARE: Target = Target::AtMost(15.0);
const START: Target = Target::AtMost(1_000.0);
const REST: Target = Target::AtMost(100.0);
const MOST: Target = Target::AtMost(400.0);

/// What a run measures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) events: u64,
    /// How often each question is asked.
    pub(super) draws: usize,
    /// Whether days are filled again that were so in an earlier run.
    pub(super) refill: bool,
    /// Whether events arrive, too.
    pub(super) arriving: bool,
    /// Whether the store that they arrived in stays.
    pub(super) keep: bool,
}

/// What a run came to.
pub(super) struct Outcome {
    /// Events of the history.
    pub(super) events: u64,
    /// What was measured of each question.
    pub(super) rows: Vec<Row>,
    pub(super) sections: Vec<(&'static str, Vec<Figure>)>,
}

impl Outcome {
    /// Measures one history.
    pub(super) fn measure(
        root: &Path,
        runtime: &Runtime,
        binary: &Binary,
        extent: Extent,
    ) -> Result<Self> {
        let cache = Cache::open(root, extent.events)?;
        let built = build(runtime, &cache, extent.events)?;
        println!(
            "\n{} events in {}\n",
            built.events,
            cache.folder().display()
        );
        let (store, filled) = fill(binary, &cache, built.bytes, extent.refill)?;
        let mut sections = vec![("Disk and filling", say_stored(built, filled))];
        let answers = answers::measure(runtime, binary, &store, extent.draws)?;
        let memory = say_memory(&answers, filled);
        sections.push(("Answers, all questions", summary(&answers.rows)));
        if extent.arriving {
            let figures = arrive(runtime, binary, &cache, extent)?;
            sections.push(("While events arrive", figures));
        }
        sections.push(("Start and memory", memory));
        Ok(Self {
            events: built.events,
            rows: answers.rows,
            sections,
        })
    }

    /// Returns all figures of the run.
    pub(super) fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.sections.iter().flat_map(|(_, figures)| figures)
    }

    /// Returns all tables of the run, in Markdown.
    pub(super) fn text(&self) -> String {
        let millions = self.events as f64 / 1e6;
        let mut text = format!("The history has {millions:.1} million events over a year.\n");
        // Writing to a `String` cannot fail.
        for (name, figures) in &self.sections {
            let _ = write!(text, "\n### {name}\n\n{}", figures_table(figures));
        }
        let _ = write!(
            text,
            "\n### Answers, each question\n\n{}",
            rows_table(&self.rows)
        );
        text
    }
}

/// Measures only what happens while events arrive.
pub(super) fn while_arriving(
    root: &Path,
    runtime: &Runtime,
    binary: &Binary,
    extent: Extent,
) -> Result<Vec<Figure>> {
    let cache = Cache::open(root, extent.events)?;
    let built = build(runtime, &cache, extent.events)?;
    fill(binary, &cache, built.bytes, extent.refill)?;
    arrive(runtime, binary, &cache, extent)
}

fn arrive(
    runtime: &Runtime,
    binary: &Binary,
    cache: &Cache,
    extent: Extent,
) -> Result<Vec<Figure>> {
    let store = cache.copy(FILLED, ARRIVED)?;
    let figures = arriving::measure(runtime, binary, &store)?;
    if extent.keep {
        println!("kept {}", store.display());
    } else {
        cache.remove(ARRIVED)?;
    }
    Ok(figures)
}

fn say_stored(built: Built, filled: Option<Filled>) -> Vec<Figure> {
    let rate = built.events as f64 / built.seconds;
    let each = built.bytes as f64 / built.events as f64;
    let mut figures = vec![
        Figure::say(
            "generating and writing",
            rate,
            Unit::EventsPerSecond,
            Target::None,
        ),
        Figure::say("disk for an event", each, Unit::BytesPerEvent, ROOM),
    ];
    if let Some(filled) = filled {
        let share = 100.0 * filled.bytes as f64 / built.bytes as f64;
        let day = 1_000.0 * filled.seconds / filled.days as f64;
        figures.extend([
            Figure::say(
                "disk for filled days, of that of events",
                share,
                Unit::Percent,
                SHARE,
            ),
            Figure::say("filling all days", filled.seconds, Unit::Seconds, ALL_DAYS),
            Figure::say("filling a day, on average", day, Unit::Milliseconds, DAY),
        ]);
        figures.extend(filled.slowest_millis.map(|slowest| {
            Figure::say("filling a day, at most", slowest, Unit::Milliseconds, DAY)
        }));
    }
    figures
}

fn say_memory(answers: &Answers, filled: Option<Filled>) -> Vec<Figure> {
    let start = answers.start.as_secs_f64() * 1_000.0;
    let megabytes = |name, value, target| Figure::say(name, value, Unit::Megabytes, target);
    let mut figures = vec![
        Figure::say("start to healthy", start, Unit::Milliseconds, START),
        megabytes("memory at rest", answers.rest, REST),
        megabytes("memory at most while it answers", answers.peak, MOST),
    ];
    figures.extend(
        filled.map(|filled| megabytes("memory at most while days are filled", filled.peak, MOST)),
    );
    figures
}
