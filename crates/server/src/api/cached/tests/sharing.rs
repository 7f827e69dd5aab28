//! Several who ask the same at the same time.

use axum::{http::StatusCode, response::IntoResponse as _};
use domain::clock::Clock as _;
use futures::{FutureExt as _, future::join_all};
use store::StoreError;

use super::*;
use crate::api::{error::Unfinished, room::RoomError};

const MINUTES: Duration = Duration::from_mins(5);

#[tokio::test]
async fn the_same_question_is_computed_once_at_a_time() {
    for lasting in [Lasting::Shortly, Lasting::Always] {
        let world = World::new(MINUTES);
        let told = join_all((0..8).map(|_| world.ask_long("key", lasting, 0))).await;
        assert_eq!(world.computed.load(Ordering::SeqCst), 1);
        let fresh = told.iter().filter(|told| !told.remembered).count();
        assert_eq!(fresh, 1);
        assert!(told.iter().all(|one| one.tag == told[0].tag));
    }
}

#[tokio::test]
async fn an_old_answer_is_computed_anew_once() {
    let world = World::new(MINUTES);
    world.ask(Lasting::Shortly).await;
    world.at(60_000);
    let told = join_all((0..8).map(|_| world.ask(Lasting::Shortly))).await;
    let fresh = told.iter().filter(|(_, remembered)| !remembered).count();
    assert_eq!(fresh, 1);
    assert!(told.iter().all(|(number, _)| *number == 1));
}

#[tokio::test]
async fn whoever_waited_for_a_present_long_past_gets_another() {
    let world = World::new(MINUTES);
    let slow = async {
        let compute = async {
            tokio::task::yield_now().await;
            world.at(60_000);
            tokio::task::yield_now().await;
            Ok(Counted::new(99, 0))
        };
        let given = world.give("key", Lasting::Shortly, compute).await;
        Told::by(&given.unwrap()).number
    };
    let late = async {
        while world.clock.now() == Instant::from_millis(0) {
            tokio::task::yield_now().await;
        }
        world.ask(Lasting::Shortly).await
    };
    assert_eq!(tokio::join!(slow, late), (99, (0, false)));
}

#[tokio::test]
async fn whoever_waits_goes_on_when_the_first_one_goes() {
    let world = World::new(MINUTES);
    let never = async {
        std::future::pending::<()>().await;
        Ok(Counted::new(99, 0))
    };
    let mut first = Box::pin(world.give("key", Lasting::Always, never));
    let mut second = Box::pin(world.ask(Lasting::Always));
    assert!((&mut first).now_or_never().is_none());
    assert!((&mut second).now_or_never().is_none());
    assert_eq!(world.computed.load(Ordering::SeqCst), 0);
    drop(first);
    assert_eq!(second.await, (0, false));
}

#[tokio::test]
async fn failures_reach_everybody_and_are_not_remembered() {
    let world = World::new(MINUTES);
    let failures = join_all((0..8).map(|_| world.fail())).await;
    assert_eq!(world.computed.load(Ordering::SeqCst), 1);
    for failure in failures {
        let mut response = failure.into_response();
        let told = response.extensions_mut().remove::<Unfinished>().unwrap();
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
        assert_eq!(
            (told.code.name(), told.message.as_str()),
            ("not_implemented", "this comes with a later release")
        );
    }
    assert_eq!(world.cache.bytes(), 0);
    assert_eq!(world.ask(Lasting::Always).await, (1, false));
}

#[tokio::test]
async fn what_one_asker_may_not_is_told_to_nobody_else() {
    let failures: [(fn() -> ApiError, u64); 5] = [
        (|| ApiError::Store(StoreError::Crowded), 8),
        (|| ApiError::Store(StoreError::Timeout(30)), 8),
        (|| ApiError::Busy, 8),
        (|| ApiError::Room(RoomError::OwnAnswers), 8),
        (|| ApiError::Store(StoreError::Memory), 1),
    ];
    for (failure, computed) in failures {
        let world = World::new(MINUTES);
        let first = world.fail_with(failure);
        let others = join_all((1..8).map(|_| world.fail_with(failure)));
        tokio::join!(first, others);
        assert_eq!(world.computed.load(Ordering::SeqCst), computed);
        // The others are answered where they may be.
        let world = World::new(MINUTES);
        let others = join_all((0..3).map(|_| async {
            let told = world.give("key", Lasting::Always, async { Ok(Counted::new(7, 0)) });
            told.await.is_ok()
        }));
        let (_, others) = tokio::join!(world.fail_with(failure), others);
        assert_eq!(others, [computed > 1; 3]);
    }
}

#[tokio::test]
async fn however_many_go_away_whoever_waits_is_answered() {
    let world = World::new(MINUTES);
    let never = || {
        let compute = async {
            std::future::pending::<()>().await;
            Ok(Counted::new(99, 0))
        };
        Box::pin(world.give("key", Lasting::Always, compute))
    };
    let mut first = never();
    assert!((&mut first).now_or_never().is_none());
    let mut patient = Box::pin(world.ask(Lasting::Always));
    for _ in 0..50 {
        if (&mut patient).now_or_never().is_some() {
            return;
        }
        // Whoever comes next is there before the one who has waited looks again.
        drop(first);
        first = never();
        assert!((&mut first).now_or_never().is_none());
    }
    // By now it computes the answer itself: the last one that is there never will.
    let answered = tokio::time::timeout(Duration::from_secs(30), patient).await;
    assert_eq!(answered, Ok((0, false)));
}

#[tokio::test]
async fn an_answer_holds_until_what_it_was_made_of_changes() {
    let world = World::new(MINUTES);
    assert_eq!(world.ask(Lasting::Always).await, (0, false));
    world.change(false);
    assert_eq!(world.ask(Lasting::Always).await, (0, true));
    world.change(true);
    assert_eq!(world.ask(Lasting::Always).await, (1, false));
    assert_eq!(world.ask(Lasting::Always).await, (1, true));
}

#[tokio::test]
async fn whoever_asks_after_a_change_is_not_answered_from_before_it() {
    for concerns_answers in [false, true] {
        let world = World::new(MINUTES);
        let (changed, proceed) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
        let before = async {
            let compute = async {
                changed.notify_one();
                proceed.notified().await;
                Ok(Counted::new(99, 0))
            };
            Told::by(&world.give("key", Lasting::Always, compute).await.unwrap()).number
        };
        let after = async {
            changed.notified().await;
            world.change(concerns_answers);
            // It waits for the one that is being made, and looks what that was made of.
            let asked = world.ask(Lasting::Always);
            let (told, ()) = tokio::join!(asked, async { proceed.notify_one() });
            told
        };
        let told = if concerns_answers {
            (0, false)
        } else {
            (99, true)
        };
        assert_eq!(tokio::join!(before, after), (99, told));
    }
}

#[tokio::test]
async fn an_answer_begun_after_the_question_serves_however_much_changes_meanwhile() {
    let world = World::new(MINUTES);
    let first = async {
        let compute = async {
            for _ in 0..4 {
                tokio::task::yield_now().await;
                world.change(true);
            }
            Ok(Counted::new(99, 0))
        };
        Told::by(&world.give("key", Lasting::Always, compute).await.unwrap()).number
    };
    let others = join_all((0..8).map(|_| world.ask(Lasting::Always)));
    let (first, others) = tokio::join!(first, others);
    assert_eq!(first, 99);
    assert!(others.iter().all(|(number, _)| *number == 99), "{others:?}");
    assert_eq!(world.computed.load(Ordering::SeqCst), 0);
}
