//! Flows that run flows, writes that cannot be taken back, proof of who it is, rules that change.

use kefu::{Effect, Engine, Event, Session, Turn, Value};

use crate::shop::{MORNING, at};

const PACK: &str = "
version: 1
languages: {default: en}
session: {verified: 15m}
entities:
  size: {values: {small: {en: [small]}, large: {en: [large]}}}
  colour: {values: {red: {en: [red]}, blue: {en: [blue]}}}
  order_no: {pattern: '[A-Z]{2}\\d{4,12}', form: upper}
  code: {pattern: '\\d{4}'}
actions:
  stock.check: {in: {size: size}, out: {left: integer}, effect: read}
  parcels.find: {in: {order_no: text}, out: {weight: integer}, effect: read}
  swap.make: {in: {order_no: text, size: size}, out: {ticket: text}, once_per: [order_no], needs: verified, retry: 1}
  code.check: {in: {code: code}, out: {fine: bool}, effect: read}
intents:
  exchange: {title: {en: Exchange}, keywords: {en: [exchange]}, flow: exchange}
  hours: {title: {en: Hours}, keywords: {en: [opening hours]}, say: {en: From 9 to 21.}}
  human: {keywords: {en: [human]}, handoff: asked}
flows:
  which_order:
    steps:
      - {ask: order_no, say: {en: Which order?}, tries: 3, else: [{handoff: slot_failed}]}
      - {call: parcels.find, into: parcel, errors: {other: [{handoff: backend}]}}
      - {ask: colour, say: {en: Which colour?}, chips: true}
  exchange:
    steps:
      - {ask: size, say: {en: Which size?}, chips: true}
      - {call: stock.check, into: stock, errors: {other: [{handoff: backend}]}}
      - {say: {en: '{{ stock.left }} left.'}}
      - {run: which_order}
      - {ask: note, say: {en: Anything we should know?}, optional: true}
      - {confirm: {en: 'Swap {{ order_no }} for {{ size }} in {{ colour }}?'}}
      - {call: swap.make, into: done, errors: {other: [{say: {en: Not possible.}}, {end: unresolved}]}}
      - {say: {en: 'Done, {{ done.ticket }}.'}}
      - {ask: extra, say: {en: Anything else for the parcel?}, optional: true}
      - {say: {en: Thanks.}}
      - {end: resolved}
  verify:
    steps:
      - {ask: code, say: {en: What is your code?}, tries: 2, else: [{say: {en: That was wrong.}}, {end: unresolved}]}
      - {call: code.check, into: check, errors: {other: [{end: unresolved}]}}
      - {when: check.fine, then: [], else: [{say: {en: That was wrong.}}, {redo: code}]}
";

/// A customer whose host answers every action at once, and a list of what was asked of it.
struct Talk {
    engine: Engine,
    session: Session,
    now: u64,
    calls: Vec<(String, String)>,
}

impl Talk {
    fn new(rules: &str) -> Self {
        Self { engine: build(rules), session: Session::new("t"), now: MORNING, calls: Vec::new() }
    }

    fn says(&mut self, text: &str) -> (String, Option<String>) {
        self.event(Event::message(text))
    }

    /// What was said, and the step that is open.
    fn event(&mut self, event: Event) -> (String, Option<String>) {
        let mut said = String::new();
        let mut next = Some(event);
        let mut asks = None;
        while let Some(event) = next.take() {
            let turn = self.engine.handle(&mut self.session, event, at(self.now)).unwrap();
            self.session = Session::from_json(&self.session.to_json()).unwrap();
            for reply in turn.replies() {
                said.push_str(reply.text());
                said.push('\n');
            }
            asks = turn.asks().map(str::to_owned);
            next = self.answer(&turn);
        }
        (said, asks)
    }

    fn answer(&mut self, turn: &Turn) -> Option<Event> {
        let call = turn.effects().iter().find_map(|effect| match effect {
            Effect::Action(call) => Some(call),
            _ => None,
        })?;
        self.calls.push((call.name().to_string(), call.key().to_owned()));
        let code = call.argument::<String>("code").unwrap_or_default();
        let result = [
            ("left", Value::from(4)),
            ("weight", Value::from(3)),
            ("ticket", Value::from("T-1")),
            ("fine", Value::from(code == "1234")),
        ];
        Some(Event::action_done(call.id(), Value::record(result)))
    }

