//! A service that is killed while clients post.

use std::{collections::BTreeSet, time::Duration};

use super::{
    stored::{Stored, counted},
    tracking::{Posted, Supply, kind, post, post_until_gone},
};
use crate::support::Home;

const ROUNDS: usize = 20;
const CONNECTIONS: usize = 6;
const SEED: u64 = 0x6b69_6c6c;

/// Everything answered is stored once, and everything else at most once.
fn holds(stored: &Stored, answered: &BTreeSet<u64>, round: usize) {
    for number in answered {
        assert!(
            stored.0.contains_key(number),
            "{number} is lost in round {round}"
        );
    }
    for (number, kinds) in &stored.0 {
        assert_eq!(
            kinds.as_slice(),
            [kind(*number)],
            "number {number} in round {round}"
        );
    }
}

#[tokio::test]
async fn what_was_answered_survives_being_killed() {
    let home = Home::new();
    let mut supply = Supply::new(SEED);
    let mut answered = BTreeSet::new();
    for round in 0..ROUNDS {
        let service = home.start(&[]);
        holds(&Stored::of(&service).await, &answered, round);
        let moment = Duration::from_millis(supply.below(120));
        let pid = service.pid();
        let kill = async {
            tokio::time::sleep(moment).await;
            super::signal(pid, "KILL");
        };
        let (posted, ()) = tokio::join!(post_until_gone(&service, CONNECTIONS, &mut supply), kill);
        assert_eq!(posted.refusals, [], "round {round}");
        answered.extend(posted.answered);
        supply.take_back(posted.unanswered);
    }
    let service = home.start(&[]);
    let mut posted = Posted::default();
    while let Some(batch) = supply.next_again() {
        assert!(post(&service, batch, &mut posted).await);
    }
    answered.extend(posted.answered);
    assert_eq!(answered, (0..supply.handed_out()).collect());
    let stored = Stored::of(&service).await;
    holds(&stored, &answered, ROUNDS);
    assert_eq!(stored.0.len(), answered.len());
    assert_eq!(counted(&service).await, stored.kinds());
    assert!(
        answered.len() > ROUNDS * CONNECTIONS,
        "too little was posted to tell"
    );
    assert_eq!(service.stop(), Some(0));
}
