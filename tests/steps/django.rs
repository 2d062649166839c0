//! Django's session API, name by name, as the table in sessions/src/lib.rs has it. Observe: each line gives what the
//! table says, and no line of the table is missing here.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Router, middleware::from_fn};
use journey::text;
use locallibrary::Library;
use lossless_sessions::{SessionExt, SqliteStore, StoredItems, save_every_request};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_sessions::{
    CachingSessionStore, Expiry, MemoryStore, Session, SessionManagerLayer, SessionStore,
    cookie::{
        SameSite,
        time::{Duration, OffsetDateTime},
    },
    session::Id,
};

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct Car {
    n: u8,
}

async fn new() -> (Session, SqliteStore) {
    let store = SqliteStore::on(Library::in_memory().unwrap().database()).unwrap();
    (Session::new(None, Arc::new(store.clone()), None), store)
}

/// Runs a line of the table, and notes it beside what it gives. Of what differs from run to run, `=> _`, only that
/// it runs.
macro_rules! run {
    ($told:ident, let $name:ident = $value:expr) => {
        let $name = $value;
        $told.push((
            concat!("let ", stringify!($name), " = ", stringify!($value), ";"),
            String::new(),
        ));
    };
    ($told:ident, $line:expr => _) => {
        let _ = $line;
        $told.push((stringify!($line), String::new()));
    };
    ($told:ident, $line:expr) => {
        $told.push((
            stringify!($line),
            match format!("{:?}", $line).as_str() {
                "()" => String::new(),
                given => given.into(),
            },
        ));
    };
}

#[tokio::test]
async fn every_line_of_the_table_gives_what_the_table_says() -> Result {
    let library = Library::in_memory()?;
    let (session, store) = new().await;
    let stored = StoredItems::new(session.clone(), Arc::new(store.clone()));
    let date = OffsetDateTime::now_utc() + Duration::hours(1);
    let cache = MemoryStore::default();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("sessions.db");
    let mut told = Vec::new();

    run!(told, session.get::<String>("k").await?);
    run!(told, session.get_or("k", "mini".to_string()).await?);
    run!(told, session.insert("k", "mini").await?);
    run!(told, session.contains("k").await?);
    run!(told, session.setdefault("k", "beetle".to_string()).await?);
    run!(told, session.remove_value("k").await?);
    run!(
        told,
        session
            .remove::<String>("k")
            .await?
            .unwrap_or("mini".into())
    );
    run!(told, session.update(&json!({ "a": 1 })).await?);
    run!(
        told,
        session.edit("k", Car::default(), |car| car.n = 1).await?
    );
    run!(told, session.save().await?);
    run!(told, stored.items().await?);
    run!(told, session.remove_all().await?);

    run!(told, session.is_modified());
    run!(told, session.set_expiry(session.expiry()));
    run!(told, session.is_empty().await);
    run!(told, session.id() => _);
    run!(told, session.cycle_key().await?);
    run!(told, session.flush_and_cycle().await?);
    run!(told, session.set_test_cookie().await?);
    run!(told, session.test_cookie_worked().await?);
    run!(told, session.delete_test_cookie().await?);

    run!(
        told,
        session
            .keep_expiry(Some(Expiry::OnInactivity(Duration::seconds(300))))
            .await?
    );
    run!(
        told,
        session.keep_expiry(Some(Expiry::AtDateTime(date))).await?
    );
    run!(told, session.age().await? => _);
    run!(told, session.ends().await? => _);
    run!(told, session.ends_with_browser().await?);
    run!(told, session.keep_expiry(Some(Expiry::OnSessionEnd)).await?);
    run!(told, session.keep_expiry(None).await?);
    run!(told, Expiry::OnInactivity(Duration::weeks(2)) => _);
    run!(told, store.clear_expired().await?);

    run!(
        told,
        session
            .insert_value("v", json!(BTreeMap::from([(0, "mini")])))
            .await?
    );
    run!(told, session.get_value("v").await?);
    run!(told, session.get::<BTreeMap<u32, String>>("v").await?);
    run!(told, json!((1, "mini")));
    run!(told, json!(f64::NAN));
    run!(told, json!(b"mini"));
    run!(told, json!(date.unix_timestamp()) => _);

    run!(told, let outside = Session::new(None, Arc::new(store.clone()), None));
    run!(told, outside.insert("last_login", 1376587691).await?);
    run!(told, outside.save().await?);
    run!(told, let id = outside.id().unwrap());
    run!(told, Session::new(Some(id), Arc::new(store.clone()), None) => _);
    run!(told, store.load(&id).await?.is_some());
    run!(told, let record = store.load(&id).await?.unwrap());
    run!(told, record.expiry_date => _);
    run!(told, record.data["last_login"]);
    run!(told, record.id.to_string().parse::<Id>()? == id);
    run!(told, store.delete(&id).await?);

    run!(told, SessionManagerLayer::new(store.clone()) => _);
    run!(told, SqliteStore::on(library.database())? => _);
    run!(told, MemoryStore::default() => _);
    run!(told, CachingSessionStore::new(MemoryStore::default(), store.clone()) => _);
    run!(told, CachingSessionStore::new(cache.clone(), store.clone()) => _);
    run!(told, SqliteStore::open(path)? => _);
    run!(told, session.insert("k", Car::default()).await?);

    let (settings, lines): (Vec<_>, Vec<_>) = table()
        .into_iter()
        .partition(|(line, _)| line.starts_with('.'));
    let told: Vec<_> = told
        .iter()
        .map(|(line, gives)| (squeezed(line), squeezed(gives)))
        .collect();
    compare(&told, &lines);
    let here = squeezed(text!("django.rs"));
    for (setting, _) in settings {
        assert!(here.contains(&setting), "{setting}");
    }
    Ok(())
}

