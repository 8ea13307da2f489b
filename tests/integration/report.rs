//! Reports over records and conversations: what is counted, what is compared, what is proposed, what stays ignored.

use kefu::eval::{Comparison, Fate, Heard, Ledger, Price, Prices, Said, Window, Worksheet};
use kefu::{Record, Source, Speaker};

fn record(session: &str, at: &str, what: &str) -> Record {
    let line = format!(
        "{{\"format\":1,\"at\":\"2026-03-{at}:00Z\",\"session\":\"{session}\",\"revision\":\"r{}\",\"language\":\"en\",\
         \"channel\":\"web\",{what}}}",
        at.get(..2).unwrap()
    );
    serde_json::from_str(&line).unwrap_or_else(|e| panic!("{line}: {e}"))
}

fn message(intent: &str) -> String {
    let intent = if intent.is_empty() { "null".to_owned() } else { format!("\"{intent}\"") };
    format!("\"event\":\"message\",\"intent\":{intent},\"confidence\":0.9,\"rung\":\"answer\"")
}

const MISS: &str = "\"event\":\"miss\",\"in_a_row\":1";
const HANDED_OVER: &str = "\"event\":\"handed_over\",\"handoff\":\"h\",\"reason\":\"asked\",\"reasons\":[\"asked\"],\
                           \"queue\":\"vip\",\"priority\":\"high\"";

#[test]
fn a_conversation_counts_where_it_began_and_ends_when_the_records_say_so() {
    let mut ledger = Ledger::default();
    for day in ["01", "02"] {
        ledger.count(&record("same", &format!("{day}T09:00"), &message("hours")));
        ledger.count(&record("same", &format!("{day}T09:00"), "\"event\":\"answered\",\"intent\":\"hours\""));
        ledger.count(&record("same", &format!("{day}T23:00"), "\"event\":\"contained\""));
    }
    ledger.count(&record("other", "02T10:00", &message("hours")));
    ledger.count(&record("other", "03T10:00", &message("person")));
    ledger.count(&record("other", "03T10:00", HANDED_OVER));
    ledger.count(&record("other", "03T10:01", "\"event\":\"accepted\",\"waited_ms\":60000"));
    ledger.count(&record("other", "03T10:02", "\"event\":\"responded\",\"by\":\"agent\",\"waited_ms\":90000"));
    let outline = ledger.outline();
    assert_eq!((outline.conversations, outline.messages), (3, 4));
    let group = |name: &str| outline.by_day[name];
    assert_eq!((group("2026-03-02").conversations, group("2026-03-02").handed_over), (2, 1));
    assert_eq!((group("2026-03-03").conversations, group("2026-03-03").messages), (0, 1));
    assert_eq!((outline.by_intent["hours"].resolved, outline.by_intent["person"].handed_over), (2, 1));
    let queue = outline.queues["vip"];
    assert_eq!((queue.handed_over, queue.accepted, queue.median_wait_seconds), (1, 1, Some(60.0)));
    assert_eq!(outline.median_agent_response_seconds, Some(90.0));
}

#[test]
fn what_was_told_of_closed_lists_is_counted_and_comes_from_real_dialogs() {
    let rules = "
languages: {default: en}
entities:
  problem: {values: {damaged: {en: [damaged]}, wrong: {en: [wrong item]}}}
  secret: {values: {a: {en: [alpha]}}, private: mask}
intents:
  back: {keywords: {en: [return]}, flow: back}
flows:
  back:
    steps:
      - {ask: problem, say: {en: What is wrong?}}
      - {ask: secret, say: {en: Which one?}}
      - {ask: words, entity: text, say: {en: Anything else?}}
      - {say: {en: Thank you.}}
      - {end: resolved}
";
    let rules = rules.replace("entity: text, ", "");
    let engine = kefu::Engine::builder().source("bot.yaml", rules).build().unwrap_or_else(|e| panic!("{e}"));
    let mut session = kefu::Session::new("a");
    let mut ledger = Ledger::default();
    for (minute, text) in (0..).zip(["return", "it came damaged", "alpha", "my words"]) {
        let now = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(minute * 60);
        let turn = engine.handle(&mut session, kefu::Event::message(text), now).unwrap();
        turn.records().iter().for_each(|record| ledger.count(record));
    }
    let outline = ledger.outline();
    assert_eq!(outline.slots.keys().collect::<Vec<_>>(), ["back.problem"], "no private list and no words");
    assert_eq!(outline.slots["back.problem"]["damaged"], 1);
}

