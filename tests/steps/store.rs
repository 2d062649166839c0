//! One suite for every session store: each test is one behaviour of Django's session tests or of trust in the
//! store. What a store cannot pass is not in its list, and stands there with the reason.

use std::sync::Arc;

use locallibrary::{
    Library,
    session::{SessionExt, SqliteStore},
};
use serde_json::json;
use tower_sessions::{
    Expiry, MemoryStore, Session, SessionStore,
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
                super::$behaviour($store).await;
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

// What MemoryStore is not asked: its `save` stores whatever it is given (rows come back, other tabs are
// overwritten), its `create` takes the record's own id, and it never forgets an expired row.
suite_of_all! { memory_store, MemoryStore::default(), }

suite_of_all! { site_store_in_memory, site_store().await,
    create_never_takes_the_id_it_is_given
    a_save_does_not_revive_a_deleted_row
    a_save_does_not_revive_an_expired_row
    a_save_over_another_requests_save_is_refused
    one_request_may_save_more_than_once
    clear_before_any_read_adopts_no_invented_id
    insert_after_flush_has_a_new_id
    clearing_deletes_expired_rows_only
}

async fn site_store() -> SqliteStore {
    SqliteStore::new(Library::in_memory().unwrap().database()).unwrap()
}

/// A request of the visitor who has this id.
fn request<S: SessionStore + Clone>(store: &S, id: Option<Id>) -> Session {
    Session::new(id, Arc::new(store.clone()), None)
}

/// A stored session with `n` = 1.
async fn stored<S: SessionStore + Clone>(store: &S) -> Id {
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

async fn a_new_session_is_not_modified_and_is_empty(store: impl SessionStore + Clone) {
    let session = request(&store, None);
    assert!(!session.is_modified() && session.is_empty().await && session.id().is_none());
}

async fn an_absent_key_is_none_and_stores_nothing(store: impl SessionStore + Clone) {
    let session = request(&store, None);
    assert_eq!(session.get::<u8>("n").await.unwrap(), None);
    assert!(!session.is_modified() && session.is_empty().await);
}

async fn a_value_is_there_in_the_next_request(store: impl SessionStore + Clone) {
    let id = stored(&store).await;
    assert_eq!(
        request(&store, Some(id)).get::<u8>("n").await.unwrap(),
        Some(1)
    );
}

async fn an_equal_value_is_no_modification(store: impl SessionStore + Clone) {
    let session = request(&store, Some(stored(&store).await));
    session.insert("n", 1).await.unwrap();
    assert!(!session.is_modified());
    session.insert("n", 2).await.unwrap();
    assert!(session.is_modified());
}

async fn removing_gives_the_value_and_modifies(store: impl SessionStore + Clone) {
    let session = request(&store, Some(stored(&store).await));
    assert_eq!(session.remove::<u8>("n").await.unwrap(), Some(1));
    assert!(session.is_modified());
    assert_eq!(session.remove::<u8>("n").await.unwrap(), None);
}

async fn saving_gives_an_id_and_a_row_and_keeps_the_data(store: impl SessionStore + Clone) {
    let session = request(&store, None);
    session.insert("n", 1).await.unwrap();
    session.save().await.unwrap();
    assert!(store.load(&session.id().unwrap()).await.unwrap().is_some());
    assert_eq!(session.get::<u8>("n").await.unwrap(), Some(1));
}

async fn deleting_removes_that_row_and_no_other(store: impl SessionStore + Clone) {
    let (one, other) = (stored(&store).await, stored(&store).await);
    store.delete(&one).await.unwrap();
    assert!(store.load(&one).await.unwrap().is_none());
    assert!(store.load(&other).await.unwrap().is_some());
    store
        .delete(&one)
        .await
        .expect("deleting what is gone is no error");
}

async fn a_new_id_keeps_the_data_and_the_old_id_is_dead(store: impl SessionStore + Clone) {
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

async fn an_unknown_id_is_dropped_at_the_first_read_and_makes_no_row(
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

async fn a_past_expiry_ends_the_session_at_once(store: impl SessionStore + Clone) {
    let session = request(&store, None);
    session.insert("n", 1).await.unwrap();
    session.set_expiry(Some(Expiry::AtDateTime(
        OffsetDateTime::now_utc() - Duration::seconds(1),
    )));
    session.save().await.unwrap();
    assert!(store.load(&session.id().unwrap()).await.unwrap().is_none());
}

async fn a_date_in_another_time_zone_is_the_same_moment(store: impl SessionStore + Clone) {
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

async fn a_session_that_was_ended_goes_on_under_a_new_id(store: impl SessionStore + Clone) {
    let old = stored(&store).await;
    let session = request(&store, Some(old));
    session.flush_and_cycle().await.unwrap();
    assert!(session.id().is_none() && session.is_empty().await);
    session.insert("n", 2).await.unwrap();
    session.save().await.unwrap();
    assert_ne!(session.id(), Some(old));
    assert!(store.load(&old).await.unwrap().is_none());
}

async fn keys_and_values_of_any_kind_come_back_as_they_were(store: impl SessionStore + Clone) {
    let values = json!({
        "": null, "ключ": "値", "quote'\"\\": [1, -2.5, true], "deep": {"a": {"b": [{}]}},
        "big": u64::MAX, "long": "x".repeat(100_000),
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

async fn create_never_takes_the_id_it_is_given(store: impl SessionStore + Clone) {
    let planted = Id(7);
    let mut record = record(OffsetDateTime::now_utc() + Duration::hours(1));
    record.id = planted;
    store.create(&mut record).await.unwrap();
    assert_ne!(record.id, planted);
    assert!(store.load(&planted).await.unwrap().is_none());
}

async fn a_save_does_not_revive_a_deleted_row(store: impl SessionStore + Clone) {
    let id = stored(&store).await;
    let in_flight = request(&store, Some(id));
    in_flight.insert("n", 2).await.unwrap();
    store.delete(&id).await.unwrap();
    assert!(matches!(in_flight.save().await, Err(Error::Store(_))));
    assert!(store.load(&id).await.unwrap().is_none());
}

async fn a_save_does_not_revive_an_expired_row(store: impl SessionStore + Clone) {
    let mut record = record(OffsetDateTime::now_utc() - Duration::seconds(2));
    store.create(&mut record).await.unwrap();
    record.expiry_date = OffsetDateTime::now_utc() + Duration::hours(1);
    assert!(store.save(&record).await.is_err());
    assert!(store.load(&record.id).await.unwrap().is_none());
}

async fn a_save_over_another_requests_save_is_refused(store: impl SessionStore + Clone) {
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

async fn one_request_may_save_more_than_once(store: impl SessionStore + Clone) {
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

async fn clear_before_any_read_adopts_no_invented_id(store: impl SessionStore + Clone) {
    let session = request(&store, Some(Id(7)));
    session.clear().await;
    session.insert("n", 1).await.unwrap();
    assert!(session.save().await.is_err());
    assert!(store.load(&Id(7)).await.unwrap().is_none());
}

async fn insert_after_flush_has_a_new_id(store: impl SessionStore + Clone) {
    let old = stored(&store).await;
    let session = request(&store, Some(old));
    session.flush().await.unwrap();
    session.insert("n", 2).await.unwrap();
    session.save().await.unwrap();
    assert_ne!(session.id(), Some(old));
    assert!(store.load(&old).await.unwrap().is_none());
}

async fn clearing_deletes_expired_rows_only(store: SqliteStore) {
    let now = OffsetDateTime::now_utc();
    for age in 1..=1_201 {
        store
            .create(&mut record(now - Duration::seconds(age)))
            .await
            .unwrap();
    }
    let live = stored(&store).await;
    assert_eq!(store.clear_expired().await.unwrap(), 1_201);
    assert_eq!(store.clear_expired().await.unwrap(), 0);
    assert!(store.load(&live).await.unwrap().is_some());
}

/// F18: the clock passes the limits. A store without them would let these sessions live on.
#[tokio::test]
async fn a_session_ends_within_a_second_of_its_idle_and_absolute_limits() {
    fn just_before() -> OffsetDateTime {
        OffsetDateTime::now_utc() + Duration::seconds(58)
    }
    fn just_after() -> OffsetDateTime {
        OffsetDateTime::now_utc() + Duration::seconds(61)
    }
    let store = site_store().await;
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
    assert_eq!(late.clear_expired().await.unwrap(), 2);
}

/// Signing in gives a new id, and whoever signs in again and again has the same session all the time. A `create` that
/// takes the moment for the beginning lets it live for ever.
#[tokio::test]
async fn a_new_id_does_not_move_the_absolute_limit() {
    fn later(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::now_utc() + Duration::seconds(seconds)
    }
    let limited = site_store().await.with_absolute_limit(Duration::minutes(1));
    let old = stored(&limited).await;
    let renewing = limited.clone().with_clock(|| later(40));
    let session = request(&renewing, Some(old));
    session.cycle_key().await.unwrap();
    session.save().await.unwrap();
    let new = session.id().unwrap();
    assert!(renewing.load(&new).await.unwrap().is_some());
    let late = limited.with_clock(|| later(61));
    assert!(late.load(&new).await.unwrap().is_none());
    // Who signs out and in again begins a new one.
    let session = request(&renewing, Some(new));
    session.flush_and_cycle().await.unwrap();
    session.insert("n", 1).await.unwrap();
    session.save().await.unwrap();
    assert!(late.load(&session.id().unwrap()).await.unwrap().is_some());
}

/// What the naive store does, so that the tests above are known to be able to fail.
#[tokio::test]
async fn memory_store_falls_into_the_traps_that_the_site_store_closes() {
    let store = MemoryStore::default();
    let id = stored(&store).await;
    let in_flight = request(&store, Some(id));
    in_flight.insert("n", 2).await.unwrap();
    store.delete(&id).await.unwrap();
    in_flight.save().await.unwrap();
    assert!(store.load(&id).await.unwrap().is_some(), "revived");

    let (first, second) = (request(&store, Some(id)), request(&store, Some(id)));
    first.insert("first", 1).await.unwrap();
    second.insert("second", 1).await.unwrap();
    first.save().await.unwrap();
    second.save().await.unwrap();
    assert!(
        !request(&store, Some(id)).contains("first").await.unwrap(),
        "overwritten"
    );

    let planted = request(&store, Some(Id(7)));
    planted.clear().await;
    planted.insert("n", 1).await.unwrap();
    planted.save().await.unwrap();
    assert!(store.load(&Id(7)).await.unwrap().is_some(), "adopted");
}
