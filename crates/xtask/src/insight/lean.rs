//! Who stays away, on a real history: fitted on the people of two years, tested on those of the third.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, Result};
use insight::{
    churn::{self, Person},
    people::Kind,
};
use jiff::civil::Date;
use serde::Deserialize;

use super::figure::Figure;

const SUITE: &str = "lean";
/// Cut-offs are this many days apart, and look as far ahead.
const APART: i32 = 28;
/// The year that is tested; those before are fitted.
const TESTED: i16 = 2022;

#[derive(Deserialize)]
struct Event<'a> {
    ts: &'a str,
    #[serde(default)]
    user_id: Option<&'a str>,
}

/// Days on which each person was active, since the first day of all.
struct Activity {
    people: Vec<BTreeSet<i32>>,
    /// The first day of the tested year, and the day after the last.
    tested: i32,
    end: i32,
}

/// Scores the model of churn and the segments.
pub(super) fn score(file: &Path) -> Result<Vec<Figure>> {
    let activity = read(file)?;
    let rows = |from: i32, to: i32| -> Vec<(Person, bool)> {
        // Ninety days of history come first.
        let cuts = (0..).map(|step| 90 + step * APART);
        let cuts = cuts
            .take_while(|cut| cut + APART <= to)
            .filter(|cut| *cut >= from);
        cuts.flat_map(|cut| activity.at(cut)).collect()
    };
    let (fitted, tested) = (
        rows(0, activity.tested),
        rows(activity.tested, activity.end),
    );
    let model = churn::fit(&fitted).map_err(|unknown| anyhow::anyhow!("no model: {unknown:?}"))?;
    let scored: Vec<(f64, bool)> = tested
        .iter()
        .map(|(person, gone)| (model.probability(&person.facts()), *gone))
        .collect();
    let by_recency: Vec<(f64, bool)> = tested
        .iter()
        .map(|(person, gone)| (f64::from(person.since_last), *gone))
        .collect();
    let auc = churn::auc(&scored).context("nobody left, or everybody")?;
    let recency = churn::auc(&by_recency).context("nobody left, or everybody")?;
    let figure = |what: &str, value| Figure::new(SUITE, format!("churn: {what}"), value);
    let gone = tested.iter().filter(|row| row.1).count() as f64;
    let mut figures = vec![
        figure("people tested", tested.len() as f64),
        figure("share that left", gone / tested.len() as f64),
        figure("AUC", auc).at_least(0.86),
        figure("AUC above recency alone", auc - recency).at_least(0.05),
        figure("calibration error", churn::ece(&scored)).at_most(0.03),
        figure("Brier score", churn::brier(&scored)),
    ];
    let kept: Vec<f64> = Kind::ALL.iter().map(|kind| kept(*kind, &tested)).collect();
    let is_ordered = kept.windows(2).all(|two| two[0] < two[1]);
    let what = "segments: kept shares rise with activity (1 is yes)";
    figures.push(Figure::new(SUITE, what, f64::from(u8::from(is_ordered))).at_least(1.0));
    Ok(figures)
}

/// Returns the share of a kind of member that was active in the next 28 days.
fn kept(kind: Kind, rows: &[(Person, bool)]) -> f64 {
    let of_kind = rows
        .iter()
        .filter(|(person, _)| Kind::of(person.active_28 as usize) == Some(kind));
    let (kept, all) = of_kind.fold((0.0, 0.0), |sum, (_, gone)| {
        (sum.0 + f64::from(u8::from(!gone)), sum.1 + 1.0)
    });
    kept / all
}

impl Activity {
    /// Returns who was active in the 28 days before a day, and whether they stayed away in the 28 from it on.
    fn at(&self, cut: i32) -> impl Iterator<Item = (Person, bool)> {
        let window = APART;
        self.people.iter().filter_map(move |days| {
            let within = |length: i32| days.range(cut - length..cut).fold(0, |count, _| count + 1);
            let last = days
                .range(..cut)
                .next_back()
                .filter(|last| cut - **last <= window)?;
            let first = days.first()?;
            let person = Person {
                since_last: (cut - 1 - last).unsigned_abs(),
                since_first: (cut - 1 - first).unsigned_abs(),
                active_28: within(window),
                active_90: within(90),
            };
            Some((person, days.range(cut..cut + APART).next().is_none()))
        })
    }
}

fn read(file: &Path) -> Result<Activity> {
    let lines = BufReader::new(zstd::Decoder::new(fs::File::open(file)?)?).lines();
    let mut people: BTreeMap<String, BTreeSet<i32>> = BTreeMap::new();
    let mut start: Option<Date> = None;
    let mut end = 0;
    for line in lines {
        let line = line?;
        // Texts have escapes, which borrowed fields cannot; the two that are read have none.
        let event: Event<'_> = serde_json::from_str(&line)?;
        let date: Date = event.ts.get(..10).context("a time is too short")?.parse()?;
        let start = *start.get_or_insert(date);
        let day = (date - start).get_days();
        end = end.max(day + 1);
        if let Some(person) = event.user_id.filter(|id| !id.starts_with("b_")) {
            match people.get_mut(person) {
                Some(days) => {
                    days.insert(day);
                }
                None => {
                    people.insert(person.to_owned(), BTreeSet::from([day]));
                }
            }
        }
    }
    let start = start.context("no event")?;
    let tested = (Date::new(TESTED, 1, 1)? - start).get_days();
    Ok(Activity {
        people: people.into_values().collect(),
        tested,
        end,
    })
}
