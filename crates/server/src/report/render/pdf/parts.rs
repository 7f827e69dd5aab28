//! The parts of a report, put on paper.

use super::{
    super::{html::rest, plot::Plot, svg::summary},
    font::Set,
    paper::{BAD, BLUE, Element, FAINT, GOOD, GREY, INK, MARGIN, Mark, Paper, RULE, WIDTH, look},
};
use crate::report::{
    content::{Chart, Column, Figure, Section, Table},
    words,
};

/// Figures in a row, and the height of one.
const FIGURES: usize = 4;
const FIGURE_HEIGHT: f32 = 58.0;
/// Height of a chart.
const CHART_HEIGHT: f32 = 150.0;
/// Height of a row, and of a line in the heads of columns.
const ROW: f32 = 17.0;
const LINE: f32 = 10.0;

impl Paper {
    pub(super) fn section(&mut self, section: &Section) {
        self.heading(2, section.title);
        if let Some(note) = &section.note {
            self.paragraph(note, look(9.0, false, FAINT));
        }
        for figures in section.figures.chunks(FIGURES) {
            self.figures(figures);
        }
        for chart in &section.charts {
            self.chart(chart);
        }
        for table in &section.tables {
            self.table(table);
        }
    }

    fn figures(&mut self, figures: &[Figure]) {
        self.room(FIGURE_HEIGHT);
        let width = WIDTH / FIGURES as f32;
        let mut x = MARGIN;
        for figure in figures {
            let text = |paper: &Self, text: &str, look, below| {
                paper.text(text, look, (x, paper.y + below), width - 6.0, false)
            };
            let value = words::shown(figure.value, figure.unit);
            let mut marks = vec![
                text(self, figure.title, look(8.0, false, FAINT), 14.0),
                text(self, &value, look(18.0, true, INK), 34.0),
            ];
            if let Some(previous) = figure.previous {
                let previous = words::shown(Some(previous), figure.unit);
                let change = figure.change.as_deref();
                let change = change.map_or_else(String::new, |change| format!("{change}, "));
                let line = format!("{change}before {previous}");
                marks.push(text(self, &line, look(8.5, false, colour(figure)), 47.0));
            }
            // Each line is a part of the same paragraph.
            let leaves = marks
                .into_iter()
                .map(|mark| self.draw(vec![mark]))
                .collect();
            self.elements.push(Element::Paragraph(leaves));
            x += width;
        }
        self.y += FIGURE_HEIGHT;
    }

    fn chart(&mut self, chart: &Chart) {
        self.heading(3, &format!("{} by {}", chart.title, chart.group_by));
        self.room(CHART_HEIGHT);
        let plot = Plot::of(chart, WIDTH, CHART_HEIGHT);
        let (left, right, bottom) = plot.area;
        let place = |(x, y): (f32, f32), paper: &Self| (MARGIN + x, paper.y + y);
        let mut marks = Vec::new();
        for (y, label) in &plot.ticks {
            let line = vec![place((left, *y), self), place((right, *y), self)];
            marks.push(Mark::Line(line, RULE, 0.6, false));
            let at = place((0.0, *y + 3.0), self);
            marks.push(self.text(label, look(8.0, false, FAINT), at, left - 6.0, true));
        }
        for (x, date) in &plot.dates {
            let set = self.fonts.regular.set(date);
            let x = (*x - set.width(8.0) / 2.0).clamp(0.0, WIDTH - set.width(8.0));
            let at = place((x, bottom + 13.0), self);
            marks.push(Mark::Text(at, look(8.0, false, FAINT), set));
        }
        for (pieces, colour, width, broken) in [
            (&plot.before, GREY, 1.0, true),
            (&plot.line, BLUE, 1.6, false),
        ] {
            for piece in pieces {
                let mut line: Vec<(f32, f32)> = piece.iter().map(|one| place(*one, self)).collect();
                // A single value is seen as a short dash.
                if let [(x, y)] = line[..] {
                    line.push((x + 2.0, y));
                }
                marks.push(Mark::Line(line, colour, width, broken));
            }
        }
        let leaf = self.draw(marks);
        let mut shows = summary(chart);
        if !plot.before.is_empty() {
            shows.push_str("; the broken line is the span compared with");
        }
        self.elements.push(Element::Picture(leaf, shows));
        self.y += CHART_HEIGHT;
        if !plot.before.is_empty() {
            let legend = "Solid: this span. Broken: the span compared with.";
            self.paragraph(legend, look(8.0, false, FAINT));
        }
    }

