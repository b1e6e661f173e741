//! What the server knows, and what every request has in common.

use std::collections::{BTreeMap, VecDeque};

use serde_json::json;

use crate::database::Database;
use crate::wire::{Answer, Request};
use crate::{Fault, Kind, Options, Ping, RequestSeen};

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Everything,
    Writing,
    Nothing,
}

/// What the server knows.
#[derive(Debug)]
pub(crate) struct Server {
    pub kind: Kind,
    pub options: Options,
    pub databases: BTreeMap<String, Database>,
    pub requests: Vec<RequestSeen>,
    pub faults: VecDeque<Fault>,
    pub lasting_fault: Option<Fault>,
}

impl Server {
    pub fn new(kind: Kind, options: Options) -> Self {
        let mut server = Self {
            kind,
            options,
            databases: BTreeMap::new(),
            requests: Vec::new(),
            faults: VecDeque::new(),
            lasting_fault: None,
        };
        if kind == Kind::V2 {
            server.create(&server.options.bucket.clone(), 0);
        }
        server
    }

    /// Makes a bucket or database with a retention in seconds.
    pub fn create(&mut self, name: &str, retention: u64) -> &mut Database {
        let id = format!("{:016x}", self.databases.len() + 1);
        self.databases.entry(name.to_owned()).or_insert(Database { id, retention, ..Database::default() })
    }

    /// Remembers a request, and gives what is to go wrong with it.
    pub fn receive(&mut self, request: &Request) -> Option<Fault> {
        self.requests.push(RequestSeen {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            authorization: request.header("authorization").map(str::to_owned),
            content_encoding: request.header("content-encoding").map(str::to_owned),
            body: request.text(),
        });
        self.faults.pop_front().or_else(|| self.lasting_fault.clone())
    }

    /// Does what a request asks for.
    pub fn answer(&mut self, request: &Request) -> Answer {
        let answer = match (self.kind, &*request.path) {
            (_, "/health") => health(self.kind),
            (Kind::V2, _) => self.answer_v2(request),
            (Kind::V3, _) => self.answer_v3(request),
        };
        answer.with("X-Simulated-By", "influx-sim")
    }

    /// What the token of a request may do, if it comes with one of these schemes.
    pub fn access(&self, request: &Request, schemes: &[&str]) -> Access {
        let given = request.header("authorization").and_then(|header| header.split_once(' '));
        match given {
            Some((scheme, _)) if !schemes.contains(&scheme) => Access::Nothing,
            Some((_, token)) if token == self.options.token => Access::Everything,
            Some((_, token)) if token == self.options.write_token => Access::Writing,
            _ => Access::Nothing,
        }
    }

    /// The answer to `/ping`, with the version as it is to be told.
    pub fn ping(&self, answer: Answer, usual: &str) -> Answer {
        match &self.options.ping {
            Ping::Usual => answer.with("X-Influxdb-Version", usual),
            Ping::Version(version) => answer.with("X-Influxdb-Version", version),
            Ping::Silent => answer,
        }
    }
}

/// A constant, whatever the state: it proves nothing about writing.
fn health(kind: Kind) -> Answer {
    match kind {
        Kind::V2 => Answer::json(
            200,
            &json!({"name": "influxdb", "message": "ready for queries and writes", "status": "pass", "checks": []}),
        ),
        Kind::V3 => Answer::text(200, "OK"),
    }
}
