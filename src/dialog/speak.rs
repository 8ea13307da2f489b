//! Saying things: words of the pack, the bot's own texts, the open question with its chips.

use std::collections::BTreeMap;

use super::Walked;
use super::known::{Known, Talk};
use super::run::{Run, mark};
use crate::expression::Locale;
use crate::reply::{Card, Chip, Reply, Speech, fit, pick};
use crate::rules::{ConditionId, Does, ExpressionId, FlowId, IntentId, Preset, SlotName, TemplateId, Value, Words};
use crate::session::{Speaker, TranscriptLine};
use crate::text::{Language, Script};

/// Whether nothing is written in a text. The first letter tells, where trimming looks at both ends.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Chips shown at most; a host may return any number of rows.
pub(super) const CHIPS: usize = 10;

impl Run<'_> {
    /// The language spoken.
    pub(super) fn language(&self) -> Language {
        let language = self.doc.language.unwrap_or(self.rules.pack.languages.default);
        if self.rules.pack.languages.all.contains(&language) { language } else { self.rules.pack.languages.default }
    }

    pub(super) fn script(&self) -> Script {
        if self.language().is_unspaced() { self.doc.script } else { Script::Latin }
    }

    fn speech(&self) -> Speech<'_> {
        Speech {
            expressions: &self.rules.expressions,
            languages: &self.rules.pack.languages,
            language: self.language(),
            script: self.script(),
            channel: self.doc.channel.as_deref(),
            zone: &self.rules.zone,
            now: Some(self.clock.now),
        }
    }

    /// What conditions and texts can read now.
    pub(super) fn known<'s>(&'s self, more: &'s [(&'static str, Value)]) -> Known<'s> {
        Known {
            facts: self.rules.facts(self.language()),
            customer: &self.doc.customer,
            slots: self.doc.slots(),
            item: None,
            opening: &self.opening,
            talk: Talk::new(self.doc, self.language()),
            more,
        }
    }

    pub(super) fn holds(&self, condition: ConditionId) -> bool {
        self.rules.expressions.holds(condition, &self.known(&[]))
    }

    /// Whether a condition holds with other slots than the session's.
    pub(super) fn holds_with(&self, condition: ConditionId, slots: &BTreeMap<SlotName, Value>) -> bool {
        let known = Known { slots: Some(slots), ..self.known(&[]) };
        self.rules.expressions.holds(condition, &known)
    }

    pub(super) fn value(&self, expression: ExpressionId) -> Value {
        self.rules.expressions.value(expression, &self.known(&[]))
    }

    /// How values are written for this customer.
    pub(super) fn locale(&self) -> Locale<'_> {
        Locale { language: self.language(), script: self.script(), zone: &self.rules.zone, now: Some(self.clock.now) }
    }

    pub(super) fn render(&self, template: TemplateId, item: Option<&Value>) -> String {
        let known = Known { item, ..self.known(&[]) };
        let locale = self.locale();
        let mut text = String::new();
        self.rules.expressions.render(template, &known, &locale, &mut text);
        text
    }

    /// The value a preset gives.
    pub(super) fn preset_value(&self, preset: &Preset) -> Value {
        match preset {
            Preset::Value(_, value) => value.clone(),
            Preset::Template(_, template) => Value::Text(self.render(*template, None)),
            Preset::From(_, expression) => self.value(*expression),
        }
    }

    /// Gives slots their preset values.
    pub(super) fn preset(&mut self, presets: &[Preset]) {
        for preset in presets {
            let value = self.preset_value(preset);
            self.set_slot(super::steps::preset_slot(preset), value);
        }
    }

    /// The text of words for this customer and the variant's index, which is not the one said last.
    pub(super) fn words(&self, words: &Words, more: &[(&'static str, Value)]) -> Option<(String, u8)> {
        // Why asked first: most texts are worded in one way.
        let varies = words.wordings.iter().any(|wording| wording.variants.len() > 1);
        let last = if varies { self.doc.said.variant(words.number) } else { None };
        pick(words, &self.speech(), &self.known(more), last)
    }

    /// Says words of the pack.
    pub(super) fn say(&mut self, words: &Words, more: &[(&'static str, Value)]) {
        let Some((text, variant)) = self.words(words, more) else { return };
        self.remember_variant(words.number, variant);
        let cards = self.cards(words);
        if cards.is_empty() {
            self.say_text(text);
        } else {
            // Why: pictures may go out without a word.
            self.replies.push(Reply { cards, ..Reply::text_only(text) });
        }
    }

    /// A `say` step: between its dates, if it has any.
    pub(super) fn say_step(&mut self, words: &Words) {
        if self.is_of_today(words) {
            self.say(words, &[]);
        }
    }

    /// Whether words are within their dates, if they have any.
    pub(super) fn is_of_today(&self, words: &Words) -> bool {
        words.since.is_none_or(|since| since <= self.clock.today())
            && words.until.is_none_or(|until| self.clock.today() <= until)
    }

    fn cards(&self, words: &Words) -> Vec<Card> {
        let Some(show) = &words.show else { return Vec::new() };
        let card = |item: Option<&Value>| {
            let text = |template: &Option<TemplateId>| template.map(|template| self.render(template, item));
            Card { image: text(&show.image), title: text(&show.title), link: text(&show.link) }
        };
        match show.from.map(|from| self.value(from)) {
            Some(rows) => rows.as_list().unwrap_or_default().iter().take(CHIPS).map(|row| card(Some(row))).collect(),
            None => vec![card(None)],
        }
    }

    pub(super) fn remember_variant(&mut self, number: u32, variant: u8) {
        self.walk(|| Walked::Said(number));
        self.doc.said.note(number, variant);
    }

    pub(super) fn say_text(&mut self, text: String) {
        if !is_blank(&text) {
            self.replies.push(Reply::text_only(text));
        }
    }

    /// Says one of the bot's own texts, by name.
    pub(super) fn say_own(&mut self, name: &str) {
        let rules = self.rules;
        if let Some(words) = rules.pack.text(name) {
            self.say(words, &[]);
        }
    }

    /// Says one of the bot's own texts unless it was what the bot said last.
    pub(super) fn say_own_once(&mut self, name: &str) {
        let rules = self.rules;
        let Some(words) = rules.pack.text(name) else { return };
        if !self.doc.said.ends_with(words.number) {
            self.say(words, &[]);
        }
    }

    /// The bot's own text by name, for labels.
    pub(super) fn own(&self, name: &str) -> Option<String> {
        let words = self.rules.pack.text(name)?;
        self.rules.plain(words, self.language(), self.script())
    }

    /// What an intent (or the flow of the same name) is called.
    pub(super) fn title(&self, id: &IntentId, language: Language, script: Script) -> String {
        let rules = self.rules;
        let by_flow = || {
            rules
                .pack
                .intents
                .iter()
                .find(|intent| matches!(&intent.does, Does::Flow(flow, _) if flow.as_str() == id.as_str()))
        };
        let intent = rules.pack.intent(id.as_str()).map(|(_, intent)| intent).or_else(by_flow);
        let title =
            intent.and_then(|intent| intent.title.as_ref()).and_then(|words| rules.plain(words, language, script));
        title.unwrap_or_else(|| self.called("flow_", id.as_str(), language))
    }

    pub(super) fn titled(&self, id: &IntentId) -> String {
        self.title(id, self.language(), self.script())
    }

    /// Says which flow comes back.
    pub(super) fn say_returning(&mut self, flow: &FlowId) {
        let rules = self.rules;
        let title = self.titled(&IntentId::from(flow.as_str()));
        if let Some(words) = rules.pack.text("returning") {
            self.say(words, &[("flow", Value::Text(title))]);
        }
    }

    /// Chips for intents under the last reply.
    pub(super) fn offer_intents(&mut self, ids: &[IntentId]) {
        let chips: Vec<Chip> = ids.iter().map(|id| Chip::new(self.titled(id), Value::from(id.as_str()))).collect();
        self.add_chips(chips);
    }

    /// A chip that asks for a person.
    pub(super) fn offer_person(&mut self) {
        let rules = self.rules;
        let Some(intent) = rules.asking_for_person.first() else { return };
        let label = self.own("person_label").unwrap_or_else(|| self.titled(intent));
        self.add_chips(vec![Chip::new(label, Value::from(intent.as_str()))]);
    }

    /// The last words proposed to call a person; a yes alone takes that.
    pub(super) fn propose_person(&mut self) {
        self.offer_person();
        self.doc.proposed = true;
    }

    pub(super) fn add_chips(&mut self, chips: Vec<Chip>) {
        let Some(reply) = self.replies.last_mut() else { return };
        for chip in chips {
            if !reply.chips.contains(&chip) {
                reply.chips.push(chip);
            }
        }
    }

    /// The replies as the channel can show them.
    pub(super) fn fitted(&mut self) -> Vec<Reply> {
        let channel = self.doc.channel.as_deref().and_then(|name| self.rules.pack.channel(name));
        if channel.is_none() {
            return std::mem::take(&mut self.replies);
        }
        let mut out = Vec::with_capacity(self.replies.len());
        for reply in std::mem::take(&mut self.replies) {
            fit(reply, channel, &mut out);
        }
        out
    }

    /// Counts replies that only repeat; the policy may have had enough.
    pub(super) fn check_loop(&mut self) {
        if self.replies.is_empty() || self.repeats {
            return;
        }
        let whole = self.replies.iter().fold(0_u32, |all, reply| all.rotate_left(5) ^ mark(&reply.text));
        let counters = &mut self.doc.counters;
        counters.same_reply = if counters.last_reply == whole { counters.same_reply.saturating_add(1) } else { 1 };
        counters.last_reply = whole;
        if !self.has_handed_over() {
            self.policy_says(&|_| 0.0, None);
        }
    }

    /// Adds what was said to the transcript.
    pub(super) fn transcribe_replies(&mut self, replies: &[Reply]) {
        for reply in replies {
            self.transcribe(Speaker::Bot, &reply.text);
        }
    }

    /// Adds a line to the transcript, without what is private in it.
    pub(super) fn transcribe(&mut self, who: Speaker, said: &str) {
        // Why: the oldest line makes room with its memory as well.
        let oldest =
            (self.doc.transcript.len() == TranscriptLine::KEPT).then(|| self.doc.transcript.pop_front()).flatten();
        let mut text = oldest.map_or_else(String::new, |line| line.text);
        text.clear();
        self.hide_into(said, &mut text);
        // Why: a pasted megabyte must not go on being stored and handed over for forty turns.
        // A text of no more bytes has no more characters.
        let long = Some(&text).filter(|text| text.len() > TranscriptLine::LONGEST);
        if let Some((end, _)) = long.and_then(|text| text.char_indices().nth(TranscriptLine::LONGEST)) {
            text.truncate(end);
            text.push('…');
        }
        self.doc.transcript.push_back(TranscriptLine { at: self.clock.now.as_millisecond(), who, text });
    }
}
