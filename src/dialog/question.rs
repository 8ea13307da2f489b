//! The open question: its words, its chips, and the bot's own questions above it.

use super::run::{Prompt, Run, mark};
use super::speak::CHIPS;
use crate::reply::Chip;
use crate::rules::{Ask, ChipSource, Chips, EntityKind, IntentId, SlotName, StepKind, Value, Words};
use crate::session::{Document, Question, StoredChip};
use crate::text::{Language, Script};

/// Values of the chips of the bot's own questions. None is a yes or a no, so that an old one answers nothing else.
pub(super) const STOP: &str = "stop#";
const GO_ON: &str = "go_on#";
pub(super) const FINISH: &str = "finish#";

/// What the values of the chips yes and no begin with; the mark of what is asked follows. No name of a pack holds a `#`.
const YES: &str = "yes#";
const NO: &str = "no#";

/// A chip as the customer has it. A yes or no belongs to just what is asked now: under another question it is another chip.
pub(super) fn shown(chip: &StoredChip, doc: &Document) -> Chip {
    let value = match chip.value.as_bool() {
        Some(truth) => Value::Text(format!("{}{:x}", if truth { YES } else { NO }, mark_of(doc))),
        None => chip.value.clone(),
    };
    Chip::new(chip.label.clone(), value)
}

/// Whether the value is that of a yes or no chip, and if so what it says to what is asked now.
pub(super) fn yes_or_no_chip(value: &Value, doc: &Document) -> Option<Option<bool>> {
    let text = value.as_text()?;
    let (truth, known) = match (text.strip_prefix(YES), text.strip_prefix(NO)) {
        (Some(mark), _) => (true, mark),
        (None, Some(mark)) => (false, mark),
        (None, None) => return None,
    };
    Some((known == format!("{:x}", mark_of(doc))).then_some(truth))
}

/// What tells one yes/no question from another: its step, and what the customer has told so far.
fn mark_of(doc: &Document) -> u32 {
    let step = doc.stack.last().map(|frame| (&frame.flow, &frame.step));
    mark(&serde_json::to_string(&(step, doc.slots())).unwrap_or_default())
}

