//! A visitor of one step, with a browser of its own.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::Router;
use tokio::net::TcpListener;
use tower_sessions::session::Id;

use crate::sites::visitor::Visitor;

/// A visitor, and the step as that visitor sees it.
pub struct Guest {
    /// The visitor.
    pub visitor: Arc<Visitor>,
    /// The step.
    pub(super) site: Router,
    /// Rises when a page was opened for the visitor: the frame then shows it.
    opened: AtomicUsize,
}

impl Guest {
    pub(super) fn new(name: &'static str, listener: &TcpListener, site: Router) -> Self {
        let visitor = Visitor::new(name, listener);
        Self {
            site: visitor.site(site),
            visitor,
            opened: AtomicUsize::new(0),
        }
    }

    /// How many pages were opened for the visitor.
    pub fn opened(&self) -> usize {
        self.opened.load(Ordering::Relaxed)
    }

    /// One more was opened.
    pub(super) fn has_opened(&self) {
        self.opened.fetch_add(1, Ordering::Relaxed);
    }

    /// The session ids in the jar.
    pub(super) fn ids(&self) -> Vec<(&'static str, Id)> {
        let cookies = self.visitor.cookies();
        let values = cookies.iter().filter_map(|cookie| {
            let (_, rest) = cookie.split_once('=')?;
            rest.split(';').next()?.parse().ok()
        });
        values.map(|id| (self.visitor.name, id)).collect()
    }
}
