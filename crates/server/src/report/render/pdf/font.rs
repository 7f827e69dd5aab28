//! The fonts of documents, and texts set in them.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::UnicodeBuffer;

use super::super::RenderError;

const REGULAR: &[u8] = include_bytes!("../../../../assets/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../../assets/fonts/NotoSans-Bold.ttf");
/// Stands for letters that the fonts do not have.
const MISSING: char = '\u{fffd}';

/// A font, and what sets texts in it.
pub(super) struct Face {
    pub(super) font: Font,
    shaper: rustybuzz::Face<'static>,
}

/// The fonts of documents.
pub(super) struct Fonts {
    pub(super) regular: Face,
    pub(super) bold: Face,
}

/// A text, set.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// Its width at a size of one point.
    width: f32,
}

impl Set {
    /// Returns its width at a size.
    pub(super) fn width(&self, size: f32) -> f32 {
        self.width * size
    }
}

impl Fonts {
    pub(super) fn open() -> Result<Self, RenderError> {
        Ok(Self {
            regular: Face::open(REGULAR)?,
            bold: Face::open(BOLD)?,
        })
    }

    pub(super) fn face(&self, is_bold: bool) -> &Face {
        if is_bold { &self.bold } else { &self.regular }
    }
}

impl Face {
    fn open(bytes: &'static [u8]) -> Result<Self, RenderError> {
        let font = Font::new(bytes.into(), 0);
        let shaper = rustybuzz::Face::from_slice(bytes, 0);
        match (font, shaper) {
            (Some(font), Some(shaper)) => Ok(Self { font, shaper }),
            _ => Err(RenderError::of(&"a font cannot be read")),
        }
    }

    /// Sets a text in one line. Letters that the font does not have are shown as missing.
    pub(super) fn set(&self, text: &str) -> Set {
        let known = |letter: char| {
            if letter.is_control() {
                ' '
            } else if self.shaper.glyph_index(letter).is_some() {
                letter
            } else {
                MISSING
            }
        };
        let text: String = text.chars().map(known).collect();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        let output = rustybuzz::shape(&self.shaper, &[], buffer);
        let mut starts: Vec<usize> = output
            .glyph_infos()
            .iter()
            .map(|info| info.cluster as usize)
            .collect();
        starts.sort_unstable();
        starts.dedup();
        starts.push(text.len());
        let units = self.font.units_per_em();
        let scaled = |value: i32| value as f32 / units;
        let glyphs = output.glyph_infos().iter().zip(output.glyph_positions());
        let glyphs: Vec<KrillaGlyph> = glyphs
            .map(|(info, position)| {
                let start = info.cluster as usize;
                let after = starts.partition_point(|one| *one <= start);
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    scaled(position.x_advance),
                    scaled(position.x_offset),
                    scaled(position.y_offset),
                    scaled(position.y_advance),
                    start..starts.get(after).copied().unwrap_or(text.len()),
                    None,
                )
            })
            .collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Set {
            text,
            glyphs,
            width,
        }
    }

    /// Sets a text in one line of this width; one that is too long ends in an ellipsis.
    pub(super) fn fit(&self, text: &str, size: f32, width: f32) -> Set {
        let set = self.set(text);
        if set.width(size) <= width {
            return set;
        }
        let letters: Vec<char> = text.chars().collect();
        let cut = |length: usize| {
            let mut short: String = letters[..length].iter().collect();
            short.truncate(short.trim_end().len());
            short.push('…');
            self.set(&short)
        };
        let fitting = (0..letters.len()).collect::<Vec<_>>();
        let length = fitting.partition_point(|length| cut(*length).width(size) <= width);
        cut(length.saturating_sub(1))
    }

    /// Sets a text in lines of this width.
    pub(super) fn lines(&self, text: &str, size: f32, width: f32) -> Vec<Set> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if self.set(&longer).width(size) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(self.set(&line));
            }
            word.clone_into(&mut line);
        }
        if !line.is_empty() {
            // A single word may be wider than the line.
            lines.push(self.fit(&line, size, width));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_to_their_width() {
        let face = Fonts::open().unwrap().regular;
        let long = "Messages and thread replies written by people; messages of the chat itself do not count.";
        for line in face.lines(long, 10.0, 120.0) {
            assert!(line.width(10.0) <= 120.0, "{}", line.text);
        }
        let lines = face.lines(long, 10.0, 120.0);
        let words: Vec<&str> = lines.iter().flat_map(|line| line.text.split(' ')).collect();
        assert_eq!(words.join(" "), long);
        let cut = face.fit(long, 10.0, 120.0);
        assert!(
            cut.width(10.0) <= 120.0 && cut.text.ends_with('…'),
            "{}",
            cut.text
        );
        assert_eq!(face.fit("general", 10.0, 120.0).text, "general");
    }

    #[test]
    fn letters_that_are_missing_are_shown_as_such() {
        let face = Fonts::open().unwrap().regular;
        assert_eq!(
            face.set("Größe, Ελλάδα, Москва").text,
            "Größe, Ελλάδα, Москва"
        );
        assert_eq!(face.set("雑談\n🎉").text, "\u{fffd}\u{fffd} \u{fffd}");
    }
}
