//! Django's session API, name by name, as the table in src/session.rs has it. Observe: each line does what
//! Django's does, and no line of the table is missing here.

use std::sync::Arc;

use axum::{Router, middleware::from_fn};
use locallibrary::{
    Library,
    session::{SessionExt, SqliteStore, StoredItems, save_every_request},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::{
        SameSite,
        time::{Duration, OffsetDateTime},
    },
};

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct Car {
    n: u8,
}

async fn new() -> (Session, SqliteStore) {
    let store = SqliteStore::new(Library::in_memory().unwrap().database()).unwrap();
    (Session::new(None, Arc::new(store.clone()), None), store)
}

#[test]
fn every_line_of_the_table_is_run_here() {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let here = squeezed(include_str!("django.rs"));
    // A bar within a cell is written \| in Markdown.
    let table = include_str!("../../src/session/mod.rs").replace("\\|", "\u{a6}");
    let rows: Vec<_> = table
        .lines()
        .filter(|line| line.starts_with("//! | `"))
        .collect();
    assert!(rows.len() >= 40, "{}", rows.len());
    for row in rows {
        let line = row
            .split(" | ")
            .nth(2)
            .unwrap()
            .trim_matches('`')
            .replace('\u{a6}', "|");
        assert!(here.contains(&squeezed(&line)), "{line}");
    }
}

#[tokio::test]
async fn the_dictionary() -> Result {
    let (session, store) = new().await;
    assert_eq!(session.get::<String>("k").await?, None);
    assert_eq!(session.get_or("k", "mini".to_string()).await?, "mini");
    assert_eq!(session.setdefault("k", "mini".to_string()).await?, "mini");
    session.insert("k", "beetle").await?;
    assert_eq!(session.setdefault("k", "mini".to_string()).await?, "beetle");
    session.insert("k", "mini").await?;
    assert_eq!(session.get::<String>("k").await?.as_deref(), Some("mini"));
    assert!(session.contains("k").await?);
    assert_eq!(session.remove_value("k").await?, Some(json!("mini")));
    assert_eq!(
        session
            .remove::<String>("k")
            .await?
            .unwrap_or("mini".into()),
        "mini"
    );
    session.update(&json!({ "a": 1 })).await?;
    assert_eq!(
        session.edit("k", Car::default(), |car| car.n = 1).await?,
        Car { n: 1 }
    );
    session.save().await?;
    let stored = StoredItems::new(session.clone(), Arc::new(store));
    let items = stored.items().await?;
    assert_eq!(
        items,
        [("a".into(), json!(1)), ("k".into(), json!({ "n": 1 }))]
    );
    session.remove_all().await?;
    session.save().await?;
    assert!(stored.items().await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn modified_key_save_cycle_and_flush() -> Result {
    let (session, store) = new().await;
    assert!(session.is_empty().await && session.id().is_none() && !session.is_modified());
    session.set_expiry(session.expiry());
    assert!(session.is_modified());
    session.insert("k", 1).await?;
    session.save().await?;
    let id = session.id().unwrap();
    assert!(store.load(&id).await?.is_some());
    session.cycle_key().await?;
    assert!(store.load(&id).await?.is_none());
    session.save().await?;
    assert_ne!(session.id(), Some(id));
    session.flush_and_cycle().await?;
    assert!(session.is_empty().await && session.id().is_none());
    Ok(())
}

#[tokio::test]
async fn the_test_cookie() -> Result {
    let (session, _) = new().await;
    assert!(!session.test_cookie_worked().await?);
    session.delete_test_cookie().await?;
    assert!(!session.is_modified(), "nothing was there to delete");
    session.set_test_cookie().await?;
    assert!(session.test_cookie_worked().await?);
    session.delete_test_cookie().await?;
    assert!(!session.test_cookie_worked().await?);
    Ok(())
}

#[tokio::test]
async fn expiry_in_all_its_forms() -> Result {
    let (session, store) = new().await;
    let date = OffsetDateTime::now_utc() + Duration::hours(1);
    assert!(
        session.ends_with_browser().await?,
        "the policy of this session has no age"
    );

    session
        .keep_expiry(Some(Expiry::OnInactivity(Duration::seconds(300))))
        .await?;
    let age = session.age().await?;
    assert!(
        age > Duration::seconds(298) && age <= Duration::seconds(300),
        "{age}"
    );
    assert!(!session.ends_with_browser().await?);

    session.keep_expiry(Some(Expiry::AtDateTime(date))).await?;
    assert_eq!(
        session.ends().await?.unix_timestamp(),
        date.unix_timestamp()
    );
    session
        .keep_expiry(Some(Expiry::AtDateTime(date - Duration::hours(2))))
        .await?;
    assert!(
        session.age().await?.is_negative(),
        "a date that is past, as in Django"
    );

    session.keep_expiry(Some(Expiry::OnSessionEnd)).await?;
    assert!(session.ends_with_browser().await?);
    assert!(
        session.age().await? > Duration::days(13),
        "the server keeps it for two weeks"
    );

    session.keep_expiry(None).await?;
    assert_eq!(session.kept_expiry().await?, None);
    assert_eq!(store.clear_expired().await?, 0);
    Ok(())
}

#[tokio::test]
async fn an_expiry_is_read_back_as_it_was_kept() -> Result {
    let (session, store) = new().await;
    let date = OffsetDateTime::from_unix_timestamp(4_000_000_000)?;
    let forms = [
        Expiry::OnSessionEnd,
        Expiry::OnInactivity(Duration::seconds(1)),
        Expiry::OnInactivity(Duration::weeks(2)),
        Expiry::AtDateTime(date),
    ];
    for form in forms {
        session.keep_expiry(Some(form)).await?;
        session.save().await?;
        let next = Session::new(session.id(), Arc::new(store.clone()), None);
        assert_eq!(next.kept_expiry().await?, Some(form));
    }
    Ok(())
}

#[tokio::test]
async fn the_settings() {
    let (_, store) = new().await;
    let _: Router = Router::new().layer(from_fn(save_every_request)).layer(
        SessionManagerLayer::new(store.clone())
            .with_name("k")
            .with_expiry(Expiry::OnInactivity(Duration::weeks(2)))
            .with_expiry(Expiry::OnSessionEnd)
            .with_secure(true)
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_path("/")
            .with_domain("example.org"),
    );
}
