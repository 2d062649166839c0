//! Step 3's pages with their sessions in PostgreSQL.

use axum::Router;
use locallibrary::Library;
use lossless_sessions::PostgresStore;
use tokio_postgres::Client;

use crate::{
    cluster::{self, Cluster, client},
    step3,
};

/// A site whose rows a test can look at.
pub struct Site {
    pub address: String,
    pub store: PostgresStore,
    pub app: Router,
}

impl Site {
    /// On the server that the tests share, with a database of its own; `None` where there is no PostgreSQL.
    pub async fn new() -> Option<Self> {
        Some(Self::on(cluster::shared()?).await)
    }

    pub async fn on(cluster: &Cluster) -> Self {
        Self::at(cluster.database().await).await
    }

    pub async fn at(address: String) -> Self {
        let store = PostgresStore::connect(&address).await.unwrap();
        let app = step3::app(Library::in_memory().unwrap(), store.clone());
        Self {
            address,
            store,
            app,
        }
    }

    /// Another site with the same sessions, as another process would be: nothing else is shared.
    pub async fn another(&self) -> Self {
        Self::at(self.address.clone()).await
    }

    /// A connection beside the store's.
    pub async fn client(&self) -> Client {
        client(&self.address).await
    }

    /// How many sessions are stored.
    pub async fn rows(&self) -> i64 {
        let client = self.client().await;
        let rows = client.query_one("select count(*) from session", &[]).await;
        rows.unwrap().get(0)
    }
}
