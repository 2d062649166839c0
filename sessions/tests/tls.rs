//! TLS to PostgreSQL: each `sslmode` does what it does in libpq, against a server with a certificate of the test's own.

#[path = "../../tests/postgres/cluster.rs"]
#[expect(dead_code, reason = "tests/postgres needs the rest")]
mod cluster;
#[path = "../../tests/postgres/programs.rs"]
mod programs;

use std::{fs, net::TcpListener, path::Path, process::Command};

use lossless_sessions::PostgresStore;
use tokio_postgres::Client;

use crate::cluster::Cluster;

/// Makes a certificate and its key in this folder; one that nobody else signs signs others.
fn certificate(folder: &Path, name: &str, signed_by: Option<&str>) {
    let mut openssl = Command::new("openssl");
    openssl
        .current_dir(folder)
        .args(["req", "-x509", "-nodes", "-days", "1", "-newkey", "ec"]);
    openssl.args(["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj"]);
    openssl
        .arg(format!("/CN={name}"))
        .arg("-keyout")
        .arg(format!("{name}.key"));
    openssl.arg("-out").arg(format!("{name}.crt"));
    if let Some(other) = signed_by {
        openssl.args([
            "-CA",
            &format!("{other}.crt"),
            "-CAkey",
            &format!("{other}.key"),
        ]);
        openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
        openssl.args(["-addext", "subjectAltName=DNS:localhost"]);
    }
    let made = openssl.output().unwrap();
    assert!(made.status.success(), "{made:?}");
}

/// A server of which only the name `localhost` is in its certificate.
struct Server {
    cluster: Cluster,
    port: u16,
    by_hand: Client,
}

impl Server {
    async fn new(certificates: &Path) -> Option<Self> {
        let cluster = Cluster::start_new()?;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let file = |name: &str| {
            let content = fs::read(certificates.join(name)).unwrap();
            cluster.give(name, &content).display().to_string()
        };
        cluster.set(&format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'",
            file("server.crt"),
            file("server.key")
        ));
        cluster.stop();
        cluster.start();
        let by_hand = by_hand(port).await;
        Some(Self {
            cluster,
            port,
            by_hand,
        })
    }

    /// Whether the connection of a store with these settings is encrypted, or why it cannot be made.
    async fn encrypts(&self, host: &str, settings: &str) -> Result<bool, String> {
        let address = format!(
            "postgres://postgres@{host}:{}/postgres?{settings}",
            self.port
        );
        let store = PostgresStore::connect(&address).await;
        let _store = store.map_err(|cause| cause.to_string())?;
        let encrypted = "select ssl from pg_stat_ssl join pg_stat_activity using (pid)
                         where application_name = 'lossless-sessions'";
        Ok(self.by_hand.query_one(encrypted, &[]).await.unwrap().get(0))
    }
}

async fn by_hand(port: u16) -> Client {
    let address = format!("postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable");
    cluster::client(&address).await
}

#[tokio::test]
async fn each_sslmode_trusts_whom_it_trusts_in_libpq() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path(), "ours", None);
    certificate(folder.path(), "theirs", None);
    certificate(folder.path(), "server", Some("ours"));
    let Some(mut server) = Server::new(folder.path()).await else {
        return;
    };
    let with = |mode: &str, roots: &str| {
        let roots = folder.path().join(roots).display().to_string();
        format!("sslmode={mode}&sslrootcert={}", roots.replace('/', "%2F"))
    };
    for (host, settings, encrypted) in [
        ("localhost", "sslmode=disable".into(), false),
        ("localhost", String::new(), true),
        ("127.0.0.1", "sslmode=prefer".into(), true),
        ("127.0.0.1", "sslmode=require".into(), true),
        ("127.0.0.1", with("require", "ours.crt"), true),
        ("127.0.0.1", with("verify-ca", "ours.crt"), true),
        ("localhost", with("verify-full", "ours.crt"), true),
    ] {
        let found = server.encrypts(host, &settings).await;
        assert_eq!(found, Ok(encrypted), "{host} {settings}");
    }
    for (host, settings, why) in [
        (
            "127.0.0.1",
            with("verify-full", "ours.crt"),
            "not valid for name",
        ),
        (
            "localhost",
            with("verify-full", "theirs.crt"),
            "UnknownIssuer",
        ),
        (
            "127.0.0.1",
            with("verify-ca", "theirs.crt"),
            "UnknownIssuer",
        ),
        ("127.0.0.1", with("require", "theirs.crt"), "UnknownIssuer"),
        // libpq would go on without TLS.
        ("127.0.0.1", with("prefer", "theirs.crt"), "UnknownIssuer"),
        (
            "localhost",
            "sslmode=verify-full&sslrootcert=system".into(),
            "system, cannot be used",
        ),
        (
            "localhost",
            "sslmode=verify-full".into(),
            "add &sslrootcert=FILE",
        ),
        (
            "localhost",
            with("verify-full", "none.crt"),
            "none.crt, cannot be used",
        ),
        (
            "localhost",
            with("verify-full", "server.key"),
            "it holds none",
        ),
        ("localhost", "sslmode=verify".into(), "has a wrong sslmode"),
    ] {
        let refused = server.encrypts(host, &settings).await.unwrap_err();
        assert!(refused.contains(why), "{host} {settings}: {refused}");
    }
    let folder = "show unix_socket_directories";
    let folder: String = server.by_hand.query_one(folder, &[]).await.unwrap().get(0);
    let socket = folder.replace('/', "%2F");
    assert_eq!(server.encrypts(&socket, "").await, Ok(false));
    let refused = server.encrypts(&socket, "sslmode=require").await;
    assert!(refused.unwrap_err().contains("does not support TLS"));
    server.cluster.set("ssl = off");
    server.cluster.stop();
    server.cluster.start();
    server.by_hand = by_hand(server.port).await;
    assert_eq!(server.encrypts("localhost", "").await, Ok(false));
    let refused = server
        .encrypts("localhost", "sslmode=require")
        .await
        .unwrap_err();
    assert!(refused.contains("does not support TLS"), "{refused}");
}
