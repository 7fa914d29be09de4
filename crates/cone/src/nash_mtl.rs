//! Nash-MTL.

use crate::error::ConeError;
use crate::weights::{Report, WeightSolver, parameter};

impl WeightSolver {
    /// Weights of Nash-MTL: the a > 0 with (Ga)_i = 1/a_i, the minimum of a'Ga/2 - sum_i log a_i,
    /// shortened to ||J'a|| = `max_norm` where it is longer; 0 for no bound.
    ///
    /// Navon et al., "Multi-Task Learning as a Bargaining Game" (2022), eq. 2; here solved exactly
    /// by the damped Newton method of [`WeightSolver::fairgrad`] with alpha = 1, whose residual, the
    /// largest |a_i (Ga)_i - 1| before shortening, is the report's. Without a solution (a zero row,
    /// which gets the weight 0, or rows with J'w = 0 for some w > 0) it is of order 1.
    ///
    /// # Errors
    /// See [`WeightSolver`]; `max_norm` must be finite and not negative.
    #[inline(never)]
    pub fn nash_mtl(
        &mut self,
        gramian: &[f64],
        max_norm: f64,
        weights: &mut [f64],
    ) -> Result<Report, ConeError> {
        validate_max_norm(max_norm)?;
        self.begin(gramian, None, 0, weights)?;
        let report = self.equalise(1.0);
        self.write_shortened(max_norm, weights);
        Ok(report)
    }

    /// weights = D^-1 `self.position`, shortened to ||J'w|| = `max_norm`.
    #[inline(never)]
    pub(crate) fn write_shortened(&mut self, max_norm: f64, weights: &mut [f64]) {
        let length = self.multiply().sqrt();
        let longer = max_norm > 0.0 && length > max_norm;
        self.write(if longer { max_norm / length } else { 1.0 }, weights);
    }
}

/// Accepts a finite bound that is not negative.
pub(crate) fn validate_max_norm(max_norm: f64) -> Result<(), ConeError> {
    let accepted = max_norm.is_finite() && max_norm >= 0.0;
    let rule = "it must be finite and not negative; 0 is no bound";
    parameter(accepted, "the largest norm of Nash-MTL", max_norm, rule)
}
