//! Any bytes as a rule file: an engine, or problems with their places.
#![no_main]

use kefu::{Engine, LoadErrorKind};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(error) = Engine::builder().source("bot.yaml", bytes).build() {
        assert!(error.kind() != LoadErrorKind::Faulty || !error.diagnostics().is_empty());
        for diagnostic in error.diagnostics() {
            assert!(diagnostic.place().is_some(), "{diagnostic}");
        }
    }
});
