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

use crate::event::Category;

/// What authenticates, words written together.
#[rustfmt::skip]
static SECRETS: Terms = Terms::new(&[
    "password", "passwords", "passwd", "passphrase", "passphrases", "passcode", "passcodes", "pwd",
    "secret", "secrets", "token", "tokens", "jwt", "jwts", "bearer", "apikey", "apikeys",
    "accesskey", "accesskeys", "authkey", "authkeys", "encryptionkey", "encryptionkeys",
    "privatekey", "privatekeys", "secretkey", "secretkeys", "signingkey", "signingkeys", "sshkey",
    "sshkeys", "credential", "credentials", "csrf", "xsrf",
]);

/// What identifies, or authenticates only at the end of a name, words written together.
#[rustfmt::skip]
static TERMS: Terms = Terms::new(&[
    // Secrets.
    "authorization", "basicauth", "cookie", "cookies", "otp", "pincode", "mfacode",
    "verificationcode", "recoverycode", "recoverycodes", "backupcode", "backupcodes",
    "securityanswer",
    // Papers and money.
    "ssn", "socialsecurity", "nationalid", "taxid", "passport", "driverlicense", "driverslicense",
    "creditcard", "creditcards", "debitcard", "paymentcard", "cardnumber", "cardnumbers", "cvv",
    "cvc", "iban", "ibans", "bankaccount", "accountnumber", "routingnumber",
    // People.
    "email", "emails", "mail", "phone", "phones", "telephone", "mobilenumber", "cellnumber", "fax",
    "address", "addresses", "street", "zipcode", "postal", "postalcode", "postcode", "dob",
    "dateofbirth", "birthday", "birthdate",
]);

/// What is sensitive only as a whole name.
const ALONE: &[&str] = &[
    "auth", "cell", "mobile", "pass", "pin", "private", "tel", "zip",
];

/// What in an address is a secret, beside names that are sensitive anywhere.
static IN_ADDRESSES: Terms = Terms::new(&[
    "code",
    "key",
    "session",
    "sessionid",
    "sid",
    "sig",
    "signature",
]);

/// What people wrote, whatever the kind of event is.
#[rustfmt::skip]
static TEXTS: Terms = Terms::new(&[
    "text", "texts", "content", "contents", "body", "bodies", "message", "messages", "caption",
    "captions", "comment", "comments", "draft", "drafts", "excerpt", "html", "markdown",
    "messagebody", "messagecontent", "messagetext", "plaintext", "preview", "quote", "quotes",
    "quoted", "reply", "replies", "snippet", "transcript", "transcription",
]);

/// What people wrote unless the app or the machine did.
#[rustfmt::skip]
static TITLES: Terms = Terms::new(&[
    "description", "headline", "note", "notes", "subject", "summary", "title", "titles", "topic",
]);

/// What before `message` says that the machine wrote it.
static MACHINE: Terms = Terms::new(&["error", "exception", "failure"]);

/// What may follow a term without making the value another.
#[rustfmt::skip]
static CARRIERS: Terms = Terms::new(&[
    "number", "value", "hash", "header", "confirmation", "line", "after", "before", "copy",
    "current", "edited", "formatted", "full", "json", "new", "old", "original", "plain",
    "previous", "raw", "rendered", "string",
]);

/// What a name begins with that asks or counts.
const ABOUT: &[&str] = &[
    "can", "count", "has", "is", "max", "min", "num", "number", "total",
];

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
    let name = trimmed(name);
    let first = first_word(name);
    if first.len() < name.len() && ABOUT.iter().any(|word| word.eq_ignore_ascii_case(first))
        || head(name, "ipaddress").is_some()
    {
        return None;
    }
    let is_countable = head(name, "tokens").is_some();
    let is_sensitive = TERMS.end(name)
        || SECRETS.end(name)
        || CARRIERS
            .heads(name)
            .any(|head| TERMS.end(head) || SECRETS.end(head))
        || ALONE.iter().any(|word| head(name, word) == Some(""));
    if is_sensitive && !is_countable {
        Some(Sensitivity::Values)
    } else {
        is_countable_secret(name).then_some(Sensitivity::AllButNumbers)
    }
}

fn is_countable_secret(name: &str) -> bool {
    (1..=name.len())
        .filter(|end| ends_word(name, *end))
        .any(|end| SECRETS.end(&name[..end]))
}

