//! Cookies that the site never gave out, or did not give out in this form.

use std::iter;

use crate::{
    account::Sent,
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    visitor::From,
    wire::{Failure, Request},
};

pub const QUESTIONS: &[&Question] = &[&ADOPTED, &TWICE, &NAME];

/// How many of a site's forms are sent with an invented id.
const FORMS: usize = 5;

static ADOPTED: Question = Question {
    id: "id-adopted",
    title: "An id that the site has not given out is never believed",
    should: "A new id in Set-Cookie, or none, and the invented id a stranger's as before.",
    why: "If the site believes an id that an attacker has planted, the attacker knows the id of whoever uses that browser next (session fixation).",
    source: "OWASP Session Management cheat sheet, permissive and strict session management; ASVS 5, 7.2.1 and 7.2.3",
    remedy: Remedy {
        ours: "SqliteStore: its create always makes the id; Protect::new(session_layer)",
        tower_sessions: "read the session before clear() or flush(), and call cycle_id() after flush()",
        django: "leave request.session to SessionMiddleware, which makes a new key",
        express: "never assign req.sessionID; a store's get must answer null for an unknown id",
        rails: "leave config.session_store's ids to Rails; never read an id from params",
        flask: "Flask-Session 0.7 or newer makes a new id for an unknown one",
    },
};

static TWICE: Question = Question {
    id: "cookie-twice",
    title: "A session's cookie that comes twice is not believed",
    should: "The page as a stranger sees it, whichever of the two comes first.",
    why: "Another host of the domain, or another path, may have set one of the two, and the site cannot tell which is the visitor's.",
    source: "RFC 6265, 8.6; RFC 6265bis, 4.1.3.2 on __Host-",
    remedy: Remedy {
        ours: "Protect leaves both out; on https the name __Host-id keeps others from setting it",
        tower_sessions: "with_name(\"__Host-id\") on https; leave doubled names out in a layer of your own",
        django: "SESSION_COOKIE_NAME = \"__Host-sessionid\" on https",
        express: "session({ name: \"__Host-id\" }) on https",
        rails: "config.session_store :cookie_store, key: \"__Host-session\" on https",
        flask: "SESSION_COOKIE_NAME = \"__Host-session\" on https",
    },
};

