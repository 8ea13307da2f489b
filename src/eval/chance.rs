//! How likely chance alone would do as much.

/// Two-sided exact probability of a split at least so unequal among fair coins (the exact form of `McNemar`'s test).
pub(super) fn sign_test(a: usize, b: usize) -> f64 {
    let n = a + b;
    let mut term = 0.5_f64.powf(n.min(1000) as f64);
    if n > 1000 {
        // Why: beyond this the powers underflow and the normal curve is exact enough; 1.0 is its continuity correction.
        let z = (a.abs_diff(b) as f64 - 1.0).max(0.0) / (n as f64).sqrt();
        return upper_tail(z) * 2.0;
    }
    let mut sum = 0.0;
    for k in 0..=a.min(b) {
        sum += term;
        term *= (n - k) as f64 / (k + 1) as f64;
    }
    (2.0 * sum).min(1.0)
}

/// Two-sided probability that two shares of one truth differ as much: so many of so many, then and now (the pooled
/// two-proportion z-test). 1 where nothing can be told.
pub(super) fn shares_test(before: [usize; 2], now: [usize; 2]) -> f64 {
    let [[a, all_a], [b, all_b]] = [before, now].map(|pair| pair.map(|count| count as f64));
    if all_a < 1.0 || all_b < 1.0 {
        return 1.0;
    }
    let pooled = ((a + b) / (all_a + all_b)).min(1.0);
    let spread = (pooled * (1.0 - pooled) * (1.0 / all_a + 1.0 / all_b)).sqrt();
    if spread <= 0.0 {
        return 1.0;
    }
    (upper_tail((a / all_a - b / all_b).abs() / spread) * 2.0).min(1.0)
}

/// The share of the standard normal curve above `z` (Abramowitz and Stegun 26.2.17, to 7.5e-8).
fn upper_tail(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let series = [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_530];
    let sum = series.iter().fold(0.0, |sum, factor| (sum + factor) * t);
    sum * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_test_knows_chance_from_change() {
        for (a, b, expected) in [(0, 0, 1.0), (1, 0, 1.0), (5, 5, 1.0), (0, 6, 0.03125), (1, 9, 0.021_484_375)] {
            assert!((sign_test(a, b) - expected).abs() < 1e-9, "{a} {b}: {}", sign_test(a, b));
        }
        let (exact, curve) = (sign_test(460, 540), sign_test(461, 541));
        assert!((exact - curve).abs() < 2e-3 && exact < 0.02, "{exact} {curve}");
    }

    #[test]
    fn shares_differ_by_chance_or_not() {
        // 45 of 100 against 60 of 100: z = 2.1240.
        assert!((shares_test([45, 100], [60, 100]) - 0.033_67).abs() < 1e-4);
        for (before, now) in [([0, 0], [1, 2]), ([3, 3], [4, 4]), ([5, 10], [5, 10])] {
            assert!((shares_test(before, now) - 1.0).abs() < 1e-6, "{before:?} {now:?}");
        }
    }
}
