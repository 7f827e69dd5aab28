//! The parameters that every question takes.

mod compare;
mod explain;
mod injection;
mod periods;
mod refused;
mod zones;
