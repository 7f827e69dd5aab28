//! Figures of spans of their own: clock changes, and what belongs to the end of a span. They were
//! counted from the history without the product.

use super::{Answers, Group};

/// Messages of 6 September 2020 in Santiago, where clocks skipped midnight, and of the whole day
/// before it.
pub(super) fn clock_change(answers: &Answers) -> Group {
    let messages = &answers.clock_change["messages"];
    let mut group = Group::new("a day without midnight and the one before");
    group.same("current", 203, messages.get("current")).same(
        "previous",
        249,
        messages.get("previous"),
    );
    group
}

/// 2,105 people on 61 days, of 147 in the 30 days before the end: 2105 / 61 / 147.
pub(super) fn stickiness(answers: &Answers) -> Group {
    let mut group = Group::new("stickiness of a span of the past");
    let found = answers.autumn.get("stickiness");
    group.same("dashboard.stickiness", 0.235, found);
    group
}
