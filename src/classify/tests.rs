use std::sync::Arc;

use super::sample::{pack, shop};
use super::{Classifier, Decision, Hints, Options, Scratch, Switch};
use crate::rules::{IntentId, Pack};
use crate::text::{Language, Script};

fn classifier(pack: Pack) -> Classifier {
    Classifier::new(Arc::new(pack), Options::default())
}

/// The intent of each message, or `-`; intents of several requests are joined by `+`.
fn understood(classifier: &Classifier, scratch: &mut Scratch, text: &str, language: Option<Language>) -> String {
    let hints = Hints { language, ..Hints::default() };
    let classification = classifier.classify(scratch, text, &hints);
    let requests: Vec<String> = classification
        .requests()
        .iter()
        .filter_map(|request| match request.decision() {
            Decision::Act(intent) => Some(intent.to_string()),
            Decision::Clarify(choices) => {
                Some(choices.iter().map(|choice| choice.intent().to_string()).collect::<Vec<_>>().join("|"))
            }
            Decision::Nothing => None,
        })
        .collect();
    if requests.is_empty() { "-".to_owned() } else { requests.join("+") }
}

#[track_caller]
fn check(classifier: &Classifier, cases: &[(&str, &str)]) {
    let mut scratch = Scratch::new();
    let mut wrong = String::new();
    for (text, expected) in cases {
        let got = understood(classifier, &mut scratch, text, None);
        if got != *expected {
            let why = classifier.explain(text, &Hints::default());
            wrong += &format!("{text}: expected {expected}, got {got}\n{why}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn keywords_patterns_and_groups_match() {
    check(
        &classifier(shop()),
        &[
            ("where is my order", "track_order"),
            ("WHERE IS MY PURCHASE??", "track_order"),
            ("where is my shopping bag", "track_order"),
            ("wheres my stuff", "track_order"),
            ("where's my stuff", "track_order"),
            ("cancel my order", "cancel_order"),
            ("call off the purchase", "cancel_order"),
            ("how long will order take", "delivery_period"),
            ("when will it arrive", "delivery_period"),
            ("how soon can it get here", "delivery_period"),
            ("it has not arrived, when will it arrive", "delivery_period"),
            ("when will it arrive it has not arrived", "-"),
            ("I am returning this", "return_goods"),
            ("取消我的订单", "cancel_order"),
            ("我想退貨", "return_goods"),
            ("ＲＥＦＵＮＤ", "refund"),
            ("多久能到", "delivery_period"),
            ("olvide mi contrasena", "recover_password"),
            ("cade meu pedido", "track_order"),
            ("quero uma devolucao", "return_goods"),
            ("", "-"),
            ("😀😀", "-"),
            ("?!", "-"),
        ],
    );
}

#[test]
fn innocent_words_stay_innocent() {
    check(
        &classifier(shop()),
        &[
            ("人工智能", "-"),
            ("人工智能 转人工", "contact_human_agent"),
            ("人工客服", "contact_human_agent"),
            ("my travel agent told me", "-"),
            ("agent", "contact_human_agent"),
            ("what is the return address", "-"),
            ("agency", "-"),
        ],
    );
}

#[test]
fn negation_takes_wishes_away() {
    check(
        &classifier(shop()),
        &[
            ("不用转人工", "-"),
            ("我不想退货", "-"),
            ("please don't cancel my order", "-"),
            ("i don't want to return this", "-"),
            ("dont want to return it", "-"),
            ("no quiero devolver", "-"),
            ("no lo devolver", "-"),
            ("I haven't received my refund", "refund"),
            ("还没退款", "refund"),
            ("I don't know how to return this", "return_goods"),
            ("don't know how return works", "return_goods"),
            ("I don't need it anymore", "cancel_order"),
            ("能不能退货", "return_goods"),
            ("可不可以不退货", "-"),
            ("No, cancel my order", "cancel_order"),
            ("不，我要退货", "return_goods"),
        ],
    );
}

#[test]
fn languages_that_lost_are_withheld() {
    let classifier = classifier(shop());
    check(
        &classifier,
        &[("¿cuándo sale mi pedido?", "track_order"), ("sale", "discount"), ("is there a sale", "discount")],
    );
    let mut scratch = Scratch::new();
    for (text, hint, language) in [
        ("where is it", None, Language::En),
        ("我的订单", None, Language::Zh),
        ("iphone 15 多少钱", None, Language::Zh),
        ("quiero devolver el pedido", None, Language::Es),
        ("não quero o meu pedido", None, Language::Pt),
        ("ok", Some(Language::Pt), Language::Pt),
        ("refund", Some(Language::Zh), Language::En),
        ("AB12345678", Some(Language::Es), Language::Es),
        ("123", None, Language::Zh),
        ("where is my order please", Some(Language::Es), Language::En),
    ] {
        let hints = Hints { language: hint, ..Hints::default() };
        assert_eq!(classifier.classify(&mut scratch, text, &hints).language(), language, "{text}");
    }
    assert_eq!(classifier.classify(&mut scratch, "我想退貨", &Hints::default()).script(), Script::Hant);
}

#[test]
fn courtesies_do_not_win_beside_requests() {
    check(
        &classifier(shop()),
        &[
            ("hi", "greet"),
            ("hi there", "greet"),
            ("在吗", "greet"),
            ("hi where is my order", "track_order"),
            ("thanks but it still doesn't work", "-"),
            ("thanks a lot", "thank"),
            ("hello i would like some advice about my garden furniture", "-"),
        ],
    );
    let classifier = classifier(shop());
    let mut scratch = Scratch::new();
    let classification = classifier.classify(&mut scratch, "hi, where is my order", &Hints::default());
    assert_eq!(classification.intent().map(IntentId::as_str), Some("track_order"));
    assert!(classification.requests()[0].is_courtesy());
    assert!(!classification.requests()[1].is_courtesy());
}

#[test]
fn clauses_are_requests() {
    check(
        &classifier(shop()),
        &[
            ("cancel my order, and where is my purchase", "cancel_order+track_order"),
            ("我要退款，另外怎么转人工", "refund+contact_human_agent"),
            ("refund refund refund", "refund"),
            ("refund. refund! refund?", "refund"),
            ("我要退货 多久到", "return_goods+delivery_period"),
            ("转 人工", "contact_human_agent"),
            ("return or refund", "refund|return_goods"),
        ],
    );
    let classifier = classifier(shop());
    let mut scratch = Scratch::new();
    let text = "AB12345678, when will it arrive?";
    let classification = classifier.classify(&mut scratch, text, &Hints::default());
    let [first, second] = classification.requests() else { panic!("two clauses") };
    assert_eq!((&text[first.span()], first.is_question()), ("AB12345678", false));
    assert_eq!((&text[second.span()], second.is_question()), ("when will it arrive", true));
    assert!(matches!(first.decision(), Decision::Nothing));
    assert_eq!(classification.intent().map(IntentId::as_str), Some("delivery_period"));
}

/// The intent that speaks for each message.
#[track_caller]
fn check_main(classifier: &Classifier, cases: &[(&str, &str)]) {
    let mut scratch = Scratch::new();
    for (text, expected) in cases {
        let said = classifier.classify(&mut scratch, text, &Hints::default());
        let why = || classifier.explain(text, &Hints::default());
        assert_eq!(said.intent().map_or("-", IntentId::as_str), *expected, "{text}\n{}", why());
    }
}

#[test]
fn weak_evidence_of_one_story_adds_up_where_no_clause_is_enough() {
    let weak = pack(&[Language::Zh, Language::En])
        .intent_words("damaged", Language::Zh, &["杯子: 0.4", "昨天到: 0.3", "裂: 0.4"])
        .intent_words("damaged", Language::En, &["mug: 0.4", "yesterday: 0.3", "crack: 0.4"])
        .intent_words("refund", Language::En, &["refund"]);
    check(
        &classifier(weak),
        &[
            ("我买的那个杯子，昨天到的，裂了", "damaged"),
            ("裂了，裂了，裂了", "-"),
            ("the mug I bought, came yesterday, cracked", "damaged"),
            ("the mug. it came yesterday. cracks everywhere", "damaged"),
            ("the mug came", "-"),
            ("yesterday a crack", "-"),
        ],
    );
}

#[test]
fn a_situation_does_not_outweigh_the_request_after_it() {
    let classifier = classifier(shop());
    check_main(
        &classifier,
        &[
            ("my parcel came broken, I want a refund", "refund"),
            ("it came broken. can you give me the money back?", "refund"),
            ("I want a refund, it came broken", "refund"),
            ("it came broken", "damaged"),
            ("杯子碎了，我要退款", "refund"),
            ("杯子碎了 麻烦退款", "refund"),
            ("我要退款，杯子碎了", "refund"),
            ("vino roto, quiero devolver esto", "return_goods"),
            ("chegou quebrado, quero o reembolso", "refund"),
            // Another request of its own, for the words say so.
            ("it came broken. another thing, I want a discount", "damaged"),
            ("杯子碎了，另外我要优惠", "damaged"),
            // What is asked leans on what was told, and weighs too little.
            ("the delivery time is wrong, how about a sale", "delivery_period"),
        ],
    );
    let mut scratch = Scratch::new();
    let text = "my parcel came broken, I want a refund";
    let said = classifier.classify(&mut scratch, text, &Hints::default());
    let situations: Vec<bool> = said.requests().iter().map(super::Request::is_situation).collect();
    assert_eq!(situations, [true, false]);
    assert_eq!(understood(&classifier, &mut scratch, text, None), "damaged+refund", "what was told is not lost");
}

#[test]
fn two_requests_joined_by_and_are_two() {
    check(
        &classifier(shop()),
        &[
            ("where is my order and can I get a discount", "track_order+discount"),
            ("please cancel my order and then send money back", "cancel_order+refund"),
            ("quiero cancelar mi pedido y hablar con una persona", "cancel_order+contact_human_agent"),
            ("onde está meu pedido e quero o reembolso", "track_order+refund"),
            ("取消订单然后退款", "cancel_order+refund"),
            // One wish said twice, one phrase, one side that says nothing.
            ("refund and money back", "refund"),
            ("speak to someone and a human", "contact_human_agent"),
            ("cancel my order and the rest", "cancel_order"),
            ("hi and where is my order", "track_order"),
            ("cancel my order and please don't return it", "cancel_order"),
        ],
    );
    let except = shop().intent_words("refund", Language::En, &["-order"]);
    check(
        &classifier(except),
        &[("where is my order and give my money back", "track_order+refund"), ("money back for my order", "-")],
    );
    let across = shop().intent_words("refund_policy", Language::En, &["return and refund: 3"]);
    check(
        &classifier(across),
        &[("return and refund", "refund_policy"), ("return it and refund me", "return_goods+refund")],
    );
}

#[test]
fn a_person_asked_for_is_heard_beside_anything() {
    let classifier = classifier(shop());
    let mut scratch = Scratch::new();
    let human = IntentId::from("contact_human_agent");
    for (text, asked) in [
        ("cancel my order cancel my order now human", true),
        ("不用转人工", false),
        ("人工智能", false),
        ("where is my order", false),
        ("agent", true),
        ("the agent of doom refund money back", true),
    ] {
        assert_eq!(classifier.classify(&mut scratch, text, &Hints::default()).asked(&human), asked, "{text}");
    }
}

#[test]
fn lexicon_words_are_reported() {
    let classifier = classifier(shop());
    let mut scratch = Scratch::new();
    let classification = classifier.classify(&mut scratch, "that isn't it, I'll call my lawyer", &Hints::default());
    let [hit] = classification.lexicons() else { panic!("one word") };
    assert_eq!((hit.lexicon().as_str(), hit.weight(), hit.negated()), ("legal_threat", 3.0, false));
    let classification = classifier.classify(&mut scratch, "it doesn't good", &Hints::default());
    assert!(classification.lexicons().iter().any(|hit| hit.lexicon().as_str() == "praise" && hit.negated()));
}

#[test]
fn long_messages_are_cut() {
    let classifier = classifier(shop());
    let mut scratch = Scratch::new();
    let long = "退".repeat(8001);
    assert!(classifier.classify(&mut scratch, &long, &Hints::default()).is_cut());
    let fits = "退".repeat(8000);
    assert!(!classifier.classify(&mut scratch, &fits, &Hints::default()).is_cut());
    for hostile in [
        "cancel my order ".repeat(500),
        "不要不要不要取消订单".repeat(800),
        "a,".repeat(4000),
        "don't ".repeat(1300),
        "退货 ".repeat(2600),
    ] {
        assert!(classifier.classify(&mut scratch, &hostile, &Hints::default()).requests().len() <= 16);
    }
}

#[test]
fn unrelated_intents_change_nothing() {
    let mut large = shop();
    for number in 0..1000 {
        let words = [format!("qwx{number}zy"), format!("鼠{number}标")];
        large = large.intent_words(&format!("other_{number:04}"), Language::En, &[&words[0]]);
        large = large.intent_words(&format!("other_{number:04}"), Language::Zh, &[&words[1]]);
    }
    let (small, large) = (classifier(shop()), classifier(large));
    let mut scratch = Scratch::new();
    for text in ["where is my order", "return or refund", "hi", "取消订单", "nothing at all", "devolução"] {
        let a = small.classify(&mut scratch, text, &Hints::default()).clone();
        let b = large.classify(&mut scratch, text, &Hints::default());
        assert_eq!(a.confidence().to_bits(), b.confidence().to_bits(), "{text}");
        assert_eq!(a.intent(), b.intent(), "{text}");
    }
}

#[test]
fn a_pack_without_lexicons_works() {
    let bare = pack(&[Language::En]).intent_words("refund", Language::En, &["refund"]);
    check(&classifier(bare), &[("I want a refund", "refund"), ("hello", "-"), ("退款", "-")]);
}

#[test]
fn learnt_weights_add_up() {
    let learned = pack(&[Language::En])
        .intent_words("a", Language::En, &[])
        .intent_words("b", Language::En, &[])
        .learned_words(Some("a"), Language::En, &["order: 20", "cancel: 12", "cancel order: 9"])
        .learned_words(Some("b"), Language::En, &["order: 30"])
        .learned_words(None, Language::En, &["weather: 20"]);
    check(
        &classifier(learned),
        &[("cancel order", "a"), ("orders", "-"), ("cancel orders please", "a"), ("cancel order weather", "-")],
    );
}

#[test]
fn words_that_are_never_stemmed_are_only_themselves() {
    let mut exact = shop();
    exact.stems.never = vec![(Language::En, "humanity".into())];
    check(&classifier(exact), &[("humanity", "-"), ("humans", "contact_human_agent")]);
    check(&classifier(shop()), &[("humanity", "contact_human_agent")]);
}

#[test]
fn what_takes_away_acts_in_its_own_language() {
    use Language::{En, Es, Pt};
    let mixed = shop()
        .intent_words("track_order", Es, &["-where is my"])
        .intent_words("cancel_order", Pt, &["cancelar [no site]: 2"])
        .lexicon_words("other_topics", En, &["sign: 2", "pie: 2"])
        .intent_words("size", Es, &["qué talla de pie", "signos"]);
    check(
        &classifier(mixed),
        &[
            // An exception written for Spanish does not act on English.
            ("where is my order please", "track_order"),
            // English "sign" and "pie" are no signos and no pie.
            ("quiero los signos", "size"),
            ("¿qué talla de pie es la mía?", "size"),
            // pt "no" is "in the".
            ("eu quero cancelar no site", "cancel_order"),
            ("você não quero cancelar", "-"),
            ("no quiero cancelar el pedido", "-"),
        ],
    );
    let two = pack(&[En, Pt])
        .intent_words("app", Pt, &["aplicativo"])
        .intent_words("app", En, &["app"])
        .lexicon_words("negation", En, &["no"])
        .lexicon_words("function_words", Pt, &["quero", "o", "meu", "você"])
        .lexicon_words("function_words", En, &["i", "want", "the"]);
    check(&classifier(two), &[("meu pedido no aplicativo", "app"), ("i want no app", "-"), ("no app", "-")]);
}

/// Words of the sample pack, in any order.
fn babble(seed: &mut u64) -> String {
    const WORDS: [&str; 28] = [
        "cancel", "my", "order", "return", "refund", "money", "back", "where", "is", "discount", "sale", "not",
        "don't", "want", "hi", "thanks", "human", "parcel", "i", "please", "and", ",", ".", "?", "track", "broken",
        "delivery", "time",
    ];
    let mut next = || {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) as usize
    };
    let words: Vec<&str> = (0..=next() % 9).map(|_| WORDS[next() % WORDS.len()]).collect();
    words.join(" ")
}

#[test]
fn likeness_that_is_not_asked_could_not_have_changed_a_decision() {
    let like = || {
        shop()
            .intent_words(
                "cancel_order",
                Language::En,
                &["=cancel my order please", "=i do not want my order any more"],
            )
            .intent_words("refund", Language::En, &["=i want my money back", "=refund my order", "=where is my money"])
            .intent_words("return_goods", Language::En, &["=return my parcel", "=i want to send it back"])
            .intent_words("track_order", Language::En, &["=where is my parcel", "=track my order"])
    };
    let with = |options: Options| Classifier::new(Arc::new(like()), options);
    let gated = with(Options::default());
    let always = with(Options { gate: Switch::Off, ..Options::default() });
    let without = with(Options { similarity: Switch::Off, ..Options::default() });
    let mut scratch = Scratch::new();
    let (mut seed, mut changed) = (7, 0);
    for _ in 0..4_000 {
        let text = babble(&mut seed);
        let expected = understood(&always, &mut scratch, &text, None);
        assert_eq!(understood(&gated, &mut scratch, &text, None), expected, "{text}");
        changed += usize::from(understood(&without, &mut scratch, &text, None) != expected);
    }
    assert!(changed > 40, "likeness hardly ever matters here: {changed}");
}

#[test]
fn an_explanation_names_the_example_and_what_was_withheld() {
    let like = shop()
        .intent_words("refund", Language::En, &["=i want my money back", "=refund my order"])
        .intent_words("return_goods", Language::En, &["=return my parcel", "=i want to send it back"]);
    let why = classifier(like).explain("refund or return my parcel, don't cancel it", &Hints::default());
    let example = why.alike().iter().find(|like| like.intent().as_str() == "return_goods").unwrap();
    assert_eq!(example.example(), "return my parcel");
    assert!(example.points() > 0.0);
    let taken = |found: &&super::Match| found.is_taken_away() && found.speaks_for() == "cancel_order";
    assert_eq!(why.matches().iter().find(taken).and_then(super::Match::withheld), Some("negated"));
    assert!(why.to_string().contains("by likeness to its example `return my parcel`"), "{why}");
}
