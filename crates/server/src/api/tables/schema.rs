//! Which tables an answer holds, told from its schema: lists of objects, or of lists.

use std::collections::HashMap;

use utoipa::openapi::OpenApi;

use super::node::Node;

/// Names of lists that are what an answer is mainly about, where none has the name of its resource.
const MAIN: [&str; 4] = ["rows", "timeline", "series", "cohorts"];
/// Parts of answers that hold no rows of numbers.
pub(super) const ASIDE: [&str; 3] = ["meta", "explain", "columns"];
/// A list says by this that it is the main table of its answer.
const MARK: &str = "x-main-table";

/// The tables of an answer.
#[derive(Debug, Default, PartialEq)]
pub(in crate::api) struct Known {
    /// Each by the path to its list, with its columns.
    pub(super) tables: Vec<(String, Vec<Column>)>,
    /// The place of the one that is meant where none is named.
    pub(super) main: usize,
}

/// A column that the schema tells of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Column {
    /// A value, by the path to it.
    Value(String),
    /// Values by names that only the answer tells: each is a column after this path.
    Map(String),
}

/// The tables of every answer, by path and method.
#[derive(Debug, Default)]
pub(in crate::api) struct Tables(HashMap<(String, &'static str), Known>);

impl Tables {
    /// Reads them out of the reference.
    pub(in crate::api) fn of(reference: &OpenApi) -> Self {
        let text = serde_json::to_string(reference).unwrap_or_default();
        let Ok(document) = serde_json::from_str::<Node>(&text) else {
            return Self::default();
        };
        let schemas = Schemas(&document);
        let mut tables = HashMap::new();
        let paths = document.get("paths").and_then(Node::fields);
        for (path, item) in paths.into_iter().flatten() {
            for method in ["get", "post"] {
                let answer = item.get(method).and_then(answer_of);
                if let Some(answer) = answer {
                    let resource = path.rsplit('/').next().unwrap_or_default();
                    tables.insert((path.clone(), method), schemas.known(answer, resource));
                }
            }
        }
        Self(tables)
    }

    /// Returns the tables of an operation's answer.
    pub(super) fn get(&self, path: &str, method: &str) -> Option<&Known> {
        let method = if method.eq_ignore_ascii_case("post") {
            "post"
        } else {
            "get"
        };
        self.0.get(&(path.to_owned(), method))
    }
}

fn answer_of(operation: &Node) -> Option<&Node> {
    let answer = operation.get("responses")?.get("200")?;
    answer
        .get("content")?
        .get("application/json")?
        .get("schema")
}

/// The schemas of a reference.
struct Schemas<'a>(&'a Node);

impl<'a> Schemas<'a> {
    /// Returns what a schema stands for: what it refers to, and the one of several that is not `null`.
    fn resolved(&self, schema: &'a Node) -> &'a Node {
        if let Some(name) = schema.get("$ref").and_then(Node::text) {
            let name = name.rsplit('/').next().unwrap_or_default();
            let components = self.0.get("components").and_then(|all| all.get("schemas"));
            let found = components.and_then(|all| all.get(name));
            return found.map_or(schema, |found| self.resolved(found));
        }
        let several = ["oneOf", "anyOf"]
            .iter()
            .find_map(|name| schema.get(name)?.list());
        let is_null = |one: &&Node| one.get("type").and_then(Node::text) == Some("null");
        let one = several.and_then(|several| several.iter().find(|one| !is_null(one)));
        one.map_or(schema, |one| self.resolved(one))
    }

    /// Returns the fields of an object.
    fn properties(&self, schema: &'a Node) -> Vec<(&'a str, &'a Node)> {
        let schema = self.resolved(schema);
        let parts = schema.get("allOf").and_then(Node::list);
        let parts = parts.into_iter().flatten();
        let inherited = parts.flat_map(|part| self.properties(part));
        let own = schema.get("properties").and_then(Node::fields);
        let own = own.into_iter().flatten();
        inherited
            .chain(own.map(|(name, one)| (name.as_str(), one)))
            .collect()
    }

    fn known(&self, answer: &'a Node, resource: &str) -> Known {
        let mut known = Known::default();
        let mut marked = None;
        self.find(answer, "", &mut known, &mut marked);
        let place = |wanted: &str| known.tables.iter().position(|(name, _)| name == wanted);
        let named = std::iter::once(resource).chain(MAIN).find_map(place);
        known.main = marked.or(named).unwrap_or(0);
        known
    }

    fn find(&self, part: &'a Node, path: &str, known: &mut Known, marked: &mut Option<usize>) {
        for (name, field) in self.properties(part) {
            if ASIDE.contains(&name) {
                continue;
            }
            let (path, schema) = (joined(path, name), self.resolved(field));
            let Some(items) = schema.get("items") else {
                self.find(schema, &path, known, marked);
                continue;
            };
            let items = self.resolved(items);
            if !is_scalar(items) {
                if schema.get(MARK).is_some() {
                    *marked = Some(known.tables.len());
                }
                let mut columns = Vec::new();
                self.columns(items, "", &mut columns);
                known.tables.push((path, columns));
            }
        }
    }

    fn columns(&self, row: &'a Node, path: &str, columns: &mut Vec<Column>) {
        for (name, field) in self.properties(row) {
            let (path, schema) = (joined(path, name), self.resolved(field));
            if schema.get("additionalProperties").is_some() {
                columns.push(Column::Map(path));
            } else if self.properties(schema).is_empty() {
                columns.push(Column::Value(path));
            } else {
                self.columns(schema, &path, columns);
            }
        }
    }
}

fn is_scalar(schema: &Node) -> bool {
    let kinds = match schema.get("type") {
        Some(Node::List(kinds)) => kinds.iter().filter_map(Node::text).collect(),
        Some(kind) => kind.text().into_iter().collect::<Vec<_>>(),
        None => Vec::new(),
    };
    kinds
        .iter()
        .any(|kind| ["string", "integer", "number", "boolean"].contains(kind))
}

/// Returns the path to a field.
pub(super) fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
