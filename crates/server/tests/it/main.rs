//! The service as its users meet it: the real binary, a real store, real HTTP.

mod smoke;
mod support;
