//! Products of slices. Sums run in eight lanes and then in a fixed order, so the same bits come out everywhere.

use crate::real::Real;

const LANES: usize = 8;

fn lanes_sum<T: Real>(lanes: [T; LANES]) -> T {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// Σ_k a_k b_k.
pub(super) fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    let mut lanes = [T::ZERO; LANES];
    let (mut left, mut right) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    for (x, y) in (&mut left).zip(&mut right) {
        for l in 0..LANES {
            lanes[l] += x[l] * y[l];
        }
    }
    let mut rest = T::ZERO;
    for (&x, &y) in left.remainder().iter().zip(right.remainder()) {
        rest += x * y;
    }
    lanes_sum(lanes) + rest
}

/// Σ_k a_k b_k in f64: for f32 every product is exact.
pub(super) fn dot_f64<T: Real>(a: &[T], b: &[T]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (mut left, mut right) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    for (x, y) in (&mut left).zip(&mut right) {
        for l in 0..LANES {
            lanes[l] += x[l].to_f64() * y[l].to_f64();
        }
    }
    let mut rest = 0.0;
    for (x, y) in left.remainder().iter().zip(right.remainder()) {
        rest += x.to_f64() * y.to_f64();
    }
    lanes_sum(lanes) + rest
}

/// Σ_k a_k.
pub(super) fn sum<T: Real>(a: &[T]) -> T {
    let mut lanes = [T::ZERO; LANES];
    let mut chunks = a.chunks_exact(LANES);
    for x in &mut chunks {
        for l in 0..LANES {
            lanes[l] += x[l];
        }
    }
    let mut rest = T::ZERO;
    for &x in chunks.remainder() {
        rest += x;
    }
    lanes_sum(lanes) + rest
}

/// y_k += factor · x_k.
pub(super) fn add_scaled<T: Real>(y: &mut [T], factor: T, x: &[T]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

/// weight += Σ_t δ_t x_tᵀ over the steps of one example: `deltas` holds rows of `outputs` entries, `inputs` rows of as
/// many as a row of `weight` has. Entries without delta cost nothing: a loss of one step leaves most of them zero.
#[inline(never)]
pub(super) fn add_outer_products<T: Real>(
    weight: &mut [T],
    outputs: usize,
    deltas: &[T],
    inputs: &[T],
) {
    let width = weight.len() / outputs;
    for (delta, x) in deltas.chunks_exact(outputs).zip(inputs.chunks_exact(width)) {
        for (row, &d) in weight.chunks_exact_mut(width).zip(delta) {
            if d != T::ZERO {
                add_scaled(row, d, x);
            }
        }
    }
}

/// total += Σ_t δ_t, `deltas` holding rows of as many entries as `total`.
#[inline(never)]
pub(super) fn add_rows<T: Real>(total: &mut [T], deltas: &[T]) {
    if !total.is_empty() {
        for delta in deltas.chunks_exact(total.len()) {
            add_scaled(total, T::ONE, delta);
        }
    }
}

/// x_k += Σ_o δ_o weight_ok, `weight` having rows of as many entries as `x`.
#[inline(never)]
pub(super) fn add_transposed<T: Real>(x: &mut [T], weight: &[T], delta: &[T]) {
    for (row, &d) in weight.chunks_exact(x.len()).zip(delta) {
        add_scaled(x, d, row);
    }
}

/// y_o += Σ_k weight_ok x_k, `weight` having a row an entry of `y`.
#[inline(never)]
pub(super) fn add_products<T: Real>(y: &mut [T], weight: &[T], x: &[T]) {
    let width = weight.len() / y.len();
    for (y, row) in y.iter_mut().zip(weight.chunks_exact(width)) {
        *y += dot(row, &x[..width]);
    }
}
