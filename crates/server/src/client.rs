//! HTTP clients, with TLS over the cryptography that the connections to databases use.

use std::{error::Error as StdError, io, path::Path, sync::Arc};

use reqwest::{Client, ClientBuilder, redirect};
use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use url::{Host, Url};

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A file of certificates cannot be read.
    #[error("`{path}` holds no certificates: {problem}; give a PEM file")]
    BadCertificates {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The TLS library refused our settings.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}

/// Returns a client for services of this machine, which trusts no certificate and asks no proxy: one
/// would look for the service on its own machine.
pub fn local() -> Result<ClientBuilder, ClientError> {
    Ok(builder(RootCertStore::empty())?.no_proxy())
}

/// Returns a client for the service at an address: one on this machine is asked without a proxy, and
/// certificates matter only to `https:`, as in [`trusting`].
pub fn to(address: &Url, more: Option<&Path>) -> Result<ClientBuilder, ClientError> {
    let client = if address.scheme() == "https" {
        trusting(more)?
    } else {
        builder(RootCertStore::empty())?
    };
    Ok(if is_here(address) {
        client.no_proxy()
    } else {
        client
    })
}

/// Returns whether an address is one of this machine that no other reaches.
pub fn is_here(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => true,
    }
}

/// Returns a client that trusts the certificates the system trusts (`SSL_CERT_FILE` and
/// `SSL_CERT_DIR` name others), or, where it names none, those that browsers trust; and those of
/// `more`, a PEM file.
pub fn trusting(more: Option<&Path>) -> Result<ClientBuilder, ClientError> {
    let mut roots = RootCertStore::empty();
    // What cannot be read there is not trusted, and the answer to a connection says so.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    if let Some(path) = more {
        let bad = |problem: String| ClientError::BadCertificates {
            path: path.display().to_string(),
            problem,
        };
        let certificates: Vec<CertificateDer<'_>> = CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect)
            .map_err(|error| bad(error.to_string()))?;
        if roots.add_parsable_certificates(certificates).0 == 0 {
            return Err(bad("there is none in it".to_owned()));
        }
    }
    builder(roots)
}

/// Keys are sent in headers, which a redirect would take elsewhere: it is answered as it is.
fn builder(roots: RootCertStore) -> Result<ClientBuilder, ClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(redirect::Policy::none()))
}

/// Returns why the certificate of a server was not accepted, if that is what failed.
pub fn certificate_problem<'a>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a CertificateError> {
    let inner = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
        .map(|inner| inner as &(dyn StdError + 'static));
    match error.downcast_ref::<rustls::Error>() {
        Some(rustls::Error::InvalidCertificate(problem)) => Some(problem),
        _ => certificate_problem(inner.or_else(|| error.source())?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_this_machine() {
        for (address, expected) in [
            ("http://localhost:3106", true),
            ("http://LOCALHOST.:3106", true),
            ("http://chat.localhost", true),
            ("http://127.0.0.2", true),
            ("http://127.1:1", true),
            ("http://[::1]:1", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://localhost.example.org", false),
            ("http://10.0.0.1", false),
            ("http://[fe80::1]", false),
            ("https://notlocalhost", false),
        ] {
            assert_eq!(
                is_here(&Url::parse(address).unwrap()),
                expected,
                "{address}"
            );
        }
    }
}
