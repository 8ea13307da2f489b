//! Weights by regression: the numbers behind `learned.weights`.
#![allow(clippy::indexing_slicing)] // Why: rows, cells and classes are numbered here and sized by those numbers.

/// Labelled rows as sets of features. Equal rows are one, counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) kinds: Vec<Row>,
    pub(super) features: usize,
    pub(super) classes: usize,
}

/// One message, as often as it came.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) features: Vec<u32>,
    pub(super) class: u32,
    pub(super) count: f64,
}

impl Rows {
    /// How many messages there are.
    pub(super) fn messages(&self) -> f64 {
        self.kinds.iter().map(|row| row.count).sum()
    }
}

/// The pairs of feature and class that may have a weight, by feature.
#[derive(Clone, Debug, Default)]
pub(super) struct Weights {
    /// Where the cells of each feature begin; one more at the end.
    starts: Vec<u32>,
    classes: Vec<u32>,
    pub(super) values: Vec<f64>,
}

impl Weights {
    /// Zero weights for pairs of feature and class.
    pub(super) fn new(mut cells: Vec<(u32, u32, f64)>, features: usize) -> Self {
        cells.sort_unstable_by_key(|(feature, class, _)| (*feature, *class));
        let mut starts = vec![0_u32; features + 1];
        for (feature, ..) in &cells {
            starts[*feature as usize + 1] += 1;
        }
        for at in 0..features {
            starts[at + 1] += starts[at];
        }
        let classes = cells.iter().map(|(_, class, _)| *class).collect();
        let values = cells.iter().map(|(.., value)| *value).collect();
        Self { starts, classes, values }
    }

    /// Feature, class and weight of every cell.
    pub(super) fn cells(&self) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        (0..self.starts.len().saturating_sub(1)).flat_map(move |feature| {
            self.of(feature as u32).map(move |cell| (feature as u32, self.classes[cell], self.values[cell]))
        })
    }

    fn of(&self, feature: u32) -> std::ops::Range<usize> {
        self.starts[feature as usize] as usize..self.starts[feature as usize + 1] as usize
    }

    fn scores(&self, values: &[f64], row: &Row, scores: &mut [f64]) {
        scores.fill(0.0);
        for feature in &row.features {
            for cell in self.of(*feature) {
                scores[self.classes[cell] as usize] += values[cell];
            }
        }
    }
}

/// Minimises `mean -log softmax(x W) + l2/2 |W|^2` over weights not below 0, from the weights given.
///
/// FISTA with restarts, full batch: the same rows in any order give the same weights once sorted. Source: Beck and Teboulle
/// 2009, restart of O'Donoghue and Candès 2015.
pub(super) fn fit(rows: &Rows, weights: &mut Weights, l2: f64, iterations: usize) {
    if rows.kinds.is_empty() || weights.values.is_empty() {
        return;
    }
    let n = rows.messages();
    let step = 1.0 / (1.05 * 0.5 * largest_eigenvalue(rows, weights) / n + l2);
    let mut ahead = weights.values.clone();
    let mut gradient = vec![0.0; ahead.len()];
    let mut scores = vec![0.0; rows.classes];
    let mut t = 1.0_f64;
    for _ in 0..iterations {
        gradient.fill(0.0);
        for row in &rows.kinds {
            weights.scores(&ahead, row, &mut scores);
            softmax(&mut scores);
            scores[row.class as usize] -= 1.0;
            for feature in &row.features {
                for cell in weights.of(*feature) {
                    gradient[cell] += row.count * scores[weights.classes[cell] as usize];
                }
            }
        }
        let mut uphill = 0.0;
        let next: Vec<f64> = ahead
            .iter()
            .zip(&gradient)
            .zip(&weights.values)
            .map(|((ahead, gradient), before)| {
                let next = (ahead - step * (gradient / n + l2 * ahead)).max(0.0);
                uphill += (ahead - next) * (next - before);
                next
            })
            .collect();
        if uphill > 0.0 {
            t = 1.0;
        }
        let t_next = f64::midpoint(1.0, (1.0 + 4.0 * t * t).sqrt());
        let push = (t - 1.0) / t_next;
        for ((ahead, next), before) in ahead.iter_mut().zip(&next).zip(&weights.values) {
            *ahead = next + push * (next - before);
        }
        weights.values = next;
        t = t_next;
    }
}

fn softmax(scores: &mut [f64]) {
    let largest = scores.iter().copied().fold(f64::MIN, f64::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - largest).exp();
        sum += *score;
    }
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// The largest eigenvalue of `X'X` over the features that have cells, by twelve power iterations.
fn largest_eigenvalue(rows: &Rows, weights: &Weights) -> f64 {
    let is_used = |feature: &&u32| !weights.of(**feature).is_empty();
    let mut vector = vec![1.0; rows.features];
    let mut largest = 1.0;
    for _ in 0..12 {
        let mut image = vec![0.0; rows.features];
        for row in &rows.kinds {
            let used = || row.features.iter().filter(is_used);
            let sum: f64 = used().map(|feature| vector[*feature as usize]).sum::<f64>() * row.count;
            used().for_each(|feature| image[*feature as usize] += sum);
        }
        let norm = image.iter().map(|value| value * value).sum::<f64>().sqrt();
        let before = vector.iter().map(|value: &f64| value * value).sum::<f64>().sqrt();
        if norm <= 0.0 {
            return 1.0;
        }
        largest = norm / before;
        vector = image.into_iter().map(|value| value / norm).collect();
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telling_features_weigh_and_common_ones_do_not() {
        let row = |features: &[u32], class| Row { features: features.to_vec(), class, count: 10.0 };
        let rows =
            Rows { kinds: vec![row(&[0, 2], 0), row(&[1, 2], 1), row(&[0], 0), row(&[1], 1)], features: 3, classes: 2 };
        let cells = (0..3).flat_map(|feature| (0..2).map(move |class| (feature, class, 0.0))).collect();
        let mut weights = Weights::new(cells, 3);
        fit(&rows, &mut weights, 0.01, 200);
        let of = |feature, class| weights.cells().find(|cell| (cell.0, cell.1) == (feature, class)).unwrap().2;
        assert!(of(0, 0) > 1.0 && of(1, 1) > 1.0);
        assert!(of(0, 1) < 1e-6 && of(1, 0) < 1e-6);
        assert!((of(2, 0) - of(2, 1)).abs() < 1e-6);
    }
}
