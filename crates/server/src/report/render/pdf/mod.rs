//! A document to print: PDF/UA-1, with its own fonts, bookmarks and what each thing means.

mod font;
mod paper;
mod parts;

use std::num::NonZeroU16;

use domain::time::Instant;
use jiff::tz::TimeZone;
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, ConfigurationBuilder, PdfVersion},
    destination::XyzDestination,
    geom::{PathBuilder, Point},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, Stroke, StrokeDash},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup,
        TagKind, TagTree,
    },
};

use self::{
    font::Fonts,
    paper::{Colour, Element, FAINT, INK, MARGIN, Mark, PAGE, Paper, WIDTH, look},
};
use super::{
    RenderError,
    html::{freshness, span},
};
use crate::report::content::Content;

/// What a leaf of the document became: one for each number.
type Leaves = Vec<Option<Identifier>>;

pub(super) fn write(content: &Content) -> Result<Vec<u8>, RenderError> {
    let mut paper = Paper::new(Fonts::open()?);
    compose(&mut paper, content);
    let configuration = ConfigurationBuilder::new()
        .with_version(PdfVersion::Pdf17)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| RenderError::of(&format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    document.set_metadata(about(content));
    let leaves = draw(&mut document, &paper, content)?;
    document.set_outline(outline(&paper));
    document.set_tag_tree(tree(&paper, leaves));
    document
        .finish()
        .map_err(|error| RenderError::of(&format!("{error:?}")))
}

/// Puts everything on paper.
fn compose(paper: &mut Paper, content: &Content) {
    paper.heading(1, &content.title);
    paper.paragraph(&span(content), look(10.0, false, FAINT));
    for section in &content.sections {
        paper.section(section);
    }
    paper.heading(2, "What the numbers mean");
    for definition in &content.definitions {
        paper.paragraph(definition.title, look(9.0, true, INK));
        paper.y -= 6.0;
        paper.paragraph(&definition.text, look(9.0, false, FAINT));
    }
    paper.paragraph(&freshness(content), look(9.0, false, FAINT));
}

/// Draws all pages; returns what each leaf became.
fn draw(document: &mut Document, paper: &Paper, content: &Content) -> Result<Leaves, RenderError> {
    let mut leaves: Leaves = (0..paper.leaves).map(|_| None).collect();
    let settings = PageSettings::from_wh(PAGE.0, PAGE.1);
    let settings = settings.ok_or_else(|| RenderError::of(&"a page has no size"))?;
    let pages = paper.pages.len();
    for (number, pieces) in (1..).zip(&paper.pages) {
        let mut page = document.start_page_with(settings.clone());
        let mut surface = page.surface();
        for piece in pieces {
            let tag = match piece.leaf {
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                Some(_) if is_text(&piece.marks) => ContentTag::Span(SpanTag::empty()),
                Some(_) => ContentTag::Other,
            };
            let identifier = surface.start_tagged(tag);
            for mark in &piece.marks {
                put(&mut surface, paper, mark);
            }
            surface.end_tagged();
            if let Some(leaf) = piece.leaf {
                leaves[leaf] = Some(identifier);
            }
        }
        foot(&mut surface, paper, content, (number, pages));
        surface.finish();
        page.finish();
    }
    Ok(leaves)
}

fn is_text(marks: &[Mark]) -> bool {
    matches!(marks, [Mark::Text(..)])
}

/// Draws what stands below each page: what it is about, and its number.
fn foot(
    surface: &mut Surface<'_>,
    paper: &Paper,
    content: &Content,
    (number, pages): (usize, usize),
) {
    let y = PAGE.1 - 34.0;
    let left = format!(
        "{} · {} ({})",
        content.title, content.span, content.timezone
    );
    let right = format!("Page {number} of {pages}");
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Footer,
    )));
    let rule = vec![(MARGIN, y - 14.0), (MARGIN + WIDTH, y - 14.0)];
    put(surface, paper, &Mark::Line(rule, paper::RULE, 0.6, false));
    for mark in [
        paper.text(
            &left,
            look(8.0, false, FAINT),
            (MARGIN, y),
            WIDTH - 80.0,
            false,
        ),
        paper.text(&right, look(8.0, false, FAINT), (MARGIN, y), WIDTH, true),
    ] {
        put(surface, paper, &mark);
    }
    surface.end_tagged();
}

