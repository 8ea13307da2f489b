use serde::{Deserialize, Serialize};

use crate::rules::{FlowId, Pc};

/// What a turn went through, for whoever wants to know which rules are ever used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Walked {
    /// A step was reached.
    Step(FlowId, Pc),
    /// Words of this number were said.
    Said(u32),
}
