//! How the property tests draw their inputs, the same ones in every run, others when asked; and how often things break.

use proptest::test_runner::{Config, RngSeed};

/// `cases` inputs from a fixed seed, so that a change is judged by itself and not by luck. `PROPTEST_CASES` and
/// `PROPTEST_RNG_SEED` ask for more and for others.
pub(crate) fn draws(cases: u32) -> Config {
    let asked = Config::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { asked.cases } else { cases };
    let rng_seed = match asked.rng_seed {
        RngSeed::Random => RngSeed::Fixed(2026),
        fixed @ RngSeed::Fixed(_) => fixed,
    };
    Config { cases, rng_seed, failure_persistence: None, ..asked }
}

/// How often a fault test does what it does: seldom in every run, often when `KEFU_FAULTS=long`.
pub(crate) fn rounds(short: usize, long: usize) -> usize {
    if std::env::var_os("KEFU_FAULTS").is_some_and(|asked| asked == "long") { long } else { short }
}
