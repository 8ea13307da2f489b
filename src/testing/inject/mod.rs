//! Injected repairs: what customers also do, put into a dialog at every point where the bot waits.
//!
//! In come a dialog test that passes and the words of the pack; out come [`Breach`]es: a promise that was not kept, with the
//! shortest dialog that shows it. What is injected never stands in the test's file; it is made from the pack's own
//! examples and lexicons, so it knows nothing of any one shop.

mod breach;
mod dialog;
mod injection;
mod material;
mod plan;
mod privacy;
mod promise;
mod shrink;
mod standing;
#[cfg(test)]
mod tests;
mod trial;

pub use breach::Breach;
pub use injection::Injection;
pub use promise::Promise;

use super::DialogTest;
use super::stage::Stage;
use crate::engine::Engine;
use material::Material;

/// Holds dialog tests again, with repairs put in.
///
/// # Examples
/// ```
/// use kefu::{Engine, testing::{DialogTest, Injector}};
///
/// let engine = Engine::builder()
///     .source("bot.yaml", "
/// languages: {default: en}
/// intents:
///   opening_hours:
///     keywords: {en: [opening hours, when are you open]}
///     say: {en: We are open from 9 to 21.}
///   person: {keywords: {en: [human]}, handoff: asked}
/// ")
///     .build()?;
/// let tests = DialogTest::read("hours.yaml", "
/// test: opening hours
/// talk: [{user: When are you open?, bot: {answers: opening_hours}}]
/// ")?;
/// let injected = Injector::new(&engine).run(&tests[0]);
/// assert!(injected.tried() > 0 && injected.breaches().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Injector<'e> {
    engine: &'e Engine,
    material: Material,
}

/// What came of the repairs put into one test.
#[derive(Clone, Debug, Default)]
#[must_use = "it says which promises were not kept"]
pub struct Injected {
    tried: usize,
    breaches: Vec<Breach>,
}

impl<'e> Injector<'e> {
    /// An injector with the words of the engine's pack.
    pub fn new(engine: &'e Engine) -> Self {
        Self { engine, material: Material::of(engine) }
    }

    /// Puts every repair into a test, at every point where the bot waits.
    ///
    /// A test that fails by itself says nothing about repairs; it is held as far as it goes.
    pub fn run(&self, test: &DialogTest) -> Injected {
        let mut injected = Injected::default();
        let mut stage = Stage::new(test, self.engine);
        for at in 0..=test.lines.len() {
            for trial in plan::trials(&stage, &self.material, test, at) {
                injected.tried += 1;
                let Some(broken) = trial.broken(&stage) else { continue };
                let is_known =
                    |known: &Breach| known.injection() == trial.injection && known.promise() == broken.promise;
                // Why: one fault of a dialog shows at many of its points; the first is enough to mend it.
                if !injected.breaches.iter().any(is_known) {
                    injected.breaches.push(shrink::shortest(test, self.engine, at, &trial, broken));
                }
            }
            let Some(line) = test.lines.get(at) else { break };
            if stage.line(line).is_err() {
                break;
            }
        }
        injected
    }
}

impl Injected {
    /// How many repairs were put in.
    pub fn tried(&self) -> usize {
        self.tried
    }

    /// The promises that were not kept: of each kind the first place.
    pub fn breaches(&self) -> &[Breach] {
        &self.breaches
    }
}
