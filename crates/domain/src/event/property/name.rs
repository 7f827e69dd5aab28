//! Which names of properties say that the value identifies or authenticates, or is what people
//! wrote.
//!
//! 1. Names are compared by words, however they are separated: `apiKey`, `API-Key` and `api_key`
//!    are one. Digits and brackets at the end do not count: `address2`, `emails[0]`.
//! 2. A name is sensitive when it *ends* with a term, because the end says what the value is:
//!    `userPassword` is a password, while `email_count` is a count.
//! 3. Words that only say how the term is written, or which of several it is, may follow it:
//!    `phone_number`, `token_hash`, `password_old`.
//! 4. The words of a secret are sensitive anywhere in a name; there a number is a count and no
//!    secret: `tokens_used`, `prompt_tokens`.
//! 5. A few terms mean something else at the end of a longer name (`message_pin`) and are
//!    sensitive only alone.
//! 6. Names that begin as questions or counts (`has_email`, `total_emails`) are not sensitive, nor
//!    is an IP address, which is shortened by its value.
//! 7. What people wrote is named by the end of the name, too: `oldText`, `message_body`. Titles are
//!    written by people only where the kind of event is not one of the app's own doing.

use super::pattern::{Sayings, Says};
use crate::event::Category;

/// Which values of a property are masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sensitivity {
    /// All that tell anything.
    Values,
    /// All but numbers, which are counts.
    AllButNumbers,
}

/// Returns which values of a property of that name are masked, whatever they hold.
pub(super) fn sensitivity(name: &str) -> Option<Sensitivity> {
    sensitivity_of(&sayings(name))
}

fn sensitivity_of(name: &Sayings) -> Option<Sensitivity> {
    if name.say(Says::Harmless) {
        None
    } else if name.say(Says::Sensitive) && !name.say(Says::Tokens) {
        Some(Sensitivity::Values)
    } else {
        name.say(Says::Secret).then_some(Sensitivity::AllButNumbers)
    }
}

/// Returns whether a parameter of an address is masked.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    let name = sayings(name);
    sensitivity_of(&name).is_some() || name.say(Says::Parameter)
}

/// Returns whether the name before a colon or an equals sign in a text says that a secret follows.
pub(super) fn is_secret(name: &str) -> bool {
    sayings(name).say(Says::Header)
}

/// Returns whether a property holds what people wrote in an event of that category.
pub(super) fn is_text_name(name: &str, category: Category) -> bool {
    let by_people = match category {
        Category::Message | Category::Messaging | Category::Custom => true,
        Category::Channel
        | Category::Session
        | Category::Call
        | Category::Usage
        | Category::Operation
        | Category::System => false,
    };
    let name = sayings(name);
    let by_machine = category == Category::Operation || name.say(Says::MachineMessage);
    name.say(Says::Text)
        || name.say(Says::Message) && !by_machine
        || by_people && name.say(Says::Title)
}

fn sayings(name: &str) -> Sayings {
    let name = name.trim_matches(|c: char| c.is_ascii() && !c.is_ascii_alphabetic());
    Sayings::of(&words(name))
}

