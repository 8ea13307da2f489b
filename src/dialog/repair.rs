//! Repairs: cancel, correction, repeat, skip, undo, "I don't know", "why do you ask?".

use super::answer::weight;
use super::choice::{SPARE_WORDS, choose_by_words, choose_plainly};
use super::message::Heard;
use super::run::{Prompt, Run};
use crate::classify::{Decision, LexiconHit, Request};
use crate::entities::Found;
use crate::rules::{Ask, Builtin, Chips, Effects, Node, Outcome, SlotName, StepKind, Value};
use crate::session::Question;
use crate::text::Language;

/// How much of a clause a command must cover, in percent of its letters: "cancel please" is one, "cancel my order" is not.
const COMMAND_COVER: usize = 55;

/// The same for words that cancel inside an open flow, where nothing else was understood: 算了不退了.
const CANCEL_COVER: usize = 30;

/// From here the clause is nothing else, whatever intent its words are known by as well.
const WHOLE_COVER: usize = 95;

/// Words that say what it should be instead; more are a sentence about something else.
const INSTEAD: usize = 5;

/// Words of a remark on what was shown.
const REMARKS: [&str; 26] = [
    "that",
    "thats",
    "that's",
    "this",
    "it",
    "its",
    "it's",
    "too",
    "very",
    "wrong",
    "why",
    "leave",
    "keep",
    "eso",
    "esto",
    "está",
    "muy",
    "demasiado",
    "mal",
    "isso",
    "isto",
    "muito",
    "demais",
    "errado",
    "caro",
    "expensive",
];

/// The same in Chinese.
const REMARKS_ZH: [&str; 5] = ["太", "这样", "这个不", "错", "为什么"];

/// Lexicons whose words alone are commands to the bot.
const COMMANDS: [&str; 6] = ["cancel", "repeat", "skip", "undo", "dont_know", "why_ask"];

