//! What the app itself tells of: sessions, pages, features, calls, errors and timings.

use domain::event::Kind;

use super::{Stage, properties};
use crate::{
    act::Draft,
    dice::{whole, whole_u32},
    state::Call,
    vocabulary::{ERRORS, FAILURES, FEATURES, LAUNCHED_FEATURE_SHARE, OPERATIONS, PAGES, SETTINGS},
};

impl Stage<'_> {
    /// Somebody does something of which there is nothing more to tell.
    pub(super) fn plain(&mut self, draft: &Draft, kind: Kind) {
        self.emit(draft, kind);
    }

    /// Somebody opens the app, with or without having to sign in.
    pub(super) fn sign_in(&mut self, draft: &Draft, kind: Kind) {
        let platform = self.platform(draft);
        let event = self.emit(draft, kind);
        event.properties = properties([("platform", platform.into())]);
    }

    /// Returns on what somebody has a session, the same for all of the session.
    fn platform(&self, draft: &Draft) -> &'static str {
        let key = self
            .world
            .keys
            .session(draft.who, self.day.serial, draft.session);
        let unit = (key.0 & 0xffff) as f64 / 65_536.0;
        let is_mobile = unit < self.world.people[draft.who as usize].habits.mobile;
        match (is_mobile, draft.who % 3) {
            (true, 0) => "android",
            (true, _) => "ios",
            (false, 1) => "web",
            (false, _) => "desktop",
        }
    }

    /// Somebody looks at a page, or tries to while production is down.
    pub(super) fn page_view(&mut self, draft: &Draft) {
        if self.is_down(draft.at) && self.dice.chance(0.3) {
            self.api_error(draft);
            return;
        }
        let place = self.state.people[draft.who as usize].place;
        let is_open = |channel: u32| self.spots[channel as usize].allows(draft.at, false);
        let place = place.filter(|(channel, _)| is_open(*channel) && self.dice.chance(0.6));
        let id = place.and_then(|(channel, _)| self.world.channel_ids[channel as usize].as_ref());
        let path = match id {
            Some(id) => format!("/channels/{}", id.as_str()),
            None => (*self.dice.pick(&PAGES)).to_owned(),
        };
        let event = self.emit(draft, Kind::PageView);
        if id.is_some() {
            event.channel = id.cloned();
        }
        event.properties = properties([("path", path.into())]);
    }

    /// Somebody uses a feature; the launched one as soon as it is there.
    pub(super) fn feature(&mut self, draft: &Draft) {
        let launched = FEATURES.len() - 1;
        let feature = if self.has_launched && self.dice.chance(LAUNCHED_FEATURE_SHARE) {
            launched
        } else {
            self.choices.features.draw(&mut self.dice)
        };
        let event = self.emit(draft, Kind::FeatureUsed);
        event.properties = properties([("feature", FEATURES[feature].into())]);
    }

    /// Somebody searches.
    pub(super) fn search(&mut self, draft: &Draft) {
        let length = whole(self.dice.log_normal(9.0, 0.5)).clamp(2, 60);
        let is_found = self.dice.chance(0.85);
        let results = if is_found {
            1 + whole(self.dice.exponential(9.0))
        } else {
            0
        };
        let event = self.emit(draft, Kind::SearchPerformed);
        event.properties = properties([
            ("queryLength", length.into()),
            ("resultCount", results.into()),
        ]);
    }

    /// The app takes the time of an operation.
    pub(super) fn performance(&mut self, draft: &Draft) {
        let (operation, median) = *self.dice.pick(&OPERATIONS);
        let median = if self.is_down(draft.at) {
            median * 7.0
        } else {
            median
        };
        let latency = whole_u32(self.dice.log_normal(median, 0.5));
        let event = self.emit(draft, Kind::PerformanceMark);
        event.properties = properties([
            ("operation", operation.into()),
            ("api_latency_ms", latency.into()),
        ]);
    }

    /// Somebody changes a setting.
    pub(super) fn settings(&mut self, draft: &Draft) {
        let setting = *self.dice.pick(&SETTINGS);
        let event = self.emit(draft, Kind::SettingsChanged);
        event.properties = properties([("setting", setting.into())]);
    }

    /// Somebody changes the theme.
    pub(super) fn theme(&mut self, draft: &Draft) {
        let theme = *self.dice.pick(&["dark", "dark", "light", "system"]);
        let event = self.emit(draft, Kind::ThemeChanged);
        event.properties = properties([("theme", theme.into())]);
    }

    /// The app fails.
    pub(super) fn error(&mut self, draft: &Draft) {
        let (name, message) = *self.dice.pick(&ERRORS);
        let event = self.emit(draft, Kind::ErrorOccurred);
        event.properties =
            properties([("errorType", name.into()), ("errorMessage", message.into())]);
    }

    /// The API fails, which takes its time.
    pub(super) fn api_error(&mut self, draft: &Draft) {
        let (endpoint, method, status) = *self.dice.pick(&FAILURES);
        let duration = whole_u32(self.dice.log_normal(900.0, 0.8));
        let event = self.emit(draft, Kind::ApiError);
        event.properties = properties([
            ("endpoint", endpoint.into()),
            ("method", method.into()),
            ("statusCode", status.into()),
            ("requestDuration", duration.into()),
        ]);
    }

    /// Somebody calls the people of a channel.
    pub(super) fn call_start(&mut self, draft: &Draft) {
        let Some(channel) = self.place(draft.who, draft.at, true) else {
            self.page_view(draft);
            return;
        };
        self.state.calls.push(Call {
            number: draft.number,
            at: draft.at,
            channel,
        });
        self.emit_in(draft, Kind::CallStarted, channel);
    }

    /// Somebody ends the call they began, if it came about.
    pub(super) fn call_end(&mut self, draft: &Draft) {
        let mut calls = self.state.calls.iter();
        let Some(found) = calls.position(|call| call.number == draft.detail) else {
            return;
        };
        let call = self.state.calls.swap_remove(found);
        let seconds = (draft.at - call.at) / 1_000;
        let event = self.emit_in(draft, Kind::CallEnded, call.channel);
        event.properties = properties([("duration", seconds.into())]);
    }

    fn is_down(&self, at: i64) -> bool {
        self.outage
            .is_some_and(|outage| (outage.from..outage.until).contains(&at))
    }
}
