//! A second cookie, with which somebody stays signed in when the session has ended.
//!
//! A session is short, because its id is worth everything while it lasts. The second cookie lives for weeks, and is worth
//! less: each use replaces it, and when one comes that was replaced before, two browsers have it, and all that began with
//! it ends. It never counts as the password (see `confirm`).
//!
//! It has two halves. The selector finds the row, and the proof is compared with what the row keeps, which is a keyed hash.
//! So whoever reads the table has no cookie, and the time of a comparison says nothing about the proof.
//!
//! ```text
//! table   what the database keeps, and what a cookie is worth
//! token   the cookie
//! pages   the browsers that stay signed in, on the page of my sessions
//! ```

mod pages;
pub(super) mod table;
pub(super) mod token;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use lossless_sessions::{AUTH_HASH, DEVICE, PERSON, SessionExt, sqlite as database};
use rusqlite::Connection;
use tower_sessions::{Session, cookie::time::OffsetDateTime};

use super::{Client, Credentials, Person, secret::Secret};
use crate::{Error, Library};
pub(super) use pages::{browsers, detach};
pub use pages::{pages, sign_in_form};
use table::{FAMILY, IDLE, Renewed, Worth};
pub use token::Stay;
use token::{COOKIE, SetCookie, Token, removal, set_cookie};

impl Library {
    /// Lets a person who has just signed in stay signed in with this browser, if that is wanted. Whoever was remembered
    /// there before no longer is. Call it when the session has its new id, and send the header with the answer.
    ///
    /// # Errors
    /// [`Error`], here and below, when the session or the database cannot be reached.
    pub async fn remember(
        &self,
        session: &Session,
        person: &Person,
        client: &Client,
        typed: &Credentials,
    ) -> Result<SetCookie, Error> {
        let forgotten = self.forget(client).await?;
        if typed.stay != Stay::Yes {
            session.remove_value(FAMILY).await?;
            return Ok(forgotten);
        }
        let secret = Secret::of(self.database()).await?;
        let token = Token::new();
        let cookie = token.cookie(IDLE);
        let (person, device, now) = (person.clone(), client.device.clone(), now());
        let change = move |connection: &Connection| {
            table::add(connection, &secret, &token, &person, &device, now)
        };
        let family = self.database().write(change).await?;
        session.insert(FAMILY, family).await?;
        Ok(set_cookie(Some(cookie)))
    }

    /// Ends what began with this browser's cookie. The header removes the cookie.
    async fn forget(&self, client: &Client) -> Result<SetCookie, Error> {
        let Some(token) = token(client) else {
            return Ok(set_cookie(None));
        };
        let change = move |connection: &Connection| table::end_by(connection, &token.selector);
        self.database().write(change).await?;
        Ok(set_cookie(Some(removal())))
    }

    /// Ends what began with this row of a person.
    async fn end(&self, person: i64, family: Option<i64>) -> Result<(), database::Error> {
        let Some(family) = family else {
            return Ok(());
        };
        let change = move |connection: &Connection| table::end(connection, family, person);
        self.database().write(change).await
    }

    async fn redeem(&self, token: Token) -> Result<Worth, database::Error> {
        let secret = Secret::of(self.database()).await?;
        let now = now();
        let change = move |connection: &Connection| table::redeem(connection, &secret, &token, now);
        self.database().write(change).await
    }
}

/// What the browser has brought, if it stays signed in.
fn token(client: &Client) -> Option<Token> {
    client.remembered.as_deref().map(Token::read)
}

fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

/// Signs in whoever comes without a person in the session and with a cookie that is still good. Forgets a browser when its
/// person signs out.
///
/// Add it with `axum::middleware::from_fn_with_state(library, stay_signed_in)`, inside the session layer.
///
/// # Errors
/// [`Error`] when the session or the database cannot be reached.
pub async fn stay_signed_in(
    State(library): State<Library>,
    session: Session,
    client: Client,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let cookie = match worth(&library, &session, &client).await? {
        None => None,
        Some(Worth::Nothing) => Some(removal()),
        Some(Worth::Good(renewed)) => Some(sign_in(&library, &session, &client, renewed).await?),
        Some(Worth::Copied) => {
            tracing::warn!("a cookie came that was replaced before; what began with it has ended");
            let refusal = Error::Request(StatusCode::FORBIDDEN, COPIED.into());
            return Ok((set_cookie(Some(removal())), refusal).into_response());
        }
    };
    let person: Option<i64> = session.get(PERSON).await?;
    let family: Option<i64> = session.get(FAMILY).await?;
    let answer = next.run(request).await;
    if sets_it(answer.headers()) {
        return Ok(answer);
    }
    // Whoever has just signed out wants to come back with the password only, even if the browser has lost the cookie.
    if let Some(person) = person
        && !session.contains(PERSON).await?
    {
        library.end(person, family).await?;
        return Ok((library.forget(&client).await?, answer).into_response());
    }
    Ok((set_cookie(cookie), answer).into_response())
}

/// What the owner reads, who may be the second to come.
const COPIED: &str = "Somebody has used a copy of what kept you signed in here, so it has ended in every browser that had it. \
                      Please sign in again. If you cannot explain this, change your password.";

/// Whether the handler has set the cookie, as a sign-in does.
fn sets_it(headers: &HeaderMap) -> bool {
    let start = format!("{COOKIE}=");
    let mut cookies = headers.get_all(header::SET_COOKIE).iter();
    cookies.any(|cookie| cookie.as_bytes().starts_with(start.as_bytes()))
}

/// What the browser's cookie is worth, if it is needed.
async fn worth(
    library: &Library,
    session: &Session,
    client: &Client,
) -> Result<Option<Worth>, Error> {
    if session.contains(PERSON).await? && !has_ended(library, session).await? {
        return Ok(None);
    }
    match token(client) {
        Some(token) => Ok(Some(library.redeem(token).await?)),
        None => Ok(None),
    }
}

/// Whether the row that a session began with is gone. Its sessions were ended with it, but one that was just beginning may
/// have been stored after that. So it is flushed here.
async fn has_ended(library: &Library, session: &Session) -> Result<bool, Error> {
    let Some(family) = session.get(FAMILY).await? else {
        return Ok(false);
    };
    let query = move |connection: &Connection| table::is_there(connection, family);
    let has_ended = !library.database().read(query).await?;
    if has_ended {
        session.flush_and_cycle().await?;
    }
    Ok(has_ended)
}

/// Signs in without a password: there is a new person, so there is a new id. Returns the next cookie.
async fn sign_in(
    library: &Library,
    session: &Session,
    client: &Client,
    renewed: Renewed,
) -> Result<HeaderValue, Error> {
    let person = library.person(renewed.person, renewed.auth_hash).await?;
    let Some(person) = person else {
        return Ok(removal());
    };
    session.cycle_key().await?;
    session.insert(PERSON, person.id).await?;
    session.insert(AUTH_HASH, person.auth_hash).await?;
    session.insert(DEVICE, &client.device).await?;
    session.insert(FAMILY, renewed.family).await?;
    Ok(renewed.token.cookie(renewed.age))
}
