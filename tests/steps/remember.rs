//! The second cookie of step 13. Observe: its owner stays signed in, and whoever has a copy does not, however they go about
//! it.

use axum::http::{Request, header};
use futures_util::future::join_all;
use journey::{Browser, Exchange, InProcess, Site as _};
use locallibrary::Library;
use rusqlite::{Connection, types::FromSql};

use crate::support::step;

const ANN: &str = "name=ann&password=ann+reads+austen";
const ANN_STAYS: &str = "name=ann&password=ann+reads+austen&stay=yes";
const BEN: &str = "name=ben&password=ben+reads+balzac";
const COOKIE: &str = "remember";
const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;

/// Step 13, and its database.
struct Site {
    library: Library,
    pages: InProcess,
}

impl Site {
    fn new() -> Self {
        let library = Library::in_memory().unwrap();
        let pages = step(13).site(library.clone()).unwrap();
        Self { library, pages }
    }

    /// Lets time pass, for the server alone: nothing makes a thief's browser drop a cookie.
    async fn wait(&mut self, seconds: u32) {
        self.pages.wait(seconds).await.unwrap();
    }

    async fn post(&mut self, browser: &mut Browser, path: &str, form: &str) -> Exchange {
        let seen = browser.post(&mut self.pages, path, form).await.unwrap();
        seen.into_iter().next().unwrap()
    }

    async fn get(&mut self, browser: &mut Browser, path: &str) -> Exchange {
        let seen = browser.get(&mut self.pages, path).await.unwrap();
        seen.into_iter().next().unwrap()
    }

    /// Whether Ann is signed in there.
    async fn knows(&mut self, browser: &mut Browser) -> bool {
        let seen = self.get(browser, "/loans").await;
        let is_known = seen.page.contains("You are signed in as");
        assert!(is_known || seen.status == 403 || seen.redirects_to().is_some());
        is_known
    }

    async fn read<T: FromSql + Send + 'static>(&self, sql: &'static str) -> T {
        let query = move |connection: &Connection| connection.query_row(sql, [], |row| row.get(0));
        self.library.database().read(query).await.unwrap()
    }

    async fn execute(&self, sql: &'static str) {
        let change = move |connection: &Connection| connection.execute_batch(sql);
        self.library.database().write(change).await.unwrap();
    }

    async fn remembered(&self) -> u32 {
        self.read("select count(*) from remembered").await
    }

    async fn sessions(&self) -> u32 {
        self.read("select count(*) from session where expires > unixepoch()")
            .await
    }
}

/// Ann's browser, in which she stays signed in.
async fn ann(site: &mut Site) -> Browser {
    let mut ann = Browser::new("Ann's");
    site.post(&mut ann, "/sign-in", ANN_STAYS).await;
    ann
}

/// A browser with a copy of the second cookie and nothing else.
fn copy_of(browser: &Browser) -> Browser {
    let mut copy = Browser::new("Mallory's");
    copy.set_cookie(COOKIE, browser.cookie(COOKIE).unwrap());
    copy
}

#[tokio::test]
async fn the_owner_stays_signed_in_and_each_use_replaces_the_cookie() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    let mut seen = vec![ann.cookie(COOKIE).unwrap().to_string()];
    for _ in 0..3 {
        site.wait(HOUR).await;
        assert!(site.knows(&mut ann).await);
        seen.push(ann.cookie(COOKIE).unwrap().to_string());
    }
    let different: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!(different.len(), 4, "{seen:?}");
    assert_eq!(site.remembered().await, 1);
}

