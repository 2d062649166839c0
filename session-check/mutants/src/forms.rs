//! Layers that answer forms in another way than they should.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use locallibrary::Library;

/// The largest body that is read here.
const LARGEST: usize = 100_000;

/// A form that comes with this header looks like one from a program, which says nothing of where it comes from.
pub fn forms_from(app: Router, name: &'static str, value: &'static str) -> Router {
    app.layer(from_fn(
        move |mut request: Request, next: Next| async move {
            let headers = request.headers_mut();
            if headers.get(name).is_some_and(|found| found == value) {
                for name in [
                    header::ORIGIN,
                    header::REFERER,
                    HeaderName::from_static("sec-fetch-site"),
                ] {
                    headers.remove(name);
                }
            }
            next.run(request).await
        },
    ))
}

/// Only `Sec-Fetch-Site` is looked at, which old browsers do not send.
pub fn trusts_old_browsers(app: Router) -> Router {
    app.layer(from_fn(async |mut request: Request, next: Next| {
        if !request.headers().contains_key("sec-fetch-site") {
            request.headers_mut().remove(header::ORIGIN);
        }
        next.run(request).await
    }))
}

/// After this form the visitor is sent wherever it says, if that begins with `start`.
pub fn redirects_anywhere(app: Router, form: &'static str, start: &'static str) -> Router {
    with_form(app, form, move |form, answer| {
        let next = form
            .iter()
            .find(|(name, to)| name == "next" && to.starts_with(start));
        let next = next.and_then(|(_, to)| HeaderValue::from_str(to).ok());
        if let Some(to) = next.filter(|_| answer.status().is_redirection()) {
            answer.headers_mut().insert(header::LOCATION, to);
        }
    })
}

/// A name that nobody has is answered otherwise than a wrong password.
pub fn tells_names_apart(app: Router) -> Router {
    with_form(app, "/sign-in", |form, answer| {
        let known = ["ann", "ben", "cleo"];
        let name = form
            .iter()
            .find(|(name, _)| name == "name")
            .map_or("", |(_, name)| name);
        if answer.status().is_client_error() && !known.contains(&name) {
            *answer.body_mut() = Body::from("There is nobody of this name.");
            answer.headers_mut().remove(header::CONTENT_LENGTH);
        }
    })
}

type Form = Vec<(String, String)>;

/// Changes the answers to a form.
fn with_form(
    app: Router,
    path: &'static str,
    change: impl Fn(&Form, &mut Response) + Clone + Send + Sync + 'static,
) -> Router {
    app.layer(from_fn(move |request: Request, next: Next| {
        let change = change.clone();
        async move {
            if request.method() != Method::POST || request.uri().path() != path {
                return next.run(request).await;
            }
            let (form, request) = read(request).await;
            let mut answer = next.run(request).await;
            change(&form, &mut answer);
            answer
        }
    }))
}

/// A request's form, and the request as it was.
async fn read(request: Request) -> (Form, Request) {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap_or_default();
    let form = form_urlencoded::parse(&body).into_owned().collect();
    (form, Request::from_parts(head, Body::from(body)))
}

/// Nothing is remembered of wrong passwords.
pub fn forgets_failures(app: Router, library: Library) -> Router {
    app.layer(from_fn(move |request: Request, next: Next| {
        let database = library.database().clone();
        async move {
            let forget =
                database.write(|connection| connection.execute("delete from failed_sign_in", []));
            forget.await.expect("the table is there");
            next.run(request).await
        }
    }))
}

/// After five wrong passwords nobody gets in under this name, whoever it is.
pub fn locks_accounts(app: Router) -> Router {
    let failures = Arc::new(Mutex::new(HashMap::<String, u32>::new()));
    app.layer(from_fn(move |request: Request, next: Next| {
        let failures = failures.clone();
        async move {
            if request.method() != Method::POST || request.uri().path() != "/sign-in" {
                return next.run(request).await;
            }
            let (form, request) = read(request).await;
            let name = form
                .into_iter()
                .find(|(name, _)| name == "name")
                .unwrap_or_default()
                .1;
            if failures
                .lock()
                .unwrap()
                .get(&name)
                .is_some_and(|times| *times >= 5)
            {
                return StatusCode::LOCKED.into_response();
            }
            let answer = next.run(request).await;
            match answer.status().is_client_error() {
                true => *failures.lock().unwrap().entry(name).or_default() += 1,
                false => drop(failures.lock().unwrap().remove(&name)),
            }
            answer
        }
    }))
}

/// Whoever is signed in stays so when the password changes: all rows come back, with the mark of the new password.
pub fn keeps_sessions_at_a_new_password(app: Router, library: Library) -> Router {
    const COLUMNS: &str = "key, data, expires, created, saved, version, writer";
    let keep = format!(
        "create temp table kept as select {COLUMNS}, person from session where person is not null"
    );
    let restore = format!(
        "insert or ignore into session ({COLUMNS})
         select key, json_set(data, '$._auth_hash', (
             select data ->> '$._auth_hash' from session where session.person = kept.person order by saved desc, created desc limit 1
         )), expires, created, saved, version, writer from kept
         where exists (select 1 from session where session.person = kept.person)"
    );
    app.layer(from_fn(move |request: Request, next: Next| {
        let (database, keep, restore) = (library.database().clone(), keep.clone(), restore.clone());
        async move {
            if request.method() != Method::POST || request.uri().path() != "/password" {
                return next.run(request).await;
            }
            let kept = database.write(move |connection| connection.execute_batch(&keep));
            kept.await.expect("the table is there");
            let answer = next.run(request).await;
            let restored = database.write(move |connection| {
                connection.execute_batch(&format!("{restore}; drop table kept"))
            });
            restored.await.expect("the columns are there");
            answer
        }
    }))
}

/// Signing out takes the cookie away from the browser, and the session stays.
pub fn forgets_cookies(app: Router) -> Router {
    let forget = async || {
        let removal = "step8=; Path=/; Max-Age=0";
        (
            [(header::SET_COOKIE, removal), (header::LOCATION, "/")],
            StatusCode::SEE_OTHER,
        )
            .into_response()
    };
    app.layer(from_fn(move |request: Request, next: Next| async move {
        let signs_out = request.uri().path() == "/sign-out";
        let answer = next.run(request).await;
        match signs_out && answer.status().is_redirection() {
            true => forget().await,
            false => answer,
        }
    }))
}
