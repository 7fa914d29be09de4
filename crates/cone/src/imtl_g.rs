//! IMTL-G.

use crate::eigen::Function;
use crate::error::ConeError;
use crate::weights::{Report, WeightSolver};
use dualcone_dense::sum_abs;

/// Sums of v below this multiple of the sum of absolute values are zero.
const VANISHING: f64 = 1e-12;

impl WeightSolver {
    /// Weights of IMTL-G: w = v / sum v with v = G^+ d, d_i = ||g_i||, so that J'w has the same
    /// inner product with every g_i/||g_i||. Zero where |sum v| < 1e-12 sum |v|. The pseudo-inverse
    /// keeps the eigenvalues above `cutoff` times the largest, m 2^-52 by default.
    ///
    /// Liu et al., "Towards Impartial Multi-task Learning" (2021), eq. 5, in the form of
    /// arXiv 2406.16232, appendix B.
    ///
    /// The residual is ||V'(Gv) - V'd|| / ||V'd||, on the eigenvectors kept; iterations are sweeps
    /// of cyclic Jacobi.
    ///
    /// # Errors
    /// See [`WeightSolver`]; `cutoff` must be at least 0 and below 1.
    #[inline(never)]
    pub fn imtl_g(
        &mut self,
        gramian: &[f64],
        cutoff: Option<f64>,
        weights: &mut [f64],
    ) -> Result<Report, ConeError> {
        let cutoff = self.cutoff(cutoff, f64::EPSILON)?;
        self.begin(gramian, None, 0, weights)?;
        self.copy_scaled(gramian);
        let m = self.objectives;
        for i in 0..m {
            self.right[i] = self.work[i * (m + 1)].sqrt();
        }
        let (sweeps, _, residual) = self.apply(m, Function::Inverse, cutoff);
        let v = &self.position[..m];
        let sum: f64 = v.iter().sum();
        if sum.abs() > VANISHING * sum_abs(v) {
            for (weight, entry) in weights.iter_mut().zip(v) {
                *weight = entry / sum;
            }
        }
        Ok(Report::judged(residual, sweeps))
    }
}
