//! Opens a path and tells what it is written in.

use std::{fs, path::Path};

use tokio_util::sync::CancellationToken;

use super::{
    Format, ImportError, STANDARD_INPUT, Source,
    input::{self, Opened, Stream},
    ndjson::Ndjson,
    product::{HEAD_BYTES, Product},
    skip::MAX_LINE_BYTES,
    slack::{self, SlackExport, SlackLines},
};

/// Opens an input; without a format, it is told from the path and the first bytes.
///
/// Rules, in order:
/// 1. A folder and a zip are Slack exports, and must hold what Slack exports hold unless the
///    format was named.
/// 2. What begins as the exports of other products do is refused by their names.
/// 3. Lines that hold messages of Slack are read as such.
/// 4. A name that ends in `.ndjson` or `.jsonl`, also with `.gz` or `.zst` behind it, is NDJSON.
/// 5. Anything else is NDJSON when the first byte that is not blank is `{`, or when it is empty.
pub fn open(path: &Path, format: Option<Format>) -> Result<Box<dyn Source>, ImportError> {
    open_until(path, format, &CancellationToken::new())
}

/// Opens an input as [`open`] does, whose reading fails or ends soon after `stop` says so.
pub fn open_until(
    path: &Path,
    format: Option<Format>,
    stop: &CancellationToken,
) -> Result<Box<dyn Source>, ImportError> {
    let is_standard_input = path == Path::new(STANDARD_INPUT);
    if is_standard_input && format == Some(Format::Slack) {
        return Err(ImportError::SlackFromStandardInput);
    }
    if !is_standard_input {
        let metadata = fs::metadata(path).map_err(|error| ImportError::io(path, error))?;
        if metadata.is_dir() {
            return match format {
                Some(Format::Ndjson) => Err(ImportError::NotNdjson {
                    path: path.to_owned(),
                }),
                Some(Format::Slack) | None => {
                    let export = SlackExport::open_folder(path, format.is_some())?;
                    Ok(Box::new(export))
                }
            };
        }
    }
    match input::open(path, stop)? {
        Opened::Zip(file) if format != Some(Format::Ndjson) => Ok(Box::new(SlackExport::open_zip(
            path,
            file,
            format.is_some(),
        )?)),
        Opened::Zip(_) => Err(ImportError::UnknownFormat {
            path: path.to_owned(),
        }),
        Opened::Stream(stream) => open_stream(path, stream, format),
    }
}

fn open_stream(
    path: &Path,
    mut stream: Stream,
    format: Option<Format>,
) -> Result<Box<dyn Source>, ImportError> {
    // A name or a format that was given is believed even where nothing can be read.
    if format == Some(Format::Ndjson) {
        return Ok(Box::new(Ndjson::new(path, stream)));
    }
    let head = match stream.head(slack::LINES_TRIED, MAX_LINE_BYTES + 1) {
        Ok(head) => head,
        Err(_) if has_ndjson_name(path) => b"{",
        Err(error) => return Err(input::damaged(path, error)),
    };
    let beginning = &head[..head.len().min(HEAD_BYTES)];
    if let Some(product) = Product::of_head(beginning) {
        return Err(ImportError::OtherProduct {
            path: path.to_owned(),
            product,
        });
    }
    if head.get(257..262) == Some(b"ustar") {
        return Err(ImportError::Tar {
            path: path.to_owned(),
        });
    }
    if slack::are_messages(head) {
        return Ok(Box::new(SlackLines::new(path, stream)));
    }
    let is_ndjson = format.is_none() && (has_ndjson_name(path) || starts_with_object(head));
    if is_ndjson {
        return Ok(Box::new(Ndjson::new(path, stream)));
    }
    Err(ImportError::UnknownFormat {
        path: path.to_owned(),
    })
}

fn has_ndjson_name(path: &Path) -> bool {
    let ends_in = |path: &Path, endings: [&str; 2]| {
        let ending = path.extension().unwrap_or_default();
        endings
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    };
    let is_packed = ends_in(path, ["gz", "zst"]);
    let stem = path.file_stem().map(Path::new).filter(|_| is_packed);
    ends_in(stem.unwrap_or(path), ["ndjson", "jsonl"])
}

