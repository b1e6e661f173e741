//! Writing lines: the request of each interface, and what its answer means.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};

use crate::answer::Answer;
use crate::transport::Transport;
use crate::{Api, DataRefusal, InfluxConfig, InfluxError, WriteError, refusal};

/// The request that writes, without its lines.
pub(crate) fn request(transport: &Transport, config: &InfluxConfig, api: Api) -> RequestBuilder {
    let bucket = config.bucket.as_str();
    let (path, query) = match api {
        Api::V1 => ("/write", vec![("db", bucket), ("precision", "ns")]),
        Api::V2 => ("/api/v2/write", vec![("org", &*config.org), ("bucket", bucket), ("precision", "ns")]),
        Api::V3 => {
            let how = [("precision", "nanosecond"), ("accept_partial", "true"), ("no_sync", "false")];
            ("/api/v3/write_lp", [&[("db", bucket)], &how[..]].concat())
        }
    };
    let request = transport.request(Method::POST, path, &query, Some(api));
    request.header(CONTENT_TYPE, "text/plain; charset=utf-8")
}

/// Writes lines.
pub(crate) async fn write(
    transport: &Transport,
    config: &InfluxConfig,
    api: Api,
    batch: Bytes,
) -> Result<(), WriteError> {
    let lines = batch.split(|byte| *byte == b'\n').count();
    let request =
        request(transport, config, api).header(CONTENT_ENCODING, "gzip").body(compress(batch).await);
    judge(transport.send(request).await?, api, &config.bucket, lines)
}

/// Megabytes take a while: not where others wait.
async fn compress(batch: Bytes) -> Vec<u8> {
    let compress = move || {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&batch)?;
        encoder.finish()
    };
    let compressed = tokio::task::spawn_blocking(compress).await.map_err(std::io::Error::other).flatten();
    compressed.expect("compressing in memory does not fail")
}

/// What an answer to a write of so many lines means.
fn judge(answer: Answer, api: Api, bucket: &str, lines: usize) -> Result<(), WriteError> {
    let (server, status, message) = (answer.server.clone(), answer.status, answer.words());
    match status {
        204 => return Ok(()),
        404 => {
            return Err(
                InfluxError::NoBucket { server, place: api.place(), bucket: bucket.into(), message }.into()
            );
        }
        // A limit of a proxy on the way is no matter of the data, unless there are lines to be sent apart.
        413 if lines > 1 || refusal::is_of_influxdb(&answer.body) => {
            return Err(WriteError::Data { kind: DataRefusal::TooLarge, reason: message, lines: Vec::new() });
        }
        400 | 422 => {
            if let Some(refusal) = refusal::read(&answer.body, lines) {
                return Err(refusal);
            }
        }
        _ => {}
    }
    // Also a success that is no 204: InfluxDB does not answer so, and nobody knows what became of the lines.
    let error = answer.check().err().unwrap_or(InfluxError::Refused { server, status, message });
    Err(error.into())
}
