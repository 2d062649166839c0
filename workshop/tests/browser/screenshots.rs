//! Pictures of every page, to be looked at: `cargo test -p workshop --test browser -- --ignored screenshots` puts them
//! into target/screenshots, a folder for each size of a window, in light and in dark. `SHOTS=1280x720` makes those whose
//! folder begins so.

use std::{fs, path::Path};

use fantoccini::Locator;

use crate::{
    chromium::{Chromium, Look, chromium},
    process::Running,
    project::{Project, post},
};

const SIZES: [(u32, u32); 5] = [
    (1440, 900),
    (1280, 720),
    (1024, 768),
    (390, 844),
    (1920, 1080),
];

/// The pages that are shown as they are: an address, and a name for the picture.
const PAGES: [(&str, &str); 10] = [
    ("/", "home"),
    ("/steps/4", "lesson-4"),
    ("/steps/3/code#second-visit", "code"),
    ("/steps/3/mine", "my-work"),
    ("/steps/3/mine#find-the-line", "find-the-line"),
    ("/steps/3/slides", "slides"),
    ("/steps/3/presenter", "presenter"),
    ("/instructor", "instructor"),
    ("/doctor", "doctor"),
    ("/steps/33", "not-found"),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it makes pictures, which somebody has to look at"]
async fn screenshots_of_every_page() {
    for (width, height) in SIZES {
        for dark in [false, true] {
            let folder = format!("{width}x{height}-{}", if dark { "dark" } else { "light" });
            if !folder.starts_with(&std::env::var("SHOTS").unwrap_or_default()) {
                continue;
            }
            let look = Look {
                dark,
                size: Some((width, height)),
                ..Look::default()
            };
            let Some(browser) = chromium(look).await else {
                return;
            };
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
                .with_file_name("screenshots")
                .join(folder);
            fs::create_dir_all(&folder).unwrap();
            let project = Project::new();
            project.run(&["start", "3"]);
            let workshop = project.serve();
            take_all(&browser, &workshop, &folder).await;
        }
    }
}

async fn take_all(browser: &Chromium, workshop: &Running, folder: &Path) {
    post(&workshop.address, "/steps/3/predictions", "predicted=2");
    post(
        &workshop.address,
        "/steps/4/lab",
        "act=play&name=wheels-lost&predicted=x",
    );
    for (path, name) in PAGES {
        browser.open(workshop, path).await;
        take(browser, folder, name).await;
    }
    browser.open(workshop, "/steps/3").await;
    take(browser, folder, "lesson-3-begins").await;
    for (visitor, times) in [("Ann", 1), ("Ben", 1), ("Ann", 2), ("Ann", 3)] {
        browser.visit(visitor, times).await;
        browser.leave().await;
    }
    browser.says("#timeline", "2 → 3").await;
    take(browser, folder, "lesson-3").await;
    browser.click("#timeline .event:not(.part) a").await;
    browser
        .client
        .wait()
        .for_element(Locator::Css(".machine"))
        .await
        .unwrap();
    take(browser, folder, "time-machine").await;
    let alone =
        "return document.querySelector('#timeline .event:not(.part) a').getAttribute('href')";
    let alone = browser.script(alone).await;
    browser.open(workshop, alone.as_str().unwrap()).await;
    take(browser, folder, "request").await;
}

async fn take(browser: &Chromium, folder: &Path, name: &str) {
    // What is framed has a moment to load.
    browser
        .until("return document.readyState === 'complete'")
        .await;
    tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    let picture = browser.client.screenshot().await.unwrap();
    fs::write(folder.join(format!("{name}.png")), picture).unwrap();
}
