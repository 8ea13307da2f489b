/// A key that a map of rules may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// One sentence for editors and messages.
    pub(crate) about: &'static str,
}

/// What stands under a key, for the schema and for messages.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    Number,
    Whole,
    Flag,
    Duration,
    Day,
    Choice(&'static [&'static str]),
    /// A bare expression.
    Expression,
    /// Words per language.
    Words,
    /// Phrases per language.
    Phrases,
    /// Sentences per language.
    Sentences,
    Type,
    Steps,
    /// The name of something defined elsewhere.
    Name,
    Table(&'static Table),
    List(&'static Kind),
    /// Any names, each with one kind of value.
    Named(&'static Kind),
    Either(&'static [Kind]),
    Any,
}

/// The keys of one kind of map.
#[derive(Debug)]
pub(crate) struct Table {
    /// What the map is, for messages: "an intent".
    pub(crate) what: &'static str,
    pub(crate) keys: &'static [Key],
}

impl Table {
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }
}

const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, about }
}

const PRIORITIES: &[&str] = &["low", "normal", "high", "urgent"];
const CHIPS: Kind = Kind::Either(&[Kind::Flag, Kind::List(&Kind::Name), Kind::Table(&CHIP_SOURCE)]);
const BRANCHES: Kind = Kind::Named(&Kind::Steps);
const PRESETS: Kind = Kind::Named(&Kind::Either(&[Kind::Text, Kind::Number, Kind::Flag, Kind::Table(&FROM)]));

pub(crate) static FILE: Table = Table {
    what: "a rule file",
    keys: &[
        key("kefu", Kind::Whole, "Version of the rule language: 1."),
        key(
            "language",
            Kind::Choice(&["zh", "en", "es", "pt"]),
            "All texts and lists of this file are of this language.",
        ),
        key("version", Kind::Whole, "The pack's own version; a node with an older one migrates no session."),
        key("languages", Kind::Table(&LANGUAGES), "The languages the bot speaks."),
        key("thresholds", Kind::Table(&THRESHOLDS), "How sure the bot must be before it acts."),
        key("session", Kind::Table(&SESSION), "How long things of a conversation last."),
        key("facts", Kind::Named(&Kind::Any), "What a shop changes first; texts read it as `facts.name`."),
        key("customer", Kind::Named(&Kind::Type), "What the host may tell about the customer."),
        key("words", Kind::Named(&Kind::Phrases), "Word groups, used as <name> in keywords."),
        key("entities", Kind::Named(&Kind::Table(&ENTITY)), "Typed values found in messages."),
        key("intents", Kind::Named(&Kind::Table(&INTENT)), "What customers want, how it is recognised, what to do."),
        key("notices", Kind::Named(&Kind::Table(&NOTICE)), "Words said before an answer while they hold."),
        key("actions", Kind::Named(&Kind::Table(&ACTION)), "Typed contracts of what the host does."),
        key("flows", Kind::Named(&Kind::Table(&FLOW)), "Named lists of steps."),
        key("escalation", Kind::Table(&ESCALATION), "When a conversation goes to a person, where to and how soon."),
        key("texts", Kind::Named(&Kind::Words), "The bot's own words, and texts used by `{text: name}`."),
        key("lexicons", Kind::Named(&Kind::Phrases), "Weighted word lists with a meaning."),
        key("stems", Kind::Table(&STEMS), "Exceptions to stemming."),
        key("channels", Kind::Named(&Kind::Table(&CHANNEL)), "What each channel can show."),
        key("consent", Kind::Table(&CONSENT), "Asked before private data."),
        key("learned", Kind::Table(&LEARNED), "What `tune` learnt; written by it alone."),
    ],
};

pub(crate) static LANGUAGES: Table = Table {
    what: "`languages`",
    keys: &[
        key("default", Kind::Choice(&["zh", "en", "es", "pt"]), "The language when nothing tells another."),
        key("also", Kind::List(&Kind::Choice(&["zh", "en", "es", "pt"])), "The other languages."),
        key(
            "fallback",
            Kind::Named(&Kind::Choice(&["zh", "en", "es", "pt"])),
            "Whose texts are said where a language has none.",
        ),
    ],
};

pub(crate) static THRESHOLDS: Table = Table {
    what: "`thresholds`",
    keys: &[
        key("act", Kind::Number, "Confidence from 0 to 1 from which the bot acts."),
        key("margin", Kind::Number, "Gap from 0 to 1 to the runner-up below which it asks."),
    ],
};

pub(crate) static SESSION: Table = Table {
    what: "`session`",
    keys: &[
        key(
            "remind",
            Kind::Duration,
            "Silence after which an open question is brought to mind, once; never without it.",
        ),
        key("flow_expires", Kind::Duration, "Silence after which an open flow is given up; 24h without it."),
        key("expires", Kind::Duration, "Silence after which the conversation is forgotten; 30d without it."),
        key("verified", Kind::Duration, "How long it holds that the customer has proved who it is; 1h without it."),
    ],
};

