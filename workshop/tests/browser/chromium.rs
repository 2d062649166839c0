//! Starting and driving the browser.

use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

use crate::process::{Running, status};

/// Tests at once take longer than one after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// A browser, and what it needs while it runs.
pub struct Chromium {
    pub client: Client,
    driver: Child,
    /// Where the driver listens.
    port: u16,
    _profile: TempDir,
    /// None for a second browser of the same test.
    _turn: Option<MutexGuard<'static, ()>>,
}

/// How a browser differs from the usual one.
#[derive(Default)]
pub struct Look {
    pub dark: bool,
    pub without_script: bool,
    /// The page's own size; the height is 844 unless something else is said.
    pub width: Option<u32>,
    pub height: Option<u32>,
}

/// Starts a browser; `None` where there is none.
pub async fn chromium(look: Look) -> Option<Chromium> {
    let turn = ONE_AT_A_TIME.lock().await;
    let mut browser = start(look).await?;
    browser._turn = Some(turn);
    Some(browser)
}

/// A second browser for the same test: somebody else's.
pub async fn another(look: Look) -> Chromium {
    start(look).await.expect("there is one browser already")
}

async fn start(look: Look) -> Option<Chromium> {
    let driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut driver) = driver else {
        skip("there is no chromedriver here, so no browser test can run");
        return None;
    };
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = lines.map_while(Result::ok).find_map(|line| {
        let (_, rest) = line.split_once("started successfully on port ")?;
        rest.trim_end_matches('.').parse::<u16>().ok()
    });
    let port = port.expect("chromedriver says its port");
    let profile = tempfile::tempdir().unwrap();
    let mut arguments = vec![
        "--headless=new".to_string(),
        "--no-sandbox".into(),
        "--disable-gpu".into(),
        "--disable-dev-shm-usage".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--window-size=1280,784".into(),
        format!("--user-data-dir={}", profile.path().display()),
    ];
    if look.dark {
        arguments.extend([
            "--force-dark-mode".into(),
            "--blink-settings=preferredColorScheme=0".into(),
        ]);
    }
    let mut options = json!({ "args": arguments });
    if let Some(width) = look.width {
        let metrics = json!({ "width": width, "height": look.height.unwrap_or(844), "pixelRatio": 1.0, "touch": false, "mobile": false });
        options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    let Value::Object(capabilities) =
        json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } })
    else {
        unreachable!()
    };
    let connected = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await;
    let client = match connected {
        Ok(client) => client,
        Err(cause) => {
            let _ = driver.kill();
            skip(&format!("chromedriver finds no browser ({cause})"));
            return None;
        }
    };
    if look.without_script {
        stop_scripts(&client, port).await;
    }
    Some(Chromium {
        client,
        driver,
        port,
        _profile: profile,
        _turn: None,
    })
}

/// Says why the tests are skipped. The test harness keeps what `eprintln!` prints; this line is to be seen.
fn skip(reason: &str) {
    assert!(std::env::var_os("REQUIRE_BROWSER").is_none(), "{reason}");
    let _ = writeln!(io::stderr(), "skipped: {reason}");
}

/// The text of axe-core, which the environment's `AXE` names; without it accessibility is not tested.
pub fn axe() -> Option<String> {
    let Ok(file) = std::env::var("AXE") else {
        let reason = "skipped: AXE names no axe.min.js, so accessibility is not tested";
        let _ = writeln!(io::stderr(), "{reason}");
        return None;
    };
    Some(fs::read_to_string(&file).unwrap_or_else(|cause| panic!("{file}: {cause}")))
}

/// WebDriver has no word for it, so this goes through chromedriver's own (Chrome DevTools Protocol, Emulation).
async fn stop_scripts(client: &Client, port: u16) {
    let body =
        json!({ "cmd": "Emulation.setScriptExecutionDisabled", "params": { "value": true } });
    ask_driver(client, port, "goog/cdp/execute", &body).await;
}

