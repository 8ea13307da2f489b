//! What the shop sold, in a database of its own, and the work the rules may ask of it.

use std::error::Error;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kefu::{ActionCall, Actions, Value};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

type Failed = Box<dyn Error + Send + Sync>;

/// The tables. `work_done` holds what was done for whom under which key: what must act once is not done twice, and what came
/// of it is told to nobody else, as a key may name no more than an order.
const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS customers (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, name TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS orders (
        order_no TEXT PRIMARY KEY, customer TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL, amount REAL NOT NULL,
        placed TEXT NOT NULL, delivered TEXT, address TEXT NOT NULL, carrier TEXT, tracking_no TEXT);
    CREATE TABLE IF NOT EXISTS work_done (customer TEXT NOT NULL, key TEXT NOT NULL, result TEXT NOT NULL, PRIMARY KEY (customer, key));
    CREATE TABLE IF NOT EXISTS cases (case_no INTEGER PRIMARY KEY, customer TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL);
";

/// What every new customer of this example has bought: title, state, amount, days since ordered, days since delivered.
const BOUGHT: [(&str, &str, f64, i64, Option<i64>); 5] = [
    ("Tea cup, celadon", "delivered", 89.0, 6, Some(2)),
    ("Reading lamp", "shipped", 259.0, 3, None),
    ("Oak chair", "preparing", 680.0, 1, None),
    ("Rice cooker", "delivered", 499.0, 40, Some(34)),
    ("Sofa, three seats", "delivered", 5200.0, 9, Some(3)),
];

/// Who is at the shop's page.
#[derive(Clone)]
pub(super) struct Customer {
    pub(super) id: String,
    pub(super) name: String,
}

impl Customer {
    /// One conversation for each customer: the bot itself notices when it has been left for long.
    pub(super) fn conversation(&self) -> String {
        format!("web-{}", self.id)
    }
}

/// The shop's database.
pub(super) struct Shop {
    database: Arc<Mutex<Connection>>,
}

impl Shop {
    pub(super) fn open(file: &Path) -> Result<Self, Failed> {
        let database = Connection::open(file)?;
        database.execute_batch(TABLES)?;
        Ok(Self { database: Arc::new(Mutex::new(database)) })
    }

    /// The customer with this id; a new one has already bought something.
    pub(super) fn customer(&self, id: &str) -> Result<Customer, Failed> {
        let database = lock(&self.database);
        let name = |row: &Row<'_>| row.get::<_, String>(0);
        let known = database.query_row("SELECT name FROM customers WHERE id = ?1", [id], name).optional()?;
        if let Some(name) = known {
            return Ok(Customer { id: id.to_owned(), name });
        }
        database.execute("INSERT INTO customers (id, name) VALUES (?1, 'Lin')", [id])?;
        let number = database.last_insert_rowid();
        for ((title, status, amount, placed, delivered), count) in BOUGHT.into_iter().zip(0..) {
            let order_no = format!("SM{:08}", 10_000_000 + number * 10 + count);
            let carrier = (status != "preparing").then_some("SF Express");
            database.execute(
                "INSERT INTO orders VALUES (?1, ?2, ?3, ?4, ?5, strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?6),
                 date('now', ?7), '12 Baker Street, London', ?8, ?9)",
                params![
                    order_no,
                    id,
                    title,
                    status,
                    amount,
                    format!("-{placed} days"),
                    delivered.map(|days| format!("-{days} days")),
                    carrier,
                    carrier.map(|_| format!("SF{number:06}{count}")),
                ],
            )?;
        }
        Ok(Customer { id: id.to_owned(), name: "Lin".to_owned() })
    }

    /// Whose conversation it is.
    pub(super) fn customer_of(&self, conversation: &str) -> Result<Customer, Failed> {
        self.customer(conversation.strip_prefix("web-").ok_or("no conversation of this shop")?)
    }

    /// The orders for the shop's page: number, title, state, amount.
    pub(super) fn orders(&self, customer: &Customer) -> Result<Vec<(String, String, String, f64)>, Failed> {
        let database = lock(&self.database);
        let mut rows = database
            .prepare("SELECT order_no, title, status, amount FROM orders WHERE customer = ?1 ORDER BY placed DESC")?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        Ok(rows.query_map([&customer.id], read)?.collect::<Result<_, _>>()?)
    }

    pub(super) fn open_orders(&self, customer: &Customer) -> Result<i64, Failed> {
        let open = "SELECT count(*) FROM orders WHERE customer = ?1 AND status NOT IN ('delivered', 'cancelled')";
        Ok(lock(&self.database).query_row(open, [&customer.id], |row| row.get(0))?)
    }

    /// The work of one customer's conversation: what the rules ask for by name. They see only this customer's orders. What is
    /// not here fails, and the rules give it to a person.
    pub(super) fn work_for(&self, customer: &Customer) -> Actions {
        type Work = fn(&Connection, &str, &ActionCall) -> Result<Value, String>;
        const WORK: [(&str, Work); 11] = [
            ("orders.open", list),
            ("orders.lookup", look_up),
            ("orders.cancel", cancel),
            ("orders.change_address", move_to),
            ("orders.expedite", open_case),
            ("addresses.list", addresses),
            ("returns.create", open_case),
            ("claims.create", open_case),
            ("refunds.status", refund),
            ("messages.leave", open_case),
            ("surveys.save", |_, _, _| Ok(Value::record::<String>([]))),
        ];
        WORK.into_iter().fold(Actions::new(), |actions, (name, work)| {
            let (database, customer) = (Arc::clone(&self.database), customer.id.clone());
            actions.on(name, move |call| {
                let mut database = lock(&database);
                once(&mut database, &customer, call, |database| work(database, &customer, call))
            })
        })
    }
}

