//! What tower-sessions expects of any store. Each behaviour is one of Django's session tests.
#![expect(missing_docs, reason = "each behaviour is named after what it tests")]

use serde_json::json;
use tower_sessions::{
    Expiry, SessionStore,
    cookie::time::{Duration, OffsetDateTime, UtcOffset},
    session::Id,
};

use super::{record, request, stored};
use crate::SessionExt;

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
