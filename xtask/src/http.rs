//! As much of HTTP as is needed to see whether a server on this machine answers, without a client to build.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A server on loopback that takes longer does not answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Whether the status says success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// `GET path`.
pub fn get(server: SocketAddr, path: &str) -> io::Result<Answer> {
    exchange(server, &format!("GET {path} HTTP/1.0\r\nHost: {server}\r\n\r\n"))
}

/// `POST path` with a form as its body.
pub fn post_form(server: SocketAddr, path: &str, form: &str) -> io::Result<Answer> {
    let length = form.len();
    exchange(
        server,
        &format!(
            "POST {path} HTTP/1.0\r\nHost: {server}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {length}\r\n\r\n{form}"
        ),
    )
}

/// HTTP/1.0: the server closes the connection at the end of its answer, and sends no chunks.
fn exchange(server: SocketAddr, request: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&server, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&String::from_utf8_lossy(&answer))
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, format!("{server} does not speak HTTP")))
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: body.into() })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn serve(answer: &'static str) -> (SocketAddr, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut request = [0; 1024];
            let read = stream.read(&mut request).expect("a request");
            stream.write_all(answer.as_bytes()).expect("answered");
            String::from_utf8_lossy(&request[..read]).into_owned()
        });
        (address, server)
    }

    #[test]
    fn an_answer_has_a_status_and_a_body() {
        let (address, server) = serve("HTTP/1.1 200 OK\r\nX: y\r\n\r\n{\"a\":1}");
        let answer = get(address, "/health").expect("an answer");
        assert_eq!(answer, Answer { status: 200, body: "{\"a\":1}".into() });
        assert!(answer.is_success());
        assert!(server.join().expect("served").starts_with("GET /health HTTP/1.0\r\n"));
    }

    #[test]
    fn a_form_is_sent_with_its_length() {
        let (address, server) = serve("HTTP/1.0 401 Unauthorized\r\n\r\n");
        assert!(!post_form(address, "/query", "q=SHOW").expect("an answer").is_success());
        let request = server.join().expect("served");
        assert!(
            request.contains("Content-Length: 6\r\n") && request.ends_with("\r\n\r\nq=SHOW"),
            "{request}"
        );
    }

    #[test]
    fn what_is_not_http_is_an_error() {
        let (address, _) = serve("+OK POP3 ready\r\n\r\n");
        assert!(get(address, "/").expect_err("no HTTP").to_string().contains("does not speak HTTP"));
    }
}
