//! Step 12. Observe: the cookie is all that is left of a session, whoever holds it; and what nobody can make without the
//! key, whatever the cookie claims to be.

use axum::Router;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind};
use locallibrary::{Library, sealed::Keys};
use lossless_sessions::Recorder;
use serde_json::{Value, json};
use tower_sessions::MemoryStore;

use crate::{
    ask::{ask, visits},
    support::{pin_all_journeys, step, walk},
};

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(12).await;
}

fn app() -> (Router, Library) {
    let library = Library::in_memory().unwrap();
    let unused = Recorder::new(MemoryStore::default());
    ((step(12).app)(library.clone(), unused), library)
}

/// The cookie of a visitor who has opened this page twice.
async fn cookie_of_two_visits(app: &Router, path: &str) -> String {
    let (_, first, _) = ask(app, path, "").await;
    ask(app, path, &first).await.1
}

fn encoded(json: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json.to_string())
}

/// Claims of a visitor who would like to have come often.
fn wished() -> Value {
    json!({ "jti": "AAAAAAAAAAAAAAAAAAAAAA", "exp": 4_102_444_800_u32, "data": { "num_visits": 1000 } })
}

#[tokio::test]
async fn no_request_asks_a_store() {
    for journey in step(12).journeys {
        assert_eq!(walk(12, journey.title).await.calls().count(), 0);
    }
}

#[tokio::test]
async fn whoever_has_a_cookie_reads_it_unless_it_is_encrypted() {
    let (app, _) = app();
    for (path, is_readable) in [("/", false), ("/signed", true), ("/jwt", true)] {
        let cookie = cookie_of_two_visits(&app, path).await;
        let (_, _, page) = ask(&app, path, &cookie).await;
        assert_eq!(visits(&page), 2, "{path}");
        assert_eq!(page.contains("num_visits"), is_readable, "{page}");
    }
}

/// The table at the end of the deck.
#[tokio::test]
async fn a_count_is_as_long_as_the_deck_says() {
    let (app, _) = app();
    let mut lengths = vec![tower_sessions::session::Id::default().to_string().len()];
    for path in ["/signed", "/", "/jwt"] {
        let cookie = cookie_of_two_visits(&app, path).await;
        lengths.push(cookie.split_once('=').unwrap().1.len());
    }
    let cells = lengths.iter().map(|length| format!(" {length} |"));
    let row = cells.collect::<String>();
    assert!(
        step(12).slides.contains(&format!("in bytes |{row}")),
        "{row}"
    );
}

#[tokio::test]
async fn one_changed_character_makes_a_cookie_worthless() {
    let (app, _) = app();
    for path in ["/", "/signed", "/jwt"] {
        let cookie = cookie_of_two_visits(&app, path).await;
        let start = cookie.find('=').unwrap() + 1;
        for at in start..cookie.len() {
            let mut changed = cookie.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            let (_, _, page) = ask(&app, path, &changed).await;
            // The last character of base64 has bits that mean nothing; decoders refuse it, or the text is the same.
            assert!(visits(&page) == 0, "{path}: {cookie} and {changed}");
        }
    }
}

#[tokio::test]
async fn the_private_jar_seals_the_name_and_the_signed_jar_does_not() {
    let library = Library::in_memory().unwrap();
    let key = Keys::of(library.database()).unwrap().newest().jar;
    let mut jar = cookie::CookieJar::new();
    jar.private_mut(&key).add(("a", "1"));
    let sealed = jar.get("a").unwrap().value().to_string();
    jar.add(("b", sealed));
    assert_eq!(jar.private(&key).get("b"), None);
    jar.signed_mut(&key).add(("a", "1"));
    let signed = jar.get("a").unwrap().value().to_string();
    jar.add(("b", signed));
    assert_eq!(jar.signed(&key).get("b").unwrap().value(), "1");
}

#[tokio::test]
async fn a_token_that_names_no_algorithm_or_another_one_is_not_believed() {
    let (app, library) = app();
    let key = Keys::of(library.database()).unwrap().newest().jwt;
    let right = Header::new(Algorithm::HS256);
    let token = jsonwebtoken::encode(&right, &wished(), &EncodingKey::from_secret(&key).unwrap());
    let token = token.unwrap();
    let (_, _, page) = ask(&app, "/jwt", &format!("step12-jwt={token}")).await;
    assert_eq!(
        visits(&page),
        1000,
        "this is how one that is believed looks"
    );

    let signature = token.rsplit_once('.').unwrap().1;
    for alg in ["none", "None", "NONE", "HS384", "HS512", "RS256", ""] {
        let header = encoded(&json!({ "typ": "JWT", "alg": alg }));
        for end in ["", signature] {
            let forged = format!("step12-jwt={header}.{}.{end}", encoded(&wished()));
            let (_, _, page) = ask(&app, "/jwt", &forged).await;
            assert_eq!(visits(&page), 0, "{alg}");
        }
    }
}

#[tokio::test]
async fn a_token_has_an_end_and_is_worth_nothing_after_it() {
    let (app, library) = app();
    let key =
        EncodingKey::from_secret(&Keys::of(library.database()).unwrap().newest().jwt).unwrap();
    let header = Header::new(Algorithm::HS256);
    let now = i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap();
    for exp in [json!(now - 61), json!(null), json!("never")] {
        let mut claims = wished();
        claims["exp"] = exp;
        let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
        let (_, _, page) = ask(&app, "/jwt", &format!("step12-jwt={token}")).await;
        assert_eq!(visits(&page), 0, "{claims}");
    }
}

/// What somebody with a list of words and one token does at home.
#[test]
fn a_key_that_is_a_word_is_guessed_from_one_token() {
    Keys::of(Library::in_memory().unwrap().database()).unwrap(); // It gives `jsonwebtoken` its cryptography.
    let header = Header::new(Algorithm::HS256);
    let weak = EncodingKey::from_secret(b"secret").expect("it is taken without complaint");
    let token = jsonwebtoken::encode(&header, &wished(), &weak).unwrap();
    let opens = |word: &&str| {
        let key = DecodingKey::from_secret(word.as_bytes()).unwrap();
        jsonwebtoken::decode::<Value>(&token, &key, &Validation::new(Algorithm::HS256)).is_ok()
    };
    let words = ["password", "changeme", "library", "secret", "letmein"];
    assert_eq!(words.into_iter().find(opens), Some("secret"));
    let refused = EncodingKey::from_secret(b"").unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::InvalidKeyFormat));
    assert!(cookie::Key::try_from(&[1; 63][..]).is_err());
}