    fn count(&self, action: &str) -> usize {
        self.calls.iter().filter(|(name, _)| name == action).count()
    }
}

fn build(rules: &str) -> Engine {
    Engine::builder().source("bot.yaml", rules).build().unwrap_or_else(|error| panic!("{error}"))
}

fn step(asks: Option<&str>) -> Option<String> {
    asks.map(str::to_owned)
}

#[test]
fn a_correction_inside_a_run_flow_repeats_only_what_depends_on_it() {
    let mut talk = Talk::new(PACK);
    talk.says("exchange");
    talk.says("large");
    assert_eq!(talk.says("AB12345678").1, step(Some("colour")));
    let (said, asks) = talk.says("sorry I meant small");
    assert_eq!(asks, step(Some("colour")));
    assert!(said.contains("4 left") && !said.contains("Which order"), "{said}");
    assert_eq!((talk.count("stock.check"), talk.count("parcels.find")), (2, 1));
    let (_, asks) = talk.says("sorry I meant CD12345678");
    assert_eq!(asks, step(Some("colour")));
    assert_eq!((talk.count("stock.check"), talk.count("parcels.find")), (2, 2));
    talk.says("red");
    let (said, _) = talk.says("skip");
    assert_eq!(said, "Swap CD12345678 for small in red?\n");
    let (said, _) = talk.says("sorry I meant EF12345678");
    assert!(said.ends_with("Swap EF12345678 for small in red?\n"), "{said}");
    assert_eq!((talk.count("stock.check"), talk.count("parcels.find")), (2, 3));
}

#[test]
fn what_a_finished_write_was_given_is_past_correcting_and_cancel_says_so() {
    let mut talk = Talk::new(PACK);
    for text in ["exchange", "large", "AB12345678", "red", "skip", "yes"] {
        talk.says(text);
    }
    let (said, asks) = talk.says("1234");
    assert!(said.contains("Done, T-1") && asks == step(Some("extra")), "{said}");
    let (said, asks) = talk.says("sorry I meant small");
    assert!(said.contains("already gone through") && asks == step(Some("extra")), "{said}");
    assert_eq!(talk.count("swap.make"), 1);
    let (said, asks) = talk.says("never mind");
    assert!(said.contains("already done") && asks.is_none(), "{said}");
}

#[test]
fn who_it_is_is_proved_once_and_expires() {
    let mut talk = Talk::new(PACK);
    let through = |talk: &mut Talk| {
        let mut last = (String::new(), None);
        for text in ["exchange", "large", "AB12345678", "red", "skip", "yes"] {
            last = talk.says(text);
        }
        last
    };
    assert_eq!(through(&mut talk).1, step(Some("code")));
    assert_eq!(talk.says("0000").1, step(Some("code")));
    assert!(talk.says("1234").0.contains("Done"));
    talk.says("skip");
    assert!(through(&mut talk).0.contains("Done"));
    talk.says("skip");
    talk.now += 16 * 60;
    assert_eq!(through(&mut talk).1, step(Some("code")));
    let (said, asks) = talk.says("9999");
    assert!(asks == step(Some("code")), "{said}");
    let (said, asks) = talk.says("9999");
    assert!(said.contains("Not possible") && asks.is_none(), "{said}");
    assert_eq!(talk.count("swap.make"), 2);
    let keys: Vec<&String> = talk.calls.iter().filter(|(name, _)| name == "swap.make").map(|(_, key)| key).collect();
    assert_eq!(keys[0], keys[1]);
}

#[test]
fn a_write_cancelled_under_way_is_told_if_it_was_done_all_the_same() {
    let rules = PACK.replace(", needs: verified", "");
    let engine = build(&rules);
    let mut session = Session::new("t");
    let mut call = String::new();
    let mut say = |session: &mut Session, event: Event| {
        let turn = engine.handle(session, event, at(MORNING)).unwrap();
        for effect in turn.effects() {
            if let Effect::Action(asked) = effect {
                call = asked.id().to_owned();
            }
        }
        (turn, call.clone())
    };
    let result =
        || Value::record([("left", Value::from(4)), ("weight", Value::from(3)), ("ticket", Value::from("T-1"))]);
    let (_, _) = say(&mut session, Event::message("exchange"));
    let (_, id) = say(&mut session, Event::message("large"));
    let _ = say(&mut session, Event::action_done(id, result()));
    let (_, id) = say(&mut session, Event::message("AB12345678"));
    let _ = say(&mut session, Event::action_done(id, result()));
    for text in ["red", "skip"] {
        let _ = say(&mut session, Event::message(text));
    }
    let (_, id) = say(&mut session, Event::message("yes"));
    let (turn, _) = say(&mut session, Event::message("never mind"));
    assert_eq!(turn.flow(), None);
    let (late, _) = say(&mut session, Event::action_done(id.as_str(), result()));
    assert_eq!(late.replies().len(), 1);
    let (twice, _) = say(&mut session, Event::action_done(id.as_str(), result()));
    assert!(twice.replies().is_empty());
}

