//! The pages around an account: the sign-in form, my sessions, my password.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;
use tower_sessions::{Session, cookie::time::OffsetDateTime};

use super::{Next, PEOPLE, Person, Refused, SHORTEST_PASSWORD};
use crate::{
    Error, Library, cookie,
    form::{self, Form, SHORT_TEXT},
    page,
    session::{OwnSession, PERSON, PersonSessions, SessionExt},
};

/// What the form of [`sign_in_form`] sends.
#[derive(Deserialize)]
pub struct Credentials {
    /// Who wants to sign in.
    pub name: String,
    /// How they prove it.
    pub password: String,
    /// Where they want to go afterwards.
    #[serde(flatten)]
    pub next: Next,
}

/// The sign-in form; `refused` says why the last attempt failed.
pub fn sign_in_form(next: &Next, refused: Option<&Refused>) -> Markup {
    html! {
        @if let Some(refused) = refused { p.refused role="alert" { (refused) } }
        form.fields method="post" action="/sign-in" {
            input type="hidden" name="next" value=(next.path());
            label for="name" { "Name" }
            input #name name="name" required maxlength=(SHORT_TEXT) autocomplete="username";
            label for="password" { "Password" }
            input #password type="password" name="password" required maxlength=(SHORT_TEXT)
                autocomplete="current-password";
            button { "Sign in" }
        }
        h2 { "The people of this workshop" }
        dl { @for (name, password) in PEOPLE { dt { (name) } dd { code { (password) } } } }
    }
}

/// The page after a failed attempt: 401, or 429 when it came too soon.
pub fn refused(typed: &Credentials, refused: &Refused) -> Response {
    let page = page::layout("Sign in", sign_in_form(&typed.next, Some(refused)));
    match refused {
        Refused::Wrong => (StatusCode::UNAUTHORIZED, page).into_response(),
        Refused::TooSoon(seconds) => {
            let seconds = HeaderValue::from(*seconds);
            (
                StatusCode::TOO_MANY_REQUESTS,
                [(header::RETRY_AFTER, seconds)],
                page,
            )
                .into_response()
        }
    }
}

/// The person who is signed in, or `None`. If the account no longer exists, nobody is signed in.
///
/// # Errors
/// [`Error`] when the session or the account cannot be read.
pub async fn signed_in(library: &Library, session: &Session) -> Result<Option<Person>, Error> {
    match session.get(PERSON).await? {
        Some(id) => Ok(library.person(id).await?),
        None => Ok(None),
    }
}

/// The pages for people who are signed in: my sessions, ending them, and a new password.
pub fn pages() -> Router<Library> {
    Router::new()
        .route("/sessions", get(sessions))
        .route("/sessions/end", post(end_session))
        .route("/sessions/end-others", post(end_others))
        .route("/password", get(password_page).post(change_password))
}

async fn sessions(State(library): State<Library>, session: Session) -> Result<Response, Error> {
    let Some(person) = signed_in(&library, &session).await? else {
        return Ok(Redirect::to("/sign-in?next=/sessions").into_response());
    };
    let all = PersonSessions::new(library.database());
    let list = all.list(person.id, session.id()).await?;
    let content = html! {
        p { "You are signed in as " strong { (person.name) } ", here and on these devices:" }
        ul.sessions { @for own in &list { li { (line(own)) } } }
        (form::button("/sessions/end-others", "End all others"))
        p { a href="/password" { "Change my password" } }
    };
    Ok(page::layout("My sessions", content).into_response())
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
    session: Session,
    Form(Ended { handle }): Form<Ended>,
) -> Result<Redirect, Error> {
    if let Some(person) = signed_in(&library, &session).await? {
        PersonSessions::new(library.database())
            .end(person.id, handle)
            .await?;
    }
    Ok(Redirect::to("/sessions"))
}

async fn end_others(State(library): State<Library>, session: Session) -> Result<Redirect, Error> {
    if let Some(person) = signed_in(&library, &session).await? {
        PersonSessions::new(library.database())
            .end_others(person.id, session.id())
            .await?;
    }
    Ok(Redirect::to("/sessions"))
}

/// What the form for a new password sends.
#[derive(Deserialize)]
struct NewPassword {
    old: String,
    new: String,
}

async fn password_page(
    State(library): State<Library>,
    session: Session,
) -> Result<Response, Error> {
    Ok(match signed_in(&library, &session).await? {
        Some(_) => page::layout("My password", password_form(None)).into_response(),
        None => Redirect::to("/sign-in?next=/password").into_response(),
    })
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
    client: super::Client,
    Form(typed): Form<NewPassword>,
) -> Result<Response, Error> {
    let Some(person) = signed_in(&library, &session).await? else {
        return Ok(Redirect::to("/sign-in?next=/password").into_response());
    };
    let again = |sentence: &str| {
        let page = page::layout("My password", password_form(Some(sentence)));
        (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
    };
    let length = typed.new.chars().count();
    if !(SHORTEST_PASSWORD..=SHORT_TEXT).contains(&length) {
        return Ok(again(&format!(
            "Choose between {SHORTEST_PASSWORD} and {SHORT_TEXT} characters."
        )));
    }
    if let Err(refused) = library
        .authenticate(&person.name, &typed.old, client.address)
        .await?
    {
        return Ok(again(&refused.to_string()));
    }
    library.set_password(person.id, &typed.new).await?;
    PersonSessions::new(library.database())
        .end_others(person.id, session.id())
        .await?;
    session.cycle_key().await?;
    Ok(Redirect::to("/sessions").into_response())
}
