//! What answers may say of single persons: the one place that every question passes on its way to the
//! store.
//!
//! 1. In the mode `full` there is nothing here: the store is asked as it is.
//! 2. In `aggregate`, [`Groups`] asks for the sizes of groups beside every question and withholds what is
//!    of too few. What is not a question about metrics, such as who somebody is, is refused.
//! 3. In `pseudonymous`, [`Masked`] gives pseudonyms out in the place of identifiers, takes them in, and
//!    knows no names of people.

mod groups;
mod masked;
mod note;
mod pseudonym;
mod shown;

use std::sync::Arc;

use domain::{
    annotation::Annotation,
    clock::Clock,
    id::WorkspaceId,
    privacy::{Privacy, PrivacyError, PrivacyMode},
    time::{Grain, Instant, Window, whole_days},
};
use jiff::tz::TimeZone;
use store::Questions;

use self::{groups::Groups, masked::Masked};
pub use self::{note::PrivacyNote, pseudonym::Pseudonyms};
use super::{AnnotationAnswer, Ask, AskError, Request};

/// What the name of whoever shows a token begins with.
const TOKEN: &str = "token ";

/// The rules of an installation, and what they are applied with.
#[derive(Clone)]
pub struct Guard {
    /// The rules.
    pub privacy: Privacy,
    /// Whose local days are whole.
    pub zone: TimeZone,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The pseudonyms of people.
    pub pseudonyms: Arc<Pseudonyms>,
}

impl Guard {
    /// Returns a store that answers by the rules.
    pub fn over(&self, store: Arc<dyn Questions>) -> Arc<dyn Questions> {
        match self.privacy.mode {
            PrivacyMode::Full => store,
            PrivacyMode::Aggregate => Arc::new(Groups {
                store,
                guard: self.clone(),
            }),
            PrivacyMode::Pseudonymous => Arc::new(Masked {
                store,
                pseudonyms: Arc::clone(&self.pseudonyms),
            }),
        }
    }

    /// Returns the rules for whoever is shown no names: pseudonyms, or what is stricter.
    #[must_use]
    pub fn without_names(&self) -> Self {
        let mut guard = self.clone();
        if guard.privacy.mode == PrivacyMode::Full {
            guard.privacy.mode = PrivacyMode::Pseudonymous;
        }
        guard
    }

    /// Returns the beginning of the local day that is under way.
    fn today(&self) -> Instant {
        Grain::Day.floor(self.clock.now(), &self.zone)
    }

    /// Returns a request as far as it may be asked, and the present that it is about: in the mode
    /// `aggregate` the last instant of a day that is over.
    pub fn request(&self, request: &Request, now: Instant) -> Result<(Request, Instant), AskError> {
        let mut request = request.clone();
        if !self.privacy.is_aggregate() {
            return Ok((request, now));
        }
        if request.user_id.is_some() {
            return Err(PrivacyError::SinglePersons.into());
        }
        if request.explain {
            return Err(PrivacyError::Explained("explain").into());
        }
        let is_ours = |name: &String| Some(name.as_str()) == self.zone.iana_name();
        if !request.tz.iter().all(is_ours) {
            return Err(PrivacyError::Time("tz").into());
        }
        if request.group_by.as_deref() == Some("hour") {
            return Err(PrivacyError::Time("groupBy").into());
        }
        // What cannot be read is refused by whoever reads it next.
        let day = |text: &Option<String>| {
            let at = Instant::parse(text.as_deref()?, &self.zone).ok()?;
            Some(Grain::Day.floor(at, &self.zone))
        };
        let mut ended = self.today();
        if let Some(at) = day(&request.as_of) {
            ended = ended.min(at);
            request.as_of = None;
        }
        for end in [&mut request.from, &mut request.to] {
            if let Some(at) = day(end) {
                *end = Some(at.to_string());
            }
        }
        Ok((request, ended.plus_millis(-1)))
    }

    /// Returns who made something, as it may be shown: the person of a token is one of the chat.
    pub fn author(&self, workspace: &WorkspaceId, author: String) -> String {
        match (self.privacy.mode, author.strip_prefix(TOKEN)) {
            (PrivacyMode::Full, _) | (_, None) => author,
            (PrivacyMode::Pseudonymous, Some(id)) => {
                format!("{TOKEN}{}", self.pseudonyms.compute(workspace, id))
            }
            (PrivacyMode::Aggregate, Some(_)) => TOKEN.trim_end().to_owned(),
        }
    }

    /// Returns an annotation as it may be shown.
    pub fn annotation(&self, mut annotation: Annotation) -> AnnotationAnswer {
        annotation.created_by = self.author(&annotation.workspace_id, annotation.created_by);
        annotation.into()
    }

    /// Makes an understood request one about whole days, where it has to be.
    pub fn settle(&self, ask: &mut Ask) -> Result<(), AskError> {
        if self.privacy.is_pseudonymous() {
            return shown::check(&ask.filter).map_err(AskError::from);
        }
        if !self.privacy.is_aggregate() {
            return Ok(());
        }
        let whole = Window::of_whole_days(ask.window.clone(), &self.zone);
        ask.window = whole.ok_or(PrivacyError::Time("period"))?;
        if ask.grain == Grain::Hour {
            ask.grain = Grain::Day;
        }
        let whole = |range| whole_days(range, &self.zone);
        ask.directly_before = ask.directly_before.map(whole);
        Ok(())
    }
}
