//! ConFIG.

use crate::eigen::Function;
use crate::error::ConeError;
use crate::weights::{Report, WeightSolver};
use dualcone_dense::dot;

impl WeightSolver {
    /// Weights of ConFIG: the direction x along U^+ p, U the rows scaled to unit length, of length
    /// sum_i g_i'x / ||x||. From the Gramian: y = C^+ p with C = UU', w = D^-1 y times
    /// (1'Gw)/(w'Gw). The pseudo-inverse keeps the eigenvalues above m 2^-52 times the largest.
    /// Zero rows get the weight 0. Only the ratios of the preference p matter.
    ///
    /// Liu et al., "ConFIG: Towards Conflict-free Training of Physics Informed Neural Networks"
    /// (2024), eq. 2 and 3.
    ///
    /// The residual is ||V'(Cy) - V'p|| / ||V'p||, on the eigenvectors kept; iterations are sweeps
    /// of cyclic Jacobi.
    ///
    /// # Errors
    /// See [`WeightSolver`].
    #[inline(never)]
    pub fn config(
        &mut self,
        gramian: &[f64],
        preference: Option<&[f64]>,
        weights: &mut [f64],
    ) -> Result<Report, ConeError> {
        let cutoff = self.cutoff(None, f64::EPSILON)?;
        self.begin(gramian, preference, 0, weights)?;
        let n = self.equilibrated.order;
        self.work[..n * n].copy_from_slice(&self.equilibrated.matrix[..n * n]);
        let preference = preference.unwrap_or(&self.uniform);
        for (entry, &row) in self.right.iter_mut().zip(&self.equilibrated.rows) {
            *entry = preference[row as usize];
        }
        let (sweeps, _, residual) = self.apply(n, Function::Inverse, cutoff);
        let squared = dot(&self.position[..n], &self.product[..n]);
        if squared > 0.0 {
            let sum = dot(&self.equilibrated.scale, &self.product[..n]);
            self.write(sum / squared, weights);
        }
        Ok(Report::judged(residual, sweeps))
    }
}
