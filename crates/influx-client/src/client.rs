//! The client of one server.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::{
    Api, ConfigError, InfluxConfig, InfluxError, LineWriter, Retention, RetentionChange, ServerFacts,
    WriteError,
};

/// What a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The interface it has, or was set to have.
    pub api: Api,
    /// The version it gives, without a leading `v`.
    pub version: Option<String>,
}

/// A client of one bucket or database of one server. Clones share connections, and what was found out.
#[derive(Debug, Clone)]
pub struct InfluxClient {
    config: Arc<InfluxConfig>,
}

impl InfluxClient {
    /// Makes a client; nothing is asked yet.
    pub fn new(config: InfluxConfig) -> Result<Self, ConfigError> {
        Ok(Self { config: Arc::new(config) })
    }

    /// What the server is. It is asked until it has answered once.
    pub async fn server(&self) -> Result<Server, InfluxError> {
        todo!("{:?}", self.config)
    }

    /// How long points are kept; none where the bucket or database does not exist.
    pub async fn retention(&self) -> Result<Option<Retention>, InfluxError> {
        todo!()
    }

    /// Creates the bucket or database with this retention in days (0: for ever), or corrects it, and reads it
    /// back. Where all is well already, nothing is changed.
    pub async fn set_retention(&self, days: u32) -> Result<RetentionChange, InfluxError> {
        todo!("{days}")
    }

    /// The answer to `InfluxQL`, with times in nanoseconds. A statement that failed is an error.
    pub async fn query_influxql(&self, query: &str) -> Result<serde_json::Value, InfluxError> {
        todo!("{query}")
    }
}

#[async_trait]
impl LineWriter for InfluxClient {
    async fn prepare(&self) -> Result<ServerFacts, WriteError> {
        todo!()
    }

    async fn write(&self, batch: Bytes) -> Result<(), WriteError> {
        todo!("{batch:?}")
    }
}
