//! What is withheld, worked out by hand: rows are `keys value people`, and `x` is withheld.

use domain::{
    dimension::Dimension,
    filter::Filter,
    id::WorkspaceId,
    metric::Metric,
    privacy::{Privacy, PrivacyError},
    query::{Having, Order, Query},
    time::{Grain, Range},
};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::{Cell, Origin, Table, TableRow};

fn query(dimensions: &[Dimension], filter: &str) -> Query {
    let utc = TimeZone::UTC;
    Query::totals(WorkspaceId::default(), utc, Range::ALL, &[Metric::Messages])
        .by(dimensions)
        .only(Filter::parse(filter).unwrap())
}

fn table(rows: impl IntoIterator<Item = (Vec<Cell>, Option<f64>)>) -> Table {
    let rows = rows.into_iter().map(|(keys, value)| TableRow {
        keys,
        values: vec![value],
    });
    let rows: Vec<TableRow> = rows.collect();
    Table {
        total: rows.len() as u64,
        rows,
        origin: Origin::default(),
    }
}

/// Returns the keys of a row as they are written: texts, or numbers of days.
fn keys(written: &str) -> Vec<Cell> {
    let written = written.split('/').filter(|key| !key.is_empty());
    let cell = |key: &str| {
        key.parse()
            .map_or_else(|_| Cell::Text(key.to_owned()), Cell::Int)
    };
    written.map(cell).collect()
}

/// Returns the rows of a table of keys, messages and posters, and how many numbers are withheld.
fn shown(query: Query, rows: &[(&str, f64, f64)], sizes: Sizes) -> (String, u64) {
    let guarded = guard(query, |range| range).unwrap();
    let whole = rows.iter().filter(|(_, messages, _)| *messages > 0.0);
    let whole = table(whole.map(|(key, messages, _)| (keys(key), Some(*messages))));
    let groups = table(
        rows.iter()
            .map(|(key, _, people)| (keys(key), Some(*people))),
    );
    let sizes = Sizes { groups, ..sizes };
    let answer = withhold(Privacy::default(), &guarded, whole, &sizes);
    let rows = answer.rows.iter().map(|row| {
        let keys = row.keys.iter().map(|key| match key {
            Cell::Int(number) => number.to_string(),
            Cell::Text(text) => text.clone(),
            Cell::None => "-".to_owned(),
        });
        let keys: Vec<String> = keys.collect();
        let value = match row.values[0] {
            value if is_withheld(value) => "x".to_owned(),
            Some(value) => value.to_string(),
            None => "?".to_owned(),
        };
        format!("{} {value}", keys.join("/"))
    });
    let rows: Vec<String> = rows.collect();
    (rows.join(", "), answer.origin.withheld)
}

const DAYS: &[Dimension] = &[Dimension::Time(Grain::Day)];
const CHANNELS: &[Dimension] = &[Dimension::Channel];

#[test]
fn the_next_smallest_goes_with_a_single_small_group() {
    // Day 2 is of one person. Of the others the third has the fewest people.
    let rows = [("1", 10.0, 6.0), ("2", 4.0, 1.0), ("3", 9.0, 5.0)];
    let found = shown(query(DAYS, ""), &rows, Sizes::default());
    assert_eq!(found, ("1 10, 2 x, 3 x".to_owned(), 2));
}

#[test]
fn nothing_goes_where_all_groups_are_large_enough() {
    let rows = [("1", 10.0, 5.0), ("2", 4.0, 7.0)];
    let found = shown(query(DAYS, ""), &rows, Sizes::default());
    assert_eq!(found, ("1 10, 2 4".to_owned(), 0));
}

#[test]
fn small_groups_that_add_up_need_one_that_is_large_enough_as_well() {
    // Days 1 and 2 may be of the same four people.
    let rows = [
        ("1", 3.0, 4.0),
        ("2", 4.0, 4.0),
        ("3", 9.0, 8.0),
        ("4", 2.0, 9.0),
    ];
    let found = shown(query(DAYS, ""), &rows, Sizes::default());
    assert_eq!(found, ("1 x, 2 x, 3 x, 4 2".to_owned(), 3));
}

#[test]
fn zeros_of_a_few_and_messages_of_nobody_known_are_withheld_too() {
    // Day 2 has three people and no row; nobody is known of day 3. Of nothing there is zero.
    let rows = [
        ("1", 10.0, 6.0),
        ("2", 0.0, 3.0),
        ("3", 2.0, 0.0),
        ("4", 0.0, 0.0),
        ("5", 8.0, 9.0),
    ];
    let found = shown(query(DAYS, ""), &rows, Sizes::default());
    assert_eq!(found, ("1 x, 3 x, 5 8, 2 x".to_owned(), 3));
}

#[test]
fn channels_of_which_nothing_is_shown_are_no_rows() {
    let rows = [("a", 10.0, 6.0), ("b", 4.0, 1.0), ("c", 9.0, 5.0)];
    let found = shown(query(CHANNELS, ""), &rows, Sizes::default());
    assert_eq!(found, ("a 10".to_owned(), 2));
    // Whoever names them is told that they are withheld; which others go with them does not change.
    let named = query(CHANNELS, "channel is b,a");
    let found = shown(named, &rows, Sizes::default());
    assert_eq!(found, ("a 10, b x".to_owned(), 2));
}

