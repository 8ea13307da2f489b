use super::standing::Standing;
use super::trial::{Trial, Wants};
use crate::engine::Engine;
use crate::rules::Value;
use crate::testing::DialogTest;
use crate::testing::line::{Line, What};
use crate::testing::notation::quoted;
use crate::testing::stage::Stage;
use crate::testing::subset::show;

/// The dialog as a test: the lines of the original that are needed, what was put in, and what the bot must do.
pub(super) fn dialog(test: &DialogTest, engine: &Engine, lines: &[&Line], trial: &Trial) -> String {
    let name = quoted(&format!("{}: {}", test.name(), trial.injection));
    let mut text = format!("test: {name}\n");
    for part in &test.written.head {
        text.push_str(&test.written.moved(part, 0));
        text.push('\n');
    }
    text.push_str("talk:\n");
    let mut stage = Stage::new(test, engine);
    for line in lines {
        text.push_str(&format!("  - {}\n", test.written.moved(&line.bytes, 4)));
        // Why: they were held before without an error.
        let _ = stage.line(line);
    }
    let session = match test.lines.first() {
        Some(first) if first.session == trial.session => String::new(),
        _ => format!(", session: {}", quoted(&trial.session)),
    };
    let top = trial.at.as_ref();
    let wanted = match &trial.wants {
        Wants::Answer(intent) => top.map_or_else(
            || format!("{{answers: {intent}}}"),
            |(flow, step)| format!("{{answers: {intent}, asks: {step}, flow: {flow}}}"),
        ),
        Wants::Cancelled => "{ends: cancelled, handoff: none}".to_owned(),
        Wants::Corrected(slot, value) => format!("{{slots: {{{slot}: {}}}}}", quoted(&show(value))),
        Wants::Person => "{handoff: asked}".to_owned(),
        Wants::OneTurn | Wants::NothingNew | Wants::SameStanding | Wants::SameTurns | Wants::NoEffect => String::new(),
    };
    for line in &trial.put {
        let id = line.delivery.id.as_ref().map(|id| format!(", id: {id}")).unwrap_or_default();
        let bot = if wanted.is_empty() { String::new() } else { format!(", bot: {wanted}") };
        text.push_str(&format!("  - {{{}{id}{session}{bot}}}\n", event(&line.what)));
    }
    if matches!(trial.wants, Wants::OneTurn)
        && let Some(line) = trial.put.last()
    {
        let id = line.delivery.id.as_deref().unwrap_or_default();
        text.push_str(&format!("  - {{{}, id: {id}{session}, bot: {{replay: true}}}}\n", event(&line.what)));
    }
    if let (Some(then), Some(plain)) = (&trial.then, &trial.plain) {
        let bot = if matches!(trial.wants, Wants::NoEffect) {
            "{calls: none}".to_owned()
        } else {
            let _ = stage.line(plain);
            stage.session(&trial.session).map(|session| expected(&Standing::of(session))).unwrap_or_default()
        };
        text.push_str(&format!("  - {{{}{session}, bot: {bot}}}\n", event(&then.what)));
    }
    text
}

/// Where the conversation must stand.
fn expected(standing: &Standing) -> String {
    let flow = standing.top().map_or("none", |(flow, _)| flow);
    let shown = standing.slots.iter().filter(|(_, value)| !matches!(value, Value::Record(_) | Value::List(_)));
    let slots: Vec<String> = shown.map(|(name, value)| format!("{name}: {}", quoted(&show(value)))).collect();
    if slots.is_empty() {
        format!("{{flow: {flow}}}")
    } else {
        format!("{{flow: {flow}, slots: {{{}}}}}", slots.join(", "))
    }
}

/// What happens, as a key and its value.
fn event(what: &What) -> String {
    match what {
        What::User(text) => format!("user: {}", quoted(text)),
        What::Choice(value) => format!("choice: {}", quoted(&show(value))),
        What::Reload => "reload: true".to_owned(),
        other => other.describe(),
    }
}
