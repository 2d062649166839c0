//! Starting and driving the browser.

use std::{
    fmt::Display,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{Client, ClientBuilder, Locator, key::Key, wd::WindowHandle};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

use crate::process::{Running, status};

/// Tests at once take longer than one after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// How long a page has to show what a test waits for. A build on a busy machine takes its time, and a test that passes
/// never waits so long.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(50);

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
    /// The page's own width and height.
    pub size: Option<(u32, u32)>,
}

impl Look {
    /// Of somebody whose browser runs no script.
    pub fn without_script() -> Self {
        Self {
            without_script: true,
            ..Self::default()
        }
    }
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
    let Some((mut driver, port)) = driver() else {
        skip("there is no chromedriver here, so no browser test can run");
        return None;
    };
    let profile = tempfile::tempdir().unwrap();
    let arguments = [
        "--headless=new".to_string(),
        "--no-sandbox".into(),
        "--disable-gpu".into(),
        "--disable-dev-shm-usage".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--window-size=1280,784".into(),
        format!("--user-data-dir={}", profile.path().display()),
    ];
    let Value::Object(capabilities) = json!({
        "goog:chromeOptions": { "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL" },
    }) else {
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
    let browser = Chromium {
        client,
        driver,
        port,
        _profile: profile,
        _turn: None,
    };
    browser.take_on(look).await;
    Some(browser)
}

/// Starts a driver, and returns it with the port where it listens; `None` where there is none.
fn driver() -> Option<(Child, u16)> {
    // The port that it finds free with IPv4 may be taken with IPv6: then it ends, and the next one finds another.
    for _ in 0..5 {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, rest) = line.split_once("started successfully on port ")?;
            rest.trim_end_matches('.').parse().ok()
        });
        match port {
            Some(port) => return Some((driver, port)),
            None => _ = driver.wait(),
        }
    }
    panic!("chromedriver ends before it says its port, five times in a row");
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
    async fn take_on(&self, look: Look) {
        if look.dark {
            self.dark(true).await;
        }
        if look.without_script {
            let stopped = json!({ "value": true });
            self.devtools("Emulation.setScriptExecutionDisabled", stopped)
                .await;
        }
        if let Some((width, height)) = look.size {
            self.resize(width, height).await;
        }
    }

    /// Gives the page this size.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Says to the page that its reader likes it dark, or light.
    pub async fn dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
    }

    /// WebDriver has no word for some things, so they go through chromedriver's own (Chrome DevTools Protocol).
    async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        ask_driver(&self.client, self.port, "goog/cdp/execute", &body).await;
    }

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

    /// Tries until something comes of it. What is asked of a page fails while the page is on its way, and when a part
    /// of it is just being replaced.
    async fn wait<T, E: Display>(
        &self,
        for_what: &str,
        attempt: impl AsyncFn() -> Result<T, E>,
    ) -> T {
        let began = Instant::now();
        loop {
            let cause = match attempt().await {
                Ok(done) => return done,
                Err(cause) => cause,
            };
            if began.elapsed() > PATIENCE {
                let seen = self.client.execute(SEEN, vec![]).await.unwrap_or_default();
                let seen = seen.as_str().unwrap_or_default();
                panic!("waited {PATIENCE:?} for {for_what}: {cause}\nWhat was seen: {seen}");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub async fn click(&self, css: &str) {
        let click = async || self.client.find(Locator::Css(css)).await?.click().await;
        self.wait(&format!("{css} to click"), click).await;
    }

    /// Waits until the page has such an element.
    pub async fn has(&self, css: &str) {
        let find = async || self.client.find(Locator::Css(css)).await;
        self.wait(css, find).await;
    }

    /// Goes on inside a frame of the page.
    pub async fn enter(&self, css: &str) {
        let enter = async || {
            self.client
                .find(Locator::Css(css))
                .await?
                .enter_frame()
                .await
        };
        self.wait(&format!("the frame {css}"), enter).await;
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
        let text = async || self.client.find(Locator::Css(css)).await?.text().await;
        self.wait(css, text).await
    }

    /// Waits until the first such element says this, in one line or in several.
    pub async fn says(&self, css: &str, words: &str) {
        let says = format!(
            "const said = document.querySelector({})?.innerText ?? '';
             return said.replaceAll(/\\s+/g, ' ').includes({})",
            json!(css),
            json!(words)
        );
        self.until(&says).await;
    }

    pub async fn type_into(&self, css: &str, words: &str) {
        let type_words = async || {
            let field = self.client.find(Locator::Css(css)).await?;
            field.clear().await?;
            field.send_keys(words).await
        };
        self.wait(&format!("{css} to type into"), type_words).await;
    }

    /// Sends a key to whatever has the focus.
    pub async fn press(&self, key: impl Into<char>) {
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(&key.into().to_string()).await.unwrap();
    }

    /// Presses the Tab key until this is true. Wherever the focus is on the way, it can be seen; what is in a frame has
    /// its own.
    pub async fn tab_to(&self, place: &str) {
        const UNSEEN: &str = "const it = document.activeElement;
            return !it.matches('body, iframe') && getComputedStyle(it).outlineStyle === 'none' ? it.outerHTML : ''";
        for _ in 0..100 {
            self.press(Key::Tab).await;
            assert_eq!(
                self.script(UNSEEN).await,
                json!(""),
                "the focus cannot be seen"
            );
            if self.script(&format!("return {place}")).await == json!(true) {
                return;
            }
        }
        panic!("a hundred times the Tab key do not lead to {place}");
    }

    /// Waits until there is another window.
    pub async fn other_window(&self, than: &WindowHandle) -> WindowHandle {
        let other = async || {
            let windows = self.client.windows().await.map_err(|it| it.to_string())?;
            let other = windows.into_iter().find(|window| window != than);
            other.ok_or("there is none".to_string())
        };
        self.wait("another window", other).await
    }

    /// Waits until a file of the project says this.
    pub async fn wait_for(&self, file: &Path, words: &str) {
        let says = async || {
            let text = fs::read_to_string(file).unwrap_or_default();
            text.contains(words).then_some(()).ok_or(text)
        };
        self.wait(&file.display().to_string(), says).await;
    }

    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap()
    }

    /// Waits until the script's value is true.
    pub async fn until(&self, script: &str) {
        let is_true = async || match self.client.execute(script, vec![]).await {
            Ok(Value::Bool(true)) => Ok(()),
            Ok(other) => Err(format!("it is {other}")),
            Err(cause) => Err(cause.to_string()),
        };
        self.wait(script, is_true).await;
    }
}

/// What the page says, when a test has waited in vain.
const SEEN: &str = "return document.body?.innerText";

impl Drop for Chromium {
    /// A driver that is killed would leave its browser behind; one that is asked to shut down ends it too.
    fn drop(&mut self) {
        let asked = TcpStream::connect(("127.0.0.1", self.port)).and_then(|mut driver| {
            write!(driver, "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        });
        if asked.is_err() {
            let _ = self.driver.kill();
        }
        let _ = self.driver.wait();
    }
}
