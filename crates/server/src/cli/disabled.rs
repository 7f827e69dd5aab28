//! The service, switched off: it listens and says so, and opens nothing.

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

use domain::clock::Clock;
use tokio::net::TcpListener;

use crate::{api, app::StartError, config::Config, ingest::FreshIds};

/// Says that the service is switched off, until `ended`. `start` is a random number that no other
/// start has.
pub(super) async fn serve(
    config: &Config,
    clock: Arc<dyn Clock>,
    start: u64,
    ended: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<ExitCode> {
    let address = SocketAddr::new(config.service.host, config.service.port);
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| StartError::Listen { address, source })?;
    let address = listener.local_addr()?;
    let router = api::disabled(Arc::new(FreshIds::new(start)), clock);
    tracing::info!(version = api::VERSION, %address, "service.started");
    tracing::warn!("ANALYTICS_ENABLED=false: nothing is taken in and nothing answered");
    axum::serve(listener, router)
        .with_graceful_shutdown(ended)
        .await?;
    tracing::info!("service.ended");
    Ok(ExitCode::SUCCESS)
}
