//! Two-dimensional convolution: any stride, padding and number of groups.
//!
//! Per group of channels and example, with the unfolded input A (T × d: T positions, d = channels · kernel²)
//! and the deltas D (T × p), the gradient of the weight is Dᵀ A and that of the bias the column sums of D.

use super::parameters::Parameters;
use super::products::{add_scaled, dot_f64, sum};
use super::tiles::ROWS;
use super::window_products::WindowProducts;
use super::window_sums::WindowSums;
use super::windows::{Run, Windows};
use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::stage::{GramianForm, Pass, Source, Stage};
use dualcone_threads::Parts;
use std::ops::Range;

/// The stage of a convolution.
#[derive(Debug)]
pub struct Conv2d {
    windows: Windows,
    groups: usize,
    /// Input channels of a group.
    channels: usize,
    /// Output channels of a group: p.
    outputs: usize,
    parameters: Parameters,
    form: GramianForm,
    sums: WindowSums,
    /// Instead of the sums, where a group has enough outputs for a tile.
    products: Option<WindowProducts>,
}

impl Conv2d {
    /// A convolution between the shapes `[channels, height, width]` before and after it. The form of its Gramian
    /// is the cheaper one for batches of `batch_size` examples.
    #[must_use]
    pub fn new(
        before: &[usize],
        after: &[usize],
        kernel: usize,
        stride: usize,
        padding: usize,
        groups: usize,
        bias: bool,
        batch_size: usize,
    ) -> Self {
        let windows = Windows::new(before, after, kernel, stride, padding);
        let (channels, outputs) = (before[0] / groups, after[0] / groups);
        let inputs = channels * kernel * kernel;
        Self {
            windows,
            groups,
            channels,
            outputs,
            parameters: Parameters {
                weight: after[0] * inputs,
                bias: if bias { after[0] } else { 0 },
            },
            form: GramianForm::cheaper(windows.positions(), inputs, outputs, batch_size),
            sums: WindowSums {
                windows,
                groups,
                channels,
                outputs,
            },
            products: (outputs >= ROWS).then(|| WindowProducts::new(windows, channels, outputs)),
        }
    }

    /// Entries of one window over the channels of a group: d.
    const fn inputs(&self) -> usize {
        self.channels * self.windows.kernel * self.windows.kernel
    }

    /// Writes A of one group of one example, T × d, row-major.
    fn unfold<T: Real>(&self, group: usize, example: &[T], unfolded: &mut [T]) {
        let (windows, inputs) = (&self.windows, self.inputs());
        let area = windows.area();
        unfolded.fill(T::ZERO);
        for channel in 0..self.channels {
            let plane = &example[(group * self.channels + channel) * area..][..area];
            for row in 0..windows.kernel {
                for column in 0..windows.kernel {
                    let entry = (channel * windows.kernel + row) * windows.kernel + column;
                    windows.for_each_run(
                        row,
                        column,
                        |Run {
                             output,
                             input,
                             length,
                         }| {
                            for k in 0..length {
                                unfolded[(output + k) * inputs + entry] =
                                    plane[input + k * windows.stride];
                            }
                        },
                    );
                }
            }
        }
    }

    /// Writes D of one group of one example, T × p, row-major.
    fn transpose_deltas<T: Real>(&self, group: usize, example: &[T], deltas: &mut [T]) {
        let positions = self.windows.positions();
        let planes = &example[group * self.outputs * positions..][..self.outputs * positions];
        for (output, plane) in planes.chunks_exact(positions).enumerate() {
            for (t, &delta) in plane.iter().enumerate() {
                deltas[t * self.outputs + output] = delta;
            }
        }
    }
}

impl<T: Real> Stage<T> for Conv2d {
    fn kernel(&self) -> String {
        "plain conv2d".into()
    }

    fn parameter_count(&self) -> usize {
        self.parameters.count()
    }

    fn for_each_source(&self, visit: &mut dyn FnMut(usize, Source)) {
        self.parameters.for_each_source(visit);
    }

    fn gramian_form(&self) -> GramianForm {
        self.form
    }

