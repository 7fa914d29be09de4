//! Elman's recurrent layer ("Finding structure in time", 1990): h_t = tanh(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh)
//! from h_0 = 0, all h_t being the output. PyTorch's `nn.RNN`, one layer, one direction, `batch_first`.
//!
//! Backward through time, with δ_t the delta before the tanh: δ_t = (1 − h_t²) ∘ (∂/∂h_t + W_hhᵀ δ_{t+1}); the
//! gradients are Σ δ_t x_tᵀ, Σ δ_t h_{t−1}ᵀ and Σ δ_t, an example's sums over its steps.

use super::products::{add_outer_products, add_products, add_rows, add_transposed};
use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::stage::{GramianForm, Pass, Source, Stage};

/// The stage of a recurrent layer. Its parameters are W_ih, W_hh, b_ih, b_hh, one behind the other.
#[derive(Debug)]
pub struct Recurrent {
    steps: usize,
    features: usize,
    hidden: usize,
    bias: bool,
}

impl Recurrent {
    /// From `[steps, features]` to `[steps, hidden]`.
    #[must_use]
    pub const fn new(steps: usize, features: usize, hidden: usize, bias: bool) -> Self {
        Self {
            steps,
            features,
            hidden,
            bias,
        }
    }

    /// Sizes of the tensors.
    const fn sizes(&self) -> [usize; 4] {
        let bias = if self.bias { self.hidden } else { 0 };
        let hidden = self.hidden;
        [hidden * self.features, hidden * hidden, bias, bias]
    }
}

impl<T: Real> Stage<T> for Recurrent {
    fn kernel(&self) -> String {
        "plain recurrent".into()
    }

    fn parameter_count(&self) -> usize {
        self.sizes().iter().sum::<usize>().next_multiple_of(4)
    }

    fn for_each_source(&self, visit: &mut dyn FnMut(usize, Source)) {
        let mut entry = 0;
        for (tensor, size) in self.sizes().into_iter().enumerate() {
            for k in 0..size {
                visit(entry, (tensor, k));
                entry += 1;
            }
        }
    }

    fn gramian_form(&self) -> GramianForm {
        GramianForm::Jacobian
    }

    /// All states, and h_0 before them.
    fn tape_count(&self) -> usize {
        (self.steps + 1) * self.hidden
    }

    /// δ of all steps of one example.
    fn scratch_count(&self) -> usize {
        self.steps * self.hidden
    }

    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, mut output: RowsMut<'_, T>) {
        let (hidden, features) = (self.hidden, self.features);
        let [ih, hh, bias, _] = self.sizes();
        let (w_ih, rest) = pass.parameters.split_at(ih);
        let (w_hh, biases) = rest.split_at(hh);
        for e in 0..pass.examples {
            let states = pass.tape.row(e);
            states[..hidden].fill(T::ZERO);
            for (t, x) in input
                .row(e)
                .chunks_exact(features)
                .take(self.steps)
                .enumerate()
            {
                let (before, after) = states[t * hidden..].split_at_mut(hidden);
                let after = &mut after[..hidden];
                after.fill(T::ZERO);
                add_rows(after, &biases[..2 * bias]);
                add_products(after, w_ih, x);
                add_products(after, w_hh, before);
                for h in after {
                    *h = h.tanh();
                }
            }
            output.row(e)[..self.steps * hidden].copy_from_slice(&states[hidden..]);
        }
    }

    fn backward(
        &self,
        pass: &mut Pass<'_, T>,
        input: Rows<'_, T>,
        delta: Rows<'_, T>,
        mut delta_input: Option<RowsMut<'_, T>>,
        mut gradient: Option<GradientRows<'_, T>>,
    ) {
        let (hidden, features, steps) = (self.hidden, self.features, self.steps);
        let [ih, hh, bias, _] = self.sizes();
        let (w_ih, rest) = pass.parameters.split_at(ih);
        let w_hh = &rest[..hh];
        let deltas = &mut pass.scratch[..steps * hidden];
        for e in 0..pass.examples {
            let states = pass.tape.row(e);
            deltas.copy_from_slice(&delta.row(e)[..steps * hidden]);
            for t in (0..steps).rev() {
                let (before, now) = deltas.split_at_mut(t * hidden);
                let now = &mut now[..hidden];
                for (d, &h) in now.iter_mut().zip(&states[(t + 1) * hidden..]) {
                    *d *= T::ONE - h * h;
                }
                if t > 0 {
                    add_transposed(&mut before[(t - 1) * hidden..], w_hh, now);
                }
            }
            if let Some(delta_input) = &mut delta_input {
                let to = &mut delta_input.row(e)[..steps * features];
                to.fill(T::ZERO);
                for (to, delta) in to
                    .chunks_exact_mut(features)
                    .zip(deltas.chunks_exact(hidden))
                {
                    add_transposed(to, w_ih, delta);
                }
            }
            if let Some(gradient) = &mut gradient {
                let (row, accumulate) = gradient.row(e);
                if !accumulate {
                    row.fill(T::ZERO);
                }
                let (g_ih, rest) = row.split_at_mut(ih);
                let (g_hh, biases) = rest.split_at_mut(hh);
                add_outer_products(g_ih, hidden, deltas, input.row(e));
                add_outer_products(g_hh, hidden, deltas, states);
                add_rows(&mut biases[..bias], deltas);
                add_rows(&mut biases[bias..2 * bias], deltas);
            }
        }
    }
}