#[test]
fn every_line_of_a_table_hides_what_it_withholds() {
    // a/2 is of two. By channel it could be told from a/1, by day from b/2: both go with it.
    let rows = [
        ("1/a", 10.0, 6.0),
        ("1/b", 20.0, 7.0),
        ("2/a", 3.0, 2.0),
        ("2/b", 30.0, 8.0),
    ];
    let both = [DAYS[0], CHANNELS[0]];
    let found = shown(query(&both, ""), &rows, Sizes::default());
    assert_eq!(found, ("1/b 20, 2/b x".to_owned(), 3));
}

#[test]
fn a_narrowed_question_is_withheld_where_the_rest_or_a_named_value_is_of_a_few() {
    let rows = [("", 50.0, 20.0)];
    let of =
        |rows: &[(&str, f64)]| table(rows.iter().map(|(key, people)| (keys(key), Some(*people))));
    for (rest, values, expected) in [
        (of(&[("", 7.0)]), of(&[("a", 20.0)]), " 50"),
        (of(&[("", 0.0)]), of(&[("a", 20.0)]), " 50"),
        (of(&[("", 4.0)]), of(&[("a", 20.0)]), " x"),
        (of(&[("", 7.0)]), of(&[("a", 20.0), ("b", 1.0)]), " x"),
    ] {
        let sizes = Sizes {
            rest: Some(rest),
            values: Some(values),
            ..Sizes::default()
        };
        let found = shown(query(&[], "channel is a,b"), &rows, sizes);
        assert_eq!(found.0, expected);
    }
}

#[test]
fn order_page_and_conditions_say_nothing_of_what_is_withheld() {
    let rows = [
        ("1", 10.0, 6.0),
        ("2", 99.0, 1.0),
        ("3", 50.0, 5.0),
        ("4", 20.0, 9.0),
    ];
    let mut by_metric = query(DAYS, "").top(3);
    let found = shown(by_metric.clone(), &rows, Sizes::default());
    assert_eq!(found, ("4 20, 1 10, 2 x".to_owned(), 2));
    by_metric.having = Some(Having {
        metric: 0,
        at_least: Some(15.0),
        below: None,
    });
    by_metric.order = Order::Keys;
    let found = shown(by_metric, &rows, Sizes::default());
    assert_eq!(found, ("4 20".to_owned(), 2));
}

#[test]
fn questions_about_single_persons_or_finer_than_groups_are_refused() {
    let refused = |dimensions: &[Dimension], filter: &str| {
        guard(query(dimensions, filter), |range| range).unwrap_err()
    };
    let persons = PrivacyError::SinglePersons;
    assert_eq!(refused(&[Dimension::User], ""), persons);
    assert_eq!(refused(&[], "user is ada"), persons);
    assert_eq!(refused(&[], "not user is ada"), persons);
    assert_eq!(refused(&[], "channel is a or user is ada"), persons);
    for filter in [
        "topic is x",
        "property.team is x",
        "channel is a and message is image",
        "segment:s",
    ] {
        assert_eq!(refused(&[], filter), PrivacyError::Filter, "{filter}");
    }
    let hours = [Dimension::Time(Grain::Hour)];
    assert_eq!(refused(&hours, ""), PrivacyError::Time("groupBy"));
}

#[test]
fn instants_are_never_shown() {
    let mut last = query(&[], "");
    last.metrics = vec![Metric::LastMessage];
    let guarded = guard(last, |range| range).unwrap();
    let sizes = Sizes {
        groups: table([(vec![], Some(100.0))]),
        ..Sizes::default()
    };
    let whole = table([(vec![], Some(1e12))]);
    let answer = withhold(Privacy::default(), &guarded, whole, &sizes);
    assert!(is_withheld(answer.rows[0].values[0]));
}

proptest! {
    /// No number that is shown is of a small group, and none that is withheld can be told from its line.
    #[test]
    fn nothing_is_told_of_small_groups(people in prop::collection::vec(0u32..9, 12)) {
        let both = [DAYS[0], Dimension::MessageType];
        let place = |place: usize| format!("{}/{}", place / 4, ["w", "x", "y", "z"][place % 4]);
        let guarded = guard(query(&both, ""), |range| range).unwrap();
        let groups = people.iter().enumerate();
        let groups = table(groups.map(|(at, people)| (keys(&place(at)), Some(f64::from(*people)))));
        let whole = groups.rows.iter().filter(|row| row.values[0] > Some(0.0));
        let whole = table(whole.map(|row| (row.keys.clone(), Some(7.0))));
        let sizes = Sizes { groups, ..Sizes::default() };
        let answer = withhold(Privacy::default(), &guarded, whole, &sizes);
        let hidden = |at: usize| {
            let keys = keys(&place(at));
            let row = answer.rows.iter().find(|row| row.keys == keys);
            row.is_some_and(|row| is_withheld(row.values[0]))
        };
        let lines = (0..3)
            .map(|day| (0..4).map(|kind| day * 4 + kind).collect::<Vec<usize>>())
            .chain((0..4).map(|kind| (0..3).map(|day| day * 4 + kind).collect()));
        for line in lines {
            for at in &line {
                prop_assert!(!(1..5).contains(&people[*at]) || hidden(*at));
            }
            let behind = line.iter().filter(|at| hidden(**at)).map(|at| people[*at]).max();
            let all_hidden = line.iter().all(|at| hidden(*at) || people[*at] == 0);
            prop_assert!(behind.is_none_or(|most| most >= 5 || all_hidden));
        }
    }
}
