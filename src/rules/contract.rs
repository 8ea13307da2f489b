use super::{Action, ActionName, Effects, Field, Type};

/// The typed contract of a piece of host work: as the rules declare it, or as a host implements it.
///
/// A host that says what it implements learns when the rules are loaded, not in the middle of a conversation, that they
/// ask for something else: see [`EngineBuilder::contract`](crate::EngineBuilder::contract).
///
/// # Examples
/// ```
/// use kefu::{Contract, Type};
/// let lookup = Contract::new("orders.lookup")
///     .takes("order_no", Type::Text)
///     .gives("status", Type::Entity("order_status".into()))
///     .fails("not_found")
///     .reads();
/// assert_eq!(lookup.name.as_str(), "orders.lookup");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contract {
    /// The action's name.
    pub name: ActionName,
    /// What it is given.
    pub arguments: Vec<Field>,
    /// What it returns, as a record.
    pub results: Vec<Field>,
    /// The failures it may name.
    pub errors: Vec<String>,
    /// Whether it only looks something up.
    pub is_read: bool,
}

impl Contract {
    /// Work of this name that takes nothing, gives nothing and changes something.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: ActionName::from(name.into()),
            arguments: Vec::new(),
            results: Vec::new(),
            errors: Vec::new(),
            is_read: false,
        }
    }

    /// Adds an argument.
    pub fn takes(mut self, name: impl Into<String>, ty: Type) -> Self {
        self.arguments.push(Field { name: name.into(), ty });
        self
    }

    /// Adds a field of the result.
    pub fn gives(mut self, name: impl Into<String>, ty: Type) -> Self {
        self.results.push(Field { name: name.into(), ty });
        self
    }

    /// Adds a failure it may name.
    pub fn fails(mut self, error: impl Into<String>) -> Self {
        self.errors.push(error.into());
        self
    }

    /// It only looks something up.
    pub fn reads(mut self) -> Self {
        self.is_read = true;
        self
    }

    /// The contract that the rules declare.
    pub(crate) fn of(action: &Action) -> Self {
        Self {
            name: action.name.clone(),
            arguments: action.arguments.clone(),
            results: action.results.clone(),
            errors: action.errors.iter().map(|error| error.0.to_string()).collect(),
            is_read: action.effects == Effects::Read,
        }
    }

    /// What the rules ask for that a host's implementation does not keep, a sentence each.
    pub(crate) fn broken_by(&self, host: &Self) -> Vec<String> {
        let mut broken = Vec::new();
        for argument in &self.arguments {
            match field(&host.arguments, &argument.name) {
                None => broken.push(format!("the host does not take `{}`", argument.name)),
                Some(ty) if !fits(&argument.ty, ty) => {
                    broken.push(format!("the rules give `{}` as {}, the host takes {ty}", argument.name, argument.ty));
                }
                Some(_) => {}
            }
        }
        for argument in &host.arguments {
            if !argument.ty.is_optional() && field(&self.arguments, &argument.name).is_none() {
                broken.push(format!("the host needs `{}`, which the rules do not give", argument.name));
            }
        }
        for result in &self.results {
            match field(&host.results, &result.name) {
                None if result.ty.is_optional() => {}
                None => broken.push(format!("the host does not give `{}`", result.name)),
                Some(ty) if !fits(ty, &result.ty) => {
                    broken.push(format!("the host gives `{}` as {ty}, the rules expect {}", result.name, result.ty));
                }
                Some(_) => {}
            }
        }
        for error in host.errors.iter().filter(|error| !self.errors.contains(error)) {
            broken.push(format!("the host may fail with `{error}`, which the rules do not declare"));
        }
        // Why not the other way round: asking before something that changes nothing does no harm.
        if self.is_read && !host.is_read {
            broken.push("the rules take it for a mere look-up, so nobody would be asked first".to_owned());
        }
        broken
    }
}

fn field<'f>(fields: &'f [Field], name: &str) -> Option<&'f Type> {
    fields.iter().find(|field| field.name == name).map(|field| &field.ty)
}

/// Whether every value of a type is one of another.
fn fits(given: &Type, wanted: &Type) -> bool {
    if given.is_optional() && !wanted.is_optional() {
        return false;
    }
    match (given.required(), wanted.required()) {
        // Why: an entity's values and moments are written as text, and a number may stand for a wider one.
        (Type::Entity(_) | Type::Date | Type::Time | Type::Image, Type::Text)
        | (Type::Integer, Type::Decimal | Type::Money)
        | (Type::Decimal, Type::Money) => true,
        (Type::List(given), Type::List(wanted)) => fits(given, wanted),
        (Type::Record(given), Type::Record(wanted)) => wanted
            .iter()
            .all(|wanted| field(given, &wanted.name).map_or(wanted.ty.is_optional(), |given| fits(given, &wanted.ty))),
        (given, wanted) => given == wanted,
    }
}
