//! A small real shop with the bot inside: orders in SQLite, a shop page with a chat, an agent's desk, and a ledger.
//!
//! `cargo run --example shop_backend --features serve`, then open the two addresses it prints. Files go to
//! `target/shop_backend`, or to a folder you name: `-- --data FOLDER --listen 127.0.0.1:8090`.
//! What came of the conversations: `kefu report target/shop_backend/ledger.jsonl`.
//!
//! | file | what |
//! | --- | --- |
//! | `backend/mod.rs` | one turn from beginning to end: the part to copy |
//! | `backend/shop.rs` | orders, and what the rules may ask of them |
//! | `backend/desk.rs` | cases for agents, and words on their way to customers |
//! | `backend/web.rs` | routes, cookies, pages |

mod backend;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use backend::{Backend, web};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut data = PathBuf::from("target/shop_backend");
    let mut rules = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/shop"));
    let mut listen = "127.0.0.1:8090".to_owned();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or("every argument needs a value")?;
        match argument.as_str() {
            "--data" => data = PathBuf::from(value),
            "--rules" => rules = PathBuf::from(value),
            "--listen" => listen = value,
            _ => {
                return Err(
                    format!("unknown argument `{argument}`: --data FOLDER, --rules FOLDER, --listen ADDRESS").into()
                );
            }
        }
    }
    let backend = Arc::new(Backend::open(&rules, &data)?);
    let listener = tokio::net::TcpListener::bind(&listen).await?;
    let address = listener.local_addr()?;
    println!("the shop:  http://{address}/");
    println!("the desk:  http://{address}/desk#{}", backend.desk_key());
    println!("the ledger: {}", data.join("ledger.jsonl").display());
    let ticking = tokio::spawn(backend::tick(Arc::clone(&backend)));
    axum::serve(listener, web::routes(backend))
        .with_graceful_shutdown(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    ticking.abort();
    Ok(())
}
