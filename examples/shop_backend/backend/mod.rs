//! The bot inside the shop: one turn from the customer's words to what is said, looked up, handed over and recorded.

mod desk;
mod shop;
pub(crate) mod web;

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use kefu::{
    Conversation, Conversations, Effect, Engine, Event, Kind, Reply, SessionStore as _, SqliteStore, Turn, Value,
};

use desk::{Desk, Who};
use shop::{Customer, Shop};

/// Conversations ticked at once; the rest has its turn a second later.
const ROUND: usize = 100;

/// All there is behind the pages.
pub(crate) struct Backend {
    conversations: Conversations<SqliteStore>,
    shop: Shop,
    desk: Desk,
    ledger: Mutex<File>,
    desk_key: String,
}

impl Backend {
    /// A shop by these rules whose files are in a folder; a new folder gets a new shop.
    pub(crate) fn open(rules: &Path, data: &Path) -> Result<Self, Box<dyn Error + Send + Sync>> {
        fs::create_dir_all(data)?;
        let engine = Engine::from_dir(rules)?;
        engine.warm_up();
        Ok(Self {
            conversations: Conversations::new(engine, SqliteStore::open(data.join("sessions.db"))?),
            shop: Shop::open(&data.join("shop.db"))?,
            desk: Desk::open(&data.join("desk.db"))?,
            ledger: Mutex::new(OpenOptions::new().create(true).append(true).open(data.join("ledger.jsonl"))?),
            desk_key: random()?,
        })
    }

    /// What agents sign in with; a new one at each start. A shop would have accounts.
    pub(crate) fn desk_key(&self) -> &str {
        &self.desk_key
    }

    /// What a customer did; what is said to that. An empty answer means that a person has the conversation.
    fn customer_does(&self, customer: &Customer, event: Event) -> Result<Vec<Reply>, Box<dyn Error + Send + Sync>> {
        // Why before every message: facts may have changed, and telling the same again changes nothing.
        let facts = Value::record([
            ("name", Value::from(customer.name.as_str())),
            // Who is logged in needs not prove it again in the chat.
            ("verified", Value::from(true)),
            ("orders_open", Value::from(self.shop.open_orders(customer)?)),
        ]);
        let chat = customer.conversation();
        // What is told may lead to something by itself: a reason for a person, a word about changed rules.
        let mut said = self.take(customer, &chat, Event::customer(facts))?.replies().to_vec();
        said.extend_from_slice(self.take(customer, &chat, event)?.replies());
        Ok(said)
    }

    /// What an agent did. What the bot says to it reaches the customer with the next look for news.
    fn agent_does(&self, conversation: &str, event: Event) -> Result<(), Box<dyn Error + Send + Sync>> {
        let customer = self.shop.customer_of(conversation)?;
        let turn = self.take(&customer, conversation, event)?;
        self.say_later(conversation, &turn)
    }

    /// One event: a turn, the work it asks of the shop, what goes to the desk, and its lines in the ledger.
    fn take(
        &self,
        customer: &Customer,
        conversation: &str,
        event: Event,
    ) -> Result<Turn, Box<dyn Error + Send + Sync>> {
        let work = self.shop.work_for(customer);
        let chat = Conversation::new(conversation).of_customer(&customer.id);
        let taken = self.conversations.handle_with(chat, event, now(), &work)?;
        self.pass_on(conversation, &taken.turn)?;
        Ok(taken.turn)
    }

    /// What leaves a turn beside its replies.
    fn pass_on(&self, conversation: &str, turn: &Turn) -> Result<(), Box<dyn Error + Send + Sync>> {
        for effect in turn.effects() {
            match effect {
                Effect::HandoffOpened(handoff) | Effect::HandoffUpdated(handoff) => {
                    self.desk.keep(conversation, handoff)?;
                }
                Effect::HandoffWithdrawn(_) => self.desk.close(conversation)?,
                Effect::ToAgent(message) => self.desk.add(conversation, &message.id, Who::Customer, &message.text)?,
                // Work was done by `work_for`; kinds of a later version are not known here.
                _ => {}
            }
        }
        if turn.is_replay() {
            return Ok(());
        }
        let mut lines = String::new();
        for record in turn.records() {
            lines.push_str(&serde_json::to_string(record)?);
            lines.push('\n');
        }
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner).write_all(lines.as_bytes())?;
        Ok(())
    }

    /// Keeps what was said while no customer's request waited for it.
    fn say_later(&self, conversation: &str, turn: &Turn) -> Result<(), Box<dyn Error + Send + Sync>> {
        for reply in turn.replies() {
            self.desk.say_later(conversation, Who::Bot, reply)?;
        }
        Ok(())
    }

    /// Reminders, timeouts, agents who do not come: everything that is due now.
    fn tick(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        for conversation in self.conversations.store().due(Kind::Session, now(), ROUND)? {
            // Why: one that fails is the first again the next time, and must not keep the others from their turn.
            if let Err(error) = self.tick_one(&conversation) {
                eprintln!("tick: {error}");
            }
        }
        Ok(())
    }

    fn tick_one(&self, conversation: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
        let customer = self.shop.customer_of(conversation)?;
        let turn = self.take(&customer, conversation, Event::tick())?;
        self.say_later(conversation, &turn)
    }
}

/// Ticks every second, for ever.
pub(crate) async fn tick(backend: Arc<Backend>) {
    let mut period = tokio::time::interval(Duration::from_secs(1));
    loop {
        period.tick().await;
        let backend = Arc::clone(&backend);
        let done = tokio::task::spawn_blocking(move || backend.tick()).await;
        if let Ok(Err(error)) = done {
            eprintln!("tick: {error}");
        }
    }
}

/// The moment.
#[allow(clippy::disallowed_methods)] // Why: the library has no clock; its host tells the time.
fn now() -> SystemTime {
    SystemTime::now()
}

/// A word nobody guesses.
fn random() -> Result<String, Box<dyn Error + Send + Sync>> {
    let mut bytes = [0; 16];
    getrandom::getrandom(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")))
}