    fn scratch_count(&self) -> usize {
        self.products.map_or(0, |products| products.scratch_count())
    }

    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, mut output: RowsMut<'_, T>) {
        let (positions, area) = (self.windows.positions(), self.windows.area());
        let size = self.groups * self.outputs * positions;
        let (weight, bias) = self.parameters.split(pass.parameters);
        for e in 0..pass.examples {
            let (from, to) = (input.row(e), &mut output.row(e)[..size]);
            for (o, plane) in to.chunks_exact_mut(positions).enumerate() {
                plane.fill(bias.get(o).copied().unwrap_or(T::ZERO));
            }
            let Some(products) = self.products else {
                self.sums.add_forward(weight, from, to);
                continue;
            };
            let weights = weight.chunks_exact(self.outputs * self.inputs());
            let groups = weights.zip(from.chunks_exact(self.channels * area));
            for ((weight, from), to) in groups.zip(to.chunks_exact_mut(self.outputs * positions)) {
                products.add_forward(weight, from, to, pass.scratch);
            }
        }
    }

    fn backward(
        &self,
        pass: &mut Pass<'_, T>,
        input: Rows<'_, T>,
        delta: Rows<'_, T>,
        delta_input: Option<RowsMut<'_, T>>,
        gradient: Option<GradientRows<'_, T>>,
    ) {
        let (positions, area) = (self.windows.positions(), self.windows.area());
        let (weight, _) = self.parameters.split(pass.parameters);
        let (of_weight, of_input, of_output) = (
            self.outputs * self.inputs(),
            self.channels * area,
            self.outputs * positions,
        );
        if let Some(mut delta_input) = delta_input {
            for e in 0..pass.examples {
                let (from, to) = (
                    delta.row(e),
                    &mut delta_input.row(e)[..self.groups * of_input],
                );
                to.fill(T::ZERO);
                let Some(products) = self.products else {
                    self.sums.add_backward(weight, from, to);
                    continue;
                };
                let weights = weight.chunks_exact(of_weight);
                let groups = weights.zip(from.chunks_exact(of_output));
                for ((weight, from), to) in groups.zip(to.chunks_exact_mut(of_input)) {
                    products.add_backward(weight, from, to, pass.scratch);
                }
            }
        }
        if let Some(mut gradient) = gradient {
            for e in 0..pass.examples {
                let (row, accumulate) = gradient.row(e);
                if !accumulate {
                    row.fill(T::ZERO);
                }
                let (weight, bias) = self.parameters.split_mut(row);
                let (from, deltas) = (input.row(e), delta.row(e));
                if let Some(products) = self.products {
                    let deltas = deltas.chunks_exact(of_output);
                    let groups = deltas.zip(from.chunks_exact(of_input));
                    for ((deltas, from), weight) in groups.zip(weight.chunks_exact_mut(of_weight)) {
                        products.add_gradient(deltas, from, weight, pass.scratch);
                    }
                } else {
                    self.sums.add_gradient(deltas, from, weight);
                }
                for (b, deltas) in bias.iter_mut().zip(deltas.chunks_exact(positions)) {
                    *b += sum(deltas);
                }
            }
        }
    }

    fn ghost_scratch_count(&self, batch: usize) -> usize {
        if self.form == GramianForm::Ghost {
            batch * self.windows.positions() * (self.inputs() + self.outputs)
        } else {
            0
        }
    }

    /// G_ij += Σ_t Σ_s (a_it · a_js + 1) (d_it · d_js) for each group of channels; without bias, without the 1.
    fn ghost_gramian(
        &self,
        rows: Range<usize>,
        inputs: Rows<'_, T>,
        deltas: Rows<'_, T>,
        gramian: &mut [f64],
        leading: usize,
        scratch: &mut [T],
    ) {
        let (positions, d, p) = (self.windows.positions(), self.inputs(), self.outputs);
        let one = if self.parameters.bias > 0 { 1.0 } else { 0.0 };
        let (first, examples) = (rows.start, rows.end);
        let (unfolded, rest) = scratch.split_at_mut(examples * positions * d);
        let transposed = &mut rest[..examples * positions * p];
        for group in 0..self.groups {
            for (e, (a, q)) in unfolded
                .chunks_exact_mut(positions * d)
                .zip(transposed.chunks_exact_mut(positions * p))
                .enumerate()
            {
                self.unfold(group, inputs.row(e), a);
                self.transpose_deltas(group, deltas.row(e), q);
            }
            let a = |i: usize, t: usize| &unfolded[(i * positions + t) * d..][..d];
            let q = |i: usize, t: usize| &transposed[(i * positions + t) * p..][..p];
            for i in rows.clone() {
                for j in 0..=i {
                    let mut total = 0.0;
                    for t in 0..positions {
                        for s in 0..positions {
                            total += (dot_f64(a(i, t), a(j, s)) + one) * dot_f64(q(i, t), q(j, s));
                        }
                    }
                    gramian[(i - first) * leading + j] += total;
                }
            }
        }
    }

    /// Σ_i w_i D_iᵀ A_i.
    fn ghost_pullback(
        &self,
        _parts: Range<usize>,
        inputs: Rows<'_, T>,
        deltas: Rows<'_, T>,
        weights: &[T],
        direction: &Parts<'_, T>,
        scratch: &mut [T],
    ) {
        let (positions, d) = (self.windows.positions(), self.inputs());
        let unfolded = &mut scratch[..positions * d];
        // SAFETY: there is one part.
        let direction = unsafe { direction.range(0..direction.len()) };
        direction.fill(T::ZERO);
        let (weight, bias) = self.parameters.split_mut(direction);
        for group in 0..self.groups {
            for (e, &w) in weights.iter().enumerate() {
                self.unfold(group, inputs.row(e), unfolded);
                for output in group * self.outputs..(group + 1) * self.outputs {
                    let row = &mut weight[output * d..][..d];
                    for (&delta, a) in deltas.row(e)[output * positions..][..positions]
                        .iter()
                        .zip(unfolded.chunks_exact(d))
                    {
                        add_scaled(row, w * delta, a);
                        if let Some(b) = bias.get_mut(output) {
                            *b += w * delta;
                        }
                    }
                }
            }
        }
    }
}