/// Asks chromedriver for what fantoccini does not know.
async fn ask_driver(client: &Client, port: u16, what: &str, body: &Value) -> Value {
    let session = client.session_id().await.unwrap().expect("a session");
    let body = body.to_string();
    let mut driver = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        driver,
        "POST /session/{session}/{what} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    // The driver keeps the connection open, so only the head says where the answer ends.
    let mut driver = BufReader::new(driver);
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(driver.read_line(&mut head).unwrap(), 0, "{head}");
        let header = head.lines().last().unwrap().to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut answer = vec![0; length];
    driver.read_exact(&mut answer).unwrap();
    assert_eq!(
        status(&head),
        200,
        "{head}{}",
        String::from_utf8_lossy(&answer)
    );
    serde_json::from_slice(&answer).unwrap()
}

impl Chromium {
    pub async fn open(&self, workshop: &Running, path: &str) {
        self.client
            .goto(&format!("{}{path}", workshop.address))
            .await
            .unwrap();
    }

    /// What axe-core finds on this page that keeps somebody from using it, all folds open.
    pub async fn faults(&self, axe: &str) -> Value {
        let open = "document.querySelectorAll('details').forEach((it) => (it.open = true))";
        self.script(open).await;
        self.script(axe).await;
        let found = "const done = arguments[0];
            axe.run(document, { iframes: false }).then((found) =>
                done(found.passes.length < 10 ? ['it looked at nothing'] : found.violations.filter((it) => ['serious', 'critical'].includes(it.impact))
                    .map((it) => `${it.id}: ${it.nodes[0].html} ${it.nodes[0].any[0]?.message ?? ''}`)));";
        self.client.execute_async(found, vec![]).await.unwrap()
    }

    /// What the console has said since it was last asked.
    pub async fn console(&self) -> Vec<Value> {
        let log = json!({ "type": "browser" });
        let answer = ask_driver(&self.client, self.port, "se/log", &log).await;
        answer["value"].as_array().unwrap().clone()
    }

    pub async fn click(&self, css: &str) {
        let element = self
            .client
            .wait()
            .for_element(Locator::Css(css))
            .await
            .unwrap();
        element
            .click()
            .await
            .unwrap_or_else(|cause| panic!("{css}: {cause}"));
    }

    /// Goes on inside a frame of the page.
    pub async fn enter(&self, css: &str) {
        let frame = self
            .client
            .wait()
            .for_element(Locator::Css(css))
            .await
            .unwrap();
        frame.enter_frame().await.unwrap();
    }

    /// Presses Open or Reload below a visitor's page in the lab, for the `times`th time, and goes on inside that page.
    pub async fn visit(&self, visitor: &str, times: usize) {
        self.click(&format!("[data-guest={visitor}] button[value=reload]"))
            .await;
        let frame = format!("iframe[name={visitor}]");
        let is_new = format!("document.querySelector('{frame}')?.src.endsWith('?{times}')");
        self.until(&format!("return {is_new} === true")).await;
        self.enter(&frame).await;
    }

    /// Leaves a frame.
    pub async fn leave(&self) {
        self.client.clone().enter_parent_frame().await.unwrap();
    }

    pub async fn text(&self, css: &str) -> String {
        self.client
            .wait()
            .for_element(Locator::Css(css))
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    }

    /// Waits until an element says this: the page may be on its way still.
    pub async fn says(&self, css: &str, words: &str) {
        for _ in 0..100 {
            let element = self.client.find(Locator::Css(css)).await;
            let text = match element {
                Ok(element) => element.text().await.unwrap_or_default(), // It may just be leaving.
                Err(_) => String::new(),
            };
            if text.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{css} never says {words:?}: {}", self.text("body").await);
    }

    pub async fn type_into(&self, css: &str, words: &str) {
        let field = self.client.find(Locator::Css(css)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(words).await.unwrap();
    }

    /// Sends a key to whatever has the focus.
    pub async fn press(&self, key: impl Into<char>) {
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(&key.into().to_string()).await.unwrap();
    }

    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap()
    }

    /// Waits until the script's value is true.
    pub async fn until(&self, script: &str) {
        for _ in 0..100 {
            if self.script(script).await == json!(true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let page = self.text("body").await;
        panic!("never true: {script}\n{page}");
    }

    pub async fn close(mut self) {
        let _ = self.client.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.driver.kill();
    }
}
