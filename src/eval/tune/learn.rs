//! From items to few weights per intent: pre-select, fit, prune, fit, prune, fit, round.
#![allow(clippy::indexing_slicing)] // Why: items and classes are numbered by `Items`.

use super::fit::{Rows, Weights, fit};
use super::items::Items;
use crate::text::Language;

/// Items per intent before the first and second pruning.
const FIRST: usize = 300;
const SECOND: usize = 80;
/// Iterations of the three fits: on large sets fewer cost four points.
const ITERATIONS: [usize; 3] = [100, 60, 150];
/// Nats per point.
pub(super) const POINT: f64 = 0.25;
/// Most points of one item.
const HEAVIEST: f64 = 20.0;

/// A phrase that speaks for an intent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weighted {
    pub(super) class: u32,
    pub(super) text: String,
    pub(super) points: u32,
}

/// The weights of one language, at most `most` an intent, by intent and weight.
pub(super) fn learn(items: &Items, language: Language, most: usize) -> Vec<Weighted> {
    let rows = &items.rows;
    let n = rows.messages();
    let counts = Counts::new(rows);
    // Why two: of many noisy Chinese messages little may be believed, of few messages of any language nothing else is there.
    let l2 = |of_chinese: f64| if language.is_unspaced() { (0.3 / n).max(of_chinese) } else { 0.3 / n };
    let mut weights = Weights::new(best(counts.information(n), FIRST), rows.features);
    weights.values.fill(0.0);
    fit(rows, &mut weights, l2(3e-4), ITERATIONS[0]);
    for (kept, iterations, l2) in [(SECOND.max(most), ITERATIONS[1], l2(3e-4)), (most, ITERATIONS[2], l2(2e-4))] {
        weights = Weights::new(counts.prune(&weights, kept), rows.features);
        fit(rows, &mut weights, l2, iterations);
    }
    let points = |weight: f64| (weight / POINT).round().clamp(0.0, HEAVIEST) as u32;
    let mut learned: Vec<Weighted> = weights
        .cells()
        .filter(|(.., weight)| points(*weight) > 0)
        .map(|(item, class, weight)| Weighted {
            class,
            text: items.items[item as usize].text.clone(),
            points: points(weight),
        })
        .collect();
    learned.sort_by(|a, b| (a.class, b.points, &a.text).cmp(&(b.class, a.points, &b.text)));
    // Why: two stems may share their commonest writing.
    learned.dedup_by(|next, kept| (next.class, &next.text) == (kept.class, &kept.text));
    learned
}

/// How often items and classes come together.
struct Counts {
    /// By item, then class: messages of both.
    cells: Vec<Vec<(u32, f64)>>,
    items: Vec<f64>,
    classes: Vec<f64>,
}

impl Counts {
    fn new(rows: &Rows) -> Self {
        let mut cells = vec![std::collections::BTreeMap::<u32, f64>::new(); rows.features];
        let mut items = vec![0.0; rows.features];
        let mut classes = vec![0.0; rows.classes];
        for row in &rows.kinds {
            classes[row.class as usize] += row.count;
            for feature in &row.features {
                items[*feature as usize] += row.count;
                *cells[*feature as usize].entry(row.class).or_default() += row.count;
            }
        }
        let cells = cells.into_iter().map(|cells| cells.into_iter().collect()).collect();
        Self { cells, items, classes }
    }

    /// Item, class and chi-squared of the pairs that come together more often than by chance.
    fn information(&self, n: f64) -> Vec<(u32, u32, f64)> {
        let mut found = Vec::new();
        for (item, cells) in self.cells.iter().enumerate() {
            let df = self.items[item];
            for (class, both) in cells {
                let of_class = self.classes[*class as usize];
                let (p, q) = (both / of_class, (df - both) / (n - of_class).max(1.0));
                let (share, d) = (of_class / n, df / n);
                if p > q {
                    let spread = (d * (1.0 - d)).max(1e-12);
                    found.push((item as u32, *class, (p - q).powi(2) * n * share * (1.0 - share) / spread));
                }
            }
        }
        found
    }

    /// The cells of a fit that matter most: weight times the root of how common the item is in its class.
    fn prune(&self, weights: &Weights, most: usize) -> Vec<(u32, u32, f64)> {
        let share = |item: u32, class: u32| {
            let cells = &self.cells[item as usize];
            let both = cells.iter().find(|cell| cell.0 == class).map_or(0.0, |cell| cell.1);
            both / self.classes[class as usize].max(1.0)
        };
        let ranked = weights.cells().filter(|cell| cell.2 > 0.0);
        let ranked = ranked.map(|(item, class, weight)| (item, class, weight * share(item, class).sqrt())).collect();
        let kept: std::collections::BTreeSet<(u32, u32)> =
            best(ranked, most).into_iter().map(|(item, class, _)| (item, class)).collect();
        weights.cells().filter(|(item, class, _)| kept.contains(&(*item, *class))).collect()
    }
}

/// The cells with the highest value of each class; of equals the first item.
fn best(mut cells: Vec<(u32, u32, f64)>, most: usize) -> Vec<(u32, u32, f64)> {
    cells.sort_by(|a, b| a.1.cmp(&b.1).then(b.2.total_cmp(&a.2)).then(a.0.cmp(&b.0)));
    let mut kept = 0;
    let mut class = u32::MAX;
    cells.retain(|cell| {
        if cell.1 != class {
            (class, kept) = (cell.1, 0);
        }
        kept += 1;
        kept <= most
    });
    cells
}
