//! Starting and driving the browser.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

use crate::process::{Running, status};

/// Two browsers at once take longer than one after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// A browser, and what it needs while it runs.
pub struct Chromium {
    pub client: Client,
    driver: Child,
    _profile: TempDir,
    _turn: MutexGuard<'static, ()>,
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
    let Value::Object(capabilities) = json!({ "goog:chromeOptions": options }) else {
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
        _profile: profile,
        _turn: turn,
    })
}

/// Says why the tests are skipped. The test harness keeps what `eprintln!` prints; this line is to be seen.
fn skip(reason: &str) {
    assert!(std::env::var_os("REQUIRE_BROWSER").is_none(), "{reason}");
    let _ = writeln!(io::stderr(), "skipped: {reason}");
}

/// WebDriver has no word for it, so this goes through chromedriver's own (Chrome DevTools Protocol, Emulation).
async fn stop_scripts(client: &Client, port: u16) {
    let session = client.session_id().await.unwrap().expect("a session");
    let body =
        json!({ "cmd": "Emulation.setScriptExecutionDisabled", "params": { "value": true } })
            .to_string();
    let mut driver = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        driver,
        "POST /session/{session}/goog/cdp/execute HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    // The driver keeps the connection open, so there is no end of the answer to wait for.
    let mut answer = String::new();
    BufReader::new(driver).read_line(&mut answer).unwrap();
    assert_eq!(status(&answer), 200, "{answer}");
}

impl Chromium {
    pub async fn open(&self, workshop: &Running, path: &str) {
        self.client
            .goto(&format!("{}{path}", workshop.address))
            .await
            .unwrap();
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
