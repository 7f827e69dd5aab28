//! Keeping a share of frequent events, and knowing what each kept one stands for.

use domain::event::Event;
use twox_hash::XxHash3_64;

/// Returns whether the event is kept at this rate.
///
/// The same person is kept or left out for ever, so that what is known of a person is whole.
/// `person` is the identifier that counts, which may be another one than that of the event. Without a person the
/// session decides, and without a session the event itself.
pub fn keep(event: &Event, person: Option<&str>, rate: f64) -> bool {
    if rate >= 1.0 {
        return true;
    }
    let hash = match (person, event.session) {
        (Some(person), _) => XxHash3_64::oneshot(person.as_bytes()),
        (None, Some(session)) => XxHash3_64::oneshot(&session.0.to_be_bytes()),
        (None, None) => XxHash3_64::oneshot(event.id.0.as_bytes()),
    };
    // The upper 53 bits, as a number from 0 to 1.
    ((hash >> 11) as f64) < rate * (1u64 << 53) as f64
}
