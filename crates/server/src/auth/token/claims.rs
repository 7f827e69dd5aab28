//! What a verified token says of its owner.
//!
//! Hasura's claims are an object under a name of their own, or that object as a JSON text. The
//! role is the one they name; only where they name none, as in tokens of nChat itself, it is the
//! `role` beside them.

use std::borrow::Cow;

use domain::id::{UserId, WorkspaceId};
use serde_json::{Map, Value};

use crate::auth::TokenFault;

/// Roles that may do everything.
const ADMINISTRATORS: [&str; 2] = ["owner", "admin"];

/// What a verified token says of its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::auth) struct Claims {
    /// Whether they are an owner or admin of the chat.
    pub(in crate::auth) is_admin: bool,
    /// Who they are.
    pub(in crate::auth) subject: Option<UserId>,
    /// The only workspace they belong to.
    pub(in crate::auth) workspace: Option<WorkspaceId>,
}

impl Claims {
    pub(super) fn read(claims: &Map<String, Value>, namespace: &str) -> Result<Self, TokenFault> {
        let hasura = hasura(claims.get(namespace))?;
        Ok(Self {
            is_admin: is_admin(claims, &hasura),
            subject: text(get(&hasura, "x-hasura-user-id"))
                .or_else(|| text(claims.get("sub")))
                .and_then(|id| UserId::new(id).ok()),
            workspace: workspace(claims, &hasura)?,
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

fn is_admin(claims: &Map<String, Value>, hasura: &Map<String, Value>) -> bool {
    let administers = |role: &str| ADMINISTRATORS.contains(&role);
    let default_role = text(get(hasura, "x-hasura-default-role"));
    let allowed_roles = get(hasura, "x-hasura-allowed-roles").and_then(Value::as_array);
    if default_role.is_none() && allowed_roles.is_none() {
        return text(claims.get("role")).is_some_and(administers);
    }
    let mut roles = allowed_roles
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    default_role.is_some_and(administers) || roles.any(administers)
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
