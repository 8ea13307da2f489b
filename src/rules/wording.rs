use crate::diagnostic::Origin;
use crate::text::{Language, Script};

/// A compiled template in `expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TemplateId(pub(crate) u32);

/// A compiled condition (a bare expression of type bool) in `expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ConditionId(pub(crate) u32);

/// A compiled bare expression of any type in `expression`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ExpressionId(pub(crate) u32);

/// Words for the customer: per language, script and channel, one or more variants.
///
/// `number` is unique in the pack and stable within a revision: sessions remember which variant of it was said last.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) origin: Origin,
    pub(crate) number: u32,
    pub(crate) wordings: Vec<Wording>,
    /// Said only in this span of days (inclusive), if given.
    pub(crate) since: Option<jiff::civil::Date>,
    pub(crate) until: Option<jiff::civil::Date>,
    /// A rich item shown with the words.
    pub(crate) show: Option<ShowItem>,
}

/// The variants for one language (and script, and channel).
#[derive(Clone, Debug)]
pub(crate) struct Wording {
    pub(crate) language: Language,
    /// `Hant` for `zh-Hant`, which replaces the automatic conversion.
    pub(crate) script: Option<Script>,
    /// `zh@sms`.
    pub(crate) channel: Option<Box<str>>,
    pub(crate) variants: Vec<Variant>,
}

/// One way of saying it.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) template: TemplateId,
    /// Only while this holds (empathy at `frustration >= 2`).
    pub(crate) when: Option<ConditionId>,
}

/// A picture with a title and a link, or one per row of a list.
#[derive(Clone, Debug)]
pub(crate) struct ShowItem {
    pub(crate) from: Option<ExpressionId>,
    pub(crate) image: Option<TemplateId>,
    pub(crate) title: Option<TemplateId>,
    pub(crate) link: Option<TemplateId>,
}
