//! What needs no session.

use http::{Method, header};

use crate::{
    check::Check,
    finding::Level,
    jar::is_removal,
    question::{Question, Remedy},
    wire::{Failure, Request},
};

pub const QUESTIONS: &[&Question] = &[&NOBODY];

/// How many pictures, styles and scripts are asked for.
const FILES: usize = 5;

/// A page that no site has.
pub const MISSING: &str = "/no-such-page-3f9c1a7e";

pub static NOBODY: Question = Question {
    id: "session-for-nobody",
    title: "Files, missing pages and robots' files start no session",
    should: "No Set-Cookie for the session.",
    why: "Each such session is a row that nobody comes back for, and its Set-Cookie gets into caches with the file.",
    source: "OWASP Session Management cheat sheet, session ID life cycle; RFC 9111, 7.3",
    remedy: Remedy {
        ours: "put the session layer around the pages that use it, and serve files beside it; reading makes no row",
        tower_sessions: "put the session layer around the pages that use it; reading makes no row",
        django: "SESSION_SAVE_EVERY_REQUEST = False, the default; touch request.session in views only",
        express: "session({ saveUninitialized: false }), and express.static before session()",
        rails: "leave the session alone in ApplicationController; public/ needs none",
        flask: "touch the session in views only; SESSION_REFRESH_EACH_REQUEST = False",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let files = check.site.files.iter().take(FILES).cloned();
    let paths: Vec<_> = [MISSING.into(), "/robots.txt".into(), "/favicon.ico".into()]
        .into_iter()
        .chain(files)
        .collect();
    let asked = paths.join(", ");
    for path in &paths {
        for method in [Method::GET, Method::HEAD] {
            let request = Request {
                method: method.clone(),
                ..Request::get(path)
            };
            let answer = check
                .wire
                .send(request.with(header::USER_AGENT, "a robot"))
                .await?;
            let mut set = answer.cookies().filter(|cookie| !is_removal(cookie));
            if set.any(|cookie| cookie.name() == check.site.cookie) {
                check.found(
                    &NOBODY,
                    Level::Weak,
                    format!("{method} {path}"),
                    "it sets the session's cookie",
                );
                return Ok(());
            }
        }
    }
    check.found(
        &NOBODY,
        Level::Good,
        asked,
        "none sets the session's cookie",
    );
    Ok(())
}
