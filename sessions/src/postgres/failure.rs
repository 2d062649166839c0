//! What PostgreSQL's errors mean for a session, and for whoever starts the program.

use std::error::Error as _;

use deadpool_postgres::{HookError, PoolError};
use tokio_postgres::error::SqlState;
use tower_sessions::session_store;

use crate::Fault;

/// Why the sessions of a PostgreSQL server cannot be used: a whole sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(pub(super) String);

/// The store's error, and the fault that the page will tell.
pub(super) fn reported(cause: &PoolError) -> session_store::Error {
    fault(cause).report(format_args!("PostgreSQL: {}", sentence(cause)))
}

/// How to have a server, for the person at the terminal.
const A_SERVER: &str = "to have a server of your own, run \
    `docker run --rm -p 5432:5432 -e POSTGRES_PASSWORD=secret postgres`, or install your system's package postgresql, \
    and name it like DATABASE_URL=postgres://postgres:secret@127.0.0.1:5432/postgres";

/// Why a program does not start that needs the server at once.
pub(super) fn at_start(cause: &PoolError) -> Error {
    if let PoolError::PostCreateHook(HookError::Message(words)) = cause {
        return Error(words.to_string());
    }
    let cause = sentence(cause);
    Error(format!("PostgreSQL cannot be used ({cause}); {A_SERVER}"))
}

/// The same when the environment names no server.
pub(super) fn no_address() -> Error {
    Error(format!(
        "DATABASE_URL names no PostgreSQL server; {A_SERVER}"
    ))
}

/// What the server said, or what became of the connection to it; `None` when something else is wrong.
fn server(cause: &PoolError) -> Option<&tokio_postgres::Error> {
    match cause {
        PoolError::Backend(cause) | PoolError::PostCreateHook(HookError::Backend(cause)) => {
            Some(cause)
        }
        _ => None,
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn fault(cause: &PoolError) -> Fault {
    let Some(cause) = server(cause) else {
        return match cause {
            PoolError::PostCreateHook(_) => Fault::Broken, // The tables are a newer program's.
            _ => Fault::Unavailable,
        };
    };
    let Some(code) = cause.code() else {
        // The server said nothing: the connection failed, unless it is we who cannot read the answer.
        let connection = cause
            .source()
            .is_none_or(|source| source.is::<std::io::Error>());
        return if connection {
            Fault::Unavailable
        } else {
            Fault::Broken
        };
    };
    match (code, &code.code()[..2]) {
        // Where transactions are serializable, this is how a save learns that another one came first.
        (&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED, _) => {
            Fault::Changed
        }
        // A server that has become a standby takes no writes; soon another one does.
        (&SqlState::READ_ONLY_SQL_TRANSACTION, _) => Fault::Unavailable,
        // The connection, its authorization, resources, a shutdown or a timeout.
        (_, "08" | "53" | "57" | "58") => Fault::Unavailable,
        _ => Fault::Broken,
    }
}

/// "cached plan must not change result type" has no code of its own. Whatever else has this one cannot be done at all, and
/// not the second time either.
pub(super) fn is_outdated(cause: &tokio_postgres::Error) -> bool {
    cause.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED)
}

fn sentence(cause: &PoolError) -> String {
    match (server(cause), cause) {
        (Some(cause), _) => words(cause),
        (None, PoolError::Timeout(_)) => "it did not answer in time".into(),
        (None, PoolError::PostCreateHook(HookError::Message(words))) => words.to_string(),
        (None, other) => other.to_string(),
    }
}

/// What stands behind "db error" and "error connecting to server".
pub(super) fn words(cause: &tokio_postgres::Error) -> String {
    cause
        .source()
        .map_or_else(|| cause.to_string(), ToString::to_string)
}
