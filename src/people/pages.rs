//! The pages of an account: my sessions, my password.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;
use tower_sessions::{Session, cookie::time::OffsetDateTime};

use super::{Person, Refused, SHORTEST_PASSWORD, remember, sign_in::too_soon};
use crate::{
    Error, Library, cookie,
    form::{self, Form, SHORT_TEXT},
    page,
};
use lossless_sessions::{AUTH_HASH, OwnSession, PersonSessions, SessionExt};

/// The pages for people who are signed in: my sessions, ending them, and a new password.
pub fn pages() -> Router<Library> {
    Router::new()
        .route("/sessions", get(sessions))
        .route("/sessions/end", post(end_session))
        .route("/sessions/end-others", post(end_others))
        .route("/password", get(password_page).post(change_password))
}

async fn sessions(
    State(library): State<Library>,
    session: Session,
    person: Person,
) -> Result<Markup, Error> {
    let all = PersonSessions::new(library.database());
    let (list, more) = all.list(person.id, person.auth_hash, session.id()).await?;
    let browsers = remember::browsers(&library, person.id).await?;
    let content = html! {
        p { "You are signed in as " strong { (person.name) } ", here and on these devices:" }
        ul.sessions { @for own in &list { li { (line(own)) } } }
        @if more > 0 { p { "There are " (more) " more, not seen for longer. The button ends them as well." } }
        (browsers)
        (form::button("/sessions/end-others", "End all others"))
        p { a href="/password" { "Change my password" } }
    };
    Ok(page::layout("My sessions", content))
}

/// One session: its device, when it was last seen, and a button to end it.
fn line(own: &OwnSession) -> Markup {
    let seen = OffsetDateTime::from_unix_timestamp(own.seen).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    html! {
        strong { (own.device) } ", last seen " (cookie::date(seen))
        @if own.this_one { " (this one)" }
        @else {
            form method="post" action="/sessions/end" {
                input type="hidden" name="handle" value=(own.handle);
                button { "End it" }
            }
        }
    }
}

/// Which session to end.
#[derive(Deserialize)]
struct Ended {
    handle: String,
}

async fn end_session(
    State(library): State<Library>,
    person: Person,
    Form(Ended { handle }): Form<Ended>,
) -> Result<Redirect, Error> {
    library.end_session(person.id, handle).await?;
    Ok(Redirect::to("/sessions"))
}

async fn end_others(
    State(library): State<Library>,
    session: Session,
    person: Person,
) -> Result<Redirect, Error> {
    library.end_other_sessions(person.id, &session).await?;
    Ok(Redirect::to("/sessions"))
}

/// What the form for a new password sends.
#[derive(Deserialize)]
struct NewPassword {
    old: String,
    new: String,
}

async fn password_page(_: Person) -> Markup {
    page::layout("My password", password_form(None))
}

fn password_form(refused: Option<&str>) -> Markup {
    let field = |name: &str, label: &str, autocomplete: &str| {
        html! {
            label for=(name) { (label) }
            input id=(name) type="password" name=(name) required maxlength=(SHORT_TEXT) autocomplete=(autocomplete);
        }
    };
    html! {
        @if let Some(sentence) = refused { p.refused role="alert" { (sentence) } }
        form.fields method="post" action="/password" {
            (field("old", "Current password", "current-password"))
            (field("new", "New password", "new-password"))
            button { "Change it and end my other sessions" }
        }
    }
}

/// Changes the password and ends all other sessions, because somebody who knew the old password may be using one.
async fn change_password(
    State(library): State<Library>,
    session: Session,
    person: Person,
    Form(typed): Form<NewPassword>,
) -> Result<Response, Error> {
    let form = |sentence: &str| page::layout("My password", password_form(Some(sentence)));
    let again = |sentence: &str| (StatusCode::UNPROCESSABLE_ENTITY, form(sentence)).into_response();
    let length = typed.new.chars().count();
    if !(SHORTEST_PASSWORD..=SHORT_TEXT).contains(&length) {
        return Ok(again(&format!(
            "Choose between {SHORTEST_PASSWORD} and {SHORT_TEXT} characters."
        )));
    }
    if let Err(refused) = library.confirm(&person, &typed.old).await? {
        let sentence = refused.to_string();
        return Ok(match refused {
            Refused::Wrong => again(&sentence),
            Refused::TooSoon(seconds) => too_soon(seconds, form(&sentence)),
        });
    }
    // The new password is another one than this session was made with, so it needs a new mark as well as a new id.
    if let Some(changed) = library
        .set_password(person, &typed.new, session.id())
        .await?
    {
        session.cycle_key().await?;
        session.insert(AUTH_HASH, changed.auth_hash).await?;
        remember::detach(&session).await?;
    }
    Ok(Redirect::to("/sessions").into_response())
}
