//! What the store promises, and what its rows look like.

use lossless_sessions::{
    PERSON, PostgresStore,
    conformance::{request, stored},
    row_key, test_every_store, test_lossless_store, test_people,
};
use sha2::{Digest, Sha256};
use tower_sessions::{
    SessionStore,
    cookie::time::{Duration, OffsetDateTime},
    session::Id,
};

use crate::{
    ask::{ask, visits},
    cluster::{self, client},
    site::Site,
};

test_every_store! { postgres_store, match store().await {
    Some(store) => store,
    None => return,
} }

test_lossless_store! { lossless_postgres_store, match store().await {
    Some(store) => store,
    None => return,
} }

test_people! { people_in_postgres, match store().await {
    Some(store) => store,
    None => return,
} }

async fn store() -> Option<PostgresStore> {
    let address = cluster::shared()?.database().await;
    Some(PostgresStore::connect(&address).await.unwrap())
}

/// Whoever reads the table can read the data, and cannot log in.
#[tokio::test]
async fn a_row_is_readable_and_holds_no_id() {
    let Some(site) = Site::new().await else {
        return;
    };
    let id = stored(&site.store).await;
    let row = "select key, data->>'n', data::text, session::text from session";
    let row = site.client().await.query_one(row, &[]).await.unwrap();
    assert_eq!(
        row.get::<_, Vec<u8>>(0),
        Sha256::digest(id.to_string()).as_slice()
    );
    assert_eq!(row.get::<_, String>(1), "1");
    assert_eq!(row.get::<_, String>(2), r#"{"n":1}"#);
    assert!(!row.get::<_, String>(3).contains(&id.to_string()));
}

/// The server writes down every statement that it is sent.
#[tokio::test]
async fn a_visit_is_one_statement_that_loads_and_one_that_saves() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let address = cluster.database().await;
    let database = address.rsplit('/').next().unwrap();
    let client = client(&address).await;
    let logging = format!("alter database {database} set log_statement = 'all'");
    client.batch_execute(&logging).await.unwrap();
    let site = Site::at(address.clone()).await;
    let (_, cookie, _) = ask(&site.app, "/", "").await;
    // The first visits prepare what later ones use.
    ask(&site.app, "/", &cookie).await;
    let before = cluster.logged(database).len();
    let (_, _, page) = ask(&site.app, "/", &cookie).await;
    assert_eq!(visits(&page), 2);
    let logged = cluster.logged(database);
    let statements: Vec<_> = logged[before..]
        .iter()
        .filter(|line| line.contains("LOG:  "))
        .collect();
    assert_eq!(statements.len(), 2, "{statements:?}");
    assert!(statements[0].contains(": select data"), "{statements:?}");
    assert!(statements[1].contains(": with saved as"), "{statements:?}");
}

/// F17, on PostgreSQL: what is no JSON at all, its type `json` keeps out; the rest makes new visitors.
#[tokio::test]
async fn a_row_that_cannot_be_read_makes_a_new_visitor() {
    let Some(site) = Site::new().await else {
        return;
    };
    for damage in ["data = '[1]'", "data = 'null'", "expires = 'infinity'"] {
        let client = site.client().await;
        client.batch_execute("delete from session").await.unwrap();
        let (_, cookie, _) = ask(&site.app, "/", "").await;
        let damage = format!("update session set {damage}");
        client.batch_execute(&damage).await.unwrap();
        let (status, new, page) = ask(&site.app, "/", &cookie).await;
        assert_eq!((status.as_u16(), visits(&page)), (200, 0), "{damage}");
        assert_ne!(new, cookie);
        assert_eq!(site.rows().await, 1, "the damaged row is gone: {damage}");
    }
}

/// Two processes that sweep at once delete each row once; a row that somebody has locked waits for the next sweep.
#[tokio::test(flavor = "multi_thread")]
async fn sweeps_at_once_share_the_work_and_wait_for_nobody() {
    let Some(site) = Site::new().await else {
        return;
    };
    let fill = "insert into session
        select sha256(i::text::bytea), '{}', now() + make_interval(secs => expires), now(), 0, 0
        from generate_series(1, 5000) i, (values (-1), (1000)) as expiry (expires) where i % 2 = (expires + 1) % 2";
    let mut client = site.client().await;
    client.batch_execute(fill).await.unwrap();
    let busy = client.transaction().await.unwrap();
    let lock = "select 1 from session where expires < now() limit 1 for update";
    busy.query_one(lock, &[]).await.unwrap();
    let another = site.another().await;
    let (one, other) = tokio::join!(site.store.clear_expired(), another.store.clear_expired());
    assert_eq!(one.unwrap() + other.unwrap(), 2_499);
    busy.commit().await.unwrap();
    assert_eq!(site.store.clear_expired().await.unwrap(), 1);
    assert_eq!(site.rows().await, 2_500, "the live ones");
}

/// A sweep in the background ends with the store.
#[tokio::test]
async fn a_sweep_in_the_background_clears_at_once() {
    let Some(site) = Site::new().await else {
        return;
    };
    let mut over = tower_sessions::session::Record {
        id: Default::default(),
        data: Default::default(),
        expiry_date: OffsetDateTime::now_utc() - Duration::seconds(1),
    };
    site.store.create(&mut over).await.unwrap();
    site.store.sweep_every(Duration::hours(1));
    while site.rows().await > 0 {
        tokio::task::yield_now().await;
    }
}

/// The store's connections are not the application's.
#[tokio::test]
async fn a_transaction_of_the_application_ends_sessions_only_if_it_deletes_their_rows_itself() {
    let Some(site) = Site::new().await else {
        return;
    };
    let mut client = site.client().await;
    let ids = [
        sign_in(&site.store).await,
        sign_in(&site.store).await,
        sign_in(&site.store).await,
    ];
    let there = async || {
        let mut there = Vec::new();
        for id in &ids {
            there.push(site.store.load(id).await.unwrap().is_some());
        }
        there
    };
    let own = row_key(&ids[0]);
    let delete = "delete from session where person = $1 and key is distinct from $2";
    for (commits, left) in [(false, [true, true, true]), (true, [true, false, false])] {
        let transaction = client.transaction().await.unwrap();
        let ended = transaction
            .execute(delete, &[&1_i64, &own.as_slice()])
            .await;
        assert_eq!(ended.unwrap(), 2);
        assert_eq!(there().await, [true; 3], "nothing is committed yet");
        match commits {
            true => transaction.commit().await.unwrap(),
            false => transaction.rollback().await.unwrap(),
        }
        assert_eq!(there().await, left);
    }
    let transaction = client.transaction().await.unwrap();
    let people = site.store.people();
    people.end_others(1, None).await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(there().await, [false; 3]);
}

/// Stores a session of the person with the number 1.
async fn sign_in(store: &PostgresStore) -> Id {
    let session = request(store, None);
    session.insert(PERSON, 1).await.unwrap();
    session.save().await.unwrap();
    session.id().unwrap()
}

/// An application has connections of its own. Where the tables are made only on connections that the store has opened, the
/// first save fails.
#[tokio::test]
async fn a_pool_of_the_application_is_enough() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let config = cluster.database().await.parse().unwrap();
    let manager = lossless_sessions::postgres::Manager::new(config, tokio_postgres::NoTls);
    let pool = lossless_sessions::postgres::Pool::builder(manager)
        .build()
        .unwrap();
    let store = PostgresStore::on(pool);
    let id = stored(&store).await;
    assert!(store.load(&id).await.unwrap().is_some());
}
