//! The server: started, watched, told to misbehave, stopped.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::connection::{lock, serve};
use crate::server::Server;
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

/// A small InfluxDB on loopback. Dropping it stops it too.
#[derive(Debug)]
pub struct InfluxSim {
    address: SocketAddr,
    server: Arc<Mutex<Server>>,
    accepting: JoinHandle<()>,
}

impl InfluxSim {
    /// Starts a server on a free port of loopback.
    ///
    /// # Panics
    /// Where there is no free port.
    pub async fn start(kind: Kind, options: Options) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let address = listener.local_addr().expect("the address of a listener");
        let server = Arc::new(Mutex::new(Server::new(kind, options)));
        let serving = server.clone();
        let accepting = tokio::spawn(async move {
            // Dropped with this task, which ends the connections.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, serving.clone()));
                while connections.try_join_next().is_some() {}
            }
        });
        Self { address, server, accepting }
    }

    /// Where it is: `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The lines stored in all buckets or databases, as often as they were; in their order within each.
    pub fn lines(&self) -> Vec<String> {
        lock(&self.server).databases.values().flat_map(|database| database.lines.clone()).collect()
    }

    /// The fields of each series and timestamp (ns). Of two values of one field, InfluxDB 2 has the newer; on
    /// InfluxDB 3, which does not define it, the older.
    pub fn points(&self) -> BTreeMap<(String, i64), BTreeMap<String, String>> {
        lock(&self.server).databases.values().flat_map(|database| database.points.clone()).collect()
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<RequestSeen> {
        lock(&self.server).requests.clone()
    }

    /// One of the next requests misbehaves so: faults are used up in their order, one by one.
    pub fn fault(&self, fault: Fault) {
        lock(&self.server).faults.push_back(fault);
    }

    /// Every request misbehaves so, until the faults are cleared.
    pub fn fault_until_cleared(&self, fault: Fault) {
        lock(&self.server).lasting_fault = Some(fault);
    }

    /// All is well again.
    pub fn clear_faults(&self) {
        let mut server = lock(&self.server);
        server.faults.clear();
        server.lasting_fault = None;
    }

    /// The retention of a bucket or database in seconds, 0 for ever; none where it does not exist.
    pub fn retention(&self, bucket: &str) -> Option<u64> {
        lock(&self.server).databases.get(bucket).map(|database| database.retention)
    }

    /// Makes a bucket or database, or gives it another retention in seconds; 0 is for ever.
    pub fn set_retention(&self, bucket: &str, seconds: u64) {
        lock(&self.server).create(bucket, seconds).retention = seconds;
    }

    /// Stops it; its connections are closed.
    pub async fn stop(mut self) {
        self.accepting.abort();
        // It was aborted, or had ended by itself: both are well.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for InfluxSim {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
