//! One loss an example, and its delta with respect to the network's output.

use crate::real::Real;

/// The instance-wise objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// −log softmax(y)[label].
    CrossEntropy,
    /// Mean over the outputs of (y − target)².
    SquaredError,
}

impl Objective {
    /// As descriptions name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CrossEntropy => "cross-entropy",
            Self::SquaredError => "squared-error",
        }
    }
}

/// k where the largest entry lies in ±[2ᵏ, 2ᵏ⁺¹); none where all are zero or one is infinite.
#[must_use]
pub fn exponent(delta: &[f64]) -> Option<i32> {
    let largest = delta.iter().fold(0.0f64, |m, d| m.max(d.abs()));
    (largest != 0.0 && largest.is_finite()).then(|| libm::frexp(largest).1 - 1)
}

/// Divides by 2^`exponent`, exactly.
pub fn scale_down(delta: &mut [f64], exponent: i32) {
    for d in delta {
        *d = libm::scalbn(*d, -exponent);
    }
}

/// The largest delta of an example is scaled into [1, 2): an exact power of two, so that no entry of its
/// Jacobian row under- or overflows however small its loss is. Returns the scale, which the caller undoes in
/// float64: the delta itself is scale · (what is in `delta`).
fn scale_delta(delta: &mut [f64]) -> f64 {
    exponent(delta).map_or(1.0, |exponent| {
        scale_down(delta, exponent);
        libm::scalbn(1.0, exponent)
    })
}

/// Cross-entropy of one row of logits. Fills `delta` with softmax(y) − onehot(label), the entry of the label
/// as minus the sum of the others (p − 1 cancels when the example is learned).
pub fn cross_entropy<T: Real>(logits: &[T], label: usize, delta: &mut [f64]) -> f64 {
    let largest = logits
        .iter()
        .fold(f64::NEG_INFINITY, |m, y| m.max(y.to_f64()));
    let mut total = 0.0;
    for (d, y) in delta.iter_mut().zip(logits) {
        *d = libm::exp(y.to_f64() - largest);
        total += *d;
    }
    let mut others = 0.0;
    for (i, d) in delta.iter_mut().enumerate() {
        *d /= total;
        if i != label {
            others += *d;
        }
    }
    delta[label] = -others;
    // log(total) - (y_label - largest); where the label has the largest logit, log1p keeps small losses exact.
    let distance = largest - logits[label].to_f64();
    if distance == 0.0 {
        let rest: f64 = (0..logits.len())
            .filter(|&i| i != label)
            .map(|i| libm::exp(logits[i].to_f64() - largest))
            .sum();
        libm::log1p(rest)
    } else {
        libm::log(total) + distance
    }
}

/// Squared error of one row of outputs, averaged over them. Fills `delta` with 2 (y − target) / outputs.
pub fn squared_error<T: Real>(outputs: &[T], targets: &[T], delta: &mut [f64]) -> f64 {
    let n = outputs.len() as f64;
    let mut total = 0.0;
    for ((d, y), t) in delta.iter_mut().zip(outputs).zip(targets) {
        let error = y.to_f64() - t.to_f64();
        total += error * error;
        *d = 2.0 * error / n;
    }
    total / n
}

/// What becomes of an example's delta.
#[derive(Clone, Copy, Debug)]
pub enum DeltaScale {
    /// Scaled to [1, 2) by a power of two.
    PowerOfTwo,
    /// Multiplied by the example's weight, known beforehand.
    Weight(f64),
}

/// Below this, a weighted delta is taken for zero: its products would be denormal numbers, which cost some
/// fifty times more and change nothing.
const SMALLEST: f64 = 1e-30;

/// Scales `delta` and writes it as the deltas of the output. Returns the factor that the deltas lack.
pub fn write_delta<T: Real>(delta: &mut [f64], scale: DeltaScale, row: &mut [T]) -> f64 {
    let factor = match scale {
        DeltaScale::PowerOfTwo => scale_delta(delta),
        DeltaScale::Weight(weight) => {
            for d in delta.iter_mut() {
                *d *= weight;
                if d.abs() < SMALLEST {
                    *d = 0.0;
                }
            }
            1.0
        }
    };
    write_flushed(delta, row);
    factor
}

/// Writes `delta` into `row`, entries that could only make denormal numbers as zero.
pub fn write_flushed<T: Real>(delta: &[f64], row: &mut [T]) {
    for (r, d) in row.iter_mut().zip(delta) {
        *r = T::from_f64(if d.abs() < SMALLEST { 0.0 } else { *d });
    }
}
