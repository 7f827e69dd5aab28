//! Sentences for people.

/// Returns a number with the word it counts, in the plural unless it is one: `1 event`, `2 events`.
pub fn counted(count: u64, word: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {word}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_singular() {
        let counts = [0, 1, 2].map(|count| counted(count, "event"));
        assert_eq!(counts, ["0 events", "1 event", "2 events"]);
    }
}