pub(crate) static ENTITY: Table = Table {
    what: "an entity",
    keys: &[
        key("pattern", Kind::Text, "A regular expression for its values."),
        key("form", Kind::Choice(&["as_written", "upper", "lower", "digits"]), "The spelling values are brought into."),
        key("builtin", Kind::Name, "One of the library's own entities."),
        key("values", Kind::Named(&Kind::Phrases), "Named values, each with its words; the first is the label."),
        key(
            "private",
            Kind::Either(&[Kind::Flag, Kind::Choice(&["mask", "keep_last_4"])]),
            "How it is masked wherever it leaves a turn.",
        ),
        key("alone", Kind::List(&Kind::Name), "Intents offered when a message tells a value of it and nothing else."),
    ],
};

pub(crate) static INTENT: Table = Table {
    what: "an intent",
    keys: &[
        key("title", Kind::Words, "Its name on chips and in \"A or B?\"."),
        key("keywords", Kind::Phrases, "Phrases that speak for it, each with an optional weight."),
        key("patterns", Kind::Phrases, "Regular expressions that speak for it."),
        key("unless", Kind::Phrases, "Phrases that take it out of a clause."),
        key("examples", Kind::Sentences, "Messages that must be understood as this intent."),
        key("not_examples", Kind::Sentences, "Messages that must not."),
        key("say", Kind::Words, "The answer."),
        key("flow", Kind::Name, "The flow it starts."),
        key("with", PRESETS, "Slots given to the flow."),
        key("handoff", Kind::Name, "The reason for which a person takes over."),
        key("chips", Kind::List(&Kind::Name), "Intents offered after the answer."),
        key("show", Kind::Table(&SHOW), "A picture, title and link with the answer."),
        key("since", Kind::Day, "The answer's first day."),
        key("until", Kind::Day, "The answer's last day."),
    ],
};

pub(crate) static NOTICE: Table = Table {
    what: "a notice",
    keys: &[
        key("say", Kind::Words, "What is said."),
        key("on", Kind::List(&Kind::Name), "The intents before whose answers it is said; all without it."),
        key("since", Kind::Day, "First day."),
        key("until", Kind::Day, "Last day."),
        key("show", Kind::Table(&SHOW), "A picture, title and link."),
    ],
};

pub(crate) static ACTION: Table = Table {
    what: "an action",
    keys: &[
        key("in", Kind::Named(&Kind::Type), "Arguments and their types."),
        key("out", Kind::Named(&Kind::Type), "Results and their types."),
        key("errors", Kind::List(&Kind::Name), "Failures it names."),
        key(
            "effect",
            Kind::Choice(&["read", "write", "note"]),
            "read looks something up; write changes something and needs a yes; note writes what no customer regrets, such as a message.",
        ),
        key("timeout", Kind::Duration, "How long to wait for the host; 10s without it."),
        key("retry", Kind::Whole, "How often a failed request is made again."),
        key("once_per", Kind::List(&Kind::Name), "Arguments that make a request the same one."),
        key("needs", Kind::Name, "A fact that must hold first, such as `verified`."),
    ],
};

pub(crate) static FLOW: Table = Table {
    what: "a flow",
    keys: &[
        key("steps", Kind::Steps, "What happens, in order."),
        key("in", Kind::Named(&Kind::Type), "Slots that a start must bring."),
        key("keep", Kind::List(&Kind::Name), "Slots offered to the next flow."),
        key("event", Kind::Name, "The host event that starts it."),
        key("after", Kind::Duration, "How long after the event."),
        key("busy", Kind::Choice(&["wait", "interrupt", "drop"]), "What happens when another flow is open."),
        key(
            "digress",
            Kind::Choice(&["ask", "leave", "stay"]),
            "What happens when the customer asks for another flow.",
        ),
    ],
};

