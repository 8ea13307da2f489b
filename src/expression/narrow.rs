/// Paths a condition proves to be there: when it is true, and when it is false.
#[derive(Clone, Debug, Default)]
pub(super) struct Proof {
    pub(super) if_true: Vec<Box<str>>,
    pub(super) if_false: Vec<Box<str>>,
}

impl Proof {
    /// The proof of a test that a path has a value. What has a field is there itself.
    pub(super) fn present(path: &str) -> Self {
        let ends = path.match_indices(['.', '[']).map(|(at, _)| at).chain([path.len()]);
        let if_true = ends.filter_map(|end| path.get(..end)).map(Box::from).collect();
        Self { if_true, if_false: Vec::new() }
    }

    pub(super) fn not(self) -> Self {
        Self { if_true: self.if_false, if_false: self.if_true }
    }

    /// Both hold; if it fails, either may have failed.
    pub(super) fn and(self, other: Self) -> Self {
        Self { if_true: union(self.if_true, other.if_true), if_false: common(&self.if_false, &other.if_false) }
    }

    /// One holds; if it fails, both have failed.
    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

fn union(mut left: Vec<Box<str>>, right: Vec<Box<str>>) -> Vec<Box<str>> {
    left.extend(right);
    left.sort_unstable();
    left.dedup();
    left
}

fn common(left: &[Box<str>], right: &[Box<str>]) -> Vec<Box<str>> {
    left.iter().filter(|path| right.contains(path)).cloned().collect()
}
