use std::fmt;

/// What is put into a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Injection {
    /// A question beside the open one.
    SideQuestion,
    /// The customer gives up.
    Cancel,
    /// Another value for a slot that is filled.
    Correction,
    /// A person is asked for, in each language and script.
    Person,
    /// Two letters of the next message change places.
    Typo,
    /// The next message in Traditional Chinese.
    Traditional,
    /// The next message comes twice, with one id.
    Redelivery,
    /// The customer comes back after the open flow has expired.
    Expiry,
    /// The session is written out and read again.
    Reload,
    /// The rules are others when the conversation goes on.
    NewRules,
}

impl Injection {
    /// The name used in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Injection::SideQuestion => "a side question",
            Injection::Cancel => "a cancel",
            Injection::Correction => "a correction",
            Injection::Person => "asking for a person",
            Injection::Typo => "a typo",
            Injection::Traditional => "Traditional writing",
            Injection::Redelivery => "a redelivered message",
            Injection::Expiry => "an expiry",
            Injection::Reload => "save and load",
            Injection::NewRules => "changed rules",
        }
    }
}

impl fmt::Display for Injection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
