//! What a customer must not find anywhere else.

use kefu::{Effect, Engine, Event, Session, Value};
use proptest::prelude::*;

use crate::shop::{Customer, MORNING, at, text};

/// An evening in Shanghai, when the desk is closed and a contact is asked for.
const EVENING: u64 = MORNING + 13 * 3600;

const SECRETS: [&str; 5] =
    ["13800138000", "4111111111111111", "li.wei@example.com", "11010519491231002X", "6222021234567890128"];

/// Where a customer can write.
#[derive(Clone, Copy, Debug)]
enum Place {
    Message,
    Choice,
    Attachment,
    Answer,
    Queue,
    Agent,
}

const PLACES: [Place; 6] =
    [Place::Message, Place::Choice, Place::Attachment, Place::Answer, Place::Queue, Place::Agent];

/// Everything that leaves the turns, save what needs it raw: action arguments, the contact, words for the person.
fn outputs(customer: &mut Customer, events: Vec<Event>) -> String {
    let mut all = String::new();
    for event in events {
        let event_shown = format!("{event:?}");
        let exchange = customer.event(event);
        for turn in exchange.turns() {
            all.push_str(&format!("{event_shown}{turn:?}{:?}", customer.session));
            let mut json = serde_json::to_value(turn).unwrap();
            for effect in json["effects"].as_array_mut().unwrap() {
                match effect["kind"].as_str().unwrap() {
                    "action" => effect["arguments"] = serde_json::Value::Null,
                    "to_agent" => effect["text"] = serde_json::Value::Null,
                    _ => effect["contact"] = serde_json::Value::Null,
                }
            }
            all.push_str(&json.to_string());
        }
    }
    all
}

proptest! {
    #![proptest_config(crate::chance::draws(48))]
    #[test]
    fn no_private_value_leaves_a_turn(secret in 0..SECRETS.len(), place in 0..PLACES.len(), before in "[a-z]{0,8}", language in 0..4_usize) {
        let (secret, place) = (SECRETS[secret], PLACES[place]);
        let (start, agent) = [("我想退货", "转人工"), ("i want to return something", "agent"),
            ("quiero devolver esto", "quiero hablar con una persona"), ("quero devolver isto", "quero um atendente")][language];
        let said = format!("{before} {secret}");
        let mut customer = Customer::new("c");
        let events = match place {
            Place::Message => vec![Event::message(format!("{said}, {start}")), Event::message(agent)],
            Place::Choice => vec![Event::message(start), Event::choice(Value::from(said.as_str())), Event::message(agent)],
            Place::Attachment => vec![Event::message(start).with_attachments([said.clone()]), Event::message(agent)],
            Place::Answer => vec![Event::message(start), Event::message(said.clone()), Event::message(agent)],
            Place::Queue => vec![Event::message(agent), Event::message(said.clone()), Event::message(agent)],
            Place::Agent => vec![Event::message(agent), Event::agent_accepted(), Event::agent_message(said.clone()),
                Event::message(said.clone()), Event::agent_released(), Event::message(agent)],
        };
        let all = outputs(&mut customer, events);
        prop_assert!(!all.contains(secret), "{place:?} {secret} in {all}");
    }
}

#[test]
fn a_contact_is_raw_where_it_is_for_calling_back_and_nowhere_else() {
    let mut customer = Customer::new("a");
    customer.now = at(EVENING);
    customer.says("转人工");
    let exchange = customer.says("13800138000");
    let handoff = exchange.handoff_update().unwrap();
    assert_eq!(handoff.contact.as_deref(), Some("13800138000"));
    let mut json = serde_json::to_value(handoff).unwrap();
    assert_eq!(handoff.contacts, ["13800138000"]);
    for field in ["contact", "contacts"] {
        json[field] = serde_json::Value::Null;
    }
    assert!(!json.to_string().contains("13800138000"), "{json}");
}

#[test]
fn a_private_question_is_not_put_where_others_read() {
    for (agent, public) in [
        ("转人工", true),
        ("agent", true),
        ("quiero hablar con una persona", true),
        ("quero um atendente", true),
        ("agent", false),
    ] {
        let mut customer = Customer::new("a");
        customer.now = at(EVENING);
        let event = Event::message(agent).on_channel(if public { "social" } else { "web" });
        let said = text(&customer.event(event));
        let asked = text(&customer.event(Event::message("hmm").on_channel("web")));
        let quoted = asked.lines().last().unwrap_or_default();
        assert!(!quoted.is_empty());
        assert_eq!(
            said.contains("DM") || said.contains("privad") || said.contains("privat") || said.contains("私信"),
            public,
            "{said}"
        );
    }
}

