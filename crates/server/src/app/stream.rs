//! The stream, put together and started.

use std::{io, sync::Arc};

use rand::rngs::StdRng;

use super::{Parts, StartError};
use crate::{
    config::Config,
    stream::{Consumer, Producer, Settings, StreamState, Watch, consumer_name},
    task::Supervisor,
    telemetry::{Components, Telemetry},
};

/// Returns how the stream is read and written; `None` where no server or no stream is set.
fn settings(config: &Config) -> io::Result<Option<Settings>> {
    let (Some(server), Some(stream)) = (config.redis.server(), config.redis.stream.clone()) else {
        return Ok(None);
    };
    Ok(Some(Settings {
        server,
        stream,
        group: config.redis.group.clone(),
        consumer: consumer_name(&config.service.data_dir, &mut rand::make_rng::<StdRng>())?,
        batch: config.ingest.batch_size,
        flush: config.ingest.flush_interval,
        claim_after: config.redis.claim_after,
    }))
}

/// Has what is posted go by way of the stream, where one is set; returns who reads it and who looks at it.
pub(super) fn stream_of(
    config: &Config,
    parts: &Parts,
    telemetry: &Telemetry,
    components: &Components,
) -> Result<(StreamState, Option<(Consumer, Watch)>), StartError> {
    let Some(settings) = settings(config).map_err(StartError::InstanceName)? else {
        return Ok((StreamState::default(), None));
    };
    let clock = Arc::clone(&parts.clock);
    let state = StreamState::new(&settings, components.clone(), Arc::clone(&clock));
    let producer = Producer::new(&settings, state.clone())?;
    parts.ingest.carry_by(Arc::new(producer));
    let watch = Watch {
        settings: settings.clone(),
        state: state.clone(),
        telemetry: telemetry.clone(),
    };
    let consumer = Consumer {
        settings,
        ingest: Arc::clone(&parts.ingest),
        state: state.clone(),
        telemetry: telemetry.clone(),
        clock,
    };
    Ok((state, Some((consumer, watch))))
}

/// Starts to read the stream, which ends before everything else so that what was read is stored.
pub(super) fn start_stream(supervisor: &mut Supervisor, consumer: Consumer, watch: Watch) {
    let watch = Arc::new(watch);
    supervisor.start("stream_watch", move |stop| {
        let watch = Arc::clone(&watch);
        async move { Ok(watch.run(stop).await?) }
    });
    let consumer = Arc::new(consumer);
    supervisor.start("stream", move |stop| {
        let consumer = Arc::clone(&consumer);
        async move {
            consumer.run(stop).await;
            Ok(())
        }
    });
}
