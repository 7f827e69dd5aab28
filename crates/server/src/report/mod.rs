//! Reports: what is asked for, understood; what it holds, asked of the queries; and files made of that.

mod content;
mod define;
mod make;
mod render;
mod template;
mod words;

pub use self::{
    content::Content,
    define::{ReportError, Wanted, define},
    make::{MakeError, Maker},
    render::{Charts, Form, RenderError, html, render},
    template::{TEMPLATES, Template},
};
