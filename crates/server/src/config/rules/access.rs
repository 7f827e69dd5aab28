//! Who gets in, and who else by mistake.

use std::net::IpAddr;

use ipnet::IpNet;
use jsonwebtoken::AlgorithmFamily;
use secrecy::ExposeSecret;

use super::{Rule, Verdict, when};
use crate::config::{AuthMode, Config};

/// Rules about who gets in.
pub(super) const RULES: &[Rule] = &[
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_TRUSTED_PROXIES"],
        doc: "everyone may claim any address",
        check: |config| {
            let wide = too_wide(&config.access.trusted_proxies);
            wide.map(|net| {
                format!(
                    "ANALYTICS_TRUSTED_PROXIES holds {net}, alone or together: whoever calls from \
                     there may claim any address, and that is more than anybody's own proxies. List \
                     only the proxies you run."
                )
            })
            .collect()
        },
    },
    Rule {
        verdict: Verdict::Refuse,
        about: &["ANALYTICS_AUTH_MODE", "ANALYTICS_CORS_ORIGINS"],
        doc: "private addresses need no credential, and every web page may call from them",
        check: |config| {
            when(is_trusting(config) && allows_every_origin(config), || {
                "ANALYTICS_AUTH_MODE=trusted-network answers private addresses without a \
                 credential, and ANALYTICS_CORS_ORIGINS=* lets every web page that is opened there \
                 read the answers. List the pages that may."
                    .to_owned()
            })
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_AUTH_MODE", "ANALYTICS_HOST"],
        doc: "private addresses need no credential, and others can reach the port",
        check: |config| {
            let host = config.service.host;
            when(is_trusting(config) && !is_loopback(host), || {
                format!(
                    "ANALYTICS_AUTH_MODE=trusted-network answers every private address without a \
                     credential, and ANALYTICS_HOST={host} is open to more than this machine. \
                     Behind a published container port strangers may look private too: publish it \
                     on 127.0.0.1 only."
                )
            })
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_EXPOSE_EMAIL", "ANALYTICS_AUTH_MODE"],
        doc: "e-mail addresses are shown to callers without a credential",
        check: |config| {
            when(is_trusting(config) && config.privacy.expose_email, || {
                "ANALYTICS_EXPOSE_EMAIL with ANALYTICS_AUTH_MODE=trusted-network shows the e-mail \
                 addresses of all people to everyone in the network."
                    .to_owned()
            })
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &["ANALYTICS_CORS_ORIGINS", "ANALYTICS_AUTH_MODE"],
        doc: "every web page may call",
        check: |config| {
            when(!is_trusting(config) && allows_every_origin(config), || {
                "ANALYTICS_CORS_ORIGINS=* lets every web page call with a credential it got hold \
                 of. List the pages that may."
                    .to_owned()
            })
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &[
            "ANALYTICS_API_KEY",
            "PLUGIN_INTERNAL_SECRET",
            "HASURA_GRAPHQL_ADMIN_SECRET",
        ],
        doc: "a secret is shorter than 16 bytes",
        check: |config| {
            let secrets = config.access.named_secrets();
            let short = secrets.filter(|(_, secret)| secret.expose_secret().len() < 16);
            short.map(|(name, _)| weak(name, "16")).collect()
        },
    },
    Rule {
        verdict: Verdict::Warn,
        about: &[
            "HASURA_GRAPHQL_JWT_SECRET",
            "HASURA_JWT_KEY",
            "AUTH_JWT_SECRET",
            "JWT_SECRET",
        ],
        doc: "a shared key of tokens is shorter than 32 bytes",
        check: |config| {
            let keys = config.access.named_jwt_keys();
            let short = keys.filter(|(_, key)| {
                key.algorithm.family() == AlgorithmFamily::Hmac
                    && key.key.expose_secret().len() < 32
            });
            short.map(|(name, _)| weak(name, "32")).collect()
        },
    },
];

fn weak(name: &str, bytes: &str) -> String {
    format!(
        "{name} is shorter than {bytes} bytes and can be guessed: make one with \
         `openssl rand -hex 32`."
    )
}

fn is_trusting(config: &Config) -> bool {
    config.access.mode == AuthMode::TrustedNetwork
}

/// Returns the networks that are wider than anybody's own, after those that adjoin were put together.
fn too_wide(nets: &[IpNet]) -> impl Iterator<Item = IpNet> {
    IpNet::aggregate(&nets.to_vec())
        .into_iter()
        .filter(|net| match net {
            IpNet::V4(net) => net.prefix_len() < 8,
            // The addresses of private networks and of links, fc00::/7 and fe80::/10, are that wide.
            IpNet::V6(net) => {
                let first = net.addr();
                let is_own = first.is_unique_local() || first.is_unicast_link_local();
                net.prefix_len() < 16 && !is_own
            }
        })
}

fn allows_every_origin(config: &Config) -> bool {
    config
        .access
        .cors_origins
        .iter()
        .any(|origin| origin == "*")
}

fn is_loopback(host: IpAddr) -> bool {
    host.to_canonical().is_loopback()
}
