//! What is known of the people and channels of one workspace.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    id::{ChannelId, UserId},
    record::{ChannelRecord, PersonRecord},
    time::Instant,
};

use crate::{ChannelRow, Known, Merge, PersonRow};

/// What is known of an identifier of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) record: PersonRecord,
    /// Whether there was a record, be it an empty one.
    pub(super) has_record: bool,
    /// Whether some event says that it is a bot.
    pub(super) told_bot: bool,
    /// What it was merged into, and when.
    pub(super) link: Option<(UserId, Instant)>,
}

impl Person {
    pub(super) fn new(id: UserId) -> Self {
        Self {
            record: PersonRecord::new(id),
            has_record: false,
            told_bot: false,
            link: None,
        }
    }

    /// Returns whether it is a bot, as far as that is known: the record says so, else any event does.
    fn says_bot(&self) -> Option<bool> {
        self.record.is_bot.or(self.told_bot.then_some(true))
    }

    /// Takes in what a record says.
    pub(super) fn put(&mut self, said: &PersonRecord) {
        let known = self.record.clone();
        let firsts = [said.first_seen_at, known.first_seen_at];
        self.record = PersonRecord {
            id: known.id,
            name: said.name.clone().or(known.name),
            email: said.email.clone().or(known.email),
            role: said.role.clone().or(known.role),
            is_bot: said.is_bot.or(known.is_bot),
            is_deactivated: said.is_deactivated.or(known.is_deactivated),
            created_at: said.created_at.or(known.created_at),
            first_seen_at: firsts.into_iter().flatten().min(),
        };
        self.has_record = true;
    }

    /// Takes in that nobody is to know any more who it is: what decides on numbers stays.
    pub(super) fn make_nameless(&mut self, id: &UserId) {
        self.record.id = id.clone();
        self.record.name = None;
        self.record.email = None;
        self.record.role = None;
    }
}

/// Returns what is known of a channel once a record has said more.
pub(super) fn merge_channel(known: ChannelRecord, said: &ChannelRecord) -> ChannelRecord {
    ChannelRecord {
        id: known.id,
        name: said.name.clone().or(known.name),
        slug: said.slug.clone().or(known.slug),
        kind: said.kind.or(known.kind),
        is_archived: said.is_archived.or(known.is_archived),
        member_count: said.member_count.or(known.member_count),
        owner: said.owner.clone().or(known.owner),
        created_at: said.created_at.or(known.created_at),
    }
}

/// For whom an identifier counts, and whether that is a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) root: UserId,
    pub(super) is_bot: bool,
}

/// People and channels of one workspace.
#[derive(Debug, Clone, Default)]
pub(super) struct Of {
    people: BTreeMap<UserId, Person>,
    /// The others that count as somebody.
    aliases: HashMap<UserId, BTreeSet<UserId>>,
    /// How many identifiers were merged.
    merged: usize,
    pub(super) channels: BTreeMap<ChannelId, ChannelRecord>,
}

impl Of {
    /// Takes in everybody.
    pub(super) fn load(&mut self, people: Vec<Person>) {
        let people = people.into_iter();
        self.people = people
            .map(|person| (person.record.id.clone(), person))
            .collect();
        self.link_again();
    }

    /// Returns what is known of an identifier.
    pub(super) fn person(&self, id: &UserId) -> Option<&Person> {
        self.people.get(id)
    }

    /// Takes in what is known of an identifier now.
    pub(super) fn set(&mut self, person: Person) {
        let link = person.link.is_some();
        let before = self.people.insert(person.record.id.clone(), person);
        if link || before.is_some_and(|before| before.link.is_some()) {
            self.link_again();
        }
    }

    /// Forgets an identifier.
    pub(super) fn remove(&mut self, id: &UserId) {
        self.people.remove(id);
        self.link_again();
    }

    fn link_again(&mut self) {
        let links: Vec<UserId> = self.links().map(|(id, ..)| id.clone()).collect();
        self.merged = links.len();
        self.aliases.clear();
        for id in links {
            self.aliases.entry(self.root(&id)).or_default().insert(id);
        }
    }

