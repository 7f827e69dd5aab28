//! Reports: what is asked for, understood; what it holds, asked of the queries; and files made of that,
//! at their times.

mod content;
mod define;
mod leave;
mod mail;
mod make;
mod render;
mod run;
mod schedule;
mod template;
mod words;

pub use self::{
    content::Content,
    define::{ReportError, Wanted, define, recipients},
    leave::Links,
    mail::{Encryption, MailError, MailSettings, Mailer},
    make::{MakeError, Maker},
    render::{Charts, Form, RenderError, file_name, html, render},
    run::Reports,
    schedule::{Schedule, ScheduleError},
    template::{TEMPLATES, Template},
};
