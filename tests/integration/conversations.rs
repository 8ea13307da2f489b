//! Conversations over stores: exactly one turn of each event, whatever happens around it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use kefu::{
    Actions, Conversation, ConversationError, Conversations, Document, Effect, Engine, Event, Key, MemoryStore,
    SessionStore, SqliteStore, StoreError, Stored, Trouble, Value, Version,
};

use crate::chance::rounds;
use crate::shop::{MORNING, at};
use crate::store::Folder;

const RULES: &str = "
languages: {default: en}
customer: {contacts_this_week: integer or none}
session: {remind: 10m, flow_expires: 1d, expires: 30d}
entities: {size: {values: {small: {en: [small]}, large: {en: [large]}}}}
actions: {gift.send: {in: {size: size}, out: {ticket: text}}}
intents:
  hours: {keywords: {en: [opening hours]}, say: {en: From 9 to 21.}}
  gift: {title: {en: a gift}, keywords: {en: [gift]}, flow: gift}
  human: {keywords: {en: [human]}, handoff: asked}
flows:
  gift:
    steps:
      - when: customer.contacts_this_week and customer.contacts_this_week > 2
        then: [{say: {en: Nice to see you again.}}]
      - {ask: size, say: {en: Which size?}}
      - {confirm: {en: 'Send a {{ size }} one?'}, else: [{end: cancelled}]}
      - {call: gift.send, into: sent, errors: {other: [{say: {en: Not sent.}}, {end: unresolved}]}}
      - {say: {en: 'Sent, {{ sent.ticket }}.'}}
      - {end: resolved}
";

fn engine() -> Engine {
    Engine::builder().source("bot.yaml", RULES).build().unwrap_or_else(|error| panic!("{error}"))
}

fn said(taken: &kefu::Taken) -> Vec<&str> {
    taken.turn.replies().iter().map(kefu::Reply::text).collect()
}

#[test]
fn a_flow_runs_over_a_store_and_its_work_is_done_once() {
    let folder = Folder::new("flow");
    let conversations = Conversations::new(engine(), SqliteStore::open(folder.file("s.db")).unwrap());
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let actions = Actions::new().on("gift.send", move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(Value::record([("ticket", Value::from("T-1"))]))
    });
    let chat = Conversation::new("chat-1");
    for (id, text) in [("m-1", "gift"), ("m-2", "small")] {
        let _ = conversations.handle_with(chat, Event::message(text).with_id(id), at(MORNING), &actions).unwrap();
    }
    let yes = Event::message("yes").with_id("m-3");
    let first = conversations.handle_with(chat, yes.clone(), at(MORNING), &actions).unwrap();
    assert!(said(&first).contains(&"Sent, T-1."), "{first:?}");
    let again = conversations.handle_with(chat, yes, at(MORNING), &actions).unwrap();
    assert!(again.turn.is_replay());
    assert_eq!(sent.load(Ordering::SeqCst), 1);
}

/// Two nodes get every message at the same moment; how many turns both made together.
fn raced<S: SessionStore>(nodes: &[Conversations<S>; 2], messages: usize) -> usize {
    let handled = AtomicUsize::new(0);
    // Why: a redelivery comes soon; a session remembers its last 33 messages.
    let together = Barrier::new(2);
    std::thread::scope(|scope| {
        for node in nodes {
            scope.spawn(|| {
                for number in 0..messages {
                    let event = Event::message("opening hours").with_id(format!("m-{number}"));
                    let taken = node.handle(Conversation::new("chat"), event, at(MORNING));
                    // Why: a thread that panicked here would leave the other waiting for ever.
                    let is_new = taken.is_ok_and(|taken| !taken.turn.is_replay());
                    handled.fetch_add(usize::from(is_new), Ordering::SeqCst);
                    together.wait();
                }
            });
        }
    });
    handled.load(Ordering::SeqCst)
}

#[test]
fn two_nodes_and_a_redelivery_make_one_turn_of_each_message() {
    let messages = rounds(500, 100_000);
    let folder = Folder::new("nodes");
    let file = folder.file("s.db");
    // Why: nodes of their own, each with its own connection and engine.
    let files = [(); 2].map(|()| Conversations::new(engine(), SqliteStore::open(&file).unwrap()));
    let memory = Arc::new(MemoryStore::new(10));
    let memories = [(); 2].map(|()| Conversations::new(engine(), Arc::clone(&memory)));
    assert_eq!(raced(&files, messages), messages);
    assert_eq!(raced(&memories, messages), messages);
    let is_whole = |saves: u64| assert_eq!(saves, messages as u64);
    is_whole(saved(files[0].store()));
    is_whole(saved(memories[0].store()));
    #[cfg(feature = "redis")]
    {
        let redis = Arc::new(crate::store::redis("nodes"));
        let servers = [(); 2].map(|()| Conversations::new(engine(), Arc::clone(&redis)));
        assert_eq!(raced(&servers, messages), messages);
        is_whole(saved(servers[0].store()));
    }
}

