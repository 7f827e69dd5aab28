//! A report as a page: for a browser with charts, for mail without anything that mail programs leave out.

use std::fmt::Write as _;

use super::svg::{summary, svg};
use crate::report::{
    content::{Chart, Content, Figure, Section, Table},
    words,
};

/// How charts are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charts<'a> {
    /// Drawn.
    Drawn,
    /// Told in a sentence, as mail programs draw nothing; with the link by which recipients leave.
    Told(Option<&'a str>),
}

/// Most rows of a table in mail.
const MOST_ROWS_TOLD: usize = 10;

const BODY: &str = "margin:0;padding:24px;background:#ffffff;color:#1c2430;font-family:-apple-system,\
    'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:14px;line-height:1.5";
const FAINT: &str = "color:#5b6472";
const HEAD: &str =
    "text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid #9aa3af;font-weight:600";
const CELL: &str = "text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid #e4e7eb";
const NUMBER: &str = "text-align:right;padding:6px 0 6px 12px;border-bottom:1px solid #e4e7eb;\
    font-variant-numeric:tabular-nums";
const NUMBER_HEAD: &str =
    "text-align:right;padding:6px 0 6px 12px;border-bottom:1px solid #9aa3af;font-weight:600";

/// A page in the making.
struct Page(String);

impl Page {
    fn push(&mut self, what: std::fmt::Arguments<'_>) {
        // Nothing fails to be put into a text.
        let _written = self.0.write_fmt(what).is_ok();
    }
}

/// Writes a report as a page.
pub fn html(content: &Content, charts: Charts<'_>) -> String {
    let title = escaped(&content.title);
    let mut page = Page(String::new());
    page.push(format_args!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\
         <body style=\"{BODY}\"><div style=\"max-width:760px;margin:0 auto\">\
         <h1 style=\"font-size:24px;margin:0 0 4px\">{title}</h1>\
         <p style=\"{FAINT};margin:0 0 16px\">{}</p>",
        escaped(&span(content))
    ));
    for section in &content.sections {
        page.section(section, charts);
    }
    page.push(format_args!(
        "<h2 style=\"font-size:18px;margin:28px 0 8px\">What the numbers mean</h2><dl>"
    ));
    for definition in &content.definitions {
        page.push(format_args!(
            "<dt style=\"font-weight:600\">{}</dt><dd style=\"margin:0 0 8px;{FAINT}\">{}</dd>",
            escaped(definition.title),
            escaped(&definition.text)
        ));
    }
    page.push(format_args!(
        "</dl><p style=\"{FAINT}\">{}</p>",
        escaped(&freshness(content))
    ));
    if let Charts::Told(Some(link)) = charts {
        page.push(format_args!(
            "<p style=\"{FAINT}\"><a href=\"{}\">Get this report no more</a></p>",
            escaped(link)
        ));
    }
    page.0.push_str("</div></body></html>");
    page.0
}

impl Page {
    fn section(&mut self, section: &Section, charts: Charts<'_>) {
        self.push(format_args!(
            "<h2 style=\"font-size:18px;margin:28px 0 8px\">{}</h2>",
            escaped(section.title)
        ));
        if let Some(note) = &section.note {
            self.push(format_args!("<p style=\"{FAINT}\">{}</p>", escaped(note)));
        }
        if !section.figures.is_empty() {
            self.figures(&section.figures);
        }
        for chart in &section.charts {
            self.chart(chart, charts);
        }
        for table in &section.tables {
            self.table(table, charts);
        }
    }

    fn figures(&mut self, figures: &[Figure]) {
        self.push(format_args!(
            "<table role=\"table\" style=\"border-collapse:collapse;width:100%\"><thead><tr>\
             <th scope=\"col\" style=\"{HEAD}\">Figure</th>\
             <th scope=\"col\" style=\"{NUMBER_HEAD}\">Value</th>\
             <th scope=\"col\" style=\"{NUMBER_HEAD}\">Before</th>\
             <th scope=\"col\" style=\"{NUMBER_HEAD}\">Change</th></tr></thead><tbody>"
        ));
        for figure in figures {
            self.push(format_args!(
                "<tr><th scope=\"row\" style=\"{CELL};font-weight:400\">{}</th>\
                 <td style=\"{NUMBER};font-size:16px;font-weight:600\">{}</td>\
                 <td style=\"{NUMBER}\">{}</td><td style=\"{NUMBER};color:{}\">{}</td></tr>",
                escaped(figure.title),
                words::shown(figure.value, figure.unit),
                words::shown(figure.previous, figure.unit),
                colour(figure),
                figure
                    .change
                    .as_deref()
                    .map_or(words::UNKNOWN.to_owned(), escaped),
            ));
        }
        self.0.push_str("</tbody></table>");
    }

