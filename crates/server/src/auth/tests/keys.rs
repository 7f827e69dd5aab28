//! Keys that were made.

use store::meta::Access;

use super::*;
use crate::auth::{Credential, PathKey};

#[tokio::test]
async fn a_key_gives_what_it_was_made_for() {
    let world = World::new(&[]);
    let exposing = World::new(&[("ANALYTICS_EXPOSE_EMAIL", "true")]);
    for (access, in_header, in_path, exposed) in [
        (Access::Admin, true, false, true),
        (Access::Read, false, false, true),
        (Access::Write, false, false, false),
    ] {
        let (text, id) = world.make_key(access, None);
        let caller = |by, sees_email| Caller {
            access,
            workspace: WorkspaceId::default(),
            by,
            sees_email,
            sees_every_workspace: true,
            kinds: Vec::new(),
        };
        for request in [request().with("x-api-key", &text), request().bearer(&text)] {
            let by = Credential::ApiKey { id: id.clone() };
            assert_eq!(world.ask(&request).await.unwrap(), caller(by, in_header));
        }
        let by = || Credential::PathKey(PathKey::ApiKey { id: id.clone() });
        let answered = world.ask(&request().in_path(&text)).await.unwrap();
        assert_eq!(answered, caller(by(), in_path));
        exposing.make_key(access, None);
        let answered = exposing.ask(&request().in_path(&text)).await.unwrap();
        assert_eq!(answered, caller(by(), exposed));
    }
}

#[test]
fn what_a_key_is_for_is_all_it_is_good_for() {
    let caller = |access| Caller {
        access,
        workspace: WorkspaceId::default(),
        by: Credential::ApiKey { id: "k".into() },
        sees_email: false,
        sees_every_workspace: true,
        kinds: Vec::new(),
    };
    let all = [Access::Admin, Access::Read, Access::Write];
    for (has, may) in [
        (Access::Admin, [true, true, true]),
        (Access::Read, [false, true, false]),
        (Access::Write, [false, false, true]),
    ] {
        assert_eq!(
            all.map(|needs| caller(has).require(needs).is_ok()),
            may,
            "{has:?}"
        );
        assert_eq!(caller(has).sends_only_for(), None);
    }
}

#[tokio::test]
async fn a_key_that_is_mistyped_is_told_from_one_that_is_not_known() {
    let world = World::new(&[]);
    let (text, _) = World::new(&[]).make_key(Access::Read, None);
    let shown = |text: &str| request().with("x-api-key", text);
    assert_eq!(fault(world.ask(&shown(&text)).await), Fault::UnknownKey);
    assert_eq!(world.meta.asked(), 1);
    for mistyped in [
        &text[..51],
        &text.replace("read", "admin"),
        &text.to_uppercase(),
        "nca_",
    ] {
        assert_eq!(
            fault(world.ask(&shown(mistyped)).await),
            Fault::MalformedKey,
            "{mistyped}"
        );
        let in_path = request().in_path(mistyped);
        assert_eq!(
            fault(world.ask(&in_path).await),
            Fault::MalformedKey,
            "{mistyped}"
        );
    }
    assert_eq!(
        world.meta.asked(),
        1,
        "nobody is asked for what cannot be a key"
    );
}

