//! How errors are told: the body of every answer that is one.

use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::schema::{Object, ObjectBuilder, Type},
};

use super::codes::Code;

/// An event that was refused: its place in the body, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Refusal {
    /// Place in the body, from 0.
    pub index: usize,
    /// Stable code of the reason.
    #[schema(example = "in_future")]
    pub code: &'static str,
    /// The reason as a sentence.
    pub message: String,
}

/// The body of every answer that is an error.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ErrorAnswer {
    /// What went wrong.
    pub error: ErrorBody,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    /// Stable code, for programs.
    #[schema(schema_with = code_schema)]
    pub code: Code,
    /// A sentence, for people.
    pub message: String,
    /// More, where there is more to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub details: Option<serde_json::Value>,
    /// Names this request in the logs.
    pub request_id: String,
}

fn code_schema() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("Stable code, for programs."))
        .enum_values(Some(Code::ALL.iter().map(|code| code.name())))
        .build()
}
