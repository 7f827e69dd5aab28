//! Who is asking: the first thing a handler extracts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, Method, request::Parts},
};
use store::{Asker, meta::Access};

use super::{error::ApiError, shared, state::ApiState};
use crate::auth::{AuthError, Caller, Presented, session::SignedIn};

/// A key that stood in the path, taken out of it before routing.
#[derive(Clone)]
pub(super) struct PathKey(pub(super) String);

/// Marks a request that came below the pages, where the cookie of a session counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct OnPages;

/// Whoever sends a request, before anybody asks who it is.
pub(super) struct Visitor {
    /// The headers of the request.
    pub(super) headers: HeaderMap,
    peer: IpAddr,
    path_key: Option<String>,
    is_on_pages: bool,
}

impl Visitor {
    fn of(parts: &Parts) -> Self {
        let key = parts.extensions.get::<PathKey>();
        Self {
            headers: parts.headers.clone(),
            peer: peer(parts),
            path_key: key.map(|key| key.0.clone()),
            is_on_pages: parts.extensions.get::<OnPages>().is_some(),
        }
    }

    /// Returns what they show, if the request came below the pages.
    pub(super) fn on_pages(&self) -> Result<Presented<'_>, AuthError> {
        if !self.is_on_pages {
            return Err(AuthError::Elsewhere);
        }
        Ok(Presented {
            headers: &self.headers,
            path_key: self.path_key.as_deref(),
            peer: self.peer,
        })
    }

    /// Returns who is signed in, if anybody is and shows no other credential.
    pub(super) async fn session(&self, state: &ApiState) -> Result<Option<SignedIn>, AuthError> {
        match self.on_pages() {
            Ok(presented) if !presented.shows_credential() => state.sessions.find(&presented).await,
            _ => Ok(None),
        }
    }
}

impl FromRequestParts<ApiState> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, ApiError> {
        Ok(Self::of(parts))
    }
}

fn peer(parts: &Parts) -> IpAddr {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
}

/// Somebody who may read numbers.
pub(super) struct Reader(pub Caller);
/// Somebody who may send events.
pub(super) struct Sender(pub Caller);
/// Somebody who may do everything.
pub(super) struct Admin(pub Caller);

async fn caller(parts: &Parts, state: &ApiState) -> Result<Caller, ApiError> {
    let path_key = parts.extensions.get::<PathKey>().map(|key| key.0.as_str());
    let presented = Presented {
        headers: &parts.headers,
        path_key,
        peer: peer(parts),
    };
    let changes = !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let recognised = if parts.extensions.get::<OnPages>().is_some() {
        state.sessions.authenticate(presented, changes).await
    } else {
        state.authenticator.authenticate(presented).await
    };
    match recognised {
        Ok(caller) => {
            Asker::current().is(caller.name());
            if let Some(link) = caller.shared_link() {
                shared::admit(link, parts)?;
            }
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
