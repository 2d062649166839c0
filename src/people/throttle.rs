//! Slows down repeated attempts to sign in, per account and per address.
//!
//! After some failures the next attempt has to wait, twice as long each time, but never longer than half a minute. So a
//! program gets two guesses a minute, and the owner of the account is not locked out for good, but has to wait for a turn
//! as well. Failures are forgotten after a quarter of an hour (OWASP: authentication cheat sheet, login throttling).

use std::net::{IpAddr, Ipv6Addr};

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::{
    database::{Database, Error},
    form::SHORT_TEXT,
};

/// How many attempts on one account need not wait.
const FREE_PER_ACCOUNT: u32 = 3;

/// How many attempts from one address need not wait; a whole office may share one.
const FREE_PER_ADDRESS: u32 = 20;

/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 30;

/// How long a failure counts, in seconds.
const FORGOTTEN_AFTER: i64 = 15 * 60;

/// What attempts are counted by.
#[derive(Clone)]
pub(super) struct Subject {
    /// Its name in the table.
    name: String,
    /// How many attempts need not wait.
    free: u32,
    /// Whether a success wipes out all earlier failures.
    forgiven: bool,
}

/// An attempt is counted by its account and, if that is known, by its address.
///
/// A stranger chooses the name, and the table keeps it for a while, so only as much of it counts as an account may have.
pub(super) fn subjects(account: &str, address: Option<IpAddr>) -> Vec<Subject> {
    let account: String = account.chars().take(SHORT_TEXT).collect();
    let account = Subject {
        name: format!("account {account}"),
        free: FREE_PER_ACCOUNT,
        forgiven: true,
    };
    let address = address.map(|address| Subject {
        name: format!("address {}", network(address)),
        free: FREE_PER_ADDRESS,
        forgiven: false,
    });
    [Some(account), address].into_iter().flatten().collect()
}

/// What one customer of a provider has: an IPv4 address, or the 2^64 addresses of an IPv6 network (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
        ipv4 => ipv4,
    }
}

/// Begins an attempt, or tells how many seconds it comes too soon.
///
/// From now on it counts as failed, until it has succeeded. So a thousand attempts at once count as a thousand failures.
pub(super) async fn begin(
    database: &Database,
    subjects: &[Subject],
) -> Result<Result<(), i64>, Error> {
    let subjects = subjects.to_vec();
    let change = move |connection: &Connection| {
        let now: i64 = connection.query_row("select unixepoch()", [], |row| row.get(0))?;
        let mut wait = 0;
        for subject in &subjects {
            wait = wait.max(too_soon(connection, subject, now)?);
        }
        if wait > 0 {
            return Ok(Err(wait));
        }
        for subject in &subjects {
            count(connection, &subject.name, now)?;
        }
        Ok(Ok(()))
    };
    database.write(change).await
}

/// The attempt no longer counts as failed, and the account's earlier failures are forgotten, because its owner is back.
///
/// Earlier failures from this address still count. Otherwise somebody who has an account could sign in now and then, and
/// guess the passwords of other accounts in between.
pub(super) async fn succeeded(database: &Database, subjects: Vec<Subject>) -> Result<(), Error> {
    let change = move |connection: &Connection| {
        for subject in &subjects {
            let sql = if subject.forgiven {
                "delete from failed_sign_in where subject = ?"
            } else {
                "update failed_sign_in set failures = failures - 1 where subject = ?"
            };
            connection.prepare_cached(sql)?.execute([&subject.name])?;
        }
        Ok(())
    };
    database.write(change).await
}

/// How many seconds too soon an attempt comes; 0 if it may come now.
fn too_soon(connection: &Connection, subject: &Subject, now: i64) -> rusqlite::Result<i64> {
    let failed: Option<(u32, i64)> = connection
        .prepare_cached(
            "select failures, latest from failed_sign_in
             where subject = :subject and latest > :now - :forgotten",
        )?
        .query_row(
            named_params! { ":subject": subject.name, ":now": now, ":forgotten": FORGOTTEN_AFTER },
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((failures, latest)) = failed else {
        return Ok(0);
    };
    Ok((latest + wait_after(failures, subject.free))
        .saturating_sub(now)
        .max(0))
}

/// The wait after this many failures, in seconds: none at first, then 5, 10, 20, 30.
fn wait_after(failures: u32, free: u32) -> i64 {
    match failures.checked_sub(free) {
        None => 0,
        Some(more) => 5_i64
            .saturating_mul(2_i64.saturating_pow(more))
            .min(LONGEST_WAIT),
    }
}

/// Counts a failure, and deletes those that are old enough to be forgotten.
fn count(connection: &Connection, subject: &str, now: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("delete from failed_sign_in where latest <= :now - :forgotten")?
        .execute(named_params! { ":now": now, ":forgotten": FORGOTTEN_AFTER })?;
    connection
        .prepare_cached(
            "insert into failed_sign_in (subject, failures, latest) values (:subject, 1, :now)
             on conflict (subject) do update set failures = failures + 1, latest = :now",
        )?
        .execute(named_params! { ":subject": subject, ":now": now })
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever has an IPv6 network could otherwise guess from another address each time.
    #[test]
    fn all_addresses_of_one_ipv6_network_count_as_one() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
    }

    #[test]
    fn a_name_takes_no_more_room_than_an_account_may() {
        let [account] = &subjects(&"é".repeat(10_000), None)[..] else {
            panic!("one subject")
        };
        assert_eq!(account.name.chars().count(), "account ".len() + SHORT_TEXT);
    }

    #[test]
    fn waits_double_and_end_at_half_a_minute() {
        let waits: Vec<_> = (0..10).map(|failures| wait_after(failures, 3)).collect();
        assert_eq!(waits, [0, 0, 0, 5, 10, 20, 30, 30, 30, 30]);
    }
}
