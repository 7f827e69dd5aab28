//! The forms in which rows are exported.

use axum::http::{HeaderMap, header};

use crate::api::{
    error::ApiError,
    params::{Named, Params},
};

/// A form in which rows are exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::api) enum Format {
    Csv,
    Json,
    Ndjson,
    Excel,
    Zip,
}

impl Format {
    const NAMES: [Named<Self>; 5] = [
        (Self::Json, &["json"]),
        (Self::Csv, &["csv"]),
        (Self::Zip, &["zip"]),
        (Self::Ndjson, &["ndjson", "jsonl"]),
        (Self::Excel, &["excel", "xlsx"]),
    ];

    /// The forms of one table.
    pub(in crate::api) const OF_A_TABLE: [Named<Self>; 4] = [
        (Self::Json, &["json"]),
        (Self::Csv, &["csv"]),
        (Self::Ndjson, &["ndjson", "jsonl"]),
        (Self::Excel, &["excel", "xlsx"]),
    ];

    /// The forms; of several that are accepted, the first is taken.
    const ALL: [Self; 5] = [Self::Json, Self::Csv, Self::Ndjson, Self::Excel, Self::Zip];

    /// Returns what a request asks for: by name, else by its `Accept` header where that names one
    /// form, else JSON.
    pub(super) fn of(params: &Params, headers: &HeaderMap) -> Result<Self, ApiError> {
        if params.text("format")? == Some("pdf") {
            return Err(ApiError::NotYet("export as PDF"));
        }
        let named = params.choice("format", &Self::NAMES)?;
        Ok(named
            .or_else(|| Self::accepted(headers))
            .unwrap_or(Self::Json))
    }

    fn accepted(headers: &HeaderMap) -> Option<Self> {
        let accept = headers.get(header::ACCEPT)?.to_str().ok()?;
        let accepts = |format: &Self| {
            let kinds = accept
                .split(',')
                .filter_map(|range| range.split(';').next());
            let kind = format.kind().split(';').next();
            kinds.map(str::trim).any(|range| Some(range) == kind)
        };
        Self::ALL.into_iter().find(accepts)
    }

    /// Returns the media type.
    pub(in crate::api) const fn kind(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Excel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Zip => "application/zip",
        }
    }

    /// Returns what names of files end with.
    pub(in crate::api) const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Excel => "xlsx",
            Self::Zip => "zip",
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_header_decides_where_it_names_a_form() {
        for (accept, format) in [
            ("text/csv", Some(Format::Csv)),
            ("text/html, text/csv;q=0.9", Some(Format::Csv)),
            ("application/zip", Some(Format::Zip)),
            ("*/*", None),
            ("text/html,application/xhtml+xml", None),
        ] {
            let value = HeaderValue::from_static(accept);
            let headers = HeaderMap::from_iter([(header::ACCEPT, value)]);
            assert_eq!(Format::accepted(&headers), format, "{accept}");
        }
    }
}
