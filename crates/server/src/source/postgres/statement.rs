//! Every statement on the chat's tables. Names come from the declarations and from the catalogue,
//! values are bound.

use super::{
    feed::{self, Column, Feed, Read},
    schema::Schema,
};

/// Minutes around the time of a message within which its attachments are looked for: there is an
/// index on their time, and none on their message.
pub(super) const ATTACHMENT_MINUTES: i64 = 10;

fn table(schema: &Schema, table: &str) -> String {
    format!("\"{}\".\"{table}\"", schema.name.replace('"', "\"\""))
}

/// Returns what is selected of a row, as far as it is there.
fn select(schema: &Schema, feed: &Feed) -> String {
    let piece = |column: &Column| {
        let (alias, names) = column.of;
        let table = table_of(feed, alias)?;
        let found: Vec<String> = names
            .iter()
            .filter(|name| schema.has(table, name))
            .map(|name| format!("{alias}.\"{name}\""))
            .collect();
        let value = match found.as_slice() {
            [] => return None,
            [one] => one.clone(),
            several => format!("COALESCE({})", several.join(", ")),
        };
        let cast = match column.read {
            Read::AsIs => "",
            Read::Text => "::text",
            Read::Whole => "::bigint",
            Read::Time => "::timestamptz",
        };
        Some(format!("{value}{cast} AS \"{}\"", column.name))
    };
    let pieces: Vec<String> = feed.columns.iter().filter_map(piece).collect();
    pieces.join(", ")
}

fn table_of(feed: &Feed, alias: &str) -> Option<&'static str> {
    if alias == "t" {
        return Some(feed.table);
    }
    let join = feed.joins.iter().find(|join| join.alias == alias)?;
    Some(join.table)
}

fn from(schema: &Schema, feed: &Feed) -> String {
    let mut text = format!("FROM {} t", table(schema, feed.table));
    for join in feed.joins {
        let (alias, column) = join.by;
        if schema.has(join.table, "id") && schema.has(feed.table, column) {
            let other = table(schema, join.table);
            let joined = format!(
                " LEFT JOIN {other} {0} ON {0}.\"id\" = {alias}.\"{column}\"",
                join.alias
            );
            text.push_str(&joined);
        }
    }
    text
}

/// Returns whether the table of a feed is read account by account.
pub(super) fn by_account(schema: &Schema, feed: &Feed) -> bool {
    schema.has(feed.table, "source_account_id")
}

/// Reads what follows a cursor: `$1` time, `$2` identity, `$3` last time, `$4` rows, `$5` account.
pub(super) fn page(schema: &Schema, feed: &Feed) -> String {
    let time = format!("t.\"{}\"", feed.time);
    let mut conditions = vec![
        format!("{time} >= $1"),
        format!("({time}, t.\"id\") > ($1, $2)"),
        format!("{time} <= $3"),
    ];
    if by_account(schema, feed) {
        conditions.push("t.\"source_account_id\" = $5".to_owned());
    }
    conditions.extend(feed.only.map(str::to_owned));
    format!(
        "SELECT {}, {time}::timestamptz AS cursor_time, t.\"id\" AS cursor_id {} WHERE {} \
         ORDER BY {time}, t.\"id\" LIMIT $4",
        select(schema, feed),
        from(schema, feed),
        conditions.join(" AND "),
    )
}

/// Reads a small table whole, by identity: `$1` identity, `$2` rows. Members of channels are counted
/// by the index on the channel.
pub(super) fn whole(schema: &Schema, feed: &Feed) -> String {
    let members = feed::find("members").filter(|members| {
        feed.name == "channels"
            && schema.supports(members)
            && schema.has(members.table, "channel_id")
    });
    let counted = members.map_or_else(String::new, |members| {
        format!(
            ", (SELECT count(*) FROM {} n WHERE n.\"channel_id\" = t.\"id\") AS \"members\"",
            table(schema, members.table)
        )
    });
    format!(
        "SELECT {}{counted}, t.\"{}\"::timestamptz AS cursor_time, t.\"id\" AS cursor_id {} \
         WHERE t.\"id\" > $1 ORDER BY t.\"id\" LIMIT $2",
        select(schema, feed),
        feed.time,
        from(schema, feed),
    )
}

