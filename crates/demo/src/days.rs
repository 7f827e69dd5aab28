//! The history, one local day after the other.

use domain::event::Event;

use super::{act::Act, plan, stage::Stage, state::State, world::World};

/// The days that are still to be told.
pub(super) struct Days {
    world: World,
    state: State,
    next: usize,
    /// Events that the days so far should have had, less those that they had.
    shortfall: f64,
}

impl Days {
    /// Returns the whole history.
    pub(super) fn new(world: World) -> Self {
        let state = State::new(world.people.len(), world.channels.len());
        Self {
            world,
            state,
            next: 0,
            shortfall: 0.0,
        }
    }
}

impl Iterator for Days {
    type Item = Vec<Event>;

    fn next(&mut self) -> Option<Vec<Event>> {
        let index = self.next;
        if index >= self.world.calendar.days.len() {
            return None;
        }
        self.next += 1;
        let pace = self.world.pace.of(index, self.shortfall);
        let drafts = plan::plan(&self.world, index, pace);
        let turns = drafts
            .iter()
            .filter(|draft| matches!(draft.act, Act::Turn(_)));
        let turns = turns.count();
        let mut events = Stage::new(&self.world, &mut self.state, index).play(&drafts);
        self.shortfall += pace.events + turns as f64 - events.len() as f64;
        let end = self.world.knobs.end;
        events.truncate(events.partition_point(|event| event.timestamp <= end));
        Some(events)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.world.calendar.days.len() - self.next;
        (left, Some(left))
    }
}
