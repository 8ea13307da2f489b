use super::figures::SweepPoint;

/// Thresholds that are tried. They lie close together near 1, where the confidences of clear messages lie.
const THRESHOLDS: [f32; 31] = [
    0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.94,
    0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999,
];

/// What every threshold would give.
#[derive(Clone, Debug, Default)]
pub(super) struct Sweep {
    in_scope: usize,
    out_of_scope: usize,
    /// By the number of thresholds a message reaches: in scope and best intent right, out of scope.
    right: [usize; THRESHOLDS.len() + 1],
    refused: [usize; THRESHOLDS.len() + 1],
}

fn reached(confidence: f32) -> usize {
    THRESHOLDS.partition_point(|threshold| *threshold <= confidence)
}

impl Sweep {
    pub(super) fn in_scope(&mut self, confidence: f32, is_right: bool) {
        self.in_scope += 1;
        if let Some(count) = self.right.get_mut(reached(confidence)) {
            *count += usize::from(is_right);
        }
    }

    pub(super) fn out_of_scope(&mut self, confidence: f32) {
        self.out_of_scope += 1;
        if let Some(count) = self.refused.get_mut(reached(confidence)) {
            *count += 1;
        }
    }

    pub(super) fn points(&self) -> Vec<SweepPoint> {
        let share = |count: usize, of: usize| (of > 0).then(|| count as f64 / of as f64);
        THRESHOLDS
            .iter()
            .enumerate()
            .map(|(at, threshold)| SweepPoint {
                threshold: (f64::from(*threshold) * 1e4).round() / 1e4,
                in_scope_accuracy: share(self.right.iter().skip(at + 1).sum(), self.in_scope),
                out_of_scope_recall: share(self.refused.iter().take(at + 1).sum(), self.out_of_scope),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_threshold_refuses_more() {
        let mut sweep = Sweep::default();
        sweep.in_scope(0.97, true);
        sweep.in_scope(0.5, true);
        sweep.in_scope(0.9, false);
        sweep.out_of_scope(0.0);
        sweep.out_of_scope(0.61);
        let points = sweep.points();
        let at = |threshold: f64| {
            let point = points.iter().find(|point| (point.threshold - threshold).abs() < 1e-9).unwrap();
            (point.in_scope_accuracy.unwrap(), point.out_of_scope_recall.unwrap())
        };
        assert_eq!(at(0.0), (2.0 / 3.0, 0.0));
        assert_eq!(at(0.5), (2.0 / 3.0, 0.5));
        assert_eq!(at(0.6), (1.0 / 3.0, 0.5));
        assert_eq!(at(0.65), (1.0 / 3.0, 1.0));
        assert_eq!(at(0.98), (0.0, 1.0));
    }
}
