//! Which events are sampled, and at what rate.

use domain::event::EventType;

use super::{Describe, Kind, Refusal, parts};

/// The sampling rates of the kinds of events that are not kept whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SampleRates(Vec<(EventType, f64)>);

impl SampleRates {
    /// Returns the share of these events that is kept, in (0, 1].
    pub fn rate(&self, event: &EventType) -> f64 {
        self.0
            .iter()
            .find(|(sampled, _)| sampled == event)
            .map_or(1.0, |(_, rate)| *rate)
    }

    /// Returns whether every event is kept.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the rates in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&EventType, f64)> {
        self.0.iter().map(|(event, rate)| (event, *rate))
    }
}

/// A list of kinds of events with their rates.
pub struct Sample;

/// A list of kinds of events with their rates.
pub const SAMPLE: Sample = Sample;

impl Describe for Sample {
    fn accepts(&self) -> String {
        "a list like `page_view:0.1,presence:0.5` of kinds of events, each once, with rates above \
         0 and at most 1"
            .to_owned()
    }
}

impl Kind for Sample {
    type Value = SampleRates;

    fn parse(&self, text: &str) -> Result<SampleRates, Refusal> {
        let mut rates: Vec<(EventType, f64)> = Vec::new();
        for (place, part) in parts(text).enumerate() {
            let refused =
                |why: &str| Refusal::hint(format!("In part {} of the list {why}.", place + 1));
            let (name, rate) = part
                .rsplit_once(':')
                .ok_or_else(|| refused("there is no `:` and rate"))?;
            let event = EventType::parse(name)
                .filter(|event| !event.name().contains(['/', '@', '=', '?']))
                .ok_or_else(|| refused("the kind of event is no name"))?;
            let rate = rate
                .trim()
                .parse()
                .ok()
                .filter(|rate| *rate > 0.0 && *rate <= 1.0);
            let rate = rate.ok_or_else(|| refused("the rate is not above 0 and at most 1"))?;
            if rates.iter().any(|(seen, _)| *seen == event) {
                return Err(refused("the kind of event has a rate already"));
            }
            rates.push((event, rate));
        }
        Ok(SampleRates(rates))
    }

    fn absent(&self) -> Option<SampleRates> {
        Some(SampleRates::default())
    }

    fn show(&self, value: &SampleRates) -> String {
        let one = |(event, rate): (&EventType, f64)| format!("{}:{rate}", event.name());
        value.iter().map(one).collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use domain::event::Kind as EventKind;

    use super::*;

    #[test]
    fn names_are_normalised_and_others_are_kept_whole() {
        let rates = SAMPLE
            .parse("pageview:0.1, heartbeat:0.5,button_click:1")
            .unwrap();
        assert_eq!(
            SAMPLE.show(&rates),
            "page_view:0.1,presence:0.5,button_click:1"
        );
        assert!((rates.rate(&EventType::Known(EventKind::PageView)) - 0.1).abs() < 1e-12);
        assert!((rates.rate(&EventType::Known(EventKind::MessageSent)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn rates_outside_their_bounds_and_repeated_kinds_are_refused() {
        for (bad, why) in [
            ("page_view:0", "not above 0"),
            ("page_view:1.1", "not above 0"),
            ("page_view:-1", "not above 0"),
            ("page_view:NaN", "not above 0"),
            ("page_view:", "not above 0"),
            ("page_view", "no `:`"),
            (":0.5", "no name"),
            (
                "page_view:0.1,pageView:0.2",
                "kind of event has a rate already",
            ),
        ] {
            assert!(
                SAMPLE.parse(bad).unwrap_err().hint.unwrap().contains(why),
                "{bad}"
            );
        }
    }
}
