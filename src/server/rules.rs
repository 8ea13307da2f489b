//! The rules of a service: what they are, what is wrong with those saved last, and loading them anew.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value as JsonValue, json};

use super::conversation::{Asked, asked};
use super::failure::Failure;
use super::folder;
use super::service::Shared;
use crate::diagnostic::Diagnostic;
use crate::engine::Engine;
use crate::load::LoadError;
use crate::rules::Does;

type Load = Box<dyn Fn() -> Result<Engine, LoadError> + Send + Sync>;

/// Where rules come from when they are loaded anew, and what came of it last.
pub(super) struct Loader {
    load: Load,
    /// Where it can be seen whether something was saved.
    folder: Option<PathBuf>,
    /// What the folder looked like when it was loaded last; held while it is loaded.
    stamp: Mutex<u64>,
    /// Why of its own: nobody who asks what is wrong waits until something is loaded.
    refusal: Mutex<Option<Refusal>>,
}

/// Rules that were not taken: the old ones go on.
#[derive(Clone)]
pub(super) struct Refusal {
    pub(super) message: String,
    diagnostics: Vec<Diagnostic>,
    /// Whether this is the first time that it is told.
    pub(super) is_new: bool,
}

/// Samples of each language for whoever does not know what to ask.
const SAMPLES: usize = 8;
/// The longest sample, in characters: it must fit on a button.
const LONGEST_SAMPLE: usize = 48;

impl Loader {
    pub(super) fn new(load: Load, folder: Option<PathBuf>) -> Self {
        let stamp = folder.as_deref().map_or(0, folder::stamp);
        Self { load, folder, stamp: Mutex::new(stamp), refusal: Mutex::default() }
    }

    /// Loads the rules and hands them over to be answered by, if there is anything new. The lock is held until they are, so
    /// that of two who ask at once the second sees what came of it, and rules that were read earlier never come after later ones.
    pub(super) fn load(&self, when: When, take: impl FnOnce(Engine)) -> Result<(), Refusal> {
        let mut last = self.stamp.lock().unwrap_or_else(PoisonError::into_inner);
        // Why before loading: what is saved meanwhile must be seen next time.
        let stamp = self.folder.as_deref().map_or(0, folder::stamp);
        if when == When::Changed && self.folder.is_some() && stamp == *last {
            return self.refusal().map_or(Ok(()), |refusal| Err(Refusal { is_new: false, ..refusal }));
        }
        *last = stamp;
        let loaded = (self.load)().map_err(|error| Refusal {
            message: error.to_string(),
            diagnostics: error.diagnostics().to_vec(),
            is_new: true,
        });
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = loaded.as_ref().err().cloned();
        loaded.map(take)
    }

    /// The folder the rules come from, if it is known.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    fn refusal(&self) -> Option<Refusal> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// When a reload that was asked for happens.
#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum When {
    #[default]
    Always,
    Changed,
}

#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default, rename = "if")]
    when: When,
}

/// `GET /v1/rules`: what the service answers by, and what is wrong with the rules that were refused last.
pub(super) async fn rules(State(shared): State<Arc<Shared>>) -> Json<JsonValue> {
    let engine = shared.conversations.engine();
    let pack = &engine.rulebook().pack;
    let samples = engine.languages().iter().map(|language| {
        let intents = pack.intents.iter().filter(|intent| matches!(intent.does, Does::Flow(..) | Does::Say(_)));
        // Why flows first: they are what is worth trying.
        let mut intents: Vec<_> = intents.collect();
        intents.sort_by_key(|intent| !matches!(intent.does, Does::Flow(..)));
        let fits = |text: &str| text.chars().count() <= LONGEST_SAMPLE;
        let first = |examples: &[crate::rules::Example]| {
            let own = examples.iter().find(|example| example.language == *language && fits(&example.text));
            own.map(|example| example.text.to_string())
        };
        let texts: Vec<String> = intents.iter().filter_map(|intent| first(&intent.examples)).take(SAMPLES).collect();
        (language.code().to_owned(), JsonValue::from(texts))
    });
    let refused = shared.loader.as_ref().and_then(Loader::refusal);
    Json(json!({
        "format": 1,
        "revision": engine.revision(),
        "languages": engine.languages(),
        "flows": engine.flows().collect::<Vec<_>>(),
        "samples": samples.collect::<serde_json::Map<_, _>>(),
        "warnings": engine.warnings(),
        "refused": refused.map(|refusal| json!({"message": refusal.message, "diagnostics": refusal.diagnostics})),
    }))
}

/// `POST /v1/reload`: loads the rules anew. Rules with errors are refused with all of them, and the old ones go on. With
/// `?if=changed` only if a file was saved since; what came of it then comes again.
pub(super) async fn reload(State(shared): State<Arc<Shared>>, wish: Asked<Wish>) -> Result<Json<JsonValue>, Failure> {
    let wish = asked(wish)?;
    let loading = Arc::clone(&shared);
    let loaded = tokio::task::spawn_blocking(move || loading.load_rules(wish.when));
    match loaded.await.map_err(|_| Failure::internal())? {
        None => Err(Failure::new(StatusCode::NOT_IMPLEMENTED, "no_rules", "this service was started without a folder")),
        Some(Err(refusal)) => {
            let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_rules", refusal.message);
            Err(failure.with(refusal.diagnostics))
        }
        Some(Ok(())) => Ok(Json(json!({"format": 1, "revision": shared.conversations.engine().revision()}))),
    }
}
