//! Where code begins and ends.

/// A stretch of code in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code<'a> {
    /// Between backticks, within a line.
    Span(&'a str),
    /// Between fences; the rest of the text where the fence is never closed.
    Block,
}

/// Returns the code that begins with the backticks at `at`, and where it ends.
///
/// Backticks that nothing closes on their line are only characters.
pub(super) fn backticks(text: &str, at: usize) -> Result<(Code<'_>, usize), usize> {
    let ticks = run(text, at, b'`');
    let start = at + ticks;
    if ticks >= 3 {
        return Ok((Code::Block, closing_fence(text, start, &text[at..start])));
    }
    let mut from = start;
    while let Some(found) = text[from..].find(['`', '\n']) {
        let closing = from + found;
        let length = run(text, closing, b'`');
        if length == ticks {
            return Ok((Code::Span(&text[start..closing]), closing + length));
        }
        if length == 0 {
            break;
        }
        from = closing + length;
    }
    Err(start)
}

/// Returns the end of the block that begins with tildes at `at`, at the start of a line.
pub(super) fn tildes(text: &str, at: usize) -> Option<usize> {
    let is_fence = text[at..].starts_with("~~~") && (at == 0 || text[..at].ends_with('\n'));
    is_fence.then(|| closing_fence(text, at + 3, "~~~"))
}

fn closing_fence(text: &str, start: usize, fence: &str) -> usize {
    let closing = text[start..].find(fence).map(|found| start + found);
    closing.map_or(text.len(), |at| at + run(text, at, fence.as_bytes()[0]))
}

fn run(text: &str, at: usize, byte: u8) -> usize {
    text.as_bytes()[at..]
        .iter()
        .take_while(|&&other| other == byte)
        .count()
}