#[test]
fn forgetting_leaves_nothing_and_a_record_of_it() {
    let mut customer = Customer::new("customer-42");
    customer.says("我想退货，电话13800138000");
    customer.says("AB12345678");
    customer.says("转人工");
    let exchange = customer.event(Event::forget());
    assert!(exchange.effects().any(|effect| matches!(effect, Effect::HandoffWithdrawn(_))));
    let records: Vec<String> = exchange.records().map(|record| serde_json::to_string(record).unwrap()).collect();
    assert_eq!(records.len(), 1, "{records:?}");
    assert!(records[0].contains("\"event\":\"forgotten\""));
    let stored = customer.session.to_json();
    for told in ["13800138000", "AB12345678", "退货", "return_goods", "transcript"] {
        assert!(!stored.contains(told), "{stored}");
    }
    assert_eq!(customer.session.id(), "customer-42");
}

#[test]
fn consent_is_asked_once_and_recorded_with_its_version() {
    let pack = "
kefu: 1
languages: {default: en}
consent: {version: '2026-01', say: {en: We use your number to call you back.}}
entities: {phone: {builtin: phone, private: keep_last_4}}
intents:
  call: {keywords: {en: [call me]}, flow: call}
flows:
  call:
    steps:
      - {ask: phone, say: {en: What is your number?}}
      - {say: {en: Thanks.}}
";
    let engine = Engine::builder().source("a.yaml", pack).build().unwrap_or_else(|error| panic!("{error}"));
    let mut session = Session::new("a");
    let mut events = Vec::new();
    let mut said = Vec::new();
    for message in ["call me", "13800138000", "call me"] {
        let turn = engine.handle(&mut session, Event::message(message), at(MORNING)).unwrap();
        events.extend(turn.records().iter().map(|record| serde_json::to_value(record).unwrap()));
        said.extend(turn.replies().iter().map(|reply| reply.text().to_owned()));
    }
    let of = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!((of("consent_asked"), of("consent_given")), (1, 1), "{events:?}");
    assert!(events.iter().any(|event| event["event"] == "consent_given" && event["version"] == "2026-01"));
    assert_eq!(said.iter().filter(|text| text.starts_with("We use")).count(), 1, "{said:?}");
}

/// A shop that asks for private things, is told some by its host, and repeats none of them.
const PRIVATE: &str = "
kefu: 1
languages: {default: zh, also: [en, es, pt]}
customer: {home: address or none, tax: tax_no or none}
entities:
  address: {builtin: address, private: mask}
  phone: {builtin: phone, private: keep_last_4}
  tax_no: {pattern: 'TX\\d{6}', private: mask}
actions:
  orders.lookup: {in: {where: text}, out: {home: address, note: text}, effect: read}
intents:
  move: {keywords: {en: [move it], zh: [改地址], es: [cambiar dirección], pt: [mudar endereço]}, flow: move}
  price: {keywords: {en: [how much], zh: [多少钱], es: [cuánto], pt: [quanto]}, say: {en: Ten., zh: 十元。, es: Diez., pt: Dez.}}
  contact_human_agent: {keywords: {en: [agent], zh: [人工], es: [persona], pt: [atendente]}, handoff: asked}
flows:
  move:
    keep: [address]
    steps:
      - {ask: address, entity: address, say: {en: Where to?, zh: 新地址？, es: ¿Adónde?, pt: Para onde?}}
      - {call: orders.lookup, with: {where: '{{ address }}'}, into: found, errors: {other: []}}
      - {ask: note, say: {en: Anything else?, zh: 还有吗？, es: ¿Algo más?, pt: Mais algo?}}
      - {say: {en: Noted., zh: 记下了。, es: Anotado., pt: Anotado.}}
  moved:
    event: moved
    in: {to: address, by: tax_no}
    steps: [{ask: fine, say: {en: Is it right?, zh: 对吗？, es: ¿Está bien?, pt: Está certo?}}]
escalation:
  while_human: {bot: assist, unanswered: {after: 3m}}
";

const HOMES: [&str; 4] = [
    "12 High Street, Leeds LS1 4AB",
    "杭州市余杭区文一西路969号3幢201室",
    "Calle Mayor 12, 3 B, 28013 Madrid",
    "Rua das Flores 45, apto 3, Recife",
];

/// What the private shop hears and tells, and everything that comes out of it.
struct Probe {
    engine: Engine,
    session: Session,
    out: String,
}

