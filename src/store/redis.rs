use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use ::redis::{Client, Connection, RedisError, Script};
use once_cell::sync::OnceCell;

use super::clock::millis;
use super::{Document, Key, Kind, SessionStore, StoreError, Stored, Version};

/// How long one command, or making a connection, may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Saves if the version is the expected one; returns the new version, or -1 for a conflict. One script, so that nothing
/// can come between the look and the change. A save that is tried again because the connection broke finds its own mark.
///
/// Keys: the document, the set of deadlines. Arguments: expected version, text, end, now (both in milliseconds), deadline
/// or an empty text, id, mark of this save.
static SAVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local kept = redis.call('HMGET', KEYS[1], 'version', 'expires', 'mark')
local version = 0
if kept[1] and tonumber(kept[2]) > tonumber(ARGV[4]) then version = tonumber(kept[1]) end
if version == tonumber(ARGV[1]) + 1 and kept[3] == ARGV[7] then return version end
if version ~= tonumber(ARGV[1]) then return -1 end
redis.call('HSET', KEYS[1], 'version', version + 1, 'text', ARGV[2], 'expires', ARGV[3], 'mark', ARGV[7])
redis.call('PEXPIRE', KEYS[1], math.max(1, tonumber(ARGV[3]) - tonumber(ARGV[4])))
if ARGV[5] ~= '' then redis.call('ZADD', KEYS[2], ARGV[5], ARGV[6]) else redis.call('ZREM', KEYS[2], ARGV[6]) end
return version + 1
",
    )
});

/// Lists sessions whose deadline has come, and drops deadlines whose session is gone. Key: the set of deadlines.
/// Arguments: now, how many, what the keys of sessions begin with. The other keys it reads share the hash tag of the first.
static DUE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "
local due = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])) do
  if #due >= tonumber(ARGV[2]) then break end
  local expires = redis.call('HGET', ARGV[3] .. id, 'expires')
  if expires and tonumber(expires) > tonumber(ARGV[1]) then due[#due + 1] = id
  elseif not expires then redis.call('ZREM', KEYS[1], id) end
end
return due
",
    )
});

/// Removes a document and its deadline. Keys: the document, the set of deadlines. Argument: id.
static REMOVE: LazyLock<Script> =
    LazyLock::new(|| Script::new("redis.call('DEL', KEYS[1]) redis.call('ZREM', KEYS[2], ARGV[1]) return 0"));

/// Sessions in Redis: for many nodes. A save is one script, so two nodes cannot both win.
///
/// All keys share one hash tag, so they may also live in one slot of a cluster. Redis frees expired documents by itself.
/// What survives a crash of Redis is what its own `appendonly` and `appendfsync` settings say; with `always` every save.
pub struct RedisStore {
    client: Client,
    prefix: String,
    idle: Mutex<Vec<Connection>>,
    /// The number Redis gave this store among all that write, so that its saves have marks of their own.
    writer: OnceCell<u64>,
    saves: AtomicU64,
}

impl RedisStore {
    /// The store at an address such as `redis://localhost:6379/0`. No connection is made yet.
    ///
    /// # Errors
    /// If the address is none.
    pub fn open(address: &str) -> Result<Self, StoreError> {
        // Why: the address may hold a password, and the crate's message may hold the address.
        let client = Client::open(address)
            .map_err(|_| StoreError::Unavailable("the address is not one of a Redis server".to_owned()))?;
        Ok(Self {
            client,
            prefix: "{kefu}".to_owned(),
            idle: Mutex::new(Vec::new()),
            writer: OnceCell::new(),
            saves: AtomicU64::new(0),
        })
    }

    /// The same with another prefix of all keys, for several shops in one Redis.
    #[must_use]
    pub fn with_prefix(mut self, name: &str) -> Self {
        self.prefix = format!("{{{name}}}");
        self
    }

    fn place(&self, key: Key<'_>) -> String {
        format!("{}:{}:{}", self.prefix, key.kind.name(), key.id)
    }

    fn deadlines(&self, kind: Kind) -> String {
        format!("{}:due:{}", self.prefix, kind.name())
    }

