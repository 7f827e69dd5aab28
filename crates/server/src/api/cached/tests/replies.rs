//! Tags, and who is told that an answer is held already.

use axum::http::HeaderValue;

use super::*;
use crate::api::cached::{IfNoneMatch, written::Written};

#[test]
fn both_bodies_of_an_answer_have_one_tag_and_other_answers_another() {
    let [one, same, other] = [1, 1, 2].map(|number| Written::of(Counted::new(number, 0)).unwrap());
    assert_ne!(one.fresh, one.remembered);
    assert_eq!(one.tag, same.tag);
    assert_ne!(one.tag, other.tag);
}

#[test]
fn tags_are_found_in_every_list() {
    let tag = HeaderValue::from_static("W/\"abc\"");
    for (lists, has) in [
        (&[][..], false),
        (&["W/\"abc\""], true),
        (&["\"abc\""], true),
        (&["\"x\", W/\"abc\" ,\"y\""], true),
        (&["\"x\"", "\"abc\""], true),
        (&["*"], true),
        (&["abc"], false),
        (&["W/\"ab\""], false),
        (&["W/\"abcd\""], false),
        (&["\"x\", \"W/abc\""], false),
        (&[""], false),
    ] {
        let held = IfNoneMatch(
            lists
                .iter()
                .map(|list| HeaderValue::from_static(list))
                .collect(),
        );
        assert_eq!(held.has(&tag), has, "{lists:?}");
    }
}
