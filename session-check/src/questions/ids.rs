//! The ids themselves.

use std::collections::BTreeSet;

use super::{computed, randomness, secrets};
use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    wire::Failure,
};

pub const QUESTIONS: &[&Question] = &[&UNIQUE, &RANDOM, &OPAQUE, &SECRET];

/// How many ids are collected.
const IDS: usize = 200;

/// Fewer bits can be guessed.
const TOO_FEW_BITS: f64 = 64.0;

/// ASVS asks for 128 bits; a random UUID has 122 of them and is let pass.
const ENOUGH_BITS: f64 = 120.0;

/// The one on which most other questions depend.
pub static UNIQUE: Question = Question {
    id: "id-unique",
    title: "Every visitor gets an id of their own",
    should: "Two hundred visitors with two hundred ids.",
    why: "Two visitors with one id share one session: each sees and changes what is the other's.",
    source: "OWASP Session Management cheat sheet, session ID properties; ASVS 5, 7.2.3",
    remedy: Remedy {
        ours: "leave Id::default() to tower-sessions, and let no cache keep Set-Cookie",
        tower_sessions: "leave Id::default() as it is, and let no cache keep Set-Cookie",
        django: "leave SESSION_ENGINE's keys as they are, and let no cache keep Set-Cookie",
        express: "leave session({ genid }) out, and let no cache keep Set-Cookie",
        rails: "leave the session's ids to Rails, and let no cache keep Set-Cookie",
        flask: "put nothing constant in place of Flask-Session's ids",
    },
};

static RANDOM: Question = Question {
    id: "id-random",
    title: "An id has 128 random bits",
    should: "Ids whose characters tell nothing about the next one.",
    why: "Whoever can guess or compute an id is that visitor.",
    source: "OWASP Session Management cheat sheet, session ID entropy; ASVS 5, 7.2.3",
    remedy: Remedy {
        ours: "leave Id::default() to tower-sessions: 128 bits from the system",
        tower_sessions: "leave Id::default() as it is: 128 bits from the system",
        django: "leave the keys of django.contrib.sessions as they are: 32 letters and digits",
        express: "leave session({ genid }) out: the default has 192 bits",
        rails: "use SecureRandom.hex(16) or more for ids of your own",
        flask: "SESSION_ID_LENGTH = 32, Flask-Session's default",
    },
};

static OPAQUE: Question = Question {
    id: "id-opaque",
    title: "The cookie says nothing to whoever reads it",
    should: "Bytes without meaning.",
    why: "What the cookie shows, such as data, a name or the time, is known to everybody who sees the cookie, and helps to guess the next one.",
    source: "OWASP Session Management cheat sheet, session ID content; ASVS 5, 14.3.3",
    remedy: Remedy {
        ours: "keep data in the session and not in cookies",
        tower_sessions: "keep data in the session; axum-extra's PrivateCookieJar rather than SignedCookieJar for what must travel",
        django: "SESSION_ENGINE = \"django.contrib.sessions.backends.db\" instead of signed_cookies",
        express: "use express-session instead of cookie-session",
        rails: "the default cookie is encrypted; a store on the server shows nothing at all",
        flask: "use Flask-Session, or put nothing into the session that the visitor must not read",
    },
};

static SECRET: Question = Question {
    id: "id-secret",
    title: "The cookie is not signed with a well-known secret",
    should: "No signature, or one made with a secret that nobody can look up.",
    why: "Whoever knows the secret signs a session of their own making, for instance an administrator's.",
    source: "OWASP Secrets Management cheat sheet; ASVS 5, 13.3.1",
    remedy: Remedy {
        ours: "let the site make its secret at first use, as this course's site does",
        tower_sessions: "Key::generate(), kept outside the source",
        django: "SECRET_KEY from the environment; python manage.py shell -c 'from django.core.management.utils import *; print(get_random_secret_key())'",
        express: "session({ secret: process.env.SESSION_SECRET }), 32 random bytes",
        rails: "secret_key_base from credentials; bin/rails secret makes one",
        flask: "app.secret_key from the environment; python -c 'import secrets; print(secrets.token_hex())'",
    },
};

