//! A client of server-sent events on a socket.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::in_time;

/// An event that was received.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    pub id: u64,
    pub kind: String,
    pub data: Value,
}

/// A client.
pub struct Sse {
    pub stream: TcpStream,
    pub head: String,
    raw: Vec<u8>,
    text: String,
    /// What it would come back with.
    pub last: Option<u64>,
}

impl Sse {
    /// Follows the events of a query, after the one that the header names.
    pub async fn follow(address: SocketAddr, query: &str, last: Option<u64>) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let last_event_id = last.map_or_else(String::new, |last| format!("last-event-id: {last}\r\n"));
        let request = format!("GET /api/v1/events{query} HTTP/1.1\r\nhost: x\r\n{last_event_id}\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut client = Self { stream, head: String::new(), raw: Vec::new(), text: String::new(), last };
        let end = loop {
            if let Some(end) = client.raw.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end;
            }
            assert!(client.read().await, "closed before the head");
        };
        client.head = String::from_utf8(client.raw.drain(..end + 4).collect()).expect("UTF-8");
        client
    }

    /// The same, of a stream that is given.
    pub async fn given(address: SocketAddr, query: &str, last: Option<u64>) -> Self {
        let client = Self::follow(address, query, last).await;
        assert!(client.head.starts_with("HTTP/1.1 200"), "{}", client.head);
        client
    }

    async fn read(&mut self) -> bool {
        self.raw.reserve(16 * 1024);
        // A connection that is reset has ended.
        in_time("bytes of the stream", self.stream.read_buf(&mut self.raw)).await.unwrap_or(0) > 0
    }

    /// Moves what is whole out of its chunk; false at the last chunk.
    fn unwrap(&mut self) -> bool {
        while let Some(line) = self.raw.windows(2).position(|bytes| bytes == b"\r\n") {
            let size = std::str::from_utf8(&self.raw[..line]).expect("a size");
            let size = usize::from_str_radix(size, 16).expect("a size");
            if size == 0 {
                return false;
            }
            if self.raw.len() < line + 2 + size + 2 {
                break;
            }
            let chunk: Vec<u8> = self.raw.drain(..line + 2 + size + 2).collect();
            self.text += std::str::from_utf8(&chunk[line + 2..line + 2 + size]).expect("UTF-8");
        }
        true
    }

    /// The next line, without its end; none once the stream is over, and whether it ended well.
    pub async fn line(&mut self) -> Result<String, bool> {
        loop {
            let goes_on = self.unwrap();
            if let Some(end) = self.text.find('\n') {
                let line = self.text.drain(..=end).collect::<String>();
                return Ok(line.trim_end().to_owned());
            }
            if !goes_on {
                return Err(true);
            }
            if !self.read().await {
                return Err(false);
            }
        }
    }

    /// The next event, past all that is none; none once the stream is over.
    pub async fn next(&mut self) -> Option<Received> {
        let (mut id, mut kind, mut data) = (None, String::new(), String::new());
        loop {
            let line = self.line().await.ok()?;
            match line.split_once(": ") {
                Some(("id", number)) => id = Some(number.parse().expect("a number")),
                Some(("event", name)) => name.clone_into(&mut kind),
                Some(("data", part)) => data += part,
                Some(("" | "retry", _)) => {}
                None if line.is_empty() => {
                    self.last = id.or(self.last);
                    if !data.is_empty() {
                        let data = serde_json::from_str(&data).expect("JSON");
                        return Some(Received { id: id.expect("an id"), kind, data });
                    }
                }
                other => panic!("a line that is none: {other:?} {line:?}"),
            }
        }
    }

    /// The ids of the next events of games.
    pub async fn ids(&mut self, count: usize) -> Vec<u64> {
        let mut ids = Vec::new();
        while ids.len() < count {
            let event = self.next().await.expect("another event");
            ids.extend((event.kind != "gap").then_some(event.id));
        }
        ids
    }

    /// Waits for the end, and tells whether it was a good one.
    pub async fn ends(&mut self) -> bool {
        loop {
            if let Err(well) = self.line().await {
                return well;
            }
        }
    }
}
