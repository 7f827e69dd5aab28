//! HTTP clients, with TLS over the cryptography that the connections to databases use.

use std::{error::Error as StdError, io, path::Path, sync::Arc};

use reqwest::{Client, ClientBuilder, redirect};
use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

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

/// Returns a client for services of this machine, which trusts no certificate.
pub fn local() -> Result<ClientBuilder, ClientError> {
    builder(RootCertStore::empty())
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
