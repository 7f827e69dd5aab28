//! Which names of properties say that the value identifies or authenticates.
//!
//! 1. Names are compared by words, however they are separated: `apiKey`, `API-Key` and `api_key`
//!    are one. Digits and brackets at the end do not count: `address2`, `emails[0]`.
//! 2. A name is sensitive when it *ends* with a term, because the end says what the value is:
//!    `userPassword` is a password, while `email_count` is a count and `tokens_used` a use.
//! 3. Words that only say how the term is written may follow it: `phone_number`, `token_hash`.
//! 4. A few terms mean something else at the end of a longer name (`message_pin`) and are
//!    sensitive only alone.
//! 5. Names that begin as questions or counts (`has_email`, `total_emails`) are not sensitive, nor
//!    is an IP address, which is shortened by its value.

/// What identifies or authenticates, words written together.
#[rustfmt::skip]
const TERMS: &[&str] = &[
    // Secrets.
    "password", "passwords", "passwd", "passphrase", "passcode", "pwd", "secret", "secrets",
    "token", "jwt", "bearer", "apikey", "accesskey", "authkey", "encryptionkey", "privatekey",
    "secretkey", "signingkey", "sshkey", "authorization", "basicauth", "credential", "credentials", "cookie",
    "cookies", "csrf", "xsrf", "otp", "pincode", "mfacode", "verificationcode", "recoverycode",
    "securityanswer",
    // Papers and money.
    "ssn", "socialsecurity", "nationalid", "taxid", "passport", "driverlicense", "driverslicense",
    "creditcard", "debitcard", "paymentcard", "cardnumber", "cvv", "cvc", "iban", "bankaccount",
    "accountnumber", "routingnumber",
    // People.
    "email", "emails", "mail", "phone", "phones", "telephone", "mobilenumber", "cellnumber", "fax",
    "address", "addresses", "street", "zipcode", "postal", "postalcode", "postcode", "dob",
    "dateofbirth", "birthday", "birthdate",
];

/// What is sensitive only as a whole name.
const ALONE: &[&str] = &[
    "auth", "cell", "mobile", "pass", "pin", "private", "tel", "zip",
];

/// What may follow a term without making the value another.
const CARRIERS: &[&str] = &["number", "value", "hash", "header", "confirmation", "line"];

/// What a name begins with that asks or counts.
const ABOUT: &[&str] = &[
    "can", "count", "has", "is", "max", "min", "num", "number", "total",
];

/// Returns whether a property of that name is masked whatever it holds.
pub fn is_sensitive_name(name: &str) -> bool {
    let name = name.trim_matches(|c: char| c.is_ascii() && !c.is_ascii_alphabetic());
    let first = first_word(name);
    if first.len() < name.len() && ABOUT.iter().any(|word| word.eq_ignore_ascii_case(first))
        || head(name, "ipaddress").is_some()
    {
        return false;
    }
    ends_with_term(name)
        || CARRIERS
            .iter()
            .any(|carrier| head(name, carrier).is_some_and(ends_with_term))
        || ALONE.iter().any(|word| head(name, word) == Some(""))
}

fn ends_with_term(name: &str) -> bool {
    let name = name.trim_end_matches(is_separator);
    // Every name is asked about every term: the last letter answers most of them.
    let last = name.bytes().last().map(|byte| byte.to_ascii_lowercase());
    TERMS
        .iter()
        .any(|term| term.bytes().last() == last && head(name, term).is_some())
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
    fn names_of_secrets_and_people() {
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
        ] {
            assert!(is_sensitive_name(name), "{name}");
        }
    }

    #[test]
    fn names_that_only_look_like_it() {
        for name in [
            "tokens_used",
            "tokenCount",
            "prompt_tokens",
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
            assert!(!is_sensitive_name(name), "{name}");
        }
    }
}