impl Run<'_> {
    /// A question of the bot's own is put once; what comes between leaves it behind.
    pub(super) fn drop_own_question(&mut self) {
        if self.doc.question.take().is_some() {
            self.doc.chips.clear();
        }
    }

    /// Puts the open question, if this turn asks for it.
    pub(super) fn put_question(&mut self) {
        let prompt = self.prompt;
        if prompt == Prompt::Quiet {
            return;
        }
        if let Some(question) = self.doc.question.clone() {
            // Why: what the host work leads to comes first; the question is put after that, once.
            if self.doc.pending.is_some() {
                return;
            }
            self.put_own(&question);
            return;
        }
        let Some((_, _, node)) = self.resting() else { return };
        match &node.kind {
            StepKind::Ask(ask) => self.put_ask(ask, prompt),
            StepKind::Confirm(confirm) => {
                self.put(&confirm.say, None, "yes_or_no", prompt);
                self.put_yes_no();
            }
            StepKind::Choose(choice) => {
                self.put(&choice.say, None, "no_answer", prompt);
                let (language, script) = (self.language(), self.script());
                let chips = choice.options.iter().map(|(name, words, ..)| StoredChip {
                    label: self.rules.plain(words, language, script).unwrap_or_else(|| name.to_string()),
                    value: Value::from(&**name),
                });
                let chips = chips.collect();
                self.show_chips(chips);
            }
            _ => {}
        }
    }

    fn put_ask(&mut self, ask: &Ask, prompt: Prompt) {
        let rules = self.rules;
        if prompt == Prompt::Which {
            self.say_own("clarify");
            let chips = std::mem::take(&mut self.doc.chips);
            self.show_chips(chips);
            return;
        }
        if self.is_offered() {
            let value = self.offered(ask).unwrap_or_default();
            let shown = rules.show(ask.entity.as_ref(), &value, self.language());
            match prompt {
                Prompt::Failed => self.say_own("yes_or_no"),
                Prompt::Noted => self.say_own("noted_early"),
                _ => {}
            }
            if let Some(words) = rules.pack.text("offer_value") {
                self.say(words, &[("value", Value::Text(shown))]);
                self.put_yes_no();
                return;
            }
        }
        if !self.may_ask(ask) {
            return;
        }
        self.put(&ask.say, ask.again.as_ref(), "no_answer", prompt);
        let chips = self.ask_chips(ask);
        self.show_chips(chips);
    }

    /// The question itself: with its own words for a second time, or led to by why it comes again.
    fn put(&mut self, say: &Words, again: Option<&Words>, unusable: &str, prompt: Prompt) {
        if prompt == Prompt::ChipsOnly {
            return;
        }
        let again = again.filter(|_| matches!(prompt, Prompt::Again | Prompt::Failed));
        let words = again.unwrap_or(say);
        let Some((text, variant)) = self.words(words, &[]) else { return };
        self.remember_variant(words.number, variant);
        let lead = match prompt {
            Prompt::Back => self.own("re_ask"),
            Prompt::Noted => self.own("noted_early"),
            Prompt::Failed if again.is_none() => self.own(unusable),
            _ => None,
        };
        let text = match lead {
            Some(lead) if self.language().is_unspaced() => format!("{lead}{text}"),
            Some(lead) => format!("{lead} {text}"),
            None => text,
        };
        self.say_text(text);
    }

    fn put_yes_no(&mut self) {
        let label = |name: &str, plain: &str| self.own(name).unwrap_or_else(|| plain.to_owned());
        let chips = vec![
            StoredChip { label: label("yes_label", "✓"), value: Value::Bool(true) },
            StoredChip { label: label("no_label", "✗"), value: Value::Bool(false) },
        ];
        self.show_chips(chips);
    }

    fn put_own(&mut self, question: &Question) {
        let rules = self.rules;
        let chips: Vec<StoredChip> = match question {
            Question::Clarify(ids) => {
                self.say_own("clarify");
                self.intent_chips(ids)
            }
            Question::About(entity, ids) => {
                let told = self.doc.told.iter().find(|(known, _)| known == entity).map(|(_, value)| value);
                let shown = told.map_or_else(String::new, |value| rules.show(Some(entity), value, self.language()));
                if let Some(words) = rules.pack.text("about_value") {
                    self.say(words, &[("value", Value::Text(shown))]);
                }
                self.intent_chips(ids)
            }
            Question::Switch(intent) => {
                let current = self.doc.slot_frame().map(|frame| IntentId::from(frame.flow.as_str()));
                let current = current.map_or_else(String::new, |flow| self.titled(&flow));
                let next = self.titled(intent);
                if let Some(words) = rules.pack.text("switch_first") {
                    self.say(words, &[("current", Value::Text(current)), ("next", Value::Text(next))]);
                }
                let label = |name: &str| self.own(name).unwrap_or_else(|| name.to_owned());
                vec![
                    StoredChip { label: label("finish_label"), value: Value::from(FINISH) },
                    StoredChip { label: label("switch_label"), value: Value::from(intent.as_str()) },
                ]
            }
            Question::Cancel => {
                let flow = self.doc.slot_frame().map(|frame| IntentId::from(frame.flow.as_str()));
                let flow = flow.map_or_else(String::new, |flow| self.titled(&flow));
                if let Some(words) = rules.pack.text("cancel_sure") {
                    self.say(words, &[("flow", Value::Text(flow))]);
                }
                let label = |name: &str| self.own(name).unwrap_or_else(|| name.to_owned());
                vec![
                    StoredChip { label: label("stop_label"), value: Value::from(STOP) },
                    StoredChip { label: label("go_on_label"), value: Value::from(GO_ON) },
                ]
            }
            Question::Change(slots) => {
                self.say_own("what_to_change");
                let language = self.language();
                let chip = |slot: &SlotName| {
                    let value = self.slot(slot)?;
                    let label = self.rules.show(self.entity_of(slot.as_str()).as_ref(), value, language);
                    Some(StoredChip { label, value: Value::from(slot.as_str()) })
                };
                slots.iter().filter_map(chip).collect()
            }
        };
        self.show_chips(chips);
    }

    fn intent_chips(&self, ids: &[IntentId]) -> Vec<StoredChip> {
        ids.iter().map(|id| StoredChip { label: self.titled(id), value: Value::from(id.as_str()) }).collect()
    }

    fn show_chips(&mut self, chips: Vec<StoredChip>) {
        let shown = chips.iter().map(|chip| shown(chip, self.doc)).collect();
        self.doc.chips = chips;
        self.add_chips(shown);
    }

    /// The chips that the open step shows.
    pub(super) fn step_chips(&self) -> Vec<StoredChip> {
        match self.resting().map(|(_, _, node)| &node.kind) {
            Some(StepKind::Ask(ask)) => self.ask_chips(ask),
            _ => Vec::new(),
        }
    }

    /// The chips of an ask: values of its entity, or rows of what the host returned.
    pub(super) fn ask_chips(&self, ask: &Ask) -> Vec<StoredChip> {
        match &ask.chips {
            Chips::None => Vec::new(),
            Chips::Values(names) => {
                let language = self.language();
                let all: Vec<&str> = match ask.entity.as_ref().and_then(|name| self.rules.pack.entity(name.as_str())) {
                    Some((_, entity)) if names.is_empty() => match &entity.kind {
                        EntityKind::Values(values) => values.iter().map(|value| &*value.name).collect(),
                        _ => Vec::new(),
                    },
                    _ => names.iter().map(|name| &**name).collect(),
                };
                let chip = |name: &str| {
                    let value = Value::from(name);
                    StoredChip { label: self.label(ask, &value, language), value }
                };
                all.into_iter().take(CHIPS).map(chip).collect()
            }
            Chips::From(source) => self.rows(source).into_iter().map(|(chip, _)| chip).collect(),
        }
    }

    fn label(&self, ask: &Ask, value: &Value, language: Language) -> String {
        let label = self.rules.show(ask.entity.as_ref(), value, language);
        if self.script() == Script::Hant { crate::text::to_traditional(&label) } else { label }
    }

    fn rows(&self, source: &ChipSource) -> Vec<(StoredChip, Value)> {
        let rows = self.value(source.rows);
        let chip = |row: &Value| {
            let value = row.field(&source.value).cloned().unwrap_or_default();
            (StoredChip { label: self.render(source.label, Some(row)), value }, row.clone())
        };
        rows.as_list().unwrap_or_default().iter().take(CHIPS).map(chip).collect()
    }

    /// The row a chosen value stands for.
    pub(super) fn chip_row(&self, ask: &Ask, value: &Value) -> Option<Value> {
        let Chips::From(source) = &ask.chips else { return None };
        ask.into.as_ref()?;
        self.rows(source).into_iter().find(|(chip, _)| chip.value == *value).map(|(_, row)| row)
    }
}
