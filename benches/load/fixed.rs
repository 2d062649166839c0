//! The yardstick of the load comparison: axum sending the same bytes each time.
//!
//! `fixed FILE PORT` serves FILE as the home page.

use std::{env, fs};

use axum::{Router, response::Html, routing::get};

#[tokio::main]
async fn main() {
    let mut arguments = env::args().skip(1);
    let file = arguments.next().expect("a file");
    let port: u16 = arguments
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let page: &'static str = fs::read_to_string(file).expect("a page").leak();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .expect("a free port");
    let app = Router::new().route("/", get(async move || Html(page)));
    axum::serve(listener, app).await.expect("a running server");
}
