//! How long answers are given again.

use super::*;

const MINUTES: Duration = Duration::from_mins(5);

#[tokio::test]
async fn the_present_lasts_fifteen_seconds() {
    let world = World::new(MINUTES);
    for (at, told) in [
        (0, (0, false)),
        (15_000, (0, true)),
        (15_001, (1, false)),
        // Counted from the computing, not from the last time it was asked for.
        (30_001, (1, true)),
        (30_002, (2, false)),
    ] {
        world.at(at);
        assert_eq!(world.ask(Lasting::Shortly).await, told, "{at}");
    }
}

#[tokio::test]
async fn the_present_lasts_less_where_the_setting_says_less() {
    let world = World::new(Duration::from_secs(3));
    for (at, told) in [(0, (0, false)), (3_000, (0, true)), (3_001, (1, false))] {
        world.at(at);
        assert_eq!(world.ask(Lasting::Shortly).await, told, "{at}");
    }
}

#[tokio::test]
async fn what_names_its_present_lasts() {
    let world = World::new(MINUTES);
    assert_eq!(world.ask(Lasting::Always).await, (0, false));
    world.at(i64::MAX / 2);
    assert_eq!(world.ask(Lasting::Always).await, (0, true));
}

#[tokio::test]
async fn nothing_lasts_where_it_must_not() {
    let world = World::new(MINUTES);
    for number in 0..3 {
        assert_eq!(world.ask(Lasting::Never).await, (number, false));
    }
    let world = World::new(Duration::ZERO);
    for number in 0..3 {
        assert_eq!(world.ask(Lasting::Always).await, (number, false));
    }
    assert_eq!(world.cache.bytes(), 0);
}

#[tokio::test]
async fn answers_of_a_clock_that_was_put_back_are_forgotten() {
    let world = World::new(MINUTES);
    world.at(3_600_000);
    assert_eq!(world.ask(Lasting::Shortly).await, (0, false));
    world.at(0);
    assert_eq!(world.ask(Lasting::Shortly).await, (1, false));
    assert_eq!(world.ask(Lasting::Shortly).await, (1, true));
}

#[tokio::test]
async fn room_is_bounded_and_what_was_not_asked_for_longest_goes_first() {
    let world = World::new(MINUTES);
    let ask = async |key: &str| {
        world
            .ask_long(key, Lasting::Always, 300_000)
            .await
            .remembered
    };
    for key in ["a", "b", "c"] {
        // Asking often for an answer keeps it no longer than asking late.
        let again = [ask(key).await, ask(key).await, ask(key).await];
        assert_eq!(again, [false, true, true]);
    }
    assert!(ask("a").await);
    assert!(!ask("d").await);
    assert!((900_000..=1 << 20).contains(&world.cache.bytes()));
    assert!(ask("a").await && ask("c").await && ask("d").await);
    assert!(!ask("b").await);
    // What has no room at all is answered still.
    let large = world.ask_long("e", Lasting::Always, 2 << 20).await;
    assert!(!large.remembered && world.cache.bytes() <= 1 << 20);
}
