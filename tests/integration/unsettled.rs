//! Host work that a handoff, a cancel or its timeout comes between: it is done once, and what came of it is not lost.

use kefu::{Effect, Engine, Event, Happening, Session, Turn, Value, Waiting};

use crate::shop::{MORNING, at};

const PACK: &str = "
languages: {default: en}
actions:
  refunds.pay: {in: {order_no: text}, out: {ticket: text}, timeout: 10s}
  files.make: {in: {order_no: text}, out: {ticket: text}, retry: 2, effect: note}
entities:
  order_no: {pattern: '[A-Z]{2}\\d{4,12}', form: upper}
intents:
  refund: {keywords: {en: [refund]}, flow: refund}
  file: {keywords: {en: [make a file]}, flow: file}
  hours: {keywords: {en: [opening hours]}, say: {en: From 9 to 21.}}
  human: {keywords: {en: [human]}, handoff: asked}
flows:
  refund:
    steps:
      - {ask: order_no, say: {en: Which order?}}
      - {confirm: {en: 'Refund {{ order_no }}?'}}
      - {call: refunds.pay, into: back, errors: {other: [{say: {en: Not paid.}}, {end: unresolved}]}}
      - {say: {en: 'Paid, {{ back.ticket }}.'}}
  file:
    steps:
      - {ask: order_no, say: {en: Which order?}}
      - {call: files.make, into: file, errors: {other: [{say: {en: No file.}}, {end: unresolved}]}}
      - {say: {en: 'Made, {{ file.ticket }}.'}}
";

/// A conversation that keeps every call it asked for.
struct Talk {
    engine: Engine,
    session: Session,
    now: u64,
    calls: Vec<(String, String)>,
}

impl Talk {
    fn new(rules: &str) -> Self {
        let engine = Engine::builder().source("bot.yaml", rules).build().unwrap();
        Self { engine, session: Session::new("t"), now: MORNING, calls: Vec::new() }
    }

    /// With the refund under way.
    fn paying(rules: &str) -> Self {
        let mut talk = Self::new(rules);
        for text in ["refund", "AB12345678", "yes"] {
            let _ = talk.says(text);
        }
        assert_eq!(talk.calls.len(), 1);
        talk
    }

    fn says(&mut self, text: &str) -> Turn {
        self.event(Event::message(text))
    }

    fn event(&mut self, event: Event) -> Turn {
        self.now += 1;
        let turn = self.engine.handle(&mut self.session, event, at(self.now)).unwrap();
        self.session = Session::from_json(&self.session.to_json()).unwrap();
        for effect in turn.effects() {
            if let Effect::Action(call) = effect {
                self.calls.push((call.id().to_owned(), call.key().to_owned()));
            }
        }
        turn
    }

    fn done(&mut self) -> Turn {
        let id = self.calls.last().unwrap().0.clone();
        self.event(Event::action_done(id, Value::record([("ticket", Value::from("T-1"))])))
    }

    fn failed(&mut self) -> Turn {
        let id = self.calls.last().unwrap().0.clone();
        self.event(Event::action_failed(id, "other"))
    }
}

fn said(turn: &Turn) -> String {
    turn.replies().iter().map(|reply| format!("{}\n", reply.text())).collect()
}

fn ended(turn: &Turn) -> Option<String> {
    turn.records().iter().find_map(|record| match &record.what {
        Happening::ActionEnded { result, .. } => Some(result.clone()),
        _ => None,
    })
}

#[test]
fn a_write_done_while_a_person_has_the_conversation_is_told_to_them_and_gone_on_with_after() {
    let mut talk = Talk::paying(PACK);
    let _ = talk.says("human");
    let _ = talk.event(Event::agent_accepted());
    let turn = talk.done();
    assert_eq!(said(&turn), "");
    let updated = turn.effects().iter().find_map(|effect| match effect {
        Effect::HandoffUpdated(handoff) => Some(handoff.done.clone()),
        _ => None,
    });
    assert_eq!(updated, Some(vec!["refunds.pay".to_owned()]));
    let turn = talk.event(Event::agent_released());
    assert!(said(&turn).contains("Paid, T-1."), "{}", said(&turn));
    assert_eq!(ended(&turn).as_deref(), Some("done"));
    let _ = talk.says("opening hours");
    assert_eq!(talk.calls.len(), 1);
}

