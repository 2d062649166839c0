//! Links that change something.

use crate::{
    check::Check,
    finding::Level,
    html,
    question::{Question, Remedy},
    wire::{Failure, Request},
};

pub static BY_GET: Question = Question {
    id: "changes-by-get",
    title: "Nothing but a form that posts signs in, signs out or changes anything",
    should: "405, 404, or a page that only shows something.",
    why: "A picture, a link or a browser that loads ahead is enough to do what a GET does, from any site and with the visitor's cookie.",
    source: "RFC 9110, 9.2.1 on safe methods; ASVS 5, 3.5.3",
    remedy: Remedy {
        ours: "post(handler) and not get(handler) in the router",
        tower_sessions: "post(handler) and not get(handler) in the router",
        django: "@require_POST; LogoutView takes POST alone since 5.0",
        express: "app.post(...) and neither app.get nor app.all",
        rails: "delete \"/sign-out\" with button_to, not get with link_to",
        flask: "@app.post(...) and not @app.get",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let mut asked = Vec::new();
    if signs_in(check).await? || signs_out(check).await? {
        return Ok(());
    }
    asked.extend(
        check
            .account
            .sign_in
            .iter()
            .chain(&check.account.sign_out)
            .map(|sent| sent.path.clone()),
    );
    for form in check.site.forms.clone() {
        if asked.contains(&form.action) {
            continue;
        }
        asked.push(form.action.clone());
        let answer = signed_in_get(check, &form.action).await?;
        // A page shows itself; what was done leads on to another page, as after a form.
        let location = answer
            .location()
            .and_then(|to| html::on_this_site(to, check.wire.host(), &form.action));
        let leads_on =
            location.filter(|to| to.trim_end_matches('/') != form.action.trim_end_matches('/'));
        if let Some(to) = leads_on.filter(|to| !is_sign_in(check, to)) {
            let came = format!("{}, on to {to}, as after the form", answer.status);
            check.found(&BY_GET, Level::Broken, format!("GET {}", form.action), came);
            return Ok(());
        }
    }
    match asked.is_empty() {
        true => check.not_asked(&BY_GET, "no form was found"),
        false => check.found(
            &BY_GET,
            Level::Good,
            format!("GET {}", asked.join(", ")),
            "none did anything",
        ),
    }
    Ok(())
}

fn is_sign_in(check: &Check, path: &str) -> bool {
    let path = path.split('?').next();
    check
        .account
        .sign_in
        .as_ref()
        .is_some_and(|form| form.path.split('?').next() == path)
}

async fn signed_in_get(check: &mut Check, path: &str) -> Result<crate::wire::Answer, Failure> {
    let mut visitor = check.visitor();
    if let Some(person) = check.account.sign_in.clone() {
        check.sign_in(&mut visitor, &person).await?;
    }
    visitor.open(&check.site.page).await?;
    visitor.get(path).await
}

async fn signs_in(check: &mut Check) -> Result<bool, Failure> {
    let Some(person) = check.account.sign_in.clone() else {
        return Ok(false);
    };
    let query = Request::post("/", &person.fields).body;
    let mut visitor = check.visitor();
    visitor.get(&format!("{}?{query}", person.path)).await?;
    let done = check.is_signed_in(&visitor).await?;
    if done {
        let asked = format!("GET {} with name and password in the address", person.path);
        check.found(&BY_GET, Level::Broken, asked, "the visitor is signed in");
        check.sign_out(&mut visitor).await?;
    }
    Ok(done)
}

async fn signs_out(check: &mut Check) -> Result<bool, Failure> {
    let (Some(person), Some(form)) = (
        check.account.sign_in.clone(),
        check.account.sign_out.clone(),
    ) else {
        return Ok(false);
    };
    let mut visitor = check.visitor();
    check.sign_in(&mut visitor, &person).await?;
    visitor.get(&form.path).await?;
    let done = !check.is_signed_in(&visitor).await?;
    if done {
        check.found(
            &BY_GET,
            Level::Broken,
            format!("GET {}", form.path),
            "the visitor is signed out",
        );
    }
    Ok(done)
}