/// Returns the words of a name in lower case, each behind `_`: `APIToken` is `_api_token`.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 8);
    for (at, c) in name.char_indices() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() {
            continue;
        }
        if begins_word(name, at) {
            words.push('_');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

fn begins_word(name: &str, at: usize) -> bool {
    let bytes = name.as_bytes();
    let Some(&previous) = at.checked_sub(1).and_then(|index| bytes.get(index)) else {
        return true;
    };
    if previous.is_ascii() && !previous.is_ascii_alphabetic() {
        return true;
    }
    // In `APIToken` the last of several capitals begins the next word.
    let ends_capitals = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
    bytes[at].is_ascii_uppercase() && (!previous.is_ascii_uppercase() || ends_capitals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [
            "password",
            "passwd",
            "PASSWORD",
            "userPassword",
            "user_password",
            "password_hash",
            "new-password",
            "passwordConfirmation",
            "password2",
            "passwords[]",
            "user[password]",
            "secret",
            "clientSecret",
            "token",
            "accessToken",
            "access_token",
            "refreshToken",
            "APIToken",
            "oauth2Token",
            "x-csrf-token",
            "api_key",
            "apiKey",
            "API-Key",
            "apikey",
            "X-API-Key",
            "privateKey",
            "authorization",
            "Authorization",
            "auth",
            "Set-Cookie",
            "cookie",
            "sessionCookie",
        ] {
            assert_eq!(sensitivity(name), Some(Sensitivity::Values), "{name}");
        }
    }

    #[test]
    fn names_of_people_and_their_papers() {
        for name in [
            "ssn",
            "SSN",
            "social_security_number",
            "socialSecurity",
            "creditCard",
            "credit_card_number",
            "card_number",
            "cardNumber",
            "cvv",
            "cvv2",
            "iban",
            "IBAN",
            "bank_account",
            "passportNumber",
            "phone",
            "phoneNumber",
            "homePhone",
            "email",
            "e-mail",
            "userEmail",
            "emailAddress",
            "recipient_emails",
            "address",
            "address_line_1",
            "shippingAddress",
            "mac_address",
            "dob",
            "dateOfBirth",
            "birth_date",
            "birthday",
            "zip",
            "zipCode",
            "mobile",
            "pin",
            "_token",
            "password_old",
            "passwordNew",
            "old_password",
            "PASSWORD OLD",
            "refreshToken.value",
            "apiKeys",
            "api_keys",
            "API-KEYS[0]",
            "backupCodes",
            "emailRaw",
        ] {
            assert_eq!(sensitivity(name), Some(Sensitivity::Values), "{name}");
        }
    }

    #[test]
    fn secrets_anywhere_in_a_name_are_masked_unless_they_are_counts() {
        for name in [
            "tokens",
            "refreshTokens",
            "refresh_tokens",
            "tokens_used",
            "tokenCount",
            "prompt_tokens",
            "passwordForOldAccount",
            "user.passwords.by_site",
            "APIKeyOfBilling",
            "secret-santa",
            "my secret key ring",
        ] {
            assert_eq!(
                sensitivity(name),
                Some(Sensitivity::AllButNumbers),
                "{name}"
            );
        }
    }

    #[test]
    fn names_of_what_people_wrote() {
        use Category::{Custom, Message, Messaging, Operation, Usage};

        for (name, category, is_text) in [
            ("text", Message, true),
            ("message", Custom, true),
            ("Message", Usage, true),
            ("content", Usage, true),
            ("messageBody", Messaging, true),
            ("message_text", Usage, true),
            ("html-body", Custom, true),
            ("old_text", Messaging, true),
            ("textBefore", Messaging, true),
            ("contentRaw", Custom, true),
            ("body2", Custom, true),
            ("caption", Usage, true),
            ("statusMessage", Usage, true),
            ("request_body", Operation, true),
            ("preview", Messaging, true),
            ("subject", Custom, true),
            ("title", Message, true),
            ("pageTitle", Custom, true),
            // The app's own.
            ("title", Usage, false),
            ("pageTitle", Usage, false),
            ("message", Operation, false),
            ("errorMessage", Operation, false),
            ("error_message", Custom, false),
            ("contentType", Message, false),
            ("textLength", Message, false),
            ("messageId", Message, false),
            ("messageCount", Message, false),
            ("context", Custom, false),
            ("feature", Usage, false),
            ("query", Usage, false),
            ("fileName", Messaging, false),
            ("emoji", Messaging, false),
            ("", Custom, false),
        ] {
            assert_eq!(
                is_text_name(name, category),
                is_text,
                "{name} in {category:?}"
            );
        }
    }

    #[test]
    fn names_that_only_look_like_it() {
        for name in [
            "keyboard",
            "key",
            "primaryKey",
            "hotkey",
            "email_count",
            "emailVerified",
            "has_email",
            "hasEmail",
            "isToken",
            "total_emails",
            "num_phones",
            "ipAddress",
            "ip_address",
            "clientIpAddress",
            "author",
            "authorId",
            "authenticated",
            "secretary",
            "message_pin",
            "pinned",
            "is_private",
            "mobileVersion",
            "passRate",
            "bypass",
            "compass",
            "fileName",
            "fileSize",
            "fileHash",
            "channelName",
            "emoji",
            "query",
            "duration",
            "streetView",
            "wildcard",
            "scorecard",
            "phonetic",
            "telemetry",
            "gmail",
            "path",
            "title",
            "lineNumber",
            "value",
            "",
            "_",
            "числоtoken",
        ] {
            assert_eq!(sensitivity(name), None, "{name}");
        }
    }
}