#[test]
fn parts_of_a_log_are_compared_and_chance_is_told_from_change() {
    let (mut then, mut now) = (Ledger::default(), Ledger::default());
    let (first, second): (Window, Window) = ("2026-03-01".parse().unwrap(), "revision=r02".parse().unwrap());
    for number in 0..400 {
        for (day, intent, is_missed) in
            [("01", if number < 40 { "book" } else { "hours" }, number < 100), ("02", "hours", number < 40)]
        {
            let session = format!("{day}-{number}");
            for what in [Some(message(intent)), is_missed.then(|| MISS.to_owned())].into_iter().flatten() {
                let record = record(&session, &format!("{day}T09:00"), &what);
                assert_ne!(first.holds(&record), second.holds(&record));
                (if first.holds(&record) { &mut then } else { &mut now }).count(&record);
            }
        }
    }
    let compared = Comparison::new(first.to_string(), &then.outline(), &now.outline());
    let of = |name: &str| compared.figures.iter().find(|one| one.name == name).unwrap();
    assert_eq!((of("miss_rate").then, of("miss_rate").now), (Some(0.25), Some(0.1)));
    assert!(of("miss_rate").is_sure() && !of("containment").is_sure());
    let names: Vec<&str> = compared.intents.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["book", "hours"]);
}

#[test]
fn wrong_parts_and_prices_get_clear_words() {
    for (part, sentence) in [
        ("", "a period needs a day, as in 2026-03-01..2026-03-07"),
        ("..", "a period needs a day, as in 2026-03-01..2026-03-07"),
        ("2026-02-30", "`2026-02-30` is no day; one is written 2026-03-01"),
        ("2026-03-09..2026-03-01", "2026-03-09 comes after 2026-03-01"),
        ("revision=", "`revision=` needs the beginning of a revision"),
    ] {
        assert_eq!(part.parse::<Window>().unwrap_err(), sentence);
    }
    for price in ["person", "person=", "person=-1", "person=NaN", "lawyer=3"] {
        let sentence = format!("`{price}` is no price; one is written `person=4.50` or `bot=0.05`");
        assert_eq!(price.parse::<Price>().unwrap_err(), sentence);
    }
    assert_eq!(Prices::of(&[]).cost(&Ledger::default().outline()), None, "nothing costs nothing");
}

const PACK: &str = "
languages: {default: en, also: [zh]}
intents:
  hours: {title: {en: Opening hours}, keywords: {en: [opening hours, when are you open], zh: [几点开门]}, examples: {en: [when do you open on sunday]}}
  refund: {title: {en: Refund}, keywords: {en: [refund, money back]}, examples: {en: [I want my money back please, how do I get a gift card refunded]}}
  person: {title: {en: A person}, keywords: {en: [human], zh: [人工]}, handoff: asked}
";

fn heard(lines: &[(&str, Speaker, &str, Fate)]) -> Heard {
    let mut heard = Heard::default();
    for (session, who, text, fate) in lines {
        heard.say(&Said { session: (*session).into(), at: None, who: *who, text: (*text).into(), fate: *fate });
    }
    heard
}

fn missed<'t>(session: &'t str, text: &'t str) -> (&'t str, Speaker, &'t str, Fate) {
    (session, Speaker::Customer, text, Fate::Missed)
}

fn rules() -> Vec<Source> {
    vec![Source::new("bot.yaml", PACK)]
}

#[test]
fn what_is_alike_is_put_together_with_an_answer_and_private_numbers_are_masked() {
    let heard = heard(&[
        missed("a", "do you gift wrap"),
        ("a", Speaker::Agent, "Hello, Ann here, how can I help you?", Fate::Open),
        ("a", Speaker::Agent, "Gift wrapping is 3 euros, write to ann@example.com", Fate::Open),
        missed("b", "gift wrap, call me at 13800138000"),
        ("b", Speaker::Agent, "Hello, Ann here, how can I help you?", Fate::Open),
        ("b", Speaker::Agent, "Gift wrapping is 3 euros, write to ann@example.com", Fate::Open),
        missed("c", "can you gift wrap it"),
        missed("d", "可以刻字吗"),
        missed("e", "能不能刻字"),
        ("e", Speaker::Agent, "可以刻字，每个字五元", Fate::Open),
        missed("f", "purple monkey dishwasher"),
        ("g", Speaker::Customer, "when are you open", Fate::Understood),
        ("g", Speaker::Customer, "bye", Fate::Open),
    ]);
    let unmatched = heard.unmatched(Some(rules()), &Worksheet::default()).unwrap();
    assert_eq!((unmatched.messages, unmatched.alone, unmatched.clusters.len()), (6, 1, 2), "{unmatched}");
    let wrap = &unmatched.clusters[0];
    assert_eq!((wrap.messages, wrap.keywords[0].phrase.as_str(), wrap.keywords[0].caught), (3, "gift wrap", 3));
    assert!(wrap.keywords[0].taken.is_empty());
    let answer = wrap.answer.as_ref().unwrap();
    assert!(
        answer.text.starts_with("Gift wrapping is 3 euros") && (answer.times, answer.replies) == (2, 4),
        "{answer:?}"
    );
    let engraved = &unmatched.clusters[1];
    assert_eq!((engraved.language, engraved.keywords[0].phrase.as_str()), (kefu::Language::Zh, "刻字"));
    for shown in
        [unmatched.to_string(), serde_json::to_string(&unmatched).unwrap(), Worksheet::default().with(&unmatched)]
    {
        assert!(shown.contains("gift wrap") && !shown.contains("13800138000") && !shown.contains("ann@"), "{shown}");
    }
}