/// Does what changes something once for each customer and key, in one transaction with the note that it was done.
fn once(
    database: &mut Connection,
    customer: &str,
    call: &ActionCall,
    work: impl FnOnce(&Connection) -> Result<Value, String>,
) -> Result<Value, String> {
    let change = database.transaction().map_err(failed)?;
    let before: Option<String> = change
        .query_row("SELECT result FROM work_done WHERE customer = ?1 AND key = ?2", [customer, call.key()], |row| {
            row.get(0)
        })
        .optional()
        .map_err(failed)?;
    if let Some(before) = before {
        return serde_json::from_str(&before).map_err(|_| "other".to_owned());
    }
    let before = changes(&change).map_err(failed)?;
    let result = work(&change)?;
    // What only looks must look again the next time; here that is what changed nothing.
    if changes(&change).map_err(failed)? > before {
        let kept = serde_json::to_string(&result).map_err(|_| "other".to_owned())?;
        change
            .execute("INSERT INTO work_done VALUES (?1, ?2, ?3)", [customer, call.key(), kept.as_str()])
            .map_err(failed)?;
    }
    change.commit().map_err(failed)?;
    Ok(result)
}

/// Rows changed since the database was opened.
fn changes(database: &Connection) -> rusqlite::Result<i64> {
    database.query_row("SELECT total_changes()", [], |row| row.get(0))
}

fn list(database: &Connection, customer: &str, _: &ActionCall) -> Result<Value, String> {
    let mut rows = database
        .prepare("SELECT order_no, title, placed FROM orders WHERE customer = ?1 ORDER BY placed DESC")
        .map_err(failed)?;
    let row = |row: &Row<'_>| {
        let text = |column: usize| row.get::<_, String>(column).map(Value::from);
        Ok(Value::record([("order_no", text(0)?), ("title", text(1)?), ("placed", text(2)?)]))
    };
    let orders = rows.query_map([customer], row).and_then(Iterator::collect).map_err(failed)?;
    Ok(Value::record([("orders", Value::List(orders))]))
}

fn look_up(database: &Connection, customer: &str, call: &ActionCall) -> Result<Value, String> {
    let order_no = argument(call, "order_no")?;
    let found = database.query_row(
        "SELECT status, amount, CAST(coalesce(julianday('now') - julianday(delivered), 0) AS INTEGER), title, carrier, tracking_no
         FROM orders WHERE order_no = ?1 AND customer = ?2",
        [order_no.as_str(), customer],
        |row| {
            let maybe = |column: usize| {
                row.get::<_, Option<String>>(column).map(|text| text.map_or(Value::None, Value::from))
            };
            Ok(Value::record([
                ("status", Value::from(row.get::<_, String>(0)?)),
                ("amount", Value::from(row.get::<_, f64>(1)?)),
                ("days", Value::from(row.get::<_, i64>(2)?)),
                ("title", Value::from(row.get::<_, String>(3)?)),
                ("carrier", maybe(4)?),
                ("tracking_no", maybe(5)?),
            ]))
        },
    );
    found.optional().map_err(failed)?.ok_or_else(|| "not_found".to_owned())
}

