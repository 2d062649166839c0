//! Step 13. Observe: a basket goes where its person goes and nowhere else, and what matters asks for the password.

use axum::http::{Request, header};
use journey::{Browser, Exchange, InProcess, Site as _};
use locallibrary::{Library, people::Client};
use rusqlite::Connection;

use crate::support::{pin_all_journeys, site, step};

const ANN: &str = "name=ann&password=ann+reads+austen";
const BEN: &str = "name=ben&password=ben+reads+balzac";
const MIDDLEMARCH: &str = "book=38";

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(13).await;
}

/// The page on which the browser arrives.
async fn get(site: &mut InProcess, browser: &mut Browser, path: &str) -> Exchange {
    browser.get(site, path).await.unwrap().pop().unwrap()
}

/// The first answer, before the browser follows it.
async fn post(site: &mut InProcess, browser: &mut Browser, path: &str, form: &str) -> Exchange {
    browser.post(site, path, form).await.unwrap().remove(0)
}

fn has_middlemarch(seen: &Exchange) -> bool {
    seen.page.contains("Middlemarch</a>")
}

#[tokio::test]
async fn a_basket_holds_books_of_the_catalog_and_each_of_them_once() {
    let mut site = site(13).await;
    let mut ann = Browser::new("Ann's");
    for book in ["0", "90", "-1", "9223372036854775807"] {
        let seen = post(&mut site, &mut ann, "/basket", &format!("book={book}")).await;
        assert_eq!(seen.status, 404, "{book}");
    }
    for _ in 0..3 {
        post(&mut site, &mut ann, "/basket", MIDDLEMARCH).await;
    }
    let seen = get(&mut site, &mut ann, "/basket").await;
    assert_eq!(seen.page.matches("Middlemarch</a>").count(), 1);
}

#[tokio::test]
async fn a_sign_in_that_is_refused_leaves_the_basket_to_the_visitor() {
    let mut site = site(13).await;
    let mut ann = Browser::new("Ann's");
    post(&mut site, &mut ann, "/basket", MIDDLEMARCH).await;
    let refused = post(&mut site, &mut ann, "/sign-in", "name=ann&password=guess").await;
    assert_eq!(refused.status, 422);
    assert!(has_middlemarch(&get(&mut site, &mut ann, "/basket").await));
    let mut other = Browser::new("Ann's other");
    post(&mut site, &mut other, "/sign-in", ANN).await;
    assert!(!has_middlemarch(
        &get(&mut site, &mut other, "/basket").await
    ));
}

/// After Ann has signed out, as after Ben has signed in over her session.
#[tokio::test]
async fn whoever_comes_next_inherits_neither_basket_nor_message() {
    for leaves in [true, false] {
        let mut site = site(13).await;
        let mut shared = Browser::new("the library's");
        post(&mut site, &mut shared, "/basket", MIDDLEMARCH).await;
        post(&mut site, &mut shared, "/sign-in", ANN).await;
        if leaves {
            post(&mut site, &mut shared, "/sign-out", "").await;
        } else {
            post(&mut site, &mut shared, "/sign-in", BEN).await;
        }
        let seen = get(&mut site, &mut shared, "/basket?said=1").await;
        assert!(!has_middlemarch(&seen), "{}", seen.page);
        assert!(!seen.page.contains("is in your basket"), "{}", seen.page);
        post(&mut site, &mut shared, "/sign-in", ANN).await;
        let seen = get(&mut site, &mut shared, "/basket").await;
        assert!(has_middlemarch(&seen), "it is Ann's: {}", seen.page);
    }
}

/// As when the session could not be stored after the basket was: the visitor tries again.
#[tokio::test]
async fn a_basket_that_is_given_twice_is_given_once() {
    let library = Library::in_memory().unwrap();
    let client = Client::default();
    let ann = library.authenticate("ann", "ann reads austen", &client);
    let ann = ann.await.unwrap().unwrap();
    for _ in 0..2 {
        let books = [38, 19, 90].into();
        library.put_into_basket(ann.id, books).await.unwrap();
    }
    let count = |connection: &Connection| {
        connection.query_row("select count(*) from basket", [], |row| {
            row.get::<_, u32>(0)
        })
    };
    assert_eq!(library.database().read(count).await.unwrap(), 2);
}

/// Middlemarch has one copy that is available.
#[tokio::test]
async fn the_last_copy_is_lent_to_one_of_two_people_and_stays_in_the_basket_of_the_other() {
    let mut site = site(13).await;
    let (mut ann, mut ben) = (Browser::new("Ann's"), Browser::new("Ben's"));
    for (browser, form) in [(&mut ann, ANN), (&mut ben, BEN)] {
        post(&mut site, browser, "/sign-in", form).await;
        post(&mut site, browser, "/basket", MIDDLEMARCH).await;
    }
    for browser in [&mut ann, &mut ben] {
        let seen = post(&mut site, browser, "/borrow", "").await;
        assert_eq!(seen.redirects_to(), Some("/loans"));
    }
    for (browser, borrowed) in [(&mut ann, true), (&mut ben, false)] {
        let loans = get(&mut site, browser, "/loans").await;
        let basket = get(&mut site, browser, "/basket").await;
        assert_eq!(has_middlemarch(&loans), borrowed);
        assert_eq!(has_middlemarch(&basket), !borrowed);
    }
}

