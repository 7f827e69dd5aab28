//! Asking the service, one question at a time.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::StatusCode;
use serde_json::Value;
use tokio::runtime::Runtime;

/// Asks one service.
#[derive(Debug)]
pub(crate) struct Client {
    runtime: Runtime,
    http: reqwest::Client,
    base: String,
    key: String,
}

impl Client {
    /// Returns a client of the service at this address; its connection stays open.
    pub(crate) fn new(base: String, key: String) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let http = server::client::local()?
            .no_proxy()
            .timeout(Duration::from_mins(2))
            .build()?;
        Ok(Self {
            runtime,
            http,
            base,
            key,
        })
    }

    /// Returns whether the service says that it is healthy.
    pub(crate) fn is_healthy(&self) -> bool {
        let request = self.http.get(format!("{}/health", self.base));
        // Within the runtime, because sending sets a timer.
        let response = self.runtime.block_on(async move { request.send().await });
        response.is_ok_and(|response| response.status().is_success())
    }

    /// Asks below `/api/analytics/`; anything but success is an error with what was answered.
    pub(crate) fn get(&self, question: &str) -> Result<Value> {
        let text = self.get_text(question)?;
        serde_json::from_str(&text).with_context(|| format!("{question}: {text}"))
    }

    /// Like [`Client::get`]; `None` when the service does not know such a question.
    pub(crate) fn find(&self, question: &str) -> Result<Option<Value>> {
        let (status, text) = self.ask(question)?;
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        ensure!(status.is_success(), "{question}: {status}: {text}");
        serde_json::from_str(&text).with_context(|| format!("{question}: {text}"))
    }

    /// Like [`Client::get`], without reading the answer.
    pub(crate) fn get_text(&self, question: &str) -> Result<String> {
        let (status, text) = self.ask(question)?;
        ensure!(status.is_success(), "{question}: {status}: {text}");
        Ok(text)
    }

    fn ask(&self, question: &str) -> Result<(StatusCode, String)> {
        let url = format!("{}/api/analytics/{question}", self.base);
        let request = self.http.get(url).header("x-api-key", &self.key);
        self.runtime.block_on(async {
            let response = request
                .send()
                .await
                .context("the service does not answer")?;
            let status = response.status();
            Ok((status, response.text().await?))
        })
    }
}
