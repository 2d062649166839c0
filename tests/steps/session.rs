//! The dictionary that Django's session is, and the recorder. Observe: each method behaves as Django's tests say.

use std::sync::Arc;

use lossless_sessions::{Operation, Recorder, SessionExt, StoredItems, record_calls};
use serde::Deserialize;
use serde_json::json;
use tower_sessions::{MemoryStore, Session, SessionStore, session::Error};

fn new_session() -> (Session, MemoryStore) {
    let store = MemoryStore::default();
    (Session::new(None, Arc::new(store.clone()), None), store)
}

#[tokio::test]
async fn contains_tells_without_modifying() {
    let (session, _) = new_session();
    assert!(!session.contains("my_car").await.unwrap());
    assert!(!session.is_modified());
    session.insert("my_car", "mini").await.unwrap();
    assert!(session.contains("my_car").await.unwrap());
}

#[tokio::test]
async fn get_or_gives_the_default_without_storing_it() {
    let (session, _) = new_session();
    assert_eq!(
        session.get_or("my_car", "mini".to_string()).await.unwrap(),
        "mini"
    );
    assert!(!session.is_modified() && !session.contains("my_car").await.unwrap());
    session.insert("my_car", "beetle").await.unwrap();
    assert_eq!(
        session.get_or("my_car", "mini".to_string()).await.unwrap(),
        "beetle"
    );
}

#[tokio::test]
async fn setdefault_sets_once_and_returns_the_present_value() {
    let (session, _) = new_session();
    assert_eq!(
        session
            .setdefault("my_car", "mini".to_string())
            .await
            .unwrap(),
        "mini"
    );
    assert!(session.is_modified());
    assert_eq!(
        session
            .setdefault("my_car", "beetle".to_string())
            .await
            .unwrap(),
        "mini"
    );
}

#[tokio::test]
async fn update_stores_several_and_keeps_the_rest() {
    let (session, _) = new_session();
    session.insert("kept", 1).await.unwrap();
    session
        .update(&json!({ "my_car": "mini", "wheels": 4 }))
        .await
        .unwrap();
    assert_eq!(
        session.get::<String>("my_car").await.unwrap().as_deref(),
        Some("mini")
    );
    assert_eq!(session.get::<u8>("wheels").await.unwrap(), Some(4));
    assert_eq!(session.get::<u8>("kept").await.unwrap(), Some(1));
}

#[tokio::test]
async fn update_with_anything_but_an_object_is_an_error_and_changes_nothing() {
    let (session, _) = new_session();
    assert!(matches!(
        session.update(&["my_car"]).await,
        Err(Error::SerdeJson(_))
    ));
    assert!(!session.is_modified());
}

#[tokio::test]
async fn edit_stores_the_changed_value_back() {
    let (session, _) = new_session();
    let wheels = session
        .edit("wheels", 4, |wheels: &mut u8| *wheels += 1)
        .await
        .unwrap();
    assert_eq!(wheels, 5, "a missing value starts as the default");
    session
        .edit("wheels", 4, |wheels: &mut u8| *wheels += 1)
        .await
        .unwrap();
    assert_eq!(session.get::<u8>("wheels").await.unwrap(), Some(6));
}

#[tokio::test]
async fn a_value_of_another_type_is_an_error_and_stays() {
    #[derive(Debug, Deserialize, serde::Serialize)]
    struct Car {
        wheels: String,
    }
    let (session, _) = new_session();
    session.insert("my_car", "mini").await.unwrap();
    let steel = || Car {
        wheels: "steel".into(),
    };
    assert!(matches!(
        session.get_or("my_car", steel()).await,
        Err(Error::SerdeJson(_))
    ));
    assert!(session.setdefault("my_car", steel()).await.is_err());
    assert!(
        session
            .edit("my_car", steel(), |car| car.wheels.clear())
            .await
            .is_err()
    );
    assert_eq!(
        session.get::<String>("my_car").await.unwrap().as_deref(),
        Some("mini")
    );
}

/// The trap that deck 2 shows: nothing is lost as long as the error ends the request, for then nothing is saved.
#[tokio::test]
async fn removing_a_value_of_another_type_is_an_error_and_takes_it_from_memory() {
    let (session, store) = new_session();
    session.insert("my_car", "beetle").await.unwrap();
    session.save().await.unwrap();
    let next = || Session::new(session.id(), Arc::new(store.clone()), None);
    let failed = next();
    assert!(failed.remove::<u64>("my_car").await.is_err());
    assert!(!failed.contains("my_car").await.unwrap() && failed.is_modified());
    assert!(next().contains("my_car").await.unwrap(), "not saved yet");
    failed.save().await.unwrap();
    assert!(
        !next().contains("my_car").await.unwrap(),
        "the loss is saved"
    );
}

