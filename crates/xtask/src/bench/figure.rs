//! Measured figures beside their targets.

use crate::generate::table;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Events a second.
    EventsPerSecond,
    /// Milliseconds.
    Milliseconds,
    /// Megabytes (1,048,576 bytes) of memory.
    Megabytes,
    /// Bytes an event.
    BytesPerEvent,
    /// Seconds.
    Seconds,
    /// Hundredths of a whole.
    Percent,
    /// How many times as fast.
    Times,
}

/// Where a figure should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Target {
    /// This much or more.
    AtLeast(f64),
    /// This much or less.
    AtMost(f64),
    /// Nothing was promised.
    None,
}

/// A measured figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    name: String,
    value: f64,
    unit: Unit,
    target: Target,
}

impl Figure {
    /// Returns a figure, and prints it: a run takes a while.
    pub(super) fn say(name: impl Into<String>, value: f64, unit: Unit, target: Target) -> Self {
        let figure = Self {
            name: name.into(),
            value,
            unit,
            target,
        };
        let [name, measured, target, met] = figure.cells();
        println!("{name:48} {measured:>18}   {target:18} {met}");
        figure
    }

    /// Returns what was measured.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value with its unit.
    pub(super) fn measured(&self) -> String {
        self.unit.show(self.value)
    }

    fn cells(&self) -> [String; 4] {
        let target = self.target.show(self.unit);
        let met = self.target.is_met(self.value).map_or("", yes_or_no);
        [self.name.clone(), self.measured(), target, met.to_owned()]
    }
}

impl Target {
    /// Returns where a value of that unit should be.
    pub(super) fn show(self, unit: Unit) -> String {
        match self {
            Self::AtLeast(bound) => format!("≥ {}", unit.show(bound)),
            Self::AtMost(bound) => format!("≤ {}", unit.show(bound)),
            Self::None => String::new(),
        }
    }

    /// Returns whether a value is where it should be, if anything was promised.
    pub(super) fn is_met(self, value: f64) -> Option<bool> {
        match self {
            Self::AtLeast(bound) => Some(value >= bound),
            Self::AtMost(bound) => Some(value <= bound),
            Self::None => None,
        }
    }
}

/// Returns how tables say whether a target is met.
pub(super) fn yes_or_no(met: bool) -> &'static str {
    if met { "yes" } else { "no" }
}

impl Unit {
    /// Returns a value with its unit.
    pub(super) fn show(self, value: f64) -> String {
        match self {
            Self::EventsPerSecond => format!("{} events/s", thousands(value)),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::Megabytes => format!("{value:.0} MB"),
            Self::BytesPerEvent => format!("{value:.1} bytes"),
            Self::Seconds => format!("{value:.1} s"),
            Self::Percent => format!("{value:.1} %"),
            Self::Times => format!("{value:.1} times"),
        }
    }
}

/// Returns a number without fraction, its thousands parted by commas.
pub(super) fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Returns figures as a table in Markdown.
pub(super) fn figures_table(figures: &[Figure]) -> String {
    let headings = ["Figure", "Measured", "Target", "Met"];
    table(headings, figures.iter().map(Figure::cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_beside_their_targets() {
        let figures = [
            Figure::say(
                "import",
                1_234_567.4,
                Unit::EventsPerSecond,
                Target::AtLeast(200_000.0),
            ),
            Figure::say(
                "start",
                1_000.26,
                Unit::Milliseconds,
                Target::AtMost(1_000.0),
            ),
            Figure::say("memory", 99.6, Unit::Megabytes, Target::None),
        ];
        assert_eq!(
            figures_table(&figures),
            "| Figure | Measured | Target | Met |\n|---|---|---|---|\n\
             | import | 1,234,567 events/s | ≥ 200,000 events/s | yes |\n\
             | start | 1000.3 ms | ≤ 1000.0 ms | no |\n\
             | memory | 100 MB |  |  |\n"
        );
    }

    #[test]
    fn thousands_are_parted() {
        for (value, text) in [
            (0.0, "0"),
            (999.0, "999"),
            (1_000.0, "1,000"),
            (123_456.0, "123,456"),
        ] {
            assert_eq!(thousands(value), text);
        }
    }
}
