//! Aligned-MTL.

use crate::eigen::Function;
use crate::error::ConeError;
use crate::weights::{Report, WeightSolver};

/// Which of the eigenvalues kept takes the place of all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScaleMode {
    /// The smallest, as in the paper.
    #[default]
    Min,
    /// The median; of an even number the smaller of the middle two.
    Median,
    /// The mean, which TorchJD calls `rmse`.
    Mean,
}

impl WeightSolver {
    /// Weights of Aligned-MTL: w = Bu with B = sqrt(s) V L^(-1/2) V', G = VLV' restricted to the
    /// eigenvalues above `cutoff` times the largest (m 2^-23 by default, the resolution of float32), s one of
    /// them by `mode`, u the preference. B makes the rows of B'J orthogonal and of length sqrt(s). A zero
    /// Gramian gives w = u.
    ///
    /// Senushkin et al., "Independent Component Alignment for Multi-Task Learning" (2023).
    ///
    /// The residual is ||V'(Gw) - sqrt(sL) V'u|| / ||sqrt(sL) V'u||, on the eigenvectors kept;
    /// iterations are sweeps of cyclic Jacobi.
    ///
    /// # Errors
    /// See [`WeightSolver`]; `cutoff` must be at least 0 and below 1.
    #[inline(never)]
    pub fn aligned_mtl(
        &mut self,
        gramian: &[f64],
        mode: ScaleMode,
        cutoff: Option<f64>,
        preference: Option<&[f64]>,
        weights: &mut [f64],
    ) -> Result<Report, ConeError> {
        let cutoff = self.cutoff(cutoff, f32::EPSILON as f64)?;
        self.begin(gramian, preference, 0, weights)?;
        self.copy_scaled(gramian);
        let m = self.objectives;
        weights.copy_from_slice(preference.unwrap_or(&self.uniform));
        self.right[..m].copy_from_slice(weights);
        let function = match mode {
            ScaleMode::Min => Function::RootOfMinimum,
            ScaleMode::Median => Function::RootOfMedian,
            ScaleMode::Mean => Function::RootOfMean,
        };
        let (sweeps, rank, residual) = self.apply(m, function, cutoff);
        if rank > 0 {
            weights.copy_from_slice(&self.position[..m]);
        }
        Ok(Report::judged(residual, sweeps))
    }
}
