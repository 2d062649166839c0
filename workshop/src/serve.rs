//! The workshop's server: one address to open, and a port per step behind it.

use std::{net::Ipv4Addr, sync::Arc};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, map_response, map_response_with_state},
    response::IntoResponse,
};
use tokio::{net::TcpListener, sync::watch::channel, task::JoinSet};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    machine::neighbour::{Neighbour, PORT},
    pages,
    project::root,
    room::{self, Room},
    shell::{guard, layout},
    sites::{
        lab::{self, Lab},
        live::{self, Live},
    },
    workshop::Workshop,
};
use journey::Step;
use locallibrary::{
    Error, Library, log,
    server::{self, Places},
};

/// How many connections the workshop and all its steps have together. With those of the room's guests, they stay below the
/// 1024 files that many systems allow a process.
const MOST_CONNECTIONS: usize = 500;

/// The largest form that is read, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// Somebody wants a room for guests on the local network.
pub struct Guests {
    /// Where they reach this machine, if not where it seems.
    pub address: Option<Ipv4Addr>,
}

/// Serves the workshop and every step, and the room if one is wanted, until Ctrl-C, SIGTERM, or the end of its terminal.
///
/// # Errors
/// [`Error::Failed`] when the workshop's own port is taken, or progress cannot be read.
pub async fn run(steps: &'static [Step], guests: Option<Guests>) -> Result<(), Error> {
    log::to_stderr();
    let port = server::port_from_environment(PORT)?;
    let listener = match server::bind(port).await {
        Ok(listener) => listener,
        Err(reason) => return Err(taken(port, reason).await),
    };
    let library = Library::open()?;
    let (running, stopped) = channel(());
    let [visitor] = visitors(1).await?.try_into().expect("one listener");
    let mut workshop = Workshop::new(steps, &root(), &visitor, stopped.clone())?;
    let mut served = vec![(visitor, workshop.watch.visited())];
    let above_steps = steps.len() as u16 + 1;
    for step in steps {
        let at = live::bind(listener_port(&listener).saturating_add(step.number.into())).await?;
        let live = Arc::new(Live::new(step, &at, &library, &workshop.timeline)?);
        workshop.ports.insert(step.number, live.port);
        for site in step.beside {
            let at = live::bind(listener_port(&listener).saturating_add(above_steps)).await?;
            let site = site(listener_port(&at), live.port);
            served.push((at, site));
        }
        served.push((at, live.public()));
        let guests = visitors(lab::NAMES.len()).await?;
        let lab = Lab::new(live, &guests);
        served.extend(guests.into_iter().zip(lab.sites()));
        workshop.labs.insert(step.number, lab);
    }
    tokio::spawn(workshop.watch.clone().run());
    let room = match guests {
        Some(Guests { address }) => Some(Room::open(listener_port(&listener), address).await?),
        None => None,
    };
    workshop.room = room.as_ref().map(|(room, _)| room.clone());
    let workshop = Arc::new(workshop);
    let timeline = workshop.timeline.clone();

    // One signal stops them all: were each to listen for itself, one could begin too late to hear it.
    let stop = server::stop_signal();
    tokio::spawn(async move {
        stop.await;
        timeline.close(); // A stream that never ends would hold the server until its grace is over.
        drop(running);
    });
    let stopped = || {
        let mut stopped = stopped.clone();
        async move {
            let _ = stopped.changed().await;
        }
    };
    server::announce("the workshop", &listener);
    let mut servers = JoinSet::new();
    let places = Places::new(MOST_CONNECTIONS);
    let workshop = router(workshop);
    servers.spawn(server::run_within(
        places.clone(),
        listener,
        workshop,
        stopped(),
    ));
    if let Some((room, listener)) = room {
        log::say(room.invitation());
        let guests = Places::new(room::MOST_CONNECTIONS);
        let door = server::run_within(guests, listener, room::door(room), stopped());
        servers.spawn(door);
    }
    for (listener, app) in served {
        let places = places.clone();
        servers.spawn(server::run_within(places, listener, app, stopped()));
    }
    servers.join_all().await;
    Ok(())
}

/// Why the workshop's own port cannot be had, and what helps.
async fn taken(port: u16, reason: String) -> Error {
    // The ports just above belong to the steps of a workshop that runs already.
    let another = server::with_port(server::another(port, PORT, 100), "cargo run");
    Error::Failed(match Neighbour::at(port).await {
        Neighbour::Workshop => format!(
            "the workshop is running already at http://127.0.0.1:{port}; {another} starts another"
        ),
        _ => format!("{reason}; try {another}"),
    })
}

/// The pages behind their guard.
pub fn router(workshop: Arc<Workshop>) -> Router {
    pages::router(workshop.clone())
        .layer((
            CatchPanicLayer::custom(|_| layout::broken().into_response()),
            DefaultBodyLimit::max(LARGEST_FORM),
        ))
        .layer(map_response_with_state(workshop, pages::with_page))
        .layer(from_fn(guard::only_own_pages))
        .layer(from_fn(guard::only_from_here))
        .layer(map_response(guard::with_headers))
}

/// As many listeners, on ports that the system chooses: nobody types their addresses.
async fn visitors(count: usize) -> Result<Vec<TcpListener>, Error> {
    let mut listeners = Vec::new();
    for _ in 0..count {
        listeners.push(live::bind(0).await?);
    }
    Ok(listeners)
}

fn listener_port(listener: &TcpListener) -> u16 {
    listener.local_addr().map_or(PORT, |address| address.port())
}