impl Check {
    /// Whether visitors have been found to share an id, so that nothing tells one from another.
    pub fn ids_are_shared(&self) -> bool {
        self.level(&UNIQUE) == Some(Level::Broken)
    }
}

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let mut ids = Vec::new();
    let mut named = Vec::new();
    for _ in 0..IDS {
        let mut visitor = check.visitor();
        visitor.open(&check.site.page).await?;
        named.extend(visitor.jar.names().map(|name| {
            (
                name.to_string(),
                visitor.jar.value(name).unwrap_or_default().to_string(),
            )
        }));
        match check.id(&visitor) {
            Some(id) => ids.push(id),
            None => break,
        }
    }
    // A site that gives sessions only to those who sign in is not made to do that 200 times.
    if ids.len() < IDS {
        let signed_in = signed_in_ids(check).await?;
        secret(check, &signed_in, &named);
        let why = format!(
            "{} gives strangers no session, and nobody signs in 200 times",
            check.site.page
        );
        for question in [&UNIQUE, &RANDOM] {
            check.not_asked(question, &why);
        }
        opaque(check, &signed_in);
        return Ok(());
    }
    secret(check, &ids, &named);
    let asked = format!(
        "{} {IDS} times, each time as a new visitor",
        check.site.page
    );
    let different = ids.iter().collect::<BTreeSet<_>>().len();
    if check.site.carries_data {
        for question in [&UNIQUE, &RANDOM] {
            check.not_asked(
                question,
                "the cookie carries the data itself, so there is no id",
            );
        }
    } else if different < IDS {
        check.found(
            &UNIQUE,
            Level::Broken,
            &asked,
            format!("{different} different ids"),
        );
        check.not_asked(&RANDOM, "ids come more than once; that comes first");
    } else {
        check.found(&UNIQUE, Level::Good, &asked, format!("{IDS} different ids"));
        let (level, came) = random(&ids);
        check.found(&RANDOM, level, &asked, came);
    }
    opaque(check, &ids);
    Ok(())
}

async fn signed_in_ids(check: &mut Check) -> Result<Vec<String>, Failure> {
    let Some(person) = check.account.sign_in.clone() else {
        return Ok(Vec::new());
    };
    let mut visitor = check.visitor();
    check.sign_in(&mut visitor, &person).await?;
    Ok(check.id(&visitor).into_iter().collect())
}

fn random(ids: &[String]) -> (Level, String) {
    if let Some(how) = computed::computed(ids) {
        return (Level::Broken, how);
    }
    let bits = randomness::bits(ids);
    let level = match bits {
        bits if bits < TOO_FEW_BITS => Level::Broken,
        bits if bits < ENOUGH_BITS => Level::Weak,
        _ => Level::Good,
    };
    let length = ids.iter().map(String::len).min().unwrap_or(0);
    (
        level,
        format!("{length} characters, about {bits:.0} bits by how often each occurs in its place"),
    )
}

fn opaque(check: &mut Check, ids: &[String]) {
    let Some(last) = ids.last() else {
        check.not_asked(&OPAQUE, "there is no id to look at");
        return;
    };
    let (level, came) = match (randomness::readable(last), randomness::stamp(ids)) {
        (Some(shown), _) => (Level::Weak, format!("decoded, it can be read: {shown}")),
        (None, Some(stamp)) if check.level(&RANDOM) > Some(Level::NotAsked) => {
            check.not_asked(
                &OPAQUE,
                format!("{stamp}, and too little else; that comes first"),
            );
            return;
        }
        (None, Some(stamp)) => (Level::Weak, stamp),
        (None, None) => (Level::Good, "nothing that can be read".into()),
    };
    check.found(
        &OPAQUE,
        level,
        "the cookie, decoded as base64, hex and JSON",
        came,
    );
}

fn secret(check: &mut Check, ids: &[String], named: &[(String, String)]) {
    let asked = format!(
        "signatures with {} well-known secrets, beside the cookie's own",
        secrets::WELL_KNOWN.len()
    );
    let found = ids.last().map(|id| {
        (
            secrets::is_signed(id, named),
            secrets::find(&check.site.cookie, id, named),
        )
    });
    match found {
        Some((_, Some(secret))) => {
            check.found(
                &SECRET,
                Level::Broken,
                asked,
                format!("it is signed with {secret:?}"),
            );
        }
        Some((true, None)) => check.found(&SECRET, Level::Good, asked, "none of them fits"),
        _ => check.found(
            &SECRET,
            Level::Good,
            "the cookie's form",
            "it has no signature",
        ),
    }
}
