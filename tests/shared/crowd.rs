//! Many visitors at once, and some who mean harm, at a site with step 3's pages, whatever its session store.

use std::sync::Arc;

use axum::Router;
use journey::{Browser, InProcess};
use tokio::sync::Semaphore;
use tower_sessions::{
    Session, SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
};

use crate::ask::{ask, visits};

/// A thousand browsers make fifty visits each, at each of the `apps` in turn, and count their own; so many of them
/// visit `at_once`.
pub async fn everyone_counts_their_own(apps: &[Router], at_once: usize) {
    let turns = Arc::new(Semaphore::new(at_once));
    let visiting: Vec<_> = (0..1_000)
        .map(|_| {
            let (apps, turns) = (apps.to_vec(), turns.clone());
            tokio::spawn(async move {
                let mut cookie = String::new();
                for expected in 0..50 {
                    let _turn = turns.acquire().await.unwrap();
                    let app = &apps[expected as usize % apps.len()];
                    let (status, new, page) = ask(app, "/", &cookie).await;
                    assert_eq!((status.as_u16(), visits(&page)), (200, expected));
                    cookie = new;
                }
            })
        })
        .collect();
    for browser in visiting {
        browser.await.unwrap();
    }
}

/// One browser makes sixty-four visits at once, twenty times, spread over the `apps`: all are answered and counted.
pub async fn all_at_once_are_counted(apps: &[Router]) {
    let (_, cookie, _) = ask(&apps[0], "/", "").await;
    for _ in 0..20 {
        let visiting: Vec<_> = (0..64)
            .map(|number| {
                let (app, cookie) = (apps[number % apps.len()].clone(), cookie.clone());
                tokio::spawn(async move { ask(&app, "/", &cookie).await.0 })
            })
            .collect();
        for visit in visiting {
            assert_eq!(visit.await.unwrap(), 200);
        }
    }
    let (_, _, page) = ask(&apps[0], "/", &cookie).await;
    assert_eq!(visits(&page), 1 + 20 * 64);
}

/// Races a delete against a save a thousand times, so many `at_once`; returns how many sessions were there again afterwards.
pub async fn revived<S: SessionStore + Clone>(store: &S, at_once: usize) -> usize {
    let turns = Arc::new(Semaphore::new(at_once));
    let races: Vec<_> = (0..1_000)
        .map(|number| {
            let (store, turns) = (store.clone(), turns.clone());
            tokio::spawn(async move {
                let _turn = turns.acquire().await.unwrap();
                let new = Session::new(None, Arc::new(store.clone()), None);
                new.insert("n", 0).await.unwrap();
                new.save().await.unwrap();
                let id = new.id().unwrap();
                let in_flight = Session::new(Some(id), Arc::new(store.clone()), None);
                in_flight.insert("n", 1).await.unwrap();
                // Each of the two comes first in half of the races.
                let deleted = if number % 2 == 0 {
                    tokio::join!(in_flight.save(), store.delete(&id)).1
                } else {
                    tokio::join!(store.delete(&id), in_flight.save()).0
                };
                deleted.unwrap();
                store.load(&id).await.unwrap().is_some()
            })
        })
        .collect();
    let mut revived = 0;
    for race in races {
        revived += usize::from(race.await.unwrap());
    }
    revived
}

/// Brings ids that the server did not give out to every route. Returns the routes that took one.
pub async fn adopted(app: Router, sessions: &impl SessionStore, cookie: &str) -> Vec<String> {
    const ROUTES: [&str; 12] = [
        "/",
        "/books",
        "/authors",
        "/my-car",
        "/my-car/delete",
        "/my-car/clear",
        "/my-car/fit-and-save",
        "/cookie",
        "/cookie/test",
        "/cookie/expiry/idle",
        "/books/per-page",
        "/notice/dismiss",
    ];
    const UNKNOWN: &str = "AAAAAAAAAAAAAAAAAAAAAA";
    let mut site = InProcess::of(app);
    let expired = expired_id(sessions).await;
    let mut adopted = Vec::new();
    for id in [
        UNKNOWN,
        &expired,
        "short",
        "AAAAAAAAAAAAAAAAAAAAA=",
        "../../../../../../etc",
    ] {
        for path in ROUTES {
            for form in [None, Some("text=beetle&number=5")] {
                let mut victim = Browser::new("the victim's");
                victim.set_cookie(cookie, id);
                match form {
                    None => victim.get(&mut site, path).await.unwrap(),
                    Some(form) => victim.post(&mut site, path, form).await.unwrap(),
                };
                if let Ok(known) = id.parse::<Id>()
                    && sessions.load(&known).await.unwrap().is_some()
                {
                    adopted.push(format!("{path} adopted {id}"));
                }
            }
        }
    }
    adopted
}

async fn expired_id(store: &impl SessionStore) -> String {
    let mut record = Record {
        id: Id::default(),
        data: [("n".into(), 1.into())].into(),
        expiry_date: OffsetDateTime::UNIX_EPOCH,
    };
    store.create(&mut record).await.unwrap();
    record.id.to_string()
}
