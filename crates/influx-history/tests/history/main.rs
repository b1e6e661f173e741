//! History out of `InfluxDB` over HTTP: the same observations through the real path into the store and into a server
//! give the same answers. The servers are a real InfluxDB 1, and the loopback server that follows the facts about
//! InfluxDB 2 and 3.

mod auto;
mod away;
mod equal;
mod hostile;
mod identity;
mod narrow;
mod season;
mod slow;
mod stream;
mod support;