impl Run<'_> {
    /// The first repair that the clause asks for.
    pub(super) fn repair(&mut self, heard: Heard<'_>, request: &Request, text: &str) -> bool {
        if self.correction(heard, request) {
            return true;
        }
        // Why first: most messages hold none of their words.
        if !heard.said.lexicons().iter().any(|hit| COMMANDS.contains(&hit.lexicon().as_str())) {
            return false;
        }
        // Why: what was only learnt says less than a command to the bot.
        let is_learned = request.is_learned() && !self.calls_someone(request);
        let undecided = is_learned || !matches!(request.decision(), Decision::Act(_));
        let is_open = !self.doc.stack.is_empty() || self.doc.question.is_some();
        // Why: what is told beside the wish that opens a flow does not end it: "quiero devolverlo, me arrepentí".
        let ends = !self.started_now();
        // Why the most: "para qué" asks what for, though "para" alone is a stop.
        let most = COMMANDS.into_iter().map(|lexicon| share(heard, request, text, lexicon)).max().unwrap_or(0);
        if is_open
            && ends
            && undecided
            && !request.is_question()
            && most >= CANCEL_COVER
            && share(heard, request, text, "cancel") == most
        {
            self.cancel();
            return true;
        }
        let Some(command) =
            COMMANDS.into_iter().find(|lexicon| most >= COMMAND_COVER && share(heard, request, text, lexicon) == most)
        else {
            return false;
        };
        if command == "cancel" && !ends {
            return false;
        }
        // Why: "no lo tengo" to "which order?" is all that is said, whatever matter it sounds like.
        let undecided = undecided || (is_open && share(heard, request, text, command) >= WHOLE_COVER);
        match command {
            "cancel" if is_open => self.cancel(),
            "cancel" | "undo" if undecided && !is_open && self.has_just_written() => {
                self.say_own("too_late_to_correct");
                self.propose_person();
            }
            "cancel" if undecided => self.say_own("nothing_to_cancel"),
            "repeat" if undecided => self.repeat(),
            "skip" if undecided => return self.skip(),
            "undo" if undecided => return self.undo(),
            "dont_know" if undecided => return self.unknown_answer(),
            "why_ask" => return self.why(),
            _ => return false,
        }
        true
    }

    /// Whether the whole message is a command of this lexicon.
    pub(super) fn is_command(&self, heard: Heard<'_>, lexicon: &str) -> bool {
        heard
            .said
            .requests()
            .iter()
            .any(|request| covers(heard, request, heard.text.get(request.span()).unwrap_or(heard.text), lexicon))
    }

    pub(super) fn is_any_command(&self, heard: Heard<'_>) -> bool {
        COMMANDS.iter().any(|lexicon| self.is_command(heard, lexicon))
    }

    /// Ends the open flow. If that would lose what the customer has told, it is asked first; while host work is under way
    /// it is done at once.
    pub(super) fn cancel(&mut self) {
        let asked = self.doc.question == Some(Question::Cancel);
        if asked || self.doc.pending.is_some() || !self.would_lose() {
            self.stop();
            return;
        }
        self.doc.question = Some(Question::Cancel);
        self.doc.chips.clear();
        self.prompt = Prompt::First;
    }

    /// Whether the flow that ended last does something that cannot be taken back, and nothing was asked since.
    fn has_just_written(&self) -> bool {
        let writes = |node: &Node| match &node.kind {
            StepKind::Call(call) => {
                let action = self.rules.pack.action(call.action.as_str());
                action.is_some_and(|action| action.effects != Effects::Read)
            }
            _ => false,
        };
        let last = self.doc.last_flow.as_ref().and_then(|flow| self.rules.pack.flow(flow.as_str()));
        self.doc.answered.is_none() && last.is_some_and(|flow| flow.program.iter().any(writes))
    }

    /// Whether the open flow holds answers of the customer; once something was done with them nothing is lost.
    fn would_lose(&self) -> bool {
        let is_done = self.doc.slot_frame().is_some_and(|frame| !frame.done.is_empty());
        !is_done && self.filled().iter().any(|ask| !self.is_taken_alone(ask))
    }

    /// Whether the slot took the only row there was, without a word of the customer.
    fn is_taken_alone(&self, ask: &Ask) -> bool {
        let Chips::From(source) = &ask.chips else { return false };
        source.take_single && self.value(source.rows).as_list().is_some_and(|rows| rows.len() == 1)
    }

    /// Ends the open flow, without asking.
    pub(super) fn stop(&mut self) {
        self.held = self.leave_pending();
        let alone = self.doc.stack.is_empty();
        self.doc.question = None;
        self.doc.chips.clear();
        let is_done = self.doc.slot_frame().is_some_and(|frame| !frame.done.is_empty());
        self.say_own(if is_done { "cancelled_done" } else { "cancelled" });
        if is_done {
            self.propose_person();
        }
        if !alone {
            self.end_flow(Outcome::Cancelled);
        }
        self.doc.kept.clear();
    }

    fn repeat(&mut self) {
        let last = std::mem::take(&mut self.doc.last_replies);
        if last.is_empty() {
            self.say_own("nothing_to_repeat");
            return;
        }
        for said in last {
            self.say_text(said.text);
        }
        self.repeats = true;
        let open = self.resting().is_some() || self.doc.question.is_some();
        // Why: the repeated words hold the question already; only its chips must come again.
        self.prompt = if open { Prompt::ChipsOnly } else { Prompt::Quiet };
    }

    fn skip(&mut self) -> bool {
        let Some((_, _, node)) = self.resting().filter(|_| self.doc.question.is_none()) else { return false };
        match &node.kind {
            StepKind::Ask(ask) if ask.optional => self.skip_ask(node),
            _ => {
                self.say_own("cannot_skip");
                self.come_back();
            }
        }
        true
    }

    /// Goes back to the last question answered in the open flow.
    fn undo(&mut self) -> bool {
        let Some(last) = self.last_answered() else {
            self.say_own("nothing_to_undo");
            self.come_back();
            return true;
        };
        if self.is_sealed(&last) {
            self.too_late();
        } else {
            self.say_own("undone");
            self.change_slot(&last);
        }
        true
    }

    /// "I don't know": an optional question is left out, any other counts as a failed answer.
    fn unknown_answer(&mut self) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        let StepKind::Ask(ask) = &node.kind else { return false };
        if self.doc.question.is_some() {
            return false;
        }
        if ask.optional {
            self.skip_ask(node);
        } else {
            self.count_failed(node, ask);
        }
        true
    }

    fn why(&mut self) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        match &node.kind {
            StepKind::Ask(ask) => match &ask.why {
                Some(words) => self.say(words, &[]),
                None => self.say_own("why_ask"),
            },
            StepKind::Confirm(_) | StepKind::Choose(_) => self.say_own("why_ask"),
            _ => return false,
        }
        self.come_back();
        true
    }

    /// A slot answered before is named anew: "no, it's AB99…".
    fn correction(&mut self, heard: Heard<'_>, request: &Request) -> bool {
        let Some((_, _, node)) = self.resting() else { return false };
        let span = request.span();
        let lead = heard.said.lexicons().iter().any(|hit| *hit.lexicon() == *"correction");
        let open = match &node.kind {
            StepKind::Ask(ask) => ask.entity.clone(),
            _ => None,
        };
        let inside = heard.values().filter(|found| {
            let is_inside = span.start <= found.span().start && found.span().end <= span.end;
            is_inside && (lead || open.as_ref() != Some(found.entity()))
        });
        // Why: without a word of correction a value in a sentence of its own business is no correction.
        let is_own_business = !lead && (request.is_question() || matches!(request.decision(), Decision::Act(_)));
        if let Some((slot, value)) = self.named_anew(inside).filter(|_| !is_own_business) {
            self.correct(&slot, &value);
            return true;
        }
        if lead
            && let Some((slot, value)) = self.other_choice(heard, heard.text.get(span.clone()).unwrap_or(heard.text))
        {
            self.correct(&slot, &value);
            return true;
        }
        // Why: "hang on, how much is it?" asks; there is nothing to correct.
        let goes_on = |other: &Request| {
            other.span() != span && (other.is_question() || matches!(other.decision(), Decision::Act(_)))
        };
        let is_alone = !heard.said.requests().iter().any(goes_on);
        if lead && is_alone && covers(heard, request, heard.text.get(span.clone()).unwrap_or(heard.text), "correction")
        {
            return self.ask_what_to_change();
        }
        false
    }

    /// The slot that has another value than one found here. A number that fits several slots is meant for the one that was
    /// answered latest.
    fn named_anew<'f>(&self, found: impl Iterator<Item = &'f Found>) -> Option<(SlotName, Value)> {
        let other = |found: &Found| {
            let slots = self.slots_of(found.entity()).into_iter();
            slots
                .filter(|slot| self.slot(slot).is_some_and(|value| value != found.value()))
                .map(|slot| (slot, found.value().clone()))
                .collect::<Vec<_>>()
        };
        let mut others: Vec<(SlotName, Value)> = found.flat_map(other).collect();
        let answered = self.answered_last_first();
        let age = |slot: &SlotName| answered.iter().position(|known| known == slot).unwrap_or(usize::MAX);
        let latest = (0..others.len()).min_by_key(|place| others.get(*place).map(|(slot, _)| age(slot)))?;
        Some(others.swap_remove(latest))
    }

    /// At a confirm another value of a slot is a correction however it is put.
    pub(super) fn names_another(&mut self, heard: Heard<'_>) -> bool {
        let at_confirm = matches!(self.resting().map(|(_, _, node)| &node.kind), Some(StepKind::Confirm(_)));
        let other = self.named_anew(heard.values().filter(|_| at_confirm));
        let other = other.or_else(|| self.other_choice(heard, heard.text).filter(|_| at_confirm));
        let Some((slot, value)) = other else { return false };
        self.correct(&slot, &value);
        true
    }

    /// At a confirm: "no, the second one", "不对，是台灯".
    pub(super) fn corrected_choice(&self, heard: Heard<'_>) -> Option<(SlotName, Value)> {
        let answer = self.rules.entities().answer(heard.text);
        let refused = answer.filter(|answer| !answer.is_yes).and_then(|answer| answer.rest);
        let leads = heard.said.lexicons().iter().any(|hit| *hit.lexicon() == *"correction");
        let text = match refused {
            Some(rest) => heard.text.get(rest)?,
            None if leads => heard.text,
            None => return None,
        };
        self.corrected_address(text).or_else(|| self.other_choice(heard, text))
    }

    /// "No, 24 Park Lane, London": another address, however many words it shares with one that was offered.
    fn corrected_address(&self, text: &str) -> Option<(SlotName, Value)> {
        let text = trimmed(text);
        let address = Value::from(self.rules.entities().sure_address(text)?);
        let takes = |ask: &&Ask| self.kind_of(ask) == Some(Builtin::Address);
        let ask = self.filled().into_iter().find(takes)?;
        (self.slot(&ask.slot) != Some(&address)).then(|| (ask.slot.clone(), address))
    }

    /// At a confirm that shows one text of the customer's own: what it should be instead, "no, mejor 43", 不，要蓝色的.
    pub(super) fn corrected_words(&self, heard: Heard<'_>, node: &Node) -> Option<(SlotName, Value)> {
        let is_shown = |ask: &&Ask| self.is_free_text(ask) && node.reads.contains(&ask.slot);
        let shown: Vec<&Ask> = self.filled().into_iter().filter(is_shown).collect();
        let [ask] = shown[..] else { return None };
        let answer = self.rules.entities().answer(heard.text);
        let said = match answer {
            Some(answer) if !answer.is_yes => heard.text.get(answer.rest?)?,
            Some(_) => return None,
            None => heard.text,
        };
        let is_other = |request: &Request| request.is_question() || !matches!(request.decision(), Decision::Nothing);
        // Why: "等等，抬头写错了，应该是…" says what it should be, whatever leads to it.
        let lead =
            heard.said.lexicons().iter().filter(|hit| *hit.lexicon() == *"correction").map(|hit| hit.span().end).max();
        let told = lead.and_then(|end| heard.text.get(end..)).map(trimmed);
        let told = told.filter(|told| weight(told) > 0 && !remarks(told));
        if let Some(told) = told.filter(|_| !heard.said.requests().iter().any(Request::is_question)) {
            let value = Value::from(told);
            return (self.slot(&ask.slot) != Some(&value)).then(|| (ask.slot.clone(), value));
        }
        let held = ["hold", "dont_know", "cancel", "undo", "why_ask", "repeat", "frustration", "praise"];
        let is_instead = !heard.said.requests().iter().any(is_other)
            && self.rules.entities().answer(said).is_none()
            && heard.said.lexicons().iter().all(|hit| !held.iter().any(|name| *hit.lexicon() == **name));
        let fewest = if said.len() < heard.text.len() { 1 } else { 2 };
        let said = without(heard, said, "correction");
        let said = trimmed(&said);
        if !is_instead || !(fewest..=INSTEAD).contains(&weight(said)) || remarks(said) {
            return None;
        }
        let value = Value::from(said);
        (self.slot(&ask.slot) != Some(&value)).then(|| (ask.slot.clone(), value))
    }

    /// A chip of an earlier question of the open flow that the text names, if it is not the one chosen.
    pub(super) fn other_choice(&self, heard: Heard<'_>, text: &str) -> Option<(SlotName, Value)> {
        let text = without(heard, text, "correction");
        let lists: Vec<_> = self.filled().into_iter().map(|ask| (ask, self.ask_chips(ask))).collect();
        let lists: Vec<_> = lists.into_iter().filter(|(_, chips)| !chips.is_empty()).collect();
        let named = lists.iter().rev().find_map(|(ask, chips)| {
            let labels: Vec<&str> = chips.iter().map(|chip| chip.label.as_str()).collect();
            // Why: "the first one" says nothing where there were two lists.
            let plain = choose_plainly(&text, &labels).filter(|_| lists.len() == 1);
            let index = plain.or_else(|| choose_by_words(&text, &labels, SPARE_WORDS));
            Some((&ask.slot, &chips.get(index?)?.value))
        });
        let (slot, value) = named?;
        (self.slot(slot) != Some(value)).then(|| (slot.clone(), value.clone()))
    }

    fn ask_what_to_change(&mut self) -> bool {
        let slots: Vec<SlotName> = self.filled().into_iter().map(|ask| ask.slot.clone()).collect();
        if slots.is_empty() {
            return false;
        }
        self.doc.question = Some(Question::Change(slots));
        self.prompt = Prompt::First;
        true
    }

    pub(super) fn too_late(&mut self) {
        self.say_own("too_late_to_correct");
        self.propose_person();
        self.come_back();
    }
}

