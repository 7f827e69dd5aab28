//! How much each part of a score counts.

use domain::health::{HealthPart, HealthWeights};

use super::{Describe, Kind, Refusal, parts};

/// Largest weight.
const MOST: u32 = 1_000;

/// A list of parts of the score of platform health with their weights.
pub struct PartWeights;

/// A list of parts of the score of platform health with their weights.
pub const HEALTH_WEIGHTS: PartWeights = PartWeights;

fn names() -> String {
    let names = HealthPart::ALL.map(|part| part.definition().name);
    names.join(", ")
}

impl Describe for PartWeights {
    fn accepts(&self) -> String {
        format!(
            "a list like `ingestLag:2,deliveries:0` of parts ({}), each once, with whole weights from 0 to \
             {MOST}, not all 0",
            names()
        )
    }
}

impl Kind for PartWeights {
    type Value = HealthWeights;

    fn parse(&self, text: &str) -> Result<HealthWeights, Refusal> {
        let mut seen = Vec::new();
        let mut weights = HealthWeights::default();
        for (place, part) in parts(text).enumerate() {
            let refused =
                |why: &str| Refusal::hint(format!("In part {} of the list {why}.", place + 1));
            let (name, weight) = part
                .rsplit_once(':')
                .ok_or_else(|| refused("there is no `:` and weight"))?;
            let part = HealthPart::parse(name.trim())
                .ok_or_else(|| refused("the name is that of no part of the score"))?;
            let weight = weight.trim().parse().ok().filter(|weight| *weight <= MOST);
            let weight =
                weight.ok_or_else(|| refused("the weight is no whole number from 0 to 1000"))?;
            if seen.contains(&part) {
                return Err(refused("the part has a weight already"));
            }
            seen.push(part);
            weights = weights.with(part, weight);
        }
        if weights.is_nothing() {
            return Err(Refusal::hint("At least one part has to count."));
        }
        Ok(weights)
    }

    fn absent(&self) -> Option<HealthWeights> {
        Some(HealthWeights::default())
    }

    fn show(&self, value: &HealthWeights) -> String {
        let one = |part: HealthPart| format!("{}:{}", part.definition().name, value.of(part));
        HealthPart::ALL.map(one).join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_not_named_count_once() {
        let weights = HEALTH_WEIGHTS.parse("ingestLag:3, errors : 0").unwrap();
        let shown = "failedEvents:1,ingestLag:3,errors:0,latency:1,deliveries:1";
        assert_eq!(HEALTH_WEIGHTS.show(&weights), shown);
        assert_eq!(HEALTH_WEIGHTS.parse(shown), Ok(weights));
    }

    #[test]
    fn what_is_no_weight_of_a_part_is_refused() {
        for (bad, why) in [
            ("lag:1", "no part of the score"),
            ("ingestLag", "no `:`"),
            ("ingestLag:1001", "no whole number"),
            ("ingestLag:-1", "no whole number"),
            ("ingestLag:0.5", "no whole number"),
            ("ingestLag:1,ingestLag:2", "weight already"),
            (
                "failedEvents:0,ingestLag:0,errors:0,latency:0,deliveries:0",
                "At least one",
            ),
        ] {
            let hint = HEALTH_WEIGHTS.parse(bad).unwrap_err().hint.unwrap();
            assert!(hint.contains(why), "{bad}: {hint}");
        }
    }
}
