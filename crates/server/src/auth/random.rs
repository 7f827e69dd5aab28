//! Randomness that secrets are made of.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use rand::rngs::StdRng;

/// Randomness that secrets are made of, shared by whoever makes some.
pub struct Randomness(Mutex<StdRng>);

impl Randomness {
    /// Returns the randomness that follows from a generator.
    pub fn new(random: StdRng) -> Self {
        Self(Mutex::new(random))
    }

    /// Makes something of it.
    pub fn with<T>(&self, make: impl FnOnce(&mut StdRng) -> T) -> T {
        make(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Randomness {
    /// Writes nothing of what is to come.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Randomness").finish_non_exhaustive()
    }
}
