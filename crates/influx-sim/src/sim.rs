//! The server: started, watched, told to misbehave, stopped.

use std::collections::BTreeMap;

use crate::{Fault, Kind, Options};

/// One request that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSeen {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The header `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// The body, decompressed.
    pub body: String,
}

/// A small InfluxDB on loopback.
#[derive(Debug)]
pub struct InfluxSim {}

impl InfluxSim {
    /// Starts a server on a free port.
    pub async fn start(kind: Kind, options: Options) -> Self {
        todo!("{kind:?} {options:?}")
    }

    /// Where it is: `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        todo!()
    }

    /// The lines stored, in their order, as often as they were.
    pub fn lines(&self) -> Vec<String> {
        todo!()
    }

    /// The fields of each series and timestamp; the last write wins.
    pub fn points(&self) -> BTreeMap<(String, i64), BTreeMap<String, String>> {
        todo!()
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<RequestSeen> {
        todo!()
    }

    /// One of the next requests misbehaves so: faults are used up in their order, one by one.
    pub fn fault(&self, fault: Fault) {
        todo!("{fault:?}")
    }

    /// The retention of a bucket or database in seconds, 0 for ever; none where it does not exist.
    pub fn retention(&self, bucket: &str) -> Option<u64> {
        todo!("{bucket}")
    }

    /// Stops it; connections are closed.
    pub async fn stop(self) {
        todo!()
    }
}
