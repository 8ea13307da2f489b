use super::super::keys;
use super::super::node::Node;
use super::Lowering;
use super::shape::Fields;
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::rules::{Languages, Lifetimes, Thresholds};
use crate::text::{Language, Script};

/// Whose words a key of a language map names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Speaker {
    /// `None` for `any`.
    pub(super) language: Option<Language>,
    pub(super) script: Option<Script>,
    pub(super) channel: Option<Box<str>>,
}

impl Speaker {
    pub(super) fn plain(language: Language) -> Self {
        Self { language: Some(language), script: None, channel: None }
    }
}

/// The languages of a pack: as declared, or those its own files use.
pub(in crate::load) fn declared(rules: &Node, used: &[Language]) -> Languages {
    let section = rules.field("languages");
    let code = |node: &Node| node.as_text().and_then(Language::from_code);
    let also: Vec<Language> = section
        .and_then(|section| section.field("also"))
        .and_then(Node::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(code)
        .collect();
    let first = section.and_then(|section| section.field("default")).and_then(code);
    let default = first.or(used.first().copied()).unwrap_or(Language::En);
    let mut all = vec![default];
    let others = if section.is_some() { also.as_slice() } else { used };
    for language in others {
        if !all.contains(language) {
            all.push(*language);
        }
    }
    let fallback = section
        .and_then(|section| section.field("fallback"))
        .and_then(Node::as_map)
        .unwrap_or_default()
        .iter()
        .filter_map(|(key, value)| Some((code(key)?, code(value)?)))
        .collect();
    Languages { default, all, fallback }
}

const CODES: [(&str, Language); 4] =
    [("zh", Language::Zh), ("en", Language::En), ("es", Language::Es), ("pt", Language::Pt)];

impl Lowering<'_> {
    /// The pack's version, with everything else of the head checked.
    pub(super) fn version(&mut self, fields: &Fields<'_>) -> u32 {
        if let Some(node) = fields.get("languages") {
            let fields = self.fields(node, &keys::LANGUAGES);
            match fields.get("default") {
                Some(node) => {
                    self.choice(node, &CODES);
                }
                None => self.error(Code::MISSING, node, "`languages` needs a `default`"),
            }
            if let Some(node) = fields.get("also") {
                for item in self.items(node) {
                    self.choice(item, &CODES);
                }
            }
            for (name, key, value) in self.named(fields.get("fallback"), "fallback") {
                if Language::from_code(&name).is_none() {
                    self.unknown_language(key, &name);
                }
                self.choice(value, &CODES);
            }
        }
        fields.get("version").and_then(|node| self.whole(node, 0, u32::MAX)).unwrap_or(0)
    }

    pub(super) fn thresholds(&mut self, node: Option<&Node>) -> Thresholds {
        let mut thresholds = Thresholds { act: 0.6, margin: 0.2 };
        if let Some(node) = node {
            let fields = self.fields(node, &keys::THRESHOLDS);
            if let Some(act) = fields.get("act").and_then(|node| self.share(node)) {
                thresholds.act = act;
            }
            if let Some(margin) = fields.get("margin").and_then(|node| self.share(node)) {
                thresholds.margin = margin;
            }
        }
        thresholds
    }

    /// How long things of a conversation last.
    pub(super) fn lifetimes(&mut self, node: Option<&Node>) -> Lifetimes {
        let mut session = Lifetimes::default();
        let Some(node) = node else { return session };
        let fields = self.fields(node, &keys::SESSION);
        let mut read = |name: &str| fields.get(name).and_then(|node| self.duration(node));
        session.remind = read("remind");
        session.flow_expires = read("flow_expires").unwrap_or(session.flow_expires);
        session.expires = read("expires").unwrap_or(session.expires);
        session.verified = read("verified").unwrap_or(session.verified);
        session
    }

    /// The entries of a map by language; declared languages only. `apart` names keys that are no languages.
    ///
    /// A value that is no map belongs to the language of its file, or to the only one of the pack.
    pub(super) fn per_language<'n>(&mut self, node: &'n Node, what: &str, apart: &[&str]) -> Vec<(Speaker, &'n Node)> {
        let Some(map) = node.as_map() else {
            if node.is_null() {
                self.wrong_shape(node, what);
                return Vec::new();
            }
            return match self.language_of(node) {
                Some(language) if self.languages.all.contains(&language) => vec![(Speaker::plain(language), node)],
                Some(_) => Vec::new(),
                None => {
                    let example = self.languages.default;
                    let message = "the pack speaks several languages, and these words have none";
                    let finding = Finding::error(Code::WHICH_LANGUAGE, node.origin, message);
                    self.report(
                        finding.help(format!(
                            "write {{{example}: …}}, or put them into a file headed `language: {example}`"
                        )),
                    );
                    Vec::new()
                }
            };
        };
        let mut entries = Vec::with_capacity(map.len());
        for (key, value) in map {
            let Some(name) = key.as_text() else {
                self.text(node, what);
                return Vec::new();
            };
            if apart.contains(&name) || name == "note" {
                continue;
            }
            let Some(speaker) = speaker(name) else {
                if value.is_null() && self.is_inside_braces(key) {
                    let message = format!("a comma cut this text, so `{name}` became a key");
                    self.report(
                        Finding::error(Code::COMMA, key.origin, message).help("put the whole text in quotes: '…'"),
                    );
                } else if value.is_null() && map.len() == 1 {
                    self.text(node, what);
                } else {
                    self.unknown_language(key, name);
                }
                continue;
            };
            let header = self.headers.get(usize::from(key.origin.file)).copied().flatten();
            if let (Some(header), Some(language)) = (header, speaker.language)
                && header != language
            {
                let message = format!("this file is headed `language: {header}`, and here are words in {language}");
                self.report(
                    Finding::error(Code::UNKNOWN_LANGUAGE, key.origin, message)
                        .help("write the words bare, or move them to a file without that line"),
                );
                continue;
            }
            if speaker.language.is_none_or(|language| self.languages.all.contains(&language)) {
                entries.push((speaker, value));
            }
        }
        entries
    }

    /// The language of bare words.
    pub(super) fn language_of(&self, node: &Node) -> Option<Language> {
        let header = self.headers.get(usize::from(node.origin.file)).copied().flatten();
        header.or(match self.languages.all.as_slice() {
            [only] => Some(*only),
            _ => None,
        })
    }

    fn unknown_language(&mut self, key: &Node, name: &str) {
        let help = match did_you_mean_help(name, ["zh", "en", "es", "pt", "zh-Hant", "any"]) {
            Some(help) if name.len() > 2 => help,
            _ => "languages are zh, en, es and pt, also `zh-Hant` and `en@channel`".to_owned(),
        };
        self.report(Finding::error(Code::UNKNOWN_LANGUAGE, key.origin, format!("`{name}` is no language")).help(help));
    }
}

/// `zh`, `zh-Hant`, `en@sms`, `any`.
fn speaker(name: &str) -> Option<Speaker> {
    if name == "any" {
        return Some(Speaker { language: None, script: None, channel: None });
    }
    let (language, channel) = match name.split_once('@') {
        Some((language, channel)) if !channel.is_empty() => (language, Some(channel.into())),
        Some(_) => return None,
        None => (name, None),
    };
    let (language, script) = match language {
        "zh-Hant" | "zh-hant" | "zh-TW" | "zh-HK" => (Language::Zh, Some(Script::Hant)),
        "zh-Hans" | "zh-hans" | "zh-CN" => (Language::Zh, None),
        other => (Language::from_code(other)?, None),
    };
    Some(Speaker { language: Some(language), script, channel })
}
