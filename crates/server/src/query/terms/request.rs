//! Which terms are asked for, and how they are listed.

use domain::dimension::TermList;
use serde::Serialize;

/// Where emoji were used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum EmojiPlace {
    /// In messages and as reactions.
    #[default]
    All,
    /// In messages.
    Messages,
    /// As reactions.
    Reactions,
}

/// Which part of links is listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum LinkPart {
    /// The registrable domain.
    #[default]
    Domain,
    /// The host.
    Host,
    /// The address without query and fragment.
    Url,
}

/// What of files is listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum FilePart {
    /// The name.
    #[default]
    Name,
    /// The ending of the name.
    Extension,
    /// What they are.
    Kind,
    /// The hash of what is in them.
    Hash,
}

/// Which topics are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum TopicView {
    /// Those that most people write of.
    #[default]
    Top,
    /// Those that people suddenly write of.
    Trending,
}

macro_rules! names {
    ($Type:ident: $($variant:ident $name:literal),+) => {
        impl $Type {
            /// The names in requests.
            pub const NAMES: [(Self, &[&str]); [$($name),+].len()] = [$((Self::$variant, &[$name])),+];
        }
    };
}

names!(EmojiPlace: All "all", Messages "messages", Reactions "reactions");
names!(LinkPart: Domain "domain", Host "host", Url "url");
names!(FilePart: Name "name", Extension "extension", Kind "kind", Hash "hash");
names!(TopicView: Top "top", Trending "trending");

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum TermsOf {
    /// Emoji.
    Emoji(EmojiPlace),
    /// Hashtags.
    Hashtags,
    /// Links.
    Links(LinkPart),
    /// Files.
    Files(FilePart),
    /// Topics.
    Topics(TopicView),
}

impl TermsOf {
    /// Returns the list that events have the terms in.
    pub const fn list(self) -> TermList {
        match self {
            Self::Emoji(_) => TermList::Emoji,
            Self::Hashtags => TermList::Hashtags,
            Self::Links(LinkPart::Domain) => TermList::Domains,
            Self::Links(LinkPart::Host) => TermList::Links,
            Self::Links(LinkPart::Url) => TermList::Urls,
            Self::Files(FilePart::Name) => TermList::FileNames,
            Self::Files(FilePart::Extension) => TermList::FileExtensions,
            Self::Files(FilePart::Kind) => TermList::FileKinds,
            Self::Files(FilePart::Hash) => TermList::FileHashes,
            Self::Topics(_) => TermList::Topics,
        }
    }
}

/// Which terms are asked for, and how they are listed.
#[derive(Debug, Clone, Serialize)]
pub struct TermsRequest {
    /// What is listed.
    pub of: TermsOf,
    /// Only terms with this text in them, whatever its case.
    pub search: Option<String>,
    /// Only this term, and where and when it was used.
    pub term: Option<String>,
    /// Custom emoji alone, the least used first.
    pub least_used: bool,
    /// Rows at most.
    pub limit: u32,
    /// Rows passed over.
    pub offset: u32,
}
