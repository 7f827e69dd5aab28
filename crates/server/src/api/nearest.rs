//! What somebody may have meant by a name that is not known.

/// Least likeness at which a name is offered.
const ALIKE: f64 = 0.75;

/// Returns the known name that is most like an unknown one, if any is like it at all. Case and marks
/// between words make no difference.
pub(super) fn nearest<'a>(
    unknown: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let known = known.into_iter().map(|name| (name, name));
    ranked(unknown, known).into_iter().next()
}

/// Returns what has a name like an unknown one, the likest first.
pub(super) fn ranked<'a, T>(
    unknown: &str,
    known: impl IntoIterator<Item = (&'a str, T)>,
) -> Vec<T> {
    let unknown = plain(unknown);
    let likeness = |(name, one)| (strsim::jaro_winkler(&unknown, &plain(name)), one);
    let mut alike: Vec<(f64, T)> = known.into_iter().map(likeness).collect();
    alike.retain(|(likeness, _)| *likeness >= ALIKE);
    alike.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    alike.into_iter().map(|(_, one)| one).collect()
}

/// Returns the letters and digits of a name, as far as names go.
fn plain(name: &str) -> String {
    const MOST: usize = 64;
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.take(MOST).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_found() {
        let known = ["period", "from", "to", "channelId", "userId", "groupBy"];
        for (unknown, meant) in [
            ("peroid", Some("period")),
            ("chanelId", Some("channelId")),
            ("channel_id", Some("channelId")),
            ("CHANNELID", Some("channelId")),
            ("user", Some("userId")),
            ("group", Some("groupBy")),
            ("xyzzy", None),
            ("", None),
        ] {
            assert_eq!(nearest(unknown, known), meant, "{unknown}");
        }
    }
}
