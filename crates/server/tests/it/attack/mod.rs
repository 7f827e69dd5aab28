//! What an attacker who reaches the port, or has one key of few rights, can do to everybody else:
//! nothing. The service runs with 512 MB, an administrator looks on, and what was acknowledged is
//! there afterwards.

mod bodies;
mod bombs;
mod guessing;
mod ids;
mod rebinding;
mod stalls;
mod victim;
