//! Standardising entries to mean 0 and variance 1: what group and layer normalisation share.

use super::products::sum;
use crate::real::Real;

/// Mean of some entries and 1 / √(variance + ε), the variance being the biased one. Two passes: the variance
/// of entries far from zero would cancel in one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statistics<T> {
    /// Mean.
    pub mean: T,
    /// 1 / √(variance + ε).
    pub inverse: T,
}

impl<T: Real> Statistics<T> {
    /// Statistics of `values`.
    pub fn of(values: &[T], epsilon: T) -> Self {
        let count = T::from_f64(values.len() as f64);
        let mean = sum(values) / count;
        let mut variance = T::ZERO;
        for &x in values {
            variance += (x - mean) * (x - mean);
        }
        Self {
            mean,
            inverse: T::ONE / (variance / count + epsilon).sqrt(),
        }
    }

    /// (x − mean) / √(variance + ε).
    pub fn standard(self, x: T) -> T {
        (x - self.mean) * self.inverse
    }

    /// On entry `deltas` belong to the standardised entries, on return to the entries themselves:
    /// inverse · (δ − mean(δ) − x̂ mean(δ ∘ x̂)).
    pub fn backward(self, values: &[T], deltas: &mut [T]) {
        let count = T::from_f64(values.len() as f64);
        let mean = sum(deltas) / count;
        let mut along = T::ZERO;
        for (&d, &x) in deltas.iter().zip(values) {
            along += d * self.standard(x);
        }
        along = along / count;
        for (d, &x) in deltas.iter_mut().zip(values) {
            *d = (*d - mean - self.standard(x) * along) * self.inverse;
        }
    }
}
