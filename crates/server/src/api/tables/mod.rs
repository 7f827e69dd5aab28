//! `format` and `table` of every answer: one table of it as a file.
//!
//! A handler knows nothing of this. Its answer is JSON whose schema says which tables there are: lists
//! of objects or of lists, by the path to them, and `totals`, which is what the answer says once. The
//! main one is the list with the resource's name, or else `rows`, `timeline`, `series` or `cohorts`, or
//! else the first; a list with the extension `x-main-table` in its schema comes before all of these.
//! What is posted has both as fields of the body: the handler [marks](Asked::mark) its answer.

mod node;
mod schema;
mod table;
mod write;

use std::sync::{Arc, LazyLock};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::time::{Instant, zone};
use jiff::tz::TimeZone;
use store::{Asker, Shares};
use utoipa::{
    Modify,
    openapi::{
        OpenApi, RefOr, Required,
        content::ContentBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Type},
    },
};

pub(super) use schema::Tables;
pub(super) use table::TOTALS;

use self::{node::Node, schema::Known, table::Table};
use super::{
    error::ApiError,
    export::{self, format::Format},
    name::NameError,
    openapi::openapi,
    params::{Params, shortened},
    room::{PATIENCE, RoomError},
};

/// What makes files of answers.
#[derive(Clone)]
pub(super) struct Layer {
    /// The tables of answers.
    pub(super) tables: Arc<Tables>,
    /// Places of exports under way.
    pub(super) places: Arc<Shares>,
}

/// As what an answer is wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    format: Option<Format>,
    table: Option<String>,
}

impl Asked {
    /// Reads what parameters say.
    pub(super) fn of(params: &Params) -> Result<Self, ApiError> {
        Ok(Self {
            format: params.choice("format", &Format::OF_A_TABLE)?,
            table: params.text("table")?.map(str::to_owned),
        })
    }

    /// Marks an answer, so that it is made a file on its way out.
    pub(super) fn mark(self, mut answer: Response) -> Response {
        answer.extensions_mut().insert(self);
        answer
    }

    /// Asks for what the answer says once, where no other table of it is named: it has no rows.
    pub(super) fn without_rows(mut self) -> Self {
        if self.format.is_some_and(|format| format != Format::Json) {
            self.table.get_or_insert_with(|| TOTALS.to_owned());
        }
        self
    }

    const fn is_plain(&self) -> bool {
        self.format.is_none() && self.table.is_none()
    }

    /// Refuses a table that there is not.
    fn check(&self, known: &Known) -> Result<(), ApiError> {
        let Some(name) = &self.table else {
            return Ok(());
        };
        let names = names(known);
        if names.contains(name) {
            return Ok(());
        }
        Err(NameError::UnknownValue {
            parameter: "table",
            name: shortened(name),
            known: names,
        }
        .into())
    }
}

/// Returns the names of the tables of an answer, the main one first.
fn names(known: &Known) -> Vec<String> {
    let main = known.tables.get(known.main);
    let others = known.tables.iter().enumerate();
    let others = others
        .filter(|(place, _)| *place != known.main)
        .map(|(_, one)| one);
    let names = main.into_iter().chain(others).map(|(name, _)| name.clone());
    names.chain([TOTALS.to_owned()]).collect()
}

/// Makes a file of an answer, where one is wanted.
pub(super) async fn as_table(
    State(layer): State<Layer>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let method = request.method().clone();
    let known = path
        .as_deref()
        .and_then(|path| layer.tables.get(path, method.as_str()));
    let (Some(path), Some(known)) = (&path, known) else {
        return next.run(request).await;
    };
    let mut asked = Asked::default();
    // An export says for itself what its `format` is.
    if method == Method::GET && !known.tables.is_empty() {
        let read = Asked::of(&Params::in_address(request.uri()));
        match read.and_then(|read| read.check(known).map(|()| read)) {
            Ok(read) => asked = read,
            Err(refused) => return refused.into_response(),
        }
        if !asked.is_plain() {
            // What is held is the answer, and no file of it.
            request.headers_mut().remove(header::IF_NONE_MATCH);
        }
    }
    let mut answer = next.run(request).await;
    if let Some(marked) = answer.extensions_mut().remove::<Asked>() {
        asked = marked;
    }
    if asked.is_plain() || answer.status() != StatusCode::OK {
        return answer;
    }
    let resource = path.rsplit('/').next().unwrap_or_default();
    let made = asked
        .check(known)
        .map(|()| file(&layer, answer, &asked, known, resource));
    match made {
        Ok(file) => file.await.unwrap_or_else(ApiError::into_response),
        Err(refused) => refused.into_response(),
    }
}

