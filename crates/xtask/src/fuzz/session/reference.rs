//! What the reference declares: the operations, each with its parameters.

use serde_json::Value;

/// The operations of the reference.
pub(super) struct Reference {
    pub(super) operations: Vec<Operation>,
    /// Every name of a parameter that any of them takes.
    pub(super) names: Vec<String>,
}

/// Something that can be asked.
pub(super) struct Operation {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) parameters: Vec<Parameter>,
}

/// A parameter in the query.
pub(super) struct Parameter {
    pub(super) name: String,
    /// What it may be, where the reference lists that; words of its description else.
    pub(super) values: Vec<String>,
}

impl Reference {
    pub(super) fn of(document: &Value) -> Self {
        let mut operations = Vec::new();
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let asked = parameters.filter(|one| one["in"] == "query");
                operations.push(Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    parameters: asked.map(parameter).collect(),
                });
            }
        }
        let names = operations
            .iter()
            .flat_map(|one: &Operation| &one.parameters);
        let mut names: Vec<String> = names.map(|one| one.name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        Self { operations, names }
    }
}

fn parameter(declared: &Value) -> Parameter {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let listed = declared["schema"]["enum"].as_array();
    let values = if let Some(values) = listed {
        values.iter().map(text).collect()
    } else {
        let description = text(&declared["description"]);
        let words = description.split(|letter: char| !letter.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    Parameter {
        name: text(&declared["name"]),
        values,
    }
}
