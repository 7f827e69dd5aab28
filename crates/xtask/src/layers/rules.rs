//! Who may use whom.

/// What a module of `server` may use of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum May {
    /// Every module: it puts the parts together.
    All,
    /// These modules.
    Use(&'static [&'static str]),
}

const NOTHING: May = May::Use(&[]);

/// The modules of `server`, in the order of the data's way.
const MODULES: &[(&str, May)] = &[
    // Ground: nothing of ours.
    ("config", NOTHING),
    ("telemetry", NOTHING),
    ("task", May::Use(&["telemetry"])),
    ("ui", NOTHING),
    ("client", NOTHING),
    // Around the service.
    ("auth", May::Use(&["config"])),
    ("listen", NOTHING),
    // In.
    ("importer", NOTHING),
    ("ingest", May::Use(&["config"])),
    ("retention", NOTHING),
    ("rollup", May::Use(&["telemetry"])),
    ("source", May::Use(&["config", "ingest"])),
    (
        "doctor",
        May::Use(&["config", "client", "retention", "source"]),
    ),
    // Answers and what watches them.
    ("query", NOTHING),
    ("insight", May::Use(&["query"])),
    ("alert", May::Use(&["query", "insight"])),
    ("report", May::Use(&["query", "insight"])),
    // An alert leaves a row in the outbox; nobody calls the sender.
    ("webhook", NOTHING),
    // Out.
    (
        "api",
        May::Use(&[
            "ingest",
            "query",
            "insight",
            "alert",
            "webhook",
            "report",
            "retention",
            "rollup",
            "source",
            "auth",
            "config",
            "telemetry",
        ]),
    ),
    ("app", May::All),
    ("cli", May::All),
    ("lib", May::All),
    ("main", May::All),
];

/// Our packages, and which of them each may depend on.
pub(super) const PACKAGES: &[(&str, &[&str])] = &[
    ("nchat-analytics-domain", &[]),
    ("nchat-analytics-engine", &["nchat-analytics-domain"]),
    (
        "nchat-analytics-store",
        &["nchat-analytics-engine", "nchat-analytics-domain"],
    ),
    ("nchat-analytics-demo", &["nchat-analytics-domain"]),
    (
        "nchat-analytics",
        &[
            "nchat-analytics-store",
            "nchat-analytics-engine",
            "nchat-analytics-demo",
            "nchat-analytics-domain",
        ],
    ),
    (
        "xtask",
        &[
            "nchat-analytics",
            "nchat-analytics-demo",
            "nchat-analytics-store",
            "nchat-analytics-domain",
        ],
    ),
];

/// Returns what a module may use; `None` for one that no rule speaks of.
pub(super) fn rule(module: &str) -> Option<May> {
    MODULES
        .iter()
        .find(|(name, _)| *name == module)
        .map(|(_, may)| *may)
}

/// Returns why `user` may not use `used`; `None` when it may.
pub(super) fn objection(user: &str, used: &str) -> Option<String> {
    match rule(user)? {
        May::All => None,
        May::Use(allowed) if user == used || allowed.contains(&used) => None,
        May::Use([]) => Some(format!(
            "`{user}` may not use `{used}`: it uses no other module"
        )),
        May::Use(allowed) => Some(format!(
            "`{user}` may not use `{used}`: it uses only {}",
            allowed.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_table_says_is_allowed() {
        for (user, used) in [
            ("api", "query"),
            ("query", "query"),
            ("app", "api"),
            ("auth", "config"),
        ] {
            assert_eq!(objection(user, used), None, "{user} uses {used}");
        }
        assert_eq!(
            objection("ingest", "query").unwrap(),
            "`ingest` may not use `query`: it uses only config"
        );
        assert_eq!(
            objection("query", "config").unwrap(),
            "`query` may not use `config`: it uses no other module"
        );
        assert!(objection("alert", "webhook").is_some());
    }

    #[test]
    fn rules_speak_of_modules_that_have_rules_and_make_no_circle() {
        for (index, (user, may)) in MODULES.iter().enumerate() {
            let May::Use(allowed) = may else { continue };
            for used in *allowed {
                let place = MODULES.iter().position(|(name, _)| name == used);
                assert!(
                    place.is_some_and(|place| place < index),
                    "{user} uses {used}"
                );
            }
        }
    }
}
