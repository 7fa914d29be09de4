//! DualProj.

use crate::certificate::Certificate;
use crate::error::ConeError;
use crate::solver::{DualConeSolver, Family, Options};
use dualcone_dense::add_scaled;

impl DualConeSolver {
    /// Weights of DualProj: w = argmin { v'Gv : v >= u }, so that J'w is the projection of J'u
    /// onto the dual cone {x : Jx >= 0}.
    ///
    /// Arguments and errors are those of [`DualConeSolver::upgrad`].
    ///
    /// Lopez-Paz and Ranzato, "Gradient Episodic Memory for Continual Learning" (2017), eq. 11;
    /// the name is from arXiv 2406.16232, appendix B.
    #[inline(never)]
    pub fn dualproj(
        &mut self,
        gramian: &[f64],
        preference: Option<&[f64]>,
        options: &Options,
        weights: &mut [f64],
    ) -> Result<Certificate, ConeError> {
        let m = self.objectives;
        self.validate(gramian, preference, options, weights)?;
        self.equilibrated.assemble(gramian, m, options.ridge)?;
        weights.copy_from_slice(preference.unwrap_or(&self.uniform));
        let mut certificate = Certificate::new(options.ridge, 1);
        certificate.extra_ridge = self.equilibrated.extra_ridge;
        // In equilibrated units the bound is l = Du and the program of the excess z = v - l is
        // min z'Cz/2 - b'z with b = -Cl.
        let n = self.equilibrated.order;
        let lower = &mut self.lower[..n];
        let unit = self.equilibrated.set_lower_bound(weights, lower);
        let right = &mut self.right[..n];
        right.fill(0.0);
        for (j, entry) in lower.iter().enumerate() {
            add_scaled(
                -*entry,
                &self.equilibrated.matrix[j * n..(j + 1) * n],
                right,
            );
        }
        if right.iter().all(|&entry| entry <= 0.0) {
            certificate.trivial = 1;
            return Ok(certificate);
        }
        self.solve_programs(Family::Dualproj, options, &mut certificate);
        for j in 0..n {
            let row = self.equilibrated.rows[j] as usize;
            weights[row] += self.solutions[j] / unit / self.equilibrated.scale[j];
        }
        Ok(certificate)
    }
}
