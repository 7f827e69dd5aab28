//! Who gets which variant, as GrowthBook's SDKs decide it (hash version 2), so that their assignments and these agree.

/// Returns the FNV-1a hash (Fowler, Noll, Vo) over the UTF-16 units of a text, as JavaScript computes it.
fn fnv1a(text: &str) -> u32 {
    text.encode_utf16().fold(0x811c_9dc5, |hash, unit| {
        (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193)
    })
}

/// Returns the place of a unit between 0 and 1 for a seed, in steps of a ten-thousandth.
pub fn place(seed: &str, unit: &str) -> f64 {
    let inner = fnv1a(&format!("{seed}{unit}")).to_string();
    // The SDKs hash `hash + ""`.
    f64::from(fnv1a(&inner) % 10_000) / 10_000.0
}

/// Returns which variant a unit gets: each has its weight of the covered share, from its own start on, so that a larger
/// coverage moves nobody from one variant to another. `None` outside the coverage.
pub fn variant(place: f64, weights: &[f64], coverage: f64) -> Option<usize> {
    let sum: f64 = weights.iter().sum();
    if !sum.is_finite() || sum <= 0.0 || weights.iter().any(|weight| *weight < 0.0) {
        return None;
    }
    let coverage = coverage.clamp(0.0, 1.0);
    let mut start = 0.0;
    weights.iter().position(|weight| {
        let (from, share) = (start, weight / sum);
        start += share;
        place >= from && place < from + share * coverage
    })
}
