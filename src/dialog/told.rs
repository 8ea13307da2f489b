//! Events as JSON objects: the same keys on the command line and over HTTP.

use serde_json::{Map, Value as Json};

use super::event::Event;
use crate::rules::Value;

/// Keys an event may have.
const KEYS: [&str; 16] = [
    "id",
    "channel",
    "public",
    "attachments",
    "text",
    "choice",
    "host",
    "reason",
    "position",
    "event",
    "with",
    "rating",
    "customer",
    "action_done",
    "action_failed",
    "tick",
];

/// The event of an object with known keys; what is wrong with it otherwise, in words without values.
pub(crate) fn told(fields: &Map<String, Json>) -> Result<Event, String> {
    if let Some(unknown) = fields.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("unknown key `{unknown}`"));
    }
    deliver(event(fields)?, fields)
}

/// What happens: exactly one of the keys that say so.
fn event(fields: &Map<String, Json>) -> Result<Event, String> {
    const WHAT: [&str; 9] =
        ["choice", "host", "event", "rating", "customer", "action_done", "action_failed", "tick", "text"];
    // Why: `null` is how many programs write a key they do not use.
    let given = |key: &&str| fields.get(*key).is_some_and(|value| !value.is_null());
    let found: Vec<&str> = WHAT.into_iter().filter(|key| given(key)).collect();
    match found.as_slice() {
        ["host", "text"] | ["host"] => host(fields),
        ["text"] => Ok(Event::message(text(fields, "text")?.unwrap_or_default())),
        ["choice"] => Ok(Event::choice(value(fields, "choice")?)),
        ["event"] => {
            let with = if fields.contains_key("with") { value(fields, "with")? } else { Value::record::<String>([]) };
            Ok(Event::named(text(fields, "event")?.unwrap_or_default(), with))
        }
        ["rating"] => {
            let stars = fields.get("rating").and_then(Json::as_u64).and_then(|stars| u32::try_from(stars).ok());
            stars.map(Event::rating).ok_or_else(|| "`rating` must be a number from 1 to 5".to_owned())
        }
        ["customer"] => Ok(Event::customer(value(fields, "customer")?)),
        ["action_done"] => {
            let done = object(fields, "action_done")?;
            let result = if done.contains_key("value") { value(done, "value")? } else { Value::record::<String>([]) };
            Ok(Event::action_done(id(done, "action_done")?, result))
        }
        ["action_failed"] => {
            let failed = object(fields, "action_failed")?;
            let error = text(failed, "error")?.unwrap_or("other");
            Ok(Event::action_failed(id(failed, "action_failed")?, error))
        }
        ["tick"] => Ok(Event::tick()),
        [] if fields.contains_key("attachments") => Ok(Event::message("")),
        [] => Err(format!("nothing happens: one of `{}` is needed", WHAT.join("`, `"))),
        several => Err(format!("only one of `{}` can happen in a line", several.join("`, `"))),
    }
}

fn host(fields: &Map<String, Json>) -> Result<Event, String> {
    match text(fields, "host")? {
        Some("accepted") => Ok(Event::agent_accepted()),
        Some("released") => Ok(Event::agent_released()),
        Some("failed") => Ok(Event::agent_failed()),
        Some("message") => Ok(Event::agent_message(text(fields, "text")?.unwrap_or_default())),
        Some("forget") => Ok(Event::forget()),
        Some("queued") => {
            let place = fields.get("position").and_then(Json::as_u64).and_then(|place| u32::try_from(place).ok());
            let place = place.filter(|place| *place > 0).ok_or("`position` must be a number, 1 for next")?;
            Ok(Event::agent_queued(place))
        }
        Some("escalate") => Ok(Event::escalate(text(fields, "reason")?.unwrap_or("host"))),
        _ => Err("`host` must be accepted, released, failed, message, queued, escalate or forget".to_owned()),
    }
}

/// The event with the marks of its message.
fn deliver(mut event: Event, fields: &Map<String, Json>) -> Result<Event, String> {
    if let Some(id) = text(fields, "id")? {
        event = event.with_id(id);
    }
    if let Some(channel) = text(fields, "channel")? {
        event = event.on_channel(channel);
    }
    match fields.get("attachments") {
        None | Some(Json::Null) => {}
        Some(Json::Array(items)) => {
            let names: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
            event = event.with_attachments(names.ok_or("`attachments` must be a list of texts")?);
        }
        Some(_) => return Err("`attachments` must be a list of texts".to_owned()),
    }
    match fields.get("public") {
        None | Some(Json::Null | Json::Bool(false)) => Ok(event),
        Some(Json::Bool(true)) => Ok(event.in_public()),
        Some(_) => Err("`public` must be true or false".to_owned()),
    }
}

fn text<'f>(fields: &'f Map<String, Json>, key: &str) -> Result<Option<&'f str>, String> {
    match fields.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{key}` must be text")),
    }
}

fn object<'f>(fields: &'f Map<String, Json>, key: &str) -> Result<&'f Map<String, Json>, String> {
    fields.get(key).and_then(Json::as_object).ok_or_else(|| format!("`{key}` must be an object"))
}

fn id<'f>(fields: &'f Map<String, Json>, key: &str) -> Result<&'f str, String> {
    text(fields, "id")?.ok_or_else(|| format!("`{key}` needs the `id` of the action"))
}

fn value(fields: &Map<String, Json>, key: &str) -> Result<Value, String> {
    let given = fields.get(key).unwrap_or(&Json::Null);
    Value::of(given).map_err(|_| format!("`{key}` cannot be read"))
}
