//! Funnels that are kept: which steps people are to go through, and within which time.

use serde::{Deserialize, Serialize};

use crate::{
    event::{EventType, MAX_NAME_LENGTH},
    filter::{Field, Filter, FilterError},
    id::WorkspaceId,
    time::Instant,
};

/// Longest name of a funnel or step, in characters.
pub const MOST_CHARACTERS: usize = 100;
/// Fewest and most steps of a funnel.
pub const STEPS: (usize, usize) = (2, 8);
/// Most kinds of events of a step.
pub const MOST_KINDS: usize = 10;
/// Longest window, in milliseconds: 90 days.
pub const LONGEST_WINDOW: i64 = 90 * DAY;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Which steps people are to go through, and within which time from the first of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelDefinition {
    /// What it is called.
    pub name: String,
    /// How long after the first step the others may be done, in milliseconds.
    pub window_millis: i64,
    /// The steps, in their order.
    pub steps: Vec<FunnelStep>,
}

/// A step of a funnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelStep {
    /// What it is called.
    pub name: String,
    /// Our names of the kinds of events that are the step; none where it is to be answered.
    pub kinds: Vec<String>,
    /// Which events of these kinds, in the language of filters.
    pub filter: String,
}

impl FunnelStep {
    /// Returns whether the step is to be answered by another person.
    pub fn is_answer(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Returns which events are the step.
    pub fn events(&self) -> Result<Filter, FilterError> {
        let kinds = Filter::Is(Field::EventType, self.kinds.clone());
        Ok(kinds.and(Filter::parse(&self.filter)?))
    }
}

/// A funnel that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funnel {
    /// Identity.
    pub id: String,
    /// Whose it is.
    pub workspace_id: WorkspaceId,
    /// What it is.
    pub definition: FunnelDefinition,
    /// When it was made.
    pub created_at: Instant,
}

/// A step in the words of a request.
#[derive(Debug, Clone, Copy)]
pub struct WantedStep<'a> {
    /// What it is to be called; by its kinds, unless something is given.
    pub name: Option<&'a str>,
    /// Names of kinds of events.
    pub events: &'a [String],
    /// Which of these events.
    pub filter: Option<&'a str>,
    /// Whether it is to be answered, instead of events.
    pub is_answer: bool,
}

/// Why something cannot be a funnel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FunnelError {
    /// The name is empty, too long or not one line.
    #[error("`name`: a funnel needs a name of one line and at most {MOST_CHARACTERS} characters")]
    Name,
    /// The window is no length of time, or too long.
    #[error(
        "`window`: `{0}` is no window; give minutes, hours or days up to 90 days, such as 30m, 24h or 7d"
    )]
    Window(String),
    /// There are too few or too many steps.
    #[error("`steps`: a funnel has {} to {} steps", STEPS.0, STEPS.1)]
    Steps,
    /// A step has a name that is too long or not one line: which, from 1.
    #[error(
        "`steps`: step {0} has a name that is not one line of at most {MOST_CHARACTERS} characters"
    )]
    StepName(usize),
    /// A step has neither events nor is it to be answered, or both.
    #[error(
        "`steps`: step {0} needs 1 to {MOST_KINDS} names in `events`, or `answered: true` and neither events nor a filter"
    )]
    StepEvents(usize),
    /// A step names something that is no kind of event.
    #[error(
        "`steps`: step {0} names a kind of event that is empty or longer than {MAX_NAME_LENGTH} bytes"
    )]
    StepKind(usize),
    /// The filter of a step cannot be read.
    #[error("`steps`: the filter of step {0}: {1}")]
    StepFilter(usize, FilterError),
    /// Nobody can be answered before anything.
    #[error("`steps`: the first step cannot be `answered`: begin with an event")]
    AnswerFirst,
}

impl FunnelError {
    /// Returns the field of the request that is wrong.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Window(_) => "window",
            Self::Steps
            | Self::StepName(_)
            | Self::StepEvents(_)
            | Self::StepKind(_)
            | Self::StepFilter(..)
            | Self::AnswerFirst => "steps",
        }
    }
}

impl FunnelDefinition {
    /// The identity of the funnel of newcomers, which every workspace has.
    pub const NEWCOMERS: &'static str = "newcomers";