    /// Returns every merge: the identifier, what it was merged into, and when.
    pub(super) fn links(&self) -> impl Iterator<Item = (&UserId, &UserId, Instant)> {
        self.people.iter().filter_map(|(id, person)| {
            let (into, at) = person.link.as_ref()?;
            Some((id, into, *at))
        })
    }

    /// Returns how many identifiers were merged.
    pub(super) const fn merged(&self) -> usize {
        self.merged
    }

    /// Returns a merge, by the identifier that was merged.
    pub(super) fn merge_of(&self, from: &UserId) -> Option<Merge> {
        let (into, at) = self.people.get(from)?.link.as_ref()?;
        Some(Merge {
            from: from.to_string(),
            into: into.to_string(),
            counts_as: self.root(from).to_string(),
            at: *at,
        })
    }

    /// Returns who counts.
    pub(super) fn root(&self, id: &UserId) -> UserId {
        let mut root = id;
        while let Some((into, _)) = self
            .people
            .get(root)
            .and_then(|person| person.link.as_ref())
        {
            root = into;
        }
        root.clone()
    }

    /// Returns the others that count as somebody, ascending.
    pub(super) fn others(&self, root: &UserId) -> impl Iterator<Item = &UserId> {
        self.aliases.get(root).into_iter().flatten()
    }

    /// Returns whether somebody who counts is a bot: by what is known of it, else where any other is.
    fn is_bot(&self, root: &UserId) -> bool {
        let own = self.people.get(root).and_then(Person::says_bot);
        own.unwrap_or_else(|| {
            let mut others = self.others(root).filter_map(|id| self.people.get(id));
            others.any(|person| person.says_bot() == Some(true))
        })
    }

    /// Returns for whom an identifier counts.
    pub(super) fn counted(&self, id: &UserId) -> Counted {
        let root = self.root(id);
        Counted {
            is_bot: self.is_bot(&root),
            root,
        }
    }

    /// Returns everybody who counts, by identifier.
    pub(super) fn roots(&self) -> impl Iterator<Item = &UserId> {
        let people = self.people.iter();
        people
            .filter(|(_, person)| person.link.is_none())
            .map(|(id, _)| id)
    }

    /// Returns somebody who counts, as it is shown.
    pub(super) fn row(&self, root: &UserId) -> Option<PersonRow> {
        let record = &self.people.get(root)?.record;
        let with_others = |of: fn(&PersonRecord) -> Option<Instant>| {
            let others = self.others(root).filter_map(|id| self.people.get(id));
            let all = others.map(|person| of(&person.record));
            all.chain([of(record)]).flatten().min()
        };
        Some(PersonRow {
            id: record.id.to_string(),
            name: record.name.clone(),
            email: record.email.clone(),
            role: record.role.clone(),
            is_bot: self.is_bot(root),
            is_deactivated: record.is_deactivated == Some(true),
            created_at: with_others(|record| record.created_at),
            first_seen_at: with_others(|record| record.first_seen_at),
            aliases: self.others(root).map(ToString::to_string).collect(),
        })
    }

    /// Returns how many there are.
    pub(super) fn known(&self) -> Known {
        let bots = self.roots().filter(|id| self.is_bot(id)).count() as u64;
        Known {
            people: self.roots().count() as u64 - bots,
            bots,
            channels: self.channels.len() as u64,
        }
    }

    /// Returns every channel as it is shown, by identifier; members are those of records.
    pub(super) fn channel_rows(&self) -> Vec<ChannelRow> {
        let row = |(id, known): (&ChannelId, &ChannelRecord)| ChannelRow {
            id: id.to_string(),
            name: known.name.clone(),
            slug: known.slug.clone(),
            kind: known.kind,
            is_archived: known.is_archived == Some(true),
            member_count: known.member_count,
            owner: known.owner.as_ref().map(|id| self.root(id).to_string()),
            created_at: known.created_at,
        };
        self.channels.iter().map(row).collect()
    }
}
