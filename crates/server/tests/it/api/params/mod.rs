//! The parameters that every question takes.

mod compare;
mod declared;
mod effect;
mod explain;
mod fitting;
mod injection;
mod narrowed;
mod periods;
mod refused;
mod unknown;
mod zones;
