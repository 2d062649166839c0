//! Step 11 in a real browser, which knows what a site is and what an origin. Observe: what each line stops, and what the
//! others do without it.

use axum::Router;
use locallibrary::{Library, attack::mallory};
use tokio::net::TcpListener;

use crate::{
    chromium::{Chromium, Look, chromium},
    steps::STEPS,
};

/// Ann's browser, the library, and Mallory's site at another port of its host.
struct Scene {
    browser: Chromium,
    library: String,
    mallory: String,
}

async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

impl Scene {
    /// `None` where there is no browser.
    async fn set() -> Option<Self> {
        let browser = chromium(Look::default()).await?;
        let step = STEPS.iter().find(|step| step.number == 11).unwrap();
        let library = Library::in_memory().unwrap();
        let sessions = (step.sessions)(&library).unwrap();
        let library = serve((step.app)(library, sessions)).await;
        let mallory = serve(mallory(&library)).await;
        Some(Self {
            browser,
            library,
            mallory,
        })
    }

    async fn goto(&self, site: &str, path: &str) {
        let address = format!("{site}{path}");
        self.browser.client.goto(&address).await.unwrap();
    }

    /// Mallory's site under its other name, which makes another site of it.
    fn elsewhere(&self) -> String {
        self.mallory.replace("127.0.0.1", "localhost")
    }

    /// Runs the library without these lines, and with an empty wall.
    async fn run_without(&self, lines: &[&str]) {
        self.goto(&self.library, "/attacks").await;
        let untick =
            "document.querySelectorAll('main input').forEach((it) => (it.checked = false))";
        self.browser.script(untick).await;
        for line in lines.iter().chain(&["empty-wall"]) {
            self.browser
                .click(&format!("main input[name={line}]"))
                .await;
        }
        let before = "document.body.dataset.before = 'yes'";
        self.browser.script(before).await;
        self.browser.click("main form button").await;
        self.browser
            .until("return document.readyState === 'complete' && !document.body.dataset.before")
            .await;
        for line in lines {
            self.browser
                .has(&format!("main input[name={line}]:checked"))
                .await;
        }
    }

    async fn sign_in(&self) {
        self.browser.client.delete_all_cookies().await.unwrap();
        self.sign_in_with_what_is_there().await;
    }

    /// The same with the cookies that the browser has.
    async fn sign_in_with_what_is_there(&self) {
        self.goto(&self.library, "/sign-in?next=/loans").await;
        self.browser.type_into("#name", "ann").await;
        self.browser
            .type_into("#password", "ann reads austen")
            .await;
        self.browser.click("main form button").await;
        self.says("You are signed in as ann").await;
    }

    /// A stranger writes the note with Mallory's script.
    async fn write_the_script(&self) {
        self.browser.client.delete_all_cookies().await.unwrap();
        self.goto(&self.library, "/wall").await;
        let note = format!("<script src=\"{}/script.js\"></script>", self.mallory);
        self.browser.type_into("#text", &note).await;
        self.browser.click("main form button").await;
        self.browser
            .until("return !document.querySelector('#text').value")
            .await;
    }

    /// Waits until the open page says this.
    async fn says(&self, words: &str) {
        self.browser.says("body", words).await;
    }

    /// Whether the library still knows Ann.
    async fn is_signed_in(&self) -> bool {
        self.goto(&self.library, "/loans").await;
        let says = self.browser.text("main").await;
        assert!(says.contains("signed in as ann") || says.contains("Password"));
        says.contains("signed in as ann")
    }

