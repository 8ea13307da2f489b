/// Parts of understanding that can be switched off, each alone, to measure what it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Words match in their other inflections.
    pub(crate) stems: Switch,
    /// Misspelt words are repaired.
    pub(crate) typos: Switch,
    /// Negation takes hits away.
    pub(crate) negation: Switch,
    /// Likeness to examples counts where it can change the outcome.
    pub(crate) similarity: Switch,
    /// Likeness is asked only where it could matter; off in tests alone, to show that it changes nothing.
    pub(crate) gate: Switch,
}

/// On or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Switch {
    #[default]
    On,
    Off,
}

impl Switch {
    pub(crate) fn is_on(self) -> bool {
        self == Switch::On
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { stems: Switch::On, typos: Switch::On, negation: Switch::On, similarity: Switch::On, gate: Switch::On }
    }
}
