//! Histories that begin before what the retention keeps.

use std::path::PathBuf;

use anyhow::bail;
use domain::time::Instant;

use crate::{
    cli::print::one_line,
    config::Config,
    importer::{ImportError, Source},
};

/// Refuses inputs of which a quick look finds events before `oldest`, because these would not
/// stay: whoever imports a history wants it, and says so by the retention or by leaving it out.
pub(super) fn refuse(
    sources: &mut [(PathBuf, Box<dyn Source>)],
    oldest: Option<Instant>,
    config: &Config,
) -> anyhow::Result<()> {
    let Some(oldest) = oldest else {
        return Ok(());
    };
    let begins = sources
        .iter_mut()
        .map(|(path, source)| Ok((source.earliest()?, &*path)))
        .collect::<Result<Vec<_>, ImportError>>()?;
    let first = begins
        .into_iter()
        .filter_map(|(begin, path)| Some((begin?, path)))
        .min_by_key(|(begin, _)| *begin);
    if let Some((begin, path)) = first.filter(|(begin, _)| *begin < oldest) {
        let zone = &config.service.timezone;
        let date = |at: Instant| at.in_zone(zone).date();
        bail!(
            "`{}` begins on {}, and events before {} would not stay (ANALYTICS_RETENTION_DAYS); \
             nothing was imported. Set ANALYTICS_RETENTION_DAYS to more days, or to 0 to keep \
             history for ever, for the import and the service; or give --skip-old to import \
             without what is older",
            one_line(&path.display().to_string()),
            date(begin),
            date(oldest),
        );
    }
    Ok(())
}
