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

use super::{
    Next, PEOPLE, Person, Refused, SHORTEST_PASSWORD,
    remember::{self, Stay},
};
use crate::{
    Error, Library, cookie,
    form::{self, Form, SHORT_TEXT},
    page,
};
use lossless_sessions::{AUTH_HASH, OwnSession, PersonSessions, SessionExt};

/// What the form of [`sign_in_form`] sends.
#[derive(Deserialize)]
pub struct Credentials {
    /// Who wants to sign in.
    pub name: String,
    /// How they prove it.
    pub password: String,
    /// Whether they want to stay signed in.
    #[serde(default)]
    pub stay: Stay,
    /// Where they want to go afterwards.
    #[serde(flatten)]
    pub next: Next,
}

/// The sign-in form; `refused` says why the last attempt failed.
pub fn sign_in_form(next: &Next, refused: Option<&Refused>) -> Markup {
    form_with(next, Stay::NotAsked, refused)
}

/// The same form, which may ask whether somebody wants to stay signed in.
pub(super) fn form_with(next: &Next, stay: Stay, refused: Option<&Refused>) -> Markup {
    html! {
        @if let Some(refused) = refused { p.refused role="alert" { (refused) } }
        form.fields method="post" action="/sign-in" {
            input type="hidden" name="next" value=(next.path());
            label for="name" { "Name" }
            input #name name="name" required maxlength=(SHORT_TEXT) autocomplete="username";
            label for="password" { "Password" }
            input #password type="password" name="password" required maxlength=(SHORT_TEXT)
                autocomplete="current-password";
            @if stay != Stay::NotAsked {
                label for="stay" { "Stay signed in" }
                select #stay name="stay" {
                    option value="no" { "for this visit" }
                    option value="yes" selected[stay == Stay::Yes] { "in this browser, for weeks" }
                }
            }
            button { "Sign in" }
        }
        h2 { "The people of this workshop" }
        dl { @for (name, password) in PEOPLE { dt { (name) } dd { code { (password) } } } }
    }
}

/// The page after a failed attempt: 422, or 429 when it came too soon.
///
/// 401 would need a `WWW-Authenticate` with a scheme such as Basic (RFC 9110, section 15.5.2), and then the browser would
/// ask for the password in a window of its own. 422 says that the form was understood and could not be accepted (section
/// 15.5.21), as for any other form of this site. Django's own sign-in answers 200, which a program cannot tell from
/// success.
pub fn refused(typed: &Credentials, refused: &Refused) -> Response {
    let page = page::layout("Sign in", form_with(&typed.next, typed.stay, Some(refused)));
    match refused {
        Refused::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
        Refused::TooSoon(seconds) => too_soon(*seconds, page),
    }
}

/// 429, with the time to wait in seconds (RFC 6585, section 4).
pub(super) fn too_soon(seconds: i64, page: Markup) -> Response {
    let wait = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
    (StatusCode::TOO_MANY_REQUESTS, wait, page).into_response()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_too_soon_is_told_how_long_to_wait() {
        let answer = too_soon(12, html! {});
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.headers()[header::RETRY_AFTER], "12");
        let sentence = |seconds| Refused::TooSoon(seconds).to_string();
        assert!(sentence(12).ends_with("Please wait 12 seconds and try again."));
        assert!(sentence(1).ends_with("Please wait 1 second and try again."));
    }
}