    /// Returns what is asked for, if all of it can be understood.
    pub fn of(name: &str, window: &str, steps: &[WantedStep<'_>]) -> Result<Self, FunnelError> {
        if !(STEPS.0..=STEPS.1).contains(&steps.len()) {
            return Err(FunnelError::Steps);
        }
        let shown = || window.chars().take(32).collect();
        let steps = (1..).zip(steps).map(|(place, step)| define(place, step));
        let steps: Vec<FunnelStep> = steps.collect::<Result<_, _>>()?;
        if steps.first().is_some_and(FunnelStep::is_answer) {
            return Err(FunnelError::AnswerFirst);
        }
        Ok(Self {
            name: line(name).ok_or(FunnelError::Name)?,
            window_millis: parse_window(window).ok_or_else(|| FunnelError::Window(shown()))?,
            steps,
        })
    }

    /// Returns the funnel of newcomers: joined, read, posted, was answered.
    pub fn newcomers() -> Self {
        let step = |name: &str, kinds: &[&str], filter: &str| FunnelStep {
            name: name.to_owned(),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            filter: filter.to_owned(),
        };
        Self {
            name: "Newcomers".to_owned(),
            window_millis: 7 * DAY,
            steps: vec![
                step("joined", &["user_signed_up"], ""),
                step("read", &["message_read"], ""),
                step(
                    "posted",
                    &["message_sent", "thread_reply"],
                    "not message is system",
                ),
                step("was answered", &[], ""),
            ],
        }
    }

    /// Returns the window as requests write it.
    pub fn window(&self) -> String {
        let millis = self.window_millis;
        let units = [(DAY, 'd'), (HOUR, 'h')];
        let unit = units.into_iter().find(|(unit, _)| millis % unit == 0);
        let (unit, letter) = unit.unwrap_or((MINUTE, 'm'));
        format!("{}{letter}", millis / unit)
    }
}

fn parse_window(text: &str) -> Option<i64> {
    let text = text.trim();
    let unit = match text.chars().last()? {
        'm' => MINUTE,
        'h' => HOUR,
        'd' => DAY,
        _ => return None,
    };
    let number = &text[..text.len() - 1];
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let millis = number.parse::<i64>().ok()?.checked_mul(unit)?;
    (digits && (MINUTE..=LONGEST_WINDOW).contains(&millis)).then_some(millis)
}

fn line(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=MOST_CHARACTERS).contains(&text.chars().count());
    (fits && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn define(place: usize, wanted: &WantedStep<'_>) -> Result<FunnelStep, FunnelError> {
    let filter = wanted.filter.map_or("", str::trim);
    let fits = if wanted.is_answer {
        wanted.events.is_empty() && filter.is_empty()
    } else {
        (1..=MOST_KINDS).contains(&wanted.events.len())
    };
    if !fits {
        return Err(FunnelError::StepEvents(place));
    }
    Filter::parse(filter).map_err(|error| FunnelError::StepFilter(place, error))?;
    let kinds = wanted.events.iter().map(|name| EventType::parse(name));
    let kinds: Option<Vec<String>> = kinds.map(|kind| Some(kind?.name().to_owned())).collect();
    let kinds = kinds.ok_or(FunnelError::StepKind(place))?;
    let name = match wanted.name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => line(name).ok_or(FunnelError::StepName(place))?,
        None if wanted.is_answer => "was answered".to_owned(),
        None => kinds.join(", ").chars().take(MOST_CHARACTERS).collect(),
    };
    Ok(FunnelStep {
        name,
        kinds,
        filter: filter.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step<'a>(events: &'a [String], filter: Option<&'a str>) -> WantedStep<'a> {
        WantedStep {
            name: None,
            events,
            filter,
            is_answer: false,
        }
    }

    #[test]
    fn windows_are_read_and_written() {
        for (text, millis, shown) in [
            ("1m", 60_000, "1m"),
            ("90m", 5_400_000, "90m"),
            ("24h", 86_400_000, "1d"),
            (" 7d ", 7 * 86_400_000, "7d"),
            ("36h", 36 * 3_600_000, "36h"),
        ] {
            assert_eq!(parse_window(text), Some(millis), "{text}");
            let definition = FunnelDefinition {
                window_millis: millis,
                ..FunnelDefinition::newcomers()
            };
            assert_eq!(definition.window(), shown);
        }
        for text in [
            "",
            "d",
            "0h",
            "-1d",
            "+1d",
            "1.5h",
            "91d",
            "7w",
            "7 d",
            "99999999999999999999d",
            "7é",
        ] {
            assert_eq!(parse_window(text), None, "{text}");
        }
    }

    #[test]
    fn definitions_are_checked() {
        let names = ["login".to_owned(), "cake eaten".to_owned()];
        let fine = [step(&names, Some("channel is c1")), step(&names[..1], None)];
        let definition = FunnelDefinition::of(" Cake ", "24h", &fine).unwrap();
        assert_eq!(
            (definition.name.as_str(), definition.window()),
            ("Cake", "1d".to_owned())
        );
        assert_eq!(definition.steps[0].kinds, ["sign_in", "cake eaten"]);
        assert_eq!(definition.steps[1].name, "sign_in");
        let refused = |name, window, steps: &[WantedStep<'_>]| {
            FunnelDefinition::of(name, window, steps).unwrap_err()
        };
        assert_eq!(refused("", "1d", &fine), FunnelError::Name);
        assert_eq!(refused("a\nb", "1d", &fine), FunnelError::Name);
        assert_eq!(
            refused("a", "1y", &fine),
            FunnelError::Window("1y".to_owned())
        );
        assert_eq!(refused("a", "1d", &fine[..1]), FunnelError::Steps);
        assert_eq!(refused("a", "1d", &[fine[0]; 9]), FunnelError::Steps);
        let answered = WantedStep {
            is_answer: true,
            ..step(&[], None)
        };
        assert_eq!(
            refused("a", "1d", &[answered, fine[0]]),
            FunnelError::AnswerFirst
        );
        let second = |step| refused("a", "1d", &[fine[0], step]);
        assert_eq!(second(step(&[], None)), FunnelError::StepEvents(2));
        let both = WantedStep {
            events: &names,
            ..answered
        };
        assert_eq!(second(both), FunnelError::StepEvents(2));
        let empty = [String::new()];
        assert_eq!(second(step(&empty, None)), FunnelError::StepKind(2));
        let unread = second(step(&names, Some("chanel is c1")));
        assert!(matches!(unread, FunnelError::StepFilter(2, _)));
        let long = "x".repeat(101);
        let named = WantedStep {
            name: Some(&long),
            ..fine[1]
        };
        assert_eq!(second(named), FunnelError::StepName(2));
    }

    #[test]
    fn the_funnel_of_newcomers_is_one_that_could_be_asked_for() {
        let newcomers = FunnelDefinition::newcomers();
        let steps: Vec<WantedStep<'_>> = newcomers
            .steps
            .iter()
            .map(|step| WantedStep {
                name: Some(&step.name),
                events: &step.kinds,
                filter: Some(&step.filter),
                is_answer: step.is_answer(),
            })
            .collect();
        let again = FunnelDefinition::of(&newcomers.name, &newcomers.window(), &steps);
        assert_eq!(again, Ok(newcomers));
    }
}
