//! A server that accepts every connection and never answers.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::Context;

/// Listens on a free loopback port for as long as this process lives.
pub fn listen() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on loopback")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        // Kept open: a connection that is closed would be an answer of a kind.
        let _open: Vec<_> = listener.incoming().collect();
    });
    Ok(address)
}
