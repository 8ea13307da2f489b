//! Packs written in code, for the tests of this room.

use std::sync::{Arc, OnceLock};

use crate::diagnostic::Origin;
use crate::rules::{
    Does, Escalation, Example, Intent, Keyword, Languages, Learned, LearnedItem, Lexicon, Pack, Part, Pattern,
    Priority, Queue, Revision, Stems, Thresholds, WhileHuman,
};
use crate::text::Language;

/// A pack without anything, in some languages; the first is the default.
pub(crate) fn pack(languages: &[Language]) -> Pack {
    Pack {
        revision: Revision(Arc::from("0")),
        version: 0,
        languages: Languages { default: languages[0], all: languages.to_vec(), fallback: Vec::new() },
        session: crate::rules::Lifetimes::default(),
        thresholds: Thresholds { act: 0.6, margin: 0.2 },
        facts: Vec::new(),
        customer: Vec::new(),
        groups: Vec::new(),
        entities: Vec::new(),
        intents: Vec::new(),
        places: OnceLock::new(),
        notices: Vec::new(),
        actions: Vec::new(),
        flows: Vec::new(),
        escalation: Escalation {
            queue: Queue::from("general"),
            priority: Priority::Normal,
            say: None,
            reasons: Vec::new(),
            adjust: Vec::new(),
            targets: Vec::new(),
            hours: None,
            while_human: WhileHuman::default(),
        },
        texts: Vec::new(),
        lexicons: Vec::new(),
        stems: Stems::default(),
        channels: Vec::new(),
        consent: None,
        learned: Learned::default(),
    }
}

/// A keyword as it stands in a file; a weight may follow after `: `.
pub(crate) fn keyword(pack: &Pack, language: Language, text: &str) -> Keyword {
    let (text, weight) = match text.rsplit_once(": ") {
        Some((text, weight)) => (text, Some(weight.parse().unwrap())),
        None => (text, None),
    };
    let mut rest = text;
    let parts = parts(pack, &mut rest);
    assert_eq!(rest, "", "{text}");
    Keyword { origin: Origin::default(), language: Some(language), text: text.into(), weight, parts: parts.into() }
}

fn parts(pack: &Pack, rest: &mut &str) -> Vec<Part> {
    let mut parts = Vec::new();
    loop {
        let end = rest.find(['(', '[', '<', '|', ')', ']']).unwrap_or(rest.len());
        let (words, after) = rest.split_at(end);
        if !words.is_empty() {
            parts.push(Part::Words(words.into()));
        }
        *rest = after;
        match rest.chars().next() {
            Some(open @ ('(' | '[')) => {
                let mut choices = Vec::new();
                loop {
                    *rest = &rest[1..];
                    choices.push(self::parts(pack, rest).into());
                    if rest.starts_with([')', ']']) {
                        break;
                    }
                }
                *rest = &rest[1..];
                let any_of = Part::AnyOf(choices.into());
                parts.push(if open == '(' { any_of } else { Part::Optional([any_of].into()) });
            }
            Some('<') => {
                let (name, after) = rest[1..].split_once('>').unwrap();
                *rest = after;
                parts.push(Part::Group(pack.groups.iter().position(|(known, _)| &**known == name).unwrap()));
            }
            _ => return parts,
        }
    }
}

impl Pack {
    /// Adds a word group; add groups before the intents that name them.
    pub(crate) fn group(mut self, name: &str, language: Language, words: &[&str]) -> Self {
        let words: Vec<Keyword> = words.iter().map(|word| keyword(&self, language, word)).collect();
        match self.groups.iter_mut().find(|(known, _)| &**known == name) {
            Some((_, known)) => known.extend(words),
            None => self.groups.push((name.into(), words)),
        }
        self
    }

