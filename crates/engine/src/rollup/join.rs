//! Blocks of one rollup over many days and months, joined into one.

use domain::time::DayClock;

use super::{
    block::{Block, Rollup},
    fold::Fold,
};

/// Blocks of one rollup that are being joined: the outcome is like the block of a month, over
/// whatever days and months were added.
#[derive(Debug)]
pub struct Join {
    rollup: Rollup,
    fold: Fold,
}

impl Join {
    /// Returns nothing joined yet.
    pub fn of(rollup: Rollup) -> Self {
        Self {
            rollup,
            fold: Fold::of(std::slice::from_ref(&rollup)),
        }
    }

    /// Returns which blocks of a day are to be added: days active are seen from the sets of a day.
    pub const fn kinds_of_days(rollup: Rollup) -> &'static [Rollup] {
        match rollup {
            Rollup::Hours => &[Rollup::Hours],
            Rollup::Channels => &[Rollup::Channels],
            Rollup::ChannelHours => &[Rollup::ChannelHours],
            Rollup::Persons => &[Rollup::Persons, Rollup::People],
            Rollup::People => &[Rollup::People],
            Rollup::Pairs => &[Rollup::Pairs],
            Rollup::Terms => &[Rollup::Terms],
            Rollup::Files => &[Rollup::Files],
            Rollup::Properties => &[Rollup::Properties],
            Rollup::Writers => &[Rollup::Writers],
            Rollup::Numbers => &[Rollup::Numbers],
            Rollup::Kinds => &[Rollup::Kinds],
            Rollup::ChannelMessages => &[Rollup::ChannelMessages],
            Rollup::ChannelLast => &[Rollup::ChannelLast],
            // They are not joined.
            Rollup::Replies | Rollup::Sessions => &[],
        }
    }

    /// Adds a block of a day.
    pub fn add_day(&mut self, clock: &DayClock, block: &Block) {
        match block {
            Block::People(people) if self.rollup == Rollup::Persons => {
                self.fold.absorb_days_active(people);
            }
            Block::ChannelHours(rows) => self.fold.absorb_hours(clock, rows),
            other => self.fold.absorb(other),
        }
    }

    /// Adds a block of a month.
    pub fn add_month(&mut self, block: &Block) {
        self.fold.absorb(block);
    }

    /// Returns all of it as one block.
    pub fn finish(self) -> Block {
        self.fold.freeze_one(self.rollup)
    }
}