#[tokio::test]
async fn a_known_key_is_remembered_until_a_revocation_has_to_show() {
    let world = World::new(&[]);
    let (text, id) = world.make_key(Access::Read, None);
    let shown = request().with("x-api-key", &text);
    for _ in 0..3 {
        world.ask(&shown).await.unwrap();
    }
    assert_eq!(world.meta.asked(), 1);

    world
        .meta
        .revoke_key(&id, Instant::from_millis(1), "test")
        .await
        .unwrap();
    world.pass(9_999);
    world.ask(&shown).await.unwrap();
    world.pass(1);
    assert_eq!(fault(world.ask(&shown).await), Fault::UnknownKey);
    assert_eq!(world.meta.asked(), 2);
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_key_last_longer() {
    let world = World::new(&[]);
    let (text, id) = world.make_key(Access::Read, None);
    let shown = request().with("x-api-key", &text);
    world.ask(&shown).await.unwrap();
    world
        .meta
        .revoke_key(&id, Instant::from_millis(1), "test")
        .await
        .unwrap();
    world.pass(-1);
    assert_eq!(fault(world.ask(&shown).await), Fault::UnknownKey);
}

#[tokio::test]
async fn more_keys_than_are_remembered_are_all_accepted() {
    let world = World::new(&[]);
    let keys: Vec<_> = (0..1100)
        .map(|_| world.make_key(Access::Write, None).0)
        .collect();
    for round in 1..=2 {
        for text in &keys {
            world.ask(&request().with("x-api-key", text)).await.unwrap();
        }
        let asked = world.meta.asked();
        assert_eq!(
            asked,
            [1100, 1100 + 76][round - 1],
            "the first 1024 are remembered"
        );
    }
    world.pass(10_000);
    world
        .ask(&request().with("x-api-key", &keys[1099]))
        .await
        .unwrap();
    world
        .ask(&request().with("x-api-key", &keys[1099]))
        .await
        .unwrap();
    assert_eq!(
        world.meta.asked(),
        1177,
        "what is no longer good makes room"
    );
}

#[tokio::test]
async fn keys_that_cannot_be_looked_up_open_nothing() {
    let world = World::new(&[TRUSTED_NETWORK]);
    let (text, _) = world.make_key(Access::Admin, None);
    world.meta.broken.store(true, Ordering::Relaxed);
    let request = request().from("127.0.0.1").with("x-api-key", &text);
    let error = world.ask(&request).await.unwrap_err();
    assert!(matches!(error, AuthError::KeyStore(_)));
    assert!(!error.to_string().contains("disk"), "{error}");
    let configured = super::request().with("x-api-key", API_KEY);
    assert!(world.ask(&configured).await.is_ok(), "needs no look-up");
}

#[tokio::test]
async fn a_key_holds_until_it_expires_however_well_it_is_remembered() {
    let world = World::new(&[]);
    let (text, _) = world.make_key(Access::Read, None);
    world.meta.kept.lock().unwrap()[0].0.expires_at = Some(Instant::from_millis(NOW * 1000 + 500));
    let shown = request().with("x-api-key", &text);
    world.ask(&shown).await.unwrap();
    world.pass(499);
    world.ask(&shown).await.unwrap();
    world.pass(1);
    for _ in 0..200 {
        let error = world.ask(&shown).await.unwrap_err();
        assert!(matches!(error, AuthError::KeyExpired));
    }
}

#[tokio::test]
async fn a_key_of_some_pages_is_accepted_from_no_other() {
    let world = World::new(&[]);
    let (text, _) = world.make_key(Access::Write, None);
    world.meta.kept.lock().unwrap()[0].0.origins = vec![
        "https://chat.example".into(),
        "http://localhost:3000".into(),
    ];
    for (origin, may) in [
        (Some("https://chat.example"), true),
        (Some("http://localhost:3000"), true),
        (Some("http://chat.example"), false),
        (Some("https://chat.example:444"), false),
        (Some("https://evil.example"), false),
        (Some("null"), false),
        (None, false),
    ] {
        for request in [request().with("x-api-key", &text), request().in_path(&text)] {
            let request = match origin {
                Some(origin) => request.with("origin", origin),
                None => request,
            };
            let asked = world.ask(&request).await;
            assert_eq!(asked.is_ok(), may, "{origin:?}");
            if !may {
                assert_eq!(denial(asked), Denial::Origin);
            }
        }
        if let Some(origin) = origin {
            let known = world.authenticator.is_origin_of_a_key(origin).await;
            assert_eq!(known, may, "{origin}");
        }
    }
}

#[tokio::test]
async fn a_key_of_some_kinds_sends_no_other() {
    let world = World::new(&[]);
    let (text, id) = world.make_key(Access::Write, None);
    let kind = |name: &str| domain::event::EventType::parse(name).unwrap();
    world.meta.kept.lock().unwrap()[0].0.kinds = vec![kind("message_sent"), kind("my_kind")];
    let caller = world.ask(&request().with("x-api-key", &text)).await;
    let caller = caller.unwrap();
    assert_eq!(caller.key_id(), Some(id.as_str()));
    for (name, may) in [
        ("message_sent", true),
        ("messageSent", true),
        (" message.sent ", true),
        ("my_kind", true),
        ("my_kind2", false),
        ("page_view", false),
        // No kind at all: whoever validates the event says so.
        ("", true),
    ] {
        assert_eq!(caller.may_send(3, name).is_ok(), may, "{name}");
    }
    let refused = caller.may_send(3, "page_view").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "The event at index 3 is of a kind that the key may not send."
    );
}

#[tokio::test]
async fn the_last_use_of_each_key_is_noted_when_the_books_are_kept() {
    let world = World::new(&[]);
    let (first, id) = world.make_key(Access::Read, None);
    world.make_key(Access::Read, None);
    for (passed, from) in [(0, "10.0.0.1"), (1, "10.0.0.2")] {
        world.pass(passed);
        let shown = request().with("x-api-key", &first).from(from);
        world.ask(&shown).await.unwrap();
    }
    for _ in 0..2 {
        world.authenticator.keep_books().await;
    }
    let expected = KeyUse {
        key_id: id,
        at: Instant::from_millis(NOW * 1000 + 1),
        by: "10.0.0.2".into(),
    };
    assert_eq!(*world.meta.uses.lock().unwrap(), [expected]);
}
