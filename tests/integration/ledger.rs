//! The ledger: one meaning per line, the same lines for the same conversations.

use std::time::Duration;

use kefu::{Event, Value};

use crate::shop::{Customer, call_id};

/// The lines of a conversation, as they are written to a log; what changes with every edit of the rules left out.
fn lines(exchange: &kefu::testing::Exchange) -> Vec<serde_json::Value> {
    let line = |record| {
        let mut line = serde_json::to_value(record).unwrap();
        assert_ne!(line["revision"], "");
        line.as_object_mut().unwrap().remove("revision");
        // Why: how sure an understanding is changes with every keyword of the pack.
        line.as_object_mut().unwrap().remove("confidence");
        line
    };
    exchange.records().map(line).collect()
}

fn events(exchange: &kefu::testing::Exchange) -> Vec<String> {
    lines(exchange).iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect()
}

fn waited(exchange: &kefu::testing::Exchange, event: &str) -> Option<i64> {
    lines(exchange).iter().find(|line| line["event"] == event)?["waited_ms"].as_i64()
}

impl Customer {
    fn later(&mut self, seconds: u64, event: Event) -> kefu::testing::Exchange {
        self.now += Duration::from_secs(seconds);
        self.event(event)
    }
}

#[test]
fn a_whole_day_reads_as_recorded() {
    let mut customer = Customer::new("customer-42");
    let mut log = Vec::new();
    let mut keep = |exchange: kefu::testing::Exchange| log.extend(lines(&exchange));
    keep(customer.event(Event::message("运费多少").on_channel("web")));
    keep(customer.later(20, Event::message("asdf qwer")));
    keep(customer.later(20, Event::message("我想退货，AB12345678")));
    keep(customer.later(20, Event::message("转人工")));
    keep(customer.later(5, Event::agent_queued(2)));
    keep(customer.later(600, Event::tick()));
    keep(customer.later(60, Event::agent_accepted()));
    keep(customer.later(30, Event::agent_message("您好，我来处理")));
    keep(customer.later(60, Event::message("谢谢，什么时候退款")));
    keep(customer.later(45, Event::agent_message("三天内")));
    keep(customer.later(60, Event::agent_released()));
    keep(customer.later(60, Event::rating(4)));
    keep(customer.later(60, Event::message("转人工")));
    keep(customer.later(10, Event::message("算了")));
    keep(customer.later(60, Event::forget()));
    let written: Vec<String> = log.iter().map(ToString::to_string).collect();
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("ledger", written.join("\n"));
    });
}

#[test]
fn a_question_answered_and_left_is_contained() {
    let mut customer = Customer::new("a");
    assert_eq!(events(&customer.says("how much is shipping")), ["answered", "message"]);
    let ended = customer.later(40 * 86_400, Event::tick());
    assert_eq!(events(&ended), ["contained"]);
    assert!(events(&customer.later(40 * 86_400, Event::tick())).is_empty(), "it ends once");
}

#[test]
fn a_person_a_miss_or_an_open_flow_is_not_contained() {
    let mut customer = Customer::new("a");
    customer.says("agent");
    customer.event(Event::agent_accepted());
    customer.event(Event::agent_released());
    assert!(events(&customer.later(40 * 86_400, Event::tick())).is_empty());

    let mut customer = Customer::new("a");
    customer.says("the moon is full tonight");
    assert_eq!(events(&customer.later(40 * 86_400, Event::tick())), ["abandoned"]);

    let mut customer = Customer::new("a");
    customer.says("i want to return something");
    let left = lines(&customer.later(25 * 3600, Event::tick()));
    let abandoned = left.iter().find(|line| line["event"] == "abandoned").unwrap();
    assert_eq!((&abandoned["flow"], &abandoned["step"]), (&"return_goods".into(), &"order_no".into()), "{left:?}");
    assert!(events(&customer.later(40 * 86_400, Event::tick())).is_empty(), "told once");

    // Who comes back and gets an answer after all has been helped.
    let mut customer = Customer::new("a");
    customer.says("i want to return something");
    customer.later(25 * 3600, Event::tick());
    customer.says("how much is shipping");
    assert_eq!(events(&customer.later(40 * 86_400, Event::tick())), ["contained"]);
}

#[test]
fn a_matter_that_comes_back_within_three_days_is_reopened() {
    let settled = |days: u64| {
        let mut customer = Customer::new("a");
        customer.says("agent");
        customer.event(Event::agent_accepted());
        customer.event(Event::agent_released());
        customer.later(days * 86_400, Event::message("agent"))
    };
    let soon = settled(2);
    let line = lines(&soon).into_iter().find(|line| line["event"] == "reopened").unwrap();
    assert_eq!((&line["matter"], &line["after_ms"]), (&"handoff".into(), &(2 * 86_400_000_i64).into()));
    assert!(!events(&settled(4)).contains(&"reopened".to_owned()));

    let mut customer = Customer::new("a");
    for line in ["i want to return something", "AB12345678", "broken", "yes"] {
        customer.says(line);
    }
    let again = customer.later(3600, Event::message("i want to return something"));
    let line = lines(&again).into_iter().find(|line| line["event"] == "reopened");
    let ended = customer.session.to_json();
    assert_eq!(line.map(|line| line["matter"].clone()), Some("return_goods".into()), "{ended}");
}

#[test]
fn waits_are_told_by_the_hosts_clock() {
    // Host work: the answer comes in a later turn than the question.
    let mut customer = Customer::unanswered("a");
    let asked = customer.says("where is my order AB12345678");
    let call = call_id(asked.turns().last().unwrap());
    assert_eq!(waited(&asked, "responded"), None);
    let failed = customer.later(2, Event::action_failed(call, "other"));
    let next = failed.turns().last().map(call_id_of).unwrap();
    let told = match next {
        Some(call) => customer.later(1, Event::action_done(call, order())),
        None => failed,
    };
    assert_eq!(waited(&told, "responded"), Some(3_000), "{:?}", lines(&told));

    // A person: since the handoff, then since the oldest message without a reply.
    let mut customer = Customer::new("a");
    customer.says("agent");
    customer.later(30, Event::message("hello?"));
    let accepted = customer.later(30, Event::agent_accepted());
    assert_eq!((waited(&accepted, "accepted"), waited(&accepted, "responded")), (Some(60_000), None));
    let first = customer.later(15, Event::agent_message("hi"));
    assert_eq!(waited(&first, "responded"), Some(75_000));
    assert_eq!(waited(&customer.later(5, Event::agent_message("one moment")), "responded"), None);
    customer.later(10, Event::message("ok"));
    customer.later(10, Event::message("still there?"));
    assert_eq!(waited(&customer.later(10, Event::agent_message("yes")), "responded"), Some(20_000));
}

fn call_id_of(turn: &kefu::Turn) -> Option<String> {
    turn.effects().iter().any(|effect| matches!(effect, kefu::Effect::Action(_))).then(|| call_id(turn))
}

fn order() -> Value {
    Value::record([
        ("status", Value::from("delivered")),
        ("amount", Value::from(99)),
        ("days", Value::from(2)),
        ("title", Value::from("Lamp")),
    ])
}
