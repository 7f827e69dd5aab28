//! One line that says who may do what.

use super::Authenticator;
use crate::config::AuthMode;

pub(super) fn describe(authenticator: &Authenticator) -> String {
    let mut everything = Vec::new();
    let mut algorithms: Vec<String> = authenticator
        .token_keys
        .algorithms()
        .map(|algorithm| format!("{algorithm:?}"))
        .collect();
    algorithms.sort();
    algorithms.dedup();
    if !algorithms.is_empty() {
        let algorithms = algorithms.join(", ");
        everything.push(format!(
            "owners and admins of the chat by token ({algorithms})"
        ));
    }
    for (secret, name) in [
        (&authenticator.plugin_secret, "PLUGIN_INTERNAL_SECRET"),
        (
            &authenticator.hasura_admin_secret,
            "HASURA_GRAPHQL_ADMIN_SECRET",
        ),
        (&authenticator.configured_key, "ANALYTICS_API_KEY"),
    ] {
        if secret.is_some() {
            everything.push(format!("whoever shows {name}"));
        }
    }
    everything.push("admin keys made by `key create`".to_owned());

    let members = if algorithms.is_empty() {
        ""
    } else {
        " Other signed-in people may send events of their own."
    };
    let strangers = match (authenticator.network.mode, authenticator.expose_email) {
        (AuthMode::Required, _) => "nobody is answered",
        (AuthMode::TrustedNetwork, false) => {
            "every loopback or private address may do everything, without seeing e-mail addresses"
        }
        (AuthMode::TrustedNetwork, true) => {
            "every loopback or private address may do everything and see e-mail addresses"
        }
    };
    format!(
        "Everything is open to {}. Read keys may read, write keys may send events.{members} \
         Without a credential {strangers}.{}",
        list(&everything),
        proxies(authenticator),
    )
}

fn proxies(authenticator: &Authenticator) -> String {
    let proxies = &authenticator.network.proxies;
    if proxies.is_empty() {
        return String::new();
    }
    let named: Vec<String> = proxies.iter().map(ToString::to_string).collect();
    format!(" X-Forwarded-For is believed from {}.", list(&named))
}

fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