/// Returns whether a parameter of an address is masked.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    sensitivity(name).is_some() || IN_ADDRESSES.end(trimmed(name))
}

/// Returns whether the name before a colon or an equals sign in a text says that a secret follows.
pub(super) fn is_secret(name: &str) -> bool {
    let name = trimmed(name);
    SECRETS.end(name)
        || ["authorization", "cookie"]
            .iter()
            .any(|term| head(name, term).is_some())
}

/// Returns whether a property holds what people wrote in an event of that category.
pub(super) fn is_text_name(name: &str, category: Category) -> bool {
    let name = trimmed(name);
    let by_people = match category {
        Category::Message | Category::Messaging | Category::Custom => true,
        Category::Channel
        | Category::Session
        | Category::Call
        | Category::Usage
        | Category::Operation
        | Category::System => false,
    };
    let says_so = |name: &str| {
        (TEXTS.end(name) && !is_of_machine(name, category)) || by_people && TITLES.end(name)
    };
    says_so(name) || CARRIERS.heads(name).any(says_so)
}

/// Returns whether a name is that of a message the machine wrote.
fn is_of_machine(name: &str, category: Category) -> bool {
    head(name, "message")
        .is_some_and(|before| category == Category::Operation || MACHINE.end(before))
}

fn trimmed(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_ascii() && !c.is_ascii_alphabetic())
}

/// Words that names are compared with.
struct Terms {
    words: &'static [&'static str],
    /// Which pairs of letters they end with: most names end with none of them.
    endings: [bool; 26 * 26],
}

impl Terms {
    const fn new(words: &'static [&'static str]) -> Self {
        let mut endings = [false; 26 * 26];
        let mut index = 0;
        while index < words.len() {
            let letters = words[index].as_bytes();
            endings[pair(letters[letters.len() - 2], letters[letters.len() - 1])] = true;
            index += 1;
        }
        Self { words, endings }
    }

    /// Returns whether a name ends with one of the words.
    fn end(&self, name: &str) -> bool {
        self.heads(name).next().is_some()
    }

    /// Returns what stands before each of the words that a name ends with.
    fn heads<'n>(&self, name: &'n str) -> impl Iterator<Item = &'n str> {
        let may_end = last_pair(name).is_some_and(|pair| self.endings[pair]);
        let words = if may_end { self.words } else { &[] };
        words.iter().filter_map(move |word| head(name, word))
    }
}

/// Returns the place of a pair of lower-case letters among all of them.
const fn pair(first: u8, second: u8) -> usize {
    (first - b'a') as usize * 26 + (second - b'a') as usize
}

/// Returns the pair of letters a name ends with.
fn last_pair(name: &str) -> Option<usize> {
    let mut letters = name
        .bytes()
        .rev()
        .filter(|byte| !byte.is_ascii() || byte.is_ascii_alphanumeric())
        .map(|byte| byte.to_ascii_lowercase());
    let (second, first) = (letters.next()?, letters.next()?);
    (first.is_ascii_lowercase() && second.is_ascii_lowercase()).then(|| pair(first, second))
}

/// Returns what stands before the words at the end of a name, `None` where others stand there.
fn head<'a>(name: &'a str, words: &str) -> Option<&'a str> {
    let mut rest = name;
    for byte in words.bytes().rev() {
        rest = rest.trim_end_matches(is_separator);
        let (last, before) = rest.as_bytes().split_last()?;
        if !last.eq_ignore_ascii_case(&byte) {
            return None;
        }
        rest = &rest[..before.len()];
    }
    begins_word(name, rest.len()).then_some(rest)
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

/// Returns whether a word ends before `at`.
fn ends_word(name: &str, at: usize) -> bool {
    let bytes = name.as_bytes();
    let Some(next) = bytes.get(at) else {
        return true;
    };
    name.is_char_boundary(at)
        && bytes[at - 1].is_ascii_alphanumeric()
        && (next.is_ascii() && !next.is_ascii_alphabetic()
            || begins_word(name, at) && next.is_ascii_uppercase())
}

fn first_word(name: &str) -> &str {
    let is_end = |(index, c): &(usize, char)| {
        is_separator(*c) || *index > 0 && c.is_ascii_uppercase() && begins_word(name, *index)
    };
    let end = name
        .char_indices()
        .find(is_end)
        .map_or(name.len(), |(index, _)| index);
    &name[..end]
}

fn is_separator(c: char) -> bool {
    c.is_ascii() && !c.is_ascii_alphanumeric()
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
