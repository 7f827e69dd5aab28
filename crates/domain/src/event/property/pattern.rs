//! The one table of what is masked: names of properties by their words, and secrets by their form.

use std::sync::LazyLock;

use regex::{Regex, RegexSet, SetMatches};

/// Begins every API key of ours, so that scanners of secrets and our own log find it.
pub const KEY_PREFIX: &str = "nca_";

/// What the name of a property says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// The value identifies or authenticates.
    Sensitive,
    /// Something of a secret; a number is a count and no secret.
    Secret,
    /// How many tokens there are, unless it is a list of them.
    Tokens,
    /// Neither, whatever else it says.
    Harmless,
    /// A secret in an address.
    Parameter,
    /// A secret that follows a colon.
    Header,
    /// What people wrote.
    Text,
    /// A message, which the machine may have written.
    Message,
    /// A message that the machine wrote.
    MachineMessage,
    /// What people wrote unless the app or the machine did.
    Title,
}

/// Names by their words; `{…}` is any word of a list.
#[rustfmt::skip]
const NAMES: [(Says, &str); 11] = [
    (Says::Sensitive, r"(?:{secret}|{person}){carrier}?$"),
    (Says::Sensitive, r"^{alone}$"),
    (Says::Secret, r"{secret}(?:[_0-9]|$)"),
    (Says::Tokens, r"{tokens}$"),
    (Says::Harmless, r"^{question}_|{internet}$"),
    (Says::Parameter, r"{parameter}$"),
    (Says::Header, r"(?:{secret}|{header})$"),
    (Says::Text, r"{text}{carrier}?$"),
    (Says::Message, r"{message}{carrier}?$"),
    (Says::MachineMessage, r"{machine}{message}{carrier}?$"),
    (Says::Title, r"{title}{carrier}?$"),
];

/// Lists of words; what is of several words is written together.
#[rustfmt::skip]
const LISTS: [(&str, &str); 13] = [
    ("{secret}", "password passwords passwd passphrase passphrases passcode passcodes pwd secret \
        secrets token tokens jwt jwts bearer apikey apikeys accesskey accesskeys authkey authkeys \
        encryptionkey encryptionkeys privatekey privatekeys secretkey secretkeys signingkey \
        signingkeys sshkey sshkeys credential credentials csrf xsrf"),
    // Secrets at the end of a name only, papers and money, and people.
    ("{person}", "authorization basicauth cookie cookies otp pincode mfacode verificationcode \
        recoverycode recoverycodes backupcode backupcodes securityanswer \
        ssn socialsecurity nationalid taxid passport driverlicense driverslicense creditcard \
        creditcards debitcard paymentcard cardnumber cardnumbers cvv cvc iban ibans bankaccount \
        accountnumber routingnumber \
        email emails mail phone phones telephone mobilenumber cellnumber fax address addresses \
        street zipcode postal postalcode postcode dob dateofbirth birthday birthdate"),
    ("{alone}", "auth cell mobile pass pin private tel zip"),
    ("{tokens}", "tokens"),
    ("{question}", "can count has is max min num number total"),
    ("{internet}", "ipaddress"),
    ("{parameter}", "code key session sessionid sid sig signature"),
    ("{header}", "authorization cookie"),
    ("{text}", "text texts content contents body bodies messages caption captions comment comments \
        draft drafts excerpt html markdown messagebody messagecontent messagetext plaintext preview \
        quote quotes quoted reply replies snippet transcript transcription"),
    ("{message}", "message"),
    ("{machine}", "error exception failure"),
    ("{title}", "description headline note notes subject summary title titles topic"),
    // What may follow without making the value another.
    ("{carrier}", "number value hash header confirmation line after before copy current edited \
        formatted full json new old original plain previous raw rendered string"),
];

/// Secrets by their form; where there is a group, it is what is masked.
#[rustfmt::skip]
const FORMS: [&str; 16] = [
    // A key of ours, and one in a path.
    r"\bnca_[\w-]{12,}", r"/k/([\w-]{16,})",
    // User and password of an address.
    r#"(?u:://([^\s&#;,"'<>/?]*:[^\s&#;,"'<>/?]*)@)"#,
    // What follows the name of an HTTP authentication scheme.
    r"\b(?i:bearer|basic) +([\w.~+/=-]*[\w~+/=-])",
    // JSON Web Tokens: three parts, of which the last may be missing.
    r"\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?",
    // The first line of a private key.
    r"-----BEGIN [\w ]*PRIVATE KEY-----",
    // Amazon.
    r"\bA(?:KIA|SIA|BIA|CCA)[\w-]{12,}",
    // Stripe.
    r"\b(?:[spr]k_(?:live|test)|whsec)_[\w-]{6,}",
    // GitHub and GitLab.
    r"\b(?:gh[pousr]_|github_pat_|glpat-)[\w-]{6,}",
    // Slack and Discord.
    r"\b(?:xox[abeoprs]|xapp)-[\w-]{6,}",
    r"\b(?:hooks\.slack\.com/services|discord\.com/api/webhooks)/[\w/-]+",
    // Others.
    r"\b(?:AIza|npm_|pypi-|dop_v1_|hf_)[\w-]{30,}", r"\bsk-(?:ant|proj)-[\w-]{6,}",
    r"\bshpat_[\w-]{20,}", r"\bSG\.[\w.-]{18,}[\w-]", r"\bya29\.[\w.-]{8,}[\w-]",
];

static NAME_SET: LazyLock<RegexSet> = LazyLock::new(|| {
    let pattern = |pattern: &str| {
        let filled =
            |pattern: String, (list, words): &(&str, &str)| pattern.replace(list, &any_word(words));
        let ascii = format!("(?-u){pattern}");
        LISTS.iter().fold(ascii, filled)
    };
    RegexSet::new(NAMES.map(|(_, name)| pattern(name))).expect("the patterns of names are valid")
});

/// Returns a pattern of any of the words, each of which begins a word and may be separated anywhere.
fn any_word(words: &str) -> String {
    let spread = |word: &str| {
        word.chars()
            .map(String::from)
            .collect::<Vec<_>>()
            .join("_?")
    };
    let words: Vec<String> = words.split_whitespace().map(spread).collect();
    format!("(?:_(?:{}))", words.join("|"))
}

/// Secrets that show by their form.
pub(super) static FORM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!("(?-u){}", FORMS.join("|"))).expect("the patterns of forms are valid")
});

/// What a name says.
pub(super) struct Sayings(SetMatches);

impl Sayings {
    /// Returns what a name says whose words are in lower case, each behind `_`.
    pub(super) fn of(words: &str) -> Self {
        Self(NAME_SET.matches(words))
    }

    /// Returns whether this is among it.
    pub(super) fn say(&self, what: Says) -> bool {
        let says = NAMES
            .iter()
            .enumerate()
            .filter(|(_, (says, _))| *says == what);
        says.map(|(index, _)| index)
            .any(|index| self.0.matched(index))
    }
}
