//! Pages in the making: what stands where, and what it is for whoever does not see it.

use super::font::{Fonts, Set};

/// Width and height of a page, in points: A4.
pub(super) const PAGE: (f32, f32) = (595.0, 842.0);
/// Room around what stands on a page.
pub(super) const MARGIN: f32 = 48.0;
/// Width of what stands on a page.
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Where the last line may stand.
const BOTTOM: f32 = PAGE.1 - 64.0;

/// A colour: red, green, blue.
pub(super) type Colour = (u8, u8, u8);
pub(super) const INK: Colour = (0x1c, 0x24, 0x30);
pub(super) const FAINT: Colour = (0x5b, 0x64, 0x72);
pub(super) const RULE: Colour = (0xd9, 0xdc, 0xe1);
pub(super) const BLUE: Colour = (0x25, 0x63, 0xeb);
pub(super) const GREY: Colour = (0x9a, 0xa3, 0xaf);
pub(super) const GOOD: Colour = (0x15, 0x80, 0x3d);
pub(super) const BAD: Colour = (0xb9, 0x1c, 0x1c);

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) colour: Colour,
}

pub(super) const fn look(size: f32, bold: bool, colour: Colour) -> Look {
    Look { size, bold, colour }
}

/// Something that is drawn.
pub(super) enum Mark {
    /// A text, from the left end of its line.
    Text((f32, f32), Look, Set),
    /// A line through places: its colour, its width, and whether it is broken.
    Line(Vec<(f32, f32)>, Colour, f32, bool),
}

/// What is drawn together.
pub(super) struct Piece {
    pub(super) marks: Vec<Mark>,
    /// Its number among what has a meaning; decoration has none.
    pub(super) leaf: Option<usize>,
}

/// What a piece means.
pub(super) enum Element {
    /// A heading: its level, text and number, its page and height.
    Heading(u16, String, usize, (usize, f32)),
    /// A paragraph, line by line.
    Paragraph(Vec<usize>),
    /// A picture, and what it shows.
    Picture(usize, String),
    /// Rows of cells; the first has the heads of columns, and each other row begins with its own head.
    Table(Vec<Vec<usize>>),
}

/// Pages in the making.
pub(super) struct Paper {
    pub(super) fonts: Fonts,
    pub(super) pages: Vec<Vec<Piece>>,
    pub(super) elements: Vec<Element>,
    pub(super) leaves: usize,
    /// Where the next thing begins.
    pub(super) y: f32,
}

impl Paper {
    pub(super) fn new(fonts: Fonts) -> Self {
        Self {
            fonts,
            pages: vec![Vec::new()],
            elements: Vec::new(),
            leaves: 0,
            y: MARGIN,
        }
    }

    /// Begins a page where less room is left; returns whether it did.
    pub(super) fn room(&mut self, height: f32) -> bool {
        let is_full = self.y + height > BOTTOM;
        if is_full {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
        is_full
    }

    pub(super) fn page(&self) -> usize {
        self.pages.len() - 1
    }

    /// Draws something that has a meaning; returns its number.
    pub(super) fn draw(&mut self, marks: Vec<Mark>) -> usize {
        let leaf = self.leaves;
        self.leaves += 1;
        self.put(marks, Some(leaf));
        leaf
    }

    /// Draws something that has none.
    pub(super) fn decorate(&mut self, marks: Vec<Mark>) {
        self.put(marks, None);
    }

    fn put(&mut self, marks: Vec<Mark>, leaf: Option<usize>) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Piece { marks, leaf });
        }
    }

    /// Returns a text in a box of a width, whose line stands at `y`.
    pub(super) fn text(
        &self,
        text: &str,
        look: Look,
        (x, y): (f32, f32),
        width: f32,
        right: bool,
    ) -> Mark {
        let set = self.fonts.face(look.bold).fit(text, look.size, width);
        let shift = if right {
            width - set.width(look.size)
        } else {
            0.0
        };
        Mark::Text((x + shift, y), look, set)
    }

    pub(super) fn heading(&mut self, level: u16, text: &str) {
        let (size, before, after) = match level {
            1 => (22.0, 0.0, 8.0),
            2 => (15.0, 18.0, 8.0),
            _ => (10.5, 12.0, 5.0),
        };
        // A heading stands with what it is of.
        if !self.room(before + size + 90.0) && self.y > MARGIN {
            self.y += before;
        }
        self.y += size;
        let mark = self.text(text, look(size, true, INK), (MARGIN, self.y), WIDTH, false);
        let place = (self.page(), self.y - size);
        let leaf = self.draw(vec![mark]);
        self.elements
            .push(Element::Heading(level, text.to_owned(), leaf, place));
        self.y += after;
    }

    pub(super) fn paragraph(&mut self, text: &str, look: Look) {
        let lines = self.fonts.face(look.bold).lines(text, look.size, WIDTH);
        let mut leaves = Vec::new();
        for line in lines {
            self.room(look.size * 1.4);
            self.y += look.size * 1.4;
            leaves.push(self.draw(vec![Mark::Text((MARGIN, self.y), look, line)]));
        }
        self.y += look.size * 0.5;
        self.elements.push(Element::Paragraph(leaves));
    }

    /// Draws a line over the whole width.
    pub(super) fn rule(&mut self, colour: Colour) {
        let line = vec![(MARGIN, self.y), (MARGIN + WIDTH, self.y)];
        self.decorate(vec![Mark::Line(line, colour, 0.6, false)]);
    }
}
