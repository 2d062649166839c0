//! One fault at a time. Observe: the finding that names it is there, and no other is weak or broken.

use axum::{Router, http::header};
use locallibrary::Library;
use lossless_sessions::SqliteStore;
use mutants::{
    cookies, domain, forms, good, id_in_a_redirect, id_in_the_page, layers, long_life,
    no_hash_for_unknown_names, no_http_only, no_new_id, prefix_without_secure,
    second_person_inherits, short_life, sign_out_by_get, sign_out_clears_the_cookie_alone,
    sign_out_forgets_the_person_alone,
    store::{Fault, Faulty},
};

use crate::support::{account, bad, check, library, serve, told};

async fn finds(expected: &str, mutant: impl FnOnce(Library, SqliteStore) -> Router) {
    let (library, store) = library();
    let report = check(&serve(mutant(library, store)).await, account()).await;
    assert_eq!(bad(&report), [expected], "{}", told(&report));
}

async fn finds_in_store(expected: &str, fault: Fault) {
    finds(expected, |library, store| {
        good::app(library, Faulty::new(store, fault))
    })
    .await;
}

async fn finds_around(expected: &str, layer: impl FnOnce(Router) -> Router) {
    finds(expected, |library, store| layer(good::app(library, store))).await;
}

/// For layers that need the library's database.
async fn finds_beside(expected: &str, layer: impl FnOnce(Router, Library) -> Router) {
    finds(expected, |library, store| {
        layer(good::app(library.clone(), store), library)
    })
    .await;
}

macro_rules! mutants {
    ($($name:ident: $found:expr;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                $found.await;
            }
        )*
    };
}

// The cookie and its id.
mutants! {
    one_id_for_all: finds_in_store("id-unique", Fault::OneId);
    counted_ids: finds_in_store("id-random", Fault::CountedIds);
    short_ids: finds_in_store("id-random", Fault::ShortIds);
    ids_with_one_half_twice: finds_in_store("id-random", Fault::DoubledIds);
    ids_of_a_linear_generator: finds_in_store("id-random", Fault::LinearIds);
    ids_with_the_time: finds_in_store("id-random", Fault::TimedIds);
    data_beside_the_id: finds_around("id-opaque", cookies::shows_data);
    a_well_known_secret: finds_around("id-secret", cookies::signs_with_a_known_secret);
    an_adopted_id: finds_in_store("id-adopted", Fault::Adopts);
    an_id_in_the_page: finds("id-shown", id_in_the_page::app);
    an_id_in_a_redirect: finds("id-shown", id_in_a_redirect::app);
    an_id_from_the_address: finds_around("id-from-address", cookies::believes_addresses);
    an_id_that_never_expires: finds("id-expired", |library, store| {
        short_life::app(library, Faulty::new(store, Fault::NeverExpires))
    });
    a_doubled_cookie_that_is_believed: finds_around("cookie-twice", cookies::believes_the_first);
    an_encoded_name_that_is_believed: finds_around("cookie-name", cookies::decodes_names);
    no_http_only_attribute: finds("http-only", no_http_only::app);
    no_same_site_attribute: finds_around("same-site", |app| layers::without_attribute(app, "; SameSite=Lax"));
    no_path_attribute: finds_around("domain", |app| layers::without_attribute(app, "; Path=/"));
    a_domain_attribute: finds("domain", domain::app);
    a_life_of_ten_years: finds("life", long_life::app);
    a_prefix_without_secure: finds("secure", prefix_without_secure::app);
}

// Pages and visitors.
mutants! {
    cacheable_pages: finds_around("cache-control", |app| layers::cacheable(app, None, "public, max-age=60"));
    a_cacheable_page_of_the_account: finds_around("cache-control", |app| layers::cacheable(app, Some("/sessions"), "max-age=60"));
    pages_that_the_browser_keeps: finds_around("cache-control", |app| layers::cacheable(app, Some("/loans"), "private, max-age=60"));
    pages_without_vary: finds_around("vary-cookie", layers::without_vary);
    a_session_for_missing_pages: finds_around("session-for-nobody", |app| layers::session_for_nobody(app, "/no-such-page"));
    a_session_for_robots: finds_around("session-for-nobody", |app| layers::session_for_nobody(app, "/robots.txt"));
    a_session_for_files: finds_around("session-for-nobody", |app| layers::session_for_nobody(app, "/static"));
    strangers_over_http_1_0: finds_around("session-kept", cookies::forgets_over_http_1_0);
    strangers_after_an_error: finds_around("kept-after-error", layers::forgets_after_errors);
    twenty_at_once_lose: finds_in_store("lost-updates", Fault::LosesSaves);
    visitors_mixed_up: finds_around("mixed-up", layers::mixes_visitors_up);
    an_error_for_a_cookie: finds_around("strange-cookies", |app| layers::stumbles_over_quotes(app, header::COOKIE));
    an_error_for_an_unknown_id: finds_in_store("strange-cookies", Fault::FailsForStrangers);
    a_closed_connection_for_a_cookie: finds_around("strange-cookies", layers::hangs_up_on_quotes);
    an_error_for_a_header: finds_around("strange-headers", |app| layers::stumbles_over_quotes(app, header::ACCEPT_LANGUAGE));
}

// People.
mutants! {
    no_new_id_at_sign_in: finds("new-id", no_new_id::app);
    an_old_id_that_lives: finds_in_store("old-id-ended", Fault::OldIdLives);
    a_sign_out_that_clears_the_cookie: finds("sign-out-ends", |library, store| {
        forms::forgets_cookies(sign_out_clears_the_cookie_alone::app(library, store))
    });
    a_sign_out_that_keeps_the_visits: finds("sign-out-ends", sign_out_forgets_the_person_alone::app);
    a_session_that_comes_back: finds_in_store("sign-out-final", Fault::Revives);
    a_second_person_inherits: finds("second-person", second_person_inherits::app);
    a_get_that_signs_out: finds("changes-by-get", sign_out_by_get::app);
    a_get_that_ends_sessions: finds_around("changes-by-get", |app| layers::posts_by_get(app, "/sessions/end-others"));
    forms_from_anywhere: finds_around("cross-site-post", |app| forms::forms_from(app, "sec-fetch-site", "cross-site"));
    forms_from_another_port: finds_around("cross-site-post", |app| forms::forms_from(app, "sec-fetch-site", "same-site"));
    forms_from_a_frame: finds_around("cross-site-post", |app| forms::forms_from(app, "origin", "null"));
    forms_from_old_browsers: finds_around("cross-site-post", forms::trusts_old_browsers);
    an_open_redirect: finds_around("open-redirect", |app| forms::redirects_anywhere(app, "/sign-in", ""));
    an_open_redirect_for_one_spelling: finds_around("open-redirect", |app| forms::redirects_anywhere(app, "/sign-in", "/\\"));
    an_open_redirect_after_signing_out: finds_around("open-redirect", |app| forms::redirects_anywhere(app, "/sign-out", "//"));
    sessions_that_outlive_a_password: finds_beside("password-ends-others", forms::keeps_sessions_at_a_new_password);
    names_told_apart: finds_around("names-alike", forms::tells_names_apart);
    names_told_apart_by_time: finds("names-alike", no_hash_for_unknown_names::app);
    guesses_without_end: finds_beside("guesses-slowed", forms::forgets_failures);
    an_owner_locked_out: finds_around("guesses-slowed", forms::locks_accounts);
}
