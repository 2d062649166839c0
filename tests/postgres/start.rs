//! Connecting: what is made, what is refused, and in which words.

use lossless_sessions::{
    PostgresStore,
    conformance::{request, stored},
};

use crate::{
    cluster::{self, client},
    site::Site,
};

async fn refusal(address: &str) -> String {
    match PostgresStore::connect(address).await {
        Ok(_) => panic!("{address} was not refused"),
        Err(cause) => cause.to_string(),
    }
}

#[tokio::test]
async fn a_wrong_address_is_one_sentence_that_says_what_is_right() {
    for (address, what) in [
        ("", "does not begin with postgres://"),
        (
            "mysql://ann:secret@127.0.0.1/a",
            "does not begin with postgres://",
        ),
        (
            "host=127.0.0.1 password=secret",
            "does not begin with postgres://",
        ),
        ("postgres:///library", "names no server"),
        (
            "postgres://ann:secret@127.0.0.1:x/a",
            "invalid value for option `port`",
        ),
        (
            "postgres://ann:secret@127.0.0.1/a?colour=red",
            "unknown option `colour`",
        ),
        (
            "postgres://ann:secret@127.0.0.1/a?sslcert=a.crt",
            "unknown option `sslcert`",
        ),
        (
            "postgres://ann:secret@127.0.0.1/a?keepalives_count=3",
            "unknown option `keepalives_count`",
        ),
        (
            "postgres://ann:secret@127.0.0.1/a?sslmode=allow",
            "has a wrong sslmode",
        ),
        (
            "postgres://ann:secret@127.0.0.1/a?sslmode=require",
            "asks for TLS",
        ),
    ] {
        let words = refusal(address).await;
        assert!(
            words.starts_with("DATABASE_URL ") && words.contains(what),
            "{words}"
        );
        assert!(words.contains("postgres://name:password@"), "{words}");
        assert!(!words.contains("secret"), "{words}");
    }
}

#[tokio::test]
async fn where_no_server_answers_a_sentence_says_how_to_have_one() {
    // Port 1 is nobody's.
    let words = refusal("postgres://ann:hush@127.0.0.1:1/library").await;
    for part in ["refused", "docker run", "postgresql", "DATABASE_URL="] {
        assert!(words.contains(part), "{words}");
    }
    assert!(!words.contains("hush"), "{words}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let address = cluster.database().await + "_none";
    let words = refusal(&address).await;
    assert!(words.contains("_none\" does not exist"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_start_at_once_make_the_tables_once() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let address = cluster.database().await;
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let address = address.clone();
            tokio::spawn(async move { PostgresStore::connect(&address).await.map(drop) })
        })
        .collect();
    for program in starting {
        program.await.unwrap().unwrap();
    }
    let versions = "select count(*) from session_schema";
    let versions = client(&address)
        .await
        .query_one(versions, &[])
        .await
        .unwrap();
    assert_eq!(versions.get::<_, i64>(0), 1);
}

#[tokio::test]
async fn a_later_start_finds_the_sessions() {
    let Some(site) = Site::new().await else {
        return;
    };
    stored(&site.store).await;
    assert_eq!(site.another().await.rows().await, 1);
}

#[tokio::test]
async fn tables_of_a_newer_program_are_refused_and_left_alone() {
    let Some(site) = Site::new().await else {
        return;
    };
    stored(&site.store).await;
    let newer = "update session_schema set version = 3";
    site.client().await.batch_execute(newer).await.unwrap();
    let words = refusal(&site.address).await;
    assert!(words.contains("have the shape 3"), "{words}");
    assert_eq!(site.rows().await, 1);
}

/// The first shape of the tables knew no persons.
#[tokio::test]
async fn tables_of_an_older_program_are_brought_up_to_date_and_keep_their_rows() {
    let Some(site) = Site::new().await else {
        return;
    };
    let id = stored(&site.store).await;
    let older = "alter table session drop column saved, drop column person;
                 update session_schema set version = 1";
    site.client().await.batch_execute(older).await.unwrap();
    let site = site.another().await;
    let session = request(&site.store, Some(id));
    assert_eq!(session.get("n").await.unwrap(), Some(1));
    session.insert("n", 2).await.unwrap();
    session.save().await.unwrap();
}

#[tokio::test]
async fn somebody_elses_table_of_that_name_is_refused_and_left_alone() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let address = cluster.database().await;
    let client = client(&address).await;
    client
        .batch_execute("create table session (theirs text)")
        .await
        .unwrap();
    let words = refusal(&address).await;
    assert!(words.contains("\"session\" already exists"), "{words}");
    client
        .query_one("select count(theirs) from session", &[])
        .await
        .unwrap();
}

/// A program that may only read and write rows, as is usual in production, needs no right to make tables.
#[tokio::test]
async fn who_finds_the_tables_need_not_be_allowed_to_make_them() {
    let Some(site) = Site::new().await else {
        return;
    };
    let role = site.address.rsplit('/').next().unwrap().to_string() + "_app";
    let grant = format!(
        "create role {role} login; grant select on session_schema to {role};
         grant select, insert, update, delete on session to {role}"
    );
    site.client().await.batch_execute(&grant).await.unwrap();
    let address = site.address.replace("postgres@", &format!("{role}@"));
    let store = PostgresStore::connect(&address).await.unwrap();
    stored(&store).await;
    store.clear_expired().await.unwrap();
}
