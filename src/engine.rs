//! The engine: a pack made ready, and the calls a host needs. Composition only.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use crate::classify::{Classification, Classifier, Explanation, Hints, Options, Scratch, Switch};
use crate::diagnostic::Diagnostic;
use crate::dialog::{Actions, Answer, Event, EventError, Rulebook, Turn, handle, handle_with};
use crate::load::{LoadError, Loaded, Source, load, read_dir};
use crate::rules::{Contract, Field, FlowId, IntentId, Revision, Value};
use crate::session::Session;
use crate::text::Language;

/// A rule pack ready to answer: immutable, shared between threads, cheap to clone.
///
/// To change rules build another and use it from the next turn on; a turn under way keeps the rules it began with.
///
/// # Examples
/// ```
/// use std::time::SystemTime;
/// use kefu::{Engine, Event, Session};
///
/// let engine = Engine::builder()
///     .source("bot.yaml", "
/// languages: {default: en}
/// intents:
///   opening_hours:
///     keywords: {en: [opening hours, when are you open]}
///     say: {en: We are open from 9 to 21.}
/// ")
///     .build()?;
/// let mut session = Session::new("customer-42");
/// let turn = engine.handle(&mut session, Event::message("When are you open?"), SystemTime::UNIX_EPOCH)?;
/// assert_eq!(turn.replies()[0].text(), "We are open from 9 to 21.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    rules: Arc<Rulebook>,
    warnings: Arc<[Diagnostic]>,
}

/// Builds an [`Engine`] from sources in memory.
#[derive(Clone, Debug, Default)]
#[must_use = "call `build` to get the engine"]
pub struct EngineBuilder {
    sources: Vec<Source>,
    actions: Option<Vec<String>>,
    contracts: Vec<Contract>,
    options: Options,
    tracing: bool,
}

/// A part of understanding that can be switched off, to measure what it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// Words match in their other inflections.
    Stems,
    /// Misspelt words match, and so do words with a space too few or too many.
    Typos,
    /// Negation takes hits away.
    Negation,
    /// Likeness to examples counts where it can change the outcome.
    Similarity,
}

impl Engine {
    /// The engine for a folder of rules.
    ///
    /// # Errors
    /// If the folder cannot be read, holds no rules, or any rule is wrong: [`LoadError::diagnostics`] has every problem.
    pub fn from_dir(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        EngineBuilder::default().dir(path)?.build()
    }

    /// A builder, for rules that are not in a folder.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// One turn: what an event at a moment leads to.
    ///
    /// The moment must not come from the rules' point of view before the last one; a clock set back only delays.
    ///
    /// # Errors
    /// If the event does not fit the session, which then is unchanged. What a customer writes is never an error.
    pub fn handle(&self, session: &mut Session, event: Event, now: SystemTime) -> Result<Turn, EventError> {
        handle(&self.rules, session, event, now)
    }

    /// A turn and all the host work it leads to, for hosts that can do or begin the work at once: effects left are handoffs.
    ///
    /// # Errors
    /// As [`handle`](Self::handle).
    pub fn handle_with(
        &self,
        session: &mut Session,
        event: Event,
        now: SystemTime,
        actions: &Actions,
    ) -> Result<Turn, EventError> {
        handle_with(&self.rules, session, event, now, actions)
    }

    /// What a message says, without a conversation around it.
    pub fn classify(&self, text: &str) -> Classification {
        let mut scratch = Scratch::new();
        self.classify_with(&mut scratch, text).clone()
    }

