//! Step 5's site with its sessions in PostgreSQL, for the load comparison: `DATABASE_URL=... PORT=8305 postgres`.

use std::env;

use locallibrary::{Error, Library, serve};
use lossless_sessions::PostgresStore;

#[path = "../../steps/05/main.rs"]
#[expect(dead_code, reason = "its main runs in its own binary only")]
mod step5;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let url = env::var("DATABASE_URL").unwrap_or_default();
    serve(step5::app(library, PostgresStore::connect(&url).await?)).await
}
