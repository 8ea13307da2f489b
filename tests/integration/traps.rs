//! Messages that hurt: long, strange, hostile. They are answered within bounds, and never with a panic.

use std::time::{Duration, Instant};

use crate::shop::{Customer, SHOP};

/// Generous: a slow machine, an unoptimised build. Anything that is not linear takes minutes.
const BOUND: Duration = Duration::from_secs(20);

#[test]
#[allow(clippy::disallowed_methods)] // Why: time is what is measured here.
fn hostile_messages_are_answered_in_bounded_time() {
    let messages = [
        ("one megabyte of letters", "a".repeat(1 << 20)),
        ("one megabyte of words", "refund order where is my ".repeat(40_000)),
        ("one megabyte of Chinese", "我要退货订单什么时候到".repeat(32_000)),
        ("combining marks", format!("e{}", "\u{301}".repeat(20_000))),
        ("control characters", (0_u8..32).map(char::from).collect::<String>().repeat(200)),
        ("emojis", "😂🤡👨‍👩‍👧‍👦".repeat(3_000)),
        ("one long number", "1".repeat(100_000)),
        ("digits and dashes", "1-".repeat(50_000)),
        ("question marks", "?".repeat(100_000)),
        ("right to left", "\u{202e}ordre".repeat(10_000)),
        ("half a pair of braces", "{{".repeat(50_000)),
        ("commas", "a,".repeat(100_000)),
        ("negations", "not ".repeat(100_000)),
        ("full-width", "ＡＢ１２".repeat(20_000)),
        ("addresses", "@a.com ".repeat(50_000)),
    ];
    for (name, message) in &messages {
        let begin = Instant::now();
        let mut customer = Customer::new("a");
        customer.says("i want to return something");
        let exchange = customer.says(message);
        assert!(!exchange.turns().is_empty());
        assert!(begin.elapsed() < BOUND, "{name}: {:?}", begin.elapsed());
        assert!(
            customer.session.to_json().len() < 200_000,
            "{name}: the session grew to {}",
            customer.session.to_json().len()
        );
    }
}

#[test]
fn a_long_message_is_read_as_far_as_it_goes_and_the_customer_is_told() {
    let mut customer = Customer::new("a");
    let long = format!("where is my order {}", "x".repeat(100_000));
    let exchange = customer.says(&long);
    assert!(SHOP.classify(&long).is_cut());
    assert!(exchange.records().any(|record| matches!(record.what, kefu::Happening::MessageCut)));
}

#[test]
fn a_pasted_page_is_not_every_intent() {
    let page = "refund return exchange cancel order track invoice shipping payment account password coupon warranty \
        complaint size stock price delivery address "
        .repeat(20);
    let exchange = Customer::new("a").says(&page);
    assert!(exchange.records().filter(|record| matches!(record.what, kefu::Happening::Answered { .. })).count() <= 5);
}

#[test]
fn eight_thousand_characters_are_read_and_one_more_is_cut() {
    let page = |length: usize| "where is my order? ".chars().cycle().take(length).collect::<String>();
    assert!(!SHOP.classify(&page(8_000)).is_cut());
    assert!(SHOP.classify(&page(8_001)).is_cut());
    assert_eq!(SHOP.classify(&page(8_000)).intent().map(kefu::IntentId::as_str), Some("track_order"));
}

#[test]
fn a_page_of_the_bot_s_own_words_starts_nothing_with_effects() {
    let mut customer = Customer::new("a");
    let first = customer.says("what payment methods do you take");
    let quoted: Vec<String> = first.replies().map(|reply| format!("> {}", reply.text())).collect();
    let exchange = customer.says(&quoted.join("\n"));
    assert!(exchange.handoff().is_none());
    assert!(!exchange.records().any(|record| matches!(record.what, kefu::Happening::FlowStarted { .. })));
}

#[test]
fn misses_do_not_go_on_for_ever() {
    let mut customer = Customer::new("a");
    let first = crate::shop::text(&customer.says("xqzt vbnm"));
    let second = customer.says("wrtp lkjh");
    assert!(second.handoff().is_some() || crate::shop::text(&second) != first);
    let third = customer.says("zzkq ppqw");
    assert!(second.handoff().is_some() || third.handoff().is_some());
}

#[test]
fn a_conversation_of_a_thousand_messages_stays_small() {
    let mut customer = Customer::new("a");
    for number in 0..1_000 {
        customer.says(if number % 2 == 0 { "how much is shipping" } else { "which payment methods do you take" });
    }
    assert!(customer.session.to_json().len() < 32_000, "{}", customer.session.to_json().len());
}
