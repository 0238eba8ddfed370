//! A browser that does what a person does: reads, fills in, presses.

mod pictures;

use crate::machines::are_several;
use fantoccini::{Client, ClientBuilder, Locator, wd::Capabilities};
use std::{
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// Headless Chromium behind ChromeDriver.
pub struct Browser {
    client: Client,
    driver: Child,
    base: String,
    /// Presses, choices and fields filled in so far.
    interactions: AtomicUsize,
    /// What is wrong with the pages that pictures were taken of: a journey goes on, and names all of it at its end.
    faults: Mutex<Vec<String>>,
}

/// How long a page may take to show something, in seconds.
const PATIENCE_SECONDS: u64 = 10;

/// How long a page may take to begin to replace the one on which something was pressed.
const LEAVES_MS: u64 = 150;
/// The same where machines are killed and started beside it.
const LEAVES_OF_SEVERAL_MS: u64 = 2_000;
/// The same after a key, which leads nowhere as a rule.
const LEAVES_BY_KEY_OF_SEVERAL_MS: u64 = 400;
/// So many times as long a page may take there.
const SLOWER: u64 = 3;
/// So many times as long work may take there: what a program had in hand that was killed is another's after a minute.
const SLOWER_WORK: u64 = 8;

/// Clicks on an element; whether that may lead to another page.
const CLICK: &str = "const e = arguments[0]; e.click(); return !['INPUT', 'SUMMARY', 'LABEL'].includes(e.tagName)";

/// The tabulator, as WebDriver names it.
const TAB: &str = "\u{E004}";

/// Stops of the tabulator on a page, at most.
const TABS_MAX: usize = 400;

impl Browser {
    /// Starts a browser; without ChromeDriver the test says so and is skipped, except in CI, where it fails.
    pub async fn start(base: &str) -> Option<Browser> {
        Browser::begin(base, serde_json::json!({})).await
    }

    /// The same on a phone, whose page is as wide as that in pixels; a window on a desk is never so narrow.
    pub async fn on_phone(base: &str, width: u32) -> Option<Browser> {
        let metrics = serde_json::json!({ "width": width, "height": 844, "pixelRatio": 1.0, "mobile": false });
        Browser::begin(base, serde_json::json!({ "mobileEmulation": { "deviceMetrics": metrics } })).await
    }

    async fn begin(base: &str, mut options: serde_json::Value) -> Option<Browser> {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let driver = Command::new("chromedriver").arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let Ok(driver) = driver else {
            assert!(std::env::var_os("CI").is_none(), "chromedriver is not installed (Debian: chromium-driver)");
            eprintln!("skipped: chromedriver is not installed (Debian: chromium-driver)");
            return None;
        };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,1200",
        ];
        let mut capabilities = Capabilities::new();
        options["args"] = serde_json::json!(arguments);
        capabilities.insert("goog:chromeOptions".into(), options);
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities);
        for _ in 0..100 {
            if let Ok(client) = builder.connect(&format!("http://127.0.0.1:{port}")).await {
                return Some(Browser { client, driver, base: base.into(), interactions: AtomicUsize::new(0), faults: Mutex::default() });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("chromedriver does not answer");
    }

    /// Ends the browser, and the test where a page was not as it has to be.
    pub async fn close(mut self) {
        let faults = std::mem::take(&mut *self.faults.lock().expect("no fault while one was noted"));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        self.client.clone().close().await.expect("the browser closes");
        self.driver.kill().expect("the driver ends");
        self.driver.wait().expect("the driver ended");
    }

    /// Opens a path.
    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.expect("a page");
    }

    /// Opens a page of another server.
    pub async fn visit(&self, address: &str) {
        self.client.goto(address).await.expect("a page");
    }

    /// Path of the present page.
    pub async fn path(&self) -> String {
        self.client.current_url().await.expect("an address").path().to_owned()
    }

    /// Waits until the page shows a text.
    pub async fn see(&self, text: &str) {
        self.see_within(text, PATIENCE_SECONDS).await;
    }

    /// Waits longer.
    pub async fn see_within(&self, text: &str, seconds: u64) {
        for _ in 0..patience(seconds) * 10 {
            if self.client.source().await.is_ok_and(|page| plain(&page).contains(text)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("'{text}' is not on the page: {}", plain(&self.client.source().await.unwrap_or_default()));
    }

    /// Waits for an element, by CSS selector.
    pub async fn see_element(&self, css: &str) {
        let waited = self.client.wait().at_most(Duration::from_secs(patience(PATIENCE_SECONDS))).for_element(Locator::Css(css)).await;
        waited.unwrap_or_else(|e| panic!("{css}: {e}"));
    }

    async fn find(&self, xpath: &str) -> fantoccini::elements::Element {
        self.client
            .wait()
            .at_most(Duration::from_secs(patience(PATIENCE_SECONDS)))
            .for_element(Locator::XPath(xpath))
            .await
            .unwrap_or_else(|e| panic!("{xpath}: {e}"))
    }

    /// Signs in as the first person whose role or name is given.
    pub async fn sign_in(&self, who: &str) {
        self.open("/sign-in").await;
        self.press_element(&format!("//div[@class='nhsuk-radios__item'][contains(., '{who}')][1]//input")).await;
        self.press("Sign in").await;
        self.see("Sign out").await;
    }

    /// Follows a link.
    pub async fn click(&self, text: &str) {
        self.press_element(&format!("//a[contains(normalize-space(.), '{text}')]")).await;
    }

    /// Presses the first button with a text.
    pub async fn press(&self, text: &str) {
        self.press_element(&format!("//main//button[starts-with(normalize-space(.), '{text}')]")).await;
    }

    /// Presses a button by its accessible name.
    pub async fn press_labelled(&self, label: &str) {
        self.press_element(&format!("//button[@aria-label='{label}']")).await;
    }

    /// Presses, choices and fields filled in since this was last asked.
    pub fn interactions(&self) -> usize {
        self.interactions.swap(0, Ordering::Relaxed)
    }

    async fn press_element(&self, xpath: &str) {
        self.interactions.fetch_add(1, Ordering::Relaxed);
        let element = serde_json::to_value(self.find(xpath).await).expect("an element");
        let before = self.document().await;
        let leads = self.client.execute(CLICK, vec![element]).await.expect("a click");
        if leads == true {
            self.wait_for_another(before, LEAVES_OF_SEVERAL_MS).await;
        }
    }

    /// When the present page was begun: another page has another moment.
    async fn document(&self) -> Option<f64> {
        self.client.execute("return performance.timeOrigin", vec![]).await.ok()?.as_f64()
    }

    /// Waits until another page replaces the present one, or for as long as it takes to see that none will; elements of the next
    /// page are waited for where they are used.
    async fn wait_for_another(&self, before: Option<f64>, of_several: u64) {
        let (since, within) = (Instant::now(), leaves_within(of_several));
        while since.elapsed() < within && self.document().await == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Sends a form that the present page does not have, with the session of whoever is signed in.
    pub async fn send_form(&self, path: &str, fields: &[(&str, &str)]) {
        let script = "const [path, fields] = arguments; const form = document.createElement('form');
            form.method = 'post'; form.action = path;
            for (const [name, value] of fields) {
              const field = document.createElement('input'); field.name = name; field.value = value; form.append(field);
            }
            document.body.append(form); HTMLFormElement.prototype.submit.call(form);";
        self.client.execute(script, vec![path.into(), serde_json::json!(fields)]).await.expect("a form that is sent");
        tokio::time::sleep(leaves_within(LEAVES_BY_KEY_OF_SEVERAL_MS)).await;
    }

    /// Chooses a radio by its label.
    pub async fn choose(&self, label: &str) {
        self.press_element(&format!("//label[contains(normalize-space(.), '{label}')]/preceding-sibling::input")).await;
    }

    /// Opens what is folded away under a line.
    pub async fn unfold(&self, text: &str) {
        self.press_element(&format!("//summary[contains(., '{text}')]")).await;
    }

    /// Ticks by identifier.
    pub async fn tick(&self, id: &str) {
        self.press_element(&format!("//input[@id='{id}']")).await;
    }

    /// Ticks every box of a name whose value begins so.
    pub async fn tick_all(&self, name: &str, value: &str) {
        self.client
            .execute(&format!("document.querySelectorAll('input[name={name}][value^=\"{value}\"]').forEach(e => e.click())"), vec![])
            .await
            .expect("clicks");
    }

    /// What stands in a field, by identifier.
    pub async fn value(&self, id: &str) -> String {
        let element = self.find(&format!("//*[@id='{id}']")).await;
        element.prop("value").await.expect("a field").unwrap_or_default()
    }

    /// Types into a field by identifier, over what stands there.
    pub async fn fill(&self, id: &str, text: &str) {
        self.type_into(&format!("//*[@id='{id}']"), text).await;
    }

    /// Puts a value into a field by identifier, as a calendar does that a browser opens.
    pub async fn set_value(&self, id: &str, value: &str) {
        self.interactions.fetch_add(1, Ordering::Relaxed);
        self.find(&format!("//*[@id='{id}']")).await;
        let set = "document.getElementById(arguments[0]).value = arguments[1]";
        self.client.execute(set, vec![id.into(), value.into()]).await.expect("a value");
    }

    /// Types into the n-th field of a name.
    pub async fn fill_nth(&self, name: &str, index: usize, text: &str) {
        self.type_into(&format!("(//input[@name='{name}'])[{}]", index + 1), text).await;
    }

    async fn type_into(&self, xpath: &str, text: &str) {
        self.interactions.fetch_add(1, Ordering::Relaxed);
        let element = self.find(xpath).await;
        element.clear().await.expect("an empty field");
        element.send_keys(text).await.expect("typing");
    }

    /// Presses the tabulator until what has the focus begins with a text, or is the element of an id (`#reason`).
    pub async fn tab_to(&self, what: &str) {
        for _ in 0..TABS_MAX {
            let focused = self.client.active_element().await.expect("an element with the focus");
            let id = focused.attr("id").await.expect("an attribute").map(|id| format!("#{id}"));
            if id.as_deref() == Some(what) || (!what.starts_with('#') && focused.text().await.expect("a text").starts_with(what)) {
                return;
            }
            focused.send_keys(TAB).await.expect("a key");
        }
        panic!("{what} is not reached by the tabulator");
    }

    /// The identifier of what has the focus; nothing where it has none.
    pub async fn focused(&self) -> String {
        let element = self.client.active_element().await.expect("an element with the focus");
        element.attr("id").await.expect("an attribute").unwrap_or_default()
    }

    /// Types into what has the focus.
    pub async fn keys(&self, text: &str) {
        self.interactions.fetch_add(1, Ordering::Relaxed);
        let before = self.document().await;
        self.client.active_element().await.expect("an element with the focus").send_keys(text).await.expect("typing");
        self.wait_for_another(before, LEAVES_BY_KEY_OF_SEVERAL_MS).await;
    }

    /// Selects an option.
    pub async fn select(&self, id: &str, value: &str) {
        self.interactions.fetch_add(1, Ordering::Relaxed);
        self.find(&format!("//select[@id='{id}']")).await.select_by_value(value).await.expect("an option");
    }

    /// Text of an element, by XPath.
    pub async fn text(&self, xpath: &str) -> String {
        self.find(xpath).await.text().await.expect("a text")
    }

    /// Barcode of the n-th sample on an order's page.
    pub async fn barcode(&self, index: usize) -> String {
        let text =
            self.find(&format!("(//dt[starts-with(normalize-space(.), 'Sample S')])[{}]", index + 1)).await.text().await.expect("a text");
        text.trim_start_matches("Sample ").trim().to_owned()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A failed test leaves no driver behind; one that has ended already cannot be killed again.
        let _ = self.driver.kill();
    }
}

/// For how many seconds something is waited for that takes so many on one machine.
fn patience(seconds: u64) -> u64 {
    if !are_several() {
        return seconds;
    }
    seconds * if seconds > PATIENCE_SECONDS { SLOWER_WORK } else { SLOWER }
}

/// How long a page may take to begin to replace another; so many milliseconds on several machines.
fn leaves_within(of_several: u64) -> Duration {
    Duration::from_millis(if are_several() { of_several } else { LEAVES_MS })
}

/// The text of a page as a person reads it.
fn plain(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    let mut inside = false;
    for c in page.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}
