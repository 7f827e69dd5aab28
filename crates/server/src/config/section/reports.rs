//! What becomes of reports.

use std::time::Duration;

use secrecy::SecretString;

use crate::config::{
    kind::{Choice, HOST, LOGIN, Maybe, SECRET, SENDER, Span, Unit, whole},
    setting::Surroundings,
};

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// From plain to encrypted before anything is said.
    StartTls,
    /// Encrypted from the start.
    Implicit,
    /// Not at all.
    None,
}

const TLS: Choice<SmtpTls> = Choice(&[
    (SmtpTls::StartTls, &["starttls"]),
    (SmtpTls::Implicit, &["implicit"]),
    (SmtpTls::None, &["none"]),
]);

const TIMEOUT: Span = Span {
    unit: Unit::Seconds,
    min: 1,
    max: 600,
};

section! {
    /// Reports that are made at their times, and the server that sends them. Without a server they are made and kept.
    pub struct Reports = "Reports and mail" {
        /// Days that runs of reports and their files are kept.
        keep_days: u32 = whole::<u32>(1, 3_650), "ANALYTICS_REPORT_KEEP_DAYS", default "90";

        /// Host of the mail server.
        smtp_host: Option<String> = Maybe(HOST), "ANALYTICS_SMTP_HOST";

        /// Port of the mail server.
        smtp_port: u16 = whole::<u16>(1, 65_535), "ANALYTICS_SMTP_PORT",
            derived "`587`, with `ANALYTICS_SMTP_TLS=implicit` `465`, with `none` `25`" default_port;

        /// How the connection is encrypted: `starttls` (nothing is sent where the server cannot), `implicit`, or
        /// `none`, for a server on this machine.
        smtp_tls: SmtpTls = TLS, "ANALYTICS_SMTP_TLS", default "starttls";

        /// User to sign in as, where the server asks for one.
        smtp_user: Option<String> = Maybe(LOGIN), "ANALYTICS_SMTP_USER";

        /// Password of that user.
        smtp_password: Option<SecretString> = Maybe(SECRET), "ANALYTICS_SMTP_PASSWORD";

        /// Address that mail is from, as `analytics@example.com` or `Analytics <analytics@example.com>`.
        smtp_from: Option<String> = Maybe(SENDER), "ANALYTICS_SMTP_FROM";

        /// Longest time that the server may take for a step.
        smtp_timeout: Duration = TIMEOUT, "ANALYTICS_SMTP_TIMEOUT", default "30";
    }
}

fn default_port(surroundings: &Surroundings<'_>) -> String {
    let tls = (surroundings.given)("ANALYTICS_SMTP_TLS");
    match tls.map(str::trim) {
        Some("implicit") => "465",
        Some("none") => "25",
        _ => "587",
    }
    .to_owned()
}
