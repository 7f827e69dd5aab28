//! In which form a file is answered.

use axum::http::{HeaderMap, header};

/// A compressed form of a file.
pub(super) struct Encoding {
    /// What `Content-Encoding` calls it.
    pub(super) name: &'static str,
    /// What the names of files in it end with.
    pub(super) ending: &'static str,
}

/// The compressed forms, the smallest first.
pub(super) const ENCODINGS: [Encoding; 2] = [
    Encoding {
        name: "br",
        ending: ".br",
    },
    Encoding {
        name: "gzip",
        ending: ".gz",
    },
];

/// Returns by how much a client prefers a form, as `Accept-Encoding` says; 0 for one that it does not take.
pub(super) fn preference(headers: &HeaderMap, name: &str) -> f32 {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let mut of_any = 0.0;
    for part in values.flat_map(|value| value.split(',')) {
        let (coding, parameters) = part.split_once(';').unwrap_or((part, ""));
        let quality = parameters
            .split(';')
            .filter_map(|parameter| parameter.trim().strip_prefix("q="))
            .map(|quality| quality.trim().parse().unwrap_or(0.0))
            .next()
            .unwrap_or(1.0);
        let coding = coding.trim();
        if coding.eq_ignore_ascii_case(name) {
            return quality;
        }
        if coding == "*" {
            of_any = quality;
        }
    }
    of_any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_takes_what_it_says() {
        for (value, br, gzip) in [
            ("", 0.0, 0.0),
            ("gzip, deflate, br, zstd", 1.0, 1.0),
            ("br;q=0, gzip", 0.0, 1.0),
            ("gzip;q=0.5, *;q=0.1", 0.1, 0.5),
            ("*, gzip;q=0", 1.0, 0.0),
            ("BR ; q=0.8", 0.8, 0.0),
            ("identity", 0.0, 0.0),
            ("gzip;q=nonsense", 0.0, 0.0),
            ("xbr, gzipped", 0.0, 0.0),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(header::ACCEPT_ENCODING, value.parse().unwrap());
            for (name, expected) in [("br", br), ("gzip", gzip)] {
                let found: f32 = preference(&headers, name);
                assert!((found - expected).abs() < 0.001, "{value}: {name} {found}");
            }
        }
        assert!(preference(&HeaderMap::new(), "br") <= 0.0);
    }
}
