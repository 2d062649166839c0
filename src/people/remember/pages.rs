//! The form to sign in with a choice, and the browsers that stay signed in, on the page of my sessions.

use axum::{Router, extract::State, response::Redirect, routing::post};
use lossless_sessions::{
    SessionExt,
    sqlite::{self as database, end, end_others},
};
use maud::{Markup, html};
use rusqlite::Connection;
use serde::Deserialize;
use tower_sessions::{Session, cookie::time::OffsetDateTime};

use super::{
    super::{Next, Person, confirm, sign_in::form_with},
    Stay, now,
    table::{self, FAMILY},
};
use crate::{Error, Library, cookie, form::Form};

/// The sign-in form, which asks whether somebody wants to stay signed in.
pub fn sign_in_form(next: &Next) -> Markup {
    form_with(next, Stay::No, None)
}

/// The pages for people who stay signed in: forgetting a browser, and the password again.
pub fn pages() -> Router<Library> {
    Router::new()
        .route("/sessions/forget", post(forget))
        .merge(confirm::pages())
}

/// What the form to forget a browser sends.
#[derive(Deserialize)]
struct Forgotten {
    browser: i64,
}

async fn forget(
    State(library): State<Library>,
    person: Person,
    Form(Forgotten { browser }): Form<Forgotten>,
) -> Result<Redirect, Error> {
    let change = move |connection: &Connection| table::end(connection, browser, person.id);
    library.database().write(change).await?;
    Ok(Redirect::to("/sessions"))
}

/// The browsers in which a person stays signed in, each with a button to forget it; nothing if there is none.
pub(in super::super) async fn browsers(
    library: &Library,
    person: i64,
) -> Result<Markup, database::Error> {
    let now = now();
    let query = move |connection: &Connection| table::list(connection, person, now);
    let browsers = library.database().read(query).await?;
    Ok(html! {
        @if !browsers.is_empty() {
            h2 { "Where I stay signed in" }
            ul.sessions {
                @for (number, device, used) in browsers { li { (line(number, &device, used)) } }
            }
        }
    })
}

fn line(number: i64, device: &str, used: i64) -> Markup {
    let used = OffsetDateTime::from_unix_timestamp(used).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    html! {
        strong { (device) } ", last used " (cookie::date(used))
        form method="post" action="/sessions/forget" {
            input type="hidden" name="browser" value=(number);
            button { "Forget it" }
        }
    }
}

impl Library {
    /// Ends one session of a person, and forgets the browser that it began with.
    pub(in super::super) async fn end_session(
        &self,
        person: i64,
        handle: String,
    ) -> Result<(), database::Error> {
        let change = move |connection: &Connection| {
            let ended = end(connection, person, &handle)?;
            let data: Option<serde_json::Value> =
                ended.and_then(|data| serde_json::from_str(&data).ok());
            let browser = data.and_then(|data| data[FAMILY].as_i64());
            browser.map_or(Ok(()), |browser| table::end(connection, browser, person))
        };
        self.database().write(change).await
    }

    /// Ends every session of a person but this one, and forgets every browser but the one that it began with.
    pub(in super::super) async fn end_other_sessions(
        &self,
        person: i64,
        own: &Session,
    ) -> Result<(), Error> {
        let (id, browser) = (own.id(), own.get(FAMILY).await?);
        let change = move |connection: &Connection| {
            table::end_all(connection, person, browser)?;
            end_others(connection, person, id)
        };
        Ok(self.database().write(change).await?)
    }
}

/// Lets the session go on after its person's browsers were all forgotten, as a changed password does.
pub(in super::super) async fn detach(session: &Session) -> Result<(), Error> {
    if session.contains(FAMILY).await? {
        session.remove_value(FAMILY).await?;
    }
    Ok(())
}
