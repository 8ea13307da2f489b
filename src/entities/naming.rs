//! What the words before a number say it is.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// How far back a naming word may stand, in bytes: `订单号是`, `my order number is:`.
const WINDOW: usize = 28;

const ID_WORDS: [&str; 23] = [
    "订单",
    "单号",
    "单子",
    "编号",
    "运单",
    "order",
    "tracking",
    "parcel",
    "invoice",
    "ticket",
    "reference",
    "purchase",
    "pedido",
    "orden",
    "compra",
    "encomenda",
    "rastreio",
    "seguimiento",
    "guia",
    "guía",
    "factura",
    "fatura",
    "nota fiscal",
];
const PHONE_WORDS: [&str; 17] = [
    "电话",
    "手机",
    "号码",
    "联系",
    "微信",
    "phone",
    "mobile",
    "call",
    "cell",
    "tel",
    "whatsapp",
    "móvil",
    "movil",
    "celular",
    "telefone",
    "telemóvel",
    "teléfono",
];

/// What a number is called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Called {
    Id,
    Phone,
}

/// Whether words just before a number say that it is an id: an order, a parcel, a ticket. The nearest word decides.
pub(super) fn named_as_id(text: &str, start: usize) -> bool {
    called(text, start) == Some(Called::Id)
}

/// Whether words just before a number say that it is for calling.
pub(super) fn named_as_phone(text: &str, start: usize) -> bool {
    called(text, start) == Some(Called::Phone)
}

fn called(text: &str, start: usize) -> Option<Called> {
    static WORDS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::new(ID_WORDS.iter().chain(&PHONE_WORDS)).ok());
    let mut from = start.saturating_sub(WINDOW);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let window = text.get(from..start)?;
    let nearest =
        WORDS.as_ref()?.find_overlapping_iter(window).max_by_key(|word| (word.end(), word.end() - word.start()))?;
    Some(if nearest.pattern().as_usize() < ID_WORDS.len() { Called::Id } else { Called::Phone })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_decides() {
        for (before, is_id, is_phone) in [
            ("订单号", true, false),
            ("手机号是", false, true),
            ("order number: ", true, false),
            ("my order is late, call me on ", false, true),
            ("mi teléfono, no el pedido: ", true, false),
            ("", false, false),
            ("hello ", false, false),
        ] {
            assert_eq!(
                (named_as_id(before, before.len()), named_as_phone(before, before.len())),
                (is_id, is_phone),
                "{before}"
            );
        }
    }
}
