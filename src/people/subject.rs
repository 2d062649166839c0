//! What attempts to sign in are counted by, and how many may fail.

use std::net::{IpAddr, Ipv6Addr};

use crate::form::SHORT_TEXT;

/// How many failures are allowed, and what comes then.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    /// After this many failures the next attempt has to wait.
    pub free: u32,
    /// The longest wait, in seconds.
    longest: i64,
    /// Whether a success wipes out the failures before it.
    pub forgiven: bool,
}

impl Limit {
    /// The wait after this many failures, in seconds: none at first, then 5, 10, 20, and so on up to the longest.
    pub fn wait_after(self, failures: u32) -> i64 {
        match failures.checked_sub(self.free) {
            None => 0,
            Some(more) => 5_i64
                .saturating_mul(2_i64.saturating_pow(more))
                .min(self.longest),
        }
    }
}

/// One account from one place: a device that is known, or else an address.
const ONE_PLACE: Limit = Limit {
    free: 3,
    longest: 120,
    forgiven: true,
};

/// One account from everywhere. Its waits are shorter than those of one place; so when many places have to wait, the
/// owner at another one does not.
const ACCOUNT: Limit = Limit {
    free: 10,
    longest: 30,
    forgiven: true,
};

/// All accounts from one address; a whole office may share one. Not forgiven: otherwise somebody who has an account could
/// sign in now and then, and guess the passwords of other accounts in between.
pub(super) const ADDRESS: Limit = Limit {
    free: 20,
    longest: 30,
    forgiven: false,
};

/// What attempts are counted by.
#[derive(Clone)]
pub(super) struct Subject {
    /// Its name in the table.
    pub name: String,
    pub limit: Limit,
}

/// An attempt of a stranger is counted by the address, by the account at this address, and by the account.
///
/// A stranger chooses the name, and the table keeps it for a while, so only as much of it counts as an account may have.
pub(super) fn of_stranger(account: &str, address: Option<IpAddr>) -> Vec<Subject> {
    let account: String = account.chars().take(SHORT_TEXT).collect();
    let network = address.map(network);
    let from = network.map_or("nowhere".into(), |network| network.to_string());
    let address = network.map(|network| Subject::new(format!("address {network}"), ADDRESS));
    let account = [
        Subject::new(format!("account {account} from {from}"), ONE_PLACE),
        Subject::new(format!("account {account}"), ACCOUNT),
    ];
    address.into_iter().chain(account).collect()
}

/// An attempt with a device that has been in before, or by somebody who is in, is counted by that alone.
pub(super) fn of_known(name: String) -> Vec<Subject> {
    vec![Subject::new(name, ONE_PLACE)]
}

impl Subject {
    fn new(name: String, limit: Limit) -> Self {
        Self { name, limit }
    }
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
        let subjects = of_stranger(&"é".repeat(10_000), None);
        let longest = subjects.iter().map(|one| one.name.chars().count()).max();
        assert_eq!(longest, Some("account  from nowhere".len() + SHORT_TEXT));
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits = |limit: Limit| {
            (0..10)
                .map(|more| limit.wait_after(limit.free - 1 + more))
                .collect::<Vec<_>>()
        };
        assert_eq!(waits(ACCOUNT), [0, 5, 10, 20, 30, 30, 30, 30, 30, 30]);
        assert_eq!(waits(ONE_PLACE)[..7], [0, 5, 10, 20, 40, 80, 120]);
    }
}
