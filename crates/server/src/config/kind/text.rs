//! Words, names and folders.

use std::path::PathBuf;

use domain::content::BannedTerms;
use lettre::message::Mailbox;

use super::{Describe, Kind, Refusal, parts};

/// A name, which is shown: none of the signs that an address with a password has.
pub struct Text;

/// A name.
pub const TEXT: Text = Text;

/// Returns whether a text may be an address or a list of options, and so hold a password.
fn is_address(text: &str) -> bool {
    // `${NAME:-default}` is warned of elsewhere.
    text.contains(['/', '@', '=', '?'])
        || text.contains(char::is_whitespace)
        || text.contains(':') && !text.contains("${")
}

impl Describe for Text {
    fn accepts(&self) -> String {
        "a name without white space and without `:`, `/`, `@`, `=` and `?`".to_owned()
    }
}

impl Kind for Text {
    type Value = String;

    fn parse(&self, text: &str) -> Result<String, Refusal> {
        if is_address(text) {
            return Err(Refusal::default());
        }
        Ok(text.to_owned())
    }

    fn show(&self, value: &String) -> String {
        value.clone()
    }
}

/// Who mail is from.
pub struct Sender;

/// Who mail is from.
pub const SENDER: Sender = Sender;

impl Describe for Sender {
    fn accepts(&self) -> String {
        "an e-mail address like `analytics@example.com` or `Analytics <analytics@example.com>`"
            .to_owned()
    }
}

impl Kind for Sender {
    type Value = String;

    fn parse(&self, text: &str) -> Result<String, Refusal> {
        match text.parse::<Mailbox>() {
            Ok(_) => Ok(text.to_owned()),
            Err(_invalid) => Err(Refusal::default()),
        }
    }

    fn show(&self, value: &String) -> String {
        value.clone()
    }
}

/// The user of a server: a name or an e-mail address, and no address with a password.
pub struct Login;

/// The user of a server.
pub const LOGIN: Login = Login;

impl Describe for Login {
    fn accepts(&self) -> String {
        "a name or an e-mail address without white space and without `:`, `/`, `=` and `?`"
            .to_owned()
    }
}

impl Kind for Login {
    type Value = String;

    fn parse(&self, text: &str) -> Result<String, Refusal> {
        if text.contains([':', '/', '=', '?']) || text.contains(char::is_whitespace) {
            return Err(Refusal::default());
        }
        Ok(text.to_owned())
    }

    fn show(&self, value: &String) -> String {
        value.clone()
    }
}

/// The name or address of a machine, without scheme, port or path.
pub struct Host;

/// The name or address of a machine.
pub const HOST: Host = Host;

impl Describe for Host {
    fn accepts(&self) -> String {
        "a host name or an address without scheme, port and path".to_owned()
    }
}

impl Kind for Host {
    type Value = String;

    fn parse(&self, text: &str) -> Result<String, Refusal> {
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        if bare.parse::<std::net::Ipv6Addr>().is_ok() {
            return Ok(bare.to_owned());
        }
        if text.contains(['/', ':']) {
            return Err(Refusal::hint("The port has a variable of its own."));
        }
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if text.chars().all(fits) {
            Ok(text.to_owned())
        } else {
            Err(Refusal::default())
        }
    }

    fn show(&self, value: &String) -> String {
        value.clone()
    }
}

/// A list of names of machines.
pub struct Hosts;

/// A list of names of machines.
pub const HOSTS: Hosts = Hosts;

impl Describe for Hosts {
    fn accepts(&self) -> String {
        "a list of host names like `analytics.example.org,nas.local`".to_owned()
    }
}

impl Kind for Hosts {
    type Value = Vec<String>;

    fn parse(&self, text: &str) -> Result<Vec<String>, Refusal> {
        parts(text).map(|part| HOST.parse(part)).collect()
    }

    fn absent(&self) -> Option<Vec<String>> {
        Some(Vec::new())
    }

    fn show(&self, value: &Vec<String>) -> String {
        value.join(",")
    }
}

/// A list of words and phrases that are not shown anywhere.
pub struct Banned;

/// A list of words and phrases that are not shown anywhere.
pub const BANNED: Banned = Banned;

