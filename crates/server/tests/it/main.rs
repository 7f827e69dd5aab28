//! The service as its users meet it: the real binary, a real store, real HTTP.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod api;
mod smoke;
mod support;
