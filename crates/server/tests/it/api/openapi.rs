//! The reference of the API: it describes everything there is.

use std::{collections::BTreeSet, fs, path::Path};

use reqwest::Method;
use serde_json::{Value, json};

use super::router::ROUTES;
use crate::support::Home;

/// Calls `visit` for every object within a value.
fn walk(value: &Value, visit: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(object);
            object.values().for_each(|value| walk(value, visit));
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

async fn document() -> Value {
    let home = Home::new();
    // Whoever writes a client needs no key to read what there is.
    let service = home.start(&[]);
    let response = service
        .request(Method::GET, "/api/analytics/openapi.json")
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn every_route_is_described_and_nothing_else() {
    let document = document().await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["info"]["version"], "1.0.0");
    let mut described = BTreeSet::new();
    let mut operations = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            described.insert(format!("{} {path}", method.to_uppercase()));
            let id = operation["operationId"].as_str().unwrap();
            assert!(
                operations.insert(id.to_owned()),
                "{id} names two operations"
            );
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{path}");
            let responses = &operation["responses"];
            let successes = ["200", "201", "202"];
            assert!(
                successes
                    .iter()
                    .any(|status| responses[*status].is_object()),
                "{path}"
            );
        }
    }
    let known: BTreeSet<String> = ROUTES
        .iter()
        .map(|(path, method)| format!("{method} {path}"))
        .collect();
    assert_eq!(described, known);
}

#[test]
fn every_route_of_the_router_is_known_here() {
    let source = include_str!("../../../src/api/router.rs");
    let (analytics, others) = source.split_once(".nest(\"/api/analytics\"").unwrap();
    let routes = |text: &str, prefix: &str| {
        let routes = text.split(".route(").skip(1);
        let paths = routes.map(|route| format!("{prefix}{}", route.split('"').nth(1).unwrap()));
        paths.collect::<BTreeSet<String>>()
    };
    let mut found = routes(analytics, "/api/analytics");
    found.extend(routes(others, ""));
    let known: BTreeSet<String> = ROUTES.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(found, known);
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document = document().await;
    let mut used = BTreeSet::new();
    walk(&document, &mut |object| {
        if let Some(Value::String(reference)) = object.get("$ref") {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(
                document.pointer(pointer).is_some(),
                "{reference} leads nowhere"
            );
            used.insert(pointer.rsplit('/').next().unwrap().to_owned());
        }
    });
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let known: BTreeSet<String> = schemas.keys().cloned().collect();
    assert_eq!(used, known);
    for (name, schema) in schemas {
        for (field, described) in schema["properties"].as_object().into_iter().flatten() {
            // A reference carries the description of what it leads to.
            // What may be null says it beside what it else is.
            let place = described.pointer("/oneOf/0").unwrap_or(described);
            let text = place["description"].as_str().unwrap_or_default();
            assert!(
                !text.is_empty() || described.get("$ref").is_some(),
                "{name}.{field}"
            );
        }
    }
}

#[tokio::test]
async fn refusals_are_described_where_they_can_happen() {
    let document = document().await;
    let codes = &document["components"]["schemas"]["ErrorBody"]["properties"]["code"]["enum"];
    let known: Vec<&str> = server::api::Code::ALL
        .iter()
        .map(|code| code.name())
        .collect();
    assert_eq!(*codes, json!(known));
    let open = [
        "health",
        "healthz",
        "live",
        "ready",
        "readyz",
        "version",
        "openapi.json",
        // Of `/unsubscribe`.
        "{token}",
    ];
    for (path, methods) in document["paths"].as_object().unwrap() {
        let is_open = open.iter().any(|end| path.rsplit('/').next() == Some(end));
        for operation in methods.as_object().unwrap().values() {
            let has_body = operation.get("requestBody").is_some();
            let is_question = operation["tags"] == json!(["numbers"]);
            for (status, expected) in [
                ("400", !is_open),
                ("401", !is_open),
                ("403", !is_open),
                ("408", has_body),
                ("413", has_body),
                ("415", has_body),
                ("422", is_question),
                ("429", !is_open),
                ("503", !is_open),
            ] {
                let schema = operation["responses"][status]
                    .pointer("/content/application~1json/schema/$ref");
                let described =
                    schema.is_some_and(|schema| schema == "#/components/schemas/ErrorAnswer");
                assert_eq!(described, expected, "{path} {status}");
            }
            // What needs no credential says so.
            let security = operation.get("security");
            assert_eq!(
                security == Some(&json!([{}])) || security == Some(&json!([])),
                is_open,
                "{path}"
            );
        }
    }
    let schemes = document["components"]["securitySchemes"]
        .as_object()
        .unwrap();
    for alternative in document["security"].as_array().unwrap() {
        assert!(
            alternative
                .as_object()
                .unwrap()
                .keys()
                .all(|name| schemes.contains_key(name))
        );
    }
}

/// Names of what derives `ToSchema` in a file, or in all files of a folder.
fn schema_names(path: &Path, names: &mut Vec<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            schema_names(&entry.unwrap().path(), names);
        }
        return;
    }
    let source = fs::read_to_string(path).unwrap();
    for after in source.split("ToSchema)]").skip(1) {
        let declared = after.lines().find_map(|line| {
            let (_, rest) = line
                .split_once("struct ")
                .or_else(|| line.split_once("enum "))?;
            let is_declaration = line.starts_with("pub") || !line.starts_with([' ', '#', '/']);
            let end = rest
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len());
            is_declaration.then(|| rest[..end].to_owned())
        });
        names.extend(declared);
    }
}

/// Of two schemas of one name only one would be described.
#[test]
fn every_schema_has_a_name_of_its_own() {
    let mut names = Vec::new();
    schema_names(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut names,
    );
    assert!(names.len() > 100, "{}", names.len());
    names.sort_unstable();
    let twice: Vec<&[String]> = names
        .chunk_by(|one, next| one == next)
        .filter(|all| all.len() > 1)
        .collect();
    assert!(twice.is_empty(), "{twice:?}");
}
