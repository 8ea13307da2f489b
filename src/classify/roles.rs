use crate::rules::Pack;

/// Lexicons that shape how a message is read, by their name; every other lexicon is only reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// Reported, nothing else.
    #[default]
    Reported,
    /// Right before a hit takes it away: "don't", 不想.
    Negation,
    /// Right behind a hit takes it away: "is not necessary", 就算了.
    NegationAfter,
    /// Denies a fact, not a wish: "haven't", 还没.
    Factual,
    /// What looks like a negation in it is none: "I don't know how".
    DontKnow,
    /// A longer word in which a keyword is innocent: 人工智能.
    WholeWord,
    /// Begins another request: "another thing", 另外.
    ClauseSplit,
    /// Marks a question.
    Question,
    /// Asks for something: "I want", 麻烦. A clause with neither a wish nor a question only tells.
    Wish,
    /// May join two requests: "and".
    Joint,
    /// Words of matters that are no shop's: they speak for "none of these".
    OtherTopic,
}

/// The role of each lexicon of a pack.
pub(super) fn roles(pack: &Pack) -> Vec<Role> {
    let role = |name: &str| match name {
        "negation" => Role::Negation,
        "negation_after" => Role::NegationAfter,
        "negation_factual" => Role::Factual,
        "dont_know" => Role::DontKnow,
        "whole_words" => Role::WholeWord,
        "clause_split" => Role::ClauseSplit,
        "question" => Role::Question,
        "wish" => Role::Wish,
        "joint" => Role::Joint,
        "other_topics" => Role::OtherTopic,
        _ => Role::Reported,
    };
    pack.lexicons.iter().map(|lexicon| role(lexicon.name.as_str())).collect()
}
