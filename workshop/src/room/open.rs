//! A room that is open: its address, and its state.

use std::{
    net::{Ipv4Addr, UdpSocket},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use locallibrary::Error;
use tokio::net::TcpListener;

use super::state::State;

/// The room's port is the workshop's and this: above those of all steps.
const ABOVE: u16 = 90;

/// Guests hold at most so many connections, and so the presenter always has some. When all are taken, the address that
/// holds the most gives one up. Each is one of the files that a process may open, and many systems allow 1024.
pub const MOST_CONNECTIONS: usize = 400;

/// A room that is open.
pub struct Room {
    /// Where guests find it: `http://192.168.1.5:3090`.
    pub address: String,
    /// What their browsers may call it: the values of `Host` that are answered.
    pub(super) names: Vec<String>,
    state: Mutex<State>,
}

impl Room {
    /// Opens a room, and listens for its guests. Without an `address` it is the one of this machine that leads to
    /// other machines.
    ///
    /// # Errors
    /// [`Error::Failed`] when the system has no port left.
    pub async fn open(
        workshop: u16,
        address: Option<Ipv4Addr>,
    ) -> Result<(Arc<Self>, TcpListener), Error> {
        let everywhere = Ipv4Addr::UNSPECIFIED;
        let listener = match TcpListener::bind((everywhere, workshop.saturating_add(ABOVE))).await {
            Ok(listener) => Ok(listener),
            Err(_) => TcpListener::bind((everywhere, 0)).await,
        };
        let no_port =
            |cause| Error::Failed(format!("the room finds no port to listen on: {cause}"));
        let listener = listener.map_err(no_port)?;
        let port = listener.local_addr().map_err(no_port)?.port();
        let address = address.unwrap_or_else(own_address);
        let names = [address.to_string(), "127.0.0.1".into(), "localhost".into()];
        let room = Self {
            address: format!("http://{address}:{port}"),
            names: names.iter().map(|name| format!("{name}:{port}")).collect(),
            state: Mutex::new(State::new()),
        };
        Ok((Arc::new(room), listener))
    }

    /// What the terminal says.
    pub fn invitation(&self) -> String {
        let code = self.state().code().to_string();
        format!(
            "the room is at {} for everybody on this network, with the code {code}; \
             --address names another address of this machine",
            self.address
        )
    }

    /// What guests say and see. Nobody holds this for longer than a look or a change.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The address from which this machine reaches others. The system knows it without a packet being sent: 192.0.2.1 is
/// nobody's (RFC 5737).
fn own_address() -> Ipv4Addr {
    let found = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    match found.map(|address| address.ip()) {
        Ok(std::net::IpAddr::V4(address)) => address,
        _ => Ipv4Addr::LOCALHOST,
    }
}
