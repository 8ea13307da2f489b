use std::fmt;

use subtle::ConstantTimeEq;

/// Who a request comes from, by its token: what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Role {
    /// A channel of customers: sends what they write, and what the shop tells.
    Channel,
    /// The help desk: takes handoffs, accepts, answers, releases.
    Desk,
    /// The shop's backend: tells how host work ended that it had only begun.
    Shop,
    /// Whoever runs the service: figures, reload, forgetting a customer. May also do what the others may.
    Operator,
}

/// The bearer tokens of a service. `Debug` shows none.
#[derive(Clone, Default)]
pub struct Tokens {
    known: Vec<Known>,
}

/// A token, whose it is, and what it may do.
#[derive(Clone)]
struct Known {
    role: Role,
    token: String,
    /// By which the audit log and the traces call it.
    name: String,
}

/// Why a list of tokens cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokensError {
    /// A line is not a role and a token.
    #[error("line {line}: write `channel`, `desk`, `shop` or `operator`, a space, and the token")]
    Malformed {
        /// The line, from 1.
        line: usize,
    },
    /// A token is too easy to guess.
    #[error("line {line}: the token has {length} characters, it needs at least {least}")]
    Short {
        /// The line, from 1.
        line: usize,
        /// Its length.
        length: usize,
        /// The least length.
        least: usize,
    },
    /// A `#` stands inside a token: whether a comment was meant cannot be told.
    #[error("line {line}: there is a `#` in the token; put a blank before a comment")]
    Comment {
        /// The line, from 1.
        line: usize,
    },
    /// A token stands there twice, so that what it may do cannot be told.
    #[error("line {line}: the token stands in line {first} already; each needs one of its own")]
    Twice {
        /// The line, from 1.
        line: usize,
        /// The line it stands in first, from 1.
        first: usize,
    },
    /// There is no token, so nobody could use the service.
    #[error("there is no token; write one a line: `channel`, `desk`, `shop` or `operator`, a space, and the token")]
    Empty,
    /// A token could not be made.
    #[error("the system gave no random numbers for a token")]
    NoChance,
}

/// Characters a token must have: 16 of base64 are 96 bits, which nobody guesses over a network.
const LEAST: usize = 16;

impl Role {
    /// The role as one word.
    pub fn name(self) -> &'static str {
        match self {
            Role::Channel => "channel",
            Role::Desk => "desk",
            Role::Shop => "shop",
            Role::Operator => "operator",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Role::Channel, Role::Desk, Role::Shop, Role::Operator].into_iter().find(|role| role.name() == name)
    }
}

impl Tokens {
    /// The tokens of a file: a line each of a role, a token and, if the audit log is to tell several apart, a name; `#`
    /// begins a comment. The name of a token without one is its role.
    ///
    /// # Errors
    /// If a line is something else, a token is short, or there is none. No message holds a token.
    ///
    /// # Examples
    /// ```
    /// let tokens = kefu::server::Tokens::read("desk 0123456789abcdef zendesk\n")?;
    /// assert_eq!(tokens.role("0123456789abcdef"), Some(kefu::server::Role::Desk));
    /// assert_eq!(tokens.role("something else"), None);
    /// # Ok::<(), kefu::server::TokensError>(())
    /// ```
    pub fn read(text: &str) -> Result<Self, TokensError> {
        let mut known: Vec<Known> = Vec::new();
        let mut lines = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let mut words = text.split_whitespace().take_while(|word| !word.starts_with('#'));
            let Some(role) = words.next() else { continue };
            let role = Role::named(role).ok_or(TokensError::Malformed { line })?;
            let token = words.next().ok_or(TokensError::Malformed { line })?;
            if token.contains('#') {
                return Err(TokensError::Comment { line });
            }
            if token.len() < LEAST {
                return Err(TokensError::Short { line, length: token.len(), least: LEAST });
            }
            if let Some((first, _)) = lines.iter().zip(&known).find(|(_, known)| known.token == token) {
                return Err(TokensError::Twice { line, first: *first });
            }
            let name = words.collect::<Vec<_>>().join(" ");
            let name = if name.is_empty() { role.name().to_owned() } else { name };
            known.push(Known { role, token: token.to_owned(), name });
            lines.push(line);
        }
        if known.is_empty() { Err(TokensError::Empty) } else { Ok(Self { known }) }
    }

    /// One new token that may do everything, and the token: for a service that only its own machine reaches.
    ///
    /// # Errors
    /// If the system has no random numbers to give.
    pub fn random() -> Result<(Self, String), TokensError> {
        let mut bytes = [0; 24];
        getrandom::getrandom(&mut bytes).map_err(|_| TokensError::NoChance)?;
        let token = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let known = Known { role: Role::Operator, token: token.clone(), name: Role::Operator.name().to_owned() };
        Ok((Self { known: vec![known] }, token))
    }

    /// What this token may do. Takes as long for a wrong one as for a right one.
    pub fn role(&self, given: &str) -> Option<Role> {
        self.holder(given).map(|(role, _)| role)
    }

    /// The same, and the name of the token.
    pub fn holder(&self, given: &str) -> Option<(Role, &str)> {
        let mut found = None;
        for known in &self.known {
            if bool::from(known.token.as_bytes().ct_eq(given.as_bytes())) {
                found = Some((known.role, known.name.as_str()));
            }
        }
        found
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.known.iter().map(|known| (known.role.name(), &known.name))).finish()
    }
}