#[tokio::test]
async fn the_cookie_has_the_attributes_of_the_sessions_and_is_not_there_unless_wanted() {
    let mut site = Site::new();
    let seen = site
        .post(&mut Browser::new("Ann's"), "/sign-in", ANN_STAYS)
        .await;
    let cookies = seen.headers.get_all(header::SET_COOKIE).iter();
    let cookies: Vec<_> = cookies.map(|cookie| cookie.to_str().unwrap()).collect();
    let attributes = |name: &str| {
        let cookie = cookies.iter().find(|cookie| cookie.starts_with(name));
        let (_, attributes) = cookie.unwrap().split_once("; ").unwrap();
        attributes.split("; Max-Age").next().unwrap()
    };
    assert_eq!(attributes("remember="), attributes("step13="));
    for form in [ANN, "name=ann&password=ann+reads+austen&stay=no"] {
        let mut other = Browser::new("Ann's other");
        site.post(&mut other, "/sign-in", form).await;
        assert_eq!(other.cookie(COOKIE), None);
        site.wait(HOUR).await;
        assert!(!site.knows(&mut other).await);
    }
}

/// A browser that is opened with many tabs sends the old cookie with each of them.
#[tokio::test]
async fn tabs_at_once_are_all_let_in_with_one_next_cookie_and_the_browser_goes_on() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    site.wait(HOUR).await;
    let old = format!("{COOKIE}={}", ann.cookie(COOKIE).unwrap());
    let request = || {
        let request = Request::get("/loans").header(header::COOKIE, &old);
        site.pages.send(request.body(String::new()).unwrap())
    };
    let answers = join_all((0..8).map(|_| request())).await;
    let mut next = Vec::new();
    for answer in answers {
        let answer = answer.unwrap().response;
        assert_eq!(answer.status(), 200);
        ann.receive_cookies(answer.headers());
        next.push(ann.cookie(COOKIE).unwrap().to_string());
    }
    next.dedup();
    assert_eq!(next.len(), 1, "{next:?}");
    site.wait(HOUR).await;
    assert!(site.knows(&mut ann).await);
    assert_eq!(site.remembered().await, 1);
}

/// The answer with the next cookie was lost, and the browser asks again with the one that it has.
#[tokio::test]
async fn a_lost_answer_is_forgiven_for_half_a_minute() {
    for (seconds, forgiven) in [(20, true), (40, false)] {
        let mut site = Site::new();
        let mut ann = ann(&mut site).await;
        site.wait(HOUR).await;
        site.knows(&mut copy_of(&ann)).await;
        site.wait(seconds).await;
        assert_eq!(site.knows(&mut ann).await, forgiven, "{seconds} seconds");
    }
}

/// It may be the thief who comes first, or the owner.
#[tokio::test]
async fn a_cookie_that_was_replaced_ends_everything_that_began_with_it() {
    for owner_is_first in [true, false] {
        let mut site = Site::new();
        let mut ann = ann(&mut site).await;
        let mut mallory = copy_of(&ann);
        site.wait(HOUR).await;
        let (first, second) = match owner_is_first {
            true => (&mut ann, &mut mallory),
            false => (&mut mallory, &mut ann),
        };
        assert!(site.knows(first).await);
        site.wait(60).await;
        let seen = site.get(second, "/loans").await;
        assert_eq!(seen.status, 403);
        assert!(seen.page.contains("change your password"), "{}", seen.page);
        assert_eq!((site.remembered().await, site.sessions().await), (0, 0));
        assert!(!site.knows(first).await && !site.knows(second).await);
        // With the password, the owner is in again, and the thief is not.
        site.post(&mut ann, "/sign-in", ANN_STAYS).await;
        assert!(site.knows(&mut ann).await);
        assert!(!site.knows(&mut mallory).await);
    }
}

/// Within the half minute both have the same next cookie. So the theft shows at the next use.
#[tokio::test]
async fn a_thief_who_is_as_quick_as_the_owner_is_found_out_at_the_next_use() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    let mut mallory = copy_of(&ann);
    site.wait(HOUR).await;
    assert!(site.knows(&mut ann).await && site.knows(&mut mallory).await);
    assert_eq!(ann.cookie(COOKIE), mallory.cookie(COOKIE));
    site.wait(HOUR).await;
    assert!(site.knows(&mut mallory).await);
    site.wait(60).await;
    assert!(!site.knows(&mut ann).await);
    assert!(!site.knows(&mut mallory).await);
}

