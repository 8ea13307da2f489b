//! Dialog tests: conversations in YAML, run over an [`Engine`](crate::Engine) with a clock and host actions of their own.
//!
//! In come the text of a test file and an engine; out come [`Report`]s that say, by file and line, what was expected and
//! what came. The runner knows an engine only as a host does; what a slot holds or which step asks it reads from the
//! session. It looks at no clock and, save for [`DialogTest::from_dir`], reads no files.
//!
//! A shop runs its tests in its own `cargo test`:
//! ```no_run
//! use kefu::{Engine, testing::DialogTest};
//!
//! let engine = Engine::from_dir("rules/shop")?;
//! for test in DialogTest::from_dir("rules/shop/tests")? {
//!     let report = test.run(&engine);
//!     assert!(report.passed(), "{report}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod coverage;
mod dialog_test;
mod exchange;
mod expectation;
mod inject;
mod judge;
mod line;
mod notation;
mod prove;
mod reader;
mod report;
mod runner;
mod script;
mod stage;
mod subset;
mod update;
mod written;

pub use coverage::{Coverage, CoverageItem, CoverageRecord, Labelled, Lost, Reach, RuleKind, Witness};
pub use dialog_test::{DialogTest, TestError};
pub use exchange::Exchange;
pub use inject::{Breach, Injected, Injection, Injector, Promise};
pub use prove::{Unproved, prove};
pub use report::{Failure, Mismatch, Report};
pub use script::Script;
pub use update::updated;
