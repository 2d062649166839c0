//! Connections to PostgreSQL: how many there are, how long they are waited for, what they are told.

use std::time::Duration;

use deadpool_postgres::{Hook, Manager, Object, Pool, PoolError, TimeoutType};
use futures_util::{future::try_join_all, join};
use tokio::{
    sync::OnceCell,
    time::{Instant, timeout_at},
};
use tokio_postgres::{Row, types::ToSql};
use tower_sessions::session_store;

#[cfg(feature = "rustls")]
use super::tls;
use super::{address, failure, failure::Error, schema};

/// How many connections one process has at most. A server gives out a hundred by default, among all processes.
const LARGEST_POOL: usize = 8;

/// How long a load or a save may take in all: waiting for a connection, making it, the statement. A page makes
/// one of each, so its visitor has an answer within three seconds, whatever has become of the server.
const PATIENCE: Duration = Duration::from_millis(1_400);

/// What stands for `$1` in a statement.
pub(super) type Parameter<'a> = &'a (dyn ToSql + Sync);

/// What stands for `$1`, `$2`, ...
pub(super) type Parameters<'a> = &'a [Parameter<'a>];

#[derive(Debug)]
pub(super) struct Connections {
    pool: Pool,
    /// Whether the tables are there, in a pool whose connections do not see to it themselves.
    tables: OnceCell<()>,
}

impl Connections {
    /// To the server of this address. Each is made when it is needed, and makes or checks the tables first.
    pub fn to(url: &str) -> Result<Self, Error> {
        let pool = Pool::builder(manager(url)?)
            .max_size(LARGEST_POOL)
            .post_create(Hook::async_fn(|client, _| Box::pin(schema::set_up(client))))
            .build();
        pool.map(|pool| Self {
            pool,
            tables: OnceCell::new_with(Some(())),
        })
        .map_err(|cause| Error(cause.to_string()))
    }

    /// In a pool of the application.
    pub fn of(pool: Pool) -> Self {
        Self {
            pool,
            tables: OnceCell::new(),
        }
    }

    async fn get(&self) -> Result<Object, PoolError> {
        let connection = self.pool.get().await?;
        let tables = self.tables.get_or_try_init(|| schema::set_up(&connection));
        tables.await.map_err(PoolError::PostCreateHook)?;
        Ok(connection)
    }

    /// Makes a connection, or says at the start of a program why it cannot be made.
    pub async fn try_one(&self) -> Result<(), Error> {
        let connection = within_patience(self.get()).await;
        connection
            .map(drop)
            .map_err(|cause| failure::at_start(&cause))
    }

    /// Runs one statement, which each connection prepares once, and returns its row if it has one.
    pub async fn query(
        &self,
        statement: &str,
        parameters: Parameters<'_>,
    ) -> session_store::Result<Option<Row>> {
        Ok(self.rows(statement, parameters).await?.pop())
    }

    /// Runs one statement, and returns all its rows.
    pub async fn rows(
        &self,
        statement: &str,
        parameters: Parameters<'_>,
    ) -> session_store::Result<Vec<Row>> {
        let rows = self.query_each(statement, &[parameters]).await;
        rows.map(|each| each.into_iter().flatten().collect())
            .map_err(|cause| failure::reported(&cause))
    }

    /// Runs one statement with each of these parameters, as one transaction and in one round trip.
    ///
    /// The server refuses a statement whose columns have changed their types since this connection prepared it, and has then
    /// done nothing, not even another statement of the transaction. So it is prepared anew, and run once more.
    pub async fn query_each(
        &self,
        statement: &str,
        parameters: &[Parameters<'_>],
    ) -> Result<Vec<Vec<Row>>, PoolError> {
        let deadline = Instant::now() + PATIENCE;
        let connection = within(deadline, self.get()).await?;
        let rows = within(deadline, async {
            let rows = run(&connection, statement, parameters).await;
            if !rows.as_ref().is_err_and(failure::is_outdated) {
                return rows;
            }
            connection.statement_cache.remove(statement, &[]);
            run(&connection, statement, parameters).await
        });
        let rows = rows.await;
        keep_if_sound(connection, &rows);
        rows
    }
}

/// What connects to the server of this address. The server, too, gives up a statement that nobody waits for any more.
fn manager(url: &str) -> Result<Manager, Error> {
    let (mut config, settings) = address::read(url)?;
    let options = config.get_options().unwrap_or_default();
    let options = format!("-c statement_timeout={} {options}", PATIENCE.as_millis());
    config.options(options);
    #[cfg(feature = "rustls")]
    return tls::manager(config, &settings);
    #[cfg(not(feature = "rustls"))]
    return {
        let _ = settings; // They do not ask for TLS, or the address would have been refused.
        Ok(Manager::new(config, tokio_postgres::NoTls))
    };
}

async fn run(
    connection: &Object,
    statement: &str,
    parameters: &[Parameters<'_>],
) -> Result<Vec<Vec<Row>>, tokio_postgres::Error> {
    let prepared = connection.prepare_cached(statement).await?;
    let each = parameters.iter();
    let each = try_join_all(each.map(|row| connection.query(&prepared, row)));
    if parameters.len() == 1 {
        return each.await; // A statement alone is a transaction.
    }
    // All of it is on its way before the first answer is waited for.
    let (begun, rows, committed) = join!(
        connection.batch_execute("begin"),
        each,
        connection.batch_execute("commit")
    );
    begun.and(committed).and(rows)
}

/// What went wrong may go wrong on this connection for ever, or never end: the next statement gets another one.
fn keep_if_sound<T>(connection: Object, outcome: &Result<T, PoolError>) {
    if outcome.is_err() {
        drop(Object::take(connection));
    }
}

/// Waits as long as a page can afford.
pub(super) async fn within_patience<T>(
    work: impl Future<Output = Result<T, PoolError>>,
) -> Result<T, PoolError> {
    within(Instant::now() + PATIENCE, work).await
}

async fn within<T, E: Into<PoolError>>(
    deadline: Instant,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, PoolError> {
    let Ok(done) = timeout_at(deadline, work).await else {
        return Err(PoolError::Timeout(TimeoutType::Wait));
    };
    done.map_err(Into::into)
}
