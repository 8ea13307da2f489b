use std::str::FromStr;

use serde::Serialize;

use super::Outline;

/// What a conversation costs: with a person, as `person=4.50`, and with the bot, as `bot=0.05`.
///
/// # Examples
/// ```
/// use kefu::eval::{Outline, Prices};
///
/// let prices = Prices::of(&["person=4".parse().unwrap(), "bot=0.1".parse().unwrap()]);
/// let mut outline = Outline::default();
/// (outline.conversations, outline.containment, outline.resolution) = (10, Some(0.5), Some(0.4));
/// let cost = prices.cost(&outline).unwrap();
/// // Ten conversations with the bot and five with a person; without the bot ten with a person.
/// assert_eq!((cost.total, cost.saved), (21.0, 19.0));
/// assert_eq!((cost.per_conversation, cost.per_resolved), (2.1, Some(5.25)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Prices {
    person: f64,
    bot: f64,
}

/// One price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    of: Whose,
    amount: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Person,
    Bot,
}

/// What conversations cost, in the money of the prices.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Cost {
    /// Every conversation at the bot's price, and those handed over at a person's beside it.
    pub total: f64,
    /// For each conversation.
    pub per_conversation: f64,
    /// For each conversation resolved without a person.
    pub per_resolved: Option<f64>,
    /// What a person for every conversation would have cost more.
    pub saved: f64,
}

impl Prices {
    /// Prices as they were given, one at least; what is not said costs nothing.
    pub fn of(prices: &[Price]) -> Self {
        let mut all = Self::default();
        for price in prices {
            match price.of {
                Whose::Person => all.person = price.amount,
                Whose::Bot => all.bot = price.amount,
            }
        }
        all
    }

    /// What conversations cost; nothing without any.
    pub fn cost(&self, outline: &Outline) -> Option<Cost> {
        let conversations = outline.conversations as f64;
        let with_person = conversations * (1.0 - outline.containment?);
        let total = conversations * self.bot + with_person * self.person;
        let resolved = conversations * outline.resolution.unwrap_or(0.0);
        // Why: what is a sum of cents should read as one.
        let cents = |amount: f64| (amount * 100.0).round() / 100.0;
        Some(Cost {
            total: cents(total),
            per_conversation: cents(total / conversations),
            per_resolved: (resolved > 0.0).then(|| cents(total / resolved)),
            saved: cents(conversations * self.person - total),
        })
    }
}

impl FromStr for Price {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no price; one is written `person=4.50` or `bot=0.05`");
        let (of, amount) = text.split_once('=').ok_or_else(wrong)?;
        let of = match of.trim() {
            "person" => Whose::Person,
            "bot" => Whose::Bot,
            _ => return Err(wrong()),
        };
        let amount: f64 = amount.trim().parse().map_err(|_| wrong())?;
        if !(amount.is_finite() && amount >= 0.0) {
            return Err(wrong());
        }
        Ok(Self { of, amount })
    }
}
