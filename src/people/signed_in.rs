//! Who is signed in, as the visitor's session says.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{Method, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use tower_sessions::Session;

use super::{Person, next::leading_back};
use crate::{Error, Library};
use lossless_sessions::{AUTH_HASH, PERSON, SessionExt};

/// A handler that takes a `Person` is for people who are signed in. Anybody else is sent to the sign-in form, and from
/// there back to the page. Django: `@login_required`.
impl FromRequestParts<Library> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, library: &Library) -> Result<Self, Response> {
        let person = Option::<Self>::from_request_parts(parts, library).await?;
        person.ok_or_else(|| to_sign_in(parts).into_response())
    }
}

/// A handler that takes an `Option<Person>` is for everybody, and gets to know who is signed in. Django: `request.user`.
impl OptionalFromRequestParts<Library> for Person {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        library: &Library,
    ) -> Result<Option<Self>, Response> {
        let session = Session::from_request_parts(parts, library).await;
        let session = session.map_err(IntoResponse::into_response)?;
        let person = signed_in(library, &session).await;
        person.map_err(IntoResponse::into_response)
    }
}

/// The person who is signed in.
///
/// A session whose person has no account any more, or has another password by now, is flushed. Otherwise somebody who
/// was signing in with the old password while it was changed would stay.
async fn signed_in(library: &Library, session: &Session) -> Result<Option<Person>, Error> {
    let Some(id) = session.get(PERSON).await? else {
        return Ok(None);
    };
    let auth_hash: String = session.get_or(AUTH_HASH, String::new()).await?;
    let person = library.person(id, auth_hash).await?;
    if person.is_none() {
        session.flush_and_cycle().await?;
    }
    Ok(person)
}

/// The sign-in form, which leads back to a page that somebody has asked for. What a form wanted to do is not repeated.
fn to_sign_in(parts: &Parts) -> Redirect {
    match parts.method {
        Method::GET => Redirect::to(&leading_back("/sign-in", &parts.uri)),
        _ => Redirect::to("/sign-in"),
    }
}

/// Flushes the session if somebody else is signed in there, so that this person inherits nothing. What an anonymous
/// visitor has stored stays. Django: `login` does the same.
///
/// It is also flushed if this person has signed in there with another password, because that may not have been this
/// person.
///
/// # Errors
/// [`Error`] when the session cannot be read or deleted.
pub async fn flush_if_of_another(session: &Session, person: &Person) -> Result<(), Error> {
    let Some(id) = session.get_value(PERSON).await? else {
        return Ok(());
    };
    let auth_hash = session.get_value(AUTH_HASH).await?;
    let is_same = id == person.id && auth_hash.is_some_and(|hash| hash == person.auth_hash);
    if !is_same {
        session.flush_and_cycle().await?;
    }
    Ok(())
}
