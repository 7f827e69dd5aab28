//! What a message's text contains, without ever having a text.

use domain::content::{Content, link_domain};

use super::Stage;
use crate::{
    dice::whole_u32,
    person::Habits,
    vocabulary::{EMOJI, HASHTAGS, HOSTS, LAUNCH_EMOJI, LAUNCH_TOPIC, TOPICS},
};

impl Stage<'_> {
    /// Returns the content of a text in a channel: where it is confidential, the words only.
    pub(super) fn text(&mut self, who: u32, at: i64, channel: u32, habits: &Habits) -> Content {
        let words = self
            .dice
            .log_normal(9.0 * habits.length, 0.85)
            .clamp(1.0, 400.0);
        let mut content = Content {
            words: Some(whole_u32(words)),
            is_question: scattered(at, who).is_multiple_of(7),
            ..Content::default()
        };
        if self.is_confidential(channel) {
            return content;
        }
        let (colour, feast) = (habits.colour, if self.is_launch { 2.5 } else { 1.0 });
        if self.dice.chance(0.10 * colour * feast) {
            let emoji = self.emoji();
            content.emoji.push(EMOJI[emoji].into());
        }
        if self.dice.chance(0.09 * colour) {
            content.mentions.extend(self.mention(who, at, channel));
        }
        if self.dice.chance(0.08 * colour) {
            let host = self.choices.hosts.draw(&mut self.dice);
            let host = HOSTS[host];
            content.links.push(host.into());
            content.domains.extend(link_domain(host));
            content.urls.push(format!("https://{host}").into());
        }
        if self.dice.chance(0.06 * colour * feast) {
            for _ in 0..=usize::from(self.dice.chance(0.15)) {
                let tag: Box<str> = self.hashtag().into();
                if !content.hashtags.contains(&tag) {
                    content.hashtags.push(tag);
                }
            }
        }
        if words >= 4.0 {
            content.topics = self.topics(who, at);
        }
        content
    }

    /// Returns what somebody writes of at an instant. It takes nothing from the dice, so that all else
    /// stays as it is.
    fn topics(&self, who: u32, at: i64) -> Vec<Box<str>> {
        let place = scattered(at, who) as usize;
        // The product of two numbers prefers small ones: few topics are most of the talk.
        let pick = (place % TOPICS.len()) * (place / TOPICS.len() % TOPICS.len()) / TOPICS.len();
        let (first, second) = if self.is_launch && place.is_multiple_of(3) {
            LAUNCH_TOPIC
        } else {
            TOPICS[pick]
        };
        vec![
            format!("{first} {second}").into(),
            second.into(),
            first.into(),
        ]
    }

    /// Returns the number of an emoji.
    pub(super) fn emoji(&mut self) -> usize {
        if self.is_launch && self.dice.chance(0.5) {
            *self.dice.pick(&LAUNCH_EMOJI)
        } else {
            self.choices.emoji.draw(&mut self.dice)
        }
    }

    fn hashtag(&mut self) -> &'static str {
        if !self.tags.is_empty() && self.dice.chance(0.55) {
            self.tags[self.dice.below(self.tags.len())]
        } else {
            HASHTAGS[self.choices.hashtags.draw(&mut self.dice)]
        }
    }

    /// Returns one of those who spoke last.
    fn mention(&mut self, who: u32, at: i64, channel: u32) -> Option<Box<str>> {
        let delay = super::whole(self.dice.exponential(1_200_000.0));
        let people = self.world.people.len();
        let channel = &mut self.state.channels[channel as usize];
        let is_other = |author: u32| author != who && (author as usize) < people;
        let said = channel.near(at, delay, |said| is_other(said.author))?;
        let id = self.world.user_ids[said.author as usize].as_ref()?;
        Some(id.as_str().into())
    }
}

/// Returns a number below 2³² that an instant and a person decide, and that looks like chance.
fn scattered(at: i64, who: u32) -> u32 {
    let mixed = (at ^ i64::from(who)).wrapping_mul(0x5851_f42d_4c95_7f2d);
    u32::try_from(mixed >> 32 & 0xffff_ffff).unwrap_or(0)
}
