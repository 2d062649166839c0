//! Who is signed in, in step 8. Observe: a session stands for one person with one password, and for nobody afterwards.

use journey::{Browser, Exchange, InProcess};
use locallibrary::{Library, people::Person};

use crate::{ask::visits, support::step};

const ANN: &str = "name=ann&password=ann+reads+austen&next=/loans";
const BEN: &str = "name=ben&password=ben+reads+balzac&next=/loans";
const CLEO: &str = "name=cleo&password=cleo+reads+conrad&next=/loans";

/// Step 8, and its database.
struct Site {
    library: Library,
    pages: InProcess,
}

impl Site {
    fn new() -> Self {
        let library = Library::in_memory().unwrap();
        let pages = step(8).site(library.clone()).unwrap();
        Self { library, pages }
    }

    /// The page on which the browser arrives.
    async fn get(&mut self, browser: &mut Browser, path: &str) -> Exchange {
        let seen = browser.get(&mut self.pages, path).await.unwrap();
        seen.into_iter().next_back().unwrap()
    }

    async fn post(&mut self, browser: &mut Browser, path: &str, form: &str) -> Exchange {
        let seen = browser.post(&mut self.pages, path, form).await.unwrap();
        seen.into_iter().next_back().unwrap()
    }

    /// The first answer, before the browser follows it.
    async fn first(&mut self, browser: &mut Browser, path: &str, form: &str) -> Exchange {
        let seen = browser.post(&mut self.pages, path, form).await.unwrap();
        seen.into_iter().next().unwrap()
    }

    async fn execute(&self, sql: &'static str) {
        let change = self
            .library
            .database()
            .write(|connection| connection.execute_batch(sql));
        change.await.unwrap();
    }

    async fn sessions(&self) -> u32 {
        let count = |connection: &rusqlite::Connection| {
            connection.query_row("select count(*) from session", [], |row| row.get(0))
        };
        self.library.database().read(count).await.unwrap()
    }

    async fn visits(&mut self, browser: &mut Browser) -> u64 {
        visits(&self.get(browser, "/").await.page)
    }
}

fn is_signed_in(seen: &Exchange) -> bool {
    let signed_in = seen.page.contains("You are signed in as");
    assert_ne!(signed_in, seen.page.contains("Password"), "{}", seen.page);
    signed_in
}

#[tokio::test]
async fn a_second_person_inherits_nothing_of_the_first() {
    let mut site = Site::new();
    let mut shared = Browser::new("the library's");
    site.post(&mut shared, "/sign-in", ANN).await;
    assert_eq!(site.visits(&mut shared).await, 0);
    let anns = shared.cookie("step8").unwrap().to_string();
    let seen = site.post(&mut shared, "/sign-in", BEN).await;
    assert!(
        seen.page.contains("signed in as <strong>ben"),
        "{}",
        seen.page
    );
    assert_eq!(site.visits(&mut shared).await, 0, "Ben has not been here");
    assert_ne!(shared.cookie("step8").unwrap(), anns);
    assert_eq!(site.sessions().await, 1, "Ann's is over");
}

#[tokio::test]
async fn the_same_person_keeps_the_session_under_a_new_id() {
    let mut site = Site::new();
    let mut ann = Browser::new("Ann's");
    site.post(&mut ann, "/sign-in", ANN).await;
    assert_eq!(site.visits(&mut ann).await, 0);
    let before = ann.cookie("step8").unwrap().to_string();
    site.post(&mut ann, "/sign-in", ANN).await;
    assert_eq!(site.visits(&mut ann).await, 1);
    assert_ne!(ann.cookie("step8").unwrap(), before);
    assert!(
        !site
            .get(&mut ann, "/sessions")
            .await
            .page
            .contains("End it")
    );
}

#[tokio::test]
async fn whoever_follows_a_person_whose_account_is_gone_inherits_nothing() {
    let mut site = Site::new();
    let mut shared = Browser::new("the library's");
    site.post(&mut shared, "/sign-in", CLEO).await;
    assert_eq!(site.visits(&mut shared).await, 0);
    site.execute("delete from loan where person_id = 3; delete from person where id = 3")
        .await;
    site.post(&mut shared, "/sign-in", BEN).await;
    assert_eq!(site.visits(&mut shared).await, 0);
}

/// SQLite gives the number of a deleted row to the next one.
#[tokio::test]
async fn a_new_account_with_an_old_number_does_not_get_the_old_sessions() {
    let mut site = Site::new();
    let mut cleo = Browser::new("Cleo's");
    site.post(&mut cleo, "/sign-in", CLEO).await;
    site.execute(
        "delete from loan where person_id = 3; delete from person where id = 3;
         insert into person (name, password) select 'dora', password || 'x' from person where id = 1",
    )
    .await;
    assert!(!is_signed_in(&site.get(&mut cleo, "/loans").await));
    assert_eq!(site.sessions().await, 0, "the session of nobody is cleared");
}