impl Probe {
    fn new() -> Self {
        let engine = Engine::builder().source("a.yaml", PRIVATE).tracing().build();
        Self {
            engine: engine.unwrap_or_else(|error| panic!("{error}")),
            session: Session::new("a"),
            out: String::new(),
        }
    }

    fn hears(&mut self, event: Event) {
        let mut next = Some(event);
        while let Some(event) = next.take() {
            self.out.push_str(&format!("{event:?}"));
            match self.engine.handle(&mut self.session, event, at(MORNING)) {
                Ok(turn) => {
                    self.out.push_str(&format!("{turn:?}{:?}", self.session));
                    let mut json = serde_json::to_value(&turn).unwrap();
                    for effect in json["effects"].as_array_mut().unwrap() {
                        match effect["kind"].as_str().unwrap() {
                            "action" => effect["arguments"] = serde_json::Value::Null,
                            "to_agent" => effect["text"] = serde_json::Value::Null,
                            _ => effect["contact"] = serde_json::Value::Null,
                        }
                    }
                    self.out.push_str(&json.to_string());
                    next = turn.effects().iter().find_map(|effect| match effect {
                        Effect::Action(call) => Some(Event::action_done(
                            call.id(),
                            Value::record([
                                ("home", Value::from(call.argument::<String>("where").unwrap())),
                                ("note", Value::from("")),
                            ]),
                        )),
                        _ => None,
                    });
                }
                Err(error) => self.out.push_str(&format!("{error}{error:?}")),
            }
        }
    }
}

#[test]
fn an_address_and_a_private_value_stay_inside_wherever_they_were_told() {
    let tax = "TX804417";
    for (home, (ask, agent)) in HOMES.into_iter().zip([
        ("move it", "agent"),
        ("改地址", "人工"),
        ("cambiar dirección", "persona"),
        ("mudar endereço", "atendente"),
    ]) {
        let facts = Value::record([("home", Value::from(home)), ("tax", Value::from(tax))]);
        let moved = Value::record([("to", Value::from(home)), ("by", Value::from(tax))]);
        let told: [Vec<Event>; 8] = [
            vec![Event::message(ask), Event::message(home), Event::message(agent)],
            vec![Event::message(ask), Event::message(home), Event::message("ok"), Event::message(agent)],
            vec![Event::message(ask), Event::choice(home), Event::message(agent)],
            vec![Event::message(ask), Event::message(home), Event::message(format!("{home}!")), Event::message(agent)],
            vec![Event::customer(facts.clone()), Event::message(home), Event::message(agent)],
            vec![Event::named("moved", moved), Event::message(format!("{home}, {tax}")), Event::message(agent)],
            vec![
                Event::message(ask),
                Event::message(home),
                Event::message(agent),
                Event::agent_accepted(),
                Event::agent_message(format!("so it goes to {home}?")),
                Event::message(home),
                Event::agent_released(),
                Event::message(agent),
            ],
            vec![Event::message(format!("{tax} {agent}")), Event::message(tax), Event::rating(1)],
        ];
        for events in told {
            let mut probe = Probe::new();
            let shown = format!("{events:?}");
            for event in events {
                probe.hears(event);
            }
            for secret in [home, tax] {
                assert!(!probe.out.contains(secret), "{shown}: {secret} in {}", probe.out);
            }
        }
    }
}

#[test]
fn errors_hold_no_words_of_the_customer() {
    let mut probe = Probe::new();
    let secret = Value::from("Calle Mayor 12");
    for event in [
        Event::customer(Value::record([("home", Value::from(7)), ("tax", secret.clone())])),
        Event::customer(secret.clone()),
        Event::named("moved", Value::record([("to", Value::from(7)), ("by", secret.clone())])),
        Event::named("moved", secret),
        Event::rating(9),
    ] {
        probe.hears(event);
    }
    assert!(!probe.out.contains("Mayor"), "{}", probe.out);
}

#[test]
fn in_public_a_private_question_is_never_put() {
    for (ask, question) in [
        ("move it", "Where to?"),
        ("改地址", "新地址？"),
        ("cambiar dirección", "¿Adónde?"),
        ("mudar endereço", "Para onde?"),
    ] {
        let mut probe = Probe::new();
        for message in [ask, "hm"] {
            probe.hears(Event::message(message).in_public());
            assert!(!probe.out.contains(question), "{ask}: {}", probe.out);
        }
        probe.out.clear();
        probe.hears(Event::message(ask));
        assert!(probe.out.contains(question), "in private it is: {}", probe.out);
    }
}
