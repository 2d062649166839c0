//! The attributes of the session's cookie.

use cookie::{Cookie, SameSite, time::Duration};
use http::HeaderName;

use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    wire::{Failure, Request},
};

pub const QUESTIONS: &[&Question] = &[&HTTP_ONLY, &SECURE, &SAME_SITE, &DOMAIN, &LIFE];

static HTTP_ONLY: Question = Question {
    id: "http-only",
    title: "Scripts cannot read the session's cookie",
    should: "HttpOnly in each Set-Cookie of the session.",
    why: "Without HttpOnly, one script that gets into a page can send the visitor's session away.",
    source: "OWASP Session Management cheat sheet, HttpOnly attribute; ASVS 5, 3.3.4",
    remedy: Remedy {
        ours: "leave SessionManagerLayer's with_http_only as it is: true",
        tower_sessions: "leave with_http_only as it is: true",
        django: "SESSION_COOKIE_HTTPONLY = True, the default",
        express: "session({ cookie: { httpOnly: true } }), the default",
        rails: "config.session_store :cookie_store, httponly: true, the default",
        flask: "SESSION_COOKIE_HTTPONLY = True, the default",
    },
};

static SECURE: Question = Question {
    id: "secure",
    title: "The session's cookie is sent over encrypted connections only",
    should: "Secure in each Set-Cookie that goes over https, best with a name that begins with __Host-.",
    why: "Without Secure, anybody on the way can read the session of a visitor who follows one http:// link.",
    source: "OWASP Session Management cheat sheet, Secure attribute; ASVS 5, 3.3.1; RFC 6265bis, 4.1.2.5 and 4.1.3",
    remedy: Remedy {
        ours: "with_secure(true), the default, and with_name(\"__Host-id\") on https",
        tower_sessions: "with_secure(true), the default, and with_name(\"__Host-id\")",
        django: "SESSION_COOKIE_SECURE = True; SESSION_COOKIE_NAME = \"__Host-sessionid\"",
        express: "session({ name: \"__Host-id\", cookie: { secure: true } }) and app.set(\"trust proxy\", 1) behind a proxy",
        rails: "config.force_ssl = true; config.session_store :cookie_store, key: \"__Host-session\", secure: true",
        flask: "SESSION_COOKIE_SECURE = True; SESSION_COOKIE_NAME = \"__Host-session\"",
    },
};

static SAME_SITE: Question = Question {
    id: "same-site",
    title: "Other sites cannot send the session's cookie along with their forms",
    should: "SameSite=Lax or SameSite=Strict.",
    why: "SameSite=Lax or Strict keeps the cookie out of forms that another site makes the visitor's browser send; browsers disagree about a cookie without it.",
    source: "OWASP Session Management cheat sheet, SameSite attribute; ASVS 5, 3.3.2; RFC 6265bis, 5.6.7",
    remedy: Remedy {
        ours: "with_same_site(SameSite::Lax)",
        tower_sessions: "with_same_site(SameSite::Lax); the default is Strict",
        django: "SESSION_COOKIE_SAMESITE = \"Lax\", the default",
        express: "session({ cookie: { sameSite: \"lax\" } }); the default is none at all",
        rails: "config.action_dispatch.cookies_same_site_protection = :lax, the default since 6.1",
        flask: "SESSION_COOKIE_SAMESITE = \"Lax\"; the default is none at all",
    },
};

static DOMAIN: Question = Question {
    id: "domain",
    title: "The session's cookie belongs to this host and to the whole of it",
    should: "Path=/ and no Domain.",
    why: "With Domain, every other host of the domain gets the visitor's session, and a weak one of them loses it.",
    source: "OWASP Session Management cheat sheet, Domain and Path attributes; ASVS 5, 3.3.3; RFC 6265bis, 4.1.2.3 and 4.1.3.2",
    remedy: Remedy {
        ours: "leave out with_domain",
        tower_sessions: "leave out with_domain",
        django: "SESSION_COOKIE_DOMAIN = None, the default",
        express: "leave cookie.domain out",
        rails: "leave domain: out of config.session_store",
        flask: "SESSION_COOKIE_DOMAIN = None, the default",
    },
};

static LIFE: Question = Question {
    id: "life",
    title: "The cookie's life is limited and said in one way",
    should: "No Max-Age and no Expires, or one life of at most 400 days.",
    why: "A cookie that lives for years outlives the person at the machine; browsers shorten it to 400 days at most.",
    source: "OWASP Session Management cheat sheet, Expire and Max-Age attributes; ASVS 5, 7.3.1 and 7.3.2; RFC 6265bis, 5.5",
    remedy: Remedy {
        ours: "with_expiry(Expiry::OnInactivity(Duration::weeks(2)))",
        tower_sessions: "with_expiry(Expiry::OnInactivity(Duration::weeks(2)))",
        django: "SESSION_COOKIE_AGE = 1209600, the default",
        express: "session({ cookie: { maxAge: 14 * 24 * 3600 * 1000 } })",
        rails: "config.session_store :cookie_store, expire_after: 14.days",
        flask: "PERMANENT_SESSION_LIFETIME = timedelta(days=14)",
    },
};

