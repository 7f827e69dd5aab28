//! Health, readiness, version and Prometheus.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::time::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use super::{error::ApiError, guard::Reader, state::ApiState};
use crate::{
    leader::LeaderStage,
    source::postgres::Stage,
    stream::{StreamLoad, StreamStage, StreamState},
    telemetry::Degradation,
};

/// Longest time that the settings may take to answer before they count as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Whether the service works.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthAnswer {
    /// `healthy`, or `degraded` when the store or the settings do not answer.
    #[schema(example = "healthy")]
    pub status: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// `analytics`.
    pub service: &'static str,
    /// What the service needs, and whether it is there.
    pub checks: BTreeMap<&'static str, &'static str>,
    /// Components that do not work as they should; absent while all do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub degraded: Vec<DegradedComponent>,
    /// What the Redis stream holds; absent without one, and until it was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamLoad>,
}

/// A component that does not work as it should.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DegradedComponent {
    /// Its name: `store`, `settings`, `leader`, `redis`, or a background task (`keys`, `retention`, `rollup`, `source`, `stream`).
    #[schema(example = "rollup")]
    pub component: &'static str,
    /// What is wrong, as a sentence.
    pub message: String,
    /// When it was first noticed.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
}

/// Says whether the service works. `degraded` names what does not: `store` and `settings` (keys, reports and the
/// like) are needed for every answer, and `/ready` is a 503 without either; here only the store's absence is
/// one, which a start anew may cure.
#[utoipa::path(
    get, path = "/api/analytics/health", tag = "operation", security(()),
    responses((status = 200, body = HealthAnswer), (status = 503, body = HealthAnswer))
)]
pub(super) async fn health(State(state): State<ApiState>) -> Response {
    let needs = Needs::look(&state).await;
    needs.answered(needs.store, &state)
}

/// Says whether the service takes requests: the store and the settings answer.
pub(super) async fn ready(State(state): State<ApiState>) -> Response {
    let needs = Needs::look(&state).await;
    needs.answered(needs.all(), &state)
}

/// What every answer needs, and whether it is there.
#[derive(Clone, Copy)]
struct Needs {
    store: bool,
    settings: bool,
}

impl Needs {
    async fn look(state: &ApiState) -> Self {
        let (store, settings) = tokio::join!(
            state.store.ping(),
            tokio::time::timeout(PATIENCE, state.keys.ping())
        );
        let needs = Self {
            store: store.is_ok(),
            settings: settings.is_ok_and(|answer| answer.is_ok()),
        };
        for (component, answers, message) in [
            (
                "store",
                needs.store,
                "the store does not answer; the log says why",
            ),
            (
                "settings",
                needs.settings,
                "the settings do not answer; `doctor` says why",
            ),
        ] {
            if answers {
                state.components.restore(component);
            } else {
                let now = state.clock.now();
                state.components.degrade(component, message.to_owned(), now);
            }
        }
        needs
    }

    const fn all(self) -> bool {
        self.store && self.settings
    }

    fn answered(self, is_fine: bool, state: &ApiState) -> Response {
        let code = if is_fine {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        let waits = state.retention.waiting().is_some();
        let degraded = state.components.degraded();
        let mut answer = HealthAnswer::new(self, state.source.stage(), waits, degraded);
        answer.tell_stream(&state.stream);
        answer.tell_leader(state.leadership.get().stage);
        (code, Json(answer)).into_response()
    }
}

impl HealthAnswer {
    fn new(
        needs: Needs,
        stage: Stage,
        retention_waits: bool,
        degraded: BTreeMap<&'static str, Degradation>,
    ) -> Self {
        let mut checks = BTreeMap::from([("store", "ok")]);
        // What was read stays answerable while the chat's database is away, so this is said and no more.
        match stage {
            Stage::Off => {}
            Stage::InStep => drop(checks.insert("chatDatabase", "ok")),
            stage => drop(checks.insert("chatDatabase", stage.name())),
        }
        // Nothing is broken: somebody is to decide.
        if retention_waits {
            checks.insert("retention", "waiting");
        }
        checks.extend(degraded.keys().map(|component| (*component, "failed")));
        let components = degraded
            .into_iter()
            .map(
                |(component, Degradation { message, since })| DegradedComponent {
                    component,
                    message,
                    since,
                },
            );
        Self {
            // Answers are exact without background tasks, too: one that fails is said and no more.
            status: if needs.all() { "healthy" } else { "degraded" },
            version: VERSION,
            service: "analytics",
            checks,
            degraded: components.collect(),
            stream: None,
        }
    }