#[test]
fn a_keyword_tells_what_it_would_take() {
    let understood = |session, text| (session, Speaker::Customer, text, Fate::Understood);
    let heard = heard(&[
        missed("a", "gift card not working"),
        missed("b", "my gift card is rejected"),
        missed("c", "gift card says invalid"),
        missed("d", "gift card lost"),
        understood("e", "refund my gift card"),
        understood("e", "hello"),
    ]);
    let unmatched = heard.unmatched(Some(rules()), &Worksheet::default()).unwrap();
    let keyword = &unmatched.clusters[0].keywords[0];
    assert_eq!((keyword.phrase.as_str(), keyword.caught), ("gift card", 4), "{unmatched}");
    let is_nearest = unmatched.clusters[0].intent.as_deref() == Some("refund");
    assert_eq!(keyword.taken.get("refund").copied().unwrap_or(0) > 0, !is_nearest, "{unmatched}");
}

#[test]
fn what_was_ignored_stays_ignored_and_labels_are_never_written_over() {
    let sheet = "will it rain today\tnone\ten\ndo you gift wrap\tgift_wrap\n# mine\t\n";
    let heard = heard(&[
        missed("a", "Will it rain today?"),
        missed("b", "will it rain today in town"),
        missed("c", "do you gift wrap"),
        missed("d", "can you gift wrap it"),
        missed("e", "gift wrap please"),
    ]);
    let read = Worksheet::read(sheet);
    let unmatched = heard.unmatched(Some(rules()), &read).unwrap();
    assert_eq!((unmatched.ignored, unmatched.labelled, unmatched.clusters.len()), (2, 1, 1), "{unmatched}");
    let written = read.with(&unmatched);
    assert!(written.starts_with(sheet), "{written}");
    assert_eq!(written.lines().count(), 5, "{written}");
    // A second time nothing is added.
    let again = Worksheet::read(&written);
    assert_eq!(again.with(&heard.unmatched(Some(rules()), &again).unwrap()), written);
}

#[test]
fn records_tell_which_lines_were_missed() {
    let mut heard = Heard::default();
    let say = |heard: &mut Heard, session: &str, at: Option<i64>, text: &str| {
        heard.say(&Said { session: session.into(), at, who: Speaker::Customer, text: text.into(), fate: Fate::Open });
    };
    // A message as it was sent, and then what became of it.
    for (session, text, intent) in [("a", "do you gift wrap", ""), ("b", "AB12", ""), ("c", "opening hours", "hours")] {
        say(&mut heard, session, None, text);
        heard.count(&record(session, "01T10:00", &message(intent)));
        if session == "a" {
            heard.count(&record(session, "01T10:00", MISS));
        }
    }
    // A transcript, by the moment: 2026-03-01T11:00:00Z, told by a handoff and by its update.
    heard.count(&record("d", "01T11:00", MISS));
    for _ in 0..2 {
        say(&mut heard, "d", Some(1_772_362_800_000), "gift wrap please");
        say(&mut heard, "d", Some(1_772_362_860_000), "I want a refund");
    }
    let unmatched = heard.unmatched(Some(rules()), &Worksheet::default()).unwrap();
    assert_eq!(unmatched.messages, 2, "{unmatched}");
    assert_eq!(unmatched.clusters[0].messages, 2, "{unmatched}");
    let without_rules = heard.unmatched(None, &Worksheet::default()).unwrap();
    assert_eq!(without_rules.clusters[0].keywords[0].phrase, "gift wrap", "{without_rules}");
}

#[test]
fn the_order_of_conversations_means_nothing() {
    let lines: Vec<_> = ["do you gift wrap", "gift wrap it", "ship to alaska?", "shipping to alaska", "gift wrapping"]
        .into_iter()
        .zip(["a", "b", "c", "d", "e"])
        .map(|(text, session)| missed(session, text))
        .collect();
    let turned: Vec<_> = lines.iter().rev().copied().collect();
    let told = |lines: &[_]| heard(lines).unmatched(Some(rules()), &Worksheet::default()).unwrap().to_string();
    assert_eq!(told(&lines), told(&turned));
}
