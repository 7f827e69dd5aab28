//! `/unsubscribe/{token}`: leaving the recipients of a report, by the link in a mail.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderValue, header},
    response::{Html, IntoResponse as _, Response},
};

use super::super::{
    error::{ApiError, ErrorAnswer},
    state::ApiState,
};

/// What a page may do in a browser: show itself, and send its form here.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
);

fn page(title: &str, what: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
         </head><body style=\"font-family:sans-serif;max-width:32em;margin:4em auto;padding:0 1em\">\
         <h1 style=\"font-size:1.4em\">{title}</h1>{what}</body></html>"
    );
    let mut response = Html(page).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

/// Asks whoever has a link whether they want to leave: nothing changes, as programs look at links by themselves.
#[utoipa::path(
    get, path = "/unsubscribe/{token}", tag = "reports", security(()),
    params(("token" = String, Path, description = "What a mail says")),
    responses((status = 200, description = "A page", content((String = "text/html"))))
)]
pub(in crate::api) async fn ask_to_leave() -> Response {
    let form =
        "<form method=\"post\"><button type=\"submit\">Get this report no more</button></form>";
    page("Unsubscribe", form)
}

/// Takes whoever has a link out of the recipients of a report.
#[utoipa::path(
    post, path = "/unsubscribe/{token}", tag = "reports", security(()),
    params(("token" = String, Path, description = "What a mail says")),
    responses(
        (status = 200, description = "A page", content((String = "text/html"))),
        (status = 404, body = ErrorAnswer),
    )
)]
pub(in crate::api) async fn leave(
    State(state): State<ApiState>,
    token: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(token) = token.map_err(|_no_text| ApiError::NoRoute)?;
    if !state.reporter.leave(&token).await? {
        return Err(ApiError::NotThere("there is no such report any more"));
    }
    Ok(page(
        "Unsubscribed",
        "<p>You will not get this report again.</p>",
    ))
}