/// Makes a file of an answer, away from the async threads.
async fn file(
    layer: &Layer,
    answer: Response,
    asked: &Asked,
    known: &Known,
    resource: &str,
) -> Result<Response, ApiError> {
    let internal = |error: &dyn std::fmt::Display| ApiError::Internal(error.to_string());
    let asker = Asker::current();
    let place = layer.places.take(asker.name(), 1, PATIENCE).await;
    let place = place.map_err(RoomError::of_exports)?;
    let (mut parts, body) = answer.into_parts();
    let body: Bytes = to_bytes(body, usize::MAX)
        .await
        .map_err(|error| internal(&error))?;
    let format = asked.format.unwrap_or(Format::Json);
    let main = known
        .tables
        .get(known.main)
        .map_or(TOTALS, |(name, _)| name.as_str());
    let wanted = asked.table.clone();
    let name = wanted.clone().unwrap_or_else(|| main.to_owned());
    let columns = known.tables.iter().find(|(known, _)| *known == name);
    let columns = columns.map_or_else(Vec::new, |(_, columns)| columns.clone());
    let title = if name == main {
        resource.to_owned()
    } else {
        format!("{resource}-{name}")
    };
    let written = tokio::task::spawn_blocking(move || {
        let document: Node = serde_json::from_slice(&body).map_err(|error| internal(&error))?;
        let meta = document.get("meta");
        let zone = meta.and_then(|meta| meta.get("timezone")?.text());
        let span = meta.and_then(span);
        let written = if format == Format::Json && wanted.is_none() {
            body.to_vec()
        } else {
            write::write(&Table::of(&document, &name, &columns), format, zone)?
        };
        drop(place);
        Ok::<(Vec<u8>, Option<String>), ApiError>((written, span))
    });
    let (written, span) = written.await.map_err(|error| internal(&error))??;
    let title = span.map_or(title.clone(), |span| format!("{title}_{span}"));
    let mut file = export::attached(Body::from(written), format, &title);
    parts.headers.remove(header::ETAG);
    parts.headers.remove(header::CONTENT_LENGTH);
    for (name, value) in &parts.headers {
        if !file.headers().contains_key(name) {
            file.headers_mut().insert(name.clone(), value.clone());
        }
    }
    Ok(file)
}

/// Writes a table of an answer to `POST query`.
pub(super) fn write_table(
    document: &[u8],
    name: &str,
    format: Format,
) -> Result<Vec<u8>, ApiError> {
    static KNOWN: LazyLock<Tables> = LazyLock::new(|| Tables::of(&openapi()));
    let internal = |error: serde_json::Error| ApiError::Internal(error.to_string());
    let document: Node = serde_json::from_slice(document).map_err(internal)?;
    let known = KNOWN.get("/api/analytics/query", "post");
    let tables = known.into_iter().flat_map(|known| &known.tables);
    let columns = tables.filter(|(known, _)| known == name);
    let columns: Vec<_> = columns.flat_map(|(_, columns)| columns.clone()).collect();
    let zone = document
        .get("meta")
        .and_then(|meta| meta.get("timezone")?.text());
    write::write(&Table::of(&document, name, &columns), format, zone)
}

/// Returns the first and the last day of an answer with their zone, as names of files have them.
fn span(meta: &Node) -> Option<String> {
    let name = meta.get("timezone")?.text()?;
    let zone = zone(name)?;
    let at = |field: &str| Instant::parse(meta.get(field)?.text()?, &TimeZone::UTC).ok();
    let (from, to) = (at("from")?, at("to")?);
    let last = to.plus_millis(-1).max(from);
    let (from, last) = (from.day(&zone), last.day(&zone));
    let place = name.replace(
        |letter: char| !letter.is_ascii_alphanumeric() && letter != '+',
        "-",
    );
    Some(format!("{from}_{last}_{place}"))
}

/// Declares `format` and `table` for every question that is asked by its address, and the kinds of files
/// for all that have them.
pub(super) struct Declaration;

impl Declaration {
    fn declare(operation: &mut Operation, known: &Known, is_get: bool) {
        let has_format = operation.parameters.iter().flatten().any(|one| match one {
            RefOr::T(one) => one.name == "format",
            RefOr::Ref(_) => false,
        });
        if known.tables.is_empty() || has_format {
            return;
        }
        let names = names(known);
        if is_get {
            let about = "the answer (`json`), or one table of it (`csv`, `ndjson` with a line for each row, \
                         `excel`), as a file";
            let table = format!(
                "which table of the answer: `{}` (default where `format` names a table), or another by the path to its \
                 list; `totals` is what the answer says once. As `json` it is a list of rows",
                names[0]
            );
            let formats = Format::OF_A_TABLE.map(|(_, names)| names[0].to_owned());
            let parameters = operation.parameters.get_or_insert_default();
            parameters.push(text("format", about, formats.into()).into());
            parameters.push(text("table", &table, names).into());
        }
        if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") {
            for (format, _) in Format::OF_A_TABLE {
                let kind = format.kind().split(';').next().unwrap_or_default();
                let string = ObjectBuilder::new().schema_type(Type::String);
                let content = ContentBuilder::new().schema(Some(string)).build();
                answer
                    .content
                    .entry(kind.to_owned())
                    .or_insert_with(|| content.into());
            }
        }
    }
}

fn text(name: &str, about: &str, values: Vec<String>) -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(values));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(schema))
        .build()
}

impl Modify for Declaration {
    fn modify(&self, reference: &mut OpenApi) {
        let tables = Tables::of(reference);
        for (path, item) in &mut reference.paths.paths {
            for (method, operation) in [("get", &mut item.get), ("post", &mut item.post)] {
                let Some(operation) = operation else { continue };
                let is_question = operation.tags.iter().flatten().any(|tag| tag == "numbers");
                if let Some(known) = tables.get(path, method).filter(|_| is_question) {
                    Self::declare(operation, known, method == "get");
                }
            }
        }
    }
}