    /// Says of settings that are in a database of their own whether it answers, and whether this instance does what
    /// is done once for several.
    fn tell_leader(&mut self, stage: LeaderStage) {
        if stage != LeaderStage::Alone {
            self.checks.entry("settings").or_insert("ok");
            self.checks.entry("leader").or_insert(stage.name());
        }
    }

    /// Says of the stream what anybody may know.
    fn tell_stream(&mut self, stream: &StreamState) {
        match stream.get().stage {
            StreamStage::Off => return,
            StreamStage::Starting => self.checks.entry("redis").or_insert("starting"),
            StreamStage::Connected => self.checks.entry("redis").or_insert("ok"),
            // It is among what is degraded.
            StreamStage::Away => self.checks.entry("redis").or_insert("failed"),
        };
        self.stream = stream.load();
    }
}

/// Says that the process runs.
#[utoipa::path(
    get, path = "/live", tag = "operation", security(()),
    responses((status = 200, body = serde_json::Value, example = json!({"status": "alive"})))
)]
pub(super) async fn live() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "status": "alive" }))
}

/// Says which version runs.
#[utoipa::path(
    get, path = "/version", tag = "operation", security(()),
    responses((status = 200, body = serde_json::Value, example = json!({"version": "1.0.0", "service": "analytics"})))
)]
pub(super) async fn version() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "version": VERSION, "service": "analytics" }))
}

/// Gives the counters to Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operation",
    responses((status = 200, body = String, content_type = "text/plain"))
)]
pub(super) async fn prometheus(
    Reader(caller): Reader,
    State(state): State<ApiState>,
) -> Result<Response, ApiError> {
    caller.require_every_workspace()?;
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    Ok((kind, state.telemetry.render()).into_response())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::telemetry::Components;

    #[test]
    fn what_fails_is_named_with_a_sentence_and_since_when() {
        let components = Components::default();
        let at = Instant::from_millis;
        components.degrade("rollup", "it has failed 1 time".to_owned(), at(0));
        components.degrade("rollup", "it has failed 2 times".to_owned(), at(60_000));
        let health = |store| {
            let needs = Needs {
                store,
                settings: true,
            };
            let answer = HealthAnswer::new(needs, Stage::InStep, true, components.degraded());
            serde_json::to_value(answer).unwrap()
        };
        let rollup = json!({"component": "rollup", "message": "it has failed 2 times", "since": "1970-01-01T00:00:00Z"});
        assert_eq!(
            health(true),
            json!({
                "status": "healthy", "version": VERSION, "service": "analytics",
                "checks": {"store": "ok", "chatDatabase": "ok", "retention": "waiting", "rollup": "failed"},
                "degraded": [rollup],
            })
        );
        components.degrade("store", "it does not answer".to_owned(), at(1_000));
        let store = json!({"component": "store", "message": "it does not answer", "since": "1970-01-01T00:00:01Z"});
        let degraded = health(false);
        assert_eq!(degraded["status"], "degraded");
        assert_eq!(degraded["checks"]["store"], "failed");
        assert_eq!(degraded["degraded"], json!([rollup, store]));
        assert!(components.restore("rollup") && components.restore("store"));
        assert_eq!(health(true).get("degraded"), None);
    }
}
