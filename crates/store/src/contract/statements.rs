//! SQL of an administrator's own, asked of a store that is at work.

use std::path::PathBuf;

use async_trait::async_trait;
use domain::id::WorkspaceId;
use serde_json::Value as Json;

use crate::StoreError;

/// One `SELECT` of an administrator.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The text.
    pub text: String,
    /// Values of its parameters, in their order: texts, numbers, truth values, or `null`.
    pub params: Vec<Json>,
    /// Most rows of the answer.
    pub most_rows: usize,
    /// Whether the answer may hold e-mail addresses.
    pub with_email: bool,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementColumn {
    /// Name as the statement gives it; names may repeat.
    pub name: String,
    /// What its values are: `boolean`, `integer`, `number`, `text`, `date`, `time`, `timestamp`, `list`,
    /// `struct`, `map`, or `other`.
    pub kind: &'static str,
}

/// The rows of a statement.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StatementRows {
    /// The columns.
    pub columns: Vec<StatementColumn>,
    /// The rows, each with a value for each column.
    pub rows: Vec<Vec<Json>>,
    /// Whether there are more rows than were asked for.
    pub is_cut: bool,
}

/// Why a statement was not answered.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// There is nothing to run.
    #[error("there is no statement: write one, like `SELECT count(*) FROM analytics_events`")]
    Empty,
    /// There are several statements.
    #[error("there are {0} statements: run them one by one")]
    Several(usize),
    /// The statement does something else than to read.
    #[error("only SELECT is possible here: nothing can be changed, and no other file be reached")]
    NoSelect,
    /// The statement reads something else than the documented tables.
    #[error("there is no table `{name}` here; there are {}", .known.join(", "))]
    Table {
        /// The name as it was written, with its schema.
        name: String,
        /// The tables that there are.
        known: Vec<&'static str>,
    },
    /// The statement calls a function that may do more than answer.
    #[error("the table function `{0}` is not available here")]
    TableFunction(String),
    /// The statement calls a function that is not among those that only compute.
    #[error("the function `{0}` is not available here")]
    Function(String),
    /// The statement has a part that is not among those that only read.
    #[error("`{0}` is not available here: write SELECT with FROM, JOIN, WHERE, GROUP BY and so on")]
    Form(String),
    /// There are more or fewer values than parameters.
    #[error("the statement has {expected} parameters, and there are {given} values")]
    Params {
        /// Parameters of the statement.
        expected: usize,
        /// Values that were given.
        given: usize,
    },
    /// The answer would be too large.
    #[error("the answer has more than {0} MiB: select fewer columns or rows")]
    TooLarge(usize),
    /// There is no store yet.
    #[error("there is no store at {0} yet: `init`, `import` and `serve` make one")]
    Missing(PathBuf),
    /// The engine does not understand it, or could not run it.
    #[error("{0}")]
    Engine(String),
    /// The store cannot be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Runs statements while the store is at work.
#[async_trait]
pub trait Statements: Send + Sync {
    /// Runs one `SELECT` over what is documented of one workspace; nothing else can be read, and nothing
    /// be changed. One statement runs at a time, as long as a question may.
    async fn select(
        &self,
        workspace: &WorkspaceId,
        statement: Statement,
    ) -> Result<StatementRows, SqlError>;
}
