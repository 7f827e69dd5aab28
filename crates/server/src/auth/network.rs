//! Who is answered without a credential.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header, uri::Authority};
use ipnet::IpNet;

use super::{AuthError, ClientAddress, Presented, host::Hosts};
use crate::config::{self, AuthMode};

/// Which page a browser sent a request for, in relation to us.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Who is answered without a credential, and whose word about addresses is believed.
pub(super) struct Network {
    pub(super) mode: AuthMode,
    pub(super) proxies: Vec<IpNet>,
    origins: Vec<String>,
    hosts: Hosts,
}

impl Network {
    pub(super) fn new(access: &config::Access, route: Option<&str>) -> Self {
        let hosts = access.allowed_hosts.iter().map(String::as_str).chain(route);
        Self {
            mode: access.mode,
            proxies: access.trusted_proxies.clone(),
            origins: access.cors_origins.clone(),
            hosts: Hosts::new(hosts.map(str::to_owned)),
        }
    }

    /// Returns where a request comes from.
    pub(super) fn client(&self, presented: &Presented<'_>) -> ClientAddress {
        ClientAddress::of(presented.peer, presented.headers, &self.proxies)
    }

    /// Returns why a request without a credential is not answered, if it is not.
    pub(super) fn check(&self, presented: &Presented<'_>) -> Result<(), AuthError> {
        if self.mode == AuthMode::Required {
            return Err(AuthError::Missing);
        }
        let client = self.client(presented);
        let why_not = if client.speaks_for_others {
            "it came through a proxy that is not listed in ANALYTICS_TRUSTED_PROXIES"
        } else if !client.is_within() {
            "its address is public"
        } else if self.is_of_a_foreign_page(presented.headers) {
            "a web page of another host sent it"
        } else if !self.hosts.allow(presented.headers) {
            return Err(AuthError::Host);
        } else {
            return Ok(());
        };
        tracing::debug!(
            auth.client = %client.address,
            "A request without a credential is not trusted: {why_not}"
        );
        Err(AuthError::Missing)
    }

    /// Returns whether a browser sent the request for a page of another host.
    ///
    /// A browser within the network opens pages from everywhere, and each of them may send what it
    /// likes to private addresses; only the answer is kept from it.
    fn is_of_a_foreign_page(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else {
            // Pictures, scripts and links of other pages are asked for without their origin.
            let cross_site =
                |site: &HeaderValue| site.as_bytes().eq_ignore_ascii_case(b"cross-site");
            return headers.get_all(SEC_FETCH_SITE).iter().any(cross_site);
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
