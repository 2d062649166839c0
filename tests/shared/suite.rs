//! One suite for every session store: each test is one behaviour of Django's session tests or of trust in the
//! store. What a store cannot pass is not asked of it, and that is said where its tests are made.

use std::sync::Arc;

use locallibrary::session::SessionExt;
use serde_json::json;
use tower_sessions::{
    Expiry, Session, SessionStore,
    cookie::time::{Duration, OffsetDateTime, UtcOffset},
    session::{Error, Id, Record},
};

/// Makes one test per behaviour, each on a store of its own.
macro_rules! suite {
    ($module:ident, $store:expr, $($behaviour:ident)*) => {
        mod $module {
            use super::*;
            $(#[tokio::test]
            async fn $behaviour() {
                $crate::suite::$behaviour($store).await;
            })*
        }
    };
}

/// What every store can do, and then what only this one can.
macro_rules! suite_of_all {
    ($module:ident, $store:expr, $($own:ident)*) => {
        suite! { $module, $store,
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
            $($own)*
        }
    };
}

/// What our own stores promise.
macro_rules! suite_of_ours {
    ($module:ident, $type:ty, $store:expr) => {
        impl $crate::suite::Ours for $type {
            fn with_clock(self, clock: fn() -> OffsetDateTime) -> Self {
                <$type>::with_clock(self, clock)
            }

            fn with_absolute_limit(self, limit: Duration) -> Self {
                <$type>::with_absolute_limit(self, limit)
            }

            async fn clear_expired(&self) -> usize {
                <$type>::clear_expired(self).await.unwrap()
            }
        }

        suite_of_all! { $module, $store,
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

/// The methods that our own stores have under the same names.
pub trait Ours: SessionStore + Clone {
    fn with_clock(self, clock: fn() -> OffsetDateTime) -> Self;
    fn with_absolute_limit(self, limit: Duration) -> Self;
    async fn clear_expired(&self) -> usize;
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

fn record(expiry_date: OffsetDateTime) -> Record {
    Record {
        id: Id::default(),
        data: [("n".to_string(), json!(1))].into(),
        expiry_date,
    }
}

pub async fn a_new_session_is_not_modified_and_is_empty(store: impl SessionStore + Clone) {
    let session = request(&store, None);
    assert!(!session.is_modified() && session.is_empty().await && session.id().is_none());
}

pub async fn an_absent_key_is_none_and_stores_nothing(store: impl SessionStore + Clone) {
    let session = request(&store, None);
    assert_eq!(session.get::<u8>("n").await.unwrap(), None);
    assert!(!session.is_modified() && session.is_empty().await);
}

pub async fn a_value_is_there_in_the_next_request(store: impl SessionStore + Clone) {
    let id = stored(&store).await;
    assert_eq!(
        request(&store, Some(id)).get::<u8>("n").await.unwrap(),
        Some(1)
    );
}

pub async fn an_equal_value_is_no_modification(store: impl SessionStore + Clone) {
    let session = request(&store, Some(stored(&store).await));
    session.insert("n", 1).await.unwrap();
    assert!(!session.is_modified());
    session.insert("n", 2).await.unwrap();
    assert!(session.is_modified());
}

pub async fn removing_gives_the_value_and_modifies(store: impl SessionStore + Clone) {
    let session = request(&store, Some(stored(&store).await));
    assert_eq!(session.remove::<u8>("n").await.unwrap(), Some(1));
    assert!(session.is_modified());
    assert_eq!(session.remove::<u8>("n").await.unwrap(), None);
}

pub async fn saving_gives_an_id_and_a_row_and_keeps_the_data(store: impl SessionStore + Clone) {
    let session = request(&store, None);
    session.insert("n", 1).await.unwrap();
    session.save().await.unwrap();
    assert!(store.load(&session.id().unwrap()).await.unwrap().is_some());
    assert_eq!(session.get::<u8>("n").await.unwrap(), Some(1));
}

pub async fn deleting_removes_that_row_and_no_other(store: impl SessionStore + Clone) {
    let (one, other) = (stored(&store).await, stored(&store).await);
    store.delete(&one).await.unwrap();
    assert!(store.load(&one).await.unwrap().is_none());
    assert!(store.load(&other).await.unwrap().is_some());
    store
        .delete(&one)
        .await
        .expect("deleting what is gone is no error");
}

pub async fn a_new_id_keeps_the_data_and_the_old_id_is_dead(store: impl SessionStore + Clone) {
    let old = stored(&store).await;
    let session = request(&store, Some(old));
    session.cycle_key().await.unwrap();
    assert!(
        store.load(&old).await.unwrap().is_none(),
        "dead at once, before any save"
    );
    session.save().await.unwrap();
    let new = session.id().unwrap();
    assert_ne!(new, old);
    assert_eq!(
        request(&store, Some(new)).get::<u8>("n").await.unwrap(),
        Some(1)
    );
}

pub async fn an_unknown_id_is_dropped_at_the_first_read_and_makes_no_row(
    store: impl SessionStore + Clone,
) {
    let session = request(&store, Some(Id(7)));
    assert_eq!(session.get::<u8>("n").await.unwrap(), None);
    assert_eq!(session.id(), None);
    assert!(store.load(&Id(7)).await.unwrap().is_none());
    session.insert("n", 1).await.unwrap();
    session.save().await.unwrap();
    assert_ne!(session.id(), Some(Id(7)));
}

pub async fn a_past_expiry_ends_the_session_at_once(store: impl SessionStore + Clone) {
    let session = request(&store, None);
    session.insert("n", 1).await.unwrap();
    session.set_expiry(Some(Expiry::AtDateTime(
        OffsetDateTime::now_utc() - Duration::seconds(1),
    )));
    session.save().await.unwrap();
    assert!(store.load(&session.id().unwrap()).await.unwrap().is_none());
}

pub async fn a_date_in_another_time_zone_is_the_same_moment(store: impl SessionStore + Clone) {
    let now = OffsetDateTime::now_utc();
    for hours in [-11, 0, 13] {
        let zone = UtcOffset::from_hms(hours, 0, 0).unwrap();
        let mut over = record((now - Duration::seconds(2)).to_offset(zone));
        let mut live = record((now + Duration::minutes(1)).to_offset(zone));
        store.create(&mut over).await.unwrap();
        store.create(&mut live).await.unwrap();
        assert!(store.load(&over.id).await.unwrap().is_none(), "{hours}");
        assert!(store.load(&live.id).await.unwrap().is_some(), "{hours}");
    }
}

pub async fn a_session_that_was_ended_goes_on_under_a_new_id(store: impl SessionStore + Clone) {
    let old = stored(&store).await;
    let session = request(&store, Some(old));
    session.flush_and_cycle().await.unwrap();
    assert!(session.id().is_none() && session.is_empty().await);
    session.insert("n", 2).await.unwrap();
    session.save().await.unwrap();
    assert_ne!(session.id(), Some(old));
    assert!(store.load(&old).await.unwrap().is_none());
}

pub async fn keys_and_values_of_any_kind_come_back_as_they_were(store: impl SessionStore + Clone) {
    let values = json!({
        "": null, "ключ": "値", "quote'\"\\": [1, -2.5, true], "deep": {"a": {"b": [{}]}},
        "big": u64::MAX, "nul": "\0", "long": "x".repeat(100_000),
    });
    let session = request(&store, None);
    session.update(&values).await.unwrap();
    session.save().await.unwrap();
    let again = request(&store, session.id());
    for (key, value) in values.as_object().unwrap() {
        assert_eq!(
            again.get_value(key).await.unwrap().as_ref(),
            Some(value),
            "{key}"
        );
    }
}

pub async fn create_never_takes_the_id_it_is_given(store: impl SessionStore + Clone) {
    let planted = Id(7);
    let mut record = record(OffsetDateTime::now_utc() + Duration::hours(1));
    record.id = planted;
    store.create(&mut record).await.unwrap();
    assert_ne!(record.id, planted);
    assert!(store.load(&planted).await.unwrap().is_none());
}

pub async fn a_save_does_not_revive_a_deleted_row(store: impl SessionStore + Clone) {
    let id = stored(&store).await;
    let in_flight = request(&store, Some(id));
    in_flight.insert("n", 2).await.unwrap();
    store.delete(&id).await.unwrap();
    assert!(matches!(in_flight.save().await, Err(Error::Store(_))));
    assert!(store.load(&id).await.unwrap().is_none());
}

pub async fn a_save_does_not_revive_an_expired_row(store: impl SessionStore + Clone) {
    let mut record = record(OffsetDateTime::now_utc() - Duration::seconds(2));
    store.create(&mut record).await.unwrap();
    record.expiry_date = OffsetDateTime::now_utc() + Duration::hours(1);
    assert!(store.save(&record).await.is_err());
    assert!(store.load(&record.id).await.unwrap().is_none());
}

pub async fn a_save_over_another_requests_save_is_refused(store: impl SessionStore + Clone) {
    let id = stored(&store).await;
    let (first, second) = (request(&store, Some(id)), request(&store, Some(id)));
    first.insert("n", 2).await.unwrap();
    second.insert("n", 3).await.unwrap();
    first.save().await.unwrap();
    let refused = second.save().await.unwrap_err().to_string();
    assert!(refused.contains("changed elsewhere"), "{refused}");
    assert_eq!(
        request(&store, Some(id)).get::<u8>("n").await.unwrap(),
        Some(2)
    );
    // A clear is a change too.
    let (first, second) = (request(&store, Some(id)), request(&store, Some(id)));
    first.insert("n", 4).await.unwrap();
    second.remove_all().await.unwrap();
    first.save().await.unwrap();
    assert!(second.save().await.is_err());
}

pub async fn one_request_may_save_more_than_once(store: impl SessionStore + Clone) {
    let id = stored(&store).await;
    let (one, other) = (request(&store, Some(id)), request(&store, Some(id)));
    other.insert("n", 9).await.unwrap();
    for n in 2..5 {
        one.insert("n", n).await.unwrap();
        one.save().await.unwrap();
    }
    assert!(other.save().await.is_err(), "the other was loaded before");
    let new = request(&store, None);
    for n in 0..3 {
        new.insert("n", n).await.unwrap();
        new.save().await.unwrap();
    }
    let between = request(&store, new.id());
    between.insert("n", 7).await.unwrap();
    new.insert("n", 8).await.unwrap();
    new.save().await.unwrap();
    assert!(
        between.save().await.is_err(),
        "the new session's own request saved after this one loaded"
    );
}

pub async fn clear_before_any_read_adopts_no_invented_id(store: impl SessionStore + Clone) {
    let session = request(&store, Some(Id(7)));
    session.clear().await;
    session.insert("n", 1).await.unwrap();
    assert!(session.save().await.is_err());
    assert!(store.load(&Id(7)).await.unwrap().is_none());
}

pub async fn insert_after_flush_has_a_new_id(store: impl SessionStore + Clone) {
    let old = stored(&store).await;
    let session = request(&store, Some(old));
    session.flush().await.unwrap();
    session.insert("n", 2).await.unwrap();
    session.save().await.unwrap();
    assert_ne!(session.id(), Some(old));
    assert!(store.load(&old).await.unwrap().is_none());
}

pub async fn clearing_deletes_expired_rows_only(store: impl Ours) {
    let now = OffsetDateTime::now_utc();
    for age in 1..=1_201 {
        store
            .create(&mut record(now - Duration::seconds(age)))
            .await
            .unwrap();
    }
    let live = stored(&store).await;
    assert_eq!(store.clear_expired().await, 1_201);
    assert_eq!(store.clear_expired().await, 0);
    assert!(store.load(&live).await.unwrap().is_some());
}

/// F18: the clock passes the limits. A store without them would let these sessions live on.
pub async fn a_session_ends_within_a_second_of_its_idle_and_absolute_limits(store: impl Ours) {
    fn just_before() -> OffsetDateTime {
        OffsetDateTime::now_utc() + Duration::seconds(58)
    }
    fn just_after() -> OffsetDateTime {
        OffsetDateTime::now_utc() + Duration::seconds(61)
    }
    let mut idle = record(OffsetDateTime::now_utc() + Duration::minutes(1));
    store.create(&mut idle).await.unwrap();
    assert!(
        store
            .clone()
            .with_clock(just_before)
            .load(&idle.id)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        store
            .clone()
            .with_clock(just_after)
            .load(&idle.id)
            .await
            .unwrap()
            .is_none()
    );

    // However busy: its idle limit is far away, and it ends all the same.
    let limited = store.with_absolute_limit(Duration::minutes(1));
    let mut busy = record(OffsetDateTime::now_utc() + Duration::weeks(2));
    limited.create(&mut busy).await.unwrap();
    assert!(
        limited
            .clone()
            .with_clock(just_before)
            .load(&busy.id)
            .await
            .unwrap()
            .is_some()
    );
    let late = limited.with_clock(just_after);
    assert!(late.load(&busy.id).await.unwrap().is_none());
    assert!(
        late.save(&busy).await.is_err(),
        "nor does a save prolong it"
    );
    assert_eq!(late.clear_expired().await, 2);
}

/// With `save_every_request`, every page that is only looked at makes such a save.
pub async fn a_save_that_only_moves_the_expiry_is_in_nobodys_way(store: impl SessionStore + Clone) {
    let id = stored(&store).await;
    let reload = || {
        let session = request(&store, Some(id));
        let later = OffsetDateTime::now_utc() + Duration::days(30);
        session.set_expiry(Some(Expiry::AtDateTime(later)));
        session
    };
    // It comes between another request's load and save, and does not disturb it.
    let (change, looking) = (request(&store, Some(id)), reload());
    change.insert("n", 2).await.unwrap();
    looking.load().await.unwrap();
    looking.save().await.unwrap();
    let moved = store.load(&id).await.unwrap().unwrap().expiry_date;
    assert!(moved > OffsetDateTime::now_utc() + Duration::days(29));
    change.save().await.unwrap();
    // It comes after another request's save, is not refused, and does not undo it.
    let (change, looking) = (request(&store, Some(id)), reload());
    looking.load().await.unwrap();
    change.insert("n", 3).await.unwrap();
    change.save().await.unwrap();
    looking.save().await.unwrap();
    assert_eq!(
        request(&store, Some(id)).get::<u8>("n").await.unwrap(),
        Some(3)
    );
}

/// Where `create` sets the beginning to now, whoever signs in again and again stays for ever.
pub async fn a_new_id_does_not_prolong_the_absolute_limit(store: impl Ours) {
    fn a_minute_later() -> OffsetDateTime {
        OffsetDateTime::now_utc() + Duration::minutes(1)
    }
    let store = store.with_absolute_limit(Duration::seconds(90));
    let late = store.clone().with_clock(a_minute_later);
    let session = request(&late, Some(stored(&store).await));
    session.cycle_key().await.unwrap();
    session.save().await.unwrap();
    let new = session.id().unwrap();
    assert!(late.load(&new).await.unwrap().is_some());
    fn two_minutes_later() -> OffsetDateTime {
        OffsetDateTime::now_utc() + Duration::minutes(2)
    }
    let over = store.with_clock(two_minutes_later);
    assert!(over.load(&new).await.unwrap().is_none());
}
