//! Laws of filters, scores and instants, on random input.

use domain::{
    engagement,
    filter::{Field, Filter},
    time::Instant,
};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn any_filter() -> impl Strategy<Value = Filter> {
    let field = prop_oneof![
        Just(Field::Channel),
        Just(Field::User),
        Just(Field::EventType),
        Just(Field::MessageType),
        any::<String>()
            .prop_filter("names are not empty", |name| !name.is_empty())
            .prop_map(Field::Property),
    ];
    let is = (field, prop::collection::vec(any::<String>(), 1..4))
        .prop_map(|(field, values)| Filter::Is(field, values));
    let segment = "[a-zA-Z0-9-]{1,8}".prop_map(Filter::Segment);
    let leaf = prop_oneof![4 => is, 1 => segment];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::Any),
            inner.prop_map(|part| Filter::Not(Box::new(part))),
        ]
    })
}

proptest! {
    #[test]
    fn a_printed_filter_reads_back_as_itself(filter in any_filter()) {
        let text = filter.to_string();
        prop_assume!(text.len() <= domain::filter::MAX_FILTER_LENGTH);
        prop_assert_eq!(Filter::parse(&text), Ok(filter), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        if let Ok(filter) = Filter::parse(&text) {
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }
    }

    #[test]
    fn engagement_stays_within_its_bounds(
        messages in 0.0..1e6f64, reactions in 0.0..1e6f64, files in 0.0..1e6f64, days in 1.0..366f64,
    ) {
        let raw = engagement::raw_score(messages, reactions, files, days).unwrap();
        prop_assert!(raw >= 0.0);
        prop_assert!(engagement::score(raw) <= 100);
        let more = engagement::raw_score(messages + 1.0, reactions, files, days).unwrap();
        prop_assert!(more > raw);
    }

    #[test]
    fn an_instant_reads_back_as_itself(millis in 0i64..4_102_444_800_000) {
        let instant = Instant::from_millis(millis);
        prop_assert_eq!(Instant::parse(&instant.to_string(), &TimeZone::UTC), Ok(instant));
    }
}
