//! A host around the shop pack, for tests: a clock that stands still until told, and actions that answer at once.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use kefu::{Effect, Engine, Event, Session, Turn, testing::Exchange, testing::Script};

/// The shop pack; loading it takes long enough to do it once.
pub(crate) static SHOP: LazyLock<Engine> = LazyLock::new(|| match Engine::from_dir(FOLDER) {
    Ok(engine) => engine,
    Err(error) => panic!("{error}"),
});

/// The same without what `kefu tune` learnt: what its authors wrote.
pub(crate) static WRITTEN: LazyLock<Engine> = LazyLock::new(|| {
    let mut builder = Engine::builder();
    for entry in rule_files(Path::new(FOLDER)) {
        let name = entry.strip_prefix(FOLDER).unwrap().to_str().unwrap().to_owned();
        if !kefu::eval::Tuner::writes(&name) {
            builder = builder.source(name, std::fs::read(&entry).unwrap());
        }
    }
    builder.build().unwrap()
});

/// Every rule file under a folder; tests and suites are none.
pub(crate) fn rule_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") && !path.ends_with("suites") {
            found.extend(rule_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found
}

pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/shop");

/// A Monday, ten in the morning in Shanghai.
pub(crate) const MORNING: u64 = 1_767_578_400;

const ANSWERS: &str = "
orders.open: [{gives: {orders: []}}]
orders.lookup:
  - {with: {order_no: AB12345678}, gives: {status: preparing, amount: 99, days: 2, title: Lamp}}
  - {fails: not_found}
orders.cancel: [{gives: {refund: 99}}]
returns.create: [{gives: {ticket: R-1}}]
messages.leave: [{gives: {ticket: M-1}}]
";

/// A conversation with the shop's bot.
pub(crate) struct Customer {
    pub(crate) session: Session,
    pub(crate) now: SystemTime,
    script: Script,
}

impl Customer {
    pub(crate) fn new(id: &str) -> Self {
        Self { session: Session::new(id), now: at(MORNING), script: Script::read("answers", ANSWERS).unwrap() }
    }

    /// One whose actions nobody answers.
    pub(crate) fn unanswered(id: &str) -> Self {
        Self { script: Script::default(), ..Self::new(id) }
    }

    pub(crate) fn says(&mut self, text: &str) -> Exchange {
        self.event(Event::message(text))
    }

    pub(crate) fn event(&mut self, event: Event) -> Exchange {
        Exchange::scripted(&SHOP, &mut self.session, event, self.now, &mut self.script).unwrap()
    }

    pub(crate) fn wait(&mut self, seconds: u64) -> Exchange {
        self.now += Duration::from_secs(seconds);
        self.event(Event::tick())
    }
}

pub(crate) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Everything that was said, one reply per line.
pub(crate) fn text(exchange: &Exchange) -> String {
    exchange.replies().map(kefu::Reply::text).collect::<Vec<_>>().join("\n")
}

/// The id of the last host work a turn asks for.
pub(crate) fn call_id(turn: &Turn) -> String {
    let mut calls = turn.effects().iter().filter_map(|effect| match effect {
        Effect::Action(call) => Some(call.id().to_owned()),
        _ => None,
    });
    calls.next_back().unwrap()
}
