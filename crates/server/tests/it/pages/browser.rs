//! A browser with the pages open: it keeps a cookie and says where its requests come from.

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::refusal::assert_refused,
    support::{Service, json as read},
};

/// Where the pages find the API.
pub(super) const API: &str = "/admin/analytics/api";

/// A browser that is signed in or not.
pub(super) struct Browser<'a> {
    pub(super) service: &'a Service,
    /// What it sends as `Cookie`.
    pub(super) cookie: Option<String>,
    pub(super) csrf: Option<String>,
}

/// The cookie that an answer sets, whole.
pub(super) fn set_cookie(response: &Response) -> Option<&str> {
    let cookie = response.headers().get("set-cookie")?;
    Some(cookie.to_str().unwrap())
}

impl<'a> Browser<'a> {
    pub(super) fn new(service: &'a Service) -> Self {
        Self {
            service,
            cookie: None,
            csrf: None,
        }
    }

    /// A browser that is signed in with a key.
    pub(super) async fn with_key(service: &'a Service, key: &str) -> Self {
        let mut browser = Self::new(service);
        browser.sign_in(&json!({ "key": key })).await;
        browser
    }

    /// A request with its cookie alone, as any page could make it send.
    pub(super) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.service.request(method, path);
        match &self.cookie {
            Some(cookie) => request.header("Cookie", cookie),
            None => request,
        }
    }

    /// A request of a page, without the token that changes take.
    pub(super) fn without_csrf(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, &format!("{API}/{path}"))
            .header("Sec-Fetch-Site", "same-origin")
    }

    /// A request of a page.
    pub(super) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.without_csrf(method, path);
        match &self.csrf {
            Some(csrf) => request.header("X-CSRF-Token", csrf),
            None => request,
        }
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let response = self.ask(Method::GET, path).send().await.unwrap();
        read(response, StatusCode::OK).await
    }

    pub(super) async fn status(&self, path: &str) -> StatusCode {
        let response = self.ask(Method::GET, path).send().await.unwrap();
        response.status()
    }

    /// Signs in, and keeps what it is given.
    pub(super) async fn sign_in(&mut self, body: &Value) -> Value {
        let request = self.ask(Method::POST, "session").json(body);
        self.keep(request).await
    }

    /// Sends what signs in, and keeps what it is given.
    pub(super) async fn keep(&mut self, request: RequestBuilder) -> Value {
        let response = request.send().await.unwrap();
        let cookie = set_cookie(&response).map(str::to_owned);
        let answer = read(response, StatusCode::OK).await;
        let pair = cookie.as_ref().and_then(|cookie| cookie.split(';').next());
        self.cookie = pair.map(str::to_owned);
        self.csrf = answer["csrf"].as_str().map(str::to_owned);
        assert!(self.cookie.is_some() && self.csrf.is_some(), "{answer}");
        answer
    }

    /// Tries to sign in, and is refused.
    pub(super) async fn refused(&self, body: &Value, status: u16, code: &str) -> Value {
        let request = self.ask(Method::POST, "session").json(body);
        let response = request.send().await.unwrap();
        assert_eq!(set_cookie(&response), None);
        assert_refused(response, status, code).await
    }

    /// Asserts that it is signed in no longer, and that its cookie is taken away.
    pub(super) async fn is_out(&self) {
        let response = self.ask(Method::GET, "session").send().await.unwrap();
        let cookie = set_cookie(&response).unwrap();
        assert_eq!(
            cookie,
            "nchat_analytics_session=; HttpOnly; SameSite=Strict; Path=/admin/analytics; Max-Age=0"
        );
        assert_refused(response, 401, "session_over").await;
    }
}