/// Whether a text speaks of what was shown instead of naming something else: "that's too much", "está mal", 这太贵了.
fn remarks(said: &str) -> bool {
    let words = crate::entities::words(said);
    words.iter().any(|word| REMARKS.contains(&&**word)) || REMARKS_ZH.iter().any(|sign| said.contains(sign))
}

/// A text without the marks around it.
fn trimmed(text: &str) -> &str {
    text.trim().trim_matches([',', '，', '.', '。', '!', '！', ':', '：']).trim()
}

/// A part of the message without the words of a lexicon.
fn without(heard: Heard<'_>, part: &str, lexicon: &str) -> String {
    let mut rest = part.to_owned();
    let hits = heard.said.lexicons().iter().filter(|hit| *hit.lexicon() == *lexicon);
    for words in hits.filter_map(|hit| heard.text.get(hit.span())) {
        if let Some(at) = rest.find(words) {
            rest.replace_range(at..at + words.len(), " ");
        }
    }
    rest
}

/// Whether words of a lexicon are (nearly) all a clause says.
pub(super) fn covers(heard: Heard<'_>, request: &Request, text: &str, lexicon: &str) -> bool {
    share(heard, request, text, lexicon) >= COMMAND_COVER
}

/// Whether what a word of a lexicon says is denied. In English "no" before a command only answers: "no leave it".
fn is_denied(heard: Heard<'_>, hit: &LexiconHit) -> bool {
    let before = heard.text.get(..hit.span().start).unwrap_or_default().trim_end();
    let answers = || before.split_whitespace().next_back().is_some_and(|word| word.eq_ignore_ascii_case("no"));
    hit.negated() && !(heard.said.language() == Language::En && answers())
}

/// How much of a clause is words of a lexicon, in percent of its letters.
fn share(heard: Heard<'_>, request: &Request, text: &str, lexicon: &str) -> usize {
    let span = request.span();
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let mut covered = 0;
    let mut end = span.start;
    for hit in heard.said.lexicons() {
        let at = hit.span();
        if *hit.lexicon() != *lexicon || is_denied(heard, hit) || at.end <= end || at.end > span.end {
            continue;
        }
        // Why from the end of the last: "why" and "why do you need that" begin with the same word.
        covered += heard.text.get(at.start.max(end)..at.end).map_or(0, letters);
        end = at.end;
    }
    // Why: most clauses hold none of the words, and then nothing need be counted.
    if covered == 0 { 0 } else { covered * 100 / letters(text).max(1) }
}
