/// One file of rules: a name for messages, and its text.
///
/// # Examples
/// ```
/// let source = kefu::Source::new("bot.yaml", "kefu: 1\nlanguages: {default: en}\n");
/// assert_eq!(source.name(), "bot.yaml");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: Vec<u8>,
}

impl Source {
    /// A source of rules. The name shows in diagnostics, mostly a path; the text should be UTF-8 and is checked on loading.
    pub fn new(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// Every rule file (`.yaml`, `.yml`) of a folder and the folders in it, sorted by path; `tests/` and `suites/` hold no
    /// rules.
    ///
    /// # Errors
    /// If the folder does not exist, a file cannot be read, or there is no rule file.
    pub fn from_dir(folder: impl AsRef<std::path::Path>) -> Result<Vec<Self>, super::LoadError> {
        super::read_dir(folder.as_ref())
    }

    /// The name given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes given.
    pub fn bytes(&self) -> &[u8] {
        &self.text
    }
}

/// The base pack: lexicons, built-in entities, escalation defaults and the bot's own words in four languages.
pub(crate) fn base_sources() -> Vec<Source> {
    [
        ("base/base.yaml", include_str!("../../rules/base/base.yaml")),
        ("base/lang/en.yaml", include_str!("../../rules/base/lang/en.yaml")),
        ("base/lang/es.yaml", include_str!("../../rules/base/lang/es.yaml")),
        ("base/lang/pt.yaml", include_str!("../../rules/base/lang/pt.yaml")),
        ("base/lang/zh.yaml", include_str!("../../rules/base/lang/zh.yaml")),
    ]
    .into_iter()
    .map(|(name, text)| Source::new(name, text))
    .collect()
}
