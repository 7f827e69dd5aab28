//! What an instance does of all there is to do.

use super::{Describe, Kind, Refusal, parts};

/// What an instance does of all there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// It answers questions, and has the pages.
    pub api: bool,
    /// It takes events in.
    pub collector: bool,
    /// It does what is to be done in the background, when it leads.
    pub worker: bool,
}

/// The names of the roles.
const NAMES: [&str; 3] = ["api", "collector", "worker"];

impl Roles {
    const fn flags(self) -> [bool; 3] {
        [self.api, self.collector, self.worker]
    }

    /// Returns the names of those that it has.
    pub fn names(self) -> Vec<&'static str> {
        let named = NAMES.into_iter().zip(self.flags());
        named
            .filter_map(|(name, has)| has.then_some(name))
            .collect()
    }

    /// Returns the names of those that it lacks.
    pub fn missing(self) -> Vec<&'static str> {
        let named = NAMES.into_iter().zip(self.flags());
        named
            .filter_map(|(name, has)| (!has).then_some(name))
            .collect()
    }
}

/// A list of roles.
pub struct RoleList;

/// A list of roles.
pub const ROLES: RoleList = RoleList;

impl Describe for RoleList {
    fn accepts(&self) -> String {
        format!(
            "a list of one or more of {}",
            NAMES.map(|name| format!("`{name}`")).join(", ")
        )
    }
}

impl Kind for RoleList {
    type Value = Roles;

    fn parse(&self, text: &str) -> Result<Roles, Refusal> {
        let mut flags = [false; 3];
        for part in parts(text) {
            let place = NAMES
                .iter()
                .position(|name| name.eq_ignore_ascii_case(part));
            flags[place.ok_or_else(Refusal::default)?] = true;
        }
        let [api, collector, worker] = flags;
        if !(api || collector || worker) {
            return Err(Refusal::default());
        }
        Ok(Roles {
            api,
            collector,
            worker,
        })
    }

    fn show(&self, value: &Roles) -> String {
        value.names().join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_a_list_of_known_names() {
        let roles = ROLES.parse("worker, API").unwrap();
        assert_eq!(
            (roles.names(), roles.missing()),
            (vec!["api", "worker"], vec!["collector"])
        );
        assert_eq!(ROLES.show(&roles), "api,worker");
        for bad in ["", ",", "api,boss"] {
            assert!(ROLES.parse(bad).is_err(), "{bad}");
        }
    }
}
