//! `cargo run`: every step live at once, each on a port of its own.
//! `cargo run -- clearsessions`: delete the sessions that have expired, as Django's command does.

#[path = "../steps/mod.rs"]
mod steps;

use std::env;

use locallibrary::{Error, Library, serve_all, session::SiteStore};

#[tokio::main]
async fn main() -> Result<(), Error> {
    match env::args().nth(1).as_deref() {
        None => serve_steps().await,
        Some("clearsessions") => clear_sessions().await,
        Some(word) => Err(Error::Start(format!(
            "there is no command {word:?}; try cargo run, or cargo run -- clearsessions"
        ))),
    }
}

async fn serve_steps() -> Result<(), Error> {
    let library = Library::open().await?;
    let mut apps = Vec::new();
    for step in steps::STEPS {
        let app = (step.app)(library.clone(), (step.sessions)(&library)?);
        apps.push((format!("step {}, {}", step.number, step.title), app));
    }
    serve_all(apps).await
}

async fn clear_sessions() -> Result<(), Error> {
    let library = Library::open().await?;
    let cleared = SiteStore::open(&library)?.clear_expired().await?;
    println!("{cleared} expired {} deleted", if cleared == 1 { "session" } else { "sessions" });
    Ok(())
}
