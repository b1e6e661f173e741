//! The publisher on a paused clock, over connections that tests hold in their hands.

mod broker;
mod events;
mod house;
mod payloads;
mod states;
mod stopping;
pub(crate) mod support;
