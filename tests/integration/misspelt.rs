//! Words that are misspelt, and words that only look so.

use kefu::{Engine, IntentId};

use crate::shop::WRITTEN;

fn intent(engine: &Engine, text: &str) -> Option<String> {
    engine.classify(text).intent().map(IntentId::to_string)
}

/// What was read otherwise than written, as `written>meant`, in order.
fn mended(engine: &Engine, text: &str) -> String {
    let explanation = engine.explain(text);
    let mut all: Vec<String> = Vec::new();
    for word in explanation.matches().iter().flat_map(kefu::Match::mended) {
        let line = format!("{}>{}", &text[word.span()], word.meant());
        if !all.contains(&line) {
            all.push(line);
        }
    }
    all.join(" ")
}

#[test]
fn misspelt_words_are_understood() {
    for (text, expected) in [
        ("I want a refudn", "get_refund"),
        ("I want a REFNUD", "get_refund"),
        ("whre is my ordr", "track_order"),
        ("cancle my order", "cancel_order"),
        ("how do i retrun this", "return_goods"),
        ("shiping cost?", "shipping_cost"),
        ("trackmy order", "track_order"),
        ("whereis my order", "track_order"),
        ("quiero un reembloso", "get_refund"),
        ("quiero una devolucin", "return_goods"),
        ("quero um reembolço", "get_refund"),
        ("退宽", "get_refund"),
        ("我要退宽", "get_refund"),
        ("订旦到哪了", "track_order"),
        ("訂旦到哪了", "track_order"),
        ("定单到哪了", "track_order"),
    ] {
        assert_eq!(intent(&WRITTEN, text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn every_kind_of_slip_is_read() {
    for (kind, text, expected) in [
        ("two letters swapped", "rfeund please", "get_refund"),
        ("a letter left out", "where is my pacel", "track_order"),
        ("the key beside", "i want a refumd", "get_refund"),
        ("a letter twice", "reffund please", "get_refund"),
        ("a double letter once", "shiping cost", "shipping_cost"),
        ("a space too many", "i want a re fund", "get_refund"),
        ("a space too many, part unknown", "can cel my order", "cancel_order"),
        ("a space too few", "trackmy order", "track_order"),
        ("the same sound", "我要退宽", "get_refund"),
        ("nearly the same sound", "运废多少", "shipping_cost"),
        ("looks alike", "怎么退贷", "return_goods"),
        ("looks alike", "我要推货", "return_goods"),
        ("looks alike", "己经付款了怎么取消订单", "cancel_order"),
        ("looks alike, Traditional", "發漂怎麼開", "get_invoice"),
        ("another character of the same sound", "优惠卷怎么用", "promotion"),
    ] {
        assert_eq!(intent(&WRITTEN, text).as_deref(), Some(expected), "{kind}: {text}");
    }
}

#[test]
fn it_is_said_what_was_read_otherwise() {
    for (text, expected) in [
        ("I want a Refudn!", "Refudn>refund"),
        ("where is my orrder", "orrder>order"),
        ("trackmy order", "trackmy>track my"),
        ("i want a re fund", "re fund>refund"),
        ("我要退宽", "宽>款"),
        ("where is my order", ""),
    ] {
        assert_eq!(mended(&WRITTEN, text), expected, "{text}");
    }
}

#[test]
fn other_words_are_left_alone() {
    for text in [
        "it is on my bank account",
        "i lost it last week",
        "the bill will come",
        "i am going shopping",
        "my name is Ordre",
        "write to refudn@shop.com",
        "see shop.com/refudn",
        "model retrun7",
        "12refudn",
        "the border is closed",
        "it pays well",
        "do you sell candles",
        "i have read the headlines",
        "any body there",
        "re your last mail",
        "my manager retired",
        "no tengo cambio de moneda",
        "perdí la valla del campo",
        "el calor es terrible",
        "dois mil metros de corda",
        "perdi o boleto da rifa",
        "o valor da conta",
        "推荐一款手机",
        "这个固定不住",
        "贷款利息多少",
        "他是武士",
        "周末有人吗",
    ] {
        assert_eq!(mended(&WRITTEN, text), "", "{text}");
    }
}

#[test]
fn a_word_as_near_to_two_stands_for_neither() {
    let rules = "
languages: {default: en}
intents:
  parcel: {keywords: {en: [mirton]}, say: {en: A.}}
  letter: {keywords: {en: [mirtol]}, say: {en: B.}}
";
    let engine = Engine::builder().source("bot.yaml", rules).build().unwrap();
    assert_eq!(intent(&engine, "mirtn").as_deref(), Some("parcel"));
    assert_eq!(intent(&engine, "mirtoy"), None);
    assert_eq!(intent(&engine, "mirton").as_deref(), Some("parcel"));
}