/// Returns whether the unpacked content is empty or begins with `{`.
fn starts_with_object(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .is_none_or(|byte| *byte == b'{')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format_of(name: &str, content: &[u8]) -> Result<Format, ImportError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        open(&path, None).map(|source| source.format())
    }

    #[test]
    fn the_format_is_told_from_name_and_content() {
        for (name, content) in [
            ("a.ndjson", &b"anything"[..]),
            ("a.JSONL.gz", b"anything"),
            ("a.log", b" \n\t{}"),
            ("a", b"\xef\xbb\xbf{"),
            ("a", b""),
        ] {
            assert_eq!(format_of(name, content).unwrap(), Format::Ndjson, "{name}");
        }
        let packed = zstd::encode_all(&b"{}"[..], 1).unwrap();
        assert_eq!(format_of("a.bin", &packed).unwrap(), Format::Ndjson);
        for (name, content) in [
            ("a.json", &b"[1]"[..]),
            ("a.zip", b"no zip"),
            ("a.txt", b"hello"),
        ] {
            let error = format_of(name, content).unwrap_err();
            assert!(
                matches!(error, ImportError::UnknownFormat { .. }),
                "{name}: {error}"
            );
        }
        let error = format_of("a.zip", b"PK\x03\x04").unwrap_err();
        assert!(matches!(error, ImportError::BadZip { .. }), "{error}");
    }

    #[test]
    fn paths_that_cannot_be_opened_say_why() {
        let folder = tempfile::tempdir().unwrap();
        let open = |path: &Path, format| open(path, format).map(|_| ()).unwrap_err();
        let missing = folder.path().join("missing");
        assert!(matches!(open(&missing, None), ImportError::NotFound { .. }));
        assert!(matches!(
            open(folder.path(), None),
            ImportError::UnknownFormat { .. }
        ));
        let ndjson = Some(Format::Ndjson);
        assert!(matches!(
            open(folder.path(), ndjson),
            ImportError::NotNdjson { .. }
        ));
        let error = open(Path::new(STANDARD_INPUT), Some(Format::Slack));
        assert!(matches!(error, ImportError::SlackFromStandardInput));
    }

    #[test]
    fn reading_ends_soon_after_it_is_stopped_however_long_a_line_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        fs::write(&path, vec![b' '; 4 << 20]).unwrap();
        let read = |stop: &CancellationToken, is_stopped: bool| {
            let mut source = open_until(&path, None, stop).unwrap();
            if is_stopped {
                stop.cancel();
            }
            source.read(&mut |_, _| std::ops::ControlFlow::Continue(()))
        };
        read(&CancellationToken::new(), false).unwrap();
        let error = read(&CancellationToken::new(), true).unwrap_err();
        assert!(error.to_string().contains("it was stopped"), "{error}");
    }

    #[test]
    fn what_unpacks_to_far_more_than_any_history_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            let mut source = open(&path, None)?;
            source.read(&mut |_, _| std::ops::ControlFlow::Continue(()))
        };
        let zeros = vec![0; 64 << 20];
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut gzip, &zeros).unwrap();
        for (name, packed) in [
            ("a.ndjson.gz", gzip.finish().unwrap()),
            ("a.ndjson.zst", zstd::encode_all(&*zeros, 1).unwrap()),
        ] {
            let error = read(name, &packed).unwrap_err();
            assert!(
                matches!(error, ImportError::Inflated { .. }),
                "{name}: {error}"
            );
        }
        // Lines that are alike pack well, too.
        let lines: Vec<String> = (0..300_000)
            .map(|n| format!("{{\"id\":\"{n}\"}}"))
            .collect();
        let lines = lines.join("\n");
        read(
            "b.ndjson.zst",
            &zstd::encode_all(lines.as_bytes(), 3).unwrap(),
        )
        .unwrap();
    }
}
