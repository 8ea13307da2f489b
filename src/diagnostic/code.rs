use std::fmt;

use serde::{Serialize, Serializer};

/// The stable number of a kind of problem, shown as `K0203`.
///
/// # Examples
/// ```
/// use kefu::Code;
/// let code = Code::from_name("K0104").unwrap();
/// assert_eq!(code.to_string(), "K0104");
/// assert_eq!(code.title(), "the same key twice");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub(crate) u16);

impl Code {
    /// Every code there is, in order.
    pub fn all() -> impl Iterator<Item = Code> {
        TABLE.iter().map(|(number, _, _)| Code(*number))
    }

    /// The code of a name such as `K0203`, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let digits = name.trim().strip_prefix(['K', 'k'])?;
        let number: u16 = digits.parse().ok()?;
        Self::all().find(|code| code.0 == number)
    }

    /// What is wrong, in a few words.
    pub fn title(self) -> &'static str {
        self.row().map_or("an unknown code", |(_, title, _)| title)
    }

    /// What is wrong, why it matters and how to mend it, in one paragraph.
    pub fn explanation(self) -> &'static str {
        self.row().map_or("", |(_, _, explanation)| explanation)
    }

    fn row(self) -> Option<&'static (u16, &'static str, &'static str)> {
        TABLE.iter().find(|(number, _, _)| *number == self.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "K{:04}", self.0)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

