//! What a verified token says of its owner.
//!
//! Hasura's claims are an object under a name of their own, or that object as a JSON text. The
//! role is the one they name; only where they name none, as in tokens of nChat itself, it is the
//! `role` beside them.

use std::borrow::Cow;

use domain::{
    id::{UserId, WorkspaceId},
    time::Instant,
};
use serde_json::{Map, Value};

use crate::auth::TokenFault;

/// Roles that may do everything.
const ADMINISTRATORS: [&str; 2] = ["owner", "admin"];

/// What a verified token says of its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::auth) struct Claims {
    /// The role by which they are an owner or admin of the chat, if they are.
    pub(in crate::auth) administers_as: Option<&'static str>,
    /// Who they are.
    pub(in crate::auth) subject: Option<UserId>,
    /// What they are called, where the token says so.
    pub(in crate::auth) name: Option<String>,
    /// The only workspace they belong to.
    pub(in crate::auth) workspace: Option<WorkspaceId>,
    /// When the token expires.
    pub(in crate::auth) expires_at: Instant,
}

impl Claims {
    pub(super) fn read(
        claims: &Map<String, Value>,
        namespace: &str,
        expires_at: Instant,
    ) -> Result<Self, TokenFault> {
        let hasura = hasura(claims.get(namespace))?;
        Ok(Self {
            administers_as: administers_as(claims, &hasura),
            subject: text(get(&hasura, "x-hasura-user-id"))
                .or_else(|| text(claims.get("sub")))
                .and_then(|id| UserId::new(id).ok()),
            name: ["displayName", "name", "username"]
                .into_iter()
                .find_map(|name| text(claims.get(name)))
                .map(str::to_owned),
            workspace: workspace(claims, &hasura)?,
            expires_at,
        })
    }
}

fn hasura(value: Option<&Value>) -> Result<Cow<'_, Map<String, Value>>, TokenFault> {
    match value {
        None | Some(Value::Null) => Ok(Cow::Owned(Map::new())),
        Some(Value::Object(claims)) => Ok(Cow::Borrowed(claims)),
        Some(Value::String(json)) => serde_json::from_str(json)
            .map(Cow::Owned)
            .map_err(|_| TokenFault::Claims),
        Some(_) => Err(TokenFault::Claims),
    }
}

fn administers_as(
    claims: &Map<String, Value>,
    hasura: &Map<String, Value>,
) -> Option<&'static str> {
    let administrator = |role: &str| ADMINISTRATORS.into_iter().find(|known| *known == role);
    let default_role = text(get(hasura, "x-hasura-default-role"));
    let allowed_roles = get(hasura, "x-hasura-allowed-roles").and_then(Value::as_array);
    if default_role.is_none() && allowed_roles.is_none() {
        return text(claims.get("role")).and_then(administrator);
    }
    let roles = allowed_roles
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    default_role
        .into_iter()
        .chain(roles)
        .find_map(administrator)
}

fn workspace(
    claims: &Map<String, Value>,
    hasura: &Map<String, Value>,
) -> Result<Option<WorkspaceId>, TokenFault> {
    let named = [hasura, claims].into_iter().find_map(|claims| {
        ["x-hasura-source-account-id", "source_account_id"]
            .into_iter()
            .find_map(|name| get(claims, name).filter(|value| !value.is_null()))
    });
    // A claim that is there and names no workspace must not turn into the right to choose one.
    named
        .map(|value| {
            let id = value.as_str().and_then(|text| WorkspaceId::new(text).ok());
            id.ok_or(TokenFault::Claims)
        })
        .transpose()
}

/// Returns a claim by its name, whose case does not matter to Hasura.
fn get<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let mut entries = claims.iter();
    entries
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// Returns a text that is not empty.
fn text(value: Option<&Value>) -> Option<&str> {
    value?.as_str().filter(|text| !text.is_empty())
}
