//! Vectors of GrowthBook's `gbstats`, compared to five decimals.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use insight::experiment::{
    bayes::{self, Prior},
    effect::{Adjusted, Arm, Difference, Sums, cuped, effect, proportion},
    test,
};
use serde_json::Value;

use super::figure::Figure;

const SUITE: &str = "gbstats";
const ALPHA: f64 = 0.05;
const DECIMALS: f64 = 1e5;

/// Compares all vectors of a file.
pub(super) fn score(file: &Path) -> Result<Vec<Figure>> {
    let vectors: Value = serde_json::from_slice(&fs::read(file)?)?;
    let cases = vectors["cases"].as_array().context("no cases")?;
    let mut agreed = 0_u32;
    for case in cases {
        let id = case["id"].as_str().unwrap_or_default();
        let found = answers(case).with_context(|| id.to_owned())?;
        let expected = case["expect"].as_object().context("no expectation")?;
        let differs = expected.iter().find(|(key, expected)| {
            let found = found.iter().find(|(name, _)| name == key);
            !found.is_some_and(|(_, found)| is_close(expected, found))
        });
        match differs {
            None => agreed += 1,
            Some((key, expected)) => println!("{id}: {key} is {found:?}, not {expected}"),
        }
    }
    let figure = Figure::new(SUITE, "vectors that agree to 5 decimals", f64::from(agreed));
    Ok(vec![figure.at_least(cases.len() as f64)])
}

fn is_close(expected: &Value, found: &[f64]) -> bool {
    let one = std::slice::from_ref(expected);
    let expected = expected.as_array().map_or(one, Vec::as_slice);
    let round = |value: f64| (value * DECIMALS).round();
    expected.len() == found.len()
        && expected.iter().zip(found).all(|(expected, found)| {
            expected
                .as_f64()
                .is_some_and(|expected| (round(expected) - round(*found)).abs() < 0.5)
        })
}

/// Returns what the methods say of a case, by the names of its expectations.
fn answers(case: &Value) -> Result<Vec<(&'static str, Vec<f64>)>> {
    if case["method"] == "risk" {
        let (control, variant) = bayes::risk(number(&case["mu"])?, number(&case["sigma"])?);
        return Ok(vec![("risk", vec![control, variant])]);
    }
    let difference = match case["difference"].as_str() {
        Some("relative") => Difference::Relative,
        _ => Difference::Absolute,
    };
    let effect = if case["a"]["type"] == "cuped" {
        cuped(adjusted(&case["a"])?, adjusted(&case["b"])?, difference).map(|done| done.effect)
    } else {
        effect(arm(&case["a"])?, arm(&case["b"])?, difference)
    };
    let Some(effect) = effect else {
        // What gbstats answers where there is nothing to say.
        return Ok(vec![("effect", vec![0.0]), ("chance_to_win", vec![0.5])]);
    };
    let deviation = effect.variance.sqrt();
    let tested = match case["method"].as_str() {
        Some("welch_t_two_sided") => test::fixed(effect, ALPHA).context("no test")?,
        Some("sequential_two_sided" | "sequential_two_sided_cuped") => {
            let tuned = case["sequential_tuning_parameter"].as_f64();
            test::always(effect, ALPHA, tuned.unwrap_or(test::TUNED_FOR))
        }
        Some("bayes_effect") => {
            let prior = &case["prior"];
            let prior = match prior["variance"].as_f64() {
                None => Prior::Flat,
                Some(variance) => Prior::Normal {
                    mean: number(&prior["mean"])?,
                    variance,
                },
            };
            let found = bayes::posterior(effect, prior, ALPHA);
            return Ok(vec![
                ("effect", vec![found.mean]),
                ("stderr", vec![found.deviation]),
                ("ci", vec![found.interval.0, found.interval.1]),
                ("chance_to_win", vec![found.chance_to_win]),
                ("risk", vec![found.risk.0, found.risk.1]),
            ]);
        }
        method => bail!("unknown method {method:?}"),
    };
    Ok(vec![
        ("effect", vec![effect.value]),
        ("stderr", vec![deviation]),
        ("ci", vec![tested.interval.0, tested.interval.1]),
        ("p_value", vec![tested.p]),
    ])
}

fn arm(value: &Value) -> Result<Arm> {
    Ok(match value["type"].as_str() {
        Some("proportion") => proportion(number(&value["n"])?, number(&value["sum"])?),
        _ => sums(number(&value["n"])?, value)?.arm(),
    })
}

fn adjusted(value: &Value) -> Result<Adjusted> {
    let n = number(&value["n"])?;
    let products = number(&value["post_pre_sum_of_products"])?;
    Ok(Adjusted {
        post: sums(n, &value["post"])?,
        pre: sums(n, &value["pre"])?,
        products,
    })
}

fn sums(n: f64, value: &Value) -> Result<Sums> {
    Ok(Sums {
        n,
        sum: number(&value["sum"])?,
        squares: number(&value["sum_squares"])?,
    })
}

fn number(value: &Value) -> Result<f64> {
    value
        .as_f64()
        .with_context(|| format!("{value} is no number"))
}