impl Describe for Banned {
    fn accepts(&self) -> String {
        "words and phrases that are separated by commas".to_owned()
    }

    fn is_secret(&self) -> bool {
        true
    }
}

impl Kind for Banned {
    type Value = BannedTerms;

    fn parse(&self, text: &str) -> Result<BannedTerms, Refusal> {
        Ok(BannedTerms::parse(text))
    }

    fn absent(&self) -> Option<BannedTerms> {
        Some(BannedTerms::default())
    }

    fn show(&self, value: &BannedTerms) -> String {
        let shown = if value.is_empty() { "" } else { "[set]" };
        shown.to_owned()
    }
}

/// A name that goes into statements that create things: no quoting is ever needed.
pub struct Identifier;

/// A name of letters, digits and underscores.
pub const IDENTIFIER: Identifier = Identifier;

impl Describe for Identifier {
    fn accepts(&self) -> String {
        "a name of at most 64 letters, digits and underscores that begins with no digit".to_owned()
    }
}

impl Kind for Identifier {
    type Value = String;

    fn parse(&self, text: &str) -> Result<String, Refusal> {
        let fits = text.len() <= 64
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !text.starts_with(|c: char| c.is_ascii_digit());
        if fits {
            Ok(text.to_owned())
        } else {
            Err(Refusal::default())
        }
    }

    fn show(&self, value: &String) -> String {
        value.clone()
    }
}

/// The path of a folder.
pub struct Folder;

/// The path of a folder.
pub const FOLDER: Folder = Folder;

impl Describe for Folder {
    fn accepts(&self) -> String {
        "the path of a folder".to_owned()
    }
}

impl Kind for Folder {
    type Value = PathBuf;

    fn parse(&self, text: &str) -> Result<PathBuf, Refusal> {
        if text.starts_with('~') {
            return Err(Refusal::hint(
                "Only a shell expands `~`: write the whole path.",
            ));
        }
        // Whatever is no path from the root or from here may be an address in the wrong variable.
        let is_path = text.starts_with(['/', '.']) || !text.contains([':', '@', '=', '?']);
        if text.contains('\0') || text.contains("://") || !is_path {
            return Err(Refusal::default());
        }
        Ok(PathBuf::from(text))
    }

    fn show(&self, value: &PathBuf) -> String {
        value.display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_no_url() {
        for good in ["clickhouse", "db.example.org", "10.0.0.1", "my_service"] {
            assert_eq!(HOST.parse(good), Ok(good.to_owned()));
        }
        assert_eq!(HOST.parse("[::1]"), Ok("::1".to_owned()));
        for bad in ["http://clickhouse", "clickhouse:8123", "a/b", "a b"] {
            assert!(HOST.parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn mail_is_from_an_address() {
        for good in ["a@example.com", "Analytics <a@example.com>"] {
            assert_eq!(SENDER.parse(good), Ok(good.to_owned()));
        }
        for bad in [
            "analytics",
            "a@",
            "a@b.de, c@d.de",
            "smtp://u:p@example.com",
        ] {
            assert!(SENDER.parse(bad).is_err(), "{bad}");
        }
        assert_eq!(LOGIN.parse("a@example.com"), Ok("a@example.com".to_owned()));
        for bad in ["a b", "u:p@example.com", "user=a"] {
            assert!(LOGIN.parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_identifier_cannot_leave_its_statement() {
        assert_eq!(
            IDENTIFIER.parse("nchat_analytics"),
            Ok("nchat_analytics".to_owned())
        );
        for bad in ["1a", "a-b", "a`; DROP TABLE x", "a.b", &"x".repeat(65)] {
            assert!(IDENTIFIER.parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_tilde_is_explained() {
        assert!(
            FOLDER
                .parse("~/x")
                .unwrap_err()
                .hint
                .unwrap()
                .contains("whole path")
        );
        for good in ["/srv/a b", "/mnt/@data", "./a=b", "relative/folder"] {
            assert_eq!(FOLDER.parse(good), Ok(PathBuf::from(good)));
        }
        for bad in [
            "postgres://u:p@db/x",
            "/x/http://u:p@h",
            "u:p@db",
            "host=db password=p",
        ] {
            assert!(FOLDER.parse(bad).is_err(), "{bad}");
        }
    }
}
