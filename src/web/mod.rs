//! Everything between a request and a page.
//!
//! ```text
//! site           completes a step's pages with the catalog, limits, security headers and error pages
//! catalog_pages  books, authors
//! page, books    what pages are made of
//! files          styles and the icon
//! cookie         a session's cookie, in words
//! secure         whether the site is on https
//! form           forms, and what people type into them
//! flash          a message for the next page
//! error          what went wrong, in a sentence
//! proxies        which proxies are believed, and what they say about a request
//! server         binds, announces the address, keeps connections within limits, stops gracefully
//! ```

pub mod books;
mod catalog_pages;
pub mod cookie;
mod error;
mod files;
pub mod flash;
pub mod form;
pub mod page;
mod proxies;
mod secure;
pub mod server;
mod site;

pub(crate) use error::StoreFailure;
pub use error::{Error, Sentence};
pub use files::static_files;
pub(crate) use proxies::TRUSTED_PROXIES;
pub use secure::secure_cookies;
pub use site::site;
