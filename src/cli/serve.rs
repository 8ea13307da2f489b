use std::path::Path;
use std::sync::Arc;

use super::arguments::Serve;
use super::exit::{Done, Stop, Verdict};
use super::open::{self, Explained, read};
use crate::server::{Service, Settings, Tokens};
use crate::store::{MemoryStore, SessionStore, SqliteStore};

/// Sessions a store in memory keeps.
const IN_MEMORY: usize = 1_000_000;

pub(super) fn run(serve: &Serve) -> Done {
    super::log::start(serve.log, serve.log_level);
    let explained = Explained::from(serve.playground);
    let engine = open::engine(&serve.pack, explained)?;
    engine.warm_up();
    let (tokens, made) = tokens(serve.tokens.as_deref())?;
    let mut settings = Settings::new(tokens);
    settings.playground = serve.playground;
    settings.answers = serve.actions.as_deref().map(open::script).transpose()?;
    settings.work.clone_from(&serve.work);
    settings.desk.clone_from(&serve.desk);
    settings.ledger.clone_from(&serve.ledger);
    settings.audit.clone_from(&serve.audit);
    settings.join = serve.join;
    settings.watch = !serve.no_watch;
    settings.secret = serve.secret.as_deref().map(text).transpose()?.map(|secret| secret.trim().to_owned());
    let pack = serve.pack.clone();
    let service = Service::new(engine, store(&serve.store)?, settings)
        .map_err(|error| Stop::Usage(error.to_string()))?
        .reloading_from(&serve.pack, move || open::builder(&pack, explained)?.build());
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(&serve.listen)
            .await
            .map_err(|error| Stop::Usage(format!("cannot listen at `{}`: {error}", serve.listen)))?;
        let address = listener.local_addr()?;
        eprintln!("listening at http://{address} (ctrl-c stops)");
        if serve.playground {
            // Why behind `#`: browsers send that part nowhere.
            let token = made.map_or_else(String::new, |token| format!("#token={token}"));
            eprintln!("playground: http://{address}/playground/{token}");
        }
        service.run(listener, stopped()).await.map_err(|error| Stop::Usage(error.to_string()))
    })?;
    eprintln!("stopped; every session is saved");
    Ok(Verdict::Fine)
}

/// The tokens of a file; without one a new operator's token, and that token.
fn tokens(file: Option<&Path>) -> Result<(Tokens, Option<String>), Stop> {
    let Some(file) = file else {
        let (tokens, made) = Tokens::random().map_err(|error| Stop::Usage(error.to_string()))?;
        return Ok((tokens, Some(made)));
    };
    let tokens = Tokens::read(&text(file)?).map_err(|error| Stop::Usage(format!("{}: {error}", file.display())))?;
    Ok((tokens, None))
}

fn text(file: &Path) -> Result<String, Stop> {
    String::from_utf8(read(file)?).map_err(|_| Stop::Usage(format!("`{}` is not UTF-8", file.display())))
}

fn store(place: &str) -> Result<Arc<dyn SessionStore>, Stop> {
    let unusable = |error: crate::store::StoreError| Stop::Usage(format!("the store cannot be used: {error}"));
    if place == "memory" {
        return Ok(Arc::new(MemoryStore::new(IN_MEMORY)));
    }
    if place.starts_with("redis://") || place.starts_with("rediss://") {
        #[cfg(feature = "redis")]
        return Ok(Arc::new(crate::store::RedisStore::open(place).map_err(unusable)?));
        #[cfg(not(feature = "redis"))]
        return Err(Stop::Usage("this `kefu` was built without the feature `redis`".to_owned()));
    }
    Ok(Arc::new(SqliteStore::open(place).map_err(unusable)?))
}

/// Ready when the process is asked to stop.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut asked) = signal(SignalKind::terminate()) else {
            let _ = tokio::signal::ctrl_c().await;
            return;
        };
        tokio::select! {
            _ = asked.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = tokio::signal::ctrl_c().await;
}
