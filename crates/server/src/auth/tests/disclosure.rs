//! Nothing that was shown or configured is told to anybody, and nothing that is shown breaks this.

use std::collections::HashSet;

use proptest::{collection::vec, prelude::*};
use store::meta::Access;

use super::*;
use crate::auth::TokenFault;

const HEADERS: [&str; 12] = [
    "authorization",
    "x-plugin-secret",
    "x-internal-token",
    "x-hasura-admin-secret",
    "x-api-key",
    "x-source-account-id",
    "x-source-account",
    "x-forwarded-for",
    "forwarded",
    "origin",
    "host",
    "cookie",
];

fn every_error() -> Vec<AuthError> {
    let (needs, has) = (Access::Admin, Access::Read);
    let faults = [
        Fault::Repeated,
        Fault::Scheme,
        Fault::PluginSecret,
        Fault::HasuraAdminSecret,
        Fault::MalformedKey,
        Fault::UnknownKey,
        Fault::Workspace,
    ];
    let token_faults = [
        TokenFault::Malformed,
        TokenFault::Signature,
        TokenFault::NoExpiry,
        TokenFault::NotYetValid,
        TokenFault::Issuer,
        TokenFault::Audience,
        TokenFault::Claims,
    ];
    let denials = [
        Denial::Access { needs, has },
        Denial::Workspace,
        Denial::Nobody,
        Denial::PathKey,
    ];
    let broken = std::io::Error::other("disk");
    let mut all = vec![
        AuthError::Missing,
        AuthError::Expired,
        AuthError::KeyStore(MetaError::Database(broken.into())),
    ];
    all.extend(faults.map(AuthError::from));
    all.extend(token_faults.map(AuthError::from));
    all.extend(denials.map(AuthError::from));
    all
}

#[test]
fn every_error_is_a_sentence_of_its_own() {
    let all = every_error();
    let sentences: HashSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(sentences.len(), all.len());
    for error in &all {
        let sentence = error.to_string();
        assert!(
            sentence.ends_with('.') && !sentence.contains("disk"),
            "{sentence}"
        );
    }
}

#[tokio::test]
async fn no_secret_is_ever_shown() {
    let world = World::new(&[(
        "HASURA_JWT_KEY",
        r#"{"type":"HS512","key":"other-jwt-key"}"#,
    )]);
    let (made, _) = world.make_key(Access::Admin, None);
    let secrets = [
        API_KEY,
        PLUGIN_SECRET,
        HASURA_SECRET,
        JWT_SECRET,
        "other-jwt-key",
        &made,
    ];
    let mut said = vec![
        format!("{:?}", world.authenticator),
        world.authenticator.posture(),
    ];
    // The headers that name a workspace are none for secrets.
    let headers = HEADERS
        .into_iter()
        .filter(|header| !header.contains("account"));
    for header in headers {
        for secret in secrets {
            let request = request().with(header, secret).in_path(secret);
            said.push(format!("{:?}", request.presented()));
            said.push(match world.ask(&request).await {
                Ok(caller) => format!("{caller:?}"),
                Err(error) => format!("{error:?} {error}"),
            });
        }
    }
    let said = said.join("\n");
    for secret in secrets {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}

#[test]
fn the_posture_is_one_line_that_says_who_may_do_what() {
    let required = World::bare(&[]).authenticator.posture();
    assert_eq!(
        required,
        "Everything is open to admin keys made by `key create`. Read keys may read, write keys may \
         send events. Without a credential nobody is answered."
    );
    let trusting = World::new(&[
        TRUSTED_NETWORK,
        (
            "HASURA_JWT_KEY",
            r#"{"type":"HS512","key":"other-jwt-key"}"#,
        ),
        ("ANALYTICS_TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.1"),
    ]);
    assert_eq!(
        trusting.authenticator.posture(),
        "Everything is open to owners and admins of the chat by token (HS256, HS512), whoever \
         shows PLUGIN_INTERNAL_SECRET, whoever shows HASURA_GRAPHQL_ADMIN_SECRET, whoever shows \
         ANALYTICS_API_KEY and admin keys made by `key create`. Read keys may read, write keys may \
         send events. Other signed-in people may send events of their own. Without a credential \
         every loopback or private address may do everything, without seeing e-mail addresses. \
         X-Forwarded-For is believed from 10.0.0.0/8 and 127.0.0.1/32."
    );
}

fn any_value() -> impl Strategy<Value = Vec<u8>> {
    let after = |head: &'static str| {
        vec(any::<u8>(), 0..80).prop_map(move |tail| [head.as_bytes(), &tail].concat())
    };
    prop_oneof![
        after(""),
        after("Bearer "),
        after("nca_read_"),
        "Bearer [A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}"
            .prop_map(Vec::from),
        "[0-9a-f.:, \\[\\]]{0,40}".prop_map(Vec::from),
    ]
}

proptest! {
    #[test]
    fn no_bytes_break_anything_or_open_anything(
        shown in vec((0..HEADERS.len(), any_value()), 0..6),
        path_key in proptest::option::of("\\PC{0,60}"),
        peer: IpAddr,
    ) {
        let worlds = [World::new(&[]), World::new(&[TRUSTED_NETWORK])];
        let mut request = Request { headers: HeaderMap::new(), path_key, peer };
        for (header, value) in shown {
            let name = HeaderName::from_static(HEADERS[header]);
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                request.headers.append(name, value);
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let [required, trusting] =
            worlds.map(|world| runtime.block_on(world.ask(&request)));
        prop_assert!(required.is_err());
        if let Ok(caller) = trusting {
            prop_assert_eq!(caller.by, crate::auth::Credential::TrustedNetwork);
        }
    }
}
