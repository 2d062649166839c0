//! Looping over a session.

use std::sync::Arc;

use axum::{
    Extension,
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use serde_json::Value;
use tower_sessions::{Session, SessionStore, session::Error};

use crate::store::Version;

/// What the store holds for the visitor's session. Django: `request.session.items()`.
///
/// tower-sessions keeps the data of a [`Session`] private, so this reads the stored record instead. It shows the
/// session as the last request left it, without the changes of the present request.
///
/// A handler that takes it as a parameter needs [`StoredItems::layer`].
#[derive(Clone, Debug)]
pub struct StoredItems {
    session: Session,
    store: Arc<dyn SessionStore>,
}

impl StoredItems {
    /// The items of `session` in `store`.
    pub fn new(session: Session, store: Arc<dyn SessionStore>) -> Self {
        Self { session, store }
    }

    /// Hands `store` to the handlers that take a [`StoredItems`]; it goes inside the session layer.
    pub fn layer(store: impl SessionStore) -> Extension<Arc<dyn SessionStore>> {
        Extension(Arc::new(store))
    }

    /// The keys and values, sorted by key.
    ///
    /// # Errors
    /// [`Error::Store`] when the store cannot be read.
    pub async fn items(&self) -> Result<Vec<(String, Value)>, Error> {
        let Some(id) = self.session.id() else {
            return Ok(Vec::new());
        };
        let Some(record) = self.store.load(&id).await? else {
            return Ok(Vec::new());
        };
        let mut items: Vec<_> = record
            .data
            .into_iter()
            .filter(|(key, _)| key != Version::KEY)
            .collect();
        items.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(items)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for StoredItems {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let session = Session::from_request_parts(parts, state).await?;
        let Some(store) = parts.extensions.get::<Arc<dyn SessionStore>>() else {
            return Err((
                StatusCode::INTERNAL_SERVER_ERROR,
                "the layer StoredItems::layer is missing",
            ));
        };
        Ok(Self::new(session, store.clone()))
    }
}