    /// Adds keywords, patterns (in slashes), exceptions (after `-`) and examples (after `=`) to an intent.
    pub(crate) fn intent_words(mut self, id: &str, language: Language, words: &[&str]) -> Self {
        let place = self.intents.iter().position(|intent| intent.id.as_str() >= id).unwrap_or(self.intents.len());
        if self.intents.get(place).is_none_or(|intent| intent.id.as_str() != id) {
            let intent = Intent {
                origin: Origin::default(),
                id: id.into(),
                title: None,
                keywords: Vec::new(),
                patterns: Vec::new(),
                unless: Vec::new(),
                examples: Vec::new(),
                not_examples: Vec::new(),
                does: Does::Nothing,
                chips: Vec::new(),
            };
            self.intents.insert(place, intent);
        }
        for word in words {
            if let Some(regex) = word.strip_prefix('/') {
                let regex = regex.strip_suffix('/').unwrap();
                self.intents[place].patterns.push(Pattern {
                    origin: Origin::default(),
                    language: Some(language),
                    text: regex.into(),
                    regex: regex.into(),
                    tree: regex_syntax::parse(regex).ok(),
                    weight: None,
                });
            } else if let Some(word) = word.strip_prefix('-') {
                let word = keyword(&self, language, word);
                self.intents[place].unless.push(word);
            } else if let Some(text) = word.strip_prefix('=') {
                self.intents[place].examples.push(Example { origin: Origin::default(), language, text: text.into() });
            } else {
                let word = keyword(&self, language, word);
                self.intents[place].keywords.push(word);
            }
        }
        self
    }

    /// Adds entries to a lexicon.
    pub(crate) fn lexicon_words(mut self, name: &str, language: Language, words: &[&str]) -> Self {
        let mut entries: Vec<Keyword> = words.iter().map(|word| keyword(&self, language, word)).collect();
        let place =
            self.lexicons.iter().position(|lexicon| lexicon.name.as_str() >= name).unwrap_or(self.lexicons.len());
        match self.lexicons.get_mut(place).filter(|lexicon| lexicon.name.as_str() == name) {
            Some(lexicon) => lexicon.entries.append(&mut entries),
            None => self.lexicons.insert(place, Lexicon { name: name.into(), entries }),
        }
        self
    }

    /// Adds learnt weights, in points, to an intent that is there already; `None` is "none of these".
    pub(crate) fn learned_words(mut self, intent: Option<&str>, language: Language, words: &[&str]) -> Self {
        for word in words {
            let item = LearnedItem {
                intent: intent.map(|id| self.intent(id).unwrap().0),
                keyword: keyword(&self, language, word),
            };
            self.learned.items.push(item);
        }
        self
    }
}

