//! Fully connected layers: groups of four examples share each read of the weights; the Gramian needs no
//! per-example gradient: (A Aᵀ + 1) ∘ (D Dᵀ), the 1 being the bias.
//!
//! Parameters: `[outputs, rounded up to 4][stride]`, then `[outputs, rounded up to 4]` of bias. Columns are the
//! features in the order of the boundary before, rounded up to 8.

use super::for_each_vector;
use super::gramian::{for_each_tile, products};
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::simd::F32x4;
use crate::stage::{GROUP, GramianForm, Pass, Source, Stage};
use dualcone_threads::Parts;
use std::ops::Range;

/// Outputs whose gradients are summed together.
const OUTPUTS: usize = 4;

/// See the [module](self).
#[derive(Debug)]
pub struct Linear {
    /// Position to feature.
    features: Vec<usize>,
    outputs: usize,
    bias: bool,
    /// Features, rounded up to 8.
    columns: usize,
    /// Floats from one row of weights to the next.
    stride: usize,
    /// Outputs, rounded up to 4.
    rows: usize,
}

impl Linear {
    /// A layer on features in this order.
    #[must_use]
    pub fn new(features: &[usize], outputs: usize, bias: bool) -> Self {
        let columns = features.len().next_multiple_of(8);
        // Rows that lie a multiple of 4 KB apart would fight for the same cache sets.
        let stride = if columns.is_multiple_of(256) {
            columns + 16
        } else {
            columns
        };
        Self {
            features: features.to_vec(),
            outputs,
            bias,
            columns,
            stride,
            rows: outputs.next_multiple_of(4),
        }
    }

    const fn bias_start(&self) -> usize {
        self.rows * self.stride
    }
}

impl Stage<f32> for Linear {
    fn kernel(&self) -> String {
        "linear".into()
    }

    fn parameter_count(&self) -> usize {
        self.bias_start() + if self.bias { self.rows } else { 0 }
    }

    fn for_each_source(&self, visit: &mut dyn FnMut(usize, Source)) {
        for o in 0..self.outputs {
            for (k, &feature) in self.features.iter().enumerate() {
                visit(o * self.stride + k, (0, o * self.features.len() + feature));
            }
            if self.bias {
                visit(self.bias_start() + o, (1, o));
            }
        }
    }

    fn gramian_form(&self) -> GramianForm {
        GramianForm::Ghost
    }

    fn forward(
        &self,
        pass: &mut Pass<'_, f32>,
        input: Rows<'_, f32>,
        mut output: RowsMut<'_, f32>,
    ) {
        let (weights, bias) = pass.parameters.split_at(self.bias_start());
        let (x, x_stride) = (input.data().as_ptr(), input.stride());
        assert!(input.data().len() >= GROUP * x_stride && x_stride >= self.columns);
        for o in (0..self.rows).step_by(2) {
            let mut sums = [[F32x4::zero(); 2]; GROUP];
            // SAFETY: four examples of `columns` floats (the slack is zero), two rows of weights.
            unsafe {
                let w = weights[o * self.stride..][..self.stride + self.columns].as_ptr();
                for_each_vector(self.columns, |k| {
                    let pair = [F32x4::load(w.add(k)), F32x4::load(w.add(self.stride + k))];
                    for (e, sum) in sums.iter_mut().enumerate() {
                        let a = F32x4::load(x.add(e * x_stride + k));
                        sum[0] += a * pair[0];
                        sum[1] += a * pair[1];
                    }
                });
            }
            for e in 0..pass.examples {
                let row = output.row(e);
                for p in 0..2 {
                    if o + p < self.outputs {
                        row[o + p] = sums[e][p].sum() + if self.bias { bias[o + p] } else { 0.0 };
                    }
                }
            }
        }
    }