#[tokio::test]
async fn the_last_cookie_but_one_is_a_copy_even_within_the_half_minute() {
    let mut site = Site::new();
    let ann = ann(&mut site).await;
    site.wait(HOUR).await;
    let mut next = copy_of(&ann);
    site.knows(&mut next).await;
    assert!(site.knows(&mut copy_of(&next)).await);
    assert!(!site.knows(&mut copy_of(&ann)).await);
    assert_eq!(site.remembered().await, 0);
}

#[tokio::test]
async fn a_cookie_that_the_site_never_gave_out_signs_nobody_in() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    let (selector, proof) = ann.cookie(COOKIE).unwrap().split_once(':').unwrap();
    let (selector, proof) = (selector.to_string(), proof.to_string());
    let zeros = "0".repeat(32);
    for value in [
        "",
        ":",
        "x",
        &format!("{zeros}:{proof}"),
        &format!("{proof}:{selector}"),
        &format!(":{proof}"),
        &"a".repeat(3_000),
        "%27%20or%201=1:x",
    ] {
        let mut mallory = Browser::new("Mallory's");
        mallory.set_cookie(COOKIE, value);
        assert!(!site.knows(&mut mallory).await, "{value}");
        let left = mallory.cookie(COOKIE);
        assert!(left.is_none() || value.is_empty(), "{value} is removed");
    }
    assert_eq!(site.remembered().await, 1, "Ann's");
    // Whoever knows the selector has had the cookie.
    let mut mallory = Browser::new("Mallory's");
    mallory.set_cookie(COOKIE, &format!("{selector}:{zeros}"));
    assert!(!site.knows(&mut mallory).await);
    assert_eq!(site.remembered().await, 0);
    assert!(!site.knows(&mut ann).await);
}

/// Another host of the domain can set a cookie of the same name. `Protect` leaves out both.
#[tokio::test]
async fn a_cookie_that_comes_twice_is_not_believed() {
    let mut site = Site::new();
    let ann = ann(&mut site).await;
    let value = ann.cookie(COOKIE).unwrap();
    let twice = format!("{COOKIE}={value}; {COOKIE}={value}");
    let request = Request::get("/loans").header(header::COOKIE, twice);
    let answer = site.pages.send(request.body(String::new()).unwrap()).await;
    assert_eq!(answer.unwrap().response.status(), 303);
}

#[tokio::test]
async fn whoever_reads_the_table_has_no_cookie() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    site.wait(HOUR).await;
    site.knows(&mut ann).await;
    let (selector, proof) = ann.cookie(COOKIE).unwrap().split_once(':').unwrap();
    assert!(selector.len() == 32 && proof.len() == 32);
    let row = "select json_array(auth_hash, device, selector, proof, previous) from remembered";
    let row: String = site.read(row).await;
    assert!(row.contains(selector) && !row.contains(proof), "{row}");
    let kept: String = site.read("select proof from remembered").await;
    let mut mallory = Browser::new("Mallory's");
    mallory.set_cookie(COOKIE, &format!("{selector}:{kept}"));
    assert!(!site.knows(&mut mallory).await);
}

#[tokio::test]
async fn it_ends_after_two_weeks_without_use_and_after_ninety_days_with_it() {
    let mut site = Site::new();
    let mut unused = ann(&mut site).await;
    site.wait(14 * DAY - 60).await;
    let mut copy = copy_of(&unused);
    assert!(site.knows(&mut copy).await, "almost two weeks");
    site.wait(14 * DAY).await;
    assert!(!site.knows(&mut copy).await, "two weeks");
    assert!(!site.knows(&mut unused).await);

    let mut busy = ann(&mut site).await;
    let mut days = 0;
    while site.knows(&mut busy).await {
        site.wait(6 * DAY).await;
        days += 6;
        assert!(days <= 90, "{days} days");
    }
    assert_eq!(days, 90);
    assert_eq!(site.remembered().await, 0);
}

