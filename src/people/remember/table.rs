//! The table of browsers that stay signed in, and what a cookie of theirs is worth.

use lossless_sessions::sqlite::end_with;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use tower_sessions::cookie::time::Duration;

use super::{
    super::{Person, secret::Secret},
    token::Token,
};

/// The session's key for the number of the row that it began with.
pub(super) const FAMILY: &str = "remembered";

/// How many seconds the cookie lives without being used, and how many in all.
pub(super) const IDLE: i64 = Duration::weeks(2).whole_seconds();
const ABSOLUTE: i64 = Duration::days(90).whole_seconds();

/// For how many seconds a cookie that was replaced is still good. A browser that is opened with many tabs sends it with
/// each of them.
const GRACE: i64 = 30;

/// What a signature is for: the table keeps one of each proof, and one makes the next proof.
const KEPT: &str = "remember kept";
const NEXT: &str = "remember next";

/// How many rows of cookies that have expired a new one deletes, the oldest first.
const SWEPT_AT_ONCE: u32 = 100;

/// What a cookie is worth.
pub(super) enum Worth {
    /// It was given to this person's browser, and has been replaced.
    Good(Renewed),
    /// It was replaced before, so two browsers have it. All that began with it has ended.
    Copied,
    /// No row has it: the person has signed out, or it has expired.
    Nothing,
}

/// What comes of a good cookie.
pub(super) struct Renewed {
    /// The number of its row.
    pub family: i64,
    pub person: i64,
    /// The mark of the password with which it began.
    pub auth_hash: String,
    /// The next cookie.
    pub token: Token,
    /// How long it may live, in seconds.
    pub age: i64,
}

/// A row, as far as it matters here.
struct Family {
    id: i64,
    proof: String,
    previous: Option<String>,
    created: i64,
    rotated: i64,
    person: i64,
    auth_hash: String,
}

impl TryFrom<&Row<'_>> for Family {
    type Error = rusqlite::Error;

    fn try_from(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            proof: row.get("proof")?,
            previous: row.get("previous")?,
            created: row.get("created")?,
            rotated: row.get("rotated")?,
            person: row.get("person_id")?,
            auth_hash: row.get("auth_hash")?,
        })
    }
}

/// Makes a row for a browser; returns its number.
pub(super) fn add(
    connection: &Connection,
    secret: &Secret,
    token: &Token,
    person: &Person,
    device: &str,
    now: i64,
) -> rusqlite::Result<i64> {
    connection
        .prepare_cached(
            "delete from remembered where id in (
                 select id from remembered where rotated <= :now - :idle order by rotated limit :most)",
        )?
        .execute(named_params! { ":now": now, ":idle": IDLE, ":most": SWEPT_AT_ONCE })?;
    connection
        .prepare_cached(
            "insert into remembered (person_id, auth_hash, device, selector, proof, created, rotated)
             values (:person, :auth_hash, :device, :selector, :proof, :now, :now)",
        )?
        .execute(named_params! {
            ":person": person.id,
            ":auth_hash": person.auth_hash,
            ":device": device,
            ":selector": token.selector,
            ":proof": secret.sign(KEPT, &token.proof),
            ":now": now,
        })?;
    Ok(connection.last_insert_rowid())
}

/// Replaces a cookie by the next one.
///
/// The next proof is computed from this one, with the site's key. So if two requests of a browser bring the same cookie, or
/// the answer to one of them is lost, each of them gets the same next cookie, as long as [`GRACE`] lasts. After that, a cookie
/// that was replaced is a copy. It may be the thief who still has it, or the owner, if the thief was faster. So everything
/// that began with it ends.
pub(super) fn redeem(
    connection: &Connection,
    secret: &Secret,
    token: &Token,
    now: i64,
) -> rusqlite::Result<Worth> {
    let family: Option<Family> = connection
        .prepare_cached("select * from remembered where selector = ?")?
        .query_row([&token.selector], |row| row.try_into())
        .optional()?;
    let Some(family) = family else {
        return Ok(Worth::Nothing);
    };
    let age = (family.created + ABSOLUTE - now).min(IDLE);
    if age <= 0 || now - family.rotated >= IDLE {
        end(connection, family.id, family.person)?;
        return Ok(Worth::Nothing);
    }
    let next = Token {
        selector: token.selector.clone(),
        proof: secret.sign(NEXT, &token.proof),
    };
    let was = |kept: &str| secret.has_signed(KEPT, &token.proof, kept);
    let is_recent = (0..GRACE).contains(&(now - family.rotated));
    if was(&family.proof) {
        replace(connection, family.id, &secret.sign(KEPT, &next.proof), now)?;
    } else if !(is_recent && family.previous.is_some_and(|kept| was(&kept))) {
        end(connection, family.id, family.person)?;
        return Ok(Worth::Copied);
    }
    Ok(Worth::Good(Renewed {
        family: family.id,
        person: family.person,
        auth_hash: family.auth_hash,
        token: next,
        age,
    }))
}

fn replace(connection: &Connection, family: i64, proof: &str, now: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "update remembered set previous = proof, proof = :proof, rotated = :now where id = :id",
        )?
        .execute(named_params! { ":proof": proof, ":now": now, ":id": family })
        .map(drop)
}

/// Whether the row of this number is still there.
pub(super) fn is_there(connection: &Connection, family: i64) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("select 1 from remembered where id = ?")?
        .exists([family])
}

/// Ends what began with this cookie, whichever of its successors it is.
pub(super) fn end_by(connection: &Connection, selector: &str) -> rusqlite::Result<()> {
    let family = connection
        .prepare_cached("select id, person_id from remembered where selector = ?")?
        .query_row([selector], |row| row.try_into())
        .optional()?;
    family.map_or(Ok(()), |(family, person)| end(connection, family, person))
}

/// Deletes the row of a person's browser, and ends the sessions that began with it.
pub(super) fn end(connection: &Connection, family: i64, person: i64) -> rusqlite::Result<()> {
    end_with(connection, person, FAMILY, family)?;
    connection
        .prepare_cached("delete from remembered where id = :family and person_id = :person")?
        .execute(named_params! { ":family": family, ":person": person })
        .map(drop)
}

/// Deletes all rows of a person but the one with this number.
pub(in super::super) fn end_all(
    connection: &Connection,
    person: i64,
    own: Option<i64>,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("delete from remembered where person_id = :person and id is not :own")?
        .execute(named_params! { ":person": person, ":own": own })
        .map(drop)
}

/// The browsers in which a person stays signed in, the latest first: the number, the device, and when it was last used.
pub(super) fn list(
    connection: &Connection,
    person: i64,
    now: i64,
) -> rusqlite::Result<Vec<(i64, String, i64)>> {
    connection
        .prepare_cached(
            "select id, device, rotated from remembered
             where person_id = :person and rotated > :now - :idle and created > :now - :absolute
             order by rotated desc limit 50",
        )?
        .query_map(
            named_params! { ":person": person, ":now": now, ":idle": IDLE, ":absolute": ABSOLUTE },
            |row| row.try_into(),
        )?
        .collect()
}
