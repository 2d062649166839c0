//! What caches are told about pages that used the session.

use http::header;

use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    wire::{Answer, Failure},
};

pub const QUESTIONS: &[&Question] = &[&CONTROL, &VARY];

static CONTROL: Question = Question {
    id: "cache-control",
    title: "Caches do not keep pages that used the session",
    should: "Cache-Control: no-store, or private.",
    why: "A cache on the way gives one visitor's page, or their cookie, to the next; the browser's own shows it to whoever presses Back after signing out.",
    source: "RFC 9111, 5.2.2; OWASP Session Management cheat sheet, web content caching and Clear-Site-Data; ASVS 5, 14.3.2",
    remedy: Remedy {
        ours: "Protect::new(session_layer)",
        tower_sessions: "SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static(\"no-store\"))",
        django: "@never_cache, or @cache_control(no_store=True), on the views that use the session",
        express: "app.use((req, res, next) => { res.set(\"Cache-Control\", \"no-store\"); next(); }) beside session()",
        rails: "response.headers[\"Cache-Control\"] = \"no-store\" in a before_action",
        flask: "response.headers[\"Cache-Control\"] = \"no-store\" in an after_request",
    },
};

static VARY: Question = Question {
    id: "vary-cookie",
    title: "A cache that keeps a page all the same gives it to nobody else",
    should: "Vary: Cookie.",
    why: "Vary: Cookie is the second line: a cache that is told to keep pages anyway, as many are configured, then keeps one for each visitor.",
    source: "RFC 9110, 12.5.5; RFC 9111, 4.1",
    remedy: Remedy {
        ours: "Protect::new(session_layer)",
        tower_sessions: "SetResponseHeaderLayer::appending(VARY, HeaderValue::from_static(\"Cookie\"))",
        django: "SessionMiddleware does it whenever a view reads the session",
        express: "res.vary(\"Cookie\") beside session()",
        rails: "response.headers[\"Vary\"] = \"Cookie\" in a before_action",
        flask: "nothing to do: Flask does it whenever a view reads the session",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let mut visitor = check.visitor();
    let mut pages = vec![check.site.page.clone()];
    if let Some(person) = check.account.sign_in.clone() {
        check.sign_in(&mut visitor, &person).await?;
        pages.extend(check.site.inner.clone());
    }
    let mut answers = Vec::new();
    for path in pages {
        visitor.get(&path).await?;
        answers.push((path.clone(), visitor.get(&path).await?));
    }
    let mut judge = |question, judged: fn(&Answer) -> (Level, String)| {
        let all = answers.iter().map(|(path, answer)| (judged(answer), path));
        if let Some(((level, came), path)) = all.max_by_key(|((level, _), _)| *level) {
            check.found(
                question,
                level,
                format!("GET {path} with the session's cookie"),
                came,
            );
        }
    };
    judge(&CONTROL, control);
    judge(&VARY, vary);
    Ok(())
}

fn control(answer: &Answer) -> (Level, String) {
    let said = answer.joined(header::CACHE_CONTROL);
    let says = |word: &str| {
        said.split(',')
            .any(|part| part.trim().split('=').next() == Some(word))
    };
    let lives = |word: &str| {
        let mut parts = said
            .split(',')
            .filter_map(|part| part.trim().split_once('='));
        parts.any(|(name, seconds)| name == word && seconds != "0")
    };
    let level = match () {
        () if says("no-store") => Level::Good,
        // The browser keeps it, and shows it to whoever presses Back.
        () if says("private") && lives("max-age") => Level::Weak,
        () if says("private") => Level::Good,
        () if says("public") || lives("max-age") || lives("s-maxage") => Level::Broken,
        // It is kept, but nobody gets it before the site was asked.
        () if says("no-cache") => Level::Good,
        () => Level::Weak,
    };
    let said = if said.is_empty() {
        "no Cache-Control".into()
    } else {
        format!("Cache-Control: {said}")
    };
    (level, said)
}

fn vary(answer: &Answer) -> (Level, String) {
    let said = answer.joined(header::VARY);
    let mut names = said.split(',').map(str::trim);
    match names.any(|name| name == "cookie" || name == "*") {
        true => (Level::Good, format!("Vary: {said}")),
        false => (Level::Weak, "no Vary: Cookie".into()),
    }
}