#[tokio::test]
async fn the_password_counts_as_just_given_for_five_minutes() {
    let mut site = site(13).await;
    let mut ann = Browser::new("Ann's");
    post(&mut site, &mut ann, "/sign-in", ANN).await;
    for (seconds, leads_to) in [(290, "/loans"), (20, "/confirm?next=/")] {
        site.wait(seconds).await.unwrap();
        let seen = post(&mut site, &mut ann, "/borrow", "").await;
        assert_eq!(seen.redirects_to(), Some(leads_to), "{seconds}");
    }
}

#[tokio::test]
async fn the_password_again_gives_a_new_id_and_leads_back_to_this_site_only() {
    let mut site = site(13).await;
    let mut ann = Browser::new("Ann's");
    post(&mut site, &mut ann, "/sign-in", ANN).await;
    let before = ann.cookie("step13").unwrap().to_string();
    for (next, leads_to) in [("/basket", "/basket"), ("//evil.example/", "/")] {
        let form = format!("password=ann+reads+austen&next={next}");
        let seen = post(&mut site, &mut ann, "/confirm", &form).await;
        assert_eq!(seen.redirects_to(), Some(leads_to));
    }
    assert_ne!(ann.cookie("step13").unwrap(), before);
}

#[tokio::test]
async fn who_sent_a_form_is_led_back_to_the_page_that_it_is_on() {
    let mut site = site(13).await;
    let mut ann = Browser::new("Ann's");
    post(&mut site, &mut ann, "/sign-in", ANN).await;
    site.wait(600).await.unwrap();
    for (referer, leads_to) in [
        ("http://127.0.0.1:8000/basket", "/confirm?next=/basket"),
        ("http://evil.example", "/confirm?next=/"),
        ("not an address", "/confirm?next=/"),
    ] {
        let request = Request::post("/borrow")
            .header(header::COOKIE, ann.cookie_header("/"))
            .header(header::REFERER, referer);
        let answer = site.send(request.body(String::new()).unwrap()).await;
        assert_eq!(
            answer.unwrap().response.headers()[header::LOCATION],
            leads_to
        );
    }
}

#[tokio::test]
async fn a_wrong_password_confirms_nothing_and_guesses_slow_down() {
    let mut site = site(13).await;
    let mut ann = Browser::new("Ann's");
    post(&mut site, &mut ann, "/sign-in", ANN).await;
    site.wait(600).await.unwrap();
    let mut answers = Vec::new();
    for _ in 0..4 {
        let seen = post(&mut site, &mut ann, "/confirm", "password=guess").await;
        answers.push(seen.status.as_u16());
    }
    assert_eq!(answers, [422, 422, 422, 429]);
    let seen = post(&mut site, &mut ann, "/borrow", "").await;
    assert_eq!(seen.redirects_to(), Some("/confirm?next=/"));
}

#[tokio::test]
async fn nobody_is_asked_for_the_password_of_nobody() {
    let mut site = site(13).await;
    let mut visitor = Browser::new("a visitor's");
    let seen = post(&mut site, &mut visitor, "/borrow", "").await;
    assert_eq!(seen.redirects_to(), Some("/sign-in?next=/"));
    for form in ["password=guess", "password=ann+reads+austen"] {
        let seen = post(&mut site, &mut visitor, "/confirm", form).await;
        assert_eq!(seen.redirects_to(), Some("/sign-in"));
    }
}

#[tokio::test]
async fn a_session_ends_half_an_hour_after_the_last_page_and_half_a_day_after_the_first() {
    let mut site = step(13).site(Library::in_memory().unwrap()).unwrap();
    let mut ann = Browser::new("Ann's");
    post(&mut site, &mut ann, "/sign-in", ANN).await;
    let mut hours = 0.0;
    loop {
        site.wait(1_500).await.unwrap();
        hours += 1_500.0 / 3_600.0;
        let seen = get(&mut site, &mut ann, "/loans").await;
        if !seen.page.contains("You are signed in as") {
            break;
        }
    }
    assert!((12.0..12.5).contains(&hours), "{hours} hours");
    post(&mut site, &mut ann, "/sign-in", ANN).await;
    site.wait(1_801).await.unwrap();
    let seen = get(&mut site, &mut ann, "/loans").await;
    assert!(seen.page.contains("Password"), "{}", seen.page);
}
