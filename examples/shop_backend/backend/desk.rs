//! The desk: cases that wait for an agent or have one, what was said in them, and what is on its way to customers.

use std::error::Error;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kefu::{Handoff, Reply};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Value as Json, json};

type Failed = Box<dyn Error + Send + Sync>;

/// Ids are those of the effects, in unique columns: what is told twice is kept once.
const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS cases (conversation TEXT PRIMARY KEY, handoff TEXT NOT NULL, owner TEXT NOT NULL DEFAULT 'queue');
    CREATE TABLE IF NOT EXISTS lines (number INTEGER PRIMARY KEY, id TEXT UNIQUE, conversation TEXT NOT NULL, who TEXT NOT NULL, text TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS later (number INTEGER PRIMARY KEY, conversation TEXT NOT NULL, who TEXT NOT NULL, reply TEXT NOT NULL);
";

/// Who says a line.
#[derive(Clone, Copy)]
pub(super) enum Who {
    Customer,
    Agent,
    Bot,
}

impl Who {
    fn name(self) -> &'static str {
        match self {
            Who::Customer => "customer",
            Who::Agent => "agent",
            Who::Bot => "bot",
        }
    }
}

/// The desk's database.
pub(super) struct Desk {
    database: Mutex<Connection>,
}

impl Desk {
    pub(super) fn open(file: &Path) -> Result<Self, Failed> {
        let database = Connection::open(file)?;
        database.execute_batch(TABLES)?;
        Ok(Self { database: Mutex::new(database) })
    }

    /// A case is opened, or more is known of it. What comes late says less than what is there.
    pub(super) fn keep(&self, conversation: &str, handoff: &Handoff) -> Result<(), Failed> {
        self.database().execute(
            "INSERT INTO cases (conversation, handoff) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET handoff = excluded.handoff
             WHERE json_extract(handoff, '$.id') <> json_extract(excluded.handoff, '$.id')
                OR json_extract(handoff, '$.update') < json_extract(excluded.handoff, '$.update')",
            params![conversation, serde_json::to_string(handoff)?],
        )?;
        Ok(())
    }

    pub(super) fn accept(&self, conversation: &str) -> Result<(), Failed> {
        self.database().execute("UPDATE cases SET owner = 'human' WHERE conversation = ?1", [conversation])?;
        Ok(())
    }

    pub(super) fn close(&self, conversation: &str) -> Result<(), Failed> {
        let database = self.database();
        database.execute("DELETE FROM cases WHERE conversation = ?1", [conversation])?;
        database.execute("DELETE FROM lines WHERE conversation = ?1", [conversation])?;
        Ok(())
    }

    /// A line of an open case.
    pub(super) fn add(&self, conversation: &str, id: &str, who: Who, text: &str) -> Result<(), Failed> {
        self.database().execute(
            "INSERT OR IGNORE INTO lines (id, conversation, who, text) VALUES (?1, ?2, ?3, ?4)",
            [id, conversation, who.name(), text],
        )?;
        Ok(())
    }

    /// Every open case, the oldest first.
    pub(super) fn cases(&self) -> Result<Vec<Json>, Failed> {
        let database = self.database();
        let mut cases = database.prepare("SELECT conversation, handoff, owner FROM cases ORDER BY rowid")?;
        let rows = cases.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let rows: Vec<(String, String, String)> = rows.collect::<Result<_, _>>()?;
        let mut shown = Vec::new();
        for (conversation, handoff, owner) in rows {
            let mut lines = database.prepare("SELECT who, text FROM lines WHERE conversation = ?1 ORDER BY number")?;
            let lines = lines.query_map([&conversation], |row| {
                Ok(json!({"who": row.get::<_, String>(0)?, "text": row.get::<_, String>(1)?}))
            })?;
            let lines: Vec<Json> = lines.collect::<Result<_, _>>()?;
            let handoff: Json = serde_json::from_str(&handoff)?;
            shown.push(json!({"conversation": conversation, "owner": owner, "handoff": handoff, "lines": lines}));
        }
        Ok(shown)
    }

    /// Puts an agent's words on their way.
    pub(super) fn answer(&self, conversation: &str, text: &str) -> Result<(), Failed> {
        self.put(conversation, Who::Agent, &json!({"text": text, "chips": []}))
    }

    /// Puts something the bot says without being asked on its way.
    pub(super) fn say_later(&self, conversation: &str, who: Who, reply: &Reply) -> Result<(), Failed> {
        self.put(conversation, who, &serde_json::to_value(reply)?)
    }

    /// What is on its way to a customer after the line with this number; what they have seen is forgotten.
    pub(super) fn later(&self, conversation: &str, seen: i64) -> Result<Vec<Json>, Failed> {
        let database = self.database();
        database.execute("DELETE FROM later WHERE conversation = ?1 AND number <= ?2", params![conversation, seen])?;
        let mut rows =
            database.prepare("SELECT number, who, reply FROM later WHERE conversation = ?1 ORDER BY number")?;
        let rows = rows.query_map([conversation], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let rows: Vec<(i64, String, String)> = rows.collect::<Result<_, _>>()?;
        let read = |(number, who, reply): (i64, String, String)| -> Result<Json, Failed> {
            let reply: Json = serde_json::from_str(&reply)?;
            Ok(json!({"number": number, "who": who, "reply": reply}))
        };
        rows.into_iter().map(read).collect()
    }

    /// Whether the agent who says something has the case.
    pub(super) fn is_accepted(&self, conversation: &str) -> Result<bool, Failed> {
        let owner = "SELECT owner FROM cases WHERE conversation = ?1";
        let owner: Option<String> = self.database().query_row(owner, [conversation], |row| row.get(0)).optional()?;
        Ok(owner.as_deref() == Some("human"))
    }

    fn put(&self, conversation: &str, who: Who, reply: &Json) -> Result<(), Failed> {
        self.database().execute(
            "INSERT INTO later (conversation, who, reply) VALUES (?1, ?2, ?3)",
            [conversation, who.name(), reply.to_string().as_str()],
        )?;
        Ok(())
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
