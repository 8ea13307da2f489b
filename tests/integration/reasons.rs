//! When a conversation goes to a person, and where: every kind of condition, one by one and several at once.

use kefu::testing::{Exchange, Script};
use kefu::{Effect, Engine, Event, Handoff, Session, Value};

use crate::shop::{MORNING, at};

const PACK: &str = "
kefu: 1
languages: {default: en}
customer: {level: text or none, contacts_this_week: integer or none}
actions:
  orders.lookup: {in: {order_no: text}, out: {amount: money}, effect: read}
entities:
  order_no: {pattern: '[A-Z]{2}\\d{4}', form: upper}
intents:
  hours: {keywords: {en: [opening hours]}, say: {en: From nine to five.}}
  price: {keywords: {en: [how much]}, say: {en: [Ten., It is ten., Ten in all.]}}
  track: {keywords: {en: [where is it]}, flow: track}
  gift: {keywords: {en: [gift wrapping]}, handoff: gift}
  ribbon: {keywords: {en: [red ribbon]}, handoff: ribbon}
  contact_human_agent: {keywords: {en: [agent]}, handoff: asked}
flows:
  track:
    steps:
      - {ask: order_no, say: {en: Which order?}}
      - {call: orders.lookup, into: order, errors: {other: [{say: {en: Not now.}}]}}
      - {say: {en: On its way.}}
      - {ask: more, optional: true, say: {en: Anything about it?}}
  size:
    steps:
      - {ask: size, say: {en: Which size?}}
      - {say: {en: Noted.}}
escalation:
  reasons:
    third_contact: {when: customer.contacts_this_week >= 3, queue: complaints}
    high_value: {when: order.amount >= 2000, queue: vip, priority: urgent}
    looping: {at: {same_reply: 3}}
    insisting: {at: {same_message: 4}}
    endless: {at: {turns: 9}, priority: low}
    bad_rating: {at: {rating: 2}, queue: complaints}
    broken: {at: {action_failures: 2}, queue: tech}
    ribbon: {collect: size}
    gift: {}
  adjust:
    - {when: customer.level == 'gold', queue: vip, priority: high}
    - {when: frustration >= 3, priority: urgent}
";

/// A customer of the pack above.
struct Caller {
    engine: Engine,
    session: Session,
    script: Script,
}

impl Caller {
    fn new(amount: u32) -> Self {
        let engine = Engine::builder().source("a.yaml", PACK).build().unwrap_or_else(|error| panic!("{error}"));
        let answers = match amount {
            0 => "orders.lookup: [{fails: other}]".to_owned(),
            amount => format!("orders.lookup: [{{gives: {{amount: {amount}}}}}]"),
        };
        Self { engine, session: Session::new("a"), script: Script::read("answers", answers).unwrap() }
    }

    fn event(&mut self, event: Event) -> Exchange {
        Exchange::scripted(&self.engine, &mut self.session, event, at(MORNING), &mut self.script).unwrap()
    }

    fn says(&mut self, text: &str) -> Exchange {
        self.event(Event::message(text))
    }

    /// What a talk leads to in the end, and that no handoff came before its last line.
    fn talk(&mut self, lines: &[&str]) -> Option<Handoff> {
        let mut last = None;
        for (at, line) in lines.iter().enumerate() {
            assert!(last.is_none(), "handed over before `{line}` ({at})");
            last = self.says(line).handoff().cloned();
        }
        last
    }
}

fn facts<const N: usize>(fields: [(&str, Value); N]) -> Event {
    Event::customer(Value::record(fields))
}

#[test]
fn each_condition_causes_its_reason() {
    for (reason, queue, amount, talk) in [
        ("high_value", "vip", 2500, &["where is it", "AB1234"][..]),
        ("broken", "tech", 0, &["where is it", "AB1234", "no", "where is it", "AB1234"]),
        ("looping", "general", 99, &["opening hours", "opening hours?", "the opening hours"]),
        ("insisting", "general", 99, &["how much", "how much", "how much", "how much"]),
        ("not_understood", "general", 99, &["gruntle fribble", "wibble wobble"]),
        ("legal", "general", 99, &["my lawyer will write to you"]),
        ("safety", "general", 99, &["it caught fire"]),
        ("gift", "general", 99, &["gift wrapping please"]),
        ("asked", "general", 99, &["agent"]),
    ] {
        let handoff = Caller::new(amount).talk(talk);
        let came = handoff.map(|handoff| (handoff.reason.to_string(), handoff.queue.to_string()));
        assert_eq!(came, Some((reason.to_owned(), queue.to_owned())), "{talk:?}");
    }
    assert!(Caller::new(1999).talk(&["where is it", "AB1234"]).is_none());
}

#[test]
fn turns_ratings_and_what_the_host_tells_are_reasons_as_well() {
    let mut caller = Caller::new(99);
    let questions = ["opening hours", "how much", "opening hours?", "how much is it"].into_iter().cycle().take(8);
    assert!(caller.talk(&questions.collect::<Vec<_>>()).is_none());
    assert_eq!(caller.says("how much then").handoff().unwrap().reason, "endless");

    for (stars, reason) in [(1, Some("bad_rating")), (2, Some("bad_rating")), (3, None), (5, None)] {
        let exchange = Caller::new(99).event(Event::rating(stars));
        assert_eq!(exchange.handoff().map(|handoff| handoff.reason.as_str()), reason, "{stars} stars");
    }

    let mut caller = Caller::new(99);
    assert!(caller.event(facts([("contacts_this_week", Value::from(2))])).handoff().is_none());
    let third = caller.event(facts([("contacts_this_week", Value::from(3))]));
    assert_eq!(third.handoff().unwrap().reason, "third_contact");

    let raised = Caller::new(99).event(Event::escalate("gift"));
    assert_eq!(raised.handoff().unwrap().reason, "gift");
}