    /// The same with working memory kept from message to message; once warm it allocates nothing.
    pub fn classify_with<'s>(&self, scratch: &'s mut Scratch, text: &str) -> &'s Classification {
        self.rules.classifier.classify(scratch, text, &Hints::default())
    }

    /// What a message says, and why.
    pub fn explain(&self, text: &str) -> Explanation {
        self.rules.classifier.explain(text, &Hints::default())
    }

    /// What is odd about the rules, though they work.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The contracts of all host work the rules ask for.
    pub fn actions(&self) -> impl Iterator<Item = Contract> + '_ {
        self.rules.pack.actions.iter().map(Contract::of)
    }

    /// The facts about the customer that the rules declare.
    pub fn customer_facts(&self) -> impl Iterator<Item = &Field> {
        self.rules.pack.customer.iter()
    }

    /// The pack's answers for a few words in any of its languages, the best first, said in one language.
    ///
    /// For a FAQ page or an agent's desk: what an intent says, with the facts in it; or, without a text, the flow or the person
    /// that it leads to, by its title. At most ten.
    ///
    /// # Examples
    /// ```
    /// use kefu::{Engine, Language};
    ///
    /// let engine = Engine::builder()
    ///     .source("bot.yaml", "
    /// languages: {default: en, also: [es]}
    /// intents:
    ///   opening_hours:
    ///     title: {en: Opening hours, es: Horario}
    ///     keywords: {en: [when are you open], es: [a qué hora abren]}
    ///     say: {en: We are open from 9 to 21., es: Abrimos de 9 a 21.}
    ///   parking:
    ///     title: {en: Parking, es: Aparcamiento}
    ///     keywords: {en: [where can i park], es: [dónde aparco]}
    ///     say: {en: Behind the shop., es: Detrás de la tienda.}
    /// ")
    ///     .build()?;
    /// let answers = engine.search("horario", Language::En);
    /// assert_eq!(answers[0].text(), Some("We are open from 9 to 21."));
    /// # Ok::<(), kefu::LoadError>(())
    /// ```
    pub fn search(&self, query: &str, language: Language) -> Vec<Answer> {
        self.rules.search(query, language)
    }

    /// Does now what would otherwise be done for the first messages: compiles the few patterns that need it, lists the words that a
    /// misspelt one may be and what a search looks in.
    pub fn warm_up(&self) {
        self.rules.warm_up();
    }

    /// The names of all intents, sorted.
    pub fn intents(&self) -> impl Iterator<Item = &IntentId> + '_ {
        self.rules.pack.intents.iter().map(|intent| &intent.id)
    }

    /// The names of all flows, sorted.
    pub fn flows(&self) -> impl Iterator<Item = &FlowId> + '_ {
        self.rules.pack.flows.iter().map(|flow| &flow.id)
    }

    /// A flow as a Mermaid flowchart, which many editors and wikis draw; `None` if there is no such flow.
    pub fn graph(&self, flow: &str) -> Option<String> {
        Some(crate::check::draw(&self.rules, self.rules.pack.flow(flow)?))
    }

    /// The languages the rules speak, the default first.
    pub fn languages(&self) -> &[Language] {
        &self.rules.pack.languages.all
    }

    /// The content hash of the rules.
    pub fn revision(&self) -> &Revision {
        &self.rules.pack.revision
    }

    /// What an intent is called in a language, as on a chip.
    pub fn title(&self, intent: &IntentId, language: Language) -> Option<String> {
        let (_, intent) = self.rules.pack.intent(intent.as_str())?;
        let script = if language == Language::Zh { crate::text::Script::Hans } else { crate::text::Script::Latin };
        self.rules.plain(intent.title.as_ref()?, language, script)
    }

    /// What to say to somebody who wrote this when no turn can be made: in their language, as far as one message shows it.
    #[cfg(feature = "serve")]
    pub(crate) fn regret(&self, message: &str) -> Option<String> {
        let pack = &self.rules.pack;
        let heard = self.classify(message);
        self.rules.plain(pack.text("unavailable")?, heard.language(), heard.script())
    }

    /// Tells a session facts about its customer, as far as the pack declares them. What follows from them, follows in the
    /// next turn.
    pub(crate) fn acquaint(&self, session: &mut Session, facts: &Value) {
        crate::dialog::acquaint(&self.rules, &mut session.document, facts);
    }

    pub(crate) fn rulebook(&self) -> &Rulebook {
        &self.rules
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("revision", &self.rules.pack.revision).finish_non_exhaustive()
    }
}

