use crate::text::Language;

/// What a summary is made of. All texts are masked already.
pub(crate) struct Situation<'a> {
    pub(crate) reason: &'a str,
    /// The title of the flow or intent in hand, in the summary's language.
    pub(crate) topic: Option<String>,
    /// Slots as `name: value`, in the summary's language.
    pub(crate) slots: Vec<(String, String)>,
    /// Titles of what was tried.
    pub(crate) tried: Vec<String>,
    pub(crate) last_words: Option<&'a str>,
    pub(crate) frustrated: bool,
}

/// The words of a summary, one line per language. To add a language, add its line.
struct Frame {
    topic: &'static str,
    no_topic: &'static str,
    known: &'static str,
    tried: &'static str,
    said: &'static str,
    upset: &'static str,
    open: &'static str,
    close: &'static str,
    stop: &'static str,
    comma: &'static str,
}

const fn frame(language: Language) -> Frame {
    match language {
        Language::Zh => Frame {
            topic: "客户诉求：",
            no_topic: "客户诉求未明",
            known: "已知：",
            tried: "已处理：",
            said: "最后一句：",
            upset: "客户情绪激动",
            open: "（",
            close: "）",
            stop: "。",
            comma: "，",
        },
        Language::En => Frame {
            topic: "Wants: ",
            no_topic: "What they want is not clear yet",
            known: "Known: ",
            tried: "Already given: ",
            said: "Last words: ",
            upset: "The customer is upset",
            open: " (",
            close: ")",
            stop: ". ",
            comma: ", ",
        },
        Language::Es => Frame {
            topic: "Quiere: ",
            no_topic: "Aún no está claro qué quiere",
            known: "Datos: ",
            tried: "Ya recibió: ",
            said: "Últimas palabras: ",
            upset: "El cliente está molesto",
            open: " (",
            close: ")",
            stop: ". ",
            comma: ", ",
        },
        Language::Pt => Frame {
            topic: "Quer: ",
            no_topic: "Ainda não está claro o que quer",
            known: "Dados: ",
            tried: "Já recebeu: ",
            said: "Últimas palavras: ",
            upset: "O cliente está irritado",
            open: " (",
            close: ")",
            stop: ". ",
            comma: ", ",
        },
    }
}

/// Longest quotation of the customer, in characters.
const QUOTED: usize = 80;

/// What happened, in one or two lines an agent reads in five seconds.
pub(crate) fn summary(situation: &Situation<'_>, language: Language) -> String {
    let words = frame(language);
    let mut parts = Vec::new();
    parts.push(match &situation.topic {
        Some(topic) => format!("{}{topic}{}{}{}", words.topic, words.open, situation.reason, words.close),
        None => format!("{}{}{}{}", words.no_topic, words.open, situation.reason, words.close),
    });
    if !situation.slots.is_empty() {
        let slots: Vec<_> = situation.slots.iter().map(|(name, value)| format!("{name} {value}")).collect();
        parts.push(format!("{}{}", words.known, slots.join(words.comma)));
    }
    if !situation.tried.is_empty() {
        parts.push(format!("{}{}", words.tried, situation.tried.join(words.comma)));
    }
    if situation.frustrated {
        parts.push(words.upset.to_owned());
    }
    if let Some(last) = situation.last_words {
        let mut quoted: String = last.chars().take(QUOTED).collect();
        if quoted.len() < last.len() {
            quoted.push('…');
        }
        parts.push(format!("{}“{quoted}”", words.said));
    }
    let mut text = parts.join(words.stop);
    text.push_str(words.stop.trim_end());
    text
}
