//! What is known of people and channels.

use domain::{
    id::UserId,
    record::{ChannelRecord, PersonRecord},
};

/// What is known of a person.
#[derive(Debug)]
pub(super) struct Person {
    /// How many people were known before.
    pub(super) number: u32,
    pub(super) record: PersonRecord,
    /// Whether there was a record, be it an empty one.
    has_record: bool,
    /// Whether some event says that it is a bot.
    told_bot: bool,
}

impl Person {
    pub(super) fn new(id: UserId, number: u32) -> Self {
        Self {
            number,
            record: PersonRecord::new(id),
            has_record: false,
            told_bot: false,
        }
    }

    /// Takes in that nobody is to know any more who it is: what decides on numbers stays.
    pub(super) fn make_nameless(&mut self, id: &UserId) {
        self.record = PersonRecord {
            id: id.clone(),
            name: None,
            email: None,
            role: None,
            ..self.record.clone()
        };
    }

    /// Returns whether there was a record.
    pub(super) fn has_record(&self) -> bool {
        self.has_record
    }

    /// Returns whether it is a bot, as far as that is known: the record says so, else any event does.
    pub(super) fn says_bot(&self) -> Option<bool> {
        self.record.is_bot.or(self.told_bot.then_some(true))
    }

    /// Notes what an event says.
    pub(super) fn is_told(&mut self, is_bot: bool) {
        self.told_bot |= is_bot;
    }

    /// Takes in what a record says; returns whether that is something else.
    pub(super) fn put(&mut self, said: &PersonRecord) -> bool {
        let known = self.record.clone();
        let firsts = [said.first_seen_at, known.first_seen_at];
        let now = PersonRecord {
            id: known.id.clone(),
            name: said.name.clone().or_else(|| known.name.clone()),
            email: said.email.clone().or_else(|| known.email.clone()),
            role: said.role.clone().or_else(|| known.role.clone()),
            is_bot: said.is_bot.or(known.is_bot),
            is_deactivated: said.is_deactivated.or(known.is_deactivated),
            created_at: said.created_at.or(known.created_at),
            first_seen_at: firsts.into_iter().flatten().min(),
        };
        let changed = now != known || !self.has_record;
        self.has_record = true;
        self.record = now;
        changed
    }
}

/// Returns what is known of a channel once a record has said more.
pub(super) fn merge_channel(known: &ChannelRecord, said: &ChannelRecord) -> ChannelRecord {
    ChannelRecord {
        id: known.id.clone(),
        name: said.name.clone().or_else(|| known.name.clone()),
        kind: said.kind.or(known.kind),
        is_archived: said.is_archived.or(known.is_archived),
        member_count: said.member_count.or(known.member_count),
        owner: said.owner.clone().or_else(|| known.owner.clone()),
        slug: said.slug.clone().or_else(|| known.slug.clone()),
        created_at: said.created_at.or(known.created_at),
    }
}