/// How often the conversation was saved.
fn saved(store: &impl SessionStore) -> u64 {
    store.load(Key::session("chat"), at(MORNING)).unwrap().unwrap().version.number()
}

#[test]
fn a_damaged_session_is_set_aside_and_the_customer_gets_an_answer() {
    let store = MemoryStore::new(10);
    let damaged = Document { text: "{\"format\":1,".to_owned(), deadline: None, expires: at(MORNING + 1000) };
    store.save(Key::session("chat"), &damaged, Version::NEW, at(MORNING)).unwrap();
    let conversations = Conversations::new(engine(), store);
    let taken = conversations.handle(Conversation::new("chat"), Event::message("opening hours"), at(MORNING)).unwrap();
    assert_eq!(said(&taken), ["From 9 to 21."]);
    assert!(matches!(taken.troubles[..], [Trouble::SetAside(_)]), "{:?}", taken.troubles);
    assert_eq!(conversations.store().load(Key::damaged("chat"), at(MORNING)).unwrap().unwrap().text, damaged.text);
    let next = conversations.handle(Conversation::new("chat"), Event::message("gift"), at(MORNING)).unwrap();
    assert!(next.troubles.is_empty());
}

#[test]
fn a_session_of_a_newer_version_is_left_to_a_newer_node() {
    let store = MemoryStore::new(10);
    let newer = Document { text: "{\"format\":3}".to_owned(), deadline: None, expires: at(MORNING + 1000) };
    store.save(Key::session("chat"), &newer, Version::NEW, at(MORNING)).unwrap();
    let conversations = Conversations::new(engine(), store);
    let refused = conversations.handle(Conversation::new("chat"), Event::message("gift"), at(MORNING));
    assert!(matches!(refused, Err(ConversationError::Session(_))), "{refused:?}");
    assert_eq!(conversations.store().load(Key::session("chat"), at(MORNING)).unwrap().unwrap().text, newer.text);
}

#[test]
fn an_event_that_does_not_fit_changes_nothing() {
    let conversations = Conversations::new(engine(), MemoryStore::new(10));
    let refused = conversations.handle(Conversation::new("chat"), Event::agent_released(), at(MORNING));
    assert!(matches!(refused, Err(ConversationError::Event(_))), "{refused:?}");
    assert!(conversations.store().is_empty());
}

#[test]
fn the_third_contact_in_a_week_is_known_over_all_channels() {
    let conversations = Conversations::new(engine(), MemoryStore::new(10));
    let begin = |chat: &str, day: u64| {
        let chat = Conversation::new(chat).of_customer("ana");
        let taken = conversations.handle(chat, Event::message("gift"), at(MORNING + day * 86_400)).unwrap();
        assert!(taken.troubles.is_empty(), "{:?}", taken.troubles);
        said(&taken).contains(&"Nice to see you again.")
    };
    assert!(!begin("web-1", 0));
    assert!(!begin("mail-1", 2));
    assert!(begin("app-1", 3));
    assert!(!begin("web-2", 30));
    // A conversation for life: silent for a day, then taken up again.
    assert!(!begin("web-2", 32));
    assert!(begin("web-2", 34));
}

#[test]
fn due_sessions_are_ticked() {
    let conversations = Conversations::new(engine(), MemoryStore::new(10));
    for chat in ["a", "b"] {
        let _ = conversations.handle(Conversation::new(chat), Event::message("gift"), at(MORNING)).unwrap();
    }
    assert!(conversations.tick(at(MORNING + 599), 10).unwrap().is_empty());
    let ticked = conversations.tick(at(MORNING + 600), 10).unwrap();
    assert_eq!(ticked.len(), 2);
    assert_eq!(said(ticked[0].1.as_ref().unwrap()).len(), 1);
    assert!(conversations.tick(at(MORNING + 600), 10).unwrap().is_empty());
}