impl EngineBuilder {
    /// Adds a file of rules; the name is what diagnostics call it.
    pub fn source(mut self, name: impl Into<String>, text: impl Into<Vec<u8>>) -> Self {
        self.sources.push(Source::new(name, text));
        self
    }

    /// Adds every rule file of a folder.
    ///
    /// # Errors
    /// If the folder cannot be read or holds no rules.
    pub fn dir(mut self, path: impl AsRef<Path>) -> Result<Self, LoadError> {
        self.sources.extend(read_dir(path.as_ref())?);
        Ok(self)
    }

    /// The host work that is implemented: [`build`](Self::build) refuses rules that ask for other work, and names the rules
    /// do not know.
    pub fn actions<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.actions = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// What the host implements, with its types: [`build`](Self::build) refuses rules that ask for something else. May be given
    /// for some actions only.
    ///
    /// # Examples
    /// ```
    /// use kefu::{Contract, Engine, Type};
    /// let error = Engine::builder()
    ///     .source("bot.yaml", "
    /// languages: {default: en}
    /// actions: {points.look_up: {in: {card: text}, out: {points: integer}, effect: read}}
    /// ")
    ///     .contract(Contract::new("points.look_up").takes("card", Type::Text).gives("points", Type::Text).reads())
    ///     .build()
    ///     .unwrap_err();
    /// assert_eq!(error.to_string(), "`points.look_up`: the host gives `points` as text, the rules expect integer");
    /// ```
    pub fn contract(mut self, contract: Contract) -> Self {
        self.contracts.push(contract);
        self
    }

    /// Switches a part of understanding off.
    pub fn without(mut self, part: Part) -> Self {
        let switch = match part {
            Part::Stems => &mut self.options.stems,
            Part::Typos => &mut self.options.typos,
            Part::Negation => &mut self.options.negation,
            Part::Similarity => &mut self.options.similarity,
        };
        *switch = Switch::Off;
        self
    }

    /// Turns say why each rung passed; costs a little time.
    pub fn tracing(mut self) -> Self {
        self.tracing = true;
        self
    }

    /// The engine.
    ///
    /// # Errors
    /// If any rule is wrong, or the host's actions are not those the rules ask for.
    pub fn build(self) -> Result<Engine, LoadError> {
        let Loaded { pack, expressions, warnings } = load(&self.sources)?;
        if let Some(names) = &self.actions {
            let known: Vec<&str> = pack.actions.iter().map(|action| action.name.as_str()).collect();
            let missing = known.iter().filter(|name| !names.iter().any(|given| given == *name));
            let unknown = names.iter().filter(|given| !known.contains(&given.as_str()));
            let missing: Vec<String> = missing.map(ToString::to_string).collect();
            let unknown: Vec<String> = unknown.cloned().collect();
            if !missing.is_empty() || !unknown.is_empty() {
                return Err(LoadError::actions(&missing, &unknown));
            }
        }
        let mut broken = Vec::new();
        for host in &self.contracts {
            match pack.action(host.name.as_str()).map(Contract::of) {
                Some(rules) => {
                    broken.extend(rules.broken_by(host).into_iter().map(|what| format!("`{}`: {what}", host.name)));
                }
                None => broken.push(format!("the rules do not know `{}`", host.name)),
            }
        }
        if !broken.is_empty() {
            return Err(LoadError::contracts(&broken));
        }
        let classifier = Classifier::new(pack, self.options);
        let pack = Arc::clone(classifier.pack());
        let rules = Rulebook::new(pack, expressions, classifier, self.tracing);
        Ok(Engine { rules: Arc::new(rules), warnings: warnings.into() })
    }
}