    async fn wall(&self) -> String {
        self.goto(&self.library, "/wall").await;
        self.browser.text("main").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lax_stops_the_cookie_of_another_site_and_the_origin_stops_the_form_of_another_port() {
    let Some(scene) = Scene::set().await else {
        return;
    };
    scene.run_without(&["origin"]).await;
    scene.sign_in().await;
    for (site, by) in [(&scene.mallory, "ann"), (&scene.elsewhere(), "a visitor")] {
        scene.goto(site, "/form").await;
        scene.browser.click("form button").await;
        scene
            .says(&format!("{by}: I lend my books to everybody."))
            .await;
    }
    scene.run_without(&[]).await;
    for site in [&scene.mallory, &scene.elsewhere()] {
        scene.goto(site, "/form").await;
        scene.browser.click("form button").await;
        scene.says("This form was sent from another site.").await;
    }
    assert!(!scene.wall().await.contains("I lend my books"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_signs_out_where_a_get_does() {
    let Some(scene) = Scene::set().await else {
        return;
    };
    scene.run_without(&["post-only"]).await;
    scene.sign_in().await;
    scene.goto(&scene.elsewhere(), "/picture").await;
    assert!(scene.is_signed_in().await, "a picture of another site");
    scene.goto(&scene.mallory, "/picture").await;
    assert!(!scene.is_signed_in().await, "a picture of another port");
    scene.sign_in().await;
    scene.goto(&scene.elsewhere(), "/picture").await;
    scene.browser.click("a").await;
    scene.says("record counts").await;
    assert!(!scene.is_signed_in().await, "a link of another site");

    scene.run_without(&[]).await;
    scene.sign_in().await;
    scene.goto(&scene.mallory, "/picture").await;
    assert!(scene.is_signed_in().await);
    scene.goto(&scene.elsewhere(), "/picture").await;
    scene.browser.click("a").await;
    scene.says("does not answer that kind of request").await;
    assert!(scene.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_reads_the_cookie_or_does_without_it_and_escaping_or_the_policy_stops_it() {
    const UNREAD: &str = "document.cookie is \"\"";
    let Some(scene) = Scene::set().await else {
        return;
    };
    for (lines, told) in [
        (
            &["escape", "policy", "http-only"][..],
            "document.cookie is \"step11=",
        ),
        (&["escape", "policy"], UNREAD),
    ] {
        scene.run_without(lines).await;
        scene.write_the_script().await;
        scene.sign_in().await;
        scene.wall().await;
        // The note is there once the script has done all it does.
        scene.browser.until(&noted(&scene.library)).await;
        scene.goto(&scene.mallory, "/").await;
        scene.says(told).await;
        scene
            .says("/loans says: My loans You are signed in as ann")
            .await;
        assert!(
            scene
                .wall()
                .await
                .contains("ann: I give all my books away.")
        );
    }
    scene.goto(&scene.mallory, "/").await;
    let told = scene.browser.text("body").await;
    for lines in [&["escape", "http-only"], &["policy", "http-only"]] {
        scene.run_without(lines).await;
        scene.write_the_script().await;
        scene.sign_in().await;
        scene.wall().await;
        scene.goto(&scene.mallory, "/").await;
        assert_eq!(scene.browser.text("body").await, told, "{lines:?}");
        assert!(!scene.wall().await.contains("I give all my books away."));
    }
}

/// True once the wall has the note of Mallory's script.
fn noted(library: &str) -> String {
    format!(
        "return fetch('{library}/wall').then((it) => it.text()).then((it) => it.includes('ann: I give all'))"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn another_port_gets_a_copy_of_the_cookie_and_can_plant_one() {
    let Some(scene) = Scene::set().await else {
        return;
    };
    const WORTHLESS: &str = "what I hold is worth nothing";
    for (lines, answer) in [
        (&["delete-row"][..], "You are signed in as ann"),
        (&[], WORTHLESS),
    ] {
        scene.run_without(lines).await;
        scene.sign_in().await;
        scene.goto(&scene.mallory, "/kittens").await;
        scene.says("step11=").await;
        scene.goto(&scene.library, "/loans").await;
        scene.browser.click("form[action='/sign-out'] button").await;
        scene.says("record counts").await;
        scene.goto(&scene.mallory, "/ask").await;
        scene.says(answer).await;
    }
    for (lines, answer) in [
        (&["new-id"][..], "You are signed in as ann"),
        (&[], WORTHLESS),
    ] {
        scene.run_without(lines).await;
        scene.browser.client.delete_all_cookies().await.unwrap();
        scene.goto(&scene.mallory, "/plant").await;
        scene.sign_in_with_what_is_there().await;
        scene.goto(&scene.mallory, "/ask").await;
        scene.says(answer).await;
    }
}
