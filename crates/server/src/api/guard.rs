//! Who is asking: the first thing a handler extracts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use store::{Asker, meta::Access};

use super::{error::ApiError, state::ApiState};
use crate::auth::{Caller, Presented};

/// A key that stood in the path, taken out of it before routing.
#[derive(Clone)]
pub(super) struct PathKey(pub(super) String);

/// Somebody who may read numbers.
pub(super) struct Reader(pub Caller);
/// Somebody who may send events.
pub(super) struct Sender(pub Caller);
/// Somebody who may do everything.
pub(super) struct Admin(pub Caller);

async fn caller(parts: &Parts, state: &ApiState) -> Result<Caller, ApiError> {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let path_key = parts.extensions.get::<PathKey>().map(|key| key.0.as_str());
    let presented = Presented {
        headers: &parts.headers,
        path_key,
        peer,
    };
    match state.authenticator.authenticate(presented).await {
        Ok(caller) => {
            Asker::current().is(caller.name());
            Ok(caller)
        }
        Err(error) => {
            state.authenticator.hold_back(&presented, &error).await;
            Err(error.into())
        }
    }
}

impl FromRequestParts<ApiState> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let caller = caller(parts, state).await?;
        caller.require(Access::Read)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<ApiState> for Sender {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let caller = caller(parts, state).await?;
        caller.require(Access::Write)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<ApiState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let caller = caller(parts, state).await?;
        caller.require(Access::Admin)?;
        Ok(Self(caller))
    }
}
