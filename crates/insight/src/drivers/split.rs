//! Exact splits of ratios and products.

use crate::Unknown;

/// A ratio's parts in one element: numerator and denominator, before and now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// Numerator and denominator before.
    pub before: (f64, f64),
    /// Numerator and denominator now.
    pub after: (f64, f64),
}

/// The two reasons why an element moves a ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// It weighs more or less than before.
    pub mix: f64,
    /// It is itself different.
    pub rate: f64,
}

/// Splits the change of `A/B` into mix and rate of each element; they sum to the change exactly (the Shapley value of two
/// factors, and so right where all elements move against the whole: Simpson 1951).
pub fn ratio(elements: &[Ratio]) -> Result<Vec<Split>, Unknown> {
    let sum = |part: fn(&Ratio) -> f64| elements.iter().map(part).sum::<f64>();
    let (below_before, below_after) = (sum(|one| one.before.1), sum(|one| one.after.1));
    if below_before <= 0.0 || below_after <= 0.0 {
        return Err(Unknown::few(1, 0, "counts"));
    }
    let before = sum(|one| one.before.0) / below_before;
    let after = sum(|one| one.after.0) / below_after;
    let centre = f64::midpoint(before, after);
    let split = |one: &Ratio| {
        let (weight_before, weight_after) =
            (one.before.1 / below_before, one.after.1 / below_after);
        // An element that was not there has no ratio of its own: all it does is mix.
        let of = |(above, below): (f64, f64)| (below > 0.0).then(|| above / below);
        let now = of(one.after).or_else(|| of(one.before)).unwrap_or(centre);
        let then = of(one.before).unwrap_or(now);
        Split {
            mix: (weight_after - weight_before) * (f64::midpoint(now, then) - centre),
            rate: f64::midpoint(weight_after, weight_before) * (now - then),
        }
    };
    Ok(elements.iter().map(split).collect())
}

/// A product's factor, before and now.
pub type Factors = (f64, f64);

/// Splits the change of a product among its factors by logarithmic means (LMDI: Ang 2004): `L(M, M⁰)·ln(f/f⁰)`, which sum to
/// the change exactly. Factors of 0 have no logarithm, and no split.
pub fn factors(parts: &[Factors]) -> Result<Vec<f64>, Unknown> {
    if parts
        .iter()
        .any(|(before, after)| !(*before > 0.0 && *after > 0.0))
    {
        return Err(Unknown::few(1, 0, "counts"));
    }
    let before: f64 = parts.iter().map(|part| part.0).product();
    let after: f64 = parts.iter().map(|part| part.1).product();
    let log = (after / before).ln();
    let mean = if log.abs() < 1e-12 {
        after
    } else {
        (after - before) / log
    };
    Ok(parts
        .iter()
        .map(|(before, after)| mean * (after / before).ln())
        .collect())
}