#[tokio::test]
async fn an_insert_after_flush_has_the_old_id_and_after_flush_and_cycle_a_new_one() {
    let (session, _) = new_session();
    session.insert("my_car", "beetle").await.unwrap();
    session.save().await.unwrap();
    let old = session.id();
    session.flush().await.unwrap();
    session.insert("my_car", "beetle").await.unwrap();
    session.save().await.unwrap();
    assert_eq!(session.id(), old, "this is the trap");
    session.flush_and_cycle().await.unwrap();
    session.insert("my_car", "beetle").await.unwrap();
    session.save().await.unwrap();
    assert!(session.id().is_some() && session.id() != old);
}

#[tokio::test]
async fn remove_all_empties_a_known_session_and_keeps_its_id() {
    let (session, store) = new_session();
    session.insert("my_car", "mini").await.unwrap();
    session.save().await.unwrap();
    let again = Session::new(session.id(), Arc::new(store), None);
    again.remove_all().await.unwrap();
    assert!(again.is_modified() && !again.contains("my_car").await.unwrap());
    assert_eq!(again.id(), session.id());
}

#[tokio::test]
async fn remove_all_never_adopts_an_unknown_id_where_clear_does() {
    let planted = Some(tower_sessions::session::Id(7));
    let (_, store) = new_session();
    let trap = Session::new(planted, Arc::new(store.clone()), None);
    trap.clear().await;
    assert_eq!(
        trap.id(),
        planted,
        "this is the trap that remove_all closes"
    );
    let safe = Session::new(planted, Arc::new(store), None);
    safe.remove_all().await.unwrap();
    assert_eq!(safe.id(), None);
}

#[tokio::test]
async fn stored_items_lists_what_the_last_request_left() {
    let (session, store) = new_session();
    assert!(
        StoredItems::new(session.clone(), Arc::new(store.clone()))
            .items()
            .await
            .unwrap()
            .is_empty()
    );
    session.update(&json!({ "b": 2, "a": 1 })).await.unwrap();
    session.save().await.unwrap();
    session.insert("c", 3).await.unwrap();
    let items = StoredItems::new(session.clone(), Arc::new(store.clone()))
        .items()
        .await
        .unwrap();
    assert_eq!(
        items,
        [("a".to_string(), json!(1)), ("b".to_string(), json!(2))]
    );
}

#[tokio::test]
async fn a_recorder_notes_every_call_with_the_record_before_and_after() {
    let recorder = Recorder::new(MemoryStore::default());
    let ((), notes) = record_calls(async {
        let session = Session::new(None, Arc::new(recorder.clone()), None);
        session.insert("n", 1).await.unwrap();
        session.save().await.unwrap();
        session.insert("n", 2).await.unwrap();
        session.save().await.unwrap();
        session.flush().await.unwrap();
    })
    .await;
    let calls: Vec<_> = notes.iter().map(|note| note.operation).collect();
    assert_eq!(
        calls,
        [Operation::Create, Operation::Save, Operation::Delete]
    );
    let words: Vec<_> = notes.iter().map(ToString::to_string).collect();
    let expected = [
        r#"create {"n":1}"#,
        r#"save {"n":1} -> {"n":2}"#,
        r#"delete {"n":2}"#,
    ];
    assert_eq!(words, expected);
}

#[tokio::test]
async fn two_requests_at_once_have_notes_of_their_own() {
    let recorder = Recorder::new(MemoryStore::default());
    let visit = async |n: u8| {
        let session = Session::new(None, Arc::new(recorder.clone()), None);
        session.insert("n", n).await.unwrap();
        tokio::task::yield_now().await;
        session.save().await.unwrap();
    };
    let ((_, one), (_, two)) = tokio::join!(record_calls(visit(1)), record_calls(visit(2)));
    let after =
        |notes: &[lossless_sessions::StoreCall]| notes[0].after.clone().unwrap()["n"].clone();
    assert_eq!((one.len(), two.len()), (1, 1));
    assert_eq!((after(&one), after(&two)), (json!(1), json!(2)));
}

#[tokio::test]
async fn without_a_listener_a_recorder_only_passes_on() {
    let store = MemoryStore::default();
    let recorder = Recorder::new(store.clone());
    let session = Session::new(None, Arc::new(recorder), None);
    session.insert("n", 1).await.unwrap();
    session.save().await.unwrap();
    assert_eq!(
        store
            .load(&session.id().unwrap())
            .await
            .unwrap()
            .unwrap()
            .data["n"],
        json!(1)
    );
}
