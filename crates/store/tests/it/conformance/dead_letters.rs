//! What could not be accepted, newest first.

use domain::id::WorkspaceId;
use store::{Batch, DeadLetter};
use uuid::Uuid;

use super::place::Place;
use crate::support::{at, batch, message};

pub(super) fn letter(number: u128, when: &str, workspace: &str) -> DeadLetter {
    DeadLetter {
        id: Uuid::from_u128(number),
        workspace_id: workspace.to_owned(),
        received_at: at(when),
        source: "track".to_owned(),
        code: "bad_time".to_owned(),
        reason: format!("it is the {number}th \"letter\""),
        body: "{\"ä\": 1}".to_owned(),
    }
}

pub(super) async fn the_newest_come_first_with_how_many_there_are(place: &mut impl Place) {
    let letters = [
        letter(4, "2026-03-01T10:00:00.001Z", "primary"),
        letter(2, "2026-03-01T10:00:00.002Z", "primary"),
        letter(5, "2026-03-01T10:00:00.002Z", "primary"),
        letter(1, "2026-02-01", "primary"),
        letter(3, "2026-03-02", "nobody-knows"),
    ];
    // With an event, alone, and together.
    for (first, last) in [(0, 1), (1, 2), (2, 5)] {
        let events = vec![message(1, at("2026-03-01"), "u1", "c1")];
        let sent = Batch {
            dead_letters: letters[first..last].to_vec(),
            ..batch(if first == 1 { Vec::new() } else { events })
        };
        place.store().append(sent).await.unwrap();
    }
    place.reopen().await;
    let [fourth, second, fifth, first, third] = letters;
    let all = [second, fifth, fourth, first];
    let store = place.store();
    let primary = WorkspaceId::default();
    for (limit, offset, expected) in [
        (9, 0, &all[..]),
        (2, 0, &all[..2]),
        (2, 1, &all[1..3]),
        (2, 3, &all[3..]),
        (0, 0, &[]),
        (9, 4, &[]),
    ] {
        let found = store.dead_letters(&primary, limit, offset).await.unwrap();
        assert_eq!(found, (expected.to_vec(), 4), "{limit} after {offset}");
    }
    // Of a workspace without events there may be some.
    for (workspace, expected) in [("nobody-knows", vec![third]), ("unheard-of", vec![])] {
        let workspace = WorkspaceId::new(workspace).unwrap();
        let found = store.dead_letters(&workspace, 9, 0).await.unwrap();
        let total = expected.len() as u64;
        assert_eq!(found, (expected, total));
        assert_eq!(store.facts(&workspace).await.unwrap().dead_letters, total);
    }
}
