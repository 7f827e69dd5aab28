//! A link that signs in on the pages, once.

use std::io::Write;

use domain::{clock::Clock, time::Instant};
use rand::CryptoRng;
use secrecy::ExposeSecret as _;
use store::meta::{MetaError, SessionStore};

use super::key::operator;
use crate::{
    auth::session::make_code,
    config::{Config, kind::origin},
    ui::PREFIX,
};

/// What the link is to be.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where the pages are found, like `https://chat.example.org`; without it, at the host of
    /// `ANALYTICS_ROUTE`, or else on this machine.
    #[arg(long, value_name = "URL", value_parser = web_origin)]
    url: Option<String>,
}

fn web_origin(text: &str) -> Result<String, &'static str> {
    origin(text).ok_or("must be a web origin like `https://chat.example.org`, without a path")
}

/// Makes a link and shows it.
pub(super) async fn sign_in_link(
    config: &Config,
    arguments: &Arguments,
    store: &dyn SessionStore,
    clock: &dyn Clock,
    random: &mut (impl CryptoRng + ?Sized),
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let service = &config.service;
    let base = match (&arguments.url, &service.route) {
        (Some(url), _) => url.clone(),
        (None, Some(route)) => format!("https://{route}"),
        (None, None) => format!("http://localhost:{}", service.port),
    };
    let link = make(&base, store, clock.now(), random).await?;
    writeln!(
        out,
        "{link}\n\nIt signs in as an administrator, once and within ten minutes."
    )?;
    Ok(())
}

/// Makes a link to the pages that are found below an address.
pub(super) async fn make(
    base: &str,
    store: &dyn SessionStore,
    now: Instant,
    random: &mut (impl CryptoRng + ?Sized),
) -> Result<String, MetaError> {
    let code = make_code(store, &operator(), now, random).await?;
    let code = code.expose_secret();
    // What follows `#` reaches no server, and so no log.
    Ok(format!("{base}{PREFIX}/sign-in#code={code}"))
}