#[test]
fn a_forgotten_customer_leaves_nothing_behind() {
    let conversations = Conversations::new(engine(), MemoryStore::new(10));
    for chat in ["web", "mail"] {
        let chat = Conversation::new(chat).of_customer("ana");
        let _ = conversations.handle(chat, Event::message("human"), at(MORNING)).unwrap();
    }
    let other = Conversation::new("other").of_customer("ben");
    let _ = conversations.handle(other, Event::message("gift"), at(MORNING)).unwrap();
    let forgotten = conversations.forget("ana", at(MORNING)).unwrap();
    assert!(forgotten.troubles.is_empty());
    let withdrawn = forgotten.turns.iter().flat_map(|(_, taken)| taken.turn.effects());
    assert_eq!(withdrawn.filter(|effect| matches!(effect, Effect::HandoffWithdrawn(_))).count(), 2);
    let store = conversations.store();
    assert!(store.load(Key::customer("ana"), at(MORNING)).unwrap().is_none());
    assert!(store.load(Key::session("other"), at(MORNING)).unwrap().is_some());
    // That they were there stays known for a week, and nothing of what was said.
    for chat in ["web", "mail"] {
        let kept = store.load(Key::session(chat), at(MORNING + 86_400)).unwrap().unwrap();
        assert!(kept.text.len() < 200 && !kept.text.contains("human"), "{}", kept.text);
    }
    assert_eq!(store.sweep(at(MORNING + 8 * 86_400), 10).unwrap(), 2);
    assert_eq!(store.len(), 2);
}

#[test]
fn rules_are_changed_between_two_turns() {
    let conversations = Conversations::new(engine(), MemoryStore::new(10));
    let _ = conversations.handle(Conversation::new("chat"), Event::message("gift"), at(MORNING)).unwrap();
    let reworded = RULES.replace("Send a {{ size }} one?", "A {{ size }} one, right?");
    conversations.reload(Engine::builder().source("bot.yaml", reworded).build().unwrap());
    let taken = conversations.handle(Conversation::new("chat"), Event::message("large"), at(MORNING)).unwrap();
    assert_eq!(said(&taken), ["A large one, right?"]);
}

/// A store that fails at its `n`th save.
struct Failing {
    inner: MemoryStore,
    saves: AtomicUsize,
    at: usize,
}

impl SessionStore for Failing {
    fn load(&self, key: Key<'_>, now: std::time::SystemTime) -> Result<Option<Stored>, StoreError> {
        self.inner.load(key, now)
    }

    fn save(
        &self,
        key: Key<'_>,
        document: &Document,
        expected: Version,
        now: std::time::SystemTime,
    ) -> Result<Version, StoreError> {
        if self.saves.fetch_add(1, Ordering::SeqCst) == self.at {
            return Err(StoreError::Unavailable("disk full".to_owned()));
        }
        self.inner.save(key, document, expected, now)
    }

    fn due(&self, kind: kefu::Kind, now: std::time::SystemTime, limit: usize) -> Result<Vec<String>, StoreError> {
        self.inner.due(kind, now, limit)
    }

    fn remove(&self, key: Key<'_>) -> Result<(), StoreError> {
        self.inner.remove(key)
    }

    fn sweep(&self, now: std::time::SystemTime, limit: usize) -> Result<usize, StoreError> {
        self.inner.sweep(now, limit)
    }
}

#[test]
fn a_save_that_fails_is_an_error_and_the_redelivered_message_makes_the_turn() {
    for fails in 0..6 {
        let store = Failing { inner: MemoryStore::new(10), saves: AtomicUsize::new(0), at: fails };
        let conversations = Conversations::new(engine(), store);
        let chat = Conversation::new("chat").of_customer("ana");
        let mut asked = 0;
        for (number, text) in ["gift", "small", "yes"].into_iter().enumerate() {
            let event = Event::message(text).with_id(format!("m-{number}"));
            let taken = conversations.handle(chat, event.clone(), at(MORNING));
            let taken = taken.or_else(|_| conversations.handle(chat, event, at(MORNING))).unwrap();
            let effects = taken.turn.effects().iter().filter(|effect| matches!(effect, Effect::Action(_)));
            asked += effects.count();
        }
        assert_eq!(asked, 1, "failing at save {fails}");
    }
}

