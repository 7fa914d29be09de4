//! Each token's row of a table: `[steps]` token numbers to `[steps, width]`. PyTorch's `nn.Embedding`.

use super::parameters::Parameters;
use super::products::add_scaled;
use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::stage::{GramianForm, Pass, Source, Stage};

/// The stage of an embedding. Its inputs must be integers from 0 to the number of entries less one.
#[derive(Debug)]
pub struct Embedding {
    steps: usize,
    width: usize,
    parameters: Parameters,
}

impl Embedding {
    /// A table of `entries` rows of `width`, read `steps` times an example.
    #[must_use]
    pub const fn new(steps: usize, entries: usize, width: usize) -> Self {
        Self {
            steps,
            width,
            parameters: Parameters {
                weight: entries * width,
                bias: 0,
            },
        }
    }

    /// First entry of a token's row.
    fn start<T: Real>(&self, token: T) -> usize {
        token.to_f64() as usize * self.width
    }
}

impl<T: Real> Stage<T> for Embedding {
    fn kernel(&self) -> String {
        "plain embedding".into()
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

    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, mut output: RowsMut<'_, T>) {
        for e in 0..pass.examples {
            let tokens = &input.row(e)[..self.steps];
            for (&token, to) in tokens.iter().zip(output.row(e).chunks_mut(self.width)) {
                to.copy_from_slice(&pass.parameters[self.start(token)..][..self.width]);
            }
        }
    }

    /// Token numbers have no deltas: nothing stands before an embedding.
    fn backward(
        &self,
        pass: &mut Pass<'_, T>,
        input: Rows<'_, T>,
        delta: Rows<'_, T>,
        _delta_input: Option<RowsMut<'_, T>>,
        gradient: Option<GradientRows<'_, T>>,
    ) {
        let Some(mut gradient) = gradient else { return };
        for e in 0..pass.examples {
            let (row, accumulate) = gradient.row(e);
            if !accumulate {
                row.fill(T::ZERO);
            }
            let tokens = &input.row(e)[..self.steps];
            for (&token, d) in tokens.iter().zip(delta.row(e).chunks(self.width)) {
                add_scaled(&mut row[self.start(token)..][..self.width], T::ONE, d);
            }
        }
    }
}
