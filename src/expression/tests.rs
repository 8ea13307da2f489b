//! The language as its authors and customers see it: conditions, mistakes, narrowing, texts.

use std::collections::BTreeMap;

use super::{Expressions, Locale, Scope, Unset, Values};
use crate::expression::{Presence, ProblemKind};
use crate::rules::{Entity, EntityKind, EntityValue, Field, Privacy, SlotName, Type, Value};
use crate::text::{Language, Script};

struct Shop(BTreeMap<&'static str, Value>);

impl Values for Shop {
    fn root(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

fn optional(ty: Type) -> Type {
    Type::Optional(Box::new(ty))
}

fn record<const N: usize>(fields: [(&str, Type); N]) -> Type {
    Type::Record(fields.into_iter().map(|(name, ty)| Field { name: name.to_owned(), ty }).collect())
}

fn shop() -> (Expressions, Scope, Shop) {
    let value = |name: &str, zh: &str, en: &str| EntityValue {
        name: name.into(),
        words: Vec::new(),
        labels: vec![(Language::Zh, zh.into()), (Language::En, en.into())],
    };
    let listed = |name: &str, values| Entity {
        name: name.into(),
        kind: EntityKind::Values(values),
        privacy: Privacy::Public,
        alone: Vec::new(),
    };
    let expressions = Expressions::new(&[
        listed("kind", vec![value("quality", "质量", "Quality"), value("wrong", "发错", "Wrong item")]),
        listed("level", vec![value("gold", "金卡", "Gold")]),
    ]);
    let mut scope = Scope::new();
    let order = record([
        ("amount", Type::Money),
        ("days", Type::Integer),
        ("title", Type::Text),
        ("eta", optional(Type::Date)),
        ("placed", Type::Time),
        ("kind", Type::Entity("kind".into())),
        ("tags", Type::List(Box::new(Type::Text))),
        ("gift", Type::Bool),
    ]);
    scope.declare("order", order.clone(), Presence::Set);
    scope.declare("mine", record([("orders", Type::List(Box::new(order)))]), Presence::MayBeUnset);
    scope.declare("kind", Type::Entity("kind".into()), Presence::Set);
    scope.declare("order_no", Type::Text, Presence::Set);
    scope.declare("size", Type::Text, Presence::MayBeUnset);
    scope.declare("score", Type::Entity("rating".into()), Presence::MayBeUnset);
    scope.declare("facts", record([("return_days", Type::Integer), ("fee", Type::Text)]), Presence::Set);
    scope.declare(
        "customer",
        record([("level", optional(Type::Entity("level".into()))), ("name", optional(Type::Text))]),
        Presence::Set,
    );
    let amount = Value::record([("amount", Value::from(1299)), ("currency", Value::from("CNY"))]);
    let order = Value::record([
        ("amount", amount),
        ("days", Value::from(3)),
        ("title", Value::from("发夹")),
        ("eta", Value::None),
        ("placed", Value::from("2026-03-02T06:30:00Z")),
        ("kind", Value::from("wrong")),
        ("tags", Value::from(vec![Value::from("a"), Value::from("b")])),
        ("gift", Value::from(true)),
    ]);
    let values = Shop(BTreeMap::from([
        ("order", order),
        ("kind", Value::from("quality")),
        ("order_no", Value::from("AB1234")),
        ("facts", Value::record([("return_days", Value::from(7)), ("fee", Value::from("12 元，头发"))])),
        ("customer", Value::record([("level", Value::from("gold")), ("name", Value::None)])),
    ]));
    (expressions, scope, values)
}

#[test]
fn conditions_hold_as_they_read() {
    let (mut expressions, scope, values) = shop();
    for (source, expected) in [
        ("order.days > 2", true),
        ("order.days > facts.return_days", false),
        ("1 < order.days <= 3", true),
        ("order.amount >= 1299", true),
        ("order.amount > 1299.5", false),
        ("order.amount * 2 > 2000 and not order.gift", false),
        ("kind == 'quality'", true),
        ("order.kind in ['quality', 'wrong']", true),
        ("order.kind not in ['quality']", true),
        ("'b' in order.tags", true),
        ("'B1' in order_no", true),
        ("order.eta", false),
        ("order.eta is none", true),
        ("order.eta == none", true),
        ("order.eta and order.eta > '2026-01-01'", false),
        ("order.gift", true),
        ("order.gift == false", false),
        ("customer.level == 'gold' or order.days > 100", true),
        ("customer.name != 'x'", true),
        ("size", false),
        ("not size", true),
        ("size is defined and size == 'L'", false),
        ("order.placed < '2026-03-02T14:31:00+08:00'", true),
        ("order.days // 0 == 1", false),
        ("order.days / 0 > 1 or order.gift", true),
        ("(order.days if order.gift else 0) == 3", true),
        ("order.tags | length == 2", true),
        ("order_no | lower == 'ab1234'", true),
        ("-order.days < 0", true),
        ("mine and mine.orders", false),
        ("score is none or score >= 4", true),
        ("score and score >= 4", false),
    ] {
        let id = expressions.condition(source, &scope, Unset::IsAnError);
        assert!(id.is_ok(), "{source}: {id:?}");
        assert_eq!(expressions.holds(id.unwrap(), &values), expected, "{source}");
    }
}

#[test]
fn escalation_takes_what_is_unset_for_false() {
    let (mut expressions, scope, values) = shop();
    for (source, expected) in [
        ("score <= 2", false),
        ("not (score <= 2)", false),
        ("score != 2", false),
        ("score <= 2 or order.gift", true),
        ("mine.orders[0].days > 2", false),
        ("customer.level == 'gold'", true),
    ] {
        let id = expressions.condition(source, &scope, Unset::IsFalse).unwrap();
        assert_eq!(expressions.holds(id, &values), expected, "{source}");
    }
}

#[test]
fn mistakes_are_told_where_they_are() {
    use ProblemKind::{
        MayBeUnset, Syntax, TooLong, UnknownField, UnknownFilter, UnknownName, UnknownValue, Unsupported, WrongType,
    };
    let (mut expressions, scope, _) = shop();
    for (source, kind, part, meant) in [
        ("kind == 'qualty'", UnknownValue, "'qualty'", Some("quality")),
        ("order.kind in ['wrong', 'qualty']", UnknownValue, "'qualty'", Some("quality")),
        ("oder.days > 2", UnknownName, "oder", Some("order")),
        ("1 < 2 and order.dyas > 2", UnknownField, "dyas", Some("days")),
        ("order_no.x == 'a'", UnknownField, "x", None),
        ("order_no > 5", WrongType, "order_no > 5", None),
        ("order_no == 5", WrongType, "order_no == 5", None),
        ("order.days", WrongType, "order.days", None),
        ("order.title < 'x'", WrongType, "order.title < 'x'", None),
        ("order.eta > '2026-01-01'", MayBeUnset, "order.eta", None),
        ("order.eta == 'tomorrow'", MayBeUnset, "", None),
        ("size == 'L'", MayBeUnset, "size", None),
        ("score > 3 and order.gift", MayBeUnset, "score", None),
        ("order_no | uper == 'A'", UnknownFilter, "uper", Some("upper")),
        ("order.placed | date == 'x'", WrongType, "date", None),
        ("order.days = 3", Syntax, "=", None),
        ("order.gift && order.gift", Syntax, "&", None),
        ("order.days >", Syntax, "", None),
        ("", Syntax, "", None),
        ("f(order.days)", Unsupported, "f(order.days)", None),
        ("order.days is odd", UnknownFilter, "", None),
        ("order.title + 'x' == 'ax'", WrongType, "order.title + 'x'", None),
        ("{'a': 1} == 1", Unsupported, "{'a': 1}", None),
        ("order_no[1:2] == 'a'", Unsupported, "order_no[1:2]", None),
        ("order.gift if order.gift", WrongType, "order.gift if order.gift", None),
        ("((((((((((((((((((((((((((1))))))))))))))))))))))))))", TooLong, "(", None),
    ] {
        let problems = expressions.condition(source, &scope, Unset::IsAnError).unwrap_err();
        if source == "order.eta == 'tomorrow'" {
            assert_eq!(problems[0].kind, WrongType, "{problems:?}");
            continue;
        }
        let first = &problems[0];
        assert_eq!(problems.len(), 1, "{source}: {problems:?}");
        assert_eq!(first.kind, kind, "{source}: {first:?}");
        if !part.is_empty() {
            assert_eq!(&source[first.at.clone()], part, "{source}: {first:?}");
        }
        assert_eq!(first.suggestion.as_deref(), meant, "{source}");
    }
}

#[test]
fn all_mistakes_of_a_source_are_told() {
    let (mut expressions, scope, _) = shop();
    let problems = expressions.condition("x == 1 and kind == 'y' or order.z", &scope, Unset::IsAnError).unwrap_err();
    assert_eq!(problems.len(), 3);
}

#[test]
fn a_guard_narrows_its_branch() {
    let (mut expressions, scope, _) = shop();
    let eta = expressions.condition("order.eta", &scope, Unset::IsAnError).unwrap();
    let text = "{{ order.eta | date }}";
    assert!(expressions.template(text, &scope).is_err());
    let inside = expressions.when_holds(eta, &scope);
    assert!(expressions.template(text, &inside).is_ok());
    let outside = expressions.when_fails(eta, &scope);
    assert!(expressions.template(text, &outside).is_err());
    let missing = expressions.condition("size is none or order.eta == none", &scope, Unset::IsAnError).unwrap();
    let after = expressions.when_fails(missing, &scope);
    assert!(expressions.template("{{ size }} {{ order.eta }}", &after).is_ok());
    let mut again = inside.clone();
    again.declare("order", record([("eta", optional(Type::Date))]), Presence::Set);
    assert!(expressions.template(text, &again).is_err());
}

#[test]
fn texts_are_written_for_the_customer() {
    let (mut expressions, scope, values) = shop();
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let now = "2026-03-02T04:00:00Z".parse().ok();
    let en = Locale { language: Language::En, script: Script::Latin, zone: &zone, now };
    let zh = Locale { language: Language::Zh, script: Script::Hans, ..en };
    let hant = Locale { language: Language::Zh, script: Script::Hant, ..en };
    for (source, locale, expected) in [
        ("plain", en, "plain"),
        ("100% {sure}\n", en, "100% {sure}\n"),
        ("No. {{ order_no }}: {{ kind }}", en, "No. AB1234: Quality"),
        ("单号 {{ order_no }}，{{ kind }}", zh, "单号 AB1234，质量"),
        ("頭髮發貨 {{ order.title }}", hant, "頭髮發貨 发夹"),
        ("头发发货 {{ order.title }} {{ kind }}", hant, "頭髮發貨 发夹 質量"),
        ("{{ facts.fee }}", hant, "12 元，頭髮"),
        ("{{ order.amount }} {{ order.amount | money }}", en, "CNY 1,299.00 CNY 1,299.00"),
        ("{{ order.placed | date }} {{ order.placed | time }} {{ order.placed }}", en, "2 March 14:30 2 March, 14:30"),
        ("{{ facts.return_days }} {{ facts.return_days | plural('day', 'days') }}", en, "7 days"),
        ("{{ 'yes' if order.gift else 'no' }}", en, "yes"),
        ("{{ '发货' if order.gift else '' }}", hant, "發貨"),
        ("{{ customer.name | default('friend') | upper }}", en, "FRIEND"),
        ("{{ customer.level | default('regular') }}", en, "Gold"),
        ("{{ customer.name if customer.name else order_no }}", en, "AB1234"),
        ("{{ order.tags | join }} {{ order.tags | join('/') }}", zh, "a、b a/b"),
        ("{{ order.amount / 7 | round(1) }}", en, "CNY 185.57"),
        ("{{ kind | lower }} {{ order_no ~ order.days }}", en, "quality AB12343"),
        ("{{ mine.orders[0].title if mine and mine.orders[0] else '-' }}", en, "-"),
    ] {
        let id = expressions.template(source, &scope);
        assert!(id.is_ok(), "{source}: {id:?}");
        let mut out = String::new();
        expressions.render(id.unwrap(), &values, &locale, &mut out);
        assert_eq!(out, expected, "{source}");
    }
    let literal = expressions.template("as it is", &scope).unwrap();
    assert_eq!(expressions.is_literal(literal), Some("as it is"));
}

#[test]
fn texts_refuse_what_has_no_wording() {
    use ProblemKind::{MayBeUnset, Statement, Syntax, UnknownFilter, WrongType};
    let (mut expressions, scope, _) = shop();
    for (source, kind, part) in [
        ("a {% if x %}b{% endif %}", Statement, "{%"),
        ("a {# hidden #} b", Statement, "{#"),
        ("a {{ order_no", Syntax, "{{"),
        ("a {{ order_no }", Syntax, ""),
        ("hi {{ order_no | shout }}", UnknownFilter, "shout"),
        ("hi {{ order.gift }}", WrongType, "order.gift"),
        ("hi {{ order.tags }}", WrongType, "order.tags"),
        ("hi {{ order }}", WrongType, "order"),
        ("hi {{ none }}", WrongType, "none"),
        ("hi {{ customer.name }}!", MayBeUnset, "customer.name"),
        ("订单 {{ size }}", MayBeUnset, "size"),
        ("{{ order.days | plural('day') }}", WrongType, "plural"),
        ("{{ order_no | money }}", WrongType, "order_no"),
        ("{{ order.title if order.gift else order.tags }}", WrongType, ""),
    ] {
        let problems = expressions.template(source, &scope).unwrap_err();
        assert_eq!((problems.len(), problems[0].kind), (1, kind), "{source}: {problems:?}");
        if !part.is_empty() {
            assert_eq!(&source[problems[0].at.clone()], part, "{source}");
        }
    }
}

#[test]
fn expressions_have_a_type_and_say_what_they_read() {
    let (mut expressions, scope, values) = shop();
    for (source, expected, reads) in [
        ("order.days", "integer", "order"),
        (
            "mine.orders",
            "[{amount: money, days: integer, title: text, eta: date or none, placed: time, kind: kind, tags: [text], gift: bool}] or none",
            "mine",
        ),
        ("order.amount + 1", "money", "order"),
        ("customer.level", "level or none", "customer"),
        ("order.days > 2 and kind == 'wrong'", "bool", "kind order"),
        ("'a'", "text", ""),
        ("order.days / 2", "decimal", "order"),
        ("score", "integer or none", "score"),
    ] {
        let (id, ty) = expressions.expression(source, &scope).unwrap();
        assert_eq!(ty.to_string(), expected, "{source}");
        let names: Vec<&str> = expressions.reads_expression(id).iter().map(SlotName::as_str).collect();
        assert_eq!(names.join(" "), reads, "{source}");
        expressions.value(id, &values);
    }
}

proptest::proptest! {
    #[test]
    fn no_source_makes_it_panic(source in ".{0,60}", inner in "[a-z_.|()'\"\\[\\]{}<>=!+*/~, 0-9-]{0,40}") {
        let (mut expressions, scope, values) = shop();
        let texts = [source.clone(), format!("{{{{ {inner} }}}}"), format!("a{{{{{source}")];
        for text in texts {
            match expressions.template(&text, &scope) {
                Ok(id) => {
                    let zone = jiff::tz::TimeZone::UTC;
                    let locale = Locale { language: Language::Es, script: Script::Latin, zone: &zone, now: None };
                    expressions.render(id, &values, &locale, &mut String::new());
                }
                Err(problems) => for problem in problems {
                    assert!(text.get(problem.at.clone()).is_some(), "{text:?} {problem:?}");
                },
            }
        }
        for condition in [&source, &inner] {
            if let Err(problems) = expressions.condition(condition, &scope, Unset::IsAnError) {
                for problem in problems {
                    assert!(condition.get(problem.at.clone()).is_some(), "{condition:?} {problem:?}");
                }
            }
        }
    }
}
