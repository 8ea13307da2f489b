use std::fmt;
use std::str::FromStr;

use super::Outline;
use crate::diagnostic::did_you_mean_help;

/// What a shop wants a figure to be, as `containment=0.6`; of rates that should be low the figure may not be above.
///
/// # Examples
/// ```
/// use kefu::eval::{Outline, Target};
///
/// let target: Target = "containment=0.6".parse().unwrap();
/// let mut outline = Outline::default();
/// outline.containment = Some(0.55);
/// assert_eq!(target.missed(&outline).unwrap(), "containment is 0.55, and at least 0.6 is wanted");
/// assert_eq!("containmet=1".parse::<Target>().unwrap_err(), "there is no figure `containmet`; did you mean `containment`?");
/// ```
#[derive(Clone, Debug)]
pub struct Target {
    figure: &'static Figure,
    wanted: f64,
}

type Figure = (&'static str, Side, fn(&Outline) -> Option<f64>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    AtLeast,
    AtMost,
}

static FIGURES: [Figure; 7] = [
    ("containment", Side::AtLeast, |outline| outline.containment),
    ("resolution", Side::AtLeast, |outline| outline.resolution),
    ("satisfaction", Side::AtLeast, |outline| outline.satisfaction),
    ("escalation", Side::AtMost, |outline| outline.escalation),
    ("miss_rate", Side::AtMost, |outline| outline.miss_rate),
    ("reopen_rate", Side::AtMost, |outline| outline.reopen_rate),
    ("median_wait_seconds", Side::AtMost, |outline| outline.median_wait_seconds),
];

impl Target {
    /// In words what is missed, if it is. A figure nothing is known of misses nothing.
    pub fn missed(&self, outline: &Outline) -> Option<String> {
        let (name, side, of) = self.figure;
        let found = of(outline)?;
        let (is_missed, words) = match side {
            Side::AtLeast => (found < self.wanted, "at least"),
            Side::AtMost => (found > self.wanted, "at most"),
        };
        let found = (found * 1e4).round() / 1e4;
        is_missed.then(|| format!("{name} is {found}, and {words} {} is wanted", self.wanted))
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((name, wanted)) = text.split_once('=') else {
            return Err(format!("`{text}` is no target; one is written `containment=0.6`"));
        };
        let wanted = wanted.trim().parse().map_err(|_| format!("`{wanted}` is no number"))?;
        if let Some(figure) = FIGURES.iter().find(|figure| figure.0 == name.trim()) {
            return Ok(Self { figure, wanted });
        }
        let help = did_you_mean_help(name, FIGURES.iter().map(|figure| figure.0));
        let help = help.unwrap_or_else(|| {
            let names: Vec<&str> = FIGURES.iter().map(|figure| figure.0).collect();
            format!("known are {}", names.join(", "))
        });
        Err(format!("there is no figure `{name}`; {help}"))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.figure.0, self.wanted)
    }
}
