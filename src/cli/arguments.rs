use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::eval::{Price, Target, Window};

/// A rule-based customer-service chatbot: talk to a rule pack, check it, test it.
#[derive(Debug, Parser)]
#[command(name = "kefu", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Talk to a rule pack, in the terminal or by JSON lines
    Chat(Chat),
    /// Say what each message on stdin asks for
    Classify(Classify),
    /// Show every error and warning of a rule pack
    Check(Check),
    /// Run the dialog tests of a rule pack
    Test(Test),
    /// Measure how well labelled messages are understood
    Eval(Eval),
    /// Learn weighted phrases from labelled messages; an empty folder becomes a pack
    Tune(Tune),
    /// Figures of conversations, from the records of their turns
    Report(Report),
    /// Answer a shop's channels and its help desk over HTTP
    #[cfg(feature = "serve")]
    Serve(Serve),
    /// Write a rule pack to start from
    Init(Init),
    /// Print the JSON Schema of rule files, for editors
    Schema,
    /// Print a flow as a Mermaid flowchart
    Graph(Graph),
    /// Find the pack's answers for a few words, in any of its languages
    Search(Search),
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to write, which must be new or empty
    pub(super) folder: PathBuf,
    /// The whole shop pack instead of the small one
    #[arg(long)]
    pub(super) shop: bool,
    /// Only this language: zh, en, es or pt
    #[arg(long, value_name = "CODE", conflicts_with = "shop")]
    pub(super) language: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Graph {
    /// The folder of rules
    pub(super) pack: PathBuf,
    /// The name of the flow
    pub(super) flow: String,
}

#[derive(Debug, Args)]
pub(super) struct Chat {
    /// The folder of rules
    pub(super) pack: PathBuf,
    /// Read one event per line from stdin (a JSON object, or plain text), write one JSON object per line
    #[arg(long)]
    pub(super) jsonl: bool,
    /// Show why each message was understood as it was
    #[arg(long)]
    pub(super) explain: bool,
    /// Answers of the host's actions: the `actions:` of a dialog test. Without it every action fails
    #[arg(long, value_name = "FILE")]
    pub(super) actions: Option<PathBuf>,
}

/// How a service runs.
#[cfg(feature = "serve")]
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The folder of rules
    pub(super) pack: PathBuf,
    /// Who may do what: a line each of `channel`, `desk` or `operator`, a space, and a token
    #[arg(long, value_name = "FILE", required_unless_present = "playground")]
    pub(super) tokens: Option<PathBuf>,
    /// A page to talk to the bot, see why it answers as it does, and answer as an agent; it reloads rules as they are saved.
    /// Without --tokens its address holds a new operator's token
    #[arg(long)]
    pub(super) playground: bool,
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub(super) listen: String,
    /// Where sessions are kept: a file for `SQLite`, `redis://…` (feature `redis`), or `memory`
    #[arg(long, default_value = "kefu.db", default_value_if("playground", "true", "memory"), value_name = "STORE")]
    pub(super) store: String,
    /// Answers of the host's actions: the `actions:` of a dialog test, the same for every conversation
    #[arg(long, value_name = "FILE", conflicts_with = "work")]
    pub(super) actions: Option<PathBuf>,
    /// Where host actions are done, each a POST to URL/action. Without it every action fails
    #[arg(long, value_name = "URL")]
    pub(super) work: Option<String>,
    /// Where handoffs are sent. Without it the desk fetches them
    #[arg(long, value_name = "URL")]
    pub(super) desk: Option<String>,
    /// A file with the secret that signs what is sent
    #[arg(long, value_name = "FILE")]
    pub(super) secret: Option<PathBuf>,
    /// Append the records of all turns to this file
    #[arg(long, value_name = "FILE")]
    pub(super) ledger: Option<PathBuf>,
    /// Append who read or changed what to this file
    #[arg(long, value_name = "FILE")]
    pub(super) audit: Option<PathBuf>,
    /// Take messages that a customer sends within so many seconds of each other as one
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(super) join: Option<std::time::Duration>,
    /// Load rules anew only when the operator asks, not whenever a file is saved
    #[arg(long)]
    pub(super) no_watch: bool,
    /// How the log on stderr is written
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(super) log: LogFormat,
    /// What the log tells: every turn at `info`, every request at `debug`
    #[arg(long, default_value = "info", value_name = "LEVEL")]
    pub(super) log_level: LogLevel,
}

/// How log lines are written.
#[cfg(feature = "serve")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

/// How much the log tells.
#[cfg(feature = "serve")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[cfg(feature = "serve")]
fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.05..=10.0).contains(seconds));
    seconds.map(std::time::Duration::from_secs_f64).ok_or_else(|| "a number of seconds from 0.05 to 10".to_owned())
}

