use prometheus::{Histogram, HistogramOpts, IntCounter, IntCounterVec, Opts, Registry, TextEncoder};

use super::service::ServiceError;
use crate::dialog::{Happening, Turn};

/// The figures of a running service, as Prometheus reads them.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    turns: IntCounterVec,
    seconds: Histogram,
    misses: IntCounter,
    handoffs: IntCounterVec,
    refused: IntCounterVec,
    undelivered: IntCounter,
    troubles: IntCounter,
}

impl Metrics {
    pub(super) fn new() -> Result<Self, ServiceError> {
        let counter = |name: &str, help: &str| IntCounter::new(name, help);
        let labelled = |name: &str, help: &str, label: &str| IntCounterVec::new(Opts::new(name, help), &[label]);
        let build = || -> prometheus::Result<Self> {
            let registry = Registry::new();
            let metrics = Self {
                turns: labelled("kefu_turns_total", "Turns made, by the rung that took them.", "rung")?,
                seconds: Histogram::with_opts(
                    HistogramOpts::new("kefu_turn_seconds", "Time of a turn with its host work and its save.")
                        .buckets(vec![0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0]),
                )?,
                misses: counter("kefu_misses_total", "Messages not understood.")?,
                handoffs: labelled("kefu_handoffs_total", "Handoffs opened, by reason.", "reason")?,
                refused: labelled("kefu_refused_total", "Requests refused, by why.", "why")?,
                undelivered: counter("kefu_undelivered_total", "Tries to reach the desk that failed.")?,
                troubles: counter("kefu_troubles_total", "Sessions set aside, histories and ledger lines not kept.")?,
                registry,
            };
            metrics.registry.register(Box::new(metrics.turns.clone()))?;
            metrics.registry.register(Box::new(metrics.seconds.clone()))?;
            metrics.registry.register(Box::new(metrics.misses.clone()))?;
            metrics.registry.register(Box::new(metrics.handoffs.clone()))?;
            metrics.registry.register(Box::new(metrics.refused.clone()))?;
            metrics.registry.register(Box::new(metrics.undelivered.clone()))?;
            metrics.registry.register(Box::new(metrics.troubles.clone()))?;
            Ok(metrics)
        };
        build().map_err(|error| ServiceError::Figures(error.to_string()))
    }

    pub(super) fn turn(&self, turn: &Turn, seconds: f64) {
        self.turns.with_label_values(&[&turn.rung().to_string()]).inc();
        self.seconds.observe(seconds);
        for record in turn.records() {
            match &record.what {
                Happening::Miss { .. } => self.misses.inc(),
                Happening::HandedOver { reason, .. } => self.handoffs.with_label_values(&[reason]).inc(),
                _ => {}
            }
        }
    }

    pub(super) fn refused(&self, why: &str) {
        self.refused.with_label_values(&[why]).inc();
    }

    pub(super) fn undelivered(&self) {
        self.undelivered.inc();
    }

    pub(super) fn trouble(&self) {
        self.troubles.inc();
    }

    pub(super) fn text(&self) -> String {
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}
