//! Any bytes as a file of dialog tests, held with a small bot: reports or problems, never a panic.
#![no_main]

use std::sync::LazyLock;

use kefu::Engine;
use kefu::testing::DialogTest;

const BOT: &str = "
languages: {default: en}
intents:
  hours: {keywords: {en: [hours]}, say: {en: From 9 to 21.}}
  person: {keywords: {en: [human]}, handoff: asked}
  repair: {keywords: {en: [repair]}, flow: repair}
flows: {repair: {steps: [{ask: thing, say: {en: What?}}, {end: resolved}]}}
";

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::builder().source("bot.yaml", BOT).build().expect("the bot is fine"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(tests) = DialogTest::read("t.yaml", bytes) {
        for test in tests {
            let _ = test.run(&ENGINE);
        }
    }
});
