//! Secrets: texts that are never shown.

use secrecy::SecretString;

use super::{Describe, Kind, Refusal};

/// What is shown in place of a secret.
pub const SHOWN_SECRET: &str = "[set]";

/// A secret text.
pub struct Secret;

/// A secret text.
pub const SECRET: Secret = Secret;

impl Describe for Secret {
    fn accepts(&self) -> String {
        "a secret text".to_owned()
    }

    fn is_secret(&self) -> bool {
        true
    }
}

impl Kind for Secret {
    type Value = SecretString;

    fn parse(&self, text: &str) -> Result<SecretString, Refusal> {
        refuse_the_shown(text)?;
        Ok(text.into())
    }

    fn show(&self, _: &SecretString) -> String {
        SHOWN_SECRET.to_owned()
    }
}

/// Refuses what stands for a secret in a printed configuration: who loads such a print would set
/// a secret that everyone knows.
pub(super) fn refuse_the_shown(text: &str) -> Result<(), Refusal> {
    if text == SHOWN_SECRET {
        return Err(Refusal::hint(
            "A printed configuration shows this word in place of a secret.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_secret_is_kept_but_not_shown() {
        let secret = SECRET.parse("hunter2").unwrap();
        assert_eq!(secret.expose_secret(), "hunter2");
        assert_eq!(SECRET.show(&secret), "[set]");
        assert!(!format!("{secret:?}").contains("hunter2"));
        assert!(SECRET.parse("[set]").is_err());
    }
}
