use super::*;

const PERSON: Known<'_> = Known {
    id: "u1",
    name: Some("Ada Lovelace"),
    role: Some("admin"),
    is_off: false,
    // 2026-02-01T00:00:00Z.
    created_at: Some(Instant::from_millis(1_769_904_000_000)),
};

#[test]
fn rules_hold_of_whom_they_say() {
    let nobody = Known {
        name: None,
        role: None,
        is_off: true,
        created_at: None,
        ..PERSON
    };
    for (text, of_person, of_nobody) in [
        ("", true, true),
        ("user is u2, u1", true, true),
        ("name is \"Ada Lovelace\"", true, false),
        ("role is admin,owner", true, false),
        ("not role is admin", false, true),
        ("isDeactivated is true", false, true),
        ("createdAt since 2026-02-01", true, false),
        ("createdAt before 2026-02-01", false, false),
        ("not createdAt before 2026-02-01", true, true),
        (
            "role is guest or (isDeactivated is false and user is u1)",
            true,
            false,
        ),
        // What has to be looked up holds of nobody.
        ("did messages or segment:s1", false, false),
    ] {
        let rule = Rule::parse(text, Subject::Person).unwrap();
        let holds = [PERSON, nobody].map(|known| rule.holds(&known, &TimeZone::UTC));
        assert_eq!(holds, [of_person, of_nobody], "{text}");
    }
    // The first instant of the day is an hour earlier in Berlin.
    let before = Rule::parse("createdAt before 2026-02-01", Subject::Person).unwrap();
    let berlin = crate::time::zone("Europe/Berlin").unwrap();
    let at = Some(Instant::from_millis(1_769_904_000_000 - 3_600_001));
    let known = Known {
        created_at: at,
        ..PERSON
    };
    assert!(before.holds(&known, &berlin));
    let channel = Rule::parse("kind is private and isArchived is true", Subject::Channel).unwrap();
    let private = Known {
        role: Some("private"),
        is_off: true,
        ..PERSON
    };
    assert!(channel.holds(&private, &TimeZone::UTC));
}

#[test]
fn deeds_are_read_with_all_that_they_say() {
    let text = "did messages atLeast 5 lastDays 30 where (channel is c1 and not segment:s2) \
                and not did file_shared and segment:s1";
    let rule = Rule::parse(text, Subject::Person).unwrap();
    assert_eq!(rule.segments(), ["s2", "s1"]);
    let Rule::All(parts) = rule else {
        panic!("{rule:?}")
    };
    let first = Deed {
        counted: Counted::Metric(Metric::Messages),
        at_least: 5,
        last_days: Some(30),
        only: Filter::parse("channel is c1 and not segment:s2").unwrap(),
    };
    let second = Deed {
        counted: Counted::Kind("file_shared".to_owned()),
        at_least: 1,
        last_days: None,
        only: Filter::default(),
    };
    assert_eq!(parts[0], Rule::Did(Box::new(first)));
    assert_eq!(parts[1], Rule::Not(Box::new(Rule::Did(Box::new(second)))));
}

#[test]
fn refusals_name_the_place() {
    let people = "user, name, role, isDeactivated, createdAt, did or segment:<id>";
    for (text, message) in [
        ("kind is private", format!("expected {people} at byte 0")),
        ("segment:", format!("expected {people} at byte 0")),
        ("role admin", "expected `is` at byte 5".to_owned()),
        (
            "isDeactivated is maybe",
            "expected `is true` or `is false` at byte 14".to_owned(),
        ),
        (
            "createdAt is 2026-02-01",
            "expected `before` or `since` at byte 10".to_owned(),
        ),
        (
            "createdAt since soon",
            "expected an instant (RFC 3339) or a day at byte 16".to_owned(),
        ),
        (
            "did engagementRaw",
            "expected a metric that counts at byte 4".to_owned(),
        ),
        (
            "did messages atLeast 0",
            "expected a whole number from 1 to 1000000000 at byte 21".to_owned(),
        ),
        (
            "did messages lastDays 4000",
            "expected a whole number from 1 to 3650 at byte 22".to_owned(),
        ),
        (
            "did messages where role is x",
            "expected channel, user, type, message, property.<name>, a kind of term or segment:<id> at byte 19"
                .to_owned(),
        ),
        (
            "did messages role is x",
            "expected `and`, `or` or the end at byte 13".to_owned(),
        ),
    ] {
        let refused = Rule::parse(text, Subject::Person).unwrap_err();
        assert_eq!(refused.to_string(), message, "{text}");
    }
    let many = ["did messages"; MAX_DEEDS + 1].join(" or ");
    let refused = Rule::parse(&many, Subject::Channel).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "at most 10 conditions may begin with `did`"
    );
}
