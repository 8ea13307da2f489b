use super::figures::CalibrationPoint;

/// Equal parts of 0..1 in which confidence and accuracy are compared.
const BINS: usize = 10;

/// How often a best candidate of some confidence is right.
#[derive(Clone, Debug, Default)]
pub(super) struct Bins([Bin; BINS]);

#[derive(Clone, Copy, Debug, Default)]
struct Bin {
    messages: usize,
    right: usize,
    confidence: f64,
}

impl Bins {
    pub(super) fn count(&mut self, confidence: f32, is_right: bool) {
        let place = ((confidence * BINS as f32) as usize).min(BINS - 1);
        let Some(bin) = self.0.get_mut(place) else { return };
        bin.messages += 1;
        bin.right += usize::from(is_right);
        bin.confidence += f64::from(confidence);
    }

    pub(super) fn points(&self) -> Vec<CalibrationPoint> {
        let filled = self.0.iter().filter(|bin| bin.messages > 0);
        filled
            .map(|bin| CalibrationPoint {
                messages: bin.messages,
                confidence: bin.confidence / bin.messages as f64,
                accuracy: bin.right as f64 / bin.messages as f64,
            })
            .collect()
    }

    /// The expected calibration error: the mean gap between confidence and accuracy, by message.
    pub(super) fn error(&self) -> f64 {
        let all: usize = self.0.iter().map(|bin| bin.messages).sum();
        let gaps = self.0.iter().map(|bin| (bin.confidence - bin.right as f64).abs());
        gaps.sum::<f64>() / all.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_the_mean_gap() {
        let mut bins = Bins::default();
        for is_right in [true, true, true, false] {
            bins.count(0.75, is_right);
        }
        assert!(bins.error().abs() < 1e-9);
        for _ in 0..4 {
            bins.count(1.0, false);
        }
        assert!((bins.error() - 0.5).abs() < 1e-9);
        assert_eq!(bins.points().len(), 2);
    }
}
