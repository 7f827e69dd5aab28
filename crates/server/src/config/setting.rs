//! The declaration of a setting: everything that is known of it before anyone sets it.

use sysinfo::System;

use super::kind::{ByteSize, Describe};

/// A variable: what it is called, what it takes and what it means.
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Names of others that are read in this order when it is not set.
    pub fallbacks: &'static [&'static str],
    /// What holds when nothing is set.
    pub preset: Preset,
    /// What it takes.
    pub kind: &'static dyn Describe,
    /// The thing that has to come before the setting changes anything.
    pub later: Option<&'static str>,
    pub(super) doc: &'static str,
}

impl Setting {
    /// Returns what it means, in a sentence.
    pub fn doc(&self) -> &'static str {
        self.doc.trim_start()
    }

    /// Returns every name it is read from, its own first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.fallbacks.iter().copied())
    }

    /// Returns whether it takes a secret, of which nothing is ever shown.
    pub fn is_secret(&self) -> bool {
        self.kind.is_secret()
    }
}

/// What a setting is when nothing sets it.
pub enum Preset {
    /// Not set.
    Unset,
    /// A text as one would write it.
    Text(&'static str),
    /// A text that depends on the machine or on other settings.
    Derived {
        /// How it comes about, for the reference.
        words: &'static str,
        /// Returns the text.
        compute: fn(&Surroundings<'_>) -> String,
    },
}

impl Preset {
    /// Returns the text that holds here.
    pub fn text(&self, surroundings: &Surroundings<'_>) -> Option<String> {
        match self {
            Self::Unset => None,
            Self::Text(text) => Some((*text).to_owned()),
            Self::Derived { compute, .. } => Some(compute(surroundings)),
        }
    }
}

/// What a default may depend on.
pub struct Surroundings<'a> {
    /// The machine the service runs on.
    pub machine: &'a Machine,
    /// Returns what a variable was set to.
    pub given: &'a dyn Fn(&str) -> Option<&'a str>,
}

/// What a default may depend on of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// The number of cores this process may use.
    pub cores: usize,
    /// Whether the folder exists that the container image and system packages make.
    pub has_system_folder: bool,
    /// The memory that the container may use, where that is less than the machine has.
    pub container_memory: Option<ByteSize>,
}

/// The folder that the container image and system packages make for the data.
pub const SYSTEM_FOLDER: &str = "/var/lib/analytics";

impl Machine {
    /// Returns the machine this process runs on.
    pub fn here() -> Self {
        Self {
            cores: std::thread::available_parallelism().map_or(1, Into::into),
            has_system_folder: std::path::Path::new(SYSTEM_FOLDER).is_dir(),
            container_memory: container_memory(),
        }
    }
}

fn container_memory() -> Option<ByteSize> {
    let mut system = System::new();
    system.refresh_memory();
    let limit = system.cgroup_limits()?.total_memory;
    (limit > 0 && limit < system.total_memory()).then_some(ByteSize(limit))
}
