//! Many Gramians of the same size.

use crate::certificate::Certificate;
use crate::error::ConeError;
use crate::solver::{DualConeSolver, Options};

/// Which weighting a batch computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighting {
    /// See [`DualConeSolver::upgrad`].
    Upgrad,
    /// See [`DualConeSolver::dualproj`].
    Dualproj,
}

impl DualConeSolver {
    /// Weights for each of b Gramians: `gramians` is [b, m, m] row-major, `weights` receives
    /// [b, m], `certificates` has b entries and is overwritten. One preference serves all.
    ///
    /// # Errors
    /// Those of a single call, with the place preceded by the Gramian's index in the batch.
    /// Entries before it are already written.
    pub fn batch(
        &mut self,
        weighting: Weighting,
        gramians: &[f64],
        preference: Option<&[f64]>,
        options: &Options,
        weights: &mut [f64],
        certificates: &mut [Certificate],
    ) -> Result<(), ConeError> {
        let (m, b) = (self.objectives(), certificates.len());
        let lengths = [
            (
                "the number of entries of the Gramians",
                gramians.len(),
                b * m * m,
            ),
            ("the number of weights", weights.len(), b * m),
        ];
        for (place, length, expected) in lengths {
            if length != expected {
                return Err(ConeError::new(
                    place,
                    length as f64,
                    format!("it must be {expected} for {b} Gramians of {m} objectives"),
                ));
            }
        }
        for (k, certificate) in certificates.iter_mut().enumerate() {
            let gramian = &gramians[k * m * m..(k + 1) * m * m];
            let target = &mut weights[k * m..(k + 1) * m];
            let outcome = match weighting {
                Weighting::Upgrad => self.upgrad(gramian, preference, options, target),
                Weighting::Dualproj => self.dualproj(gramian, preference, options, target),
            };
            *certificate = outcome.map_err(|error| ConeError {
                place: format!("Gramian {k} of the batch: {}", error.place),
                ..error
            })?;
        }
        Ok(())
    }
}
