//! A body that is one JSON object: each of its fields is read, or the body is refused.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde_ignored::Path;
use serde_json::Value;
use utoipa::ToSchema;

use super::{error::ApiError, name::NameError, params::shortened};

/// Longest sentence of the reader that is repeated: it may hold whole texts of the body.
const MOST_CHARACTERS: usize = 200;

/// Reads a body. A field that the reference does not name is refused with the name that was probably
/// meant; names that begin with `_` are let through, as they are in parameters.
pub(super) fn read<T: DeserializeOwned + ToSchema>(body: &[u8]) -> Result<T, ApiError> {
    // A list would be taken for the fields in their order.
    if !body.trim_ascii_start().starts_with(b"{") {
        let known = Schema::of::<T>().fields(&Path::Root).join(", ");
        let message = format!("the body must be a JSON object; its fields are {known}");
        return Err(ApiError::Shape(message));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let mut unknown = None;
    let value = serde_ignored::deserialize(&mut json, |path| {
        if let Path::Map { parent, key } = &path
            && !key.starts_with('_')
        {
            unknown.get_or_insert_with(|| NameError::UnknownField {
                name: shortened(&path.to_string()),
                known: Schema::of::<T>().fields(parent),
            });
        }
    });
    // A misspelt field is also one that is missing, and says more.
    if let Some(unknown) = unknown {
        return Err(unknown.into());
    }
    let shape = |error: serde_json::Error| {
        let sentence = error.to_string();
        ApiError::Shape(sentence.chars().take(MOST_CHARACTERS).collect())
    };
    let value = value.map_err(shape)?;
    json.end().map_err(shape)?;
    Ok(value)
}

/// What the reference says of a body.
struct Schema {
    root: Value,
    components: HashMap<String, Value>,
}

impl Schema {
    fn of<T: ToSchema>() -> Self {
        let json = |schema| serde_json::to_value(schema).unwrap_or_default();
        let mut components = Vec::new();
        T::schemas(&mut components);
        let components = components.into_iter();
        Self {
            root: json(T::schema()),
            components: components.map(|(name, one)| (name, json(one))).collect(),
        }
    }

    /// Returns the names of the fields of an object within the body.
    fn fields(&self, path: &Path<'_>) -> Vec<String> {
        let fields = self
            .at(path)
            .and_then(|schema| schema["properties"].as_object());
        fields.map_or_else(Vec::new, |fields| fields.keys().cloned().collect())
    }

    fn at(&self, path: &Path<'_>) -> Option<&Value> {
        let schema = match path {
            Path::Root => &self.root,
            Path::Seq { parent, .. } => self.at(parent)?.get("items")?,
            Path::Map { parent, key } => self.at(parent)?.get("properties")?.get(key)?,
            Path::Some { parent }
            | Path::NewtypeStruct { parent }
            | Path::NewtypeVariant { parent } => self.at(parent)?,
        };
        let Some(reference) = schema["$ref"].as_str() else {
            return Some(schema);
        };
        self.components.get(reference.rsplit('/').next()?)
    }
}
