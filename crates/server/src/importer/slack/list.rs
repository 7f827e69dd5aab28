//! Reads the lists of an export: people and channels.

use domain::warning::Defect;
use serde::de::DeserializeOwned;

use super::{
    archive::Archive,
    elements::{Element, Elements, Fault},
    layout::Root,
    notes::Notes,
    reader::decode,
};
use crate::importer::{ImportError, Note, SkipReason, skip::shorten};

/// Longest entry of a list that is read, in bytes: a channel's holds all of its members.
const MAX_ENTRY_BYTES: usize = 16 << 20;

/// What of an entry had to be cut or replaced, by field.
pub(super) type Mended = Vec<(&'static str, Defect)>;

/// Hands over each entry of a list; none when the export has no such list.
///
/// An entry that is not what the list holds is left out, and told in `notes`: it costs a name, and
/// the events name the person or channel all the same.
pub(super) fn read<T: DeserializeOwned>(
    archive: &mut dyn Archive,
    root: &Root,
    list: &'static str,
    notes: &mut Notes,
    mut take: impl FnMut(T) -> Mended,
) -> Result<(), ImportError> {
    let Some(index) = root.list(list) else {
        return Ok(());
    };
    let name = format!("{}{list}", root.prefix);
    let fault = loop_over(archive.open(index)?, &name, notes, &mut take);
    match fault {
        Ok(()) => Ok(()),
        Err(Fault::Unreadable(error)) => Err(archive.failed(index, error)),
        Err(Fault::Broken(problem)) => Err(ImportError::BadList {
            path: archive.path().to_owned(),
            entry: name,
            problem,
        }),
    }
}

fn loop_over<T: DeserializeOwned>(
    file: impl std::io::BufRead,
    name: &str,
    notes: &mut Notes,
    take: &mut impl FnMut(T) -> Mended,
) -> Result<(), Fault> {
    let mut entries = Elements::new(file, MAX_ENTRY_BYTES);
    loop {
        let number = entries.number() + 1;
        let what = || format!("{name} entry {number}");
        let reason = match entries.next()? {
            None => return Ok(()),
            Some(Element::Bytes(bytes)) => {
                let (text, is_repaired) = decode(bytes);
                if is_repaired {
                    notes.noted(Note::Defect(Defect::BadCharacters), what);
                }
                match serde_json::from_str(&text) {
                    Ok(entry) => {
                        for (field, defect) in take(entry) {
                            if defect == Defect::BadCharacters && is_repaired {
                                continue;
                            }
                            let what = || format!("{} {field}", what());
                            notes.noted(Note::Defect(defect), what);
                        }
                        continue;
                    }
                    // TRICKY: the message may quote the entry.
                    Err(error) => SkipReason::BadEntry(shorten(&error.to_string(), 160)),
                }
            }
            Some(Element::TooLong) => SkipReason::BadEntry("it is longer than 16 MiB".into()),
            Some(Element::TooDeep) => SkipReason::BadEntry("it is nested too deeply".into()),
        };
        notes.skipped(reason, what);
    }
}