#[test]
fn adjustments_change_where_it_goes_and_cause_nothing() {
    let mut caller = Caller::new(99);
    assert!(caller.event(facts([("level", Value::from("gold"))])).handoff().is_none());
    let gift = caller.says("gift wrapping please").handoff().cloned().unwrap();
    assert_eq!((gift.queue.as_str(), gift.priority), ("vip", kefu::Priority::High));

    let mut caller = Caller::new(99);
    caller.event(facts([("level", Value::from("gold"))]));
    let legal = caller.says("my lawyer will write to you").handoff().cloned().unwrap();
    assert_eq!(
        (legal.queue.as_str(), legal.priority),
        ("vip", kefu::Priority::Urgent),
        "nothing urgent is slowed down"
    );

    let mut caller = Caller::new(99);
    let angry = caller.says("useless idiots, agent").handoff().cloned().unwrap();
    assert_eq!(angry.priority, kefu::Priority::Urgent);
}

#[test]
fn of_several_reasons_the_most_urgent_wins_and_all_are_told() {
    let mut caller = Caller::new(99);
    caller.event(Event::rating(4));
    let handoff = caller.says("you useless idiots, get me an agent or my lawyer sues you").handoff().cloned().unwrap();
    let reasons: Vec<&str> = handoff.reasons.iter().map(kefu::ReasonId::as_str).collect();
    assert_eq!(reasons, ["legal", "frustrated", "asked"]);
    assert_eq!(handoff.reason, "legal");
}

#[test]
fn equally_urgent_reasons_stand_as_the_rules_list_them() {
    let reasons = |pack: &str| {
        let engine = Engine::builder().source("a.yaml", pack).build().unwrap_or_else(|error| panic!("{error}"));
        let turn = engine.handle(&mut Session::new("a"), Event::message("x"), at(MORNING)).unwrap();
        let opened = turn.effects().iter().find_map(|effect| match effect {
            Effect::HandoffOpened(handoff) => Some(handoff.reasons.iter().map(ToString::to_string).collect()),
            _ => None,
        });
        let opened: Vec<String> = opened.unwrap();
        opened
    };
    let pack = |first: &str, second: &str| {
        format!(
            "kefu: 1\nlanguages: {{default: en}}\nescalation:\n  reasons:\n    {first}: {{at: {{turns: 1}}}}\n    \
             {second}: {{at: {{turns: 1}}}}\n    looping: {{at: {{turns: 1}}}}\n"
        )
    };
    // The base's own come first, by gravity; a pack's own follow as it writes them, whatever their names.
    assert_eq!(reasons(&pack("zebra", "apple")), ["looping", "zebra", "apple"]);
    assert_eq!(reasons(&pack("apple", "zebra")), ["looping", "apple", "zebra"]);
}

#[test]
fn no_second_handoff_for_the_same_cause_at_once() {
    // A condition that still holds after the person has given back, counters, and a message that is said once.
    let mut caller = Caller::new(2500);
    assert!(caller.talk(&["where is it", "AB1234"]).is_some());
    caller.event(Event::agent_accepted());
    let released = caller.event(Event::agent_released());
    assert!(released.handoff().is_none());
    assert!(caller.says("opening hours").handoff().is_none());
    assert!(caller.says("my lawyer will write to you").handoff().is_some(), "another cause is another handoff");

    let mut caller = Caller::new(99);
    let questions = ["opening hours", "how much", "opening hours?", "how much is it"].into_iter().cycle().take(9);
    assert!(caller.talk(&questions.collect::<Vec<_>>()).is_some());
    caller.event(Event::agent_accepted());
    caller.event(Event::agent_released());
    assert!(caller.talk(&["opening hours", "how much"]).is_none(), "turns are counted anew");

    let mut caller = Caller::new(99);
    assert!(caller.event(Event::rating(1)).handoff().is_some());
    caller.event(Event::agent_accepted());
    caller.event(Event::agent_released());
    assert!(caller.says("opening hours").handoff().is_none(), "the rating has been dealt with");
}

#[test]
fn what_the_desk_needs_is_asked_after_the_signal_and_told() {
    let mut caller = Caller::new(99);
    let opened = caller.says("a red ribbon please");
    assert_eq!(opened.handoff().unwrap().reason, "ribbon");
    assert!(opened.replies().any(|reply| reply.text() == "Which size?"));
    let told = caller.says("large");
    let updated = told.handoff_update().unwrap();
    assert_eq!(updated.slots.get("size").and_then(Value::as_text), Some("large"));
    assert_eq!(told.waiting(), Some(kefu::Waiting::Agent));

    // A person who comes first asks for it; the bot does not go on asking afterwards.
    let mut caller = Caller::new(99);
    caller.says("a red ribbon please");
    caller.event(Event::agent_accepted());
    let back = caller.event(Event::agent_released());
    assert!(back.replies().all(|reply| reply.text() != "Which size?"));
}
