//! From the events of a day to its rollups.

use std::collections::BTreeMap;

use domain::{
    metric::{Aggregate, Features, Part, Quantity},
    time::{DayClock, Instant},
};
use rustc_hash::FxHashMap;

use super::{
    block::{
        BY_KIND, Block, BlockGrain, Measure, OF_CHANNEL, OF_PERSON, OF_WRITER, Rollup, SETS,
        TIMES_OF_CHANNEL, person,
    },
    column::Combine,
    key::{ChannelHourKey, ChannelKey, HourKey, NO_MESSAGE_TYPE, PairKey, PersonKey},
    numbers::NumberTallies,
    rows::{Rows, Tallies},
    set::{ACTIVE, BOT, Pairs, People, flags_of},
    terms::{TermKind, TermTallies},
};
use crate::{
    analysis::{Sessions, responses::Replies},
    measured::KEPT,
};

/// What rollups look at in an event.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// When it happened.
    pub timestamp: Instant,
    /// Code of its kind.
    pub kind: u16,
    /// Code of what a message carries.
    pub message_type: Option<u8>,
    /// Whether it is a reply in a thread.
    pub is_reply: bool,
    /// Whether its text asks something.
    pub is_question: bool,
    /// How many people its text mentions.
    pub mentions: u32,
    /// Number of the person.
    pub person: Option<u32>,
    /// Number of the channel.
    pub channel: Option<u32>,
    /// Whether a bot did it.
    pub is_bot: bool,
    /// How many events it stands for.
    pub weight: f64,
    /// Words of its text.
    pub words: Option<u32>,
    /// Terms of its text and files, and values of its properties.
    pub terms: &'a [(TermKind, &'a str)],
    /// Bytes of the file that it shares.
    pub file_bytes: f64,
    /// Its numbers, in the order of [`KEPT`].
    pub numbers: [Option<u32>; KEPT.len()],
}

impl Features for Fact<'_> {
    fn kind(&self) -> u16 {
        self.kind
    }

    fn message_type(&self) -> Option<u8> {
        self.message_type
    }

    /// Facts do not tell threads: no rollup keeps what asks for them.
    fn has(&self, part: Part) -> bool {
        match part {
            Part::Person => self.person.is_some(),
            Part::Channel => self.channel.is_some(),
            Part::Text => self.words.is_some(),
            Part::Thread => false,
        }
    }

    fn is_reply(&self) -> bool {
        self.is_reply
    }

    fn is_question(&self) -> bool {
        self.is_question
    }
}

impl Fact<'_> {
    /// Returns what a column of numbers gets of the event.
    fn amount(&self, measure: &Measure) -> f64 {
        let counts = measure.predicate.holds(self);
        match measure.aggregate {
            Aggregate::Count if counts => self.weight,
            Aggregate::Sum(Quantity::Words) if counts => self
                .words
                .map_or(0.0, |words| f64::from(words) * self.weight),
            Aggregate::Sum(Quantity::Mentions) if counts => f64::from(self.mentions) * self.weight,
            Aggregate::First | Aggregate::Last if counts => self.timestamp.as_millis() as f64,
            Aggregate::First | Aggregate::Last => f64::NAN,
            Aggregate::Count | Aggregate::Sum(_) | Aggregate::Distinct(_) | Aggregate::Ratio(_) => {
                0.0
            }
        }
    }

    fn amounts<const N: usize>(&self, measures: &[Measure; N]) -> [f64; N] {
        std::array::from_fn(|place| self.amount(&measures[place]))
    }

    /// Returns whether the event counts for a column or set at all.
    fn counts(&self, measures: &[Measure]) -> bool {
        measures.iter().any(|measure| measure.predicate.holds(self))
    }
}

fn combine<const N: usize>(measures: &[Measure; N]) -> [Combine; N] {
    measures.map(|measure| Combine::of_aggregate(measure.aggregate))
}

/// Rollups that are being counted: of a day, or of all days of a month.
#[derive(Debug)]
pub struct Fold {
    wanted: Vec<Rollup>,
    hours: Tallies<HourKey, 6>,
    kinds: Tallies<HourKey, 6>,
    channels: Tallies<ChannelKey, 6>,
    channel_hours: Tallies<ChannelHourKey, 1>,
    channel_messages: Tallies<ChannelHourKey, 1>,
    channel_last: Tallies<ChannelHourKey, 2>,
    persons: Tallies<PersonKey, 10>,
    people: People,
    /// By the bits of the weight, which ascend with it.
    pairs: BTreeMap<u64, FxHashMap<(u32, u32, bool), u8>>,
    /// Pairs that were put away, in fewer and fewer, larger and larger parts.
    joined_pairs: Vec<Pairs>,
    writers: Tallies<PairKey, 2>,
    terms: TermTallies,
    files: TermTallies,
    properties: TermTallies,
    numbers: NumberTallies,
}

impl Default for Fold {
    fn default() -> Self {
        let wanted: Vec<Rollup> = Rollup::of(BlockGrain::Day).collect();
        Self::of(&wanted)
    }
}

