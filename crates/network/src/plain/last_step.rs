//! The last row of `[steps, features]`.

use crate::real::Real;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::stage::{Pass, Stage};

/// The stage that keeps the last step.
#[derive(Debug)]
pub struct LastStep {
    /// Entries before the last step.
    before: usize,
    features: usize,
}

impl LastStep {
    /// The last of `steps` rows of `features`.
    #[must_use]
    pub const fn new(steps: usize, features: usize) -> Self {
        Self {
            before: (steps - 1) * features,
            features,
        }
    }
}

impl<T: Real> Stage<T> for LastStep {
    fn kernel(&self) -> String {
        "plain last-step".into()
    }

    fn forward(&self, pass: &mut Pass<'_, T>, input: Rows<'_, T>, mut output: RowsMut<'_, T>) {
        for e in 0..pass.examples {
            output.row(e)[..self.features]
                .copy_from_slice(&input.row(e)[self.before..][..self.features]);
        }
    }

    fn backward(
        &self,
        pass: &mut Pass<'_, T>,
        _input: Rows<'_, T>,
        delta: Rows<'_, T>,
        delta_input: Option<RowsMut<'_, T>>,
        _gradient: Option<GradientRows<'_, T>>,
    ) {
        let Some(mut delta_input) = delta_input else {
            return;
        };
        for e in 0..pass.examples {
            let (before, last) = delta_input.row(e).split_at_mut(self.before);
            before.fill(T::ZERO);
            last[..self.features].copy_from_slice(&delta.row(e)[..self.features]);
        }
    }
}
