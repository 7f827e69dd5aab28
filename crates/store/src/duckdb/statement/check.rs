//! What a statement may hold, told from the tree that the engine's parser makes of it.
//!
//! 1. Every node is of a kind that is listed; what is not listed is refused, also when a later engine
//!    brings it.
//! 2. A table is one of the documented ones, or a common table expression that is in sight where it is
//!    named. A name with a schema or a catalogue is neither.
//! 3. A function is one of those that only compute.

use serde_json::{Map, Value as Json};

use super::{functions, views};
use crate::SqlError;

/// Kinds of expressions.
const EXPRESSIONS: [&str; 17] = [
    "BETWEEN",
    "CASE",
    "CAST",
    "COLLATE",
    "COLUMN_REF",
    "COMPARISON",
    "CONJUNCTION",
    "CONSTANT",
    "FUNCTION",
    "LAMBDA",
    "OPERATOR",
    "PARAMETER",
    "POSITIONAL_REFERENCE",
    "STAR",
    "SUBQUERY",
    "TYPE",
    "WINDOW",
];

/// Kinds of other nodes: queries, what they read from, and how their rows are changed.
const NODES: [&str; 16] = [
    "SELECT_NODE",
    "SET_OPERATION_NODE",
    "RECURSIVE_CTE_NODE",
    "EMPTY",
    "BASE_TABLE",
    "EXPRESSION_LIST",
    "JOIN",
    "PIVOT",
    "SUBQUERY",
    "TABLE_FUNCTION",
    "DISTINCT_MODIFIER",
    "LIMIT_MODIFIER",
    "LIMIT_PERCENT_MODIFIER",
    "ORDER_MODIFIER",
    "ASCENDING",
    "DESCENDING",
];

/// How the kinds of nodes end, or what they are, that say more of a type or of an order.
const DETAILS: [&str; 2] = ["_TYPE_INFO", "ORDER_DEFAULT"];

/// Refuses a tree that could do anything but read the documented tables.
pub(super) fn check(tree: &Json) -> Result<(), SqlError> {
    visit(tree, &mut Vec::new())
}

/// Visits a part of the tree; `in_sight` are the common table expressions that it may name.
fn visit(part: &Json, in_sight: &mut Vec<String>) -> Result<(), SqlError> {
    match part {
        Json::Array(parts) => parts.iter().try_for_each(|part| visit(part, in_sight)),
        Json::Object(node) => {
            let before = in_sight.len();
            let visited = visit_node(node, in_sight);
            in_sight.truncate(before);
            visited
        }
        _ => Ok(()),
    }
}

fn visit_node(node: &Map<String, Json>, in_sight: &mut Vec<String>) -> Result<(), SqlError> {
    let text = |name: &str| node.get(name).and_then(Json::as_str).unwrap_or_default();
    let kind = text("type");
    match node.get("class").and_then(Json::as_str) {
        Some(class) if !EXPRESSIONS.contains(&class) => {
            return Err(SqlError::Form(class.to_owned()));
        }
        None if !is_listed(kind) => return Err(SqlError::Form(kind.to_owned())),
        Some(_) => {}
        None => match kind {
            "BASE_TABLE" => table(node, in_sight)?,
            "TABLE_FUNCTION" => return table_function(node, in_sight),
            "RECURSIVE_CTE_NODE" => return recursive(node, in_sight),
            _ => {}
        },
    }
    if node.contains_key("function_name") {
        let name = function_name(node);
        if !functions::only_computes(&name) {
            return Err(SqlError::Function(name));
        }
    }
    // Each one sees those before it, and what follows sees all of them.
    let named = node.get("cte_map").and_then(|map| map["map"].as_array());
    for one in named.into_iter().flatten() {
        visit(&one["value"], in_sight)?;
        in_sight.extend(one["key"].as_str().map(str::to_lowercase));
    }
    let others = node.iter().filter(|(name, _)| *name != "cte_map");
    others
        .map(|(_, part)| part)
        .try_for_each(|part| visit(part, in_sight))
}

/// Parts of a node that are no nodes of their own have no type, or one that is written as an object.
fn is_listed(kind: &str) -> bool {
    kind.is_empty() || NODES.contains(&kind) || DETAILS.iter().any(|end| kind.ends_with(end))
}

fn table(node: &Map<String, Json>, in_sight: &[String]) -> Result<(), SqlError> {
    let text = |name: &str| node.get(name).and_then(Json::as_str).unwrap_or_default();
    let name = text("table_name").to_lowercase();
    // A quoted name may hold dots: parts are never put together before they are compared.
    let places = ["catalog_name", "schema_name"].map(text);
    let is_plain = places.iter().all(|place| place.is_empty());
    if is_plain && (in_sight.contains(&name) || views::NAMES.contains(&name.as_str())) {
        return Ok(());
    }
    let parts = places.into_iter().chain([name.as_str()]);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    Err(SqlError::Table {
        name: parts.join("."),
        known: views::NAMES.to_vec(),
    })
}

fn table_function(node: &Map<String, Json>, in_sight: &mut Vec<String>) -> Result<(), SqlError> {
    let function = node.get("function").and_then(Json::as_object);
    let name = function.map(function_name);
    let name = name.unwrap_or_default();
    if !functions::makes_rows(&name) {
        return Err(SqlError::TableFunction(name));
    }
    for (name, part) in function.into_iter().flatten() {
        if name != "class" && name != "type" {
            visit(part, in_sight)?;
        }
    }
    let others = node.iter().filter(|(name, _)| *name != "function");
    others
        .map(|(_, part)| part)
        .try_for_each(|part| visit(part, in_sight))
}

/// Only the right side of a recursive query sees the query itself.
fn recursive(node: &Map<String, Json>, in_sight: &mut Vec<String>) -> Result<(), SqlError> {
    let others = node.iter().filter(|(name, _)| *name != "right");
    others
        .map(|(_, part)| part)
        .try_for_each(|part| visit(part, in_sight))?;
    let itself = node.get("cte_name").and_then(Json::as_str);
    in_sight.extend(itself.map(str::to_lowercase));
    node.get("right")
        .map_or(Ok(()), |right| visit(right, in_sight))
}

/// Returns the name of a function in lower case; with its schema or catalogue, which no listed name
/// has, unless it is the one that the parser writes where it makes a function of other signs.
fn function_name(node: &Map<String, Json>) -> String {
    let text = |name: &str| node.get(name).and_then(Json::as_str).unwrap_or_default();
    let (catalog, schema) = (text("catalog"), text("schema"));
    let name = text("function_name").to_lowercase();
    if catalog.is_empty() && ["", "main"].contains(&schema) {
        name
    } else {
        format!("{catalog}.{schema}.{name}")
    }
}
