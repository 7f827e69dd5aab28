//! The name of this instance among the consumers of a group.
//!
//! It is kept in the data folder, so that an instance that starts again is the one that it was, and what it was given
//! before is given to it at once. An instance with another folder is another one.

use std::{fs, io, path::Path};

use rand::Rng;

/// The file that keeps the name.
const FILE: &str = "instance";

/// Returns the name, which is made where there is none.
pub fn consumer_name(folder: &Path, random: &mut impl Rng) -> io::Result<String> {
    let file = folder.join(FILE);
    match fs::read_to_string(&file) {
        Ok(text) if is_name(text.trim()) => return Ok(text.trim().to_owned()),
        Ok(_damaged) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let name = format!("instance-{:016x}", random.next_u64());
    fs::write(&file, format!("{name}\n"))?;
    Ok(name)
}

fn is_name(text: &str) -> bool {
    text.strip_prefix("instance-").is_some_and(|number| {
        number.len() == 16 && number.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    #[test]
    fn a_name_stays_with_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut random = StdRng::seed_from_u64(1);
        let first = consumer_name(folder.path(), &mut random).unwrap();
        assert_eq!(consumer_name(folder.path(), &mut random).unwrap(), first);
        fs::write(folder.path().join(FILE), "half").unwrap();
        let second = consumer_name(folder.path(), &mut random).unwrap();
        assert_ne!(second, first);
        assert!(is_name(&second));
        let nowhere = folder.path().join("missing");
        assert!(consumer_name(&nowhere, &mut random).is_err());
    }
}
