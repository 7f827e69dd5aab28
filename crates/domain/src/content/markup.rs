//! Slack's angle brackets: `<@U1|name>`, `<#C1|name>`, `<!here>`, `<https://example.com|label>`.

/// What stands between angle brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup<'a> {
    /// A person's identifier.
    Person(&'a str),
    /// A channel, a group or everybody.
    Other,
    /// A URL and the words it is shown as.
    Link(&'a str, &'a str),
}

/// Returns the markup that begins at `at`, and where it ends.
pub(super) fn markup(text: &str, at: usize) -> Option<(Markup<'_>, usize)> {
    let rest = &text[at + 1..];
    // Ending at another bracket or a line's end keeps many open brackets from costing a search
    // through the whole text each.
    let length = rest
        .find(['<', '>', '\n'])
        .filter(|&end| rest[end..].starts_with('>'))?;
    let (target, label) = rest[..length]
        .split_once('|')
        .unwrap_or((&rest[..length], ""));
    let markup = match target.as_bytes().first()? {
        b'@' if is_id(&target[1..]) => Markup::Person(&target[1..]),
        b'#' if is_id(&target[1..]) => Markup::Other,
        b'!' if target[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => Markup::Other,
        _ if is_url(target) => Markup::Link(target, label),
        _ => return None,
    };
    Some((markup, at + 1 + length + 1))
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

fn is_url(text: &str) -> bool {
    let is_scheme = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.split_once(':').is_some_and(|(scheme, rest)| {
        (rest.starts_with("//") || matches!(scheme, "mailto" | "tel"))
            && !scheme.is_empty()
            && is_scheme(scheme)
            && !text.contains(' ')
    })
}
