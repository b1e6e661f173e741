//! The least that posts lines: read so many, post them, read on.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use influx_client::ApiChoice;
use influx_sink::SinkConfig;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING};
use reqwest::{Client, Url};

use crate::{Failure, Options};

/// How the lines travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Plain,
    Gzip,
}

/// A loop with one request at a time.
pub struct Bare {
    http: Client,
    url: Url,
    token: Option<String>,
}

impl Bare {
    pub fn new(options: &Options) -> Result<Self, Failure> {
        let (path, query) = match options.api {
            ApiChoice::V1 => ("write", vec![("db", &*options.bucket), ("precision", "ns")]),
            ApiChoice::V3 => ("api/v3/write_lp", vec![("db", &*options.bucket), ("precision", "nanosecond")]),
            ApiChoice::V2 | ApiChoice::Auto => {
                let query = [("org", &*options.org), ("bucket", &*options.bucket), ("precision", "ns")];
                ("api/v2/write", query.to_vec())
            }
        };
        let mut url = options.url.clone();
        url.set_path(&format!("{}/{path}", options.url.path().trim_end_matches('/')));
        url.query_pairs_mut().extend_pairs(query);
        let http = Client::builder().no_proxy().build()?;
        Ok(Self { http, url, token: options.token.clone() })
    }

    /// Posts the lines of a file, at most so many, in the batches that the sink makes; tells how many they were.
    pub async fn post(&self, file: &Path, at_most: usize, encoding: Encoding) -> Result<usize, Failure> {
        let batch_size = SinkConfig::default().drain_batch_size.get();
        let mut file = BufReader::new(std::fs::File::open(file)?);
        let mut posted = 0;
        loop {
            let (mut body, mut lines) = (Vec::new(), 0);
            while lines < batch_size.min(at_most - posted) && file.read_until(b'\n', &mut body)? > 0 {
                lines += 1;
            }
            if lines == 0 {
                return Ok(posted);
            }
            self.send(body, encoding).await?;
            posted += lines;
        }
    }

    async fn send(&self, body: Vec<u8>, encoding: Encoding) -> Result<(), Failure> {
        let mut request = self.http.post(self.url.clone());
        if let Some(token) = &self.token {
            request = match token.split_once(':') {
                Some((user, password)) => request.basic_auth(user, Some(password)),
                None => request.header(AUTHORIZATION, format!("Token {token}")),
            };
        }
        let request = match encoding {
            Encoding::Plain => request.body(body),
            Encoding::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(&body)?;
                request.header(CONTENT_ENCODING, "gzip").body(encoder.finish()?)
            }
        };
        request.send().await?.error_for_status()?;
        Ok(())
    }
}