fn cancel(database: &Connection, customer: &str, call: &ActionCall) -> Result<Value, String> {
    let order_no = argument(call, "order_no")?;
    let refund: Option<f64> = database
        .query_row(
            "UPDATE orders SET status = 'cancelled' WHERE order_no = ?1 AND customer = ?2 AND status = 'preparing' RETURNING amount",
            [order_no.as_str(), customer],
            |row| row.get(0),
        )
        .optional()
        .map_err(failed)?;
    refund.map(|refund| Value::record([("refund", Value::from(refund))])).ok_or_else(|| "already_shipped".to_owned())
}

fn move_to(database: &Connection, customer: &str, call: &ActionCall) -> Result<Value, String> {
    let (order_no, address) = (argument(call, "order_no")?, argument(call, "address")?);
    let moved = database.execute(
        "UPDATE orders SET address = ?1 WHERE order_no = ?2 AND customer = ?3 AND status = 'preparing'",
        [address.as_str(), order_no.as_str(), customer],
    );
    if moved.map_err(failed)? == 0 { Err("already_shipped".to_owned()) } else { Ok(Value::record::<String>([])) }
}

fn addresses(database: &Connection, customer: &str, _: &ActionCall) -> Result<Value, String> {
    let mut rows = database.prepare("SELECT DISTINCT address FROM orders WHERE customer = ?1").map_err(failed)?;
    let row = |row: &Row<'_>| Ok(Value::record([("address", Value::from(row.get::<_, String>(0)?))]));
    let addresses = rows.query_map([customer], row).and_then(Iterator::collect).map_err(failed)?;
    Ok(Value::record([("addresses", Value::List(addresses))]))
}

/// A return, a claim, a message: a case with a number, for people to deal with.
fn open_case(database: &Connection, customer: &str, call: &ActionCall) -> Result<Value, String> {
    let about = serde_json::to_string(call.arguments()).map_err(|_| "other".to_owned())?;
    database
        .execute(
            "INSERT INTO cases (customer, kind, about) VALUES (?1, ?2, ?3)",
            [customer, call.name().as_str(), &about],
        )
        .map_err(failed)?;
    let letter = call.name().as_str().chars().next().unwrap_or('c').to_ascii_uppercase();
    let number = format!("{letter}-{}", 1000 + database.last_insert_rowid());
    // Why by name: contracts differ in what they call the number.
    let field = if matches!(call.name().as_str(), "returns.create" | "messages.leave") { "ticket" } else { "case_no" };
    Ok(Value::record([(field, Value::from(number))]))
}

fn refund(database: &Connection, customer: &str, call: &ActionCall) -> Result<Value, String> {
    let order_no = argument(call, "order_no")?;
    let amount: Option<f64> = database
        .query_row(
            "SELECT amount FROM orders WHERE order_no = ?1 AND customer = ?2 AND status = 'cancelled'",
            [order_no.as_str(), customer],
            |row| row.get(0),
        )
        .optional()
        .map_err(failed)?;
    let amount = amount.ok_or_else(|| "none_open".to_owned())?;
    Ok(Value::record([
        ("stage", Value::from("approved")),
        ("amount", Value::from(amount)),
        ("days", Value::from(0_i64)),
    ]))
}

fn argument(call: &ActionCall, name: &str) -> Result<String, String> {
    call.argument(name).map_err(|_| "other".to_owned())
}

/// A database that fails is no answer of the contract: the rules' branch `other`.
#[allow(clippy::needless_pass_by_value)] // Why: it is handed to `map_err`.
fn failed(error: rusqlite::Error) -> String {
    eprintln!("the shop's database: {error}");
    "other".to_owned()
}

fn lock(database: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    database.lock().unwrap_or_else(PoisonError::into_inner)
}
