//! How long a session lives when its visitor has chosen that. The choice is kept in the session itself, as in Django.

use axum::{extract::Request, middleware::Next, response::Response};
use serde_json::{Value, json};
use tower_sessions::{
    Expiry, Session,
    cookie::time::{Duration, OffsetDateTime},
    session::Error,
};

/// The key of the choice in the session; Django uses the same.
pub(super) const KEY: &str = "_session_expiry";

/// Applies the expiry that [`keep_expiry`](crate::SessionExt::keep_expiry) stored to each save and its cookie.
///
/// Add it with `axum::middleware::from_fn`, directly inside the session layer.
pub async fn apply_kept_expiry(session: Session, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    // Only when a save is coming anyway: tower-sessions counts setting the expiry as a modification.
    if session.is_modified()
        && let Ok(Some(expiry)) = kept(&session).await
    {
        session.set_expiry(Some(expiry));
    }
    response
}

/// The expiry that is kept in a session; `None` stands for the site's policy.
pub(super) async fn kept(session: &Session) -> Result<Option<Expiry>, Error> {
    Ok(session.get_value(KEY).await?.as_ref().and_then(from_json))
}

/// Saves a session at each request that brings its cookie, so that it ends only when its visitor stays away.
///
/// Django: `SESSION_SAVE_EVERY_REQUEST`. Add it with `axum::middleware::from_fn`, inside [`apply_kept_expiry`].
/// tower-sessions' `with_always_save` would also make an empty row for an id that the server never gave out.
pub async fn save_every_request(session: Session, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    // Reading makes the session drop an unknown id. If it still has one after that, it is a live session.
    if session.get_value(KEY).await.is_ok() && session.id().is_some() {
        session.set_expiry(session.expiry());
    }
    response
}

/// Seconds of inactivity, 0 for a session that ends with the browser, or a date as `{"at": unix seconds}`.
pub(super) fn to_json(expiry: Expiry) -> Value {
    match expiry {
        Expiry::OnSessionEnd => json!(0),
        Expiry::OnInactivity(age) => json!(age.whole_seconds().max(1)),
        Expiry::AtDateTime(date) => json!({ "at": date.unix_timestamp() }),
    }
}

fn from_json(value: &Value) -> Option<Expiry> {
    if let Some(at) = value.get("at") {
        return Some(Expiry::AtDateTime(
            OffsetDateTime::from_unix_timestamp(at.as_i64()?).ok()?,
        ));
    }
    Some(match value.as_i64()? {
        0 => Expiry::OnSessionEnd,
        age => Expiry::OnInactivity(Duration::seconds(age)),
    })
}
