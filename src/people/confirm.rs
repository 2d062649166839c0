//! The password again, before something that matters.
//!
//! A session says who signed in, and not who sits there now. With the second cookie of `remember`, that may be weeks ago.

use axum::{
    Router,
    extract::{FromRequestParts, State},
    http::{Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use lossless_sessions::SessionExt;
use maud::{Markup, html};
use serde::Deserialize;
use tower_sessions::{
    Session,
    cookie::time::{Duration, OffsetDateTime},
};

use super::{Next, Person, Refused, next::leading_back, sign_in::too_soon};
use crate::{
    Error, Library,
    form::{Form, Query, SHORT_TEXT},
    page,
};

/// The session's key for the moment at which the password was given, in UTC seconds.
pub const CONFIRMED: &str = "confirmed";

/// How long the password counts as just given.
const RECENT: Duration = Duration::minutes(5);

/// A handler that takes a `Confirmed` is for a person who has just given the password. Anybody else is asked for it, and
/// sent back to the page. What a form wanted to do is not repeated.
pub struct Confirmed(pub Person);

impl FromRequestParts<Library> for Confirmed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, library: &Library) -> Result<Self, Response> {
        let Some(person) = Option::<Person>::from_request_parts(parts, library).await? else {
            return Err(Redirect::to(&leading_back("/sign-in", &page(parts))).into_response());
        };
        let session = Session::from_request_parts(parts, library).await;
        let session = session.map_err(IntoResponse::into_response)?;
        let given: i64 = session
            .get_or(CONFIRMED, 0)
            .await
            .map_err(|cause| Error::from(cause).into_response())?;
        let ago = OffsetDateTime::now_utc().unix_timestamp() - given;
        if (0..RECENT.whole_seconds()).contains(&ago) {
            return Ok(Self(person));
        }
        Err(Redirect::to(&leading_back("/confirm", &page(parts))).into_response())
    }
}

/// The page that was asked for, or the one that the form is on, as the browser says. Whatever it says, [`Next`] leads to a
/// page of this site.
fn page(parts: &Parts) -> Uri {
    if parts.method == Method::GET {
        return parts.uri.clone();
    }
    let page = parts.headers.get(header::REFERER);
    page.and_then(|page| page.as_bytes().try_into().ok())
        .unwrap_or_default()
}

/// Notes in the session that the password was just given.
///
/// # Errors
/// [`Error`] when the session cannot be read.
pub async fn password_given(session: &Session) -> Result<(), Error> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    Ok(session.insert(CONFIRMED, now).await?)
}

/// The page that asks for the password.
pub(super) fn pages() -> Router<Library> {
    Router::new().route("/confirm", get(confirm_page).post(confirm))
}

/// What the form sends.
#[derive(Deserialize)]
struct Given {
    password: String,
    #[serde(flatten)]
    next: Next,
}

async fn confirm_page(person: Person, Query(next): Query<Next>) -> Markup {
    form(&person, &next, None)
}

fn form(person: &Person, next: &Next, refused: Option<&Refused>) -> Markup {
    let content = html! {
        @if let Some(refused) = refused { p.refused role="alert" { (refused) } }
        p { "Please enter the password of " strong { (person.name) } " once more." }
        form.fields method="post" action="/confirm" {
            input type="hidden" name="next" value=(next.path());
            label for="password" { "Password" }
            input #password type="password" name="password" required maxlength=(SHORT_TEXT)
                autocomplete="current-password";
            button { "Go on" }
        }
    };
    page::layout("Your password, please", content)
}

async fn confirm(
    State(library): State<Library>,
    session: Session,
    person: Person,
    Form(typed): Form<Given>,
) -> Result<Response, Error> {
    if let Err(refused) = library.confirm(&person, &typed.password).await? {
        let page = form(&person, &typed.next, Some(&refused));
        return Ok(match refused {
            Refused::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
            Refused::TooSoon(seconds) => too_soon(seconds, page),
        });
    }
    // The session may do more from now on, so it gets a new id.
    session.cycle_key().await?;
    password_given(&session).await?;
    Ok(typed.next.redirect().into_response())
}
