use std::borrow::Cow;

use crate::text::Language;

/// A name of the rules in words, in the order of [`column`].
type Row = (&'static str, [&'static str; 4]);

/// Reasons in words for the agent: the base's own names. A pack's other names are read as they are written.
const REASONS: &[Row] = &[
    ("asked", ["要求人工", "asked for a person", "pidió una persona", "pediu uma pessoa"]),
    ("not_understood", ["机器人没听懂", "the bot did not understand", "el bot no entendió", "o robô não entendeu"]),
    ("looping", ["对话在重复", "going in circles", "la charla se repite", "a conversa se repete"]),
    ("frustrated", ["情绪激动", "upset", "está molesto", "está irritado"]),
    ("complaint", ["投诉", "complaint", "queja", "reclamação"]),
    ("legal", ["法律或维权风险", "legal threat", "amenaza legal", "ameaça legal"]),
    ("safety", ["安全事故", "safety incident", "incidente de seguridad", "incidente de segurança"]),
    ("fraud", ["疑似诈骗或盗用", "suspected fraud", "posible fraude", "possível fraude"]),
    ("media_threat", ["扬言曝光", "threatens to go public", "amenaza con hacerlo público", "ameaça tornar público"]),
    ("high_value", ["高价值订单", "high-value order", "pedido de alto valor", "pedido de alto valor"]),
    ("backend", ["系统故障", "our system failed", "falló nuestro sistema", "nosso sistema falhou"]),
    ("slot_failed", ["信息没收集到", "a detail could not be collected", "faltó un dato", "faltou um dado"]),
    ("policy_exception", ["需要破例处理", "needs an exception", "pide una excepción", "pede uma exceção"]),
    ("bad_rating", ["差评", "bad rating", "mala calificación", "nota baixa"]),
    ("host", ["店铺转来", "raised by the shop", "lo pidió la tienda", "pedido pela loja"]),
];

/// Slots in words, by the names shops commonly give them.
const SLOTS: &[Row] = &[
    ("order_no", ["订单号", "order", "pedido", "pedido"]),
    ("phone", ["电话", "phone", "teléfono", "telefone"]),
    ("contact", ["联系方式", "contact", "contacto", "contato"]),
    ("email", ["邮箱", "e-mail", "correo", "e-mail"]),
    ("name", ["姓名", "name", "nombre", "nome"]),
    ("address", ["地址", "address", "dirección", "endereço"]),
    ("problem", ["问题", "problem", "problema", "problema"]),
    ("reason", ["原因", "why", "motivo", "motivo"]),
    ("topic", ["事由", "topic", "tema", "assunto"]),
    ("amount", ["金额", "amount", "importe", "valor"]),
    ("date", ["日期", "date", "fecha", "data"]),
    ("photo", ["照片", "photo", "foto", "foto"]),
    ("size", ["尺码", "size", "talla", "tamanho"]),
    ("quantity", ["数量", "quantity", "cantidad", "quantidade"]),
];

const fn column(language: Language) -> usize {
    match language {
        Language::Zh => 0,
        Language::En => 1,
        Language::Es => 2,
        Language::Pt => 3,
    }
}

/// A reason as an agent reads it.
pub(crate) fn reason_words(id: &str, language: Language) -> Cow<'_, str> {
    words(REASONS, id, language)
}

/// A slot's name as an agent reads it.
pub(crate) fn slot_words(name: &str, language: Language) -> String {
    words(SLOTS, name, language).into_owned()
}

fn words<'n>(table: &[Row], name: &'n str, language: Language) -> Cow<'n, str> {
    let row = table.iter().find(|(known, _)| *known == name);
    match row.and_then(|(_, words)| words.get(column(language))) {
        Some(words) => Cow::Borrowed(*words),
        // Why: `gift_note` without its bar is the best that can be said of a name the library has not seen.
        None => Cow::Owned(name.replace('_', " ")),
    }
}
