use super::super::keys;
use super::super::node::{Content, Node};
use super::Lowering;
use super::slip::Sentences;
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::expression::{Presence, Problem, ProblemKind, Scope, Unset};
use crate::rules::{ConditionId, ExpressionId, ShowItem, SlotName, TemplateId, Type, Variant, Wording, Words};
use crate::text::Language;

/// Keys of a map of words that are no languages.
const APART: &[&str] = &["text", "since", "until", "show"];

/// What the bot's own words may read beside facts, customer and hours; the bot gives it where it says them.
const READS: &[(&str, &[&str])] = &[
    ("noted_correction", &["value"]),
    ("switch_first", &["current", "next"]),
    ("switch_label", &["next"]),
    ("finish_label", &["current"]),
    ("returning", &["flow"]),
    ("cancel_sure", &["flow"]),
    ("kept_for_later", &["next"]),
    ("now_later", &["flow"]),
    ("offer_value", &["value"]),
    ("about_value", &["value"]),
    ("queue_position", &["position"]),
];

impl Lowering<'_> {
    /// The bot's own words. Texts that flows name are lowered where they are used, since they read that flow's slots.
    pub(super) fn texts(
        &mut self,
        node: Option<&Node>,
        scope: &Scope,
        slots: &[(SlotName, Type)],
    ) -> Vec<(Box<str>, Words)> {
        let mut texts = Vec::new();
        for (name, key, value) in self.named(node, "texts") {
            if !self.own_texts.contains(&name) && !self.is_desk_word(&name, slots) {
                // Why: when a reference is misspelt, the text it means is not to blame.
                let misspelt = |finding: &Finding| matches!(finding.code, Code::UNKNOWN_TEXT | Code::UNKNOWN_ACTION);
                let misspelt = self.findings.iter().any(misspelt);
                if !misspelt && !self.used_texts.contains(&name) {
                    let help =
                        did_you_mean_help(&name, self.own_texts.iter().chain(&self.used_texts).map(|known| &**known));
                    let finding =
                        Finding::warning(Code::UNUSED_TEXT, key.origin, format!("nothing uses the text `{name}`"));
                    self.report(finding.maybe_help(help));
                }
                continue;
            }
            let mut scope = scope.clone();
            for read in READS.iter().find(|(known, _)| *known == &*name).map_or(&[] as &[&str], |(_, reads)| reads) {
                scope.declare(*read, Type::Text, Presence::Set);
            }
            if let Some(words) = self.words(value, &scope) {
                texts.push((name, words));
            }
        }
        texts
    }

    /// What the desk calls a reason, a slot, a flow or an action of this pack: `reason_…`, `slot_…`, `flow_…`, `action_…`.
    fn is_desk_word(&self, name: &str, slots: &[(SlotName, Type)]) -> bool {
        let named = |kind: &str| name.strip_prefix(kind);
        named("reason_").is_some_and(|name| self.names.reasons.contains(name))
            || named("flow_").is_some_and(|name| self.names.flows.contains(name))
            || named("slot_").is_some_and(|name| slots.iter().any(|(slot, _)| slot.as_str() == name))
            || named("action_")
                .is_some_and(|name| self.names.actions.iter().any(|known| known.replace('.', "_") == name))
    }

    /// Words for the customer: per language, or `{text: name}`.
    pub(super) fn words(&mut self, node: &Node, scope: &Scope) -> Option<Words> {
        let number = self.next_words;
        self.next_words += 1;
        let mut words =
            Words { origin: node.origin, number, wordings: Vec::new(), since: None, until: None, show: None };
        let mut speaking = node;
        let mut used_at = None;
        if let Some(reference) = node.field("text") {
            let name = self.name(reference, "the name of a text")?;
            let Some(text) = self.rules.field("texts").and_then(|texts| texts.field(&name)) else {
                let help = did_you_mean_help(&name, self.names.texts.iter().map(|known| &**known));
                let finding =
                    Finding::error(Code::UNKNOWN_TEXT, reference.origin, format!("there is no text `{name}`"));
                self.report(finding.maybe_help(help));
                return None;
            };
            self.used_texts.insert(name);
            if let Some((key, _)) = node
                .as_map()
                .unwrap_or_default()
                .iter()
                .find(|(key, _)| key.as_text().is_some_and(|name| !APART.contains(&name) && name != "note"))
            {
                let finding = Finding::error(Code::EXCLUSIVE, key.origin, "words are either given here or by `text`");
                self.report(finding.help("change the text itself, in `texts:`"));
            }
            words.origin = text.origin;
            speaking = text;
            used_at = Some(reference.origin);
        }
        let before = self.findings.len();
        for holder in [speaking, node] {
            self.words_apart(holder, scope, &mut words);
        }
        for (speaker, value) in self.per_language(speaking, "words are meant", APART) {
            let Some(language) = speaker.language else {
                let finding = Finding::error(
                    Code::UNKNOWN_LANGUAGE,
                    value.origin,
                    "words for customers need a language, and `any` is none",
                );
                self.report(finding);
                continue;
            };
            let variants = self.variants(value, language, scope);
            words.wordings.push(Wording { language, script: speaker.script, channel: speaker.channel, variants });
        }
        if let Some(used_at) = used_at {
            for finding in self.findings.iter_mut().skip(before) {
                finding.related.push((used_at, "used here".to_owned()));
            }
        }
        Some(words)
    }

    /// `since`, `until` and `show` inside a map of words.
    fn words_apart(&mut self, node: &Node, scope: &Scope, words: &mut Words) {
        if let Some(node) = node.field("since") {
            words.since = self.day(node);
        }
        if let Some(node) = node.field("until") {
            words.until = self.day(node);
        }
        if let Some(node) = node.field("show") {
            words.show = self.show(node, scope);
        }
    }

    /// `since`, `until` and `show` beside `say`.
    pub(super) fn words_beside(&mut self, fields: &super::shape::Fields<'_>, scope: &Scope, words: &mut Words) {
        if let Some(node) = fields.get("since") {
            words.since = self.day(node);
        }
        if let Some(node) = fields.get("until") {
            words.until = self.day(node);
        }
        if let (Some(since), Some(until), Some(node)) = (words.since, words.until, fields.get("until"))
            && until < since
        {
            self.error(Code::DATE, node, format!("{until} is before {since}, so these words are never said"));
        }
        if let Some(node) = fields.get("show") {
            words.show = self.show(node, scope);
        }
    }

    fn show(&mut self, node: &Node, scope: &Scope) -> Option<ShowItem> {
        let fields = self.fields(node, &keys::SHOW);
        let mut scope = scope.clone();
        let mut from = None;
        if let Some(node) = fields.get("from") {
            let (id, ty) = self.expression_at(node, &scope)?;
            match ty.required() {
                Type::List(item) => scope.declare("item", (**item).clone(), Presence::Set),
                other => {
                    self.error(Code::WRONG_TYPE, node, format!("a list is meant, and this is {other}"));
                    return None;
                }
            }
            from = Some(id);
        }
        let mut part = |name: &str| fields.get(name).and_then(|node| self.template_at(node, &scope));
        Some(ShowItem { from, image: part("image"), title: part("title"), link: part("link") })
    }

    fn variants(&mut self, node: &Node, language: Language, scope: &Scope) -> Vec<Variant> {
        let items = match &node.content {
            Content::List(items) => {
                self.comma_slip(items, Some(language), Sentences::Said);
                items.as_slice()
            }
            _ => std::slice::from_ref(node),
        };
        let mut variants = Vec::with_capacity(items.len());
        for item in items {
            let (text, when) = if item.has("say") {
                let fields = self.fields(item, &keys::VARIANT);
                let when = match fields.get("when") {
                    Some(node) => match self.condition_at(node, scope, Unset::IsAnError) {
                        Some(condition) => Some(condition),
                        None => continue,
                    },
                    None => None,
                };
                let Some(text) = fields.get("say") else { continue };
                (text, when)
            } else {
                (item, None)
            };
            let holds = match when {
                Some(condition) => self.expressions.when_holds(condition, scope),
                None => scope.clone(),
            };
            if let Some(template) = self.template_at(text, &holds) {
                variants.push(Variant { template, when });
            }
        }
        variants
    }

    /// Compiles a text.
    pub(super) fn template_at(&mut self, node: &Node, scope: &Scope) -> Option<TemplateId> {
        let text = self.text(node, "a text")?;
        if text.trim().is_empty() {
            self.error(Code::EMPTY, node, "this text is empty");
            return None;
        }
        self.repeated_facts(node, &text);
        match self.expressions.template(&text, scope) {
            Ok(template) => Some(template),
            Err(problems) => {
                self.problems(node, problems);
                None
            }
        }
    }

    /// Compiles a condition.
    pub(super) fn condition_at(&mut self, node: &Node, scope: &Scope, unset: Unset) -> Option<ConditionId> {
        let source = self.source(node)?;
        match self.expressions.condition(&source, scope, unset) {
            Ok(condition) => Some(condition),
            Err(problems) => {
                self.problems(node, problems);
                None
            }
        }
    }

    /// Compiles a bare expression.
    pub(super) fn expression_at(&mut self, node: &Node, scope: &Scope) -> Option<(ExpressionId, Type)> {
        let source = self.source(node)?;
        match self.expressions.expression(&source, scope) {
            Ok(found) => Some(found),
            Err(problems) => {
                self.problems(node, problems);
                None
            }
        }
    }

    /// A bare expression's source; `{{ }}` around it is a slip of its own.
    fn source(&mut self, node: &Node) -> Option<Box<str>> {
        let source = match &node.content {
            // Why: `when: true` and `from: 3` are fine expressions.
            Content::Bool(_) | Content::Integer(_) | Content::Decimal(_) => self.as_written(node)?,
            _ => self.text(node, "an expression")?,
        };
        if source.trim_start().starts_with("{{") {
            let bare = source.replace("{{", " ").replace("}}", " ");
            let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
            let finding =
                Finding::error(Code::BAD_EXPRESSION, node.origin, "this is a bare expression, without `{{ }}`");
            self.report(finding.help(format!("write {bare}")));
            return None;
        }
        Some(source)
    }

    pub(super) fn problems(&mut self, node: &Node, problems: Vec<Problem>) {
        for problem in problems {
            if problem.name.as_ref().is_some_and(|name| self.unfilled.contains(name)) {
                continue;
            }
            let code = match problem.kind {
                ProblemKind::Syntax | ProblemKind::Unsupported => Code::BAD_EXPRESSION,
                ProblemKind::Statement => Code::STATEMENT,
                ProblemKind::TooLong => Code::TOO_LARGE_EXPRESSION,
                ProblemKind::UnknownName => Code::UNKNOWN_VARIABLE,
                ProblemKind::UnknownField => Code::UNKNOWN_FIELD,
                ProblemKind::UnknownFilter => Code::UNKNOWN_FILTER,
                ProblemKind::UnknownValue => Code::WRONG_ENUM,
                ProblemKind::WrongType => Code::WRONG_TYPE,
                ProblemKind::MayBeUnset => Code::UNSET,
            };
            let help = match (&problem.suggestion, problem.help) {
                (Some(meant), _) => Some(format!("did you mean `{meant}`?")),
                (None, help) => help.map(str::to_owned),
            };
            let finding = Finding::error(code, node.origin, problem.message).within(problem.at);
            self.report(finding.maybe_help(help));
        }
    }

    /// Warns of a number in a text that is a fact of the pack.
    fn repeated_facts(&mut self, node: &Node, text: &str) {
        if self.numbers.is_empty() || self.files.is_base(node.origin) || !text.bytes().any(|byte| byte.is_ascii_digit())
        {
            return;
        }
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(sign) = text.get(at..).and_then(|rest| rest.chars().next()) {
            if text.get(at..).is_some_and(|rest| rest.starts_with("{{")) {
                at = text.get(at..).and_then(|rest| rest.find("}}")).map_or(text.len(), |end| at + end + 2);
            } else if sign.is_ascii_digit() {
                let rest = text.get(at..).unwrap_or_default();
                let length = rest.find(|sign: char| !(sign.is_ascii_digit() || sign == '.')).unwrap_or(rest.len());
                let number = rest.get(..length).unwrap_or_default().trim_end_matches('.');
                let before = text.get(..at).and_then(|before| before.chars().next_back());
                let after = rest.get(length..).and_then(|after| after.chars().next());
                let bare = |neighbour: Option<char>| {
                    neighbour
                        .is_none_or(|sign| !(sign.is_ascii_alphanumeric() || matches!(sign, '-' | '/' | ':' | '_')))
                };
                if bare(before) && bare(after) {
                    found.extend(
                        self.numbers
                            .iter()
                            .find(|(_, known)| &**known == number)
                            .map(|(name, _)| (at..at + number.len(), name.clone())),
                    );
                }
                at += length;
            } else {
                at += sign.len_utf8();
            }
        }
        for (range, name) in found {
            let message = format!("this number stands in `facts.{name}`");
            let finding = Finding::warning(Code::FACT_REPEATED, node.origin, message).within(range);
            self.report(finding.help(format!("write {{{{ facts.{name} }}}}, unless another number is meant")));
        }
    }

    /// The names that words read.
    pub(super) fn words_read(&self, words: &Words) -> Vec<SlotName> {
        let mut reads = Vec::new();
        for variant in words.wordings.iter().flat_map(|wording| &wording.variants) {
            reads.extend_from_slice(self.expressions.reads_template(variant.template));
            if let Some(condition) = variant.when {
                reads.extend_from_slice(self.expressions.reads_condition(condition));
            }
        }
        if let Some(show) = &words.show {
            reads.extend(show.from.into_iter().flat_map(|id| self.expressions.reads_expression(id)).cloned());
            for template in [show.image, show.title, show.link].into_iter().flatten() {
                reads.extend_from_slice(self.expressions.reads_template(template));
            }
        }
        reads
    }
}
