//! The reference of the codes of errors, made from their declarations.

use server::api::Code;

use super::table::{code, table};

const INTRO: &str = "\
<!-- Generated from crates/server/src/api/codes.rs: change the declarations there. -->

# Errors

Every answer that is an error has the body `{\"error\": {code, message, details?, request_id}}`. The code keeps its meaning
over releases; the message is for people and may change; the request id stands in the log as well.

";

/// Returns the text of `docs/reference/errors.md`.
pub(super) fn reference() -> String {
    let rows = Code::ALL.iter().map(|one| {
        [
            code(one.name()),
            one.status().as_u16().to_string(),
            one.meaning().to_owned(),
        ]
    });
    format!("{INTRO}{}", table(["Code", "Status", "Meaning"], rows))
}
