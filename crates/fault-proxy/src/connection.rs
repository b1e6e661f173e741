//! One connection, from its first byte to its end.

use std::future::Future;
use std::net::SocketAddr;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::counts::Counting;
use crate::plan::Strike;
use crate::wire::{End, Wire};
use crate::{Fault, FaultKind};

/// Passes bytes between the client and the server until either ends, the fault does, or a reset is told.
pub(crate) async fn serve(
    mut client: TcpStream,
    upstream: SocketAddr,
    strike: Option<Strike>,
    counting: &Counting,
    reset: impl Future<Output = ()>,
) {
    match strike {
        Some(Strike { fault: Fault::Refuse, .. }) => {
            counting.struck(FaultKind::Refuse);
            return linger_not(&client);
        }
        // A server that is gone altogether: nobody has to be there behind it.
        Some(Strike { fault: Fault::BlackHole, exchange: 0 }) => {
            counting.struck(FaultKind::BlackHole);
            tokio::select! {
                () = swallow(&mut client) => {}
                () = reset => linger_not(&client),
            }
            return;
        }
        _ => {}
    }
    let Ok(mut server) = TcpStream::connect(upstream).await else { return linger_not(&client) };
    for stream in [&client, &server] {
        // Fails on a connection that ended already, which is seen below.
        let _ = stream.set_nodelay(true);
    }
    let wire = Wire::new(strike, counting);
    let end = tokio::select! {
        end = wire.pass(&mut client, &mut server) => end,
        () = reset => End::Reset,
    };
    if end == End::Reset {
        linger_not(&client);
        linger_not(&server);
    }
}

/// Has a connection end by a reset when it is dropped.
fn linger_not(stream: &TcpStream) {
    // Fails only on a connection that ended already.
    let _ = stream.set_zero_linger();
}

/// Reads all there is until the client goes away.
async fn swallow(client: &mut TcpStream) {
    let mut buffer = [0; 4_096];
    while client.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}
