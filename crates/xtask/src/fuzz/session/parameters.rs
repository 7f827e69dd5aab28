//! Requests with parameters: right ones, ones that are nearly right, and hostile ones.

use rand::{Rng, RngExt as _};

use super::{
    Made, Target,
    pick::{chance, hostile, near, one_of, time},
    reference::{Operation, Parameter, Reference},
    sender::credential,
};

const ZONES: &[&str] = &[
    "UTC",
    "Europe/Berlin",
    "America/Santiago",
    "Asia/Tehran",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Antarctica/Troll",
    "Etc/GMT+12",
    "EST5EDT",
    "CET-1CEST",
    "+02:00",
    "Local",
];

const CONDITIONS: &[&str] = &[
    "channel is c1",
    "channel is general,random",
    "user is u1",
    "not user is \"a b\"",
    "type is message_sent",
    "type is page_view,reaction_added",
    "message is text",
    "property.path is \"/\"",
    "property.\"a\\\"b\" is x",
    "property.emoji is \"🦀\"",
    "channel is \"\"",
    "user is u1,u1,u1",
];

/// Returns a request with parameters.
pub(super) fn make(reference: &Reference, target: &Target, rng: &mut impl Rng) -> Made {
    let operations = &reference.operations;
    let asked: Vec<&Operation> = operations
        .iter()
        .filter(|one| one.method == "GET")
        .collect();
    // What takes parameters is asked more often than what takes none.
    let rich: Vec<&Operation> = asked
        .iter()
        .copied()
        .filter(|one| !one.parameters.is_empty())
        .collect();
    let operation = if chance(rng, 92) {
        one_of(rng, &rich)
    } else {
        one_of(rng, &asked)
    };
    let id = hostile(rng);
    let path = operation.path.replace("{id}", &encoded(&id));
    let mut pairs = Vec::new();
    for _ in 0..rng.random_range(0..6) {
        if operation.parameters.is_empty() || chance(rng, 4) {
            let known: Vec<&String> = reference.names.iter().collect();
            let name = one_of(rng, &known).clone();
            let name = if chance(rng, 50) {
                near(rng, &name)
            } else {
                name
            };
            pairs.push((name, hostile(rng)));
            continue;
        }
        let parameters: Vec<&Parameter> = operation.parameters.iter().collect();
        let parameter = one_of(rng, &parameters);
        let repeated = pairs.iter().any(|(name, _)| *name == parameter.name);
        if !repeated || chance(rng, 10) {
            pairs.push((parameter.name.clone(), value(parameter, rng)));
        }
    }
    let mut query = String::new();
    for (name, value) in pairs {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(&encoded(&name));
        query.push('=');
        query.push_str(&encoded(&value));
    }
    if chance(rng, 3) {
        query.push_str(one_of(
            rng,
            &[
                "&",
                "&&=",
                "?",
                "&period",
                "&period=%",
                "&tz=%ff",
                "&userId=%ed%a0%80",
                "&=x",
                "#x",
            ],
        ));
    }
    let (mut headers, prefix) = credential(target, rng);
    if chance(rng, 10) {
        let accept = one_of(
            rng,
            &[
                "text/csv",
                "*/*",
                "application/zip",
                "x",
                "text/html;q=0.1,application/x-ndjson",
            ],
        );
        headers.push(("Accept", accept.to_owned()));
    }
    if chance(rng, 5) {
        headers.push((
            "If-None-Match",
            one_of(rng, &["*", "W/\"x\"", "\"", ",,"]).to_owned(),
        ));
    }
    Made {
        method: reqwest::Method::GET,
        path: format!("{prefix}{path}{query}"),
        headers,
        body: None,
    }
}

/// Returns a value for a parameter.
fn value(parameter: &Parameter, rng: &mut impl Rng) -> String {
    match rng.random_range(0..10) {
        0 => return hostile(rng),
        1 => {
            let right = right(parameter, rng);
            return near(rng, &right);
        }
        _ => {}
    }
    right(parameter, rng)
}

/// Returns a value as the parameter takes them, or nearly so.
fn right(parameter: &Parameter, rng: &mut impl Rng) -> String {
    match parameter.name.as_str() {
        "from" | "to" | "asOf" => time(rng),
        "tz" => one_of(rng, ZONES).to_owned(),
        "compare" if chance(rng, 40) => format!("{}..{}", time(rng), time(rng)),
        "compare" => one_of(rng, &["previous", "weekday", "year", "none"]).to_owned(),
        "groupBy" => one_of(rng, &["hour", "day", "week", "month"]).to_owned(),
        "filter" => filter(rng, 0),
        "channelId" | "userId" | "search" => {
            one_of(rng, &["c1", "u1", "general", "a", "robo", "%"]).to_owned()
        }
        "eventType" => one_of(rng, &["message_sent", "file_uploaded", "made_up"]).to_owned(),
        "includeBots" | "explain" | "active" => {
            one_of(rng, &["true", "false", "1", "no"]).to_owned()
        }
        "limit" | "offset" => {
            let most = 10_u32.pow(rng.random_range(0..6));
            rng.random_range(0..=most).to_string()
        }
        _ if parameter.values.is_empty() => hostile(rng),
        _ => {
            let known: Vec<&String> = parameter.values.iter().collect();
            one_of(rng, &known).clone()
        }
    }
}

/// Returns a filter.
fn filter(rng: &mut impl Rng, depth: u32) -> String {
    if depth > 5 || chance(rng, 40) {
        return one_of(rng, CONDITIONS).to_owned();
    }
    let (left, right) = (filter(rng, depth + 1), filter(rng, depth + 1));
    match rng.random_range(0..4) {
        0 => format!("{left} and {right}"),
        1 => format!("{left} or {right}"),
        2 => format!("not ({left})"),
        _ => format!("({left}) and (not {right})"),
    }
}

/// Returns a text as it stands in an address.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b',' | b':' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
