//! The two precisions: f32 for speed, f64 for reference and gradient checks.

use crate::description::Layer;
use crate::layout::Boundary;
use crate::plan::LayerPlan;
use crate::stage::{Choice, Chosen, Map};
use std::fmt::Debug;
use std::ops::Range;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// A floating-point type that the kernels run in.
///
/// The transcendental functions come from the crate `libm`: the same bits natively and in WASM.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + Send
    + Sync
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// Rounded from f64.
    fn from_f64(value: f64) -> Self;
    /// Exact.
    fn to_f64(self) -> f64;
    /// √x.
    fn sqrt(self) -> Self;
    /// eˣ.
    fn exp(self) -> Self;
    /// eˣ − 1.
    fn expm1(self) -> Self;
    /// tanh x.
    fn tanh(self) -> Self;
    /// The error function.
    fn erf(self) -> Self;

    /// ELU of every entry, in place.
    fn elu(values: &mut [Self]) {
        for v in values {
            if *v <= Self::ZERO {
                *v = v.expm1();
            }
        }
    }

    /// Multiplies each delta by ELU′, given ELU's outputs: min(y, 0) + 1.
    fn elu_backward(outputs: &[Self], deltas: &mut [Self]) {
        for (d, &y) in deltas.iter_mut().zip(outputs) {
            if y <= Self::ZERO {
                *d *= y + Self::ONE;
            }
        }
    }

    /// Adds the products of the rows of `range` with all rows up to them to the lower triangle of `gram`, which begins
    /// with the first row of `range` (a multiple of 4) and has leading dimension `leading`:
    /// gram[i − start][j] += Σ_k rows[i][k] · rows[j][k], j ≤ i.
    ///
    /// The end of `range` may be rounded up to a multiple of 4 by the kernel: those rows must exist in memory.
    fn accumulate_gramian(
        rows: &[Self],
        stride: usize,
        range: Range<usize>,
        columns: usize,
        gram: &mut [f64],
        leading: usize,
    );

    /// direction[k] = Σ_i weights[i] · rows[i][k].
    fn combine_rows(rows: &[Self], stride: usize, weights: &[Self], direction: &mut [Self]) {
        direction.fill(Self::ZERO);
        for (i, &w) in weights.iter().enumerate() {
            for (d, &r) in direction.iter_mut().zip(&rows[i * stride..]) {
                *d += w * r;
            }
        }
    }

    /// The plain stage for `layer`. This and the next are not generic, so that the kernels are compiled in this crate,
    /// for speed, and not where an engine is.
    fn plain_stage(
        layer: &Layer,
        plan: &LayerPlan,
        batch_size: usize,
        input: &Boundary,
    ) -> Chosen<Self>;

    /// The map for `layer`, number `index` of the network, if it is one.
    fn plain_map(layer: &Layer, index: usize, input: &Boundary) -> Option<Box<dyn Map<Self>>>;

    /// A fast stage for the layers from `choice.index` on, if there is one.
    fn fast_stage(_choice: &Choice<'_>, _input: &Boundary) -> Option<Chosen<Self>> {
        None
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    fn from_f64(value: f64) -> Self {
        value
    }
    fn to_f64(self) -> f64 {
        self
    }
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    fn exp(self) -> Self {
        libm::exp(self)
    }
    fn expm1(self) -> Self {
        libm::expm1(self)
    }
    fn tanh(self) -> Self {
        libm::tanh(self)
    }
    fn erf(self) -> Self {
        libm::erf(self)
    }
    fn plain_stage(
        layer: &Layer,
        plan: &LayerPlan,
        batch_size: usize,
        input: &Boundary,
    ) -> Chosen<Self> {
        crate::plain::stage(layer, plan, batch_size, input)
    }
    fn plain_map(layer: &Layer, index: usize, input: &Boundary) -> Option<Box<dyn Map<Self>>> {
        crate::plain::map(layer, index, input)
    }
    fn accumulate_gramian(
        rows: &[Self],
        stride: usize,
        range: Range<usize>,
        columns: usize,
        gram: &mut [f64],
        leading: usize,
    ) {
        let start = range.start;
        for i in range {
            for j in 0..=i {
                let (a, b) = (
                    &rows[i * stride..][..columns],
                    &rows[j * stride..][..columns],
                );
                gram[(i - start) * leading + j] += a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
            }
        }
    }
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    fn from_f64(value: f64) -> Self {
        value as f32
    }
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    fn sqrt(self) -> Self {
        f32::sqrt(self)
    }
    fn exp(self) -> Self {
        libm::expf(self)
    }
    fn expm1(self) -> Self {
        libm::expm1f(self)
    }
    fn tanh(self) -> Self {
        libm::tanhf(self)
    }
    fn erf(self) -> Self {
        libm::erff(self)
    }
    fn elu(values: &mut [Self]) {
        crate::fast::elu::forward(values);
    }
    fn elu_backward(outputs: &[Self], deltas: &mut [Self]) {
        crate::fast::elu::backward(outputs, deltas);
    }
    fn accumulate_gramian(
        rows: &[Self],
        stride: usize,
        range: Range<usize>,
        columns: usize,
        gram: &mut [f64],
        leading: usize,
    ) {
        crate::fast::gramian::accumulate(rows, stride, range, columns, gram, leading);
    }
    fn combine_rows(rows: &[Self], stride: usize, weights: &[Self], direction: &mut [Self]) {
        crate::fast::gramian::combine_rows(rows, stride, weights, direction);
    }
    fn fast_stage(choice: &Choice<'_>, input: &Boundary) -> Option<Chosen<Self>> {
        crate::fast::choose(choice, input)
    }
    fn plain_stage(
        layer: &Layer,
        plan: &LayerPlan,
        batch_size: usize,
        input: &Boundary,
    ) -> Chosen<Self> {
        crate::plain::stage(layer, plan, batch_size, input)
    }
    fn plain_map(layer: &Layer, index: usize, input: &Boundary) -> Option<Box<dyn Map<Self>>> {
        crate::plain::map(layer, index, input)
    }
}
