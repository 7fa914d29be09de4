//! Fully connected layer. On a flat input in the ghost form: with the inputs A (B × d) and the deltas D (B × p) of a
//! batch, G += (A Aᵀ + 1) ∘ (D Dᵀ), the 1 being the bias, and the weighted gradient is Dᵀ diag(w) A. Applied to each
//! of several steps, an example's gradient is the sum of theirs and is kept.

use super::parameters::Parameters;
use super::products::{add_outer_products, add_rows, add_scaled, dot, dot_f64};
use crate::layout::Boundary;
use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::stage::{GramianForm, Pass, Source, Stage};
use dualcone_threads::Parts;
use std::ops::Range;

/// The stage of a linear layer.
///
/// The columns of its weight lie in the order of its input's features, whatever that is, so the input is
/// never re-ordered.
#[derive(Debug)]
pub struct Linear {
    steps: usize,
    /// Position to feature.
    features: Vec<usize>,
    outputs: usize,
    parameters: Parameters,
}

impl Linear {
    /// A linear layer from `input`, flat and of any layout or `[steps, features]`, to `outputs` features.
    #[must_use]
    pub fn new(input: &Boundary, outputs: usize, bias: bool) -> Self {
        let (steps, features) = match input.shape[..] {
            [steps, features] => (steps, (0..features).collect()),
            _ => (1, input.order()),
        };
        let parameters = Parameters {
            weight: outputs * features.len(),
            bias: if bias { outputs } else { 0 },
        };
        Self {
            steps,
            features,
            outputs,
            parameters,
        }
    }
}

impl<T: Real> Stage<T> for Linear {
    fn kernel(&self) -> String {
        "plain linear".into()
    }

    fn parameter_count(&self) -> usize {
        self.parameters.count()
    }

    fn for_each_source(&self, visit: &mut dyn FnMut(usize, Source)) {
        let inputs = self.features.len();
        self.parameters.for_each_source(&mut |entry, source| {
            let source = match source {
                (0, flat) => (0, flat / inputs * inputs + self.features[flat % inputs]),
                bias => bias,
            };
            visit(entry, source);
        });
    }

    fn gramian_form(&self) -> GramianForm {
        if self.steps > 1 {
            GramianForm::Jacobian
        } else {
            GramianForm::Ghost
        }
    }

    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, mut output: RowsMut<'_, T>) {
        let inputs = self.features.len();
        let (weight, bias) = self.parameters.split(pass.parameters);
        for (o, row) in weight.chunks_exact(inputs).enumerate() {
            let b = bias.get(o).copied().unwrap_or(T::ZERO);
            for e in 0..pass.examples {
                for t in 0..self.steps {
                    output.row(e)[t * self.outputs + o] =
                        dot(row, &input.row(e)[t * inputs..][..inputs]) + b;
                }
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
        let (inputs, outputs) = (self.features.len(), self.outputs);
        if let Some(mut delta_input) = delta_input {
            let (weight, _) = self.parameters.split(pass.parameters);
            for e in 0..pass.examples {
                delta_input.row(e)[..self.steps * inputs].fill(T::ZERO);
            }
            for (o, row) in weight.chunks_exact(inputs).enumerate() {
                for e in 0..pass.examples {
                    for t in 0..self.steps {
                        add_scaled(
                            &mut delta_input.row(e)[t * inputs..][..inputs],
                            delta.row(e)[t * outputs + o],
                            row,
                        );
                    }
                }
            }
        }
        let Some(mut gradient) = gradient else { return };
        for e in 0..pass.examples {
            let (row, accumulate) = gradient.row(e);
            if !accumulate {
                row.fill(T::ZERO);
            }
            let (weight, bias) = self.parameters.split_mut(row);
            let deltas = &delta.row(e)[..self.steps * outputs];
            add_outer_products(weight, outputs, deltas, input.row(e));
            add_rows(bias, deltas);
        }
    }

    fn ghost_gramian(
        &self,
        rows: Range<usize>,
        inputs: Rows<'_, T>,
        deltas: Rows<'_, T>,
        gramian: &mut [f64],
        leading: usize,
        _scratch: &mut [T],
    ) {
        let (d, p) = (self.features.len(), self.outputs);
        let one = if self.parameters.bias > 0 { 1.0 } else { 0.0 };
        let first = rows.start;
        for i in rows {
            for j in 0..=i {
                let a = dot_f64(&inputs.row(i)[..d], &inputs.row(j)[..d]);
                gramian[(i - first) * leading + j] +=
                    (a + one) * dot_f64(&deltas.row(i)[..p], &deltas.row(j)[..p]);
            }
        }
    }

    fn ghost_pullback(
        &self,
        _parts: Range<usize>,
        inputs: Rows<'_, T>,
        deltas: Rows<'_, T>,
        weights: &[T],
        direction: &Parts<'_, T>,
        _scratch: &mut [T],
    ) {
        let d = self.features.len();
        // SAFETY: there is one part.
        let direction = unsafe { direction.range(0..direction.len()) };
        direction.fill(T::ZERO);
        let (weight, bias) = self.parameters.split_mut(direction);
        for (o, row) in weight.chunks_exact_mut(d).enumerate() {
            for (e, &w) in weights.iter().enumerate() {
                let factor = w * deltas.row(e)[o];
                add_scaled(row, factor, &inputs.row(e)[..d]);
                if let Some(b) = bias.get_mut(o) {
                    *b += factor;
                }
            }
        }
    }
}
