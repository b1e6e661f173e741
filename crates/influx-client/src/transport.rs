//! Requests to one server, and their answers, within limits of time and size.

use std::error::Error;
use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use url::Url;

use crate::answer::Answer;
use crate::{Api, ConfigError, InfluxConfig, InfluxError, Secret};

/// An answer has at most so many bytes. The longest are those that name thousands of refused lines.
pub(crate) const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// The longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a connection stays open unused: less than servers and proxies keep theirs.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Shorter secrets are not looked for in answers: as parts of other words they would make them unreadable.
const SECRET_LENGTH: usize = 6;

const USER_AGENT: &str = concat!("sports-data/", env!("CARGO_PKG_VERSION"));

/// The connections to one server.
#[derive(Debug)]
pub(crate) struct Transport {
    http: Client,
    url: Url,
    timeout: Duration,
    token: Option<Secret>,
    /// What must not be repeated where an answer does.
    secrets: Vec<Secret>,
}

impl Transport {
    /// Connects to nothing yet. Settings come from the configuration alone: the environment names no proxy.
    pub fn new(config: &InfluxConfig) -> Result<Self, ConfigError> {
        let http = Client::builder()
            .user_agent(USER_AGENT)
            .timeout(config.timeout)
            .connect_timeout(CONNECT_TIMEOUT.min(config.timeout))
            .pool_idle_timeout(IDLE_TIMEOUT)
            // The credentials go to the server that was set, and to no other.
            .redirect(Policy::none())
            .no_proxy()
            .build()?;
        let token = config.token.clone().filter(|token| !token.expose().is_empty());
        let mut transport =
            Self { http, url: config.url.clone(), timeout: config.timeout, token, secrets: Vec::new() };
        transport.secrets = transport.secrets()?;
        Ok(transport)
    }

    /// The server's address, for people.
    pub fn server(&self) -> String {
        self.url.as_str().trim_end_matches('/').to_owned()
    }

    /// Whether the token can be that of a user of InfluxDB 1.
    pub fn may_be_user(&self) -> bool {
        self.token.as_ref().is_none_or(|token| token.expose().contains(':'))
    }

    /// A request with the credentials in the form that this interface wants. Where it is not known which that is, a
    /// token with a colon is that of InfluxDB 1.
    pub fn request(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        api: Option<Api>,
    ) -> RequestBuilder {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.url.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.http.request(method, url);
        let Some(token) = self.token.as_ref().map(Secret::expose) else { return request };
        match (api, token.split_once(':')) {
            (None | Some(Api::V1), Some((user, password))) => request.basic_auth(user, Some(password)),
            (Some(Api::V2), _) => request.header(AUTHORIZATION, format!("Token {token}")),
            _ => request.bearer_auth(token),
        }
    }

    /// Sends a request, and reads the answer to its end.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer, InfluxError> {
        let mut response = request.send().await.map_err(|error| self.unreachable(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = self.read(&mut response).await?;
        let mut answer = Answer { server: self.server(), status, headers, body };
        if !(200..=299).contains(&status) {
            self.redact(&mut answer.body);
        }
        Ok(answer)
    }

    async fn read(&self, response: &mut Response) -> Result<Vec<u8>, InfluxError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unreachable(&error))? {
            let room = MAX_ANSWER - body.len();
            if chunk.len() <= room {
                body.extend_from_slice(&chunk);
            } else if response.status().is_success() {
                let message = format!("its answer has more than {MAX_ANSWER} bytes");
                let (server, status) = (self.server(), response.status().as_u16());
                return Err(InfluxError::Refused { server, status, message });
            } else {
                // The status says enough.
                break;
            }
        }
        Ok(body)
    }

    fn redact(&self, body: &mut Vec<u8>) {
        let mut text = String::from_utf8_lossy(body).into_owned();
        for secret in &self.secrets {
            text = text.replace(secret.expose(), "***");
        }
        *body = text.into_bytes();
    }

    /// The token, the password, and what is sent of them.
    fn secrets(&self) -> Result<Vec<Secret>, ConfigError> {
        let Some(token) = &self.token else { return Ok(Vec::new()) };
        let sent = self.request(Method::GET, "/", &[], Some(Api::V1)).build()?;
        let sent = sent.headers()[AUTHORIZATION].to_str().unwrap_or_default();
        let password = token.expose().split_once(':').map_or("", |(_, password)| password);
        let sent = sent.split_once(' ').map_or("", |(_, sent)| sent);
        let secrets = [sent, token.expose(), password].into_iter().filter(|text| text.len() >= SECRET_LENGTH);
        Ok(secrets.map(|text| Secret::new(text.to_owned())).collect())
    }

    fn unreachable(&self, error: &reqwest::Error) -> InfluxError {
        let reason = if error.is_timeout() {
            format!("no whole answer within {} s", self.timeout.as_secs_f64())
        } else {
            root_cause(error)
        };
        InfluxError::Unreachable { server: self.server(), reason }
    }
}

/// What the operating system or the resolver said.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