/// The longest life that browsers give a cookie.
const LONGEST: Duration = Duration::days(400);

/// How far `Max-Age` and `Expires` may be apart.
const APART: Duration = Duration::hours(1);

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let given = check.site.given.clone();
    let asked = format!("the Set-Cookie lines that gave {}", check.site.cookie);
    let Some(first) = given.first() else {
        return Ok(());
    };
    let mut judge = |question, judged: fn(&Cookie) -> (Level, String)| {
        let answers = given.iter().map(judged);
        let worst = answers.max_by_key(|(level, _)| *level);
        if let Some((level, came)) = worst {
            check.found(question, level, &asked, came);
        }
    };
    judge(&HTTP_ONLY, http_only);
    judge(&SAME_SITE, same_site);
    judge(&DOMAIN, domain);
    judge(&LIFE, life);
    secure(check, first, &asked).await
}

fn http_only(cookie: &Cookie) -> (Level, String) {
    match cookie.http_only() {
        Some(true) => (Level::Good, "HttpOnly".into()),
        _ => (Level::Broken, "no HttpOnly".into()),
    }
}

fn same_site(cookie: &Cookie) -> (Level, String) {
    match cookie.same_site() {
        Some(SameSite::None) => (Level::Weak, "SameSite=None".into()),
        Some(value) => (Level::Good, format!("SameSite={value}")),
        None => (Level::Weak, "no SameSite".into()),
    }
}

fn domain(cookie: &Cookie) -> (Level, String) {
    match (cookie.domain(), cookie.path()) {
        (Some(domain), _) => (Level::Weak, format!("Domain={domain}")),
        (None, Some("/")) => (Level::Good, "Path=/ and no Domain".into()),
        // The id is then missing on some pages, and a page outside may set a second cookie of the same name.
        (None, path) => (
            Level::Weak,
            format!("Path={}", path.unwrap_or("the folder of the page")),
        ),
    }
}

fn life(cookie: &Cookie) -> (Level, String) {
    let now = cookie::time::OffsetDateTime::now_utc();
    let expires = cookie.expires_datetime().map(|date| date - now);
    match (cookie.max_age(), expires) {
        (None, None) => (Level::Good, "it ends with the browser".into()),
        (Some(age), Some(until)) if (age - until).abs() > APART => (
            Level::Weak,
            format!(
                "Max-Age says {} and Expires says {}",
                days(age),
                days(until)
            ),
        ),
        (age, until) => {
            let life = age.or(until).unwrap_or_default();
            let level = if life > LONGEST {
                Level::Weak
            } else {
                Level::Good
            };
            (level, format!("it lives for {}", days(life)))
        }
    }
}

fn days(life: Duration) -> String {
    match life.whole_days() {
        0 => format!("{} minutes", life.whole_minutes()),
        days => format!("{days} days"),
    }
}

/// Over plain http a site may leave out `Secure` on purpose, so it is asked once more as if a proxy had taken the request
/// over https.
async fn secure(check: &mut Check, given: &Cookie<'static>, asked: &str) -> Result<(), Failure> {
    let prefixed = ["__Host-", "__Secure-"]
        .iter()
        .any(|prefix| given.name().starts_with(prefix));
    if given.secure() == Some(true) {
        let name = if prefixed {
            ", and a name that demands it"
        } else {
            ""
        };
        check.found(&SECURE, Level::Good, asked, format!("Secure{name}"));
        return Ok(());
    }
    let request =
        Request::get(&check.site.page).with(HeaderName::from_static("x-forwarded-proto"), "https");
    let answer = check.wire.send(request).await?;
    let over_https = answer
        .cookies()
        .find(|cookie| cookie.name() == given.name());
    let (level, came) = match over_https.and_then(|cookie| cookie.secure()) {
        _ if prefixed => (
            Level::Broken,
            "a name that demands Secure, without it: browsers drop the cookie",
        ),
        Some(true) => (
            Level::Good,
            "Secure, when a proxy says that the request came over https",
        ),
        _ if !check.here => (Level::Broken, "no Secure"),
        _ => (
            Level::NotAsked,
            "no Secure over plain http, where many clients would lose the cookie; look at it again where the site has https",
        ),
    };
    check.found(&SECURE, level, asked, came);
    Ok(())
}