#[tokio::test]
async fn the_browser_keeps_the_cookie_no_longer_than_it_is_good() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    let mut ages = Vec::new();
    for _ in 0..8 {
        site.wait(11 * DAY).await;
        let seen = site.get(&mut ann, "/loans").await;
        let cookies = seen.headers.get_all(header::SET_COOKIE).iter();
        let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
        let cookie = cookies.find(|cookie| cookie.starts_with(COOKIE)).unwrap();
        let (_, age) = cookie.split_once("Max-Age=").unwrap();
        ages.push(age.parse::<u32>().unwrap().div_ceil(DAY));
    }
    assert_eq!(ages, [14, 14, 14, 14, 14, 14, 13, 2]);
}

#[tokio::test]
async fn signing_out_a_new_password_and_ending_the_others_end_it() {
    for (what, path, form) in [
        ("signed out", "/sign-out", ""),
        (
            "a new password",
            "/password",
            "old=ann+reads+austen&new=ann+reads+everything",
        ),
    ] {
        let mut site = Site::new();
        let mut ann = ann(&mut site).await;
        let mut mallory = copy_of(&ann);
        assert_eq!(site.post(&mut ann, path, form).await.status, 303, "{what}");
        assert_eq!(site.remembered().await, 0, "{what}");
        assert!(!site.knows(&mut mallory).await, "{what}");
        let stays = path == "/password";
        assert_eq!(site.knows(&mut ann).await, stays, "{what}");
    }
    // The browser has lost the cookie, and somebody else has a copy of it.
    let mut site = Site::new();
    let lost = ann(&mut site).await;
    let mut left = Browser::new("Ann's");
    left.set_cookie("step13", lost.cookie("step13").unwrap());
    site.post(&mut left, "/sign-out", "").await;
    assert!(!site.knows(&mut copy_of(&lost)).await);

    let mut site = Site::new();
    let (mut ann, mut other) = (ann(&mut site).await, ann(&mut site).await);
    site.post(&mut other, "/sessions/end-others", "").await;
    assert!(!site.knows(&mut ann).await);
    site.wait(HOUR).await;
    assert!(!site.knows(&mut ann).await);
    assert!(site.knows(&mut other).await, "it has ended the others");
}

/// Otherwise the page would say that a session has ended, and its browser would be signed in again at the next request.
#[tokio::test]
async fn a_session_that_is_ended_from_the_list_does_not_come_back() {
    for (button, left) in [("End it", 1), ("Forget it", 1)] {
        let mut site = Site::new();
        let (mut ann, mut lost) = (ann(&mut site).await, ann(&mut site).await);
        site.execute("update remembered set rotated = rotated + id")
            .await;
        site.get(&mut ann, "/sessions").await;
        ann.press(&mut site.pages, button, "").await.unwrap();
        assert_eq!(site.remembered().await, left, "{button}");
        assert!(!site.knows(&mut lost).await, "{button}");
        site.wait(HOUR).await;
        assert!(!site.knows(&mut lost).await, "{button}");
        assert!(site.knows(&mut ann).await, "{button}");
    }
}

#[tokio::test]
async fn nobody_forgets_the_browser_of_somebody_else() {
    let mut site = Site::new();
    let (mut ann, mut ben) = (ann(&mut site).await, Browser::new("Ben's"));
    site.post(&mut ben, "/sign-in", BEN).await;
    site.post(&mut ben, "/sessions/forget", "browser=1").await;
    site.wait(HOUR).await;
    assert!(site.knows(&mut ann).await);
}

/// Ann has stayed signed in at a computer that others use. Ben signs in there, and leaves it.
#[tokio::test]
async fn whoever_signs_in_over_somebody_ends_what_was_remembered_there() {
    for expired in [false, true] {
        let mut site = Site::new();
        let mut shared = ann(&mut site).await;
        let mut mallory = copy_of(&shared);
        if expired {
            site.wait(HOUR).await;
        }
        site.post(&mut shared, "/sign-in", BEN).await;
        assert_eq!(shared.cookie(COOKIE), None);
        site.wait(HOUR).await;
        assert!(!site.knows(&mut shared).await);
        assert!(!site.knows(&mut mallory).await);
    }
}

