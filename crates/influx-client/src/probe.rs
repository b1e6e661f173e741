//! Questions that change nothing: whether the token may write, and what time the server has.

use std::time::SystemTime;

use reqwest::Method;
use reqwest::header::DATE;

use crate::answer::Answer;
use crate::transport::Transport;
use crate::write::request;
use crate::{Api, InfluxConfig, InfluxError};

/// A comment: lines that hold no point. Nothing is stored, whatever the server makes of it.
const NOTHING: &str = "# may this token write here?\n";

/// Asks to write nothing. That the server finds nothing to write is as good as a success: the token and the place
/// are looked at before the lines.
pub(crate) async fn may_write(
    transport: &Transport,
    config: &InfluxConfig,
    api: Api,
) -> Result<(), InfluxError> {
    let bucket = config.bucket.as_str();
    let answer = transport.send(request(transport, config, api).body(NOTHING)).await?;
    let (server, status, message) = (answer.server.clone(), answer.status, answer.words());
    match status {
        400 | 422 => Ok(()),
        404 => Err(InfluxError::NoBucket { server, place: api.place(), bucket: bucket.into(), message }),
        _ => answer.check().map(drop),
    }
}

/// The server's clock, to the second; none where it does not tell.
pub(crate) async fn time(transport: &Transport, api: Api) -> Result<Option<SystemTime>, InfluxError> {
    let answer: Answer = transport.send(transport.request(Method::GET, "/ping", &[], Some(api))).await?;
    Ok(answer.header(DATE.as_str()).and_then(|date| httpdate::parse_http_date(date).ok()))
}
