use super::{check, check_kept};
use crate::event::property::{MASK, mask_text};

#[test]
fn secrets_within_texts() {
    let key = "nca_write_0123456789abcdefghijABCDEFGHIJ_-0123456789a";
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
    let pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----";
    let wholes = [
        key,
        jwt,
        pem,
        "-----BEGIN PRIVATE KEY-----\nMIIE and no end",
        "AKIAIOSFODNN7EXAMPLE",
        "sk_live_51H8abcdefghijk",
        "rk_test_abcdef",
        "ghp_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
        "github_pat_11ABCDEFG0_abcdef",
        "xoxb-1234-5678-abcdef",
        "xoxp-abc-def-ghi",
        "xoxa-2-abcdef",
        "glpat-abcdefghij",
        "SG.abcdefghijklmnop.qrstuvwxyz",
        "hooks.slack.com/services/T0/B0/abcdef",
    ];
    for secret in wholes {
        for (before, after) in [
            ("", ""),
            ("see ", " now"),
            ("(", ")"),
            ("\"", "\""),
            ("é:", "é"),
        ] {
            if after.starts_with(|c: char| secret.ends_with(c)) || secret.ends_with("no end") {
                continue;
            }
            let text = format!("{before}{secret}{after}");
            assert_eq!(mask_text(&text), format!("{before}{MASK}{after}"), "{text}");
        }
        assert_eq!(mask_text(secret), MASK);
    }
}

/// The cost must not grow with the square of the length: this would take minutes.
#[test]
fn a_text_of_nothing_but_signs_is_read_once() {
    for sign in [":", "=", "%26", "x:"] {
        let text = sign.repeat(200_000);
        assert_eq!(mask_text(&text), text, "{sign}");
    }
}

#[test]
fn what_follows_the_name_of_a_secret() {
    check(&[
        (
            "https://example.org/?token=abc&x=1",
            "https://example.org/?token=[masked]&x=1",
        ),
        (
            "/cb?code=xyz#access_token=abc&state=1",
            "/cb?code=[masked]#access_token=[masked]&state=1",
        ),
        (
            "/a?api_key=1&apiKey=2;sig=3",
            "/a?api_key=[masked]&apiKey=[masked];sig=[masked]",
        ),
        ("/a?user[password]=x&q=y", "/a?user[password]=[masked]&q=y"),
        (
            "/l?next=%2Fa%3Ftoken%3Dabc%26x%3D1",
            "/l?next=%2Fa%3Ftoken%3D[masked]%26x%3D1",
        ),
        (
            "postgres://app:hunter2@localhost/db",
            "postgres://[masked]@localhost/db",
        ),
        (
            "https://u:p@example.org:8080/x",
            "https://[masked]@example.org:8080/x",
        ),
        (
            "Authorization: Bearer abc.def.ghi",
            "Authorization: Bearer [masked]",
        ),
        (
            "-H 'authorization: bearer xyz123'",
            "-H 'authorization: bearer [masked]'",
        ),
        ("got Bearer AbCdEfGh, went", "got Bearer [masked], went"),
        ("Basic dXNlcjpwYXNz", "Basic [masked]"),
        ("X-API-Key: k3y-value", "X-API-Key: [masked]"),
        ("Cookie: sid9=1; a=2", "Cookie: [masked]; a=2"),
        (
            r#"{"password":"correct horse","n":1}"#,
            r#"{"password":"[masked]","n":1}"#,
        ),
        (
            r#"{\"apiKeys\": \"a b\"}"#,
            r#"{\"apiKeys\": \"[masked]\"}"#,
        ),
        ("password=hunter two", "password=[masked] two"),
        (
            "http://h/k/0123456789abcdefX/api/x",
            "http://h/k/[masked]/api/x",
        ),
    ]);
}

#[test]
fn what_only_looks_like_a_secret() {
    check_kept(&[
        "the bearer token is missing",
        "Basic authentication",
        "Unexpected token: )",
        "Invalid password: must be longer",
        "max_tokens=512&tokens_used=7",
        "/a?page=2&sort=asc&q=token",
        "/docs?key_count=1",
        "token=null",
        "sk_live_",
        "eyJ.eyJ",
        "-----BEGIN CERTIFICATE-----\nMIIE",
        "ghp_x",
        "akin: AKIAN",
        "https://example.org:8080/a@b",
        "/k/short/x",
    ]);
}
