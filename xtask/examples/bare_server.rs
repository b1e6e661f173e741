//! The peer of `cargo xtask bench`: hyper alone, answering every request with the bytes of a file.
//!
//! `bare_server ADDRESS FILE`

use anyhow::Context;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().context("name the address to listen on")?;
    let file = arguments.next().context("name the file to answer with")?;
    let body = Bytes::from(std::fs::read(file)?);
    let listener = TcpListener::bind(address).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let body = body.clone();
        let answer = service_fn(move |_: Request<hyper::body::Incoming>| {
            let answer = Response::builder().header(CONTENT_TYPE, "application/json");
            std::future::ready(answer.body(Full::new(body.clone())))
        });
        // A client that goes away in the middle of an answer is nothing to report.
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
        tokio::spawn(async { drop(connection.await) });
    }
}