impl Fold {
    /// Returns nothing counted yet; only these rollups are going to be.
    pub fn of(wanted: &[Rollup]) -> Self {
        Self {
            wanted: wanted.to_vec(),
            hours: Tallies::new(combine(&BY_KIND)),
            kinds: Tallies::new(combine(&BY_KIND)),
            channels: Tallies::new(combine(&BY_KIND)),
            channel_hours: Tallies::new(combine(&OF_CHANNEL)),
            channel_messages: Tallies::new(combine(&OF_CHANNEL)),
            channel_last: Tallies::new(combine(&TIMES_OF_CHANNEL)),
            persons: Tallies::new(combine(&OF_PERSON)),
            people: People::default(),
            pairs: BTreeMap::new(),
            joined_pairs: Vec::new(),
            writers: Tallies::new(combine(&OF_WRITER)),
            terms: TermTallies::default(),
            files: TermTallies::default(),
            properties: TermTallies::default(),
            numbers: NumberTallies::default(),
        }
    }

    /// Returns whether a rollup is being counted.
    pub(crate) fn wants(&self, rollup: Rollup) -> bool {
        self.wanted.contains(&rollup)
    }

    /// Returns whether it needs the details of events.
    pub(crate) fn wants_details(&self) -> bool {
        self.wanted.iter().any(|rollup| rollup.reads_details())
    }

    /// Counts an event of the day.
    pub fn add(&mut self, clock: &DayClock, fact: &Fact<'_>) {
        let slot = clock.slot_at(fact.timestamp);
        let Fact { kind, is_bot, .. } = *fact;
        let message_type = fact.message_type.unwrap_or(NO_MESSAGE_TYPE);
        let by_kind = [Rollup::Hours, Rollup::Kinds, Rollup::Channels];
        let counted = if by_kind.into_iter().any(|rollup| self.wants(rollup)) {
            fact.amounts(&BY_KIND)
        } else {
            [0.0; 6]
        };
        let hour = HourKey {
            slot,
            kind,
            message_type,
            is_bot,
        };
        if self.wants(Rollup::Hours) {
            self.hours.add(hour, counted);
        }
        if self.wants(Rollup::Kinds) {
            self.kinds.add(HourKey { slot: 0, ..hour }, counted);
        }
        if let Some(channel) = fact.channel {
            let key = ChannelKey {
                channel,
                kind,
                message_type,
                is_bot,
            };
            if self.wants(Rollup::Channels) {
                self.channels.add(key, counted);
            }
            self.add_to_channel(channel, slot, fact);
        }
        if let Some(person) = fact.person {
            self.add_to_person(person, fact);
            self.add_to_sets(person, fact);
        }
        for rollup in [Rollup::Terms, Rollup::Files, Rollup::Properties] {
            if !fact.terms.is_empty() && self.wants(rollup) {
                self.terms_of(rollup).add(rollup, fact);
            }
        }
        if self.wants(Rollup::Numbers) {
            self.numbers.add(fact);
        }
    }

    fn terms_of(&mut self, rollup: Rollup) -> &mut TermTallies {
        match rollup {
            Rollup::Files => &mut self.files,
            Rollup::Properties => &mut self.properties,
            _ => &mut self.terms,
        }
    }

    /// Counts an event of a person as it is, whatever its weight.
    fn add_to_person(&mut self, number: u32, fact: &Fact<'_>) {
        let person = PersonKey::new(number, fact.is_bot);
        let unweighted = Fact {
            weight: 1.0,
            ..*fact
        };
        if self.wants(Rollup::Persons) {
            self.persons.add(person, unweighted.amounts(&OF_PERSON));
        }
        if let Some(channel) = fact.channel
            && fact.counts(&OF_WRITER)
            && self.wants(Rollup::Writers)
        {
            let key = PairKey { channel, person };
            self.writers.add(key, unweighted.amounts(&OF_WRITER));
        }
    }

    fn add_to_channel(&mut self, channel: u32, slot: u8, fact: &Fact<'_>) {
        let is_bot = fact.is_bot;
        let key = |slot: u8| ChannelHourKey {
            channel,
            slot,
            is_bot,
        };
        if fact.counts(&OF_CHANNEL) {
            let counted = fact.amounts(&OF_CHANNEL);
            if self.wants(Rollup::ChannelHours) {
                self.channel_hours.add(key(slot), counted);
            }
            if self.wants(Rollup::ChannelMessages) {
                self.channel_messages.add(key(0), counted);
            }
        }
        if fact.counts(&TIMES_OF_CHANNEL) && self.wants(Rollup::ChannelLast) {
            let counted = fact.amounts(&TIMES_OF_CHANNEL);
            self.channel_last.add(key(0), counted);
        }
    }

    fn add_to_sets(&mut self, person: u32, fact: &Fact<'_>) {
        let is_bot = fact.is_bot;
        if self.wants(Rollup::People) {
            for (set, measure) in SETS.iter().enumerate() {
                if measure.predicate.holds(fact) {
                    self.people.insert(set, is_bot, person, fact.weight);
                }
            }
        }
        if let Some(channel) = fact.channel
            && self.wants(Rollup::Pairs)
        {
            let flags = flags_of(|measure| measure.predicate.holds(fact));
            if flags != 0 {
                let pairs = self.pairs.entry(fact.weight.to_bits()).or_default();
                *pairs.entry((channel, person, is_bot)).or_default() |= flags;
            }
        }
    }

