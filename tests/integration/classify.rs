//! Understanding a message, without a conversation around it.

use kefu::{Decision, Engine, Language, Part};

use crate::shop::SHOP;

#[test]
fn what_a_message_asks_for() {
    for (text, intent, language) in [
        ("where is my order?", Some("track_order"), Language::En),
        ("wheres my parcel", Some("track_order"), Language::En),
        ("我的快递到哪了", Some("track_order"), Language::Zh),
        ("¿dónde está mi pedido?", Some("track_order"), Language::Es),
        ("cadê meu pedido", Some("track_order"), Language::Pt),
        ("退货", Some("return_goods"), Language::Zh),
        ("退貨", Some("return_goods"), Language::Zh),
        ("hi", Some("greet"), Language::En),
        ("hi, where is my order", Some("track_order"), Language::En),
        ("不想退货", None, Language::Zh),
        ("please don't cancel my order", None, Language::En),
        ("", None, Language::Zh),
        ("😂😂", None, Language::Zh),
    ] {
        let said = SHOP.classify(text);
        assert_eq!(said.intent().map(kefu::IntentId::as_str), intent, "{text}");
        if !text.is_empty() && !text.starts_with('😂') {
            assert_eq!(said.language(), language, "{text}");
        }
    }
}

#[test]
fn evidence_stands_in_the_message() {
    let text = "Hello, ＣＡＮＣＥＬ my order please";
    let explanation = SHOP.explain(text);
    let said = explanation.classification();
    assert_eq!(said.intent().map(kefu::IntentId::as_str), Some("cancel_order"));
    let words: Vec<&str> = said.candidates()[0].evidence().iter().map(|hit| &text[hit.span()]).collect();
    assert!(words.iter().any(|words| words.contains("ＣＡＮＣＥＬ")), "{words:?}");
    assert!(said.candidates()[0].evidence().iter().all(|hit| hit.weight() > 0.0 && !hit.rule().is_empty()));
}

#[test]
fn each_clause_is_a_request_of_its_own() {
    let said = SHOP.classify("how much is shipping? and also which payment methods do you take?");
    let acts: Vec<&str> = said
        .requests()
        .iter()
        .filter_map(|request| match request.decision() {
            Decision::Act(intent) => Some(intent.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(acts, ["shipping_cost", "check_payment_methods"]);
    assert!(said.requests().iter().all(kefu::Request::is_question));
}

#[test]
fn working_memory_holds_no_knowledge() {
    let mut scratch = kefu::Scratch::new();
    for text in ["退货", "where is my order", "", "cancel order AB12345678", "转人工", "where is my order"] {
        let kept = SHOP.classify_with(&mut scratch, text).clone();
        let fresh = SHOP.classify(text);
        assert_eq!(kept.intent(), fresh.intent(), "{text}");
        assert!((kept.confidence() - fresh.confidence()).abs() < f32::EPSILON, "{text}");
        assert_eq!(kept.entities(), fresh.entities(), "{text}");
    }
}

#[test]
fn parts_can_be_switched_off() {
    let pack = "
languages: {default: en}
intents:
  refund: {keywords: {en: [refund]}, say: {en: We refund.}}
  ship: {keywords: {en: [deliver]}, say: {en: We deliver.}}
";
    let build = |parts: &[Part]| {
        let builder = Engine::builder().source("bot.yaml", pack);
        parts.iter().fold(builder, |builder, part| builder.without(*part)).build().unwrap()
    };
    let intent = |engine: &Engine, text: &str| engine.classify(text).intent().map(ToString::to_string);
    let all = build(&[]);
    assert_eq!(intent(&all, "do you delivers").as_deref(), Some("ship"));
    assert_eq!(intent(&all, "i do not want refund"), None);
    assert_eq!(intent(&build(&[Part::Stems]), "delivering"), None);
    assert_eq!(intent(&build(&[Part::Negation]), "i do not want refund").as_deref(), Some("refund"));
    assert_eq!(intent(&all, "i want a refunnd").as_deref(), Some("refund"));
    assert_eq!(intent(&build(&[Part::Typos]), "i want a refunnd"), None);
}

#[test]
fn words_of_a_group_are_one_before_they_are_stemmed() {
    let pack = "
languages: {default: en, also: [zh]}
words:
  delivery: {en: [delivery, delivered]}
  pay: {en: [pay, paid], zh: [付款, 支付]}
  buy: {zh: [买, 购买]}
intents:
  period: {keywords: {en: ['<delivery> time']}, say: {en: Three days., zh: 三天。}}
  payment: {keywords: {en: ['how <pay>', '<pay> by card'], zh: ['怎么<pay>']}, say: {en: By card., zh: 刷卡。}}
  place: {keywords: {zh: ['怎么<buy>']}, say: {en: Tap it., zh: 点一下。}}
stems: {never: {en: [payed]}}
";
    let engine = Engine::builder().source("bot.yaml", pack).build().unwrap();
    for (text, expected) in [
        ("delivery time", Some("period")),
        ("deliveries time", Some("period")),
        ("delivered time", Some("period")),
        ("can it be delivered on time", None),
        ("how pay", Some("payment")),
        ("how paying", Some("payment")),
        ("i paid by card", Some("payment")),
        ("pays by card", Some("payment")),
        ("怎么付款", Some("payment")),
        ("怎么支付", Some("payment")),
        ("怎么买", Some("place")),
        ("怎么购买", Some("place")),
    ] {
        assert_eq!(engine.classify(text).intent().map(kefu::IntentId::as_str), expected, "{text}");
    }
}

#[test]
fn answers_are_found_by_a_few_words_in_any_language() {
    for (query, intent) in [
        ("shipping cost", "shipping_cost"),
        ("运费", "shipping_cost"),
        ("運費", "shipping_cost"),
        ("frete", "shipping_cost"),
        ("formas de pago", "check_payment_methods"),
        ("create account", "create_account"),
        ("envio", "shipping_cost"),
        ("loyalty poi", "loyalty_points"),
        ("积分", "loyalty_points"),
        // Flows, and the person, by their titles and keywords.
        ("track order", "track_order"),
        ("退货", "return_goods"),
        ("invoice", "get_invoice"),
        ("reembolso", "get_refund"),
        ("talk to a person", "contact_human_agent"),
    ] {
        let answers = SHOP.search(query, Language::En);
        let first: Vec<&str> = answers.iter().take(2).map(|answer| answer.intent().as_str()).collect();
        assert!(first.contains(&intent), "{query}: {first:?}");
        assert!(answers.windows(2).all(|pair| pair[0].score() >= pair[1].score()), "{query}");
        assert!(answers.iter().all(|answer| answer.score() <= 1.0 && answer.text() != Some("")), "{query}");
    }
    let spanish = SHOP.search("运费", Language::Es);
    let shipping = spanish.iter().find(|answer| answer.intent().as_str() == "shipping_cost").unwrap();
    assert!(shipping.text().unwrap().to_lowercase().contains("envío"), "{shipping:?}");
    let tracking = SHOP.search("track order", Language::En);
    assert!(tracking.iter().any(|answer| answer.intent().as_str() == "track_order" && answer.text().is_none()));
    assert!(SHOP.search("", Language::En).is_empty());
    assert!(SHOP.search("qwxzzy", Language::En).is_empty());
    assert!(SHOP.search("?! 😂", Language::Zh).is_empty());
    assert!(SHOP.search(&"refund ".repeat(5_000), Language::En).len() <= 10);
}
