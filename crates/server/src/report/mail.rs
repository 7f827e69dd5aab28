//! Reports as mail: text and a page that needs no pictures, with the file attached.

use std::time::{Duration, UNIX_EPOCH};

use domain::report::{Report, ReportRun};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Attachment, Mailbox, MultiPart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

use super::{
    Charts, Content, Form, html,
    render::{file_name, text},
};

/// How a connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// From the start.
    Implicit,
    /// By STARTTLS, or nothing is sent.
    StartTls,
    /// Not at all.
    None,
}

/// Where the mail server is, and who sends.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// User and password, where it asks for them.
    pub credentials: Option<(String, String)>,
    /// Who the mail is from.
    pub from: String,
    /// Longest time that the server may take for one step.
    pub timeout: Duration,
}

/// Why something was not sent. What servers say may name the recipient, and is not repeated.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address cannot be written to.
    #[error("`{0}` is no address that mail can be sent from")]
    From(String),
    /// A recipient cannot be written to.
    #[error("an address is none that mail can be sent to")]
    To,
    /// The mail could not be put together.
    #[error("the mail could not be put together")]
    Message(#[from] lettre::error::Error),
    /// The server cannot be used.
    #[error("the mail server {}", said(.0))]
    Smtp(#[from] lettre::transport::smtp::Error),
}

/// Returns what became of the conversation with a server, without what it said.
fn said(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("refused it ({code})"),
        None if error.is_timeout() => "did not answer in time".to_owned(),
        None if error.is_tls() => "could not be reached safely: TLS failed".to_owned(),
        None => "could not be reached".to_owned(),
    }
}

/// A report for somebody.
pub struct Letter<'a> {
    /// Which report.
    pub report: &'a Report,
    /// Which run of it.
    pub run: &'a ReportRun,
    /// What it holds.
    pub content: &'a Content,
    /// Its file, and what that is.
    pub file: (&'a [u8], Form),
    /// Whom it is for.
    pub recipient: &'a str,
    /// The link by which they leave, where there is one.
    pub leave: Option<String>,
}

/// Sends mail.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Returns what sends mail; nothing is connected yet.
    pub fn new(settings: MailSettings) -> Result<Self, MailError> {
        let Ok(from) = settings.from.parse::<Mailbox>() else {
            return Err(MailError::From(settings.from));
        };
        let tls = || TlsParameters::new(settings.host.clone());
        let tls = match settings.encryption {
            Encryption::Implicit => Tls::Wrapper(tls()?),
            Encryption::StartTls => Tls::Required(tls()?),
            Encryption::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(settings.timeout))
            .pool_config(
                PoolConfig::new()
                    .max_size(2)
                    .idle_timeout(Duration::from_secs(30)),
            );
        if let Some((user, password)) = settings.credentials {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    /// Sends a report to somebody. The same run has the same identity for the same person each time, so that
    /// a mail that was sent twice is shown once.
    pub async fn send(&self, letter: Letter<'_>) -> Result<(), MailError> {
        let message = self.message(letter)?;
        self.transport.send(message).await?;
        Ok(())
    }

    fn message(&self, letter: Letter<'_>) -> Result<Message, MailError> {
        let Letter {
            report,
            run,
            content,
            file: (file, form),
            recipient,
            leave,
        } = letter;
        let to: Address = recipient.parse().map_err(|_invalid| MailError::To)?;
        let place = report
            .definition
            .recipients
            .iter()
            .position(|one| one == recipient)
            .map_or_else(|| "test".to_owned(), |place| place.to_string());
        let id = format!("<{}.{place}@{}>", run.id, self.from.email.domain());
        let kind = ContentType::parse(form.kind()).unwrap_or(ContentType::TEXT_PLAIN);
        let name = format!("{}.{}", file_name(&content.title), form.extension());
        let late = if run.late { " (late)" } else { "" };
        let started = u64::try_from(run.started_at.as_millis()).unwrap_or(0);
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(format!("{}{late}: {}", content.title, content.span))
            .message_id(Some(id))
            .date(UNIX_EPOCH + Duration::from_millis(started))
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
        let mut words = text(content);
        if let Some(link) = &leave {
            // RFC 8058: programs leave with one click, by a POST.
            builder = builder
                .raw_header(header("List-Unsubscribe", format!("<{link}>")))
                .raw_header(header(
                    "List-Unsubscribe-Post",
                    "List-Unsubscribe=One-Click".to_owned(),
                ));
            words.push_str("\n\nTo get this report no more: ");
            words.push_str(link);
        }
        let page = html(content, Charts::Told(leave.as_deref()));
        Ok(builder.multipart(
            MultiPart::mixed()
                .multipart(MultiPart::alternative_plain_html(words, page))
                .singlepart(Attachment::new(name).body(file.to_vec(), kind)),
        )?)
    }
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}