/// Reads messages that were edited or deleted: `$1` the oldest message looked at, `$2` time of the
/// change, `$3` identity, `$4` rows, `$5` account.
///
/// The chat has no index on the time of a change, so that this is the one slow look: it reads the
/// messages since `$1` by the index on their time, and is made seldom.
pub(super) fn changes(schema: &Schema, feed: &Feed) -> Option<String> {
    let has = |column: &str| schema.has(feed.table, column);
    if !has("updated_at") {
        return None;
    }
    let marks: Vec<&str> = [
        (has("edited_at"), "t.\"edited_at\" IS NOT NULL"),
        (has("deleted_at"), "t.\"deleted_at\" IS NOT NULL"),
        (has("is_deleted"), "t.\"is_deleted\" IS TRUE"),
    ]
    .into_iter()
    .filter_map(|(is_there, mark)| is_there.then_some(mark))
    .collect();
    if marks.is_empty() {
        return None;
    }
    let account = if by_account(schema, feed) {
        " AND t.\"source_account_id\" = $5"
    } else {
        ""
    };
    Some(format!(
        "SELECT {}, t.\"updated_at\"::timestamptz AS cursor_time, t.\"id\" AS cursor_id {} \
         WHERE t.\"created_at\" >= $1 AND (t.\"updated_at\", t.\"id\") > ($2, $3){account} \
         AND ({}) ORDER BY t.\"updated_at\", t.\"id\" LIMIT $4",
        select(schema, feed),
        from(schema, feed),
        marks.join(" OR "),
    ))
}

/// Reads calls that began since `$1`, to see which have ended: `$2` rows.
pub(super) fn since(schema: &Schema, feed: &Feed) -> String {
    format!(
        "SELECT {}, t.\"{time}\"::timestamptz AS cursor_time, t.\"id\" AS cursor_id {} \
         WHERE t.\"{time}\" >= $1 ORDER BY t.\"{time}\" DESC LIMIT $2",
        select(schema, feed),
        from(schema, feed),
        time = feed.time,
    )
}

/// Reads who is connected: `$1` the oldest heartbeat.
pub(super) fn presence(schema: &Schema) -> String {
    let feed = &feed::PRESENCE;
    format!(
        "SELECT {} {} WHERE t.\"last_heartbeat_at\" > $1 \
         AND t.\"status\"::text IN ('online', 'away', 'dnd')",
        select(schema, feed),
        from(schema, feed),
    )
}

/// Returns which of the identities `$1` are still there.
pub(super) fn remaining(schema: &Schema, feed: &Feed) -> String {
    format!(
        "SELECT t.\"id\" FROM {} t WHERE t.\"id\" = ANY($1)",
        table(schema, feed.table)
    )
}

/// Reads what is attached to the messages `$1`, made between `$2` and `$3`, first things first.
pub(super) fn attached(schema: &Schema) -> Option<String> {
    let feed = feed::find("attachments")?;
    let has = |column: &str| schema.has(feed.table, column);
    if !schema.supports(feed) || !has("message_id") {
        return None;
    }
    let text = |column: &str| {
        if has(column) {
            format!("t.\"{column}\"::text")
        } else {
            "NULL::text".to_owned()
        }
    };
    Some(format!(
        "SELECT t.\"message_id\", {}, {}, {} FROM {} t \
         WHERE t.\"created_at\" >= $2 AND t.\"created_at\" <= $3 AND t.\"message_id\" = ANY($1) \
         ORDER BY t.\"created_at\", t.\"id\"",
        text("type"),
        text("mime_type"),
        text("filename"),
        table(schema, feed.table),
    ))
}

/// Returns every account: one look into an index for each, however many people there are.
pub(super) fn accounts(schema: &Schema) -> Option<String> {
    let users = ["nchat_users", "nchat_channels", "nchat_messages"]
        .into_iter()
        .find(|name| schema.has(name, "source_account_id"))?;
    let users = table(schema, users);
    Some(format!(
        "WITH RECURSIVE a(id) AS (\
         (SELECT source_account_id FROM {users} ORDER BY source_account_id LIMIT 1) UNION ALL \
         SELECT (SELECT u.source_account_id FROM {users} u WHERE u.source_account_id > a.id \
         ORDER BY u.source_account_id LIMIT 1) FROM a WHERE a.id IS NOT NULL) \
         SELECT id::text FROM a WHERE id IS NOT NULL"
    ))
}
