//! Request bodies as they were compressed.

use std::io::{Read, Take};

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Not at all.
    Identity,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// Why a body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The compression is not one of ours.
    #[error("`Content-Encoding: {0}` is not supported; use gzip, zstd or none")]
    UnknownEncoding(String),
    /// The compressed data is damaged.
    #[error("the body is not valid {0} data")]
    Damaged(&'static str),
    /// The body is too large once decompressed.
    #[error("the body is larger than {0} bytes once decompressed")]
    TooLarge(u64),
}

impl Encoding {
    /// Returns the encoding that a `Content-Encoding` header names.
    pub fn parse(header: Option<&str>) -> Result<Self, BodyError> {
        match header
            .map(str::trim)
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "" | "identity" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "zstd" => Ok(Self::Zstd),
            other => Err(BodyError::UnknownEncoding(other.chars().take(32).collect())),
        }
    }
}

/// Returns the body as it was before compression, at most `limit` bytes of it.
pub fn decompress(body: &[u8], encoding: Encoding, limit: u64) -> Result<Vec<u8>, BodyError> {
    match encoding {
        Encoding::Identity => Ok(body.to_vec()),
        Encoding::Gzip => read(
            flate2::read::MultiGzDecoder::new(body).take(limit + 1),
            limit,
            "gzip",
        ),
        Encoding::Zstd => {
            let mut decoder =
                zstd::Decoder::new(body).map_err(|_error| BodyError::Damaged("zstd"))?;
            // A frame may ask for a window of gigabytes; ours hold bodies of a few megabytes.
            decoder
                .window_log_max(24)
                .map_err(|_error| BodyError::Damaged("zstd"))?;
            read(decoder.take(limit + 1), limit, "zstd")
        }
    }
}

fn read(mut from: Take<impl Read>, limit: u64, name: &'static str) -> Result<Vec<u8>, BodyError> {
    let mut out = Vec::new();
    from.read_to_end(&mut out)
        .map_err(|_error| BodyError::Damaged(name))?;
    if out.len() as u64 > limit {
        Err(BodyError::TooLarge(limit))
    } else {
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn what_was_compressed_comes_back_and_bombs_do_not() {
        let text = b"hello hello hello".repeat(100);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&text).unwrap();
        let gzip = gzip.finish().unwrap();
        assert_eq!(decompress(&gzip, Encoding::Gzip, 10_000).unwrap(), text);
        assert_eq!(
            decompress(&gzip, Encoding::Gzip, 100),
            Err(BodyError::TooLarge(100))
        );
        let zstd = zstd::encode_all(text.as_slice(), 3).unwrap();
        assert_eq!(decompress(&zstd, Encoding::Zstd, 10_000).unwrap(), text);
        assert_eq!(
            decompress(&zstd, Encoding::Zstd, 100),
            Err(BodyError::TooLarge(100))
        );
        assert_eq!(
            decompress(b"nonsense", Encoding::Zstd, 100),
            Err(BodyError::Damaged("zstd"))
        );
        assert_eq!(
            decompress(b"nonsense", Encoding::Gzip, 100),
            Err(BodyError::Damaged("gzip"))
        );
        assert!(Encoding::parse(Some("br")).is_err());
    }
}
