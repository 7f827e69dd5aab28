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
fn each_request_is_named_in_its_answer() {
    let mut answer = Counted::new(1, 0);
    // A text of somebody's own is no place for it.
    answer.text = "\"meta\":{\"requestId\":\"-\"".to_owned();
    let written = Written::of(answer).unwrap();
    for id in ["a", "0191d5a0-0000-7000-8000-000000000001", ""] {
        let body: Value = serde_json::from_slice(&written.remembered.of_request(id)).unwrap();
        assert_eq!(body["meta"]["requestId"], id);
        assert_eq!(body["text"], "\"meta\":{\"requestId\":\"-\"");
        assert_eq!(body["meta"]["cached"], true);
    }
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
        let tags = lists.iter().map(|list| HeaderValue::from_static(list));
        let held = IfNoneMatch {
            tags: tags.collect(),
            ..IfNoneMatch::default()
        };
        assert_eq!(held.has(&tag), has, "{lists:?}");
    }
}
