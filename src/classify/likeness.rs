use super::fragments::{Fragments, Stemmed};
use super::index::{Bound, Met};

/// Memory of comparing, and what came out for the last message.
#[derive(Clone, Default)]
pub(super) struct Likeness {
    pub(super) fragments: Fragments,
    pub(super) stemmed: Stemmed,
    /// The fragments that examples hold too.
    pub(super) met: Met,
    /// The intents to compare with: which, and their likeness by profile.
    pub(super) compared: Vec<(u32, f32)>,
    /// How near they are, and what they come to at least.
    pub(super) bounds: Vec<Bound>,
    pub(super) scores: Vec<f32>,
    /// The examples that the intents in `points` are nearest to.
    pub(super) nearest: Vec<u32>,
    /// Intents and what likeness gives them, in points.
    pub(super) points: Vec<(u32, f32)>,
}

impl Likeness {
    pub(super) fn points(&self) -> &[(u32, f32)] {
        &self.points
    }

    /// Gives nothing to other intents than these.
    pub(super) fn keep(&mut self, gives: impl Fn(u32) -> bool) {
        let Self { points, nearest, .. } = self;
        let mut given = points.iter().map(|(intent, _)| gives(*intent));
        nearest.retain(|_| given.next().unwrap_or_default());
        points.retain(|(intent, _)| gives(*intent));
    }

    pub(super) fn clear(&mut self) {
        self.compared.clear();
        self.nearest.clear();
        self.points.clear();
    }
}