/// Compares line by line, so that a failure names the line.
fn compare(told: &[(String, String)], table: &[(String, String)]) {
    for (ran, row) in told.iter().zip(table) {
        assert_eq!(
            ran, row,
            "left: what was run; right: the table in sessions/src/lib.rs"
        );
    }
    assert_eq!(told.len(), table.len());
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The lines of the table and what they give, without white space.
fn table() -> Vec<(String, String)> {
    // A bar within a cell is written \| in Markdown.
    let table = text!("../../sessions/src/lib.rs").replace("\\|", "\u{a6}");
    let rows = table.lines().filter(|line| line.starts_with("//! | `"));
    let cell = |row: &str, place| {
        let cell = row.split('|').nth(place).unwrap().trim();
        squeezed(&cell.trim_matches('`').replace('\u{a6}', "|"))
    };
    rows.map(|row| (cell(row, 2), cell(row, 3))).collect()
}

#[tokio::test]
async fn json_makes_integer_keys_strings_tuples_lists_and_nan_null() -> Result {
    let (session, _) = new().await;
    session.insert("tuple", (1, "mini")).await?;
    assert_eq!(session.get_value("tuple").await?, Some(json!([1, "mini"])));
    let tuple: Option<(u8, String)> = session.get("tuple").await?;
    assert_eq!(tuple, Some((1, "mini".to_string())));
    session.insert("nan", f64::NAN).await?;
    assert!(session.get::<f64>("nan").await.is_err());
    assert_eq!(session.get::<Option<f64>>("nan").await?, Some(None));
    let date = OffsetDateTime::from_unix_timestamp(4_000_000_000)?;
    session.insert("date", date.unix_timestamp()).await?;
    let seconds = session.get::<i64>("date").await?.unwrap();
    assert_eq!(OffsetDateTime::from_unix_timestamp(seconds)?, date);
    Ok(())
}

/// Django reserves the keys that begin with an underscore for itself.
#[tokio::test]
async fn keys_that_begin_with_an_underscore_are_the_librarys() -> Result {
    let (session, store) = new().await;
    session.insert("mine", 1).await?;
    session.keep_expiry(Some(Expiry::OnSessionEnd)).await?;
    session.save().await?;
    let record = store.load(&session.id().unwrap()).await?.unwrap();
    let mut keys: Vec<_> = record.data.into_keys().collect();
    keys.sort();
    assert_eq!(keys, ["_session_expiry", "_version", "mine"]);

    // What a site puts there is not stored, or means something else than the site thinks.
    session.insert("_version", "mine").await?;
    session.insert("_session_expiry", 60).await?;
    session.save().await?;
    let next = Session::new(session.id(), Arc::new(store), None);
    assert_ne!(next.get_value("_version").await?, Some(json!("mine")));
    let minute = Expiry::OnInactivity(Duration::minutes(1));
    assert_eq!(next.kept_expiry().await?, Some(minute));
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