    fn table(&mut self, table: &Table) {
        self.heading(3, table.title);
        let columns = layout(table);
        let heads = self.heads(&columns);
        let mut rows = vec![heads];
        for row in &table.rows {
            if self.room(ROW) {
                // The heads once more, for whoever sees them.
                let marks = self.head_marks(&columns);
                self.decorate(marks.into_iter().flatten().collect());
                self.end_heads();
            }
            self.y += ROW;
            let cells = row.iter().zip(&columns).map(|(cell, (column, x, width))| {
                let text = words::cell(cell, column);
                let right = is_right(column);
                self.text(
                    &text,
                    look(9.0, false, INK),
                    (*x, self.y - 5.0),
                    *width,
                    right,
                )
            });
            let marks: Vec<Mark> = cells.collect();
            rows.push(
                marks
                    .into_iter()
                    .map(|mark| self.draw(vec![mark]))
                    .collect(),
            );
            self.rule(RULE);
        }
        self.elements.push(Element::Table(rows));
        if let Some(rest) = rest(table, usize::MAX) {
            self.paragraph(&rest, look(9.0, false, FAINT));
        }
        self.y += 4.0;
    }

    /// Returns the head of each column, in at most two lines that end at the same height.
    fn head_marks(&self, columns: &[(Column, f32, f32)]) -> Vec<Vec<Mark>> {
        let style = look(8.5, true, FAINT);
        let head = |(column, x, width): &(Column, f32, f32)| {
            let face = self.fonts.face(style.bold);
            let mut lines = face.lines(column.title, style.size, *width);
            if lines.len() > 2 {
                lines = vec![face.fit(column.title, style.size, *width)];
            }
            let above = if lines.len() == 2 { LINE } else { 0.0 };
            let place = |(number, line): (u8, Set)| {
                let shift = if is_right(column) {
                    *width - line.width(style.size)
                } else {
                    0.0
                };
                let y = self.y + LINE + ROW - 5.0 - above + f32::from(number) * LINE;
                Mark::Text((*x + shift, y), style, line)
            };
            (0..).zip(lines).map(place).collect()
        };
        columns.iter().map(head).collect()
    }

    fn heads(&mut self, columns: &[(Column, f32, f32)]) -> Vec<usize> {
        self.room(4.0 * ROW);
        let marks = self.head_marks(columns);
        let leaves = marks.into_iter().map(|marks| self.draw(marks)).collect();
        self.end_heads();
        leaves
    }

    fn end_heads(&mut self) {
        self.y += LINE + ROW;
        self.rule(GREY);
    }
}

/// Returns each column with where it begins and how wide it is: names get what numbers leave.
fn layout(table: &Table) -> Vec<(Column, f32, f32)> {
    const GAP: f32 = 10.0;
    const MOST_NUMBER: f32 = 86.0;
    let numbers = table.columns.len().saturating_sub(1) as f32;
    let number = (WIDTH * 0.72 / numbers.max(1.0)).min(MOST_NUMBER);
    let mut x = MARGIN;
    let laid = table.columns.iter().enumerate().map(|(place, column)| {
        let width = if place == 0 {
            WIDTH - numbers * number
        } else {
            number
        };
        let at = x + if place == 0 { 0.0 } else { GAP };
        x += width;
        (*column, at, width - GAP)
    });
    laid.collect()
}

fn is_right(column: &Column) -> bool {
    column.is_number() || column.name == "change"
}

/// Returns the colour of a change: good news are green, bad ones red.
fn colour(figure: &Figure) -> super::paper::Colour {
    match (figure.better, figure.change_percent) {
        (Some("up"), Some(change)) if change > 0.0 => GOOD,
        (Some("down"), Some(change)) if change < 0.0 => GOOD,
        (Some(_), Some(change)) if change != 0.0 => BAD,
        _ => FAINT,
    }
}
