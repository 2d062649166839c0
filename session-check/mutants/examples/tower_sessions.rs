//! The small site of `frameworks/` in axum with tower-sessions and nothing else.

use std::{env, error::Error};

use axum::{
    Form, Router,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, session::Error as SessionError};

const FORM: &str = "<form method=post action='/sign-in'><input name=username><input type=\"password\" name=password><button>Sign in</button></form>";
const PRIVATE: &str =
    "<p>Private.<form method=post action='/sign-out'><button>Sign out</button></form>";

/// What cannot be loaded or stored is answered 500.
struct Failed;

impl From<SessionError> for Failed {
    fn from(_: SessionError) -> Self {
        Self
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

async fn index(session: Session) -> Result<Html<String>, Failed> {
    let visits: u64 = session.get("visits").await?.unwrap_or(0);
    session.insert("visits", visits + 1).await?;
    Ok(Html(format!(
        "<body><p>Visits: {visits} <a href='/sign-in'>Sign in</a>"
    )))
}

async fn sign_in(
    session: Session,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let field = |name: &str| {
        typed
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    };
    let name = field("username").to_string();
    if !["ann", "ben"].contains(&name.as_str()) || field("password") != format!("{name} reads") {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(FORM)).into_response());
    }
    session.cycle_id().await?;
    session.insert("user", name).await?;
    Ok(Redirect::to("/private").into_response())
}

async fn sign_out(session: Session) -> Result<Redirect, Failed> {
    session.flush().await?;
    Ok(Redirect::to("/"))
}

async fn private(session: Session) -> Result<Response, Failed> {
    Ok(match session.get::<String>("user").await? {
        Some(_) => Html(PRIVATE).into_response(),
        None => Redirect::to("/sign-in").into_response(),
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = Router::new()
        .route("/", get(index))
        .route("/sign-in", get(async || Html(FORM)).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/private", get(private))
        .layer(SessionManagerLayer::new(MemoryStore::default()));
    let port: u16 = env::var("PORT")?.parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, app).await?)
}