#[test]
fn a_damaged_history_is_set_aside_said_and_begun_anew() {
    let store = MemoryStore::new(10);
    let damaged = Document { text: "{\"contacts\":7}".to_owned(), deadline: None, expires: at(MORNING + 100_000) };
    store.save(Key::customer("ana"), &damaged, Version::NEW, at(MORNING)).unwrap();
    let conversations = Conversations::new(engine(), store);
    let chat = Conversation::new("chat").of_customer("ana");
    let taken = conversations.handle(chat, Event::message("opening hours"), at(MORNING)).unwrap();
    assert_eq!(said(&taken), ["From 9 to 21."]);
    let [Trouble::HistorySetAside { line: 1, column }] = taken.troubles[..] else { panic!("{:?}", taken.troubles) };
    assert!(column > 1);
    let aside = conversations.store().load(Key::damaged_history("ana"), at(MORNING)).unwrap().unwrap();
    assert_eq!(aside.text, damaged.text);
    let next = conversations.handle(chat, Event::message("gift"), at(MORNING)).unwrap();
    assert!(next.troubles.is_empty(), "{:?}", next.troubles);
    // Forgetting removes it too, and says that conversations it named may be left.
    let forgotten = conversations.forget("ana", at(MORNING)).unwrap();
    assert_eq!(forgotten.turns.len(), 1);
    assert!(matches!(forgotten.troubles[..], [Trouble::HistorySetAside { .. }]), "{:?}", forgotten.troubles);
    assert_eq!(conversations.store().len(), 1, "that there was the conversation");
    assert!(conversations.forget("ana", at(MORNING)).unwrap().troubles.is_empty());
}

/// The ids of the effects of a turn.
fn ids(taken: &kefu::Taken) -> Vec<String> {
    let id = |effect: &Effect| match effect {
        Effect::Action(call) => Some(call.id().to_owned()),
        Effect::HandoffOpened(handoff) => Some(handoff.id.clone()),
        _ => None,
    };
    taken.turn.effects().iter().filter_map(id).collect()
}

#[test]
fn a_conversation_that_begins_anew_never_gives_an_id_again() {
    let conversations = Conversations::new(engine(), MemoryStore::new(10));
    let mut seen = std::collections::BTreeSet::new();
    let mut life = |second: u64| {
        let chat = Conversation::new("chat").of_customer("ana");
        for text in ["gift", "small", "yes", "human"] {
            let taken = conversations.handle(chat, Event::message(text), at(MORNING + second)).unwrap();
            for id in ids(&taken) {
                assert!(seen.insert(id.clone()), "{id} came twice");
            }
        }
        seen.len()
    };
    assert_eq!(life(0), 2);
    // Forgotten within the same second, damaged a minute later, and expired after a year.
    let _ = conversations.forget("ana", at(MORNING)).unwrap();
    assert_eq!(life(0), 4);
    let kept = conversations.store().load(Key::session("chat"), at(MORNING)).unwrap().unwrap();
    let damaged = Document { text: "{".to_owned(), deadline: None, expires: at(MORNING + 100_000) };
    conversations.store().save(Key::session("chat"), &damaged, kept.version, at(MORNING)).unwrap();
    assert_eq!(life(60), 6);
    assert_eq!(life(365 * 86_400), 8);
}

#[test]
fn what_is_remembered_of_a_customer_may_be_the_reason_for_a_person() {
    let often = format!("{RULES}escalation: {{reasons: {{often: {{when: customer.contacts_this_week >= 3}}}}}}\n");
    let engine = Engine::builder().source("bot.yaml", often).build().unwrap_or_else(|error| panic!("{error}"));
    let conversations = Conversations::new(engine, MemoryStore::new(10));
    let begin = |chat: &str| {
        let message = Event::message("gift").with_id("m-1");
        conversations.handle(Conversation::new(chat).of_customer("ana"), message, at(MORNING)).unwrap()
    };
    for chat in ["web", "mail"] {
        assert!(ids(&begin(chat)).is_empty());
    }
    let first = begin("app");
    assert_eq!((ids(&first).len(), said(&first).len()), (1, 1), "{first:?}");
    assert!(first.turn.records().iter().any(|record| matches!(record.what, kefu::Happening::HandedOver { .. })));
    let again = begin("app");
    assert_eq!((again.turn.is_replay(), ids(&again)), (true, ids(&first)));
}

#[test]
fn a_message_delivered_again_after_its_customer_was_forgotten_is_known() {
    let conversations = Conversations::new(engine(), MemoryStore::new(10));
    let message = || Event::message("human").with_id("m-1");
    let chat = Conversation::new("chat").of_customer("ana");
    let _ = conversations.handle(chat, message(), at(MORNING)).unwrap();
    let _ = conversations.forget("ana", at(MORNING + 1)).unwrap();
    let again = conversations.handle(chat, message(), at(MORNING + 2)).unwrap();
    assert!(again.turn.is_replay() && again.turn.effects().is_empty(), "{again:?}");
}

