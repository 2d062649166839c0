//! Slows down repeated attempts to sign in: per device, per address, per account.
//!
//! After some failures the next attempt has to wait, twice as long each time, up to a limit. Failures are forgotten after
//! a quarter of an hour (OWASP: authentication cheat sheet, login throttling). An attempt that comes too soon is refused
//! unseen: the password is not checked, and the wait becomes no longer.
//!
//! What a guesser can do to the owner of an account is limited, too:
//!
//! - With a browser that she has signed in with before, she does not notice him at all, wherever he is. Her attempts are
//!   counted by that browser alone (OWASP: slow down guessing attacks with device cookies).
//! - With a new browser, she gets in at the latest when her `Retry-After` is over, as long as he guesses from one address
//!   and she comes from another. His address has to wait four times as long as the account, so he cannot take her turn.
//! - With a new browser, while guesses come from many addresses or from her own, she may have to try many times.
//!
//! A guesser with one address gets one guess in two minutes at an account, and one with many addresses two a minute.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::subject::Subject;
use lossless_sessions::sqlite::{Database, Error};

/// How long a failure counts, in seconds.
const FORGOTTEN_AFTER: i64 = 15 * 60;

/// How many rows of forgotten failures a new one deletes. Each failure adds three rows at most, so the table shrinks, and
/// nobody waits while a million rows are deleted.
const SWEPT_AT_ONCE: u32 = 100;

/// How many seconds an attempt comes too soon; 0 if it may come `now`, in UTC seconds.
pub(super) async fn too_soon(
    database: &Database,
    subjects: &[Subject],
    now: i64,
) -> Result<i64, Error> {
    let subjects = subjects.to_vec();
    let query = move |connection: &Connection| {
        let mut waits = subjects.iter().map(|one| wait(connection, one, now));
        waits.try_fold(0, |longest, wait| Ok(longest.max(wait?)))
    };
    database.read(query).await
}

/// Counts an attempt that was seen: as a failure, or as a success that makes earlier failures forgiven.
pub(super) async fn count(
    database: &Database,
    subjects: Vec<Subject>,
    succeeded: bool,
    now: i64,
) -> Result<(), Error> {
    let change = move |connection: &Connection| {
        if succeeded {
            return forgive(connection, &subjects);
        }
        sweep(connection, now)?;
        let mut failures = subjects.iter();
        failures.try_for_each(|subject| add_failure(connection, &subject.name, now))
    };
    database.write(change).await
}

/// The rest of the wait that this subject's failures ask for.
///
/// A failure in the future was counted before somebody set the clock back. It says nothing about the time until then.
fn wait(connection: &Connection, subject: &Subject, now: i64) -> rusqlite::Result<i64> {
    let failed: Option<(u32, i64)> = connection
        .prepare_cached(
            "select failures, latest from failed_sign_in
             where subject = :subject and latest > :now - :forgotten and latest <= :now",
        )?
        .query_row(
            named_params! { ":subject": subject.name, ":now": now, ":forgotten": FORGOTTEN_AFTER },
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    Ok(failed.map_or(0, |(failures, latest)| {
        (latest + subject.limit.wait_after(failures) - now).max(0)
    }))
}

fn add_failure(connection: &Connection, subject: &str, now: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "insert into failed_sign_in (subject, failures, latest) values (:subject, 1, :now)
             on conflict (subject) do update set
                 failures = iif(latest > :now - :forgotten and latest <= :now, failures + 1, 1),
                 latest = :now",
        )?
        .execute(named_params! { ":subject": subject, ":now": now, ":forgotten": FORGOTTEN_AFTER })
        .map(drop)
}

fn forgive(connection: &Connection, subjects: &[Subject]) -> rusqlite::Result<()> {
    let mut delete = connection.prepare_cached("delete from failed_sign_in where subject = ?")?;
    let mut forgiven = subjects.iter().filter(|subject| subject.limit.forgiven);
    forgiven.try_for_each(|subject| delete.execute([&subject.name]).map(drop))
}

const SWEEP: &str = "delete from failed_sign_in where subject in (
    select subject from failed_sign_in where latest <= :now - :forgotten order by latest limit :most)";

