use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

/// How long a page may take to come to what a test expects. A debug build loads the shop's rules for many seconds.
const PATIENCE: Duration = Duration::from_secs(90);
/// What a reference to an element is called in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How a page is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) is_phone: bool,
    pub(crate) colours: &'static str,
}

pub(crate) const DESKTOP: Screen = Screen { width: 1440, height: 900, is_phone: false, colours: "light" };
pub(crate) const DARK: Screen = Screen { colours: "dark", ..DESKTOP };
pub(crate) const TABLET: Screen = Screen { width: 900, height: 1100, ..DESKTOP };
pub(crate) const PHONE: Screen = Screen { width: 390, height: 844, is_phone: true, colours: "light" };

/// A browser of its own for a test, ended with it.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
}

impl Browser {
    /// A browser, or nothing where the environment says that there is none.
    pub(crate) fn start() -> Option<Self> {
        if std::env::var("KEFU_NO_BROWSER").is_ok_and(|value| value == "1") {
            eprintln!("skipped: KEFU_NO_BROWSER says that there is no browser");
            return None;
        }
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts: apt-get install chromium chromium-driver, or set KEFU_NO_BROWSER=1");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            line.strip_prefix("ChromeDriver was started successfully on port ")
                .map(|port| port.trim_end_matches('.').to_owned())
        });
        // Why: a driver whose output nobody reads stands still once the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(PATIENCE * 2));
        let mut browser = Self { driver, session: String::new(), agent: agent.build().into() };
        let base = format!("http://127.0.0.1:{}/session", port.expect("chromedriver says its port"));
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]},
        }}});
        let made = browser.request("POST", &base, Some(&wanted));
        browser.session = format!("{base}/{}", made["sessionId"].as_str().expect("a session"));
        Some(browser)
    }

    fn request(&self, method: &str, address: &str, body: Option<&Json>) -> Json {
        let request =
            ureq::http::Request::builder().method(method).uri(address).header("Content-Type", "application/json");
        let body = body.map(Json::to_string).unwrap_or_default();
        let mut response = self.agent.run(request.body(body).unwrap()).unwrap();
        let answer: Json = serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap();
        assert!(response.status().is_success(), "{method} {address}: {}", answer["value"]["message"]);
        answer["value"].clone()
    }

    fn post(&self, path: &str, body: &Json) -> Json {
        self.request("POST", &format!("{}/{path}", self.session), Some(body))
    }

    pub(crate) fn open(&self, address: &str) {
        self.post("url", &json!({"url": address}));
    }

    /// Shows the page on a screen.
    pub(crate) fn look(&self, screen: Screen) {
        let Screen { width, height, is_phone, colours } = screen;
        let command = |name: &str, given: Json| self.post("goog/cdp/execute", &json!({"cmd": name, "params": given}));
        let scale = if is_phone { 2 } else { 1 };
        command(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": is_phone}),
        );
        let feature = json!({"name": "prefers-color-scheme", "value": colours});
        command("Emulation.setEmulatedMedia", json!({"features": [feature]}));
    }

    /// What a function body gives back in the page.
    pub(crate) fn run(&self, script: &str) -> Json {
        self.post("execute/sync", &json!({"script": script, "args": []}))
    }

    /// Waits until an expression is true in the page.
    pub(crate) fn until(&self, what: &str) {
        let begun = Instant::now();
        let script = format!("return Boolean({what})");
        while self.run(&script) != json!(true) {
            assert!(begun.elapsed() < PATIENCE, "never came true: {what}\n{}", self.text("body"));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until an element shows these words.
    pub(crate) fn until_shows(&self, selector: &str, words: &str) {
        self.until(&format!(
            "[...document.querySelectorAll({})].some((one) => one.textContent.includes({}))",
            json!(selector),
            json!(words)
        ));
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        let script = format!("return document.querySelector({})?.innerText ?? ''", json!(selector));
        self.run(&script).as_str().unwrap_or_default().to_owned()
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post("element", &json!({"using": "css selector", "value": selector}));
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    pub(crate) fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    /// Types into an element; `\n` is Enter.
    pub(crate) fn write(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        let keys = text.replace('\n', "\u{e007}");
        self.post(&format!("element/{element}/value"), &json!({"text": keys}));
    }

    /// Types where the focus is.
    pub(crate) fn press(&self, keys: &str) {
        let active = self.request("GET", &format!("{}/element/active", self.session), None);
        let element = active[ELEMENT].as_str().unwrap().to_owned();
        self.post(&format!("element/{element}/value"), &json!({"text": keys}));
    }

    /// Keeps a picture of the page, to be looked at.
    pub(crate) fn picture(&self, name: &str) {
        let base64 = self.request("GET", &format!("{}/screenshot", self.session), None);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), decoded(base64.as_str().unwrap())).unwrap();
    }

    /// What the page complained about: failed scripts, refused styles, missing files.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let lines = self.post("se/log", &json!({"type": "browser"}));
        let severe = lines.as_array().unwrap().iter().filter(|line| line["level"] == "SEVERE");
        severe.map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.agent.delete(&self.session).call();
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Base64 as the protocol sends pictures.
fn decoded(text: &str) -> Vec<u8> {
    let digit = |sign: u8| match sign {
        b'A'..=b'Z' => Some(sign - b'A'),
        b'a'..=b'z' => Some(sign - b'a' + 26),
        b'0'..=b'9' => Some(sign - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u8> = text.bytes().filter_map(digit).collect();
    let group = |four: &[u8]| {
        let bits = four.iter().fold(0_u32, |bits, digit| bits << 6 | u32::from(*digit)) << (6 * (4 - four.len()));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}
