//! From a router to a running server: bind, announce, serve, stop gracefully.

mod connections;
mod hop_by_hop;
mod pipeline;
mod places;

use std::{env, io};
#[cfg(unix)]
use std::{fs, sync::LazyLock};

use axum::Router;
use tokio::{net::TcpListener, signal};

use super::{Error, proxies::TrustedProxies};
use crate::log;
pub use connections::{run, run_within};
pub use hop_by_hop::remove_hop_by_hop;
pub use places::Places;

/// The port that Django's server uses, too; `PORT` in the environment overrides it.
pub const PORT: u16 = 8000;

/// Serves `app` on 127.0.0.1 until Ctrl-C, SIGTERM, or the end of its terminal.
///
/// The port is 8000, or the environment's `PORT`; port 0 lets the system choose. Prints one line with the
/// address. Requests under way are finished first, for at most ten seconds.
///
/// Behind a proxy, name its address in the environment's `TRUSTED_PROXIES`. Only then is it believed who the client was.
///
/// # Errors
/// [`Error::Failed`] when `PORT` is not a port, or the port is taken, or `TRUSTED_PROXIES` cannot be read.
pub async fn serve(app: Router) -> Result<(), Error> {
    log::to_stderr();
    let app = TrustedProxies::from_environment()?.before(app);
    let port = port_from_environment(PORT)?;
    let listener = bind(port).await.map_err(|reason| {
        let other = another(port, PORT, 1);
        Error::Failed(format!(
            "{reason}; try {}",
            with_port(other, &format!("cargo run --bin {}", program()))
        ))
    })?;
    let stop = stop_signal();
    announce(&program(), &listener);
    run(listener, app, stop).await;
    Ok(())
}

/// The port to try instead: `further` above this one, or else above the `usual` one.
///
/// Ports below 1024 need privileges on many systems, so there the next one up would not help.
pub fn another(port: u16, usual: u16, further: u16) -> u16 {
    let fits = (1024..=u16::MAX - further).contains(&port);
    if fits {
        port + further
    } else {
        usual + further
    }
}

/// A command as somebody types it who wants another port: as every shell has it, or as PowerShell does.
pub fn with_port(port: u16, command: &str) -> String {
    match cfg!(windows) {
        true => format!("$env:PORT={port}; {command}"),
        false => format!("PORT={port} {command}"),
    }
}

/// Prints the one line with the address.
pub fn announce(what: &str, listener: &TcpListener) {
    if let Ok(address) = listener.local_addr() {
        log::say(format_args!(
            "{what} is at http://{address} (Ctrl-C stops it)"
        ));
    }
}

/// Ctrl-C in a terminal; SIGTERM from a service manager or a container; SIGHUP when the terminal is closed, unless the
/// program was started with `nohup`.
///
/// Listening begins with the call and not with the first `await`, so that an early signal is not missed.
#[cfg(unix)]
pub fn stop_signal() -> impl Future<Output = ()> {
    use signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).expect("a tokio runtime can listen for signals");
    let mut interrupt = listen(SignalKind::interrupt());
    let mut terminate = listen(SignalKind::terminate());
    let mut hangup = (!*IGNORES_HANGUP).then(|| listen(SignalKind::hangup()));
    async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            Some(_) = async { hangup.as_mut()?.recv().await } => {}
        }
    }
}

/// Whether this program was started to ignore SIGHUP, where Linux tells it: in a mask whose lowest bit is SIGHUP. It is
/// asked once, because it is no longer true once somebody listens.
#[cfg(unix)]
static IGNORES_HANGUP: LazyLock<bool> = LazyLock::new(|| {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 == 1)
});

/// Ctrl-C in a terminal.
#[cfg(not(unix))]
pub async fn stop_signal() {
    let _ = signal::ctrl_c().await;
}

/// The environment's `PORT`, or the usual one.
pub fn port_from_environment(usual: u16) -> Result<u16, Error> {
    let Some(value) = env::var_os("PORT") else {
        return Ok(usual);
    };
    value
        .to_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| {
            Error::Failed(format!(
                "PORT is {value:?}, which is not a port; give a number from 1 to 65535, like 8001"
            ))
        })
}

/// Listens on 127.0.0.1, or says why it cannot.
pub async fn bind(port: u16) -> Result<TcpListener, String> {
    TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|cause| match cause.kind() {
            io::ErrorKind::AddrInUse => format!("port {port} is taken"),
            io::ErrorKind::PermissionDenied => format!("port {port} needs privileges"),
            _ => format!("port {port} cannot be opened ({cause})"),
        })
}

/// The running binary's name: `step3`.
fn program() -> String {
    let path = env::current_exe().unwrap_or_default();
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
