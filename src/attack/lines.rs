//! The lines that can be taken out, and a site that is put together without them.

use std::sync::{Arc, PoisonError, RwLock};

use axum::{
    Extension, Router,
    extract::{FromRequestParts, Request},
    http::{HeaderName, header, request::Parts},
    middleware::{map_request, map_response},
    response::{AppendHeaders, Response},
};
use tower::ServiceExt;

use super::wall::Wall;
use crate::Error;

/// A line that stops an attack, or keeps it small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Signing out deletes the row.
    DeleteRow,
    /// Signing in gives a new id.
    NewId,
    /// A form that another origin sends is refused.
    Origin,
    /// Only a POST signs out.
    PostOnly,
    /// A note is shown as text.
    Escape,
    /// The page says which scripts it wants: none.
    Policy,
    /// No script can read the cookie.
    HttpOnly,
}

impl Line {
    /// Every line, in the order of the attacks.
    pub const ALL: [Self; 7] = [
        Self::DeleteRow,
        Self::NewId,
        Self::Origin,
        Self::PostOnly,
        Self::Escape,
        Self::Policy,
        Self::HttpOnly,
    ];

    /// What the form of the page of attacks calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::DeleteRow => "delete-row",
            Self::NewId => "new-id",
            Self::Origin => "origin",
            Self::PostOnly => "post-only",
            Self::Escape => "escape",
            Self::Policy => "policy",
            Self::HttpOnly => "http-only",
        }
    }

    /// How it is written.
    pub fn code(self) -> &'static str {
        match self {
            Self::DeleteRow => "session.flush_and_cycle().await?;",
            Self::NewId => "session.cycle_key().await?;",
            Self::Origin => "CsrfLayer::new()",
            Self::PostOnly => "post(sign_out)",
            Self::Escape => "(note.text)",
            Self::Policy => "header::CONTENT_SECURITY_POLICY",
            Self::HttpOnly => ".with_http_only(true)",
        }
    }
}

/// Which lines are out, and what visitors have written on the wall.
#[derive(Clone, Default)]
pub struct Lab {
    out: [bool; Line::ALL.len()],
    /// The wall. It stays when a line is taken out.
    pub wall: Wall,
}

/// An answer with this extension takes out these lines, and puts back all others.
#[derive(Clone)]
pub(super) struct TakenOut(pub Vec<Line>);

impl Lab {
    /// A lab without these lines, and with an empty wall.
    pub fn without(lines: &[Line]) -> Self {
        Self::default().with_out(lines)
    }

    fn with_out(mut self, lines: &[Line]) -> Self {
        self.out = Line::ALL.map(|line| lines.contains(&line));
        self
    }

    /// Whether the program has this line.
    pub fn has(&self, line: Line) -> bool {
        !self.out[line as usize]
    }

    /// What makes a browser forget the cookie, where the row that it leads to is not deleted.
    pub fn forget(&self, cookie: &str) -> AppendHeaders<Option<(HeaderName, String)>> {
        let removal = || format!("{cookie}=; Path=/; Max-Age=0");
        let is_kept = !self.has(Line::DeleteRow);
        AppendHeaders(is_kept.then(|| (header::SET_COOKIE, removal())))
    }

    /// Tells the handlers of `site` about the lab, and hides from the site's own lines what they work with, where they
    /// are out: [`site`](crate::site()) itself has no switch.
    pub fn around(self, site: Router) -> Router {
        let (origin, policy) = (self.has(Line::Origin), self.has(Line::Policy));
        let arrives = move |mut request: Request| {
            if !origin {
                request.headers_mut().remove(header::ORIGIN);
                request.headers_mut().remove("sec-fetch-site");
            }
            async { request }
        };
        let leaves = move |mut response: Response| {
            if !policy {
                let headers = response.headers_mut();
                headers.remove(header::CONTENT_SECURITY_POLICY);
            }
            async { response }
        };
        site.layer(Extension(self))
            .layer(map_request(arrives))
            .layer(map_response(leaves))
    }
}

/// A handler that takes a `Lab` gets to know what its program lacks.
impl<S: Sync> FromRequestParts<S> for Lab {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let lab = parts.extensions.get::<Self>().cloned();
        lab.ok_or_else(|| Error::Failed("this site is not in a lab".into()))
    }
}

/// A site that is put together anew by `build` whenever a line is taken out or put back. It begins with all of them.
pub fn switchable(build: impl Fn(Lab) -> Router + Send + Sync + 'static) -> Router {
    let lab = Lab::default();
    let site = Arc::new(RwLock::new(build(lab.clone())));
    let build = Arc::new(build);
    Router::new().fallback(async move |request: Request| {
        // What the lock holds stays whole whatever happens to its holders.
        let now = site.read().unwrap_or_else(PoisonError::into_inner).clone();
        let answer = now.oneshot(request).await;
        let mut answer = answer.unwrap_or_else(|never| match never {});
        if let Some(TakenOut(lines)) = answer.extensions_mut().remove() {
            let changed = build(lab.clone().with_out(&lines));
            *site.write().unwrap_or_else(PoisonError::into_inner) = changed;
        }
        answer
    })
}
