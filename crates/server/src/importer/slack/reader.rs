//! Reads messages: of a day file one after the other, never all of them at once.

use std::{borrow::Cow, io::BufRead, ops::ControlFlow};

use domain::{json::mend_half_characters, warning::Defect};

use super::{
    elements::{Element, Elements, Fault},
    event::{self, Place},
    people::People,
};
use crate::importer::{Item, Note, SkipReason};

/// Longest message that is read, in bytes.
const MAX_MESSAGE_BYTES: usize = 1 << 20;

/// Takes what messages yield; may stop the reading.
pub(super) type ItemSink<'a> = dyn FnMut(Item) -> ControlFlow<()> + 'a;

/// Yields the events of a day file; what is damaged costs no message that stands before it.
pub(super) fn read_day(
    day: impl BufRead,
    place: Place<'_>,
    people: &mut People,
    name: &str,
    sink: &mut ItemSink<'_>,
) -> std::io::Result<ControlFlow<()>> {
    let mut messages = Elements::new(day, MAX_MESSAGE_BYTES);
    loop {
        let number = messages.number() + 1;
        let what = || format!("{name} message {number}");
        let skip = |reason| Item::Skipped {
            what: what(),
            reason,
        };
        let flow = match messages.next() {
            Ok(Some(Element::Bytes(json))) => read_message(json, place, people, &what(), sink),
            Ok(Some(Element::TooLong)) => sink(skip(SkipReason::TooLongMessage)),
            Ok(Some(Element::TooDeep)) => sink(skip(SkipReason::TooDeepMessage)),
            Ok(None) => return Ok(ControlFlow::Continue(())),
            Err(Fault::Unreadable(error)) => return Err(error),
            Err(Fault::Broken(reason)) => {
                let what = name.to_owned();
                return Ok(sink(Item::Skipped { what, reason }));
            }
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
}

/// Yields the events of one message, and what had to be done to read it.
pub(super) fn read_message(
    json: &[u8],
    place: Place<'_>,
    people: &mut People,
    what: &str,
    sink: &mut ItemSink<'_>,
) -> ControlFlow<()> {
    let (text, is_repaired) = decode(json);
    if is_repaired {
        sink(Item::Noted {
            what: what.to_owned(),
            note: Note::Defect(Defect::BadCharacters),
        })?;
    }
    let (told, is_shortened) = event::of(&text, place, people);
    if is_shortened {
        sink(Item::Noted {
            what: what.to_owned(),
            note: Note::Defect(Defect::TooLong),
        })?;
    }
    for told in told {
        sink(told.map_or_else(
            |(part, reason)| Item::Skipped {
                what: format!("{what}{part}"),
                reason,
            },
            Item::Event,
        ))?;
    }
    ControlFlow::Continue(())
}

/// Returns JSON as text that can be read, and whether characters had to be replaced for it.
pub(super) fn decode(json: &[u8]) -> (Cow<'_, str>, bool) {
    let text = String::from_utf8_lossy(json);
    if let Some(mended) = mend_half_characters(&text) {
        return (Cow::Owned(mended), true);
    }
    let is_lossy = matches!(text, Cow::Owned(_));
    (text, is_lossy)
}
