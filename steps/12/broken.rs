//! A broken step 12: it keeps the count of visits in an encrypted cookie.
//!
//! "Whenever the library puts up a new version of its site," says Ann, "I have never been there before."

use axum::{Router, extract::State, middleware::from_fn_with_state, routing::get};
use locallibrary::sealed::{Claims, InCookie, Key, Keys, Way, in_cookie};
use locallibrary::{Error, Library, page, serve, site};
use lossless_sessions::{Protect, SessionExt};
use maud::{Markup, html};
use tower_sessions::{
    Session,
    cookie::{self, CookieJar},
};

const COOKIE: &str = "broken12";
const NUM_VISITS: &str = "num_visits";

pub fn app(library: Library, keys: Keys) -> Router {
    let key = cookie::Key::generate();
    let encrypted = InCookie::new(COOKIE, Encrypted(key), &keys);
    let pages = Router::new()
        .route("/", get(index))
        .layer(Protect::new(from_fn_with_state(encrypted, in_cookie)));
    site(pages, library)
}

struct Encrypted(cookie::Key);

impl Way for Encrypted {
    fn seal(&self, jar: &mut CookieJar, _: &Key, name: &'static str, claims: &Claims) {
        let json = serde_json::to_string(claims).expect("claims are JSON");
        jar.private_mut(&self.0).add((name, json));
    }

    fn open(&self, jar: &CookieJar, _: &Key, name: &str) -> Option<Claims> {
        serde_json::from_str(jar.private(&self.0).get(name)?.value()).ok()
    }
}

async fn index(State(library): State<Library>, session: Session) -> Result<Markup, Error> {
    let counts = library.counts().await?;
    let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;
    session
        .insert(NUM_VISITS, num_visits.saturating_add(1))
        .await?;
    let content = html! {
        (page::record_counts(&counts))
        p { "You have visited this page " (num_visits)
            @if num_visits == 1 { " time." } @else { " times." } }
    };
    Ok(page::layout("Local Library Home", content))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let keys = Keys::of(library.database())?;
    let app = app(library, keys);
    serve(app).await
}
