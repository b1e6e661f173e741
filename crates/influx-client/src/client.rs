//! The client of one server.

use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::Method;
use tokio::sync::Mutex;

use crate::answer::shorten;
use crate::transport::Transport;
use crate::{
    Api, ConfigError, InfluxConfig, InfluxError, LineWriter, Retention, RetentionChange, ServerFacts,
    WriteError, influxql, probe, retention, write,
};

/// InfluxDB 3 acknowledges a write after about a second: several at a time keep it busy.
const PARALLEL_WRITES_V3: usize = 4;

/// What a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The interface it has, or was set to have.
    pub api: Api,
    /// The version it gives, without a leading `v`; none where the interface was set, and it is not asked.
    pub version: Option<String>,
}

/// A client of one bucket or database of one server. Clones share connections, and what was found out.
#[derive(Debug, Clone)]
pub struct InfluxClient {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: InfluxConfig,
    transport: Transport,
    /// What the server is, once it has said so. Who asks holds the lock, so that it is asked once.
    found: Mutex<Option<Server>>,
}

impl InfluxClient {
    /// Makes a client; nothing is asked yet.
    pub fn new(config: InfluxConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let transport = Transport::new(&config)?;
        Ok(Self { shared: Arc::new(Shared { config, transport, found: Mutex::default() }) })
    }

    /// What the server is. It is asked until it has answered once.
    pub async fn server(&self) -> Result<Server, InfluxError> {
        let mut found = self.shared.found.lock().await;
        if let Some(server) = &*found {
            return Ok(server.clone());
        }
        let server = self.look().await?;
        *found = Some(server.clone());
        Ok(server)
    }

    /// How long points are kept; none where the bucket or database does not exist, or is not shown to this token.
    pub async fn retention(&self) -> Result<Option<Retention>, InfluxError> {
        let api = self.server().await?.api;
        retention::get(&self.shared.transport, &self.shared.config, api).await
    }

    /// Creates the bucket or database with this retention in days (0: for ever), or corrects it, and reads it
    /// back. Where all is well already, nothing is changed.
    pub async fn set_retention(&self, days: u32) -> Result<RetentionChange, InfluxError> {
        let api = self.server().await?.api;
        retention::set(&self.shared.transport, &self.shared.config, api, days).await
    }

    /// Whether the token may write to the bucket or database. Nothing is written.
    pub async fn may_write(&self) -> Result<(), InfluxError> {
        let api = self.server().await?.api;
        probe::may_write(&self.shared.transport, &self.shared.config, api).await
    }

    /// The server's clock, to the second; none where it does not tell.
    pub async fn server_time(&self) -> Result<Option<SystemTime>, InfluxError> {
        let api = self.server().await?.api;
        probe::time(&self.shared.transport, api).await
    }

    /// The answer to `InfluxQL`, with times in nanoseconds. A statement that failed is an error.
    pub async fn query_influxql(&self, query: &str) -> Result<serde_json::Value, InfluxError> {
        self.ask(query, None).await
    }

    /// The answer to `InfluxQL` whose `$name`s stand for the values of these parameters. InfluxDB 1 binds them; a
    /// server that does not, fails the statement.
    pub async fn query_influxql_with(
        &self,
        query: &str,
        parameters: serde_json::Map<String, serde_json::Value>,
    ) -> Result<serde_json::Value, InfluxError> {
        self.ask(query, Some(parameters.into())).await
    }

    async fn ask(
        &self,
        query: &str,
        parameters: Option<serde_json::Value>,
    ) -> Result<serde_json::Value, InfluxError> {
        let api = self.server().await?.api;
        let Shared { transport, config, .. } = &*self.shared;
        influxql::query(transport, api, &config.bucket, query, parameters.as_ref()).await
    }

    /// Asks the server what it is, unless that was set.
    async fn look(&self) -> Result<Server, InfluxError> {
        let Shared { transport, config, .. } = &*self.shared;
        if let Some(api) = config.api.fixed() {
            return Ok(Server { api, version: None });
        }
        let answer = transport.send(transport.request(Method::GET, "/ping", &[], None)).await?;
        let version = answer.header("X-Influxdb-Version").map(shorten);
        let (server, status) = (transport.server(), answer.status);
        match answer.check() {
            // Other things than InfluxDB answer to a path that they do not know.
            Ok(_) | Err(InfluxError::Missing { .. } | InfluxError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        let Some(version) = version else {
            let said = format!("status {status}, without X-Influxdb-Version");
            return Err(InfluxError::NoVersion { server, said });
        };
        match Api::of_version(&version) {
            None => Err(InfluxError::NoVersion { server, said: format!("version {version:?}") }),
            Some(Api::V1) if !transport.may_be_user() => Err(InfluxError::NoPassword { server }),
            Some(api) => Ok(Server { api, version: Some(version.trim_start_matches('v').to_owned()) }),
        }
    }

    /// What to call a server.
    fn name(&self, server: &Server) -> String {
        let number = match server.api {
            Api::V1 => "1",
            Api::V2 => "2",
            Api::V3 => "3",
        };
        let version = server.version.as_deref().unwrap_or(number);
        format!("InfluxDB {version} at {}", self.shared.transport.server())
    }
}

#[async_trait]
impl LineWriter for InfluxClient {
    async fn prepare(&self) -> Result<ServerFacts, WriteError> {
        let server = self.look().await?;
        *self.shared.found.lock().await = Some(server.clone());
        let Shared { transport, config, .. } = &*self.shared;
        if server.api == Api::V3 {
            match retention::create_v3(transport, config, config.retention_days).await {
                Ok(_) => {}
                Err(error @ InfluxError::Forbidden { .. }) => {
                    tracing::warn!(%error, "the database gets no retention if the first write creates it");
                }
                Err(error) => return Err(error.into()),
            }
        }
        let retention = match retention::get(transport, config, server.api).await {
            Ok(retention) => retention,
            Err(error) if error.is_of_the_question() => {
                tracing::debug!(%error, "the retention of InfluxDB is not known");
                None
            }
            Err(error) => return Err(error.into()),
        };
        Ok(ServerFacts {
            name: self.name(&server),
            version: server.version,
            parallel_writes: if server.api == Api::V3 { PARALLEL_WRITES_V3 } else { 1 },
            retention_days: retention.map(|retention| retention.days.map_or(0, |days| days.max(1))),
        })
    }

    async fn write(&self, batch: Bytes) -> Result<(), WriteError> {
        let api = self.server().await?.api;
        write::write(&self.shared.transport, &self.shared.config, api, batch).await
    }
}