    /// Adds rollups that were put away.
    ///
    /// Hours keep their numbers; over more than a day they go by [`super::Join`].
    pub fn absorb(&mut self, block: &Block) {
        match block {
            Block::Hours(rows) => self.hours.absorb(rows, |key| key),
            Block::Kinds(rows) => self.kinds.absorb(rows, |key| key),
            Block::Channels(rows) => self.channels.absorb(rows, |key| key),
            Block::ChannelHours(rows) => self.channel_hours.absorb(rows, |key| key),
            Block::ChannelMessages(rows) => self.channel_messages.absorb(rows, |key| key),
            Block::ChannelLast(rows) => self.channel_last.absorb(rows, |key| key),
            Block::Persons(rows) => self.persons.absorb(rows, |key| key),
            Block::People(people) => self.people.absorb(people),
            Block::Pairs(pairs) => self.absorb_pairs(pairs),
            Block::Writers(rows) => self.writers.absorb(rows, |key| key),
            Block::Terms(terms) => self.terms.absorb(terms),
            Block::Files(terms) => self.files.absorb(terms),
            Block::Properties(terms) => self.properties.absorb(terms),
            Block::Numbers(numbers) => self.numbers.absorb(numbers),
            // They are made from events in order of time.
            Block::Replies(_) | Block::Sessions(_) => {}
        }
    }

    /// Joins parts as soon as one is no larger than the next, so that each pair is moved only as
    /// often as the number of parts doubles.
    fn absorb_pairs(&mut self, pairs: &Pairs) {
        let mut last = pairs.clone();
        while let Some(before) = self
            .joined_pairs
            .pop_if(|before| before.len() <= last.len())
        {
            last = before.union(&last);
        }
        self.joined_pairs.push(last);
    }

    /// Adds a day for each person of a set.
    pub(super) fn absorb_days_active(&mut self, people: &People) {
        for is_bot in [false, true] {
            let Some(active) = people.of(ACTIVE, is_bot) else {
                continue;
            };
            for person in active.everybody().iter() {
                let mut values = combine(&OF_PERSON).map(Combine::nothing);
                values[person::DAYS] = 1.0;
                self.persons.add(PersonKey::new(person, is_bot), values);
            }
        }
    }

    /// Adds the hours of a channel on one day to its local hours.
    pub(super) fn absorb_hours(&mut self, clock: &DayClock, rows: &Rows<ChannelHourKey>) {
        self.channel_hours.absorb(rows, |key| ChannelHourKey {
            slot: clock.hour_of(key.slot),
            ..key
        });
    }

    /// Puts all rollups away.
    pub fn freeze(mut self) -> Vec<(Rollup, Block)> {
        let rollups = std::mem::take(&mut self.wanted);
        let block = |rollup: &Rollup| (*rollup, self.take(*rollup));
        rollups.iter().map(block).collect()
    }

    /// Puts one rollup away.
    pub(super) fn freeze_one(mut self, rollup: Rollup) -> Block {
        self.take(rollup)
    }

    fn take(&mut self, rollup: Rollup) -> Block {
        match rollup {
            Rollup::Hours => Block::Hours(self.hours.take()),
            Rollup::Channels => Block::Channels(self.channels.take()),
            Rollup::ChannelHours => Block::ChannelHours(self.channel_hours.take()),
            Rollup::Persons => Block::Persons(self.persons.take()),
            Rollup::People => {
                let mut people = std::mem::take(&mut self.people);
                people.settle();
                Block::People(people)
            }
            Rollup::Pairs => Block::Pairs(self.take_pairs()),
            Rollup::Writers => Block::Writers(self.writers.take()),
            Rollup::Terms => Block::Terms(self.terms.take()),
            Rollup::Files => Block::Files(self.files.take()),
            Rollup::Properties => Block::Properties(self.properties.take()),
            Rollup::Numbers => Block::Numbers(self.numbers.take()),
            Rollup::Kinds => Block::Kinds(self.kinds.take()),
            Rollup::ChannelMessages => Block::ChannelMessages(self.channel_messages.take()),
            Rollup::ChannelLast => Block::ChannelLast(self.channel_last.take()),
            Rollup::Replies => Block::Replies(Replies::default()),
            Rollup::Sessions => Block::Sessions(Sessions::default()),
        }
    }

    fn take_pairs(&mut self) -> Pairs {
        let pairs = std::mem::take(&mut self.pairs).into_iter();
        let pairs = pairs.flat_map(|(weight, pairs)| {
            pairs
                .into_iter()
                .map(move |((channel, person, is_bot), did)| {
                    let flags = did | if is_bot { BOT } else { 0 };
                    (channel, person, flags, f64::from_bits(weight))
                })
        });
        let counted = Pairs::new(pairs.collect());
        let parts = std::mem::take(&mut self.joined_pairs).into_iter().rev();
        parts.fold(counted, |all, part| all.union(&part))
    }
}
