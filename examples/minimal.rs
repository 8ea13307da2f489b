//! The least there is: rules in memory, one question, one answer.
//!
//! `cargo run --example minimal`

use std::error::Error;
use std::time::SystemTime;

use kefu::{Engine, Event, Session};

const RULES: &str = "
languages: {default: en, also: [zh]}
intents:
  opening_hours:
    keywords:
      en: [opening hours, when are you open]
      zh: [几点开门, 营业时间]
    say:
      en: We are open from 9 to 21.
      zh: 每天 9 点到 21 点。
";

fn main() -> Result<(), Box<dyn Error>> {
    let engine = Engine::builder().source("bot.yaml", RULES).build()?;
    let mut session = Session::new("customer-42");
    for question in ["Hi, when are you open?", "几点开门？"] {
        let turn = engine.handle(&mut session, Event::message(question), SystemTime::UNIX_EPOCH)?;
        for reply in turn.replies() {
            println!("{question}\n  {}", reply.text());
        }
    }
    Ok(())
}