/// Deletes some of the failures that are forgotten, the oldest first.
fn sweep(connection: &Connection, now: i64) -> rusqlite::Result<usize> {
    connection.prepare_cached(SWEEP)?.execute(named_params! {
        ":now": now, ":forgotten": FORGOTTEN_AFTER, ":most": SWEPT_AT_ONCE
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::subject::{ADDRESS, of_known, of_stranger},
        *,
    };
    use crate::Library;

    /// A throttle whose clock is set by the test.
    struct Simulated(Database);

    impl Simulated {
        fn new() -> Self {
            Self(Library::in_memory().unwrap().database().clone())
        }

        async fn too_soon(&self, subjects: &[Subject], now: i64) -> i64 {
            too_soon(&self.0, subjects, now).await.unwrap()
        }

        /// Guesses if that is allowed.
        async fn guess(&self, subjects: &[Subject], now: i64) -> bool {
            let allowed = self.too_soon(subjects, now).await == 0;
            if allowed {
                count(&self.0, subjects.to_vec(), false, now).await.unwrap();
            }
            allowed
        }
    }

    fn from(address: &str) -> Vec<Subject> {
        of_stranger("ann", Some(address.parse().unwrap()))
    }

    /// F25: whenever she comes, she is let in at once or when the time is over that she was told.
    #[tokio::test]
    async fn the_owner_who_obeys_gets_in_while_one_address_guesses() {
        let throttle = Simulated::new();
        let (his, hers) = (from("192.0.2.1"), from("203.0.113.5"));
        let (mut guesses, mut told) = (0, Vec::new());
        for now in 0..3_600 {
            // The clock counts seconds, so twenty guesses in one get no further than two.
            for _ in 0..2 {
                guesses += u32::from(throttle.guess(&his, now).await);
            }
            for promised in told.extract_if(.., |promised| *promised == now) {
                let wait = throttle.too_soon(&hers, now).await;
                assert_eq!(wait, 0, "the promise was {promised}");
            }
            told.push(now + throttle.too_soon(&hers, now).await);
        }
        assert!((25..=40).contains(&guesses), "{guesses} guesses in an hour");
        assert!(throttle.too_soon(&of_known("device 1".into()), 3_600).await == 0);
    }

    #[tokio::test]
    async fn a_guess_that_is_refused_unseen_makes_the_wait_no_longer() {
        let throttle = Simulated::new();
        let his = from("192.0.2.1");
        for _ in 0..3 {
            assert!(throttle.guess(&his, 100).await);
        }
        for now in 100..105 {
            assert!(!throttle.guess(&his, now).await);
            assert_eq!(throttle.too_soon(&his, now).await, 105 - now);
        }
        assert!(throttle.guess(&his, 105).await);
        assert_eq!(throttle.too_soon(&his, 105).await, 10);
    }

    #[tokio::test]
    async fn one_address_that_tries_many_accounts_is_slowed_down_and_locks_none_of_them() {
        let throttle = Simulated::new();
        let address = Some("192.0.2.1".parse().unwrap());
        let mut seen = 0;
        for number in 0..100 {
            let subjects = of_stranger(&format!("account{number}"), address);
            seen += u32::from(throttle.guess(&subjects, 100).await);
        }
        assert_eq!(seen, ADDRESS.free);
        for number in 0..100 {
            let elsewhere = Some("203.0.113.5".parse().unwrap());
            let owner = of_stranger(&format!("account{number}"), elsewhere);
            assert_eq!(throttle.too_soon(&owner, 100).await, 0);
        }
    }

    #[tokio::test]
    async fn failures_that_a_clock_has_left_in_the_future_lock_nobody() {
        const DAY: i64 = 24 * 60 * 60;
        let throttle = Simulated::new();
        let hers = from("203.0.113.5");
        for _ in 0..3 {
            assert!(throttle.guess(&hers, DAY).await);
        }
        assert_eq!(throttle.too_soon(&hers, 100).await, 0);
        for _ in 0..3 {
            assert!(throttle.guess(&hers, 100).await);
        }
        assert_eq!(throttle.too_soon(&hers, 100).await, 5, "as after any three");
    }

    #[tokio::test]
    async fn a_failure_touches_a_bounded_number_of_rows_however_many_there_are() {
        let throttle = Simulated::new();
        let work = |connection: &Connection| {
            connection.execute_batch(
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
                 insert into failed_sign_in select 'account ' || i, 1, i from n",
            )?;
            assert_eq!(sweep(connection, 100_000)?, SWEPT_AT_ONCE as usize);
            let mut plan = connection.prepare(&format!("explain query plan {SWEEP}"))?;
            let steps = plan.query_map(
                named_params! { ":now": 0, ":forgotten": 0, ":most": 0 },
                |row| row.get::<_, String>("detail"),
            )?;
            steps.collect::<Result<Vec<_>, _>>()
        };
        let steps = throttle.0.write(work).await.unwrap();
        assert!(
            steps
                .iter()
                .any(|step| step.contains("failed_sign_in_by_time")),
            "{steps:?}"
        );
        assert!(
            !steps.iter().any(|step| step.starts_with("SCAN")),
            "{steps:?}"
        );
    }
}
