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

    fn cells(&self) -> [String; 4] {
        let show = |value| self.unit.show(value);
        let (target, met) = match self.target {
            Target::AtLeast(bound) => (format!("≥ {}", show(bound)), Some(self.value >= bound)),
            Target::AtMost(bound) => (format!("≤ {}", show(bound)), Some(self.value <= bound)),
            Target::None => (String::new(), None),
        };
        let met = met.map_or("", |met| if met { "yes" } else { "no" });
        [self.name.clone(), show(self.value), target, met.to_owned()]
    }
}

impl Unit {
    fn show(self, value: f64) -> String {
        match self {
            Self::EventsPerSecond => format!("{} events/s", thousands(value)),
            Self::Milliseconds => format!("{value:.1} ms"),
            Self::Megabytes => format!("{value:.0} MB"),
            Self::BytesPerEvent => format!("{value:.1} bytes"),
        }
    }
}

/// Returns a number without fraction, its thousands parted by commas.
fn thousands(value: f64) -> String {
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