fn paint((red, green, blue): Colour) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn put(surface: &mut Surface<'_>, paper: &Paper, mark: &Mark) {
    match mark {
        Mark::Text((x, y), look, set) => {
            surface.set_stroke(None);
            surface.set_fill(Some(Fill {
                paint: paint(look.colour).into(),
                opacity: NormalizedF32::ONE,
                rule: krilla::paint::FillRule::default(),
            }));
            let font = paper.fonts.face(look.bold).font.clone();
            let at = Point::from_xy(*x, *y);
            surface.draw_glyphs(at, &set.glyphs, font, &set.text, look.size, false);
        }
        Mark::Line(places, colour, width, broken) => {
            let mut path = PathBuilder::new();
            for (number, (x, y)) in places.iter().enumerate() {
                if number == 0 {
                    path.move_to(*x, *y);
                } else {
                    path.line_to(*x, *y);
                }
            }
            let Some(path) = path.finish() else {
                return;
            };
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: paint(*colour).into(),
                width: *width,
                dash: broken.then(|| StrokeDash {
                    array: vec![4.0, 3.0],
                    offset: 0.0,
                }),
                ..Stroke::default()
            }));
            surface.draw_path(&path);
        }
    }
}

fn about(content: &Content) -> Metadata {
    let metadata = Metadata::new()
        .title(content.title.clone())
        .language("en".to_owned())
        .creator("nchat-analytics".to_owned());
    // Documents made of the same numbers are to be the same.
    let metadata = metadata.document_id(format!("{} {}", content.title, content.as_of));
    match date(content.as_of) {
        Some(date) => metadata.creation_date(date),
        None => metadata,
    }
}

fn date(at: Instant) -> Option<DateTime> {
    let at = at.reading(&TimeZone::UTC);
    let part = |part: i8| u8::try_from(part).ok();
    Some(
        DateTime::new(u16::try_from(at.year()).ok()?)
            .month(part(at.month())?)
            .day(part(at.day())?)
            .hour(part(at.hour())?)
            .minute(part(at.minute())?)
            .second(part(at.second())?)
            .utc_offset_hour(0)
            .utc_offset_minute(0),
    )
}

fn outline(paper: &Paper) -> Outline {
    let mut outline = Outline::new();
    for element in &paper.elements {
        if let Element::Heading(2, title, _, (page, y)) = element {
            let place = XyzDestination::new(*page, Point::from_xy(0.0, *y));
            outline.push_child(OutlineNode::new(title.clone(), place));
        }
    }
    outline
}

/// Returns what everything means, in the order in which it is read.
fn tree(paper: &Paper, mut leaves: Leaves) -> TagTree {
    let mut take = |group: &mut TagGroup, leaf: usize| {
        if let Some(identifier) = leaves[leaf].take() {
            group.push(identifier);
        }
    };
    let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
    for element in &paper.elements {
        let group = match element {
            Element::Heading(level, title, leaf, _) => {
                let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                let mut group = TagGroup::new(Tag::Hn(level, Some(title.clone())));
                take(&mut group, *leaf);
                group
            }
            Element::Paragraph(lines) => {
                let mut group = TagGroup::new(Tag::P);
                for leaf in lines {
                    take(&mut group, *leaf);
                }
                group
            }
            Element::Picture(leaf, shows) => {
                let mut group = TagGroup::new(Tag::Figure(Some(shows.clone())));
                take(&mut group, *leaf);
                group
            }
            Element::Table(rows) => {
                let mut table = TagGroup::new(Tag::Table);
                for (number, row) in rows.iter().enumerate() {
                    let mut line = TagGroup::new(Tag::TR);
                    for (place, leaf) in row.iter().enumerate() {
                        let tag: TagKind = match (number, place) {
                            (0, _) => Tag::TH(TableHeaderScope::Column).into(),
                            (_, 0) => Tag::TH(TableHeaderScope::Row).into(),
                            _ => Tag::TD.into(),
                        };
                        let mut cell = TagGroup::new(tag);
                        take(&mut cell, *leaf);
                        line.push(cell);
                    }
                    table.push(line);
                }
                table
            }
        };
        tree.push(group);
    }
    tree
}