#[test]
fn rules_that_change_under_an_open_question_carry_the_conversation_on() {
    let begin = || {
        let mut talk = Talk::new(PACK);
        for text in ["exchange", "large", "AB12345678"] {
            talk.says(text);
        }
        talk
    };
    let renamed = PACK
        .replace("version: 1", "version: 2")
        .replace("- {ask: colour, say", "- {ask: colour, id: shade, was: colour, say");
    let mut talk = begin();
    talk.engine = build(&renamed);
    assert_eq!(talk.says("red").1, step(Some("note")));

    let gone = renamed
        .replace("      - {ask: colour, id: shade, was: colour, say: {en: Which colour?}, chips: true}\n", "")
        .replace(" in {{ colour }}", "");
    let mut talk = begin();
    talk.engine = build(&gone);
    let (said, asks) = talk.says("red");
    assert_eq!(asks, step(Some("note")), "{said}");
    assert_eq!(talk.says("skip").0, "Swap AB12345678 for large?\n");

    let without = renamed
        .replace("      - {run: which_order}\n", "")
        .replace("Swap {{ order_no }}", "Swap")
        .replace(" in {{ colour }}", "")
        .replace("swap.make: {in: {order_no: text, size: size}", "swap.make: {in: {size: size}")
        .replace("once_per: [order_no], ", "");
    let mut talk = begin();
    talk.engine = build(&without);
    let (said, asks) = talk.says("red");
    assert_eq!(asks, step(Some("note")), "{said}");

    let none = "version: 2\nlanguages: {default: en}\nintents: {hours: {keywords: {en: [opening hours]}, say: {en: From 9.}}}\n";
    let mut talk = begin();
    talk.engine = build(none);
    let (said, asks) = talk.says("opening hours");
    assert!(said.contains("From 9.") && asks.is_none(), "{said}");

    let older = gone.replace("version: 2", "version: 0");
    let mut talk = begin();
    talk.engine = build(&older);
    talk.event(Event::tick());
    talk.engine = build(PACK);
    assert_eq!(talk.says("red").1, step(Some("note")));
}

#[test]
fn a_session_put_together_by_hand_is_refused_or_goes_on() {
    let mut talk = Talk::new(PACK);
    for text in ["exchange", "large", "AB12345678"] {
        talk.says(text);
    }
    let json: serde_json::Value = serde_json::from_str(&talk.session.to_json()).unwrap();
    let edits: [fn(&mut serde_json::Value); 7] = [
        |json| json["stack"][0]["shares"] = true.into(),
        |json| json["stack"][1]["shares"] = false.into(),
        |json| json["stack"][1]["step"] = "no_such_step".into(),
        |json| json["stack"][0]["flow"] = "no_such_flow".into(),
        |json| drop(json["stack"].as_array_mut().unwrap().pop()),
        |json| json["stack"][1]["trail"] = serde_json::json!(["x", "y"]),
        |json| json["stack"][1]["step"] = serde_json::Value::Null,
    ];
    for (number, edit) in edits.into_iter().enumerate() {
        let mut json = json.clone();
        edit(&mut json);
        let mut talk = Talk { session: Session::from_json(&json.to_string()).unwrap(), ..Talk::new(PACK) };
        for text in ["red", "opening hours", "yes", "never mind", "never mind", "exchange"] {
            let (said, _) = talk.says(text);
            assert!(!said.is_empty(), "edit {number}: {text}");
        }
        assert_eq!(talk.says("large").1, step(Some("order_no")), "edit {number}");
    }
    for (key, value) in
        [("stack", serde_json::json!(7)), ("owner", "cat".into()), ("effects", (-1).into()), ("format", "1".into())]
    {
        let mut json = json.clone();
        json[key] = value;
        assert!(Session::from_json(&json.to_string()).is_err(), "{key}");
    }
}
