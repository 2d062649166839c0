//! All the sessions of one person, which a store lists and ends.
#![expect(missing_docs, reason = "each behaviour is named after what it tests")]

use tower_sessions::{Session, session::Id};

use super::{People, request};
use crate::{AUTH_HASH, DEVICE, OwnSession, PERSON};

const ANN: i64 = 1;
const BEN: i64 = 2;
const PASSWORD: &str = "hash of the password";

/// Somebody's new session, as signing in makes it.
async fn signed_in(store: &impl People, person: i64, auth_hash: &str, device: &str) -> Session {
    let session = request(store, None);
    session.insert(PERSON, person).await.unwrap();
    session.insert(AUTH_HASH, auth_hash).await.unwrap();
    session.insert(DEVICE, device).await.unwrap();
    session.insert("car", "mini \0").await.unwrap();
    session.save().await.unwrap();
    session
}

async fn devices(store: &impl People, person: i64, own: Option<Id>) -> Vec<String> {
    let (listed, more) = store.list(person, PASSWORD.into(), own).await;
    assert_eq!(more, 0);
    listed.into_iter().map(|session| session.device).collect()
}

pub async fn a_persons_sessions_are_listed_and_ones_own_comes_first(store: impl People) {
    let own = signed_in(&store, ANN, PASSWORD, "Ann's phone").await;
    signed_in(&store, ANN, PASSWORD, "Ann's laptop").await;
    signed_in(&store, BEN, PASSWORD, "Ben's phone").await;
    signed_in(&store, ANN, "hash of an older password", "Mallory's").await;
    let (listed, more) = store.list(ANN, PASSWORD.into(), own.id()).await;
    let said: Vec<_> = listed
        .iter()
        .map(
            |OwnSession {
                 device, this_one, ..
             }| (device.as_str(), *this_one),
        )
        .collect();
    assert_eq!(said, [("Ann's phone", true), ("Ann's laptop", false)]);
    assert_eq!(more, 0);
}

pub async fn a_session_is_its_persons_until_they_sign_out(store: impl People) {
    let session = signed_in(&store, ANN, PASSWORD, "a phone").await;
    let later = request(&store, session.id());
    later.insert("car", "beetle").await.unwrap();
    later.save().await.unwrap();
    assert_eq!(devices(&store, ANN, None).await, ["a phone"]);
    let leaving = request(&store, session.id());
    leaving.remove_value(PERSON).await.unwrap();
    leaving.save().await.unwrap();
    assert!(devices(&store, ANN, None).await.is_empty());
}

pub async fn ending_one_session_touches_no_other_and_nobody_elses(store: impl People) {
    let phone = signed_in(&store, ANN, PASSWORD, "a phone").await;
    let laptop = signed_in(&store, ANN, PASSWORD, "a laptop").await;
    let (listed, _) = store.list(ANN, PASSWORD.into(), phone.id()).await;
    store.end(BEN, listed[0].handle.clone()).await;
    assert_eq!(devices(&store, ANN, phone.id()).await.len(), 2);
    store.end(ANN, listed[0].handle.clone()).await;
    assert_eq!(devices(&store, ANN, None).await, ["a laptop"]);
    assert!(store.load(&phone.id().unwrap()).await.unwrap().is_none());
    assert!(store.load(&laptop.id().unwrap()).await.unwrap().is_some());
}

pub async fn ending_all_others_leaves_ones_own(store: impl People) {
    let own = signed_in(&store, ANN, PASSWORD, "own").await;
    for device in ["another", "a third"] {
        signed_in(&store, ANN, PASSWORD, device).await;
    }
    signed_in(&store, BEN, PASSWORD, "Ben's").await;
    store.end_others(ANN, own.id()).await;
    assert_eq!(devices(&store, ANN, own.id()).await, ["own"]);
    assert_eq!(devices(&store, BEN, None).await, ["Ben's"]);
    store.end_others(ANN, None).await;
    assert!(devices(&store, ANN, None).await.is_empty());
}

pub async fn fifty_are_listed_and_the_others_are_counted(store: impl People) {
    for _ in 0..53 {
        signed_in(&store, ANN, PASSWORD, "a robot").await;
    }
    let (listed, more) = store.list(ANN, PASSWORD.into(), None).await;
    assert_eq!((listed.len(), more), (50, 3));
}
