//! Receipts: what an erasure changed, signed so that others can check it.

use std::collections::BTreeMap;

use domain::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{
    ErasedCounts, RewrittenFile,
    meta::{KeptErasure, SettingsCounts},
};
use utoipa::ToSchema;

use super::secret::{Signer, holds};

/// What an erasure changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Identity of the erasure.
    pub id: String,
    /// Whose chat.
    pub workspace_id: String,
    /// Keyed hash of the identifier of the person: equal for the same person and store.
    pub person: String,
    /// remove or anonymise.
    #[schema(example = "remove")]
    pub mode: String,
    /// Who asked for it.
    #[schema(example = "key 0191d5a0")]
    pub requested_by: String,
    /// When.
    pub requested_at: String,
    /// When everything was done.
    pub completed_at: String,
    /// Whether it was broken off and finished later: then `counts` are those of the last time.
    pub resumed: bool,
    /// How many of what were removed, cleaned or counted anew.
    pub counts: BTreeMap<String, u64>,
    /// The files that were written anew.
    pub files: Vec<ReceiptFile>,
    /// Algorithm of the signature.
    #[schema(example = "Ed25519")]
    pub algorithm: String,
    /// Public key of the store, in base64.
    pub public_key: String,
    /// Signature of the receipt without this field, as JSON with sorted names and without white space; in
    /// base64.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signature: String,
}

/// A file that was written anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptFile {
    /// Name within the data folder.
    #[schema(example = "events.duckdb")]
    pub name: String,
    /// Bytes before.
    pub bytes_before: u64,
    /// Bytes after.
    pub bytes_after: u64,
}

impl From<RewrittenFile> for ReceiptFile {
    fn from(file: RewrittenFile) -> Self {
        Self {
            name: file.name,
            bytes_before: file.bytes_before,
            bytes_after: file.bytes_after,
        }
    }
}

/// What an erasure did.
pub(super) struct Done {
    pub(super) counts: ErasedCounts,
    pub(super) settings: SettingsCounts,
    pub(super) files: Vec<RewrittenFile>,
    pub(super) resumed: bool,
    pub(super) at: Instant,
}

impl Receipt {
    /// Returns the signed receipt of an erasure.
    pub(super) fn new(erasure: &KeptErasure, done: Done, signer: &Signer) -> Self {
        let mut counts = BTreeMap::new();
        for of in [
            serde_json::json!(done.counts),
            serde_json::json!(done.settings),
        ] {
            let of: BTreeMap<String, u64> = serde_json::from_value(of).unwrap_or_default();
            counts.extend(of);
        }
        let mut receipt = Self {
            id: erasure.id.clone(),
            workspace_id: erasure.workspace_id.as_str().to_owned(),
            person: erasure.person.clone(),
            mode: erasure.mode.name().to_owned(),
            requested_by: erasure.requested_by.clone(),
            requested_at: erasure.requested_at.to_string(),
            completed_at: done.at.to_string(),
            resumed: done.resumed,
            counts,
            files: done.files.into_iter().map(ReceiptFile::from).collect(),
            algorithm: "Ed25519".to_owned(),
            public_key: signer.public_key(),
            signature: String::new(),
        };
        receipt.signature = signer.sign(&receipt.signed_text());
        receipt
    }

    /// Returns what is signed.
    fn signed_text(&self) -> String {
        let unsigned = Self {
            signature: String::new(),
            ..self.clone()
        };
        // Objects of JSON are sorted by name here.
        serde_json::to_value(unsigned)
            .map_or_else(|_| String::new(), |value: Value| value.to_string())
    }

    /// Returns whether the signature is one by the public key that the receipt shows.
    pub fn is_genuine(&self) -> bool {
        self.algorithm == "Ed25519" && holds(&self.signed_text(), &self.signature, &self.public_key)
    }
}