    /// Does something with a connection, which is kept for later unless it failed.
    fn with<T>(&self, work: impl Fn(&mut Connection) -> Result<T, RedisError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(mut connection) => match work(&mut connection) {
                Ok(done) => {
                    self.keep(connection);
                    return Ok(done);
                }
                // Why: a connection that lay idle may have been closed by the server; only then is it worth another.
                Err(error) if error.is_io_error() || error.is_connection_dropped() => self.connect()?,
                Err(error) => {
                    self.keep(connection);
                    return Err(told(&error));
                }
            },
            None => self.connect()?,
        };
        let done = work(&mut connection).map_err(|error| told(&error))?;
        self.keep(connection);
        Ok(done)
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let connection = self.client.get_connection_with_timeout(PATIENCE).map_err(|error| told(&error))?;
        connection.set_read_timeout(Some(PATIENCE)).map_err(|error| told(&error))?;
        connection.set_write_timeout(Some(PATIENCE)).map_err(|error| told(&error))?;
        Ok(connection)
    }

    fn keep(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

impl SessionStore for RedisStore {
    fn load(&self, key: Key<'_>, now: SystemTime) -> Result<Option<Stored>, StoreError> {
        let place = self.place(key);
        let (version, text, expires): (Option<u64>, Option<String>, Option<i64>) = self.with(|connection| {
            ::redis::cmd("HMGET").arg(&place).arg(&["version", "text", "expires"]).query(connection)
        })?;
        match (version, text, expires) {
            (Some(version), Some(text), Some(expires)) if expires > millis(now) => {
                Ok(Some(Stored { text, version: Version::new(version) }))
            }
            (Some(_), Some(_), Some(_)) | (None, None, None) => Ok(None),
            _ => Err(StoreError::Damaged("a document lacks a field".to_owned())),
        }
    }

    fn save(
        &self,
        key: Key<'_>,
        document: &Document,
        expected: Version,
        now: SystemTime,
    ) -> Result<Version, StoreError> {
        document.check_size()?;
        let deadline = document.deadline.map(millis);
        let deadline = deadline.map_or_else(String::new, |deadline| deadline.to_string());
        let writers = format!("{}:writers", self.prefix);
        let writer = self
            .writer
            .get_or_try_init(|| self.with(|connection| ::redis::cmd("INCR").arg(&writers).query(connection)))?;
        let mark = format!("{writer}-{}", self.saves.fetch_add(1, Ordering::Relaxed));
        let saved = self.with(|connection| {
            SAVE.key(self.place(key))
                .key(self.deadlines(key.kind))
                .arg(expected.number())
                .arg(&document.text)
                .arg(millis(document.expires))
                .arg(millis(now))
                .arg(&deadline)
                .arg(key.id)
                .arg(&mark)
                .invoke::<i64>(connection)
        })?;
        u64::try_from(saved).map(Version::new).map_err(|_| StoreError::Conflict)
    }

    fn due(&self, kind: Kind, now: SystemTime, limit: usize) -> Result<Vec<String>, StoreError> {
        self.with(|connection| {
            DUE.key(self.deadlines(kind))
                .arg(millis(now))
                .arg(limit)
                .arg(self.place(Key { kind, id: "" }))
                .invoke(connection)
        })
    }

    fn remove(&self, key: Key<'_>) -> Result<(), StoreError> {
        self.with(|connection| {
            let script =
                REMOVE.key(self.place(key)).key(self.deadlines(key.kind)).arg(key.id).invoke::<i64>(connection);
            script.map(|_| ())
        })
    }

    /// Redis frees documents by itself, and [`due`](Self::due) drops what is left of them: there is nothing to do.
    fn sweep(&self, _now: SystemTime, _limit: usize) -> Result<usize, StoreError> {
        Ok(0)
    }
}

/// The crate's error in this room's words: its kind, as its details may hold an address.
fn told(error: &RedisError) -> StoreError {
    if error.code() == Some("WRONGTYPE") {
        return StoreError::Damaged("a key holds another type than this library writes".to_owned());
    }
    StoreError::Unavailable(format!("{:?}", error.kind()))
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
