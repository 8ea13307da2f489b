//! Numbers, quantities, money and ratings: a numeral and what stands around it.

use super::hit::Hit;
use super::numeral::{chinese_digit, numeral};
use super::view::{View, characters};
use crate::rules::Value;
use crate::text::{Language, TokenKind};

/// Every number of a text.
pub(super) fn numbers(view: &View, language: Language) -> Vec<Hit> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < view.len() {
        match numeral(view, at, language).filter(|_| !is_inside_word(view, at)) {
            Some((number, end)) => {
                found.push(Hit::new(number_value(number), view.span(at, end)));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Digits right behind letters are part of an id.
fn is_inside_word(view: &View, at: usize) -> bool {
    view.is_joined(at)
        && at.checked_sub(1).and_then(|before| view.word(before)).is_some_and(|word| {
            // Why joined again: MA2B12345 is an id, x2 is two of something.
            let is_word = word.kind == TokenKind::Word && (word.text.len() > 1 || view.is_joined(at - 1));
            is_word || is_digit(word.text)
        })
}

/// A Chinese digit: what stands right behind one that was no number, as in 两三个, is none either.
fn is_digit(text: &str) -> bool {
    text.chars().next().is_some_and(|c| chinese_digit(c).is_some())
}

fn number_value(number: f64) -> Value {
    Value::Decimal(number).as_integer().map_or(Value::Decimal(number), Value::Integer)
}

const MEASURES_ZH: &str = "件个個双雙条條台部盒箱包瓶套张張只隻把支袋份本块片罐桶对顶副位";
const UNITS: [&str; 57] = [
    "people",
    "persons",
    "person",
    "guests",
    "adults",
    "of",
    "personas",
    "persona",
    "adultos",
    "pessoas",
    "pessoa",
    "convidados",
    "invitados",
    "pcs",
    "pc",
    "pieces",
    "piece",
    "items",
    "item",
    "units",
    "unit",
    "pairs",
    "pair",
    "boxes",
    "box",
    "bottles",
    "bottle",
    "packs",
    "pack",
    "sets",
    "set",
    "copies",
    "bags",
    "unidades",
    "unidad",
    "unidade",
    "piezas",
    "pieza",
    "pecas",
    "peca",
    "pares",
    "par",
    "cajas",
    "caja",
    "caixas",
    "caixa",
    "botellas",
    "garrafas",
    "paquetes",
    "pacotes",
    "uds",
    "ud",
    "un",
    "unid",
    "itens",
    "articulos",
    "produtos",
];

/// Quantities that say so: a number with a measure word, `x2`, `2x`.
pub(super) fn quantities(view: &View, language: Language) -> Vec<Hit> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < view.len() {
        let (start, number_at) =
            if view.at(at) == "x" && view.word(at + 1).is_some_and(|word| word.kind == TokenKind::Digits) {
                (at, at + 1)
            } else {
                (at, at)
            };
        let Some((number, end)) = numeral(view, number_at, language).filter(|_| !is_inside_word(view, at)) else {
            at += 1;
            continue;
        };
        let unit = view.word(end);
        let is_measured = unit.is_some_and(|word| {
            UNITS.contains(&word.text) || word.text == "x" || word.text.chars().all(|c| MEASURES_ZH.contains(c))
        });
        let is_spoken = view.word(number_at).is_some_and(|word| word.kind == TokenKind::Word);
        let is_phrase = is_spoken
            && end > number_at + 1
            && matches!(view.at(end - 1), "couple" | "pair" | "dozen" | "of" | "par" | "de" | "docena" | "duzia");
        let end = if is_measured { end + 1 } else { end };
        if start < number_at || is_measured || is_phrase {
            found.extend(whole(number).map(|value| Hit::new(value, view.span(start, end))));
        }
        at = end.max(at + 1);
    }
    found
}

/// The answer to "how many?": any whole number will do.
pub(super) fn read_quantities(view: &View, language: Language) -> Vec<Hit> {
    let measured = quantities(view, language);
    if !measured.is_empty() {
        return measured;
    }
    numbers(view, language).into_iter().filter(|hit| matches!(hit.value, Value::Integer(_))).collect()
}

fn whole(number: f64) -> Option<Value> {
    Value::Decimal(number).as_integer().map(Value::Integer)
}

/// Signs and codes before an amount.
const BEFORE: [(&str, Option<&str>); 22] = [
    ("¥", Some("CNY")),
    ("€", Some("EUR")),
    ("£", Some("GBP")),
    ("$", None),
    ("cny", Some("CNY")),
    ("rmb", Some("CNY")),
    ("usd", Some("USD")),
    ("eur", Some("EUR")),
    ("gbp", Some("GBP")),
    ("brl", Some("BRL")),
    ("mxn", Some("MXN")),
    ("jpy", Some("JPY")),
    ("hkd", Some("HKD")),
    ("twd", Some("TWD")),
    ("us$", Some("USD")),
    ("r$", Some("BRL")),
    ("rs", Some("BRL")),
    ("mx$", Some("MXN")),
    ("hk$", Some("HKD")),
    ("nt$", Some("TWD")),
    ("u$", Some("USD")),
    ("u$s", Some("USD")),
];
/// Words after an amount. A peso is of several countries, so it names no currency.
const AFTER: [(&str, Option<&str>); 46] = [
    ("元", Some("CNY")),
    ("块", Some("CNY")),
    ("圆", Some("CNY")),
    ("塊", Some("CNY")),
    ("人民币", Some("CNY")),
    ("美元", Some("USD")),
    ("美金", Some("USD")),
    ("欧元", Some("EUR")),
    ("欧", Some("EUR")),
    ("英镑", Some("GBP")),
    ("日元", Some("JPY")),
    ("港币", Some("HKD")),
    ("港元", Some("HKD")),
    ("€", Some("EUR")),
    ("£", Some("GBP")),
    ("$", None),
    ("¥", Some("CNY")),
    ("cny", Some("CNY")),
    ("rmb", Some("CNY")),
    ("yuan", Some("CNY")),
    ("yuans", Some("CNY")),
    ("yuanes", Some("CNY")),
    ("usd", Some("USD")),
    ("dollars", Some("USD")),
    ("dollar", Some("USD")),
    ("bucks", Some("USD")),
    ("buck", Some("USD")),
    ("dolares", Some("USD")),
    ("dolar", Some("USD")),
    ("dolars", Some("USD")),
    ("eur", Some("EUR")),
    ("euros", Some("EUR")),
    ("euro", Some("EUR")),
    ("gbp", Some("GBP")),
    ("pounds", Some("GBP")),
    ("quid", Some("GBP")),
    ("libras", Some("GBP")),
    ("reais", Some("BRL")),
    ("real", Some("BRL")),
    ("brl", Some("BRL")),
    ("conto", Some("BRL")),
    ("contos", Some("BRL")),
    ("mxn", Some("MXN")),
    ("pesos", None),
    ("peso", None),
    ("刀", Some("USD")),
];

/// Amounts of money that say so, by a sign or a word.
pub(super) fn money(view: &View, language: Language) -> Vec<Hit> {
    let mut found: Vec<Hit> = Vec::new();
    let mut at = 0;
    while at < view.len() {
        let Some((number, end)) =
            numeral(view, at, language).filter(|_| !is_inside_word(view, at) || sign_before(view, at).is_some())
        else {
            at += 1;
            continue;
        };
        let before = sign_before(view, at);
        let after = sign_after(view, end);
        let (mut number, mut stop) = (number, after.map_or(end, |(_, stop)| stop));
        let start = before.map_or(at, |(_, start)| start);
        if let Some((_, after_word)) = after.filter(|_| matches!(view.at(end), "块" | "塊" | "元")) {
            // Why: 99块5 is 99.5, and so is 99块5毛.
            (number, stop) = with_small_change(view, number, after_word);
        }
        if before.is_some() || after.is_some() {
            let currency = before.and_then(|(code, _)| code).or_else(|| after.and_then(|(code, _)| code));
            let dollars =
                currency.is_none() && (view.before(at, 1) == "$" || view.at(end) == "$") && language == Language::En;
            found.push(Hit::new(amount(number, if dollars { Some("USD") } else { currency }), view.span(start, stop)));
        }
        at = stop.max(at + 1);
    }
    found
}

/// The answer to "how much?": a bare number is in the shop's own currency.
pub(super) fn read_money(view: &View, language: Language) -> Vec<Hit> {
    let signed = money(view, language);
    if signed.is_empty() { numbers(view, language) } else { signed }
}

fn amount(number: f64, currency: Option<&str>) -> Value {
    let number = number_value((number * 100.0).round() / 100.0);
    match currency {
        Some(code) => Value::record([("amount", number), ("currency", Value::from(code))]),
        None => number,
    }
}

type Sign = (Option<&'static str>, usize);

/// The currency named right before a numeral, and where its name begins.
fn sign_before(view: &View, at: usize) -> Option<Sign> {
    let (one, two) = (view.before(at, 1), view.before(at, 2));
    if one == "$" && !two.is_empty() && view.is_joined(at - 1) {
        let joined = format!("{two}$");
        if let Some((_, code)) = BEFORE.iter().find(|(sign, _)| *sign == joined) {
            return Some((*code, at - 2));
        }
    }
    BEFORE.iter().find(|(sign, _)| *sign == one && !one.is_empty()).map(|(_, code)| (*code, at - 1))
}

/// The currency named right after a numeral, and the place after its name.
fn sign_after(view: &View, end: usize) -> Option<Sign> {
    let is_han = view.word(end)?.kind == TokenKind::Han;
    let fits = |sign: &str| if is_han { view.starts(end, sign) } else { view.at(end) == sign };
    let (sign, code) = AFTER.iter().filter(|(sign, _)| fits(sign)).max_by_key(|(sign, _)| sign.len())?;
    let mut stop = if is_han { end + characters(sign) } else { end + 1 };
    if *sign == "块" && view.at(stop) == "钱" {
        stop += 1;
    }
    Some((*code, stop))
}

fn with_small_change(view: &View, number: f64, at: usize) -> (f64, usize) {
    match numeral(view, at, Language::Zh) {
        Some((small, end)) if view.is_joined(at) && small < 100.0 && small.fract() == 0.0 => {
            let share = if small < 10.0 { small / 10.0 } else { small / 100.0 };
            let end = if matches!(view.at(end), "毛" | "角") { end + 1 } else { end };
            // Why: 99块2件 is a price and a count.
            let is_counted = view.word(end).is_some_and(|word| word.text.chars().all(|c| MEASURES_ZH.contains(c)));
            if is_counted { (number, at) } else { (number + share, end) }
        }
        _ => (number, at),
    }
}

/// A rating from 1 to 5: `4`, `5 stars`, `五星`, `★★★★☆`, `8/10`.
pub(super) fn ratings(view: &View, language: Language) -> Vec<Hit> {
    let stars = view.text.chars().filter(|c| matches!(c, '★' | '⭐' | '🌟')).count();
    if stars > 0 {
        return (1..=5)
            .contains(&stars)
            .then(|| Hit::new(Value::Integer(i64::try_from(stars).unwrap_or_default()), 0..view.text.len()))
            .into_iter()
            .collect();
    }
    let found = numbers(view, language);
    let mut numbers = found.iter().filter_map(|hit| hit.value.as_decimal().map(|number| (number, hit)));
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some((number, hit)), None, _) => {
            let is_tenths = view.text.get(hit.span.end..).is_some_and(|rest| rest.trim_start().starts_with('/'));
            rating(number, if is_tenths { 0.0 } else { 5.0 })
                .map(|value| Hit::new(value, hit.span.clone()))
                .into_iter()
                .collect()
        }
        // `4/5`, `8 out of 10`, `8 de 10`.
        (Some((number, hit)), Some((scale, last)), None) if [5.0, 10.0].contains(&scale) => {
            let span = hit.span.start..last.span.end;
            rating(number, scale).map(|value| Hit::new(value, span)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn rating(number: f64, scale: f64) -> Option<Value> {
    let of_five = if scale > 5.0 { (number / 2.0).ceil() } else { number };
    (scale > 0.0 && number.fract() == 0.0 && number <= scale && (1.0..=5.0).contains(&of_five))
        .then(|| number_value(of_five))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Es, Pt, Zh};

    fn shown(hits: &[Hit]) -> Vec<String> {
        hits.iter()
            .map(|hit| match &hit.value {
                Value::Record(fields) => {
                    format!("{} {}", fields["amount"].as_decimal().unwrap(), fields["currency"].as_text().unwrap())
                }
                value => value.as_decimal().unwrap().to_string(),
            })
            .collect()
    }

    #[test]
    fn money_as_customers_write_it() {
        for (text, language, expected) in [
            ("¥99", Zh, vec!["99 CNY"]),
            ("99块5", Zh, vec!["99.5 CNY"]),
            ("九十九块钱", Zh, vec!["99 CNY"]),
            ("一共99元2件", Zh, vec!["99 CNY"]),
            ("退我两百块", Zh, vec!["200 CNY"]),
            ("12.50美元", Zh, vec!["12.5 USD"]),
            ("it was $12.50 each", En, vec!["12.5 USD"]),
            ("20 bucks", En, vec!["20 USD"]),
            ("twenty dollars", En, vec!["20 USD"]),
            ("cny 99", En, vec!["99 CNY"]),
            ("us$1,299.00", En, vec!["1299 USD"]),
            ("12,50 €", Es, vec!["12.5 EUR"]),
            ("cien euros", Es, vec!["100 EUR"]),
            ("$500 pesos", Es, vec!["500"]),
            ("r$ 30", Pt, vec!["30 BRL"]),
            ("trinta reais", Pt, vec!["30 BRL"]),
            ("r$1.299,90", Pt, vec!["1299.9 BRL"]),
            ("order 12345678", En, vec![]),
            ("2 shirts", En, vec![]),
        ] {
            assert_eq!(shown(&money(&View::new(text), language)), expected, "{text}");
        }
    }

    #[test]
    fn quantities_as_customers_write_them() {
        for (text, language, found, read) in [
            ("我要两件", Zh, vec!["2"], vec!["2"]),
            ("3 pcs", En, vec!["3"], vec!["3"]),
            ("a couple", En, vec!["2"], vec!["2"]),
            ("i want x2 please", En, vec!["2"], vec!["2"]),
            ("un par", Es, vec!["2"], vec!["2"]),
            ("duas unidades", Pt, vec!["2"], vec!["2"]),
            ("3双鞋", Zh, vec!["3"], vec!["3"]),
            ("for two people", En, vec!["2"], vec!["2"]),
            ("there are 4 of us", En, vec!["4"], vec!["4"]),
            ("somos cinco personas", Es, vec!["5"], vec!["5"]),
            ("para duas pessoas", Pt, vec!["2"], vec!["2"]),
            ("我们四位", Zh, vec!["4"], vec!["4"]),
            ("quiero tres", Es, vec![], vec!["3"]),
            ("7", En, vec![], vec!["7"]),
            ("2.5", En, vec![], vec![]),
            ("ab12345678", En, vec![], vec![]),
            ("nothing", En, vec![], vec![]),
            ("两三个", Zh, vec![], vec![]),
            ("二十三个", Zh, vec!["23"], vec!["23"]),
        ] {
            let view = View::new(text);
            assert_eq!(shown(&quantities(&view, language)), found, "{text}");
            assert_eq!(shown(&read_quantities(&view, language)), read, "{text}");
        }
    }

    #[test]
    fn ratings_as_customers_give_them() {
        for (text, language, expected) in [
            ("5", En, Some(5)),
            ("五星好评", Zh, Some(5)),
            ("4 stars", En, Some(4)),
            ("★★★★☆", Zh, Some(4)),
            ("⭐⭐⭐", En, Some(3)),
            ("4/5", En, Some(4)),
            ("8/10", En, Some(4)),
            ("10 de 10", Es, Some(5)),
            ("cinco estrellas", Es, Some(5)),
            ("nota quatro", Pt, Some(4)),
            ("给3分", Zh, Some(3)),
            ("0", En, None),
            ("6", En, None),
            ("9/5", En, None),
            ("good", En, None),
        ] {
            let hits = ratings(&View::new(text), language);
            assert_eq!(hits.first().and_then(|hit| hit.value.as_integer()), expected, "{text}");
        }
    }
}
