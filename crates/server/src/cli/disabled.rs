//! The service, switched off: it listens and says so, and opens nothing.

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

use domain::clock::Clock;
use tokio_util::sync::CancellationToken;

use crate::{
    api,
    app::{self, StartError},
    config::Config,
    ingest::FreshIds,
    listen,
};

/// Says that the service is switched off, until `ended`. `start` is a random number that no other
/// start has.
pub(super) async fn serve(
    config: &Config,
    clock: Arc<dyn Clock>,
    start: u64,
    ended: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<ExitCode> {
    let address = SocketAddr::new(config.service.host, config.service.port);
    let listener =
        listen::listen(address).map_err(|source| StartError::Listen { address, source })?;
    let address = listener.local_addr()?;
    let router = api::disabled(Arc::new(FreshIds::new(start)), clock);
    tracing::info!(version = api::VERSION, %address, "service.started");
    tracing::warn!("ANALYTICS_ENABLED=false: nothing is taken in and nothing answered");
    let stop = CancellationToken::new();
    let end = stop.clone();
    tokio::join!(
        listen::serve(listener, router, app::connection_limits(config), stop),
        async move {
            ended.await;
            end.cancel();
        }
    );
    tracing::info!("service.ended");
    Ok(ExitCode::SUCCESS)
}