macro_rules! codes {
    ($($number:literal $name:ident $title:literal $explanation:literal)+) => {
        impl Code {
            $(#[doc = $title] pub(crate) const $name: Code = Code($number);)+
        }

        const TABLE: &[(u16, &str, &str)] = &[$(($number, $title, $explanation)),+];
    };
}

// A number is never used for something else, also when its check is gone: people write them into their build scripts.
codes! {
    // K01: the file as YAML.
    101 SYNTAX "not valid YAML"
        "The file cannot be read as YAML from the marked place on. Mostly a quote or bracket is not closed, a colon has no blank after it, or lines that belong together are not indented alike."
    102 TAB "a tab where blanks belong"
        "YAML does not allow tabs in the indentation of a line, because editors show them with different widths. Put blanks instead; two for each level."
    103 NOT_UTF8 "not UTF-8 text"
        "Rule files are UTF-8. The marked byte is none: the file was probably saved as GBK, Latin-1 or UTF-16. Save it as UTF-8."
    104 DUPLICATE_KEY "the same key twice"
        "A key may stand once in a map. YAML readers would silently keep one of the two. Join the two values, or remove one."
    105 ALIAS "an anchor or alias"
        "Anchors (`&name`) and aliases (`*name`) are not part of the rule language: what a rule says must be readable where it stands, and a few nested aliases can blow a small file up to gigabytes. Write the value out, or make it a word group, a named text or a fact. A text that begins with `*` or `&` must be quoted."
    106 TOO_LARGE "a file that is too large"
        "A rule file may have up to 8 MB. Split it: all files of a pack add up."
    107 TOO_DEEP "nested too deeply"
        "Maps and lists may be nested 48 levels deep. A flow that needs more is easier to read as several flows with `run`."
    108 TAG "a YAML tag"
        "Tags such as `!text` have no meaning in rules. Remove it. A text that begins with `!` must be quoted."
    109 DOCUMENTS "several documents in one file"
        "`---` begins a new document; a rule file holds one. Split the file, or remove the line."
    110 NOT_A_MAP "a file that is no map of sections"
        "A rule file holds sections such as `intents:` or `flows:`, each at the start of a line."
    111 FORMAT_VERSION "an unknown format version"
        "`kefu:` names the version of the rule language, and this library reads version 1. A newer file needs a newer library."

    // K02: names and shapes.
    201 UNKNOWN_KEY "an unknown key"
        "The key has no meaning at this place. Mostly it is misspelt or stands at another level of indentation."
    202 WRONG_SHAPE "a value of the wrong shape"
        "Another kind of value is meant here, such as a list instead of one value, or a map instead of a text."
    203 UNKNOWN_LANGUAGE "an unknown language"
        "Words are given per language: zh, en, es or pt, also `zh-Hant` for Traditional Chinese and `en@sms` for one channel. A known language which the pack does not declare is simply left out."
    204 WHICH_LANGUAGE "words without a language"
        "The pack speaks several languages, so words need theirs: `{en: …, zh: …}`, or a file with the line `language: en` at its top, which holds words of that language alone."
    205 MISSING "something is missing"
        "The item cannot work without the named key."
    206 DUPLICATE "the same thing defined twice"
        "Files of a pack add up, but one section, name, field and language may be given once. Remove one of the two places."
    207 WRONG_CHOICE "a value that is none of the choices"
        "Only a few words are possible here; the message names them."
    208 OUT_OF_RANGE "a number out of range"
        "The number is too small or too large for what it stands for."
    209 DURATION "not a span of time"
        "Spans of time are a whole number and a unit: 500ms, 30s, 5m, 2h, 3d."
    210 DATE "not a day"
        "Days are written as year-month-day: 2026-03-01."
    211 HOURS "opening hours that cannot be read"
        "Hours are written as `mon-fri: ['09:00-12:00', '13:00-21:00']`, midnight at the end is 24:00. A night shift, `22:00-06:00`, ends on the next morning. A desk that opens on no day at all is left out instead."
    212 ZONE "an unknown time zone"
        "Time zones have IANA names such as Asia/Shanghai or America/Sao_Paulo."
    213 BAD_NAME "a name that cannot be used"
        "Names are made of letters, digits, `_` and `-` (actions also `.`), start with a letter, and a slot must not be called like something the bot itself provides."
    214 EXCLUSIVE "two things that exclude each other"
        "Only one of the named keys can be given here."

    // K03: what YAML swallows without a word.
    301 COMMA "a comma that cut a text"
        "Inside `[…]` and `{…}` a comma ends the text, so one sentence became two items. Quote the text, or write the list with one `- item` per line."
    302 HASH "a `#` that cut a text"
        "A blank and `#` begin a comment, so the rest of the line is lost. Quote the text. For a real comment leave a blank after the `#`."
    303 BRACES "a text in braces was read as a map"
        "`{slot}` without quotes is a map for YAML. To look something up write '{{ slot }}', in quotes."
    304 UNQUOTED "a text that must be quoted"
        "A text that begins with `{{`, `? ` or another sign that YAML uses itself has to stand in quotes."
    305 NUMBER_AS_TEXT "a number or true/false where text is meant"
        "YAML reads 1.10 as the number 1.1 and 12e3 as 12000. It was read as written here, but quotes make sure that everybody sees the same."
    306 WEIGHT_IN_QUOTES "a weight inside the quotes"
        "'delivery time: 2' is one text that ends in `: 2`. The weight stands behind the quotes: 'delivery time': 2."
    307 REGEX_IN_KEYWORD "a regular expression among the keywords"
        "Keywords are plain phrases with (a|b), [optional] and <group>. Regular expressions go to `patterns:`."
    308 STATEMENT "a statement in a text"
        "Texts look values up with {{ … }}; statements such as {% if %} are not possible. Use variants with `when:`, or a step `when:`."
    309 EMPTY "an empty value"
        "The key stands there without a value. Mostly the value is indented wrongly, or a text was cut."

    // K04: keywords, patterns, examples.
    401 BRACKETS "brackets that do not match"
        "Every `(`, `[` and `<` of a keyword needs its counterpart. `(a|b)` is a choice, `[a]` may be missing, `<order>` is a word group."
    402 EMPTY_KEYWORD "a keyword without words"
        "The keyword would match everything or nothing."
    403 UNKNOWN_GROUP "an unknown word group"
        "`<name>` inside a keyword is a group of the section `words:`."
    404 BAD_PATTERN "a regular expression that cannot be read"
        "The pattern is no valid regular expression. Look-around and back references do not exist here: matching is linear in the length of the message."
    405 PATTERN_TOO_LARGE "a regular expression that is too large"
        "Compiled, the pattern would need too much memory, mostly because of counted repetitions of large classes. Use smaller counts."
    406 NO_LITERAL "a pattern without a word that must occur"
        "Every message would have to be searched for this pattern. Give it a word that every match contains."
    407 EMPTY_MATCH "a pattern that matches nothing at all"
        "The pattern also matches the empty text, so it would hold for every message."
    408 GROUP_CYCLE "a word group inside a word group"
        "Word groups hold plain phrases. Write the words of the other group out."
    409 BAD_WEIGHT "a weight that is no positive number"
        "A weight is a number above 0 and up to 100; 1 is one ordinary keyword."
    410 TOO_MANY_SPELLINGS "a keyword with too many spellings"
        "Its choices and optional parts multiply to more phrases than are kept; the rest would never be found. Split it, or name a choice as a word group."

    // K05: references.
    501 UNKNOWN_INTENT "an unknown intent"
        "No file of the pack has an intent of this name."
    502 UNKNOWN_FLOW "an unknown flow"
        "No file of the pack has a flow of this name."
    503 UNKNOWN_ACTION "an unknown action"
        "No file of the pack declares an action of this name in `actions:`."
    504 UNKNOWN_ENTITY "an unknown entity"
        "No file of the pack declares an entity of this name in `entities:`, and the library has none of that name."
    505 UNKNOWN_TYPE "an unknown type"
        "Types are text, integer, decimal, money, bool, date, time, image, an entity, [type], {name: type}, each also with `or none`."
    506 UNKNOWN_REASON "an unknown escalation reason"
        "The reason is neither built in nor declared in `escalation.reasons`."
    507 UNKNOWN_TEXT "an unknown text"
        "`{text: name}` refers to a text of the section `texts:`."
    508 UNKNOWN_LEXICON "an unknown lexicon"
        "No file declares a lexicon of this name in `lexicons:`."
    509 UNKNOWN_SLOT "an unknown slot"
        "No step of the flow asks for, sets or fills a slot of this name."
    510 UNKNOWN_VALUE "an unknown value of an entity"
        "The entity has no value of this name."
    511 UNKNOWN_ERROR "an error that the action does not declare"
        "Branches under `errors:` are the errors which the action names, and `other`."
    512 UNKNOWN_ARGUMENT "an argument that the action does not have"
        "`with:` gives arguments of the action's `in:`."
    513 UNUSED_TEXT "a text that nothing uses"
        "The text is neither one of the bot's own nor named by `{text: …}`. Mostly its name is misspelt."
    514 UNKNOWN_QUEUE "an unknown queue"
        "With a list of `queues`, every queue of a reason, an adjustment or the defaults must stand in it."

    // K06: conditions and texts.
    601 BAD_EXPRESSION "an expression that cannot be read"
        "Conditions know comparisons (== != < <= > >=), `and`, `or`, `not`, `in` and arithmetic; texts look values up with {{ … }}."
    602 UNKNOWN_VARIABLE "an unknown variable"
        "Nothing of this name exists here. Known are the slots of the flow, `facts.…` and `customer.…`."
    603 UNKNOWN_FIELD "an unknown field"
        "The record has no field of this name."
    604 WRONG_TYPE "types that do not fit"
        "The two sides cannot be compared or combined, such as a text with a number."
    605 WRONG_ENUM "a value which the entity does not have"
        "The comparison can never hold, because the entity has no such value."
    606 UNSET "a slot that may be unset"
        "On some way to this place nothing has filled the slot. Ask for it first on every way, or read it only under `when: slot`."
    607 UNKNOWN_FILTER "an unknown filter"
        "Filters are money, date, time and plural."
    609 TOO_LARGE_EXPRESSION "an expression that is too large"
        "The expression is nested too deeply or too long to be evaluated within a turn's bounds."

    // K07: flows.
    701 NO_STEP "a step of no known kind"
        "A step is one of say, ask, confirm, choose, call, set, when, run, wait, handoff, redo, end."
    702 TWO_STEPS "two steps in one"
        "A step does one thing. Write two steps, each after its own `-`."
    703 STEP_ID "two steps with the same id"
        "Resting steps are called after their slot, action or kind. When two would have the same name, give one an `id:`; sessions remember it."
    704 NO_CONFIRM "an effect without a yes"
        "The action changes something, and on some way to it the customer has not said yes. Put a `confirm:` before it. If the customer cannot regret it, such as leaving a message, declare the action with `effect: note`."
    705 SLOT_TYPE "a slot with two types"
        "Two places give the slot values of different types. Use two slots."
    706 ARGUMENT "an argument that nothing fills"
        "An argument of the action has neither a value in `with:` nor a slot of its name."
    707 ARGUMENT_TYPE "an argument of the wrong type"
        "The value does not have the type which the action declares."
    708 NO_ASK "nothing to go back to"
        "`redo` goes back to the step that asks for the slot, and no such step comes before it."
    709 DEAD_STEP "a step that is never reached"
        "Every way ends before this step."
    710 ENDLESS "steps that go round in a circle"
        "Flows that run each other without a resting step would never stop."
    711 NO_RESULT "a result that the action does not give"
        "`into:` keeps what the action returns, and this action declares no `out:`."
    712 EMPTY_FLOW "a flow without steps"
        "The flow would end at once."
    713 NO_PROOF "nothing proves what an action needs"
        "`needs:` lets an action run only when something is known, such as who the customer is. Give the pack a flow named `verify` that finds it out, or declare the fact in `customer:` as a bool, so that the host tells it."

    // K08: the pack as a whole (lints).
    801 NO_WORDS "words missing in a language"
        "The pack speaks the language, but these words are not given in it, so customers would be answered in another one."
    802 ACTION_UNUSED "an action that is never called"
        "No flow calls the action."
    803 DOES_NOTHING "an intent that does nothing"
        "The intent is recognised, but has neither `say`, `flow` nor `handoff`."
    804 SIMILAR_EXAMPLES "almost the same example in two intents"
        "Two intents hold nearly the same sentence, so a message like it can only be a guess."
    805 NEVER_RECOGNISED "an intent that nothing recognises"
        "The intent has neither keywords, patterns nor examples."
    806 FACT_REPEATED "a number that is a fact"
        "The text repeats a number that stands in `facts:`. When the fact changes, the text would be wrong. Write {{ facts.name }}."
    807 FLOW_UNUSED "a flow that nothing starts"
        "No intent, event, flow or escalation rule starts the flow."
    808 EXAMPLE_LOST "an example that its own intent does not win"
        "The example is read as a customer's message, without its likeness to itself, and another intent or none is understood."
    809 NOT_EXAMPLE_WON "a not-example that the intent wins"
        "The sentence must not be understood as this intent, but its keywords or patterns say so."
    810 SAME_KEYWORD "the same keyword in two intents"
        "Both intents are meant equally by these words, so on these words alone the bot can only ask which. Keep the keyword where it belongs; to the other intent give longer words. Where both really may be meant, and the bot should ask, give one of the two a small weight, such as `phrase: 0.5`, and it is the second guess."
    811 NEVER_WINS "an intent that never wins"
        "None of the intent's own keywords, read as a customer's message, is understood as the intent, and none of its examples. Other intents have the same words, or its weights are too small to be sure."
    812 NO_PERSON "no way to a person"
        "A customer must reach a person in every language of the pack, at any step. That is an intent with `handoff: asked` and keywords in each language: it is listened for in every flow."
    813 REASON_UNUSED "a reason that is never reached"
        "Nothing leads to this reason: it has no `lexicon`, `at` or `when`, no intent and no flow names it, and the bot does not raise it by itself."
    814 CONTRADICTION "a word that contradicts itself"
        "The same word stands in two lexicons of opposite meaning, or in one lexicon with two weights. Keep one of them."
    815 PRIVATE_UNUSED "a private value that nothing needs"
        "The flow asks for a private value and then neither gives it to an action nor reads it. Ask for as little as the matter needs: remove the question."
    816 NUMBERS_DIFFER "an answer with different numbers"
        "In two languages, or in two variants, the same answer says different numbers, so one of the two is not true. Make the number a fact and write `{{ facts.name }}` in both."
    817 PAST "a date that is past"
        "What held until this day is never said or looked at again. Remove it, or give it its next date."
    818 NOT_IN_LANGUAGE "an intent that a language cannot name"
        "The pack speaks the language, and the intent has keywords, patterns or examples in others, but not in this one: customers who write it are not understood."
    819 KEYWORD_EXCEPTED "a keyword that its own exception takes away"
        "The same words stand under `keywords` and under `unless` of the intent, so the keyword never counts."
    820 BRANCH_DEAD "a branch that is never taken"
        "What would lead into the branch cannot happen: a condition that reads nothing is always the same, a question without a limit of tries never gives up, a wait without a time never ends by itself, and where every value has its branch nothing is left for `else`. Remove the branch, or give it a way in."
    821 ENDLESS_REDO "a redo that leads to itself"
        "`redo` asks again until the question's tries are used up; then the `else` of the question is taken. If that `else`, or the branch for no rows, has a `redo` of the same question, the bot goes round without asking. End the branch with `handoff`, `end` or other steps."
    822 KEYWORD_SHADOWED "a keyword that another intent wins"
        "The same words are among the spellings of another intent's keyword, and weigh more there: said alone they always mean the other. Give the keyword more weight, keep the words in one of the two, or make it a hint with a weight below 1."

    // K09: dialog tests.
    901 NO_EXPECTATION "a dialog test that ends without checking anything"
        "The last line of the talk has no `bot:`, so nothing says whether the conversation ended well."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_every_code_explains_itself() {
        let numbers: Vec<u16> = TABLE.iter().map(|(number, _, _)| *number).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
        for code in Code::all() {
            assert!(!code.title().ends_with('.') && code.explanation().ends_with('.'), "{code}");
        }
    }

    #[test]
    fn a_code_is_found_by_name() {
        assert_eq!(Code::from_name("k0104"), Some(Code::DUPLICATE_KEY));
        assert_eq!(Code::from_name("K9999"), None);
        assert_eq!(Code::from_name("104"), None);
    }
}
