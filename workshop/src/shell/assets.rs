//! The files at `/static`: styles, scripts and pictures.

use std::sync::LazyLock;

use axum::Router;

/// The files of `assets`, and those of the site, whose pages are shown in frames. `into_router` keeps them for the
/// life of the program, so it runs once.
static ASSETS: LazyLock<Router> = LazyLock::new(|| {
    memory_serve::load!()
        .index_file(None)
        .into_router()
        .fallback_service(locallibrary::static_files())
});

/// What stands at `/static`.
pub fn files() -> Router {
    ASSETS.clone()
}
