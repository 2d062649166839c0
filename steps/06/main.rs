//! Step 6: the cookie is only a ticket.
//!
//! New since step 5: `/cookie` shows every attribute of the cookie and what the server holds. The visitor chooses
//! how long the session lives, and each visit prolongs it. Run it with `cargo run --bin step6` and open
//! http://127.0.0.1:8000/cookie beside the browser's cookie panel.

use axum::middleware::from_fn;
use axum::{Router, extract::State, response::Redirect, routing::get, routing::post};
use locallibrary::form::{Form, Path, TextField};
use locallibrary::session::{Dictionary, Lifetime, SiteStore};
use locallibrary::session::{apply_kept_expiry, private, save_every_request};
use locallibrary::{Error, Library, page, serve, site};
use maud::{Markup, html};
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const MY_CAR: &str = "my_car";
const NUM_VISITS: &str = "num_visits";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions.clone())
        // Cookies ignore ports, so each step names its cookie after itself.
        .with_name("step6")
        // Plain http: many clients drop a Secure cookie there. On https, delete this line.
        .with_secure(false)
        // Strict, the default, forgets a visitor who follows a link from another site.
        .with_same_site(SameSite::Lax)
        // The site's policy: two weeks without a visit, as in Django.
        .with_expiry(Expiry::OnInactivity(Duration::weeks(2)));
    let pages = Router::new()
        .route("/", get(index))
        .route("/my-car", get(|session| my_car(session, sessions)).post(set_my_car))
        .route("/my-car/delete", post(delete_my_car))
        .route("/my-car/clear", post(clear_session))
        .route("/cookie", get(cookie))
        .route("/cookie/test", post(test_cookie))
        .route("/cookie/expiry/{choice}", post(set_expiry))
        .layer(from_fn(save_every_request))
        .layer(from_fn(apply_kept_expiry))
        .layer(session_layer)
        .layer(from_fn(private));
    site(pages, library)
}

async fn index(State(library): State<Library>, session: Session) -> Result<Markup, Error> {
    let counts = library.counts().await?;
    let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;
    session.insert(NUM_VISITS, num_visits.saturating_add(1)).await?;
    let content = html! {
        p { "Welcome. Every book here has copies that you could borrow." }
        (page::record_counts(&counts))
        p { "You have visited this page " (num_visits)
            @if num_visits == 1 { " time." } @else { " times." } }
        p { a href="/my-car" { "What the session knows about your car" } }
        p { a href="/cookie" { "What your browser and the server hold" } }
    };
    Ok(page::layout("Local Library Home", content))
}

async fn my_car(session: Session, sessions: impl SessionStore) -> Result<Markup, Error> {
    let content = html! {
        (page::fact("get", &session.get::<String>(MY_CAR).await?))
        (page::fact("get, with a default", &session.get_or(MY_CAR, "mini".to_string()).await?))
        (page::fact("is it there?", &session.contains(MY_CAR).await?))
        (page::items(&session.stored_items(&sessions).await?))
        (page::text_form("/my-car", "My car", "Set"))
        (page::button("/my-car/delete", "Delete"))
        (page::button("/my-car/clear", "Clear the session"))
    };
    Ok(page::layout("My car", content))
}

async fn set_my_car(session: Session, Form(typed): Form<TextField>) -> Result<Redirect, Error> {
    session.insert(MY_CAR, typed.text.0).await?;
    Ok(Redirect::to("/my-car"))
}

async fn delete_my_car(session: Session) -> Result<Redirect, Error> {
    session.remove_value(MY_CAR).await?;
    Ok(Redirect::to("/my-car"))
}

async fn clear_session(session: Session) -> Result<Redirect, Error> {
    session.remove_all().await?;
    Ok(Redirect::to("/my-car"))
}

async fn cookie(session: Session) -> Result<Markup, Error> {
    let content = html! {
        (page::cookie_attributes("step6"))
        (page::fact("did the test cookie come back?", &session.test_cookie_worked().await?))
        (page::expiry("this session's own expiry", session.kept_expiry().await?))
        p { "Without another visit the row ends on " (page::date(session.ends().await?)) "." }
        (page::button("/cookie/test", "Send or forget a test cookie"))
        (page::button("/cookie/expiry/browser-close", "Until the browser closes"))
        (page::button("/cookie/expiry/idle", "Until 30 seconds without a visit"))
        (page::button("/cookie/expiry/date", "For one hour from now"))
        (page::button("/cookie/expiry/site", "As the site has it"))
    };
    Ok(page::layout("The cookie", content))
}

async fn test_cookie(session: Session) -> Result<Redirect, Error> {
    match session.test_cookie_worked().await? {
        false => session.set_test_cookie().await?,
        true => session.delete_test_cookie().await?,
    }
    Ok(Redirect::to("/cookie"))
}

async fn set_expiry(session: Session, Path(choice): Path<String>) -> Result<Redirect, Error> {
    let expiry = match choice.as_str() {
        "browser-close" => Some(Expiry::OnSessionEnd),
        "idle" => Some(Expiry::OnInactivity(Duration::seconds(30))),
        "date" => Some(Expiry::AtDateTime(OffsetDateTime::now_utc() + Duration::hours(1))),
        "site" => None,
        _ => return Err(Error::NotFound),
    };
    session.keep_expiry(expiry).await?;
    Ok(Redirect::to("/cookie"))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open().await?;
    let sessions = SiteStore::new(&library);
    sessions.sweep_every(std::time::Duration::from_secs(60 * 60));
    let app = app(library, sessions);
    serve(app).await
}
