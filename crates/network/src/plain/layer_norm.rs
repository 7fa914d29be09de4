//! Normalisation over all entries of one example, then a weight and a bias an entry
//! (Ba, Kiros and Hinton, 2016, "Layer normalization").

use super::parameters::Parameters;
use super::standardise::Statistics;
use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::stage::{GramianForm, Pass, Source, Stage};

/// The stage of layer normalisation on any shape.
#[derive(Debug)]
pub struct LayerNorm {
    size: usize,
    epsilon: f64,
    parameters: Parameters,
}

impl LayerNorm {
    /// Layer normalisation of `shape`.
    #[must_use]
    pub fn new(shape: &[usize], epsilon: f64) -> Self {
        let size = shape.iter().product();
        Self {
            size,
            epsilon,
            parameters: Parameters {
                weight: size,
                bias: size,
            },
        }
    }
}

impl<T: Real> Stage<T> for LayerNorm {
    fn kernel(&self) -> String {
        "plain layer-norm".into()
    }

    fn parameter_count(&self) -> usize {
        self.parameters.count()
    }

    fn for_each_source(&self, visit: &mut dyn FnMut(usize, Source)) {
        self.parameters.for_each_source(visit);
    }

    fn gramian_form(&self) -> GramianForm {
        GramianForm::Jacobian
    }

    /// Mean and inverse deviation.
    fn tape_count(&self) -> usize {
        2
    }

    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, mut output: RowsMut<'_, T>) {
        let (weight, bias) = self.parameters.split(pass.parameters);
        for e in 0..pass.examples {
            let from = &input.row(e)[..self.size];
            let statistics = Statistics::of(from, T::from_f64(self.epsilon));
            let tape = pass.tape.row(e);
            (tape[0], tape[1]) = (statistics.mean, statistics.inverse);
            for (((y, &x), &w), &b) in output.row(e).iter_mut().zip(from).zip(weight).zip(bias) {
                *y = statistics.standard(x) * w + b;
            }
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
        let (scale, _) = self.parameters.split(pass.parameters);
        for e in 0..pass.examples {
            let (from, deltas) = (&input.row(e)[..self.size], &delta.row(e)[..self.size]);
            let tape = pass.tape.row(e);
            let statistics = Statistics {
                mean: tape[0],
                inverse: tape[1],
            };
            if let Some(gradient) = &mut gradient {
                let (row, accumulate) = gradient.row(e);
                if !accumulate {
                    row.fill(T::ZERO);
                }
                let (weight, bias) = self.parameters.split_mut(row);
                for (((w, b), &d), &x) in weight.iter_mut().zip(bias).zip(deltas).zip(from) {
                    *w += d * statistics.standard(x);
                    *b += d;
                }
            }
            if let Some(delta_input) = &mut delta_input {
                let to = &mut delta_input.row(e)[..self.size];
                for ((t, &d), &w) in to.iter_mut().zip(deltas).zip(scale) {
                    *t = d * w;
                }
                statistics.backward(from, to);
            }
        }
    }
}