#[test]
fn what_a_newer_version_of_the_same_format_wrote_is_left_to_it() {
    let stored = |minor: u32, owner: &str| {
        let mut session: serde_json::Value = serde_json::from_str(&kefu::Session::new("chat").to_json()).unwrap();
        session["minor"] = minor.into();
        session["owner"] = owner.into();
        let store = MemoryStore::new(10);
        let document = Document { text: session.to_string(), deadline: None, expires: at(MORNING + 1000) };
        store.save(Key::session("chat"), &document, Version::NEW, at(MORNING)).unwrap();
        let conversations = Conversations::new(engine(), store);
        let taken = conversations.handle(Conversation::new("chat"), Event::message("opening hours"), at(MORNING));
        let kept = conversations.store().load(Key::session("chat"), at(MORNING)).unwrap().unwrap().text;
        (taken, kept, document.text)
    };
    let (refused, kept, text) = stored(99, "robot");
    assert!(matches!(refused, Err(ConversationError::Session(kefu::SessionError::NewerPart { found: 99, .. }))));
    assert_eq!(kept, text);
    // What can be read is used, and stays theirs to read; what only this version could have written was damaged.
    let (taken, kept, _) = stored(99, "bot");
    assert!(taken.is_ok() && kept.contains("\"minor\":99"));
    assert!(matches!(stored(0, "robot").0.unwrap().troubles[..], [Trouble::SetAside(_)]));
}

#[test]
fn what_a_tick_tells_the_desk_is_told_once_more_as_nobody_delivers_it_again() {
    let rules = format!("{RULES}escalation: {{targets: {{normal: {{accept_within: 5m}}}}}}\n");
    let rules = rules.replace(", errors: {other: [{say: {en: Not sent.}}, {end: unresolved}]}", "");
    let engine = Engine::builder().source("bot.yaml", rules).build().unwrap_or_else(|error| panic!("{error}"));
    let conversations = Conversations::new(engine, MemoryStore::new(10));
    for text in ["gift", "small", "yes"] {
        let _ = conversations.handle(Conversation::new("chat"), Event::message(text), at(MORNING)).unwrap();
    }
    let tick = |second: u64| {
        let mut ticked = conversations.tick(at(MORNING + second), 10).unwrap();
        ticked.pop().map(|(_, taken)| ids(&taken.unwrap())).unwrap_or_default()
    };
    // The host's work never ended; the process is killed before the desk hears of it.
    let opened = tick(60);
    assert_eq!(opened.len(), 1);
    assert!(tick(61).is_empty());
    assert_eq!(tick(90), opened);
    assert!(tick(125).is_empty());
}

#[test]
fn a_case_is_closed_whoever_tells_it_and_one_nobody_closes_goes_with_its_session() {
    let known = RULES.replace("customer: {", "customer: {open_cases: integer or none, ");
    let known = known.replace(
        "customer.contacts_this_week and customer.contacts_this_week > 2",
        "customer.open_cases and customer.open_cases > 0",
    );
    let engine = Engine::builder().source("bot.yaml", known).build().unwrap_or_else(|error| panic!("{error}"));
    let conversations =
        Conversations::new(engine, MemoryStore::new(50)).keep(std::time::Duration::from_secs(86_400 * 9));
    let says = |chat: &str, text: &str, day: u64| {
        let chat = Conversation::new(chat).of_customer("ana");
        let taken = conversations.handle(chat, Event::message(text), at(MORNING + day * 86_400)).unwrap();
        said(&taken).contains(&"Nice to see you again.")
    };
    assert!(!says("a", "human", 0));
    assert!(says("b", "gift", 1), "one case is open");
    // The desk does not say whose conversation it is.
    for event in [Event::agent_accepted(), Event::agent_released()] {
        let _ = conversations.handle(Conversation::new("a"), event, at(MORNING + 86_400)).unwrap();
    }
    assert!(!says("c", "gift", 2));
    // A desk that could not take it has not closed it; a session that is no longer kept has.
    assert!(!says("d", "human", 3));
    let _ = conversations.handle(Conversation::new("d"), Event::agent_failed(), at(MORNING + 3 * 86_400)).unwrap();
    assert!(says("e", "gift", 4));
    assert!(!says("f", "gift", 14));
}
