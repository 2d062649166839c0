//! The learner's program as the workshop runs it beside the task: each answer says in a header what the session
//! store was asked for it.
//!
//! It needs the shape that the steps have from step 2 on: `app` takes the library and a store, `engine` names the
//! store. A program of another shape is run as it is, without this header.

#[cfg(engine)]
#[path = "../../steps/mine/main.rs"]
#[allow(dead_code, reason = "the learner's own main runs elsewhere")]
mod mine;

#[cfg(engine)]
#[tokio::main]
async fn main() -> Result<(), locallibrary::Error> {
    use locallibrary::{Library, serve};
    use lossless_sessions::Recorder;

    let library = Library::open()?;
    #[cfg(not(engine_of_library))]
    let engine = mine::engine();
    #[cfg(engine_of_library)]
    let engine = mine::engine(&library)?;
    let app = mine::app(library, Recorder::new(engine));
    serve(app.layer(axum::middleware::from_fn(tell))).await
}

/// Answers a request, and puts the calls of the session store into the answer.
#[cfg(engine)]
async fn tell(
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> axum::response::Response {
    let (mut answer, calls) = lossless_sessions::record_calls(next.run(request)).await;
    let calls = serde_json::to_vec(&calls).unwrap_or_default();
    if let Ok(value) = axum::http::HeaderValue::from_bytes(&calls) {
        answer.headers_mut().insert("store-calls", value);
    }
    answer
}

#[cfg(not(engine))]
fn main() {
    eprintln!("this program names no session engine, so there is nothing to observe");
}
