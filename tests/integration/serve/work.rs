//! Host work as requests to the shop, at once and later; the desk that is sent its handoffs.

use std::time::Duration;

use serde_json::json;

use super::served::{Served, shop};
use crate::process::{CHANNEL, SHOP, replies};

#[test]
fn host_work_is_asked_of_the_shop_signed_and_with_its_key() {
    let (address, shop) = shop(vec![(200, "{\"ticket\":\"T-7\"}"), (409, "{\"error\":\"sold_out\"}"), (500, "{}")]);
    let service = Served::start(|settings| {
        settings.work = Some(address);
        settings.secret = Some("a secret".to_owned());
    });
    for (chat, said) in [("a", "Sent, T-7."), ("b", "Sold out."), ("c", "Not sent.")] {
        let _ = service.said(chat, "gift");
        let _ = service.said(chat, "small");
        assert!(service.said(chat, "yes").contains(&said.to_owned()), "{chat}");
    }
    let requests = shop.join().unwrap();
    let first = requests[0].to_lowercase();
    assert!(first.starts_with("post /gift.send "), "{first}");
    assert!(first.contains("idempotency-key: ") && first.contains("x-kefu-signature: sha256="), "{first}");
    assert!(first.ends_with("{\"size\":\"small\"}"), "{first}");
}

#[test]
fn work_that_the_shop_only_takes_is_told_later_and_what_it_leads_to_reaches_the_channel() {
    // Why such an id: it stands in a header and in a path.
    const CHAT: &str = "%E7%A4%BC%E7%89%A9%207%2F1";
    let (address, shop) = shop(vec![(202, "{}"), (202, ""), (202, "{}")]);
    let service = Served::start(|settings| settings.work = Some(address));
    let told = |path: &str, body: &str| service.request("POST", path, SHOP, body);
    for chat in [CHAT, "b", "c"] {
        let _ = service.said(chat, "gift");
        let _ = service.said(chat, "small");
        let (status, begun) = service.event(chat, &json!({"text": "yes", "id": "m-3"}));
        assert_eq!((status, begun["waiting"].as_str()), (200, Some("action")), "{begun}");
        assert!(!begun["effects"].to_string().contains("gift.send"), "the shop does it: {begun}");
    }
    let requests = shop.join().unwrap();
    let call = |request: &String| {
        let head =
            request.lines().find_map(|line| line.to_lowercase().strip_prefix("x-kefu-call: ").map(str::to_uppercase));
        head.unwrap()
    };
    let number = |request: usize| call(&requests[request]).rsplit_once('-').unwrap().1.to_owned();
    assert_eq!(call(&requests[0]), format!("{CHAT}-{}", number(0)));
    let later = |chat: &str| service.request("GET", &format!("/v1/conversations/{chat}/later"), CHANNEL, "").1;
    assert_eq!(later(CHAT)["items"], json!([]), "nothing has been told");
    for _ in 0..2 {
        let (status, done) = told(&format!("/v1/work/{CHAT}-{}/done", number(0)), "{\"ticket\":\"T-7\"}");
        assert_eq!((status, done["waiting"].as_str()), (200, Some("customer")), "{done}");
    }
    let items = later(CHAT)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1, "told twice, said once: {items}");
    assert_eq!(replies(&items[0]["turn"])[0], "Sent, T-7.", "{items}");
    assert_eq!(told(&format!("/v1/work/b-{}/failed", number(1)), "{\"error\":\"sold_out\"}").0, 200);
    assert_eq!(replies(&later("b")["items"][0]["turn"])[0], "Sold out.");
    assert_eq!(told(&format!("/v1/work/c-{}/failed", number(2)), "").0, 200);
    assert_eq!(replies(&later("c")["items"][0]["turn"])[0], "Not sent.");
    for (path, body, status) in [
        ("/v1/work/c-9/done", "{}", 409),
        ("/v1/work/nobody-1/done", "{}", 409),
        ("/v1/work/c/done", "{}", 400),
        ("/v1/work/c-1/begun", "{}", 400),
        ("/v1/work/c-1/done", "[]", 400),
        ("/v1/work/c-1/failed", "{\"error\":1}", 400),
    ] {
        let (answered, body) = told(path, body);
        assert_eq!(answered, status, "{path} {body}");
    }
    assert_eq!(service.request("POST", "/v1/work/c-1/done", CHANNEL, "{}").0, 403);
}

#[test]
fn a_desk_that_has_an_address_is_sent_its_handoffs_until_it_takes_them() {
    let (address, desk) = shop(vec![(500, "{}"), (200, "{}")]);
    let service = Served::start(|settings| settings.desk = Some(address));
    let _ = service.said("c", "human");
    let sent = desk.join().unwrap();
    let key = |request: &str| {
        request.lines().find(|line| line.to_lowercase().starts_with("idempotency-key")).map(str::to_owned)
    };
    assert_eq!(key(&sent[0]), key(&sent[1]));
    assert!(sent[1].contains("handoff_opened"));
}

#[test]
fn what_is_asked_when_the_service_stops_is_still_answered() {
    let (address, shop) = shop(vec![(200, "{\"ticket\":\"T-7\"}")]);
    let service = Served::start(|settings| settings.work = Some(address));
    let _ = service.said("a", "gift");
    let _ = service.said("a", "small");
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| service.said("a", "yes"));
        std::thread::sleep(Duration::from_millis(30));
        service.stop();
        assert!(asked.join().unwrap().contains(&"Sent, T-7.".to_owned()));
    });
    shop.join().unwrap();
}