#[derive(Debug, Args)]
pub(super) struct Classify {
    /// The folder of rules
    pub(super) pack: PathBuf,
    /// Write one JSON object per line
    #[arg(long)]
    pub(super) jsonl: bool,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The folder of rules
    #[arg(required_unless_present = "explain")]
    pub(super) pack: Option<PathBuf>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: CheckFormat,
    /// Explain a code such as K0403 and stop
    #[arg(long, value_name = "CODE")]
    pub(super) explain: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// For people, with the lines meant
    #[default]
    Text,
    /// One JSON document
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

#[derive(Debug, Args)]
pub(super) struct Test {
    /// The folder of rules
    pub(super) pack: PathBuf,
    /// Files of dialog tests, or folders of them; without any, the folder `tests` of the pack
    pub(super) files: Vec<PathBuf>,
    /// Only tests whose name, or file and line, contains this
    #[arg(long, value_name = "NAME")]
    pub(super) filter: Option<String>,
    /// Also put side questions, corrections, requests for a person and other repairs into each test that passes
    #[arg(long)]
    pub(super) inject: bool,
    /// Write what the bot did into the files, in place of what it was expected to do; look at the changes before you keep them
    #[arg(long, conflicts_with_all = ["inject", "coverage"])]
    pub(super) update: bool,
    /// Show which rules no test and no example reaches
    #[arg(long)]
    pub(super) coverage: bool,
    /// Labelled messages that count for `--coverage` too; may be given several times
    #[arg(long, value_name = "SUITE", requires = "coverage")]
    pub(super) suite: Vec<PathBuf>,
    /// An earlier run (`--coverage --format json`): what was reached then and is not now is told, and is a failure
    #[arg(long, value_name = "FILE", requires = "coverage")]
    pub(super) baseline: Option<PathBuf>,
    /// How to print the results
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: TestFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum TestFormat {
    /// For people: the tests that failed, and why
    #[default]
    Text,
    /// One JSON document
    Json,
    /// `JUnit` XML, for CI systems
    Junit,
    /// The files of the pack with marked lines, for `--coverage`
    Html,
}

#[derive(Debug, Args)]
pub(super) struct Search {
    /// The folder of rules
    pub(super) pack: PathBuf,
    /// The words to look for
    #[arg(required = true, value_name = "WORDS")]
    pub(super) words: Vec<String>,
    /// The language of the answers; without it the pack's first
    #[arg(long, value_name = "L")]
    pub(super) language: Option<String>,
    /// Write one JSON object per line
    #[arg(long)]
    pub(super) jsonl: bool,
    /// How to print the answers
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: SearchFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SearchFormat {
    /// For people
    #[default]
    Text,
    /// One JSON document
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Eval {
    /// The folder of rules
    pub(super) pack: PathBuf,
    /// Suites: `text<TAB>intent[<TAB>language[<TAB>handoff]]` a line, or JSON objects with these names
    #[arg(required = true, value_name = "SUITE")]
    pub(super) suites: Vec<PathBuf>,
    /// An earlier run (`--format json`) to compare with, message by message
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: EvalFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum EvalFormat {
    /// For people: totals, and what to look at first
    #[default]
    Text,
    /// One JSON document, which `--baseline` reads
    Json,
    /// One page with charts, that needs no other file
    Html,
}

#[derive(Debug, Args)]
pub(super) struct Tune {
    /// The folder of rules; an empty one becomes a pack built from the suite
    pub(super) pack: PathBuf,
    /// Suites to learn from
    #[arg(required = true, value_name = "SUITE")]
    pub(super) suites: Vec<PathBuf>,
    /// Write `tuned.yaml`, and for an empty folder `bot.yaml`
    #[arg(long)]
    pub(super) write: bool,
    /// Most phrases of an intent, for each language
    #[arg(long, default_value_t = 40, value_name = "COUNT")]
    pub(super) items: usize,
    /// Most examples of an intent, for each language
    #[arg(long, default_value_t = 150, value_name = "COUNT")]
    pub(super) examples: usize,
    /// A suite that nobody had in sight when the rules were written: how much of the rules and of what is learnt counts is
    /// chosen by it alone, and it is learnt from too. Give one if the rules were mended by the other suites
    #[arg(long, value_name = "SUITE")]
    pub(super) unseen: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Report {
    /// Logs, one object a line: records, answers of `kefu chat --jsonl`, handoffs, messages as they were sent to it, answers of
    /// `kefu classify --jsonl`
    #[arg(required = true, value_name = "LOG")]
    pub(super) logs: Vec<PathBuf>,
    /// A figure that is wanted, as `containment=0.6` or `miss_rate=0.1`; one that is missed makes the command fail
    #[arg(long = "target", value_name = "FIGURE=NUMBER")]
    pub(super) targets: Vec<Target>,
    /// Only this part: days (`2026-03-01..2026-03-07`, `2026-03-05`, `2026-03-01..`), or the beginning of a revision
    /// (`revision=3f09`)
    #[arg(long, value_name = "PART")]
    pub(super) only: Option<Window>,
    /// Compare with this part, written as for --only; without --only it is compared with all the rest
    #[arg(long, value_name = "PART")]
    pub(super) compare: Option<Window>,
    /// What a conversation costs, as `person=4.50` and `bot=0.05`
    #[arg(long = "cost", value_name = "WHO=PRICE")]
    pub(super) prices: Vec<Price>,
    /// The folder of rules: says what messages that were not understood are nearest to, and what keywords for them would
    /// change
    #[arg(long, value_name = "PACK")]
    pub(super) pack: Option<PathBuf>,
    /// Add the messages that were not understood to this file, to be labelled; what it labels already is not proposed again,
    /// and what it labels `none` stays ignored
    #[arg(long, value_name = "FILE")]
    pub(super) suite: Option<PathBuf>,
    /// How to print the figures
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: EvalFormat,
}
