//! Why the chat's database cannot be read, and what to do about it.

/// The chat's database cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The address is none.
    #[error("the address of the chat's database cannot be used; check {variable}")]
    Address {
        /// The variable that holds it.
        variable: String,
    },
    /// The server is not reached, or closed the connection.
    #[error("the chat's database is not reached")]
    Away(#[source] sqlx::Error),
    /// The connection cannot be encrypted as the address asks.
    #[error(
        "the connection to the chat's database cannot be encrypted as its address asks; its sslmode \
         says how it is, and sslrootcert names the certificate of the authority"
    )]
    Encryption(#[source] sqlx::Error),
    /// The server does not let us in.
    #[error("the chat's database refuses the role of its address; check user and password")]
    Refused(#[source] sqlx::Error),
    /// The server has no such database.
    #[error(
        "the server of the chat has no database of the name in its address; correct the end of the \
         address"
    )]
    NoDatabase(#[source] sqlx::Error),
    /// There are no tables of nChat.
    #[error(
        "there is no table nchat_messages in {place}; name the schema with ANALYTICS_SOURCE_SCHEMA"
    )]
    NoChat {
        /// Where it was looked for.
        place: String,
    },
    /// The role may not read a table.
    #[error("the role `{role}` may not read {table}; grant it: {}", self.grants().join("; "))]
    Forbidden {
        /// The role we are.
        role: String,
        /// The schema of the chat.
        schema: String,
        /// The table.
        table: String,
    },
    /// Row-level security hides rows from the role.
    #[error(
        "row-level security hides rows of {table} from the role `{role}`; let it read past it: {}",
        self.grants().join("; ")
    )]
    HiddenRows {
        /// The role we are.
        role: String,
        /// The first table with hidden rows.
        table: String,
    },
    /// The server refused a statement.
    #[error("the chat's database refused a statement on {table}")]
    Statement {
        /// The table it was about.
        table: String,
        /// What the server said.
        #[source]
        source: sqlx::Error,
    },
    /// What is remembered of earlier rounds cannot be read or written.
    #[error(transparent)]
    Meta(#[from] store::meta::MetaError),
    /// Whoever takes what is read did not.
    #[error("what was read could not be stored; it is read again")]
    Sink(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl SourceError {
    /// Returns the stable name of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Address { .. } => "address",
            Self::Away(_) => "away",
            Self::Encryption(_) => "encryption",
            Self::Refused(_) => "refused",
            Self::NoDatabase(_) => "no_database",
            Self::NoChat { .. } => "no_chat",
            Self::Forbidden { .. } => "forbidden",
            Self::HiddenRows { .. } => "hidden_rows",
            Self::Statement { .. } => "statement",
            Self::Meta(_) => "settings",
            Self::Sink(_) => "store",
        }
    }

    /// Returns the statements that give the role what it lacks; none where that is not what is wrong.
    pub fn grants(&self) -> Vec<String> {
        match self {
            Self::Forbidden { role, schema, .. } => {
                let (role, schema) = (quoted(role), quoted(schema));
                vec![
                    format!("GRANT USAGE ON SCHEMA {schema} TO {role}"),
                    format!("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"),
                ]
            }
            Self::HiddenRows { role, .. } => {
                vec![format!("ALTER ROLE {} BYPASSRLS", quoted(role))]
            }
            _ => Vec::new(),
        }
    }

    /// Returns what a failed connection or statement means.
    pub(super) fn of(table: &str, source: sqlx::Error) -> Self {
        let code = match &source {
            sqlx::Error::Database(error) => error.code().map(std::borrow::Cow::into_owned),
            sqlx::Error::Tls(_) => return Self::Encryption(source),
            // A certificate that is not accepted, for one.
            sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                return Self::Encryption(source);
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::PoolClosed
            | sqlx::Error::PoolTimedOut => return Self::Away(source),
            _ => None,
        };
        match code.as_deref() {
            Some("3D000") => Self::NoDatabase(source),
            // Invalid authorisation.
            Some(code) if code.starts_with("28") => Self::Refused(source),
            // Connection exceptions, too many connections, shutdown and start-up of the server.
            Some(code)
                if code.starts_with("08") || code.starts_with("53") || code.starts_with("57P") =>
            {
                Self::Away(source)
            }
            _ => Self::Statement {
                table: table.to_owned(),
                source,
            },
        }
    }

    /// Returns whether the connection has to be made anew.
    pub(super) const fn breaks_connection(&self) -> bool {
        !matches!(self, Self::Meta(_) | Self::Sink(_))
    }

    /// Returns the error with its causes, as a sentence.
    pub fn sentence(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let said = error
                .downcast_ref()
                .and_then(sqlx::Error::as_database_error);
            // Beside what it says, the server names a line of its own program.
            let more = said.map_or_else(|| error.to_string(), |said| said.message().to_owned());
            if !text.contains(&more) {
                text.push_str(": ");
                text.push_str(&more);
            }
            cause = error.source().filter(|_| said.is_none());
        }
        text
    }
}

/// Returns a name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
