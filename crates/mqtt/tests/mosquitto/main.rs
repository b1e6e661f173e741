//! The publisher on a real broker, Debian's Mosquitto, looked at by an independent client, `mosquitto_sub`.

mod encrypted;
mod house;
mod outages;
mod server;
mod told;
