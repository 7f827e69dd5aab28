//! What people are called.

use super::dice::{Dice, Purpose};

/// With more people than this, names are numbers.
const MOST_NAMED: u32 = 1_000;

/// How many first names there are, and how many last names.
const COUNT: usize = 64;

const FIRST: [&str; COUNT] = [
    "Mara", "Jonas", "Amina", "Tomas", "Ingrid", "Rafael", "Priya", "Callum", "Noor", "Felix",
    "Yuki", "Elena", "Kofi", "Sanne", "Diego", "Leila", "Oskar", "Hana", "Marek", "Tessa", "Arjun",
    "Greta", "Milo", "Zainab", "Bruno", "Freya", "Kenji", "Lucia", "Anton", "Wren", "Samir",
    "Nadia", "Piotr", "Isla", "Mateo", "Signe", "Dara", "Viktor", "Anouk", "Ravi", "Clara", "Emre",
    "Paloma", "Hugo", "Maeve", "Tariq", "Linnea", "Owen", "Sofia", "Jakub", "Adaeze", "Luca",
    "Mina", "Theo", "Ines", "Bashir", "Petra", "Nils", "Camila", "Ezra", "Astrid", "Rohan", "Vera",
    "Idris",
];

const LAST: [&str; COUNT] = [
    "Lindqvist",
    "Okafor",
    "Marten",
    "Silvestri",
    "Brandt",
    "Achterberg",
    "Rao",
    "Kessler",
    "Haddad",
    "Moreno",
    "Tanaka",
    "Novak",
    "Fairweather",
    "Osei",
    "Halvorsen",
    "Petrov",
    "Castellano",
    "Whitlock",
    "Iyer",
    "Dubois",
    "Eriksen",
    "Mbeki",
    "Zeller",
    "Farouk",
    "Ortega",
    "Vance",
    "Hoshino",
    "Kowal",
    "Ashdown",
    "Bergmann",
    "Pillai",
    "Santoro",
    "Varga",
    "Quill",
    "Nakamura",
    "Sorensen",
    "Adeyemi",
    "Roth",
    "Calloway",
    "Jansen",
    "Ferreira",
    "Lockwood",
    "Aydin",
    "Keller",
    "Bianchi",
    "Hartley",
    "Mwangi",
    "Stenberg",
    "Delgado",
    "Winther",
    "Kapoor",
    "Ostrow",
    "Reyes",
    "Thorne",
    "Yamada",
    "Granger",
    "Balogun",
    "Vermeer",
    "Salazar",
    "Finch",
    "Demir",
    "Holm",
    "Acosta",
    "Mercer",
];

/// The names of everybody, drawn once.
#[derive(Debug)]
pub(super) struct Names {
    /// `None` where names are numbers.
    order: Option<([usize; COUNT], [usize; COUNT])>,
}

impl Names {
    /// Returns the names for so many people.
    pub(super) fn new(seed: u64, people: u32) -> Self {
        let mut dice = Dice::new(seed, Purpose::Names, 0);
        let mut shuffled = || {
            let mut order: [usize; COUNT] = std::array::from_fn(|index| index);
            for last in (1..order.len()).rev() {
                order.swap(last, dice.below(last + 1));
            }
            order
        };
        Self {
            order: (people <= MOST_NAMED).then(|| (shuffled(), shuffled())),
        }
    }

    /// Returns whether people and channels have names of their own.
    pub(super) const fn are_words(&self) -> bool {
        self.order.is_some()
    }

    /// Returns the name of a person. Nobody shares it: each round through the first names takes
    /// the last names one further.
    pub(super) fn person(&self, index: u32) -> String {
        let Some((firsts, lasts)) = &self.order else {
            return format!("Person {index:05}");
        };
        let index = index as usize;
        let last = (index + index / COUNT) % COUNT;
        format!("{} {}", FIRST[firsts[index % COUNT]], LAST[lasts[last]])
    }

    /// Returns how the chat names a person.
    pub(super) fn handle(&self, index: u32) -> String {
        if self.are_words() {
            self.person(index).to_lowercase().replace(' ', ".")
        } else {
            format!("person-{index:05}")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nobody_shares_a_name() {
        let names = Names::new(1, MOST_NAMED);
        let all: HashSet<String> = (0..MOST_NAMED).map(|index| names.person(index)).collect();
        assert_eq!(all.len(), MOST_NAMED as usize);
        let handle = names.handle(3);
        assert!(handle.contains('.') && handle.is_ascii());
    }

    #[test]
    fn large_crowds_have_numbers() {
        let names = Names::new(1, 50_000);
        assert_eq!(names.person(1_234), "Person 01234");
        assert_eq!(names.handle(1_234), "person-01234");
    }
}
