//! One fault at a time. Observe: the finding that names it is there, and no other is weak or broken.

use axum::Router;
use locallibrary::Library;
use lossless_sessions::SqliteStore;
use mutants::{
    good, id_in_the_page, layers, no_http_only, no_new_id, second_person_inherits, sign_out_by_get,
    sign_out_clears_the_cookie_alone,
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

mutants! {
    one_id_for_all: finds_in_store("id-unique", Fault::OneId);
    counted_ids: finds_in_store("id-random", Fault::CountedIds);
    short_ids: finds_in_store("id-random", Fault::ShortIds);
    an_adopted_id: finds_in_store("id-adopted", Fault::Adopts);
    no_new_id_at_sign_in: finds("new-id", no_new_id::app);
    an_old_id_that_lives: finds_in_store("old-id-ended", Fault::OldIdLives);
    a_sign_out_that_clears_the_cookie: finds("sign-out-ends", |library, store| {
        layers::forgets_cookies(sign_out_clears_the_cookie_alone::app(library, store))
    });
    a_session_that_comes_back: finds_in_store("sign-out-final", Fault::Revives);
    no_http_only_attribute: finds("http-only", no_http_only::app);
    no_same_site_attribute: finds_around("same-site", |app| layers::without_attribute(app, "; SameSite=Lax"));
    no_path_attribute: finds_around("domain", |app| layers::without_attribute(app, "; Path=/"));
    cacheable_pages: finds_around("cache-control", layers::cacheable);
    pages_without_vary: finds_around("vary-cookie", layers::without_vary);
    twenty_at_once_lose: finds_in_store("lost-updates", Fault::LosesSaves);
    visitors_mixed_up: finds_around("mixed-up", layers::mixes_visitors_up);
    a_get_that_signs_out: finds("changes-by-get", sign_out_by_get::app);
    an_open_redirect: finds_around("open-redirect", layers::redirects_anywhere);
    a_second_person_inherits: finds("second-person", second_person_inherits::app);
    an_id_in_the_page: finds("id-shown", id_in_the_page::app);
    a_session_for_nobody: finds_around("session-for-nobody", layers::session_for_missing_pages);
    forms_from_anywhere: finds_around("cross-site-post", layers::forms_from_anywhere);
    an_error_for_a_cookie: finds_around("strange-cookies", layers::stumbles_over_quotes);
    names_told_apart: finds_around("names-alike", layers::tells_names_apart);
}
