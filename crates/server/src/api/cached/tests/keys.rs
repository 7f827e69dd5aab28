//! What keeps answers apart, and how long they last.

use std::collections::BTreeSet;

use domain::id::WorkspaceId;
use store::meta::Access;

use super::*;
use crate::{
    api::cached::Question,
    auth::{Caller, Credential},
    query::{ChannelsRequest, PageRequest, Request},
};

fn caller(workspace: &str, sees_email: bool) -> Caller {
    Caller {
        access: Access::Read,
        workspace: WorkspaceId::new(workspace).unwrap(),
        by: Credential::ConfiguredKey,
        sees_email,
        sees_every_workspace: true,
        kinds: Vec::new(),
    }
}

fn request(period: &str, filter: &str) -> Request {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Request {
        period: some(period),
        filter: some(filter),
        ..Request::default()
    }
}

#[test]
fn everything_an_answer_depends_on_makes_another_key() {
    let (ours, theirs, discreet) = (caller("a", true), caller("b", true), caller("a", false));
    let (plain, narrowed) = (request("7d", ""), request("7d", "user is u1"));
    // Texts that would run into each other, were they only put side by side.
    let (first, second) = (request("7d\",\"x", ""), request("7d", "x"));
    let more = ChannelsRequest::default();
    let next = ChannelsRequest {
        page: PageRequest {
            offset: 1,
            ..PageRequest::default()
        },
        ..ChannelsRequest::default()
    };
    let key = |endpoint, caller, request, more| {
        Question::new(endpoint, caller, request, more)
            .key(0)
            .unwrap()
    };
    let keys = [
        key("channels", &ours, &plain, &more),
        key("channels", &ours, &plain, &next),
        key("channels", &ours, &narrowed, &more),
        key("channels", &ours, &first, &more),
        key("channels", &ours, &second, &more),
        key("channels", &theirs, &plain, &more),
        key("channels", &discreet, &plain, &more),
        key("dashboard", &ours, &plain, &more),
    ];
    let different: BTreeSet<&String> = keys.iter().collect();
    assert_eq!(different.len(), keys.len());
    assert_eq!(keys[0], key("channels", &ours, &plain, &more));
    let question = Question::new("channels", &ours, &plain, &more);
    assert_ne!(keys[0], question.key(1).unwrap());
}

#[test]
fn answers_last_as_their_questions_say() {
    let ours = caller("a", true);
    let named = Request {
        as_of: Some("2025-03-30".to_owned()),
        ..Request::default()
    };
    let explained = Request {
        explain: true,
        ..named.clone()
    };
    for (request, lasting) in [
        (Request::default(), Lasting::Shortly),
        (named, Lasting::Always),
        (explained, Lasting::Never),
    ] {
        let question = Question::new("dashboard", &ours, &request, &());
        assert_eq!(question.lasting(), lasting);
    }
}
