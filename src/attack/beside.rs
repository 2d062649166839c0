//! Where Mallory's site is: at the port above the library's, where step 11 runs by itself.

use std::{future::pending, sync::OnceLock};

use axum::Router;

use super::mallory::mallory;
use crate::{Error, server};

/// Where her site is, once it is there.
static PORT: OnceLock<u16> = OnceLock::new();

/// Whether her site is running beside the library.
pub(super) fn is_there() -> bool {
    PORT.get().is_some()
}

/// The port of her site, or the usual one where it is not running.
pub(super) fn port() -> u16 {
    PORT.get().copied().unwrap_or(server::PORT + 1)
}

/// Her site, which will be at the port `own`, and attacks the library at the port `library`. The page of the attacks
/// leads there from now on.
pub fn beside_at(own: u16, library: u16) -> Router {
    let _ = PORT.set(own);
    mallory(&format!("http://127.0.0.1:{library}"))
}

/// Starts her site, one port above the library's. Where the system chooses the library's port, there is none above it,
/// and she stays away.
///
/// # Errors
/// [`Error::Failed`] when the port is taken.
pub async fn beside() -> Result<(), Error> {
    let library = server::port_from_environment(server::PORT)?;
    let Some(port) = library.checked_add(1).filter(|port| *port > 1) else {
        return Ok(());
    };
    if server::bind(library).await.is_err() {
        return Ok(()); // `serve` says so, and the program ends.
    }
    let listener = server::bind(port).await.map_err(|reason| {
        let other = server::with_port(8100, "cargo run --bin step11");
        Error::Failed(format!(
            "{reason}, and Mallory's site would be there; try {other}"
        ))
    })?;
    let site = beside_at(port, library);
    tokio::spawn(server::run(listener, site, pending()));
    Ok(())
}
