//! Who is answered without a credential.

use axum::http::{HeaderMap, Uri, header, uri::Authority};
use ipnet::IpNet;

use super::{ClientAddress, Presented};
use crate::config::{self, AuthMode};

/// Who is answered without a credential, and whose word about addresses is believed.
pub(super) struct Network {
    pub(super) mode: AuthMode,
    pub(super) proxies: Vec<IpNet>,
    origins: Vec<String>,
}

impl Network {
    pub(super) fn new(access: &config::Access) -> Self {
        Self {
            mode: access.mode,
            proxies: access.trusted_proxies.clone(),
            origins: access.cors_origins.clone(),
        }
    }

    /// Returns where a request comes from.
    pub(super) fn client(&self, presented: &Presented<'_>) -> ClientAddress {
        ClientAddress::of(presented.peer, presented.headers, &self.proxies)
    }

    /// Returns whether a request without a credential is answered.
    pub(super) fn trusts(&self, presented: &Presented<'_>) -> bool {
        if self.mode == AuthMode::Required {
            return false;
        }
        let client = self.client(presented);
        let why_not = if client.speaks_for_others {
            "it came through a proxy that is not listed in ANALYTICS_TRUSTED_PROXIES"
        } else if !client.is_within() {
            "its address is public"
        } else if self.is_of_a_foreign_page(presented.headers) {
            "a web page of another host sent it"
        } else {
            return true;
        };
        tracing::debug!(
            auth.client = %client.address,
            "A request without a credential is not trusted: {why_not}"
        );
        false
    }

    /// Returns whether a browser sent the request for a page of another host.
    ///
    /// A browser within the network opens pages from everywhere, and each of them may send what it
    /// likes to private addresses; only the answer is kept from it.
    fn is_of_a_foreign_page(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return false;
        };
        let Ok(origin) = origin.to_str() else {
            return true;
        };
        if self.origins.iter().any(|allowed| allowed == origin) {
            return false;
        }
        // Ports are left out, because proxies often leave them out of `Host`.
        let page: Option<Uri> = origin.parse().ok();
        let page = page.as_ref().and_then(Uri::host);
        let own: Option<Authority> = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok()?.parse().ok());
        match (page, own) {
            (Some(page), Some(own)) => !page.eq_ignore_ascii_case(own.host()),
            _ => true,
        }
    }
}
