//! The proxy: one listener on loopback, a task per connection.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::connection;
use crate::counts::{Counting, Counts};
use crate::plan::{Plan, Planner};

/// Where no connection can be accepted, for want of file descriptors, the next try waits so long for some.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(20);

/// A proxy that runs. Dropped, it stops listening and closes every connection.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    resets: watch::Sender<()>,
    listening: JoinHandle<()>,
}

/// What the connections and the handle share.
#[derive(Debug)]
struct Shared {
    upstream: Mutex<SocketAddr>,
    planner: Mutex<Planner>,
    counting: Counting,
}

impl FaultProxy {
    /// Listens on a free port of 127.0.0.1 and passes everything on to the server, healthy until told otherwise.
    pub async fn start(upstream: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            upstream: Mutex::new(upstream),
            planner: Mutex::new(Planner::new(Plan::Healthy)),
            counting: Counting::default(),
        });
        let (resets, reset) = watch::channel(());
        let listening = tokio::spawn(listen(listener, shared.clone(), reset));
        Ok(Self { address, shared, resets, listening })
    }

    /// Where clients connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What connections meet from now on. Those that were made before keep what they were given.
    pub fn plan(&self, plan: Plan) {
        *lock(&self.shared.planner) = Planner::new(plan);
    }

    /// Another server takes over, for connections that are made from now on.
    pub fn replace_upstream(&self, upstream: SocketAddr) {
        *lock(&self.shared.upstream) = upstream;
    }

    /// Resets every connection there is, those that hang for ever included.
    pub fn reset_connections(&self) {
        self.resets.send_replace(());
    }

    /// What was injected so far.
    pub fn counts(&self) -> Counts {
        self.shared.counting.counts()
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>, reset: watch::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => {
                    connections.spawn(serve(client, shared.clone(), reset.clone()));
                }
                Err(_) => tokio::time::sleep(AFTER_FAILED_ACCEPT).await,
            },
        }
    }
}

async fn serve(client: TcpStream, shared: Arc<Shared>, mut reset: watch::Receiver<()>) {
    reset.mark_unchanged();
    shared.counting.connection();
    let strike = lock(&shared.planner).next();
    let upstream = *lock(&shared.upstream);
    let told = async {
        if reset.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    connection::serve(client, upstream, strike, &shared.counting, told).await;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
