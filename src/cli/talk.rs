use std::io::{self, BufRead, IsTerminal, Write};

use super::arguments::Chat;
use super::clock::now;
use super::exit::{Done, Stop, Verdict};
use super::explain::explained;
use super::jsonl::hold;
use super::lines::next_line;
use super::open::{self, Explained};
use crate::dialog::{Effect, Event, Waiting};
use crate::engine::Engine;
use crate::escalation::Handoff;
use crate::reply::Chip;
use crate::session::Session;
use crate::testing::{Exchange, Script};

/// The bot's lines and the customer's, told apart.
const BOT: &str = "  ";
const PROMPT: &str = "› ";
const NOTE: &str = "  · ";

/// Moments that may have come between two lines.
const TICKS: usize = 100;

/// A conversation at the terminal.
struct Talk<O: Write> {
    engine: Engine,
    session: Session,
    script: Option<Script>,
    explained: Explained,
    /// What can be chosen by its number.
    chips: Vec<Chip>,
    output: O,
}

pub(super) fn run(chat: &Chat) -> Done {
    let engine = open::engine(&chat.pack, Explained::Yes)?;
    let script = chat.actions.as_deref().map(open::script).transpose()?;
    let mut input = io::stdin().lock();
    let is_typed = io::stdin().is_terminal();
    let mut talk = Talk {
        engine,
        session: Session::new("terminal"),
        script,
        explained: chat.explain.into(),
        chips: Vec::new(),
        output: io::stdout().lock(),
    };
    if is_typed {
        let languages: Vec<&str> = talk.engine.languages().iter().map(|language| language.code()).collect();
        eprintln!("{} ({}). A number chooses a chip. /explain, /quit", chat.pack.display(), languages.join(", "));
        if talk.script.is_none() {
            eprintln!("Host actions fail, as no --actions FILE answers them.");
        }
    }
    talk.listen(&mut input, is_typed.into())
}

/// Whether a person types.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Typed {
    Yes,
    No,
}

impl From<bool> for Typed {
    fn from(is_typed: bool) -> Self {
        if is_typed { Typed::Yes } else { Typed::No }
    }
}

impl<O: Write> Talk<O> {
    fn listen(&mut self, input: &mut impl BufRead, typed: Typed) -> Done {
        loop {
            if typed == Typed::Yes {
                eprint!("{PROMPT}");
            }
            let Some(line) = next_line(input)? else { return Ok(Verdict::Fine) };
            match line.trim() {
                "/quit" | "/exit" => return Ok(Verdict::Fine),
                "/explain" => {
                    self.explained = if self.explained == Explained::Yes { Explained::No } else { Explained::Yes };
                    let state = if self.explained == Explained::Yes { "on" } else { "off" };
                    eprintln!("{NOTE}explanations are {state}");
                }
                said => self.answer(said)?,
            }
        }
    }

    fn answer(&mut self, said: &str) -> Result<(), Stop> {
        self.pass_time()?;
        let event = match self.chosen(said) {
            Some(chip) => {
                writeln!(self.output, "{NOTE}{}", chip.label())?;
                Event::choice(chip.value().clone())
            }
            None => Event::message(said),
        };
        self.hold(event, Some(said))
    }

    /// The chip whose number was typed.
    fn chosen(&self, said: &str) -> Option<Chip> {
        let number: usize = said.parse().ok()?;
        self.chips.get(number.checked_sub(1)?).cloned()
    }

    /// What came due since the last line.
    fn pass_time(&mut self) -> Result<(), Stop> {
        for _ in 0..TICKS {
            if self.session.next_deadline().is_none_or(|due| due > now()) {
                break;
            }
            self.hold(Event::tick(), None)?;
        }
        Ok(())
    }

    fn hold(&mut self, event: Event, said: Option<&str>) -> Result<(), Stop> {
        match hold(&self.engine, &mut self.session, event, now(), self.script.as_mut()) {
            Ok(exchange) => self.show(&exchange, said),
            Err(error) => {
                writeln!(self.output, "{NOTE}{error}")?;
                Ok(())
            }
        }
    }

    fn show(&mut self, exchange: &Exchange, said: Option<&str>) -> Result<(), Stop> {
        if self.explained == Explained::Yes {
            self.explain(exchange, said)?;
        }
        let mut chips = Vec::new();
        for reply in exchange.replies() {
            writeln!(self.output, "{BOT}{}", reply.text().replace('\n', "\n  "))?;
            for card in reply.cards() {
                let parts = [&card.title, &card.image, &card.link];
                let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
                writeln!(self.output, "{BOT}▫ {}", parts.join(" "))?;
            }
            for chip in reply.chips() {
                chips.push(chip.clone());
                writeln!(self.output, "{BOT}  {}  {}", chips.len(), chip.label())?;
            }
        }
        if !chips.is_empty() || exchange.replies().next().is_some() {
            self.chips = chips;
        }
        for effect in exchange.effects() {
            self.note(effect)?;
        }
        if exchange.replies().next().is_none() && said.is_some() {
            let why = match exchange.waiting() {
                Some(Waiting::Agent) => "a person has the conversation",
                Some(Waiting::Action) => "host work is under way",
                _ => "there is nothing to say",
            };
            writeln!(self.output, "{NOTE}the bot is silent: {why}")?;
        }
        Ok(self.output.flush()?)
    }

    fn note(&mut self, effect: &Effect) -> Result<(), Stop> {
        match effect {
            Effect::HandoffOpened(handoff) => {
                let Handoff { reason, queue, priority, .. } = &**handoff;
                let priority = format!("{priority:?}").to_lowercase();
                writeln!(self.output, "{NOTE}handed over: {reason}, to the queue {queue}, priority {priority}")?;
                let language = self.session.language().and_then(|language| handoff.summary.get(&language));
                if let Some(summary) = language.or_else(|| handoff.summary.values().next()) {
                    writeln!(self.output, "{NOTE}{summary}")?;
                }
            }
            Effect::HandoffUpdated(_) => writeln!(self.output, "{NOTE}the handoff was updated")?,
            Effect::HandoffWithdrawn(_) => writeln!(self.output, "{NOTE}the handoff was withdrawn")?,
            Effect::ToAgent(_) => writeln!(self.output, "{NOTE}passed on to the person at the desk")?,
            Effect::Action(call) if self.explained == Explained::Yes => {
                writeln!(self.output, "{NOTE}action {} {}", call.name(), json(call.arguments()))?;
            }
            Effect::Action(_) => {}
        }
        Ok(())
    }

    fn explain(&mut self, exchange: &Exchange, said: Option<&str>) -> Result<(), Stop> {
        if let Some(text) = said {
            let explanation = self.engine.explain(text);
            for line in explained(text, &explanation) {
                writeln!(self.output, "{NOTE}{line}")?;
            }
        }
        for turn in exchange.turns() {
            for passed in turn.passed() {
                writeln!(self.output, "{NOTE}not {}: {}", passed.rung, passed.why)?;
            }
            let flow = turn.flow().map_or_else(String::new, |flow| format!(", flow {flow}"));
            let asks = turn.asks().map_or_else(String::new, |step| format!(", at {step}"));
            writeln!(self.output, "{NOTE}taken by {}{flow}{asks}", turn.rung())?;
        }
        Ok(())
    }
}

fn json(value: &crate::rules::Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
