//! The two directions of a connection, and the fault that strikes them.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};

use crate::Fault;
use crate::counts::Counting;
use crate::plan::Strike;

/// Bytes that are read at once.
const BUFFER: usize = 16 << 10;

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// By being closed.
    Closed,
    /// By being reset.
    Reset,
}

/// What both directions of a connection know.
pub(crate) struct Wire<'a> {
    strike: Option<Strike>,
    counting: &'a Counting,
    /// The exchange that goes on, counted from 0.
    exchange: AtomicU32,
    /// Whether the server spoke last.
    answered: AtomicBool,
    struck: AtomicBool,
}

impl<'a> Wire<'a> {
    pub fn new(strike: Option<Strike>, counting: &'a Counting) -> Self {
        Self {
            strike,
            counting,
            exchange: AtomicU32::new(0),
            answered: AtomicBool::new(false),
            struck: AtomicBool::new(false),
        }
    }

    /// Passes bytes in both directions until the connection ends.
    pub async fn pass(&self, client: &mut TcpStream, server: &mut TcpStream) -> End {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let requests = self.requests(from_client, to_server);
        let answers = self.answers(from_server, to_client);
        tokio::pin!(answers);
        let end = tokio::select! {
            end = &mut answers => end,
            // A client that has said all may still wait for the answer.
            end = requests => match end {
                Ok(End::Closed) => answers.await,
                other => other,
            },
        };
        // What broke on one side breaks on the other.
        end.unwrap_or(End::Reset)
    }

    async fn requests(&self, mut client: ReadHalf<'_>, mut server: WriteHalf<'_>) -> io::Result<End> {
        let mut buffer = vec![0; BUFFER];
        let mut passed = 0;
        loop {
            let read = client.read(&mut buffer).await?;
            if read == 0 {
                server.shutdown().await?;
                return Ok(End::Closed);
            }
            let piece = &buffer[..read];
            if self.answered.swap(false, Ordering::Relaxed) {
                self.exchange.fetch_add(1, Ordering::Relaxed);
            }
            match self.striking() {
                Some(Fault::ResetRequest { after }) if passed + read >= after => {
                    server.write_all(&piece[..after - passed]).await?;
                    self.strikes();
                    return Ok(End::Reset);
                }
                Some(Fault::ResetRequest { .. }) => {
                    passed += read;
                    server.write_all(piece).await?;
                }
                Some(Fault::BlackHole) => self.strikes(),
                fault => self.forward(piece, &mut server, fault).await?,
            }
        }
    }

    async fn answers(&self, mut server: ReadHalf<'_>, mut client: WriteHalf<'_>) -> io::Result<End> {
        let mut buffer = vec![0; BUFFER];
        let mut passed = 0;
        loop {
            let read = server.read(&mut buffer).await?;
            if read == 0 {
                if matches!(self.striking(), Some(Fault::BlackHole | Fault::HalfOpen)) {
                    // The client must not learn that the server is gone.
                    std::future::pending::<()>().await;
                }
                client.shutdown().await?;
                return Ok(End::Closed);
            }
            let piece = &buffer[..read];
            self.answered.store(true, Ordering::Relaxed);
            match self.striking() {
                Some(Fault::CutAnswer { after }) if passed + read >= after => {
                    client.write_all(&piece[..after - passed]).await?;
                    self.strikes();
                    return Ok(End::Closed);
                }
                Some(Fault::CutAnswer { .. }) => {
                    passed += read;
                    client.write_all(piece).await?;
                }
                Some(Fault::HalfOpen) => self.strikes(),
                fault => self.forward(piece, &mut client, fault).await?,
            }
        }
    }

    /// Passes a piece on, at the pace of the fault where it is one that only slows down.
    async fn forward(&self, piece: &[u8], to: &mut WriteHalf<'_>, fault: Option<Fault>) -> io::Result<()> {
        let (bytes, before, after) = match fault {
            Some(Fault::Latency(time)) => (piece.len(), time, Duration::ZERO),
            Some(Fault::Trickle { bytes, every }) => (bytes.max(1), Duration::ZERO, every),
            _ => return to.write_all(piece).await,
        };
        self.strikes();
        for part in piece.chunks(bytes) {
            tokio::time::sleep(before).await;
            to.write_all(part).await?;
            tokio::time::sleep(after).await;
        }
        Ok(())
    }

    /// The fault, from the exchange on at which it strikes.
    fn striking(&self) -> Option<Fault> {
        let strike = self.strike?;
        (self.exchange.load(Ordering::Relaxed) >= strike.exchange).then_some(strike.fault)
    }

    /// Counts the fault, once for a connection.
    fn strikes(&self) {
        if let Some(strike) = self.strike
            && !self.struck.swap(true, Ordering::Relaxed)
        {
            self.counting.struck(strike.fault.kind());
        }
    }
}
