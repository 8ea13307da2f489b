//! How things are said: languages, scripts, channels, variants.

use kefu::{Engine, Event, Session, testing::Exchange};

use crate::shop::{Customer, MORNING, at, text};

#[test]
fn the_answer_comes_in_the_language_and_script_of_the_question() {
    for (question, words) in [
        ("运费多少", "运费"),
        ("運費多少", "運費"),
        ("how much is shipping", "CNY 8"),
        ("cuánto cuesta el envío", "8 yuanes"),
        ("quanto custa o frete", "8 yuans"),
    ] {
        let said = text(&Customer::new("a").says(question));
        assert!(said.contains(words), "{question}: {said}");
    }
}

#[test]
fn no_answer_shows_a_template_or_a_name_of_the_rules() {
    let mut customer = Customer::new("a");
    for question in [
        "how long does delivery take",
        "how much is shipping",
        "what is your warranty",
        "which payment methods",
        "运费多少",
        "发货要几天",
        "política de devolución",
        "quanto custa o frete",
        "where is my order",
        "AB12345678",
    ] {
        let said = text(&customer.says(question));
        for sign in ["{{", "}}", "{%", "facts.", "undefined", "none"] {
            assert!(!said.contains(sign), "{question}: {said}");
        }
    }
}

fn ask(engine: &Engine, session: &mut Session, channel: &str) -> Exchange {
    Exchange::hold(engine, session, Event::message("hours").on_channel(channel), at(MORNING), |_| None).unwrap()
}

#[test]
fn a_channel_without_buttons_gets_a_numbered_list_and_short_parts() {
    let pack = "
languages: {default: en}
channels: {sms: {chips: 0, length: 40}, web: {chips: 6}}
intents:
  hours:
    keywords: {en: [hours]}
    say: {en: 'We are open from nine to nine, every single day of the week.'}
    chips: [prices]
  prices: {title: {en: Prices}, keywords: {en: [prices]}, say: {en: Low.}}
";
    let engine = Engine::builder().source("bot.yaml", pack).build().unwrap_or_else(|error| panic!("{error}"));
    let web = ask(&engine, &mut Session::new("a"), "web");
    assert_eq!(web.replies().count(), 1);
    assert_eq!(web.replies().next().unwrap().chips().len(), 1);
    let sms = ask(&engine, &mut Session::new("b"), "sms");
    assert!(sms.replies().all(|reply| reply.text().chars().count() <= 40 && reply.chips().is_empty()));
    assert!(text(&sms).contains("1. Prices"), "{}", text(&sms));
    let unknown = ask(&engine, &mut Session::new("c"), "fax");
    assert_eq!(unknown.replies().count(), 1);
}

#[test]
fn variants_take_turns() {
    let pack = "
languages: {default: en}
intents: {hours: {keywords: {en: [hours]}, say: {en: [One., Two.]}}}
";
    let engine = Engine::builder().source("bot.yaml", pack).build().unwrap_or_else(|error| panic!("{error}"));
    let mut session = Session::new("a");
    let said: Vec<String> = (0..4).map(|_| text(&ask(&engine, &mut session, "web"))).collect();
    assert_eq!(said, ["One.", "Two.", "One.", "Two."]);
}