    fn backward(
        &self,
        pass: &mut Pass<'_, f32>,
        _input: Rows<'_, f32>,
        delta: Rows<'_, f32>,
        delta_input: Option<RowsMut<'_, f32>>,
        _gradient: Option<GradientRows<'_, f32>>,
    ) {
        let Some(mut to) = delta_input else { return };
        let (weights, stride) = (&pass.parameters[..self.bias_start()], to.stride());
        let to = to.data();
        assert!(to.len() >= GROUP * stride && stride >= self.columns);
        let deltas: [&[f32]; GROUP] = std::array::from_fn(|e| &delta.row(e)[..self.outputs]);
        for k in (0..self.columns).step_by(8) {
            let mut sums = [[F32x4::zero(); 2]; GROUP];
            // SAFETY: k + 8 ≤ columns ≤ the strides of the weights and of the deltas.
            unsafe {
                for o in 0..self.outputs {
                    let w = weights.as_ptr().add(o * self.stride + k);
                    let pair = [F32x4::load(w), F32x4::load(w.add(4))];
                    for (e, sum) in sums.iter_mut().enumerate() {
                        let d = F32x4::load_splat(deltas[e].as_ptr().add(o));
                        sum[0] += d * pair[0];
                        sum[1] += d * pair[1];
                    }
                }
                for (e, sum) in sums.iter().enumerate() {
                    let p = to.as_mut_ptr().add(e * stride + k);
                    sum[0].store(p);
                    sum[1].store(p.add(4));
                }
            }
        }
    }

    fn ghost_scratch_count(&self, batch: usize) -> usize {
        batch * self.rows
    }

    fn ghost_gramian(
        &self,
        range: Range<usize>,
        inputs: Rows<'_, f32>,
        deltas: Rows<'_, f32>,
        gramian: &mut [f64],
        leading: usize,
        _scratch: &mut [f32],
    ) {
        let (first, rows) = (range.start, range.end.next_multiple_of(4));
        assert!(inputs.data().len() >= rows * inputs.stride() && inputs.stride() >= self.columns);
        assert!(deltas.data().len() >= rows * deltas.stride() && deltas.stride() >= self.rows);
        let one = if self.bias { 1.0 } else { 0.0 };
        for_each_tile(range, |i, j| {
            let pair = |r: Rows<'_, f32>, columns| {
                let (p, s) = (r.data().as_ptr(), r.stride());
                // SAFETY: rows i..i+4 and j..j+2 are below `rows`, with `columns` floats each.
                unsafe { products(p.add(i * s), p.add(j * s), s, columns) }
            };
            let (a, d) = (pair(inputs, self.columns), pair(deltas, self.rows));
            for m in 0..4 {
                for n in 0..2 {
                    gramian[(i - first + m) * leading + j + n] += (a[m][n] + one) * d[m][n];
                }
            }
        });
    }

    fn ghost_parts(&self) -> usize {
        self.rows / OUTPUTS
    }

    fn ghost_pullback(
        &self,
        parts: Range<usize>,
        inputs: Rows<'_, f32>,
        deltas: Rows<'_, f32>,
        weights: &[f32],
        direction: &Parts<'_, f32>,
        scratch: &mut [f32],
    ) {
        let examples = weights.len();
        let (start, end) = (parts.start * OUTPUTS, parts.end * OUTPUTS);
        let rows = end - start;
        // w_i · delta_i of these outputs, a row an example.
        let weighted = &mut scratch[..examples * rows];
        for (e, row) in weighted.chunks_exact_mut(rows).enumerate() {
            for (v, d) in row.iter_mut().zip(&deltas.row(e)[start..end]) {
                *v = weights[e] * d;
            }
        }
        if self.bias {
            // SAFETY: these outputs are the caller's.
            let bias =
                unsafe { direction.range(self.bias_start() + start..self.bias_start() + end) };
            bias.fill(0.0);
            for row in weighted.chunks_exact(rows) {
                for (b, v) in bias.iter_mut().zip(row) {
                    *b += v;
                }
            }
        }
        assert!(
            inputs.stride() >= self.columns && inputs.data().len() >= examples * inputs.stride()
        );
        // SAFETY: these outputs are the caller's.
        let direction = unsafe { direction.range(start * self.stride..end * self.stride) };
        for k in (0..self.columns).step_by(8) {
            for o in (0..rows).step_by(OUTPUTS) {
                let mut sums = [[F32x4::zero(); 2]; 4];
                // SAFETY: k + 8 ≤ columns, o + 4 ≤ rows.
                unsafe {
                    for e in 0..examples {
                        let x = inputs.data().as_ptr().add(e * inputs.stride() + k);
                        let pair = [F32x4::load(x), F32x4::load(x.add(4))];
                        for (p, sum) in sums.iter_mut().enumerate() {
                            let d = F32x4::load_splat(weighted.as_ptr().add(e * rows + o + p));
                            sum[0] += d * pair[0];
                            sum[1] += d * pair[1];
                        }
                    }
                    for (p, sum) in sums.iter().enumerate() {
                        let to = direction.as_mut_ptr().add((o + p) * self.stride + k);
                        sum[0].store(to);
                        sum[1].store(to.add(4));
                    }
                }
            }
        }
    }
}