#[tokio::test]
async fn somebody_who_signs_in_again_without_wanting_it_stays_for_this_visit() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    site.post(&mut ann, "/sign-in", ANN).await;
    assert!(site.knows(&mut ann).await);
    site.wait(HOUR).await;
    assert!(!site.knows(&mut ann).await);
}

/// The thief's request was answered before the row was deleted, and its session was stored after that.
#[tokio::test]
async fn a_session_that_is_stored_after_its_row_has_ended_is_nobodys() {
    const COLUMNS: &str = "key, data, expires, created, saved, version, writer";
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    site.execute("create table late as select key, data, expires, created, saved, version, writer from session")
        .await;
    let mut late = Browser::new("the late one");
    late.set_cookie("step13", ann.cookie("step13").unwrap());
    site.post(&mut ann, "/sign-out", "").await;
    let store = format!("insert into session ({COLUMNS}) select {COLUMNS} from late");
    let store = move |connection: &Connection| connection.execute_batch(&store);
    site.library.database().write(store).await.unwrap();
    assert!(!site.knows(&mut late).await);
    let hers: u32 = site
        .read("select count(*) from session where person = 1")
        .await;
    assert_eq!(hers, 0, "it was cleared");
}

/// A row with the mark of the old password, as a sign-in makes it that began before the password was changed.
#[tokio::test]
async fn a_cookie_of_the_old_password_is_worth_nothing() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    site.execute("create table late as select * from remembered")
        .await;
    let old = copy_of(&ann);
    let form = "old=ann+reads+austen&new=ann+reads+everything";
    site.post(&mut ann, "/password", form).await;
    site.execute("insert into remembered select * from late")
        .await;
    assert!(!site.knows(&mut { old }).await);
}

/// Mallory's own session is in Ann's browser when Ann comes back.
#[tokio::test]
async fn coming_back_gives_a_new_id() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    site.wait(HOUR).await;
    let mut mallory = Browser::new("Mallory's");
    site.get(&mut mallory, "/").await;
    let planted = mallory.cookie("step13").unwrap().to_string();
    ann.set_cookie("step13", &planted);
    assert!(site.knows(&mut ann).await);
    assert_ne!(ann.cookie("step13").unwrap(), planted);
    assert!(!site.knows(&mut mallory).await);
}

#[tokio::test]
async fn coming_back_does_not_count_as_the_password() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    site.wait(HOUR).await;
    assert!(site.knows(&mut ann).await);
    let seen = site.post(&mut ann, "/borrow", "").await;
    assert_eq!(seen.redirects_to(), Some("/confirm?next=/"));
}

/// A form that is sent after the session has ended is the person's, and not a stranger's.
#[tokio::test]
async fn a_form_after_the_session_has_ended_is_done_for_the_person() {
    let mut site = Site::new();
    let mut ann = ann(&mut site).await;
    site.wait(HOUR).await;
    site.post(&mut ann, "/basket", "book=38").await;
    assert_eq!(
        site.read::<u32>("select count(*) from basket where person_id = 1")
            .await,
        1
    );
}

#[tokio::test]
async fn a_refused_sign_in_keeps_the_choice() {
    let mut site = Site::new();
    let mut ann = Browser::new("Ann's");
    for (stay, chosen) in [("yes", true), ("no", false)] {
        let form = format!("name=ann&password=guess&stay={stay}");
        let seen = site.post(&mut ann, "/sign-in", &form).await;
        assert_eq!(
            seen.page.contains("value=\"yes\" selected"),
            chosen,
            "{}",
            seen.page
        );
        assert!(seen.page.contains("Stay signed in"));
    }
}

#[tokio::test]
async fn rows_that_have_expired_are_deleted_when_others_are_made() {
    let mut site = Site::new();
    ann(&mut site).await;
    site.wait(14 * DAY).await;
    ann(&mut site).await;
    assert_eq!(site.remembered().await, 1);
}
