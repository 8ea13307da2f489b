use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};

use super::clock::millis;
use super::{Document, Key, Kind, SessionStore, StoreError, Stored, Version};

/// Marks the file as ours: `kefu` in ASCII, as SQLite's `application_id`.
const APPLICATION: i64 = 0x6b65_6675;
/// The layout of the tables.
const LAYOUT: i64 = 1;
/// How long a save waits for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two tries where SQLite itself does not wait.
const PAUSE: Duration = Duration::from_millis(10);

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS document (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    deadline INTEGER,
    expires INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS due ON document (kind, deadline) WHERE deadline IS NOT NULL;
CREATE INDEX IF NOT EXISTS over ON document (expires);
";

/// Sessions in an SQLite file: for one machine, also with several processes. A save is on disk before it returns.
///
/// The file is in WAL mode with `synchronous=FULL`. To back it up while it is in use: `sqlite3 FILE ".backup COPY"`; to
/// restore, put the copy in its place while nothing has it open.
pub struct SqliteStore {
    connection: Mutex<Connection>,
}

impl SqliteStore {
    /// The store in a file, which is made if it is not there.
    ///
    /// # Errors
    /// If the file cannot be opened, or is the file of another program or of a newer version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path).map_err(told)?;
        connection.busy_timeout(PATIENCE).map_err(told)?;
        prepare(&mut connection)?;
        write_ahead(&connection)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(told)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    // Why: a transaction left open by a panic is rolled back when it is dropped, so the connection is whole.
    fn connection(&self) -> std::sync::MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes the tables in a new file, and refuses one that is not ours. In one transaction, as several processes may open a
/// new file at once.
fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(told)?;
    let number = |pragma: &str| transaction.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(told);
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(told)?;
    match (number("application_id")?, number("user_version")?, tables) {
        (APPLICATION, LAYOUT, _) => return Ok(()),
        (0, 0, 0) => {}
        (APPLICATION, newer, _) => {
            return Err(StoreError::Damaged(format!("its layout is {newer}, this version knows {LAYOUT}")));
        }
        _ => return Err(StoreError::Damaged("the file belongs to another program".to_owned())),
    }
    transaction.execute_batch(TABLES).map_err(told)?;
    transaction.pragma_update(None, "application_id", APPLICATION).map_err(told)?;
    transaction.pragma_update(None, "user_version", LAYOUT).map_err(told)?;
    transaction.commit().map_err(told)
}

/// Puts the file into WAL mode. SQLite does not wait for other connections here, so this does.
fn write_ahead(connection: &Connection) -> Result<(), StoreError> {
    let mut tries = PATIENCE.as_millis() / PAUSE.as_millis();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries > 0 => {
                tries -= 1;
                std::thread::sleep(PAUSE);
            }
            done => return done.map_err(told),
        }
    }
}

impl SessionStore for SqliteStore {
    fn load(&self, key: Key<'_>, now: SystemTime) -> Result<Option<Stored>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached("SELECT text, version FROM document WHERE kind = ? AND id = ? AND expires > ?")
            .map_err(told)?;
        query
            .query_row(params![key.kind.name(), key.id, millis(now)], |row| {
                Ok(Stored { text: row.get(0)?, version: Version::new(row.get::<_, i64>(1)?.unsigned_abs()) })
            })
            .optional()
            .map_err(told)
    }

    fn save(
        &self,
        key: Key<'_>,
        document: &Document,
        expected: Version,
        now: SystemTime,
    ) -> Result<Version, StoreError> {
        document.check_size()?;
        let version = expected.next();
        let deadline = document.deadline.map(millis);
        let mut connection = self.connection();
        // Why: the lock to write is taken at once, so two processes cannot both read the old version.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(told)?;
        let kept: Option<i64> = transaction
            .prepare_cached("SELECT version FROM document WHERE kind = ? AND id = ? AND expires > ?")
            .and_then(|mut query| {
                query.query_row(params![key.kind.name(), key.id, millis(now)], |row| row.get(0)).optional()
            })
            .map_err(told)?;
        if kept.map_or(Version::NEW, |kept| Version::new(kept.unsigned_abs())) != expected {
            return Err(StoreError::Conflict);
        }
        let number = i64::try_from(version.number()).unwrap_or(i64::MAX);
        transaction
            .prepare_cached(
                "INSERT OR REPLACE INTO document (kind, id, version, text, deadline, expires) VALUES (?, ?, ?, ?, ?, ?)",
            )
            .and_then(|mut insert| {
                insert.execute(params![key.kind.name(), key.id, number, document.text, deadline, millis(document.expires)])
            })
            .map_err(told)?;
        transaction.commit().map_err(told)?;
        Ok(version)
    }

    fn due(&self, kind: Kind, now: SystemTime, limit: usize) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut query = connection
            .prepare_cached(
                "SELECT id FROM document WHERE kind = ?3 AND deadline IS NOT NULL AND deadline <= ?1 AND expires > ?1 ORDER BY deadline LIMIT ?2",
            )
            .map_err(told)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let ids = query.query_map(params![millis(now), limit, kind.name()], |row| row.get(0)).map_err(told)?;
        ids.collect::<Result<_, _>>().map_err(told)
    }

    fn remove(&self, key: Key<'_>) -> Result<(), StoreError> {
        let connection = self.connection();
        connection
            .execute("DELETE FROM document WHERE kind = ? AND id = ?", params![key.kind.name(), key.id])
            .map_err(told)?;
        Ok(())
    }

    fn sweep(&self, now: SystemTime, limit: usize) -> Result<usize, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "DELETE FROM document WHERE (kind, id) IN (SELECT kind, id FROM document WHERE expires <= ? LIMIT ?)";
        self.connection().execute(sql, params![millis(now), limit]).map_err(told)
    }
}

/// SQLite's error in this room's words. Its messages name tables and files, never values.
#[allow(clippy::needless_pass_by_value)] // Why: as `map_err` hands it over.
fn told(error: rusqlite::Error) -> StoreError {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    match (error.sqlite_error_code(), &error) {
        (Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase), _) => StoreError::Damaged(error.to_string()),
        // Why not its words: they may quote what stands there.
        (_, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..)) => {
            StoreError::Damaged("a column holds another type than this library writes".to_owned())
        }
        _ => StoreError::Unavailable(error.to_string()),
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}
