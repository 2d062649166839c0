//! One suite for every session store, callable by the authors of other stores.
//!
//! Each function is one behaviour, named after it, and panics if the store that it is given behaves otherwise. It needs an
//! empty store, or one that nobody else uses. [`every_store`] has what tower-sessions expects of any store; [`lossless`] has
//! what this package adds, and [`people`] what a store does that knows whose a session is. Three macros make one test of
//! each, on a store of its own:
//!
//! ```ignore
//! lossless_sessions::test_every_store! { my_store, MyStore::new() }
//! lossless_sessions::test_lossless_store! { my_lossless_store, MyStore::new() }
//! lossless_sessions::test_people! { my_people, MyStore::new() }
//! ```
//!
//! The store's expression may wait (`.await`), and may `return` where its server is missing. Your package needs tokio with
//! the feature `macros`.

use std::sync::Arc;

use serde_json::json;
use tower_sessions::{
    Session, SessionStore,
    cookie::time::{Duration, OffsetDateTime},
    session::{Id, Record},
};

use crate::OwnSession;

pub mod every_store;
pub mod lossless;
pub mod people;

/// A store that keeps the promises of this package, with what its tests need.
pub trait Lossless: SessionStore + Clone {
    /// The same store with another clock, for tests that cannot wait for two weeks.
    #[must_use]
    fn with_clock(self, clock: fn() -> OffsetDateTime) -> Self;

    /// The same store with another absolute limit.
    #[must_use]
    fn with_absolute_limit(self, limit: Duration) -> Self;

    /// Deletes every expired row; returns how many.
    fn clear_expired(&self) -> impl Future<Output = usize>;
}

/// A store that knows whose a session is. Each of these panics when the store fails.
pub trait People: SessionStore + Clone {
    /// A person's sessions, one's own first, and how many more there are.
    fn list(
        &self,
        person: i64,
        auth_hash: String,
        own: Option<Id>,
    ) -> impl Future<Output = (Vec<OwnSession>, usize)>;

    /// Ends one session of a person.
    fn end(&self, person: i64, handle: String) -> impl Future<Output = ()>;

    /// Ends every session of a person except this one.
    fn end_others(&self, person: i64, own: Option<Id>) -> impl Future<Output = ()>;
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
macro_rules! lossless {
    ($store:ty) => {
        impl Lossless for $store {
            fn with_clock(self, clock: fn() -> OffsetDateTime) -> Self {
                <$store>::with_clock(self, clock)
            }

            fn with_absolute_limit(self, limit: Duration) -> Self {
                <$store>::with_absolute_limit(self, limit)
            }

            async fn clear_expired(&self) -> usize {
                <$store>::clear_expired(self).await.expect("a sweep")
            }
        }

        impl People for $store {
            async fn list(
                &self,
                person: i64,
                auth_hash: String,
                own: Option<Id>,
            ) -> (Vec<OwnSession>, usize) {
                let listed = self.people().list(person, auth_hash, own).await;
                listed.expect("a list")
            }

            async fn end(&self, person: i64, handle: String) {
                self.people().end(person, handle).await.expect("an end");
            }

            async fn end_others(&self, person: i64, own: Option<Id>) {
                let ended = self.people().end_others(person, own).await;
                ended.expect("an end");
            }
        }
    };
}

#[cfg(feature = "sqlite")]
lossless! { crate::SqliteStore }
#[cfg(feature = "postgres")]
lossless! { crate::PostgresStore }

/// Makes one test of each of these behaviours, each on a store of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! test_behaviours {
    ($module:ident, $store:expr, $suite:ident, $($behaviour:ident)*) => {
        mod $module {
            use super::*;
            $(#[tokio::test]
            async fn $behaviour() {
                $crate::conformance::$suite::$behaviour($store).await;
            })*
        }
    };
}

/// One test for each behaviour that tower-sessions expects of any store.
#[macro_export]
macro_rules! test_every_store {
    ($module:ident, $store:expr) => {
        $crate::test_behaviours! { $module, $store, every_store,
            a_new_session_is_not_modified_and_is_empty
            an_absent_key_is_none_and_stores_nothing
            a_value_is_there_in_the_next_request
            an_equal_value_is_no_modification
            removing_gives_the_value_and_modifies
            saving_gives_an_id_and_a_row_and_keeps_the_data
            deleting_removes_that_row_and_no_other
            a_new_id_keeps_the_data_and_the_old_id_is_dead
            an_unknown_id_is_dropped_at_the_first_read_and_makes_no_row
            a_past_expiry_ends_the_session_at_once
            a_date_in_another_time_zone_is_the_same_moment
            a_session_that_was_ended_goes_on_under_a_new_id
            keys_and_values_of_any_kind_come_back_as_they_were
        }
    };
}

/// One test for each behaviour that this package adds. The store implements `conformance::Lossless`.
#[macro_export]
macro_rules! test_lossless_store {
    ($module:ident, $store:expr) => {
        $crate::test_behaviours! { $module, $store, lossless,
            create_never_takes_the_id_it_is_given
            a_save_does_not_revive_a_deleted_row
            a_save_does_not_revive_an_expired_row
            a_save_over_another_requests_save_is_refused
            one_request_may_save_more_than_once
            clear_before_any_read_adopts_no_invented_id
            insert_after_flush_has_a_new_id
            clearing_deletes_expired_rows_only
            a_session_ends_within_a_second_of_its_idle_and_absolute_limits
            a_save_that_only_moves_the_expiry_is_in_nobodys_way
            a_new_id_does_not_prolong_the_absolute_limit
        }
    };
}

/// One test for each behaviour of a store that knows whose a session is. The store implements `conformance::People`.
#[macro_export]
macro_rules! test_people {
    ($module:ident, $store:expr) => {
        $crate::test_behaviours! { $module, $store, people,
            a_persons_sessions_are_listed_and_ones_own_comes_first
            a_session_is_its_persons_until_they_sign_out
            ending_one_session_touches_no_other_and_nobody_elses
            ending_all_others_leaves_ones_own
            fifty_are_listed_and_the_others_are_counted
        }
    };
}

/// A request of the visitor who has this id.
pub fn request<S: SessionStore + Clone>(store: &S, id: Option<Id>) -> Session {
    Session::new(id, Arc::new(store.clone()), None)
}

/// A stored session with `n` = 1.
pub async fn stored<S: SessionStore + Clone>(store: &S) -> Id {
    let session = request(store, None);
    session.insert("n", 1).await.unwrap();
    session.save().await.unwrap();
    session.id().unwrap()
}

pub(crate) fn record(expiry_date: OffsetDateTime) -> Record {
    Record {
        id: Id::default(),
        data: [("n".to_string(), json!(1))].into(),
        expiry_date,
    }
}
