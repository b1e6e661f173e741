//! The clients, in a process of their own.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};

use crate::{Failure, now};

/// So many connect at once.
const CONNECTING: usize = 128;

/// What a client has in it when an event came.
const EVENT: &[u8] = b"event: score_changed\n";

/// Follows the scores with so many clients, and tells of each when it came to each of them, by the clock.
pub async fn follow(address: SocketAddr, clients: usize) -> Result<(), Failure> {
    let (events, mut arrivals) = mpsc::channel(clients);
    let connecting = Arc::new(Semaphore::new(CONNECTING));
    let mut following = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let (events, connecting) = (events.clone(), connecting.clone());
        following.spawn(async move {
            let turn = connecting.acquire_owned().await?;
            let mut stream = TcpStream::connect(address).await?;
            stream
                .write_all(b"GET /api/v1/events?kind=score_changed HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n")
                .await?;
            let mut head = Vec::new();
            while !head.windows(7).any(|part| part == b"retry: ") {
                if stream.read_buf(&mut head).await? == 0 {
                    return Err(String::from_utf8_lossy(&head).into_owned().into());
                }
            }
            if !head.starts_with(b"HTTP/1.1 200") {
                return Err(String::from_utf8_lossy(&head).into_owned().into());
            }
            drop(turn);
            Ok::<_, Failure>((stream, events))
        });
    }
    drop(events);
    let mut streams = Vec::new();
    while let Some(stream) = following.join_next().await {
        streams.push(stream??);
    }
    println!("all follow");
    for (stream, events) in streams {
        following.spawn(read(stream, events));
    }
    loop {
        let mut round = Vec::with_capacity(clients);
        while round.len() < clients {
            round.push(arrivals.recv().await.ok_or("no client is left")?);
        }
        round.sort_unstable();
        let round: Vec<String> = round.iter().map(u128::to_string).collect();
        println!("{}", round.join(" "));
    }
}

/// Tells of each event when it came. No event of this run comes in two parts: one is over long before the next.
async fn read(
    mut stream: TcpStream,
    events: mpsc::Sender<u128>,
) -> Result<(TcpStream, mpsc::Sender<u128>), Failure> {
    let mut bytes = [0; 4096];
    loop {
        let read = stream.read(&mut bytes).await?;
        if read == 0 {
            return Err("the stream ended".into());
        }
        let at = now();
        for _ in bytes[..read].windows(EVENT.len()).filter(|part| *part == EVENT) {
            events.send(at).await?;
        }
    }
}
