//! Who may use whom.

/// The modules of `server` in the order of the data's way, and which of the others each may use; `*`
/// puts the parts together.
#[rustfmt::skip]
const MODULES: [(&str, &str); 30] = [
    // Ground.
    ("config", ""), ("telemetry", ""), ("task", "telemetry"), ("ui", ""), ("client", ""),
    ("blocking", ""), ("sheet", ""),
    // Around the service.
    ("auth", "config"), ("listen", ""), ("leader", "config telemetry"),
    // In.
    ("importer", ""), ("ingest", "blocking config"), ("erasure", "ingest"), ("retention", ""), ("backup", "blocking"), ("rollup", "telemetry"),
    ("imports", "blocking importer ingest telemetry"),
    ("source", "config ingest"), ("stream", "config ingest telemetry blocking"),
    ("doctor", "config client retention source stream"),
    // Answers and what watches them.
    ("query", "blocking"), ("insight", "query"), ("alert", "query insight"), ("report", "ingest query insight sheet"),
    // An alert leaves a row in the outbox; nobody calls the sender.
    ("webhook", ""),
    // Out.
    ("api", "ingest imports erasure leader query insight alert webhook report retention rollup source stream auth config \
        telemetry blocking sheet ui"),
    ("app", "*"), ("cli", "*"), ("lib", "*"), ("main", "*"),
];

/// Our packages, and which of them each may depend on.
#[rustfmt::skip]
pub(super) const PACKAGES: [(&str, &[&str]); 7] = [
    ("nchat-analytics-domain", &[]),
    ("nchat-analytics-insight", &[]),
    ("nchat-analytics-engine", &["nchat-analytics-domain"]),
    ("nchat-analytics-store", &["nchat-analytics-engine", "nchat-analytics-domain"]),
    ("nchat-analytics-demo", &["nchat-analytics-domain"]),
    ("nchat-analytics", &["nchat-analytics-store", "nchat-analytics-engine", "nchat-analytics-demo",
        "nchat-analytics-domain"]),
    ("xtask", &["nchat-analytics", "nchat-analytics-demo", "nchat-analytics-store",
        "nchat-analytics-domain", "nchat-analytics-insight"]),
];

/// Returns what a module may use; `None` for one that no rule speaks of.
pub(super) fn rule(module: &str) -> Option<&'static str> {
    Some(MODULES.iter().find(|(name, _)| *name == module)?.1)
}

/// Returns why `user` may not use `used`; `None` when it may, or `used` is no module.
pub(super) fn objection(user: &str, used: &str) -> Option<String> {
    let allowed = rule(user).filter(|_| rule(used).is_some())?;
    if user == used || allowed.split(' ').any(|name| name == used || name == "*") {
        return None;
    }
    let only = match allowed {
        "" => "no other module".to_owned(),
        _ => format!("only {}", allowed.replace(' ', ", ")),
    };
    Some(format!("`{user}` may not use `{used}`: it uses {only}"))
}

#[test]
fn rules_speak_of_modules_that_have_rules_and_make_no_circle() {
    for (index, (user, allowed)) in MODULES.iter().enumerate() {
        for used in allowed.split_whitespace().filter(|used| *used != "*") {
            let place = MODULES.iter().position(|(name, _)| *name == used);
            assert!(
                place.is_some_and(|place| place < index),
                "{user} uses {used}"
            );
        }
    }
}
