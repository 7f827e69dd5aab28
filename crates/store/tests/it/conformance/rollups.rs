//! Rollups change no answer, and say how far they are; a store may have none.

use domain::{
    dimension::Dimension,
    id::WorkspaceId,
    metric::Metric,
    time::{Day, Grain},
};
use store::{EventStore, TableRow};

use super::{analyses::fill, listing::add_six, place::Place};
use crate::support::{ask, at, batch, message, query, range};

const NOW: &str = "2028-01-01";

async fn answer(store: &dyn EventStore) -> Vec<TableRow> {
    let metrics = [Metric::Messages, Metric::ActivePeople, Metric::LastMessage];
    let question = query(range("2026-01-01", "2026-05-01"), &metrics);
    let question = question.by(&[Dimension::Time(Grain::Day), Dimension::Channel]);
    ask(store, question).await.rows
}

/// Days that the ledger knows, whether they are complete or not.
fn days(store: &dyn EventStore) -> Vec<Day> {
    let ledger = store.ledger(&WorkspaceId::default());
    ledger.days.into_keys().collect()
}

pub(super) async fn filling_changes_no_answer(place: &mut impl Place) {
    add_six(place.store()).await;
    let before = answer(place.store()).await;
    assert_eq!(before.len(), 3);
    fill(place.store()).await;
    place.store().fill_months(at(NOW)).await.unwrap();
    place.store().catch_up().await.unwrap();
    for _ in 0..2 {
        let store = place.store();
        assert_eq!(store.dirty_days(), []);
        assert_eq!(answer(store).await, before);
        for day in days(store) {
            let different = store.verify(&WorkspaceId::default(), day).await.unwrap();
            assert_eq!(different, Some(Vec::new()), "day {day}");
        }
        place.reopen().await;
    }
}

pub(super) async fn what_arrives_or_is_taken_away_makes_days_dirty(place: &mut impl Place) {
    let store = place.store();
    add_six(store).await;
    fill(store).await;
    let late = message(9, at("2026-03-01T10:00:00Z"), "u3", "c1");
    store.append(batch(vec![late])).await.unwrap();
    let expected = answer(store).await;
    let has_rollups = !days(store).is_empty();
    assert_eq!(store.dirty_days().len(), usize::from(has_rollups));
    fill(store).await;
    let workspace = WorkspaceId::default();
    let span = range("2026-03-01", "2026-03-02T00:00:00.001Z");
    let marked = store.mark_dirty(&workspace, span, at(NOW)).await.unwrap();
    assert_eq!(marked, if has_rollups { 2 } else { 0 });
    assert_eq!(store.dirty_days().len() as u64, marked);
    assert_eq!(answer(store).await, expected);
    fill(store).await;
    assert_eq!(
        (store.dirty_days(), answer(store).await),
        (vec![], expected)
    );
}

/// Of days and workspaces without events there is nothing to fill.
pub(super) async fn nothing_is_filled_where_nothing_is(place: &mut impl Place) {
    let store = place.store();
    let (now, day) = (at(NOW), 12_345);
    let check = async |workspace: &str| {
        let workspace = WorkspaceId::new(workspace).unwrap();
        let filled = store.fill_days(&workspace, &[day, day + 1], now).await;
        assert_eq!(filled.unwrap(), [None, None]);
        assert_eq!(store.verify(&workspace, day).await.unwrap(), None);
        let marked = store.mark_dirty(&workspace, range("2000-01-01", "2010-01-01"), now);
        assert_eq!(marked.await.unwrap(), 0);
    };
    check("primary").await;
    add_six(store).await;
    check("primary").await;
    check("unheard-of").await;
    let unknown = WorkspaceId::new("unheard-of").unwrap();
    assert!(store.ledger(&unknown).days.is_empty());
}
