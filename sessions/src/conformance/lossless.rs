//! What a store of this package promises beyond that.
#![expect(missing_docs, reason = "each behaviour is named after what it tests")]

use tower_sessions::{
    Expiry, SessionStore,
    cookie::time::{Duration, OffsetDateTime},
    session::{Error, Id},
};

use super::{Lossless, record, request, stored};
use crate::SessionExt;

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

pub async fn clearing_deletes_expired_rows_only(store: impl Lossless) {
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
pub async fn a_session_ends_within_a_second_of_its_idle_and_absolute_limits(store: impl Lossless) {
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
pub async fn a_new_id_does_not_prolong_the_absolute_limit(store: impl Lossless) {
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
