//! Reads which modules a source file uses, without understanding more of Rust than that needs.

/// The name of a module, and the line it is used on.
pub(super) type Use = (usize, String);

/// Returns the code of a file as it counts here: comments, texts and `#[cfg(test)]` items blanked,
/// every line where it was.
pub(super) fn code(text: &str) -> String {
    without_tests(&without_texts(text))
}

/// Returns the first name of every path that starts at the crate: `crate::a`, `crate::{a, b::c}`,
/// `server::a`, and as many `super`s as lead out of the module, which lies `depth` below the crate.
pub(super) fn uses(code: &str, depth: usize) -> Vec<Use> {
    let mut found = Vec::new();
    for start in ["crate", "server", "super"] {
        for (at, _) in code.match_indices(start) {
            if !starts_a_path(code, at) {
                continue;
            }
            let end = at + start.len();
            let mut rest = &code[end..];
            let mut supers = usize::from(start == "super");
            while let Some(after) = path_step(rest) {
                rest = after;
                match after.strip_prefix("super") {
                    Some(after) if start == "super" => {
                        supers += 1;
                        rest = after;
                    }
                    _ => break,
                }
            }
            let offset = code.len() - rest.len();
            if offset == end || (start == "super" && supers < depth) {
                continue;
            }
            found.extend(
                first_names(rest)
                    .into_iter()
                    .map(|(within, name)| (line(code, offset + within), name)),
            );
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Returns what stands after `::`, blanks left out; `None` where there is no `::`.
fn path_step(rest: &str) -> Option<&str> {
    Some(rest.trim_start().strip_prefix("::")?.trim_start())
}

/// A path starts here when no name or path goes on into it.
fn starts_a_path(code: &str, at: usize) -> bool {
    let before = code[..at].trim_end();
    !code[..at].ends_with(is_name) && !before.ends_with("::")
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns the name at the start of a path, or those of a braced group, with their places.
fn first_names(rest: &str) -> Vec<(usize, String)> {
    let name_at = |at: usize| -> Option<(usize, String)> {
        let name: String = rest[at..].chars().take_while(|c| is_name(*c)).collect();
        (!name.is_empty()).then_some((at, name))
    };
    if !rest.starts_with('{') {
        return name_at(0).into_iter().collect();
    }
    let mut names = Vec::new();
    let mut depth = 0usize;
    let mut expected = false;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => {
                depth += 1;
                expected = depth == 1;
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            ',' => expected = depth == 1,
            _ if expected && !c.is_whitespace() => {
                names.extend(name_at(at));
                expected = false;
            }
            _ => {}
        }
    }
    names
}

fn line(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// Blanks comments, texts and characters.
fn without_texts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_text(rest).filter(|_| !out.ends_with(is_name)) {
            length
        } else if c == '"' {
            quoted(rest, '"')
        } else if c == '\'' {
            character(rest)
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        blank(&mut out, &rest[..length]);
        rest = &rest[length..];
    }
    out
}

fn blank(out: &mut String, text: &str) {
    out.extend(text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Returns the length of `r"…"`, `r#"…"#`, `br"…"`.
fn raw_text(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end).map_or(body.len(), |at| at + end.len());
    Some(rest.len() - body.len() + length)
}

/// Returns the length of a text with escapes, from quote to quote.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Returns the length of a character, or of the mark alone where it begins a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => quoted(rest, '\''),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// Blanks what is compiled for tests only.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        out.push_str(&rest[..at]);
        let length = MARK.len() + item(&rest[at + MARK.len()..]);
        blank(&mut out, &rest[at..at + length]);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

/// Returns the length of the item that starts here: up to its `;`, or the end of its braces.
fn item(rest: &str) -> usize {
    let mut depth = 0usize;
    for (at, c) in rest.char_indices() {
        match c {
            ';' if depth == 0 => return at + 1,
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    rest.len()
}

/// Returns the modules that are compiled for tests only and stand in files of their own.
pub(super) fn test_modules(text: &str) -> Vec<String> {
    let code = without_texts(text);
    code.match_indices("#[cfg(test)]")
        .filter_map(|(at, mark)| {
            let after = code[at + mark.len()..].trim_start();
            let name = after.strip_prefix("mod ")?.split_once(';')?.0.trim();
            name.chars().all(is_name).then(|| name.to_owned())
        })
        .collect()
}
