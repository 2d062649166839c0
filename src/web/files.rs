//! The files in `src/assets`: the styles and the icon.

use std::sync::LazyLock;

use axum::Router;

use super::Error;

/// `into_router` keeps its files in memory until the program ends, so it is called once.
static ASSETS: LazyLock<Router> = LazyLock::new(|| {
    memory_serve::load!()
        .index_file(None)
        .into_router()
        .fallback(not_found)
});

pub(super) async fn not_found() -> Error {
    Error::NotFound
}

/// The files in `src/assets`, for this site and for any other server that shows its pages.
pub fn static_files() -> Router {
    ASSETS.clone()
}