pub(crate) static STEP: Table = Table {
    what: "a step",
    keys: &[
        key("id", Kind::Name, "Its name in sessions, if the usual one is taken."),
        key("was", Kind::Name, "Its id in an older version."),
        key("say", Kind::Words, "Says something, or the question of this step."),
        key("show", Kind::Table(&SHOW), "A picture, title and link with the words."),
        key("since", Kind::Day, "The first day on which the words are said."),
        key("until", Kind::Day, "The last day on which the words are said."),
        key("ask", Kind::Name, "Asks for a slot."),
        key("entity", Kind::Name, "The type of the answer, if it has another name than the slot."),
        key("again", Kind::Words, "Said when the answer could not be used."),
        key("chips", CHIPS, "Choices under the question."),
        key("offer", Kind::Expression, "A value to propose; yes keeps it."),
        key("optional", Kind::Flag, "Whether the customer may leave it out."),
        key("prefill", Kind::Flag, "false: never filled from the first message."),
        key(
            "told",
            Kind::Whole,
            "How many words the first message must say beside its request to be the answer in free text.",
        ),
        key("valid", Kind::Named(&Kind::Words), "Conditions on the answer, each with what to say."),
        key("tries", Kind::Whole, "Failed answers before `else`; 3 without it, 0 means no limit."),
        key("else", Kind::Steps, "The other branch: no, no usable answer, or the condition does not hold."),
        key("empty", Kind::Steps, "Branch for chips without rows."),
        key("into", Kind::Name, "Slot that takes the result or the chosen row."),
        key("why", Kind::Words, "Answer to \"why do you ask?\"."),
        key("list", Kind::Flag, "Whether several values are one answer."),
        key("confirm", Kind::Words, "A yes/no question."),
        key("choose", Kind::Name, "A question with a branch for each answer."),
        key("options", Kind::Named(&Kind::Table(&OPTION)), "The answers of `choose`."),
        key("call", Kind::Name, "Asks the host to run an action."),
        key("with", PRESETS, "Arguments of the call or slots for the flow."),
        key("errors", BRANCHES, "Branch per declared error, and `other`."),
        key("set", PRESETS, "Gives slots values."),
        key("when", Kind::Expression, "A condition, or with `is` the value to compare."),
        key("then", Kind::Steps, "Steps while the condition holds."),
        key("is", BRANCHES, "Steps per value, and `else`."),
        key("run", Kind::Name, "Runs another flow, then goes on."),
        key("wait", Kind::Either(&[Kind::Duration, Kind::Name]), "Waits for a time or a host event."),
        key("at_most", Kind::Duration, "How long to wait for the event; then `else`."),
        key("handoff", Kind::Name, "Hands the conversation over, for this reason."),
        key("redo", Kind::Name, "Clears a slot and asks for it again."),
        key("end", Kind::Choice(&["resolved", "unresolved", "cancelled"]), "Ends everything."),
    ],
};

pub(crate) static OPTION: Table = Table {
    what: "an option",
    keys: &[
        key("label", Kind::Words, "What stands on its chip."),
        key("words", Kind::Phrases, "What a customer may call it."),
        key("then", Kind::Steps, "What happens when it is chosen."),
    ],
};

pub(crate) static CHIP_SOURCE: Table = Table {
    what: "`chips`",
    keys: &[
        key("from", Kind::Expression, "The rows."),
        key("value", Kind::Name, "The row's field that becomes the slot's value."),
        key("label", Kind::Text, "What stands on a chip; the row is `item`."),
        key("one", Kind::Choice(&["take", "ask"]), "take: a single row is taken without asking."),
    ],
};

pub(crate) static FROM: Table =
    Table { what: "a value", keys: &[key("from", Kind::Expression, "A bare expression that gives the value.")] };

pub(crate) static SHOW: Table = Table {
    what: "`show`",
    keys: &[
        key("image", Kind::Text, "Address of a picture."),
        key("title", Kind::Text, "A title."),
        key("link", Kind::Text, "Where it leads."),
        key("from", Kind::Expression, "A list: one item is shown per row, which is `item`."),
    ],
};

pub(crate) static VARIANT: Table = Table {
    what: "a variant",
    keys: &[key("when", Kind::Expression, "Said only while this holds."), key("say", Kind::Text, "What is said.")],
};

pub(crate) static ESCALATION: Table = Table {
    what: "`escalation`",
    keys: &[
        key("defaults", Kind::Table(&ROUTE), "Queue, priority and words of reasons that name none."),
        key("queues", Kind::List(&Kind::Name), "The queues there are; with it any other name is an error."),
        key("reasons", Kind::Named(&Kind::Table(&REASON)), "Why a conversation goes to a person, the gravest first."),
        key("adjust", Kind::List(&Kind::Table(&ADJUST)), "Changes where it goes; causes nothing."),
        key("targets", Kind::Named(&Kind::Table(&TARGET)), "How long a handoff of a priority may wait."),
        key("hours", Kind::Table(&HOURS), "When people are at the desk."),
        key("while_human", Kind::Table(&WHILE_HUMAN), "What the bot does meanwhile."),
    ],
};

pub(crate) static ROUTE: Table = Table {
    what: "the defaults",
    keys: &[
        key("queue", Kind::Name, "Queue at the agents' desk."),
        key("priority", Kind::Choice(PRIORITIES), "How soon a person should look."),
        key("say", Kind::Words, "Said when handing over."),
    ],
};