/// The sign-in has read the old hash, then the password is changed, and then the sign-in stores its session.
#[tokio::test]
async fn a_session_of_the_old_password_that_is_stored_late_is_nobodys() {
    const COLUMNS: &str = "key, data, expires, created, saved, version, writer";
    let mut site = Site::new();
    let (mut ann, mut late) = (Browser::new("Ann's"), Browser::new("the late one"));
    site.post(&mut late, "/sign-in", ANN).await;
    site.execute("create table late as select key, data, expires, created, saved, version, writer from session")
        .await;
    site.post(&mut ann, "/sign-in", ANN).await;
    let form = "old=ann+reads+austen&new=ann+reads+everything";
    assert_eq!(site.first(&mut ann, "/password", form).await.status, 303);
    let store = format!("insert into session ({COLUMNS}) select {COLUMNS} from late");
    let store = move |connection: &rusqlite::Connection| connection.execute_batch(&store);
    site.library.database().write(store).await.unwrap();

    assert!(
        !site
            .get(&mut ann, "/sessions")
            .await
            .page
            .contains("End it")
    );
    assert!(!is_signed_in(&site.get(&mut late, "/loans").await));
    assert!(is_signed_in(&site.get(&mut ann, "/loans").await));
    assert_eq!(site.sessions().await, 1, "the session of nobody is cleared");
}

#[tokio::test]
async fn of_two_changes_with_one_old_password_only_the_first_counts() {
    let mut site = Site::new();
    let mut ann = Browser::new("Ann's");
    site.post(&mut ann, "/sign-in", ANN).await;
    let auth_hash = |connection: &rusqlite::Connection| {
        connection.query_row("select data ->> '$._auth_hash' from session", [], |row| {
            row.get(0)
        })
    };
    let auth_hash: String = site.library.database().read(auth_hash).await.unwrap();
    let found = site.library.person(1, auth_hash).await.unwrap().unwrap();
    let change = async |person: &Person, password| {
        let changed = site.library.set_password(person.clone(), password, None);
        changed.await.unwrap()
    };
    let changed = change(&found, "ann reads everything").await.unwrap();
    assert_eq!(change(&found, "mallory was here too").await, None);
    assert_ne!(change(&changed, "ann reads even more").await, None);
}

#[tokio::test]
async fn a_page_for_people_who_are_signed_in_leads_to_the_form_and_back() {
    let mut site = Site::new();
    let mut ann = Browser::new("Ann's");
    for (page, form) in [
        ("/loans", "/sign-in?next=/loans"),
        ("/password", "/sign-in?next=/password"),
        (
            "/sessions?a=1&b=/",
            "/sign-in?next=/sessions%3Fa%3D1%26b%3D/",
        ),
    ] {
        let seen = ann.get(&mut site.pages, page).await.unwrap();
        assert_eq!(seen[0].redirects_to(), Some(form));
    }
    // What a form wanted to do is not repeated, and its address may have no page.
    for action in ["/sessions/end-others", "/sessions/end", "/password"] {
        let seen = site.first(&mut ann, action, "handle=x&old=x&new=x").await;
        assert_eq!(seen.redirects_to(), Some("/sign-in"), "{action}");
    }
}

#[tokio::test]
async fn a_next_page_that_no_header_could_hold_leads_home() {
    let mut site = Site::new();
    let mut ann = Browser::new("Ann's");
    for byte in ["00", "01", "0b", "7f", "ff"] {
        let form = format!("name=ann&password=ann+reads+austen&next=/%{byte}");
        let seen = site.first(&mut ann, "/sign-in", &form).await;
        assert_eq!(
            (seen.status.as_u16(), seen.redirects_to()),
            (303, Some("/")),
            "{byte}"
        );
        assert!(is_signed_in(&site.get(&mut ann, "/loans").await));
    }
}

/// A browser that sends the form twice keeps one of the two sessions. The other one is in the list, and can be ended.
#[tokio::test]
async fn a_second_click_on_sign_in_makes_a_session_that_can_be_ended() {
    let mut site = Site::new();
    let (mut ann, mut first_click) = (Browser::new("Ann's"), Browser::new("the first click"));
    for click in [&mut first_click, &mut ann] {
        site.post(click, "/sign-in", ANN).await;
    }
    assert_eq!(site.sessions().await, 2);
    site.get(&mut ann, "/sessions").await;
    let seen = ann
        .press(&mut site.pages, "End it", "")
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert!(!seen.page.contains("End it"), "{}", seen.page);
    assert_eq!(site.sessions().await, 1);
}