#[test]
fn a_write_that_outlives_the_handoff_is_waited_for_and_never_asked_for_again() {
    for back in [
        vec![Event::agent_accepted(), Event::agent_released()],
        vec![Event::agent_released()],
        vec![Event::message("never mind")],
        vec![Event::agent_failed(), Event::tick()],
    ] {
        let mut talk = Talk::paying(PACK);
        let _ = talk.says("human");
        let mut last = None;
        for event in back {
            last = Some(talk.event(event));
        }
        assert_eq!(last.map(|turn| turn.waiting()), Some(Waiting::Action));
        assert!(said(&talk.done()).contains("Paid, T-1."));
        assert_eq!(talk.calls.len(), 1);
    }
}

#[test]
fn a_write_that_failed_meanwhile_takes_its_branch_and_is_not_tried_again() {
    let mut talk = Talk::paying(PACK);
    let _ = talk.says("human");
    let _ = talk.failed();
    let turn = talk.event(Event::agent_released());
    assert!(said(&turn).contains("Not paid."), "{}", said(&turn));
    assert_eq!(talk.calls.len(), 1);
}

#[test]
fn a_result_at_night_is_no_new_request() {
    let night = format!(
        "{PACK}escalation: {{reasons: {{asked: {{}}}}, hours: {{zone: UTC, open: {{mon-sun: ['00:00-00:01']}}}}}}\n"
    );
    let mut talk = Talk::paying(&night);
    let _ = talk.says("human");
    assert!(said(&talk.done()).contains("Paid, T-1."));
    assert_eq!(talk.calls.len(), 1);
}

#[test]
fn a_write_that_timed_out_and_was_done_after_all_is_told() {
    let mut talk = Talk::paying(PACK);
    talk.now += 60;
    assert!(said(&talk.event(Event::tick())).contains("Not paid."));
    let turn = talk.done();
    assert!(said(&turn).contains("gone through"), "{}", said(&turn));
    assert_eq!(ended(&turn).as_deref(), Some("done"));
    assert!(said(&talk.done()).is_empty());
}

#[test]
fn a_retry_has_an_id_of_its_own_and_the_key_of_the_first() {
    let mut talk = Talk::new(PACK);
    let _ = talk.says("make a file");
    let _ = talk.says("AB12345678");
    let _ = talk.failed();
    let _ = talk.failed();
    assert!(said(&talk.failed()).contains("No file."));
    let ids: std::collections::BTreeSet<&String> = talk.calls.iter().map(|(id, _)| id).collect();
    let keys: std::collections::BTreeSet<&String> = talk.calls.iter().map(|(_, key)| key).collect();
    assert_eq!((ids.len(), keys.len()), (3, 1));
}

#[test]
fn a_picture_sent_while_work_is_under_way_or_a_person_has_the_conversation_arrives() {
    let picture = || Event::message("").with_attachments(["https://shop.example/1.jpg"]);
    let mut talk = Talk::paying(PACK);
    let _ = talk.event(picture());
    assert!(!said(&talk.done()).contains("empty"));
    let _ = talk.says("human");
    let turn = talk.event(picture());
    let passed = turn.effects().iter().find_map(|effect| match effect {
        Effect::ToAgent(message) => Some(message.attachments.clone()),
        _ => None,
    });
    assert_eq!(passed, Some(vec!["https://shop.example/1.jpg".to_owned()]));
}

#[test]
fn what_is_said_in_the_queue_reaches_the_desk() {
    let mut talk = Talk::new(PACK);
    let _ = talk.says("human");
    for text in ["please get me a human, it is for tomorrow", "and it is urgent"] {
        let turn = talk.says(text);
        let passed = |effect: &Effect| matches!(effect, Effect::ToAgent(message) if message.text == text);
        assert!(turn.effects().iter().any(passed), "{text}");
    }
    let turn = talk.event(Event::choice("refund"));
    assert!(turn.effects().iter().any(|effect| matches!(effect, Effect::ToAgent(_))));
    assert_eq!(turn.flow(), None);
}

#[test]
fn a_session_of_before_that_kept_the_ids_of_cancelled_writes_still_knows_them() {
    let mut talk = Talk::paying(PACK);
    let _ = talk.says("never mind");
    let json = talk.session.to_json();
    assert!(json.contains("unsettled"), "{json}");
    let mut document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let kept = document.as_object_mut().unwrap().remove("unsettled").unwrap();
    document["cancelled"] = serde_json::json!([kept[0]["id"]]);
    talk.session = Session::from_json(&document.to_string()).unwrap();
    assert!(said(&talk.done()).contains("gone through"));
}
