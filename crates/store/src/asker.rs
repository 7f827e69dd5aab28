//! Who asks a question: known from the request that is being answered, not from each of its questions.

use std::sync::{Arc, OnceLock};

tokio::task_local! {
    static CURRENT: Asker;
}

/// Who asks, once that is known. Within [`Asker::scope`] every question counts as theirs where askers
/// take turns; outside of it questions are the service's own.
#[derive(Debug, Clone, Default)]
pub struct Asker(Arc<OnceLock<String>>);

impl Asker {
    /// Runs `answering` for this asker.
    pub async fn scope<F: Future>(self, answering: F) -> F::Output {
        CURRENT.scope(self, answering).await
    }

    /// Returns who asks at the moment; somebody unknown outside of every scope.
    pub fn current() -> Self {
        CURRENT.try_with(Clone::clone).unwrap_or_default()
    }

    /// Says who it is; only the first time counts.
    pub fn is(&self, name: String) {
        let _known_already = self.0.set(name).is_err();
    }

    /// Returns who it is, if that is known.
    pub fn name(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}
