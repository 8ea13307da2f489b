//! The example's shop: its page and its desk, in two languages, with its own database behind.

use std::path::Path;
use std::sync::Arc;

use crate::audit::audit;
use crate::backend::{Backend, tick, web};
use crate::driver::{Browser, DARK, DESKTOP, PHONE};
use crate::rules::always_open;

fn say(browser: &Browser, text: &str) {
    let before = browser.run("return document.querySelectorAll('#talk .bot').length");
    browser.write("#say", &format!("{text}\n"));
    browser.until(&format!("document.querySelectorAll('#talk .bot').length > {before}"));
}

#[test]
fn a_customer_of_the_shop_cancels_an_order_and_reaches_a_person() {
    let Some(browser) = Browser::start() else { return };
    let rules = always_open("shop_rules");
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shop_backend");
    let _ = std::fs::remove_dir_all(&data);
    let backend = Arc::new(Backend::open(&rules, &data).unwrap());
    let key = backend.desk_key().to_owned();
    let (told, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            told.send(listener.local_addr().unwrap()).unwrap();
            tokio::spawn(tick(Arc::clone(&backend)));
            axum::serve(listener, web::routes(backend)).await.unwrap();
        });
    });
    let address = format!("http://{}", address.recv().unwrap());

    browser.look(DESKTOP);
    browser.open(&address);
    browser.until("document.querySelectorAll('#orders li').length === 5");
    // The chair is still being prepared: it is cancelled, in Chinese, with a side question on the way.
    say(&browser, "我要取消订单");
    browser.until("document.querySelectorAll('#talk li:last-child .chips button').length >= 3");
    say(&browser, "你们发货要几天？");
    browser.until("document.querySelectorAll('#talk li:last-child .chips button').length >= 3");
    browser.run("[...document.querySelectorAll('#talk li:last-child .chips button')].find((chip) => chip.textContent.includes('chair')).click()");
    browser.until("document.querySelectorAll('#talk li:last-child .chips button:enabled').length === 2");
    say(&browser, "确认");
    browser.until_shows("#orders", "cancelled");
    audit(&browser, "shop-1-cancelled");
    say(&browser, "I'd like to talk to a human");
    browser.look(DARK);
    audit(&browser, "shop-2-dark");
    browser.look(PHONE);
    audit(&browser, "shop-3-phone");

    browser.look(DESKTOP);
    browser.open(&format!("{address}/desk#{key}"));
    browser.until("document.querySelector('.case')");
    browser.click(".case .primary");
    browser.until("document.querySelector('.case input')");
    browser.write(".case input", "Hello, Ana here.\n");
    browser.until_shows(".case ol", "Ana here");
    audit(&browser, "shop-4-desk");
    browser.open(&address);
    browser.until_shows("#talk .agent", "Ana here");
    browser.open(&format!("{address}/desk#{key}"));
    browser.until("document.querySelector('.case > button')");
    browser.click(".case > button");
    browser.until("!document.querySelector('.case')");
    browser.open(&address);
    say(&browser, "how long does delivery take?");
    assert_eq!(browser.complaints(), Vec::<String>::new());

    let ledger = std::fs::read_to_string(data.join("ledger.jsonl")).unwrap();
    for event in
        ["\"event\":\"handed_over\"", "\"event\":\"accepted\"", "\"event\":\"released\"", "\"event\":\"flow_ended\""]
    {
        assert!(ledger.contains(event), "{event}");
    }
}