static NAME: Question = Question {
    id: "cookie-name",
    title: "A cookie whose name only resembles the session's is not believed",
    should: "The page as a stranger sees it.",
    why: "Browsers protect __Host- names letter by letter; a site that decodes or trims names believes a cookie that any host of the domain could set.",
    source: "RFC 6265bis, 4.1.3 and 5.4; OWASP Session Management cheat sheet, cookie name prefixes",
    remedy: Remedy {
        ours: "Protect leaves such a cookie out",
        tower_sessions: "leave out cookies with % or unusual characters in their names, in a layer of your own",
        django: "let the server in front drop cookies whose names are not plain ASCII",
        express: "cookie compares names as they came; do not decode them yourself",
        rails: "let the server in front drop cookies whose names have % in them",
        flask: "let the server in front drop cookies whose names are not plain ASCII",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    if check.ids_are_shared() {
        for question in QUESTIONS {
            check.not_asked(
                question,
                "all visitors have one session, whatever cookie they send",
            );
        }
        return Ok(());
    }
    adopted(check).await?;
    let Some(visitor) = check.known_visitor().await? else {
        for question in [&TWICE, &NAME] {
            check.not_asked(question, Check::SHOWS_NO_COUNT);
        }
        return Ok(());
    };
    let id = check.id(&visitor).unwrap_or_default();
    twice(check, &id).await?;
    resembling(check, &id).await
}

/// Tries an invented id on the page, on each form, and on the form to sign in.
async fn adopted(check: &mut Check) -> Result<(), Failure> {
    let mut visitor = check.visitor();
    visitor.open(&check.site.page).await?;
    let Some(pattern) = check.id(&visitor) else {
        check.not_asked(
            &ADOPTED,
            format!("{} gives strangers no id to imitate", check.site.page),
        );
        return Ok(());
    };
    let forms = check.site.forms.iter().take(FORMS);
    let forms = forms.map(|form| Sent {
        path: form.action.clone(),
        fields: form.fields.clone(),
    });
    let sent: Vec<_> = iter::once(None)
        .chain(forms.chain(check.account.sign_in.clone()).map(Some))
        .collect();
    for form in sent {
        let invented = like(&pattern);
        let mut visitor = check.visitor();
        visitor.jar.set(&check.site.cookie, &invented);
        let answer = match &form {
            Some(form) => check.submit(&mut visitor, form, From::Here).await?,
            None => visitor.send(Request::get(&check.site.page)).await?,
        };
        let echoed = answer
            .cookies()
            .any(|cookie| cookie.name() == check.site.cookie && cookie.value() == invented);
        let cookie = check.pair(&invented);
        check.count_with(&cookie).await?;
        if echoed || check.knows(&cookie).await? {
            let asked = match form {
                Some(form) => format!("{form:?} with an invented id"),
                None => format!("GET {} with an invented id", check.site.page),
            };
            check.found(
                &ADOPTED,
                Level::Broken,
                asked,
                "the invented id became a session",
            );
            return Ok(());
        }
    }
    check.found(
        &ADOPTED,
        Level::Good,
        "the page and each form with an invented id",
        "none became a session",
    );
    Ok(())
}

/// An id of the same form: each letter and digit is another one of its kind. The last one stays, because the spelling of
/// some ids allows only a few there.
pub fn like(pattern: &str) -> String {
    let mut random = vec![0; pattern.len()];
    getrandom::fill(&mut random).expect("the system has random numbers");
    let is_hex = pattern
        .chars()
        .all(|c| c.is_ascii_hexdigit() || !c.is_alphanumeric());
    let letters = if is_hex { 6 } else { 26 };
    let last = pattern.len().saturating_sub(1);
    let one = |(at, c): (usize, char)| {
        let other = |first: u8, kinds: u8| char::from(first + random[at] % kinds);
        match c {
            _ if at == last => c,
            '0'..='9' => other(b'0', 10),
            'a'..='z' => other(b'a', letters),
            'A'..='Z' => other(b'A', letters),
            other => other,
        }
    };
    pattern.char_indices().map(one).collect()
}

async fn twice(check: &mut Check, id: &str) -> Result<(), Failure> {
    let asked = format!(
        "{} twice in one request, one of them invented",
        check.site.cookie
    );
    if check.site.cookie.starts_with("__Host-") {
        check.found(
            &TWICE,
            Level::Good,
            asked,
            "browsers let nobody else set a cookie of this name",
        );
        return Ok(());
    }
    let (own, other) = (check.pair(id), check.pair(&like(id)));
    let first = check.knows(format!("{own}; {other}")).await?;
    let last = check.knows(format!("{other}; {own}")).await?;
    let (level, came) = match (first, last) {
        (false, false) => (Level::Good, "neither is believed"),
        (true, false) => (Level::Weak, "the first is believed"),
        (false, true) => (Level::Weak, "the last is believed"),
        (true, true) => (Level::Weak, "whichever is known is believed"),
    };
    check.found(&TWICE, level, asked, came);
    Ok(())
}

async fn resembling(check: &mut Check, id: &str) -> Result<(), Failure> {
    let name = check.site.cookie.clone();
    let first = name.as_bytes().first().copied().unwrap_or_default();
    let encoded = format!("%{first:02X}{}", name.get(1..).unwrap_or_default());
    let upper = name.to_uppercase();
    let other_case = if upper == name {
        name.to_lowercase()
    } else {
        upper
    };
    let names = [
        ("encoded", encoded.into_bytes()),
        (
            "with a wide space in front",
            format!("\u{2000}{name}").into_bytes(),
        ),
        (
            "with a no-break space in front",
            [&[0xA0], name.as_bytes()].concat(),
        ),
        ("in other letters, upper or lower", other_case.into_bytes()),
    ];
    let asked = "a known id under names that resemble the cookie's";
    for (how, other) in names {
        if check
            .knows([&other, &b"="[..], id.as_bytes()].concat())
            .await?
        {
            check.found(
                &NAME,
                Level::Weak,
                asked,
                format!("the name is believed {how}"),
            );
            return Ok(());
        }
    }
    check.found(&NAME, Level::Good, asked, "none is believed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_id_has_the_form_of_a_real_one() {
        let real = "s%3A0f9A-bZ_q.Wx7";
        let invented = like(real);
        let kinds = |text: &str| {
            text.chars()
                .map(|c| if c.is_alphanumeric() { 'x' } else { c })
                .collect::<String>()
        };
        assert_eq!(kinds(&invented), kinds(real));
        assert_ne!(invented, real);
        assert!(
            like("00ff-aa99")
                .chars()
                .all(|c| c == '-' || c.is_ascii_hexdigit())
        );
    }
}
