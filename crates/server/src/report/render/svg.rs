//! Charts as SVG: lines, labels, and a title for whoever does not see them.

use std::fmt::Write as _;

use super::{
    html::escaped,
    plot::{Place, Plot},
};
use crate::report::{content::Chart, words};

/// Writes a chart of this size.
pub(super) fn svg(chart: &Chart, width: f32, height: f32) -> String {
    let plot = Plot::of(chart, width, height);
    let (left, right, bottom) = plot.area;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width} {height}\" \
         width=\"100%\" font-family=\"sans-serif\" font-size=\"10\"><title>{}</title>",
        escaped(&summary(chart))
    );
    for (y, label) in &plot.ticks {
        push(
            &mut svg,
            format_args!(
                "<path d=\"M{left:.1} {y:.1}H{right:.1}\" stroke=\"#d9dce1\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#5b6472\">{label}</text>",
                left - 6.0,
                y + 3.5
            ),
        );
    }
    for (x, date) in &plot.dates {
        push(
            &mut svg,
            format_args!(
                "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#5b6472\">{}</text>",
                bottom + 14.0,
                escaped(date)
            ),
        );
    }
    for (pieces, style) in [
        (&plot.before, "stroke=\"#9aa3af\" stroke-dasharray=\"4 3\""),
        (&plot.line, "stroke=\"#2563eb\" stroke-width=\"2\""),
    ] {
        for piece in pieces {
            push(
                &mut svg,
                format_args!("<path d=\"{}\" fill=\"none\" {style}/>", path(piece)),
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// Returns what a chart shows, in a sentence.
pub(super) fn summary(chart: &Chart) -> String {
    let known = chart
        .points
        .iter()
        .filter_map(|point| Some((point, point.value?)));
    let highest = known
        .max_by(|(_, left), (_, right)| words::number(*left).total_cmp(&words::number(*right)));
    match highest {
        None => format!("{} by {}: no values", chart.title, chart.group_by),
        Some((point, value)) => format!(
            "{} by {}, {} values; the highest is {} on {}",
            chart.title,
            chart.group_by,
            chart.points.len(),
            words::shown(Some(value), chart.unit),
            point.date
        ),
    }
}

/// Returns a line through places; a single one is drawn as a short dash, so that it is seen.
fn path(places: &[Place]) -> String {
    let mut path = String::new();
    for (number, (x, y)) in places.iter().enumerate() {
        let letter = if number == 0 { 'M' } else { 'L' };
        push(&mut path, format_args!("{letter}{x:.1} {y:.1}"));
    }
    if places.len() == 1 {
        path.push_str("h2");
    }
    path
}

fn push(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Nothing fails to be put into a text.
    let _written = text.write_fmt(what).is_ok();
}
