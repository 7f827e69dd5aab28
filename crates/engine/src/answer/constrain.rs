//! From the filter of a question to numbers.

use domain::{
    event::{EventType, MessageType},
    filter::Field,
    query::Query,
};

use crate::{
    StoreError,
    evaluate::Constraint,
    rollup::conditions,
    storage::{Identities, Subject},
};

/// Returns the numbers that a filter narrows a question to; `None` when it is more than that.
pub(super) fn constrain(
    query: &Query,
    identities: &dyn Identities,
    workspace: u16,
) -> Result<Option<Constraint>, StoreError> {
    let Some(conditions) = conditions(&query.filter) else {
        return Ok(None);
    };
    let mut constraint = Constraint::default();
    for (field, values) in conditions {
        match field {
            Field::Channel => {
                let numbers = identities.numbers(Subject::Channel, workspace, values)?;
                narrow(&mut constraint.channels, numbers.into_iter());
            }
            Field::User => {
                let numbers = identities.numbers(Subject::Person, workspace, values)?;
                narrow(&mut constraint.people, numbers.into_iter());
            }
            Field::EventType => {
                let code = |name: &String| {
                    let parsed = EventType::parse(name);
                    identities.kind_code(parsed.as_ref().map_or(name.as_str(), EventType::name))
                };
                narrow(&mut constraint.kinds, values.iter().filter_map(code));
            }
            Field::MessageType => {
                let known = MessageType::ALL.into_iter();
                let wanted = known.filter(|kind| values.iter().any(|value| value == kind.name()));
                narrow(&mut constraint.message_types, wanted.map(MessageType::code));
            }
            Field::Property(_) | Field::Term(_) => return Ok(None),
        }
    }
    Ok(Some(constraint))
}

/// Keeps what both allow, ascending.
fn narrow<T: Ord>(list: &mut Option<Vec<T>>, numbers: impl Iterator<Item = T>) {
    let mut numbers: Vec<T> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    if let Some(before) = list {
        numbers.retain(|number| before.binary_search(number).is_ok());
    }
    *list = Some(numbers);
}