/// A small shop in four languages, enough for the sentences that have misled other bots.
pub(crate) fn shop() -> Pack {
    use Language::{En, Es, Pt, Zh};
    pack(&[Zh, En, Es, Pt])
        .group("order", En, &["order", "purchase", "shopping bag"])
        .group("order", Zh, &["订单", "单子", "包裹"])
        .group("cancel", En, &["cancel", "call off"])
        .group("cancel", Zh, &["取消", "不要"])
        .intent_words("cancel_order", En, &["<cancel> [my|the] <order>: 2", "<cancel>: 0.7", "don't need it anymore"])
        .intent_words("cancel_order", Zh, &["<cancel>[我的|这个]<order>: 2", "取消: 0.7", "=我要取消订单"])
        .intent_words("cancel_order", Es, &["cancelar [el|mi] pedido: 2", "cancelar"])
        .intent_words("contact_human_agent", En, &["human", "agent", "real person", "speak to (someone|a person)"])
        .intent_words("contact_human_agent", Zh, &["转人工", "人工", "真人", "人工客服"])
        .intent_words("contact_human_agent", Es, &["persona", "agente"])
        .intent_words(
            "delivery_period",
            En,
            &[
                "how long (does|will) <order> take",
                "delivery time: 2",
                "/(when|how soon) .*(arrive|get here)/",
                "-has not arrived",
                "-hasn't arrived",
            ],
        )
        .intent_words("delivery_period", Zh, &["几天到", "多久(到|能到)", "什么时候发货", "什么时候到", "明天发货"])
        .intent_words("discount", En, &["discount", "sale", "bank offer"])
        .intent_words("discount", Zh, &["优惠", "折扣"])
        .intent_words("goodbye", En, &["bye", "goodbye"])
        .intent_words("greet", En, &["hi", "hello", "good morning"])
        .intent_words("greet", Zh, &["你好", "在吗"])
        .intent_words("recover_password", Es, &["contraseña", "olvidé la clave"])
        .intent_words("recover_password", En, &["password"])
        .intent_words("refund", En, &["refund", "money back"])
        .intent_words("refund", Zh, &["退款"])
        .intent_words("refund", Pt, &["reembolso", "devolução do dinheiro"])
        .intent_words("return_goods", En, &["return", "send back"])
        .intent_words("return_goods", Zh, &["退货", "想退"])
        .intent_words("return_goods", Es, &["devolver", "devolución"])
        .intent_words("return_goods", Pt, &["devolver", "devolução"])
        .intent_words("thank", En, &["thanks", "thank you"])
        .intent_words("thank", Zh, &["谢谢"])
        .intent_words("track_order", En, &["where is [my] <order>", "wheres my", "track", "parcel: 0.8"])
        .intent_words("track_order", Zh, &["查物流", "包裹: 0.6", "到哪了"])
        .intent_words("track_order", Es, &["dónde está", "cuándo sale [mi pedido]"])
        .intent_words("track_order", Pt, &["cadê", "onde está"])
        .lexicon_words("negation", En, &["don't", "do not", "don't want to", "please don't", "no need to"])
        .lexicon_words("negation", Zh, &["不", "不想", "不用", "别", "不要"])
        .lexicon_words("negation", Es, &["no", "no quiero"])
        .lexicon_words("negation", Pt, &["não", "não quero"])
        .lexicon_words("negation_factual", En, &["haven't", "haven't received", "still no", "doesn't", "didn't"])
        .lexicon_words("negation_factual", Zh, &["没", "还没", "没有"])
        .lexicon_words("dont_know", En, &["i don't know", "don't know"])
        .lexicon_words("whole_words", Zh, &["人工智能", "人工费"])
        .lexicon_words("whole_words", En, &["travel agent", "return address"])
        .lexicon_words("clause_split", En, &["and also", "another thing"])
        .lexicon_words("clause_split", Zh, &["另外", "还有"])
        .lexicon_words("question", En, &["how", "when", "can i", "?"])
        .lexicon_words("question", Zh, &["吗", "什么时候", "怎么"])
        .lexicon_words("question", Es, &["cuándo", "¿"])
        .lexicon_words("wish", En, &["i want", "please", "can you"])
        .lexicon_words("wish", Zh, &["我要", "帮我", "麻烦"])
        .lexicon_words("wish", Es, &["quiero", "por favor"])
        .lexicon_words("wish", Pt, &["quero", "por favor"])
        .lexicon_words("joint", En, &["and", "and then"])
        .lexicon_words("joint", Zh, &["然后"])
        .lexicon_words("joint", Es, &["y"])
        .lexicon_words("joint", Pt, &["e"])
        .intent_words("damaged", En, &["broken", "in pieces"])
        .intent_words("damaged", Zh, &["裂了", "碎了"])
        .intent_words("damaged", Es, &["roto"])
        .intent_words("damaged", Pt, &["quebrado"])
        .lexicon_words(
            "function_words",
            En,
            &[
                "the", "my", "is", "i", "you", "it", "where", "to", "have", "please", "this", "want", "but", "and",
                "what",
            ],
        )
        .lexicon_words(
            "function_words",
            Es,
            &["el", "la", "mi", "cuándo", "quiero", "los", "una", "lo", "está", "pedido", "es"],
        )
        .lexicon_words(
            "function_words",
            Pt,
            &["meu", "minha", "não", "quero", "onde", "está", "uma", "o", "do", "você"],
        )
        .lexicon_words(
            "common_words",
            En,
            &["bank", "back", "lost", "last", "bill", "will", "shopping", "shipping", "person", "arrive"],
        )
        .lexicon_words("praise", En, &["good", "great"])
        .lexicon_words("legal_threat", En, &["lawyer: 3"])
}