    fn chart(&mut self, chart: &Chart, charts: Charts<'_>) {
        match charts {
            Charts::Drawn => {
                let drawn = svg(chart, 720.0, 220.0);
                self.push(format_args!(
                    "<h3 style=\"font-size:14px;margin:16px 0 4px\">{} by {}</h3>{drawn}",
                    escaped(chart.title),
                    chart.group_by
                ));
            }
            Charts::Told(_) => self.push(format_args!(
                "<p style=\"{FAINT}\">{}.</p>",
                escaped(&summary(chart))
            )),
        }
    }

    fn table(&mut self, table: &Table, charts: Charts<'_>) {
        let most = match charts {
            Charts::Drawn => usize::MAX,
            Charts::Told(_) => MOST_ROWS_TOLD,
        };
        self.push(format_args!(
            "<h3 style=\"font-size:14px;margin:16px 0 4px\">{}</h3>\
             <table role=\"table\" style=\"border-collapse:collapse;width:100%\"><thead><tr>",
            escaped(table.title)
        ));
        let style = |column: &crate::report::content::Column, number, text| {
            if column.is_number() || column.name == "change" {
                number
            } else {
                text
            }
        };
        for column in &table.columns {
            self.push(format_args!(
                "<th scope=\"col\" style=\"{}\">{}</th>",
                style(column, NUMBER_HEAD, HEAD),
                escaped(column.title)
            ));
        }
        self.0.push_str("</tr></thead><tbody>");
        for row in table.rows.iter().take(most) {
            self.0.push_str("<tr>");
            for (cell, column) in row.iter().zip(&table.columns) {
                self.push(format_args!(
                    "<td style=\"{}\">{}</td>",
                    style(column, NUMBER, CELL),
                    escaped(&words::cell(cell, column))
                ));
            }
            self.0.push_str("</tr>");
        }
        self.0.push_str("</tbody></table>");
        if let Some(rest) = rest(table, most) {
            self.push(format_args!("<p style=\"{FAINT}\">{rest}</p>"));
        }
    }
}

/// Returns how many rows are not shown, as a sentence.
pub(super) fn rest(table: &Table, most: usize) -> Option<String> {
    if table.rows.is_empty() {
        return Some("There is nothing in this span.".to_owned());
    }
    let hidden = table.rows.len().saturating_sub(most) as u64 + table.rest;
    (hidden > 0).then(|| format!("And {hidden} more."))
}

/// Returns what a report is about, in a line.
pub(super) fn span(content: &Content) -> String {
    let Content { span, timezone, .. } = content;
    match &content.previous_span {
        None => format!("{span} ({timezone})"),
        Some(previous) => format!("{span} ({timezone}), compared with {previous}"),
    }
}

/// Returns how fresh and how exact the numbers are, in sentences.
pub(super) fn freshness(content: &Content) -> String {
    let mut text = format!("Numbers as of {} ({}).", content.present, content.timezone);
    if content.approximate {
        text.push_str(" Some of them are estimates: the span holds sampled events.");
    }
    if let Some(privacy) = &content.privacy {
        text.push_str(" Privacy mode: ");
        text.push_str(privacy.mode);
        text.push('.');
    }
    text
}

/// Returns the colour of a change: good news are green, bad ones red.
fn colour(figure: &Figure) -> &'static str {
    match (figure.better, figure.change_percent) {
        (Some("up"), Some(change)) if change > 0.0 => "#15803d",
        (Some("down"), Some(change)) if change < 0.0 => "#15803d",
        (Some(_), Some(change)) if change != 0.0 => "#b91c1c",
        _ => "#1c2430",
    }
}

/// Returns a text that is markup nowhere.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