pub(crate) static REASON: Table = Table {
    what: "a reason",
    keys: &[
        key("queue", Kind::Name, "Queue at the agents' desk."),
        key("priority", Kind::Choice(PRIORITIES), "How soon a person should look."),
        key("say", Kind::Words, "Said when handing over."),
        key("say_closed", Kind::Words, "Said instead of `say` when nobody is at the desk."),
        key("collect", Kind::Name, "A flow that asks for what the desk needs, after the handoff is open."),
        key("lexicon", Kind::Name, "A lexicon whose weight in one message reaches 3."),
        key("at", Kind::Table(&AT), "Counters that cause it."),
        key("when", Kind::Expression, "A condition that causes it; what is unset makes it false."),
    ],
};

pub(crate) static AT: Table = Table {
    what: "`at`",
    keys: &[
        key("misses_in_a_row", Kind::Whole, "Messages not understood, one after the other."),
        key("frustration", Kind::Number, "Frustration points."),
        key("same_reply", Kind::Whole, "The same answer so often."),
        key("same_message", Kind::Whole, "The same message so often."),
        key("turns", Kind::Whole, "Turns without an end."),
        key("rating", Kind::Whole, "A rating this low or lower."),
        key("action_failures", Kind::Whole, "Failed actions."),
    ],
};

pub(crate) static ADJUST: Table = Table {
    what: "an adjustment",
    keys: &[
        key("when", Kind::Expression, "When it applies."),
        key("queue", Kind::Name, "The queue instead."),
        key("priority", Kind::Choice(PRIORITIES), "The priority instead."),
    ],
};

pub(crate) static TARGET: Table =
    Table { what: "a target", keys: &[key("accept_within", Kind::Duration, "How long until a person accepts.")] };

pub(crate) static HOURS: Table = Table {
    what: "`hours`",
    keys: &[
        key("zone", Kind::Text, "Time zone, such as Asia/Shanghai."),
        key("open", Kind::Named(&Kind::List(&Kind::Text)), "Hours per weekday: `mon-fri: ['09:00-18:00']`."),
        key("dates", Kind::Named(&Kind::Any), "Other hours on some days: `2026-02-16..2026-02-22: closed`."),
        key("closed", Kind::Table(&CLOSED), "What happens when nobody is there."),
    ],
};

pub(crate) static CLOSED: Table =
    Table { what: "`closed`", keys: &[key("run", Kind::Name, "A flow."), key("say", Kind::Words, "Words.")] };

pub(crate) static WHILE_HUMAN: Table = Table {
    what: "`while_human`",
    keys: &[
        key("bot", Kind::Choice(&["silent", "assist"]), "assist: suggestions to the agent's desk only."),
        key("unanswered", Kind::Table(&UNANSWERED), "The way out when nobody accepts."),
    ],
};

pub(crate) static UNANSWERED: Table = Table {
    what: "`unanswered`",
    keys: &[key("after", Kind::Duration, "How long."), key("run", Kind::Name, "The flow then.")],
};

pub(crate) static STEMS: Table =
    Table { what: "`stems`", keys: &[key("never", Kind::Sentences, "Words that are only themselves.")] };

pub(crate) static CHANNEL: Table = Table {
    what: "a channel",
    keys: &[
        key("chips", Kind::Whole, "How many chips it shows; 0: numbers in the text."),
        key("cards", Kind::Whole, "How many cards it shows; 0: their titles and links in the text."),
        key("length", Kind::Whole, "Longest text in characters."),
        key("public", Kind::Flag, "Whether others can read along."),
        key("mail", Kind::Flag, "Whether messages are mails: quoted threads and signatures are left out."),
    ],
};

pub(crate) static CONSENT: Table = Table {
    what: "`consent`",
    keys: &[
        key("version", Kind::Text, "Changes when people must be asked anew."),
        key("say", Kind::Words, "The question."),
    ],
};

/// One number, or one for each language.
const NUMBERS: Kind = Kind::Either(&[Kind::Number, Kind::Named(&Kind::Number)]);

pub(crate) static LEARNED: Table = Table {
    what: "`learned`",
    keys: &[
        key("weights", Kind::Named(&Kind::Phrases), "Per intent: phrases and their points."),
        key("temperature", Kind::Number, "Softmax temperature in points."),
        key("none", Kind::Number, "Score of \"none of these\" in points."),
        key("near", NUMBERS, "Weight of similarity to the nearest example, in points; also by language."),
        key("all", NUMBERS, "Weight of similarity to all examples, in points; also by language."),
        key("author", NUMBERS, "Share, from 0 to 1, of the points of your own rules that counts; also by language."),
        key("margin", Kind::Number, "Gap to the runner-up below which it asks, in place of the one of `thresholds`."),
        key("examples", Kind::Named(&Kind::Sentences), "Per intent: messages to compare with."),
        key("wishes", Kind::List(&Kind::Name), "Intents that a \"don't\" before their learnt phrases takes away."),
    ],
};
