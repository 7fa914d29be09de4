//! Primary-constrained descent.

use crate::error::ConeError;
use crate::weights::{Report, WeightSolver};

impl WeightSolver {
    /// Weights [1, mu] of PCD: with h_1 the primary gradient, d = J'w is the point nearest to h_1
    /// of {d : h_j'd >= b_j for j >= 2}. `gramian` is that of the rows h, already scaled by the
    /// moving averages; `bounds` holds b_j = tau_j ||h_j||^2, one a row, its first entry not looked
    /// at. Weights are [1, 0, ..., 0] where the constraints have no common point. Zero rows have
    /// the weight 0; with a positive bound nothing is feasible.
    ///
    /// arXiv 2606.29521. The multipliers are mu = argmin over mu >= 0 of ||h_1 + J'mu||^2/2 - b'mu, a
    /// non-negative program solved by Lawson-Hanson, one iteration in the report.
    ///
    /// The residual, relative to ||h_1|| + max b_j/||h_j||, is the largest shortfall of
    /// h_j'd / ||h_j|| below b_j/||h_j||, or its absolute difference where mu_j > 0.
    ///
    /// # Errors
    /// See [`WeightSolver`]; bounds must be finite, one for each row.
    #[inline(never)]
    pub fn pcd(
        &mut self,
        gramian: &[f64],
        bounds: &[f64],
        weights: &mut [f64],
    ) -> Result<Report, ConeError> {
        let m = self.objectives;
        if bounds.len() != m || !bounds.iter().skip(1).all(|bound| bound.is_finite()) {
            let seen = bounds.iter().skip(1).find(|bound| !bound.is_finite());
            let seen = *seen.unwrap_or(&(bounds.len() as f64));
            let rule = "they must be finite, one for each objective";
            return Err(ConeError::new("the bounds of PCD", seen, rule));
        }
        self.begin(gramian, None, 1, weights)?;
        let n = self.equilibrated.order;
        let primary = gramian[0].sqrt();
        let mut size = primary;
        for (j, &row) in self.equilibrated.rows.iter().enumerate() {
            let (row, d) = (row as usize, self.equilibrated.scale[j]);
            let coupling = 0.5 * gramian[row] + 0.5 * gramian[row * m];
            size = size.max(primary + bounds[row] / d);
            self.right[j] = (bounds[row] - coupling) / d;
        }
        self.solve_program(false);
        weights[0] = 1.0;
        self.write(1.0, weights);
        let mut worst: f64 = 0.0;
        for row in 1..m {
            if gramian[row * (m + 1)] == 0.0 && bounds[row] > 0.0 {
                worst = f64::INFINITY;
            }
        }
        self.read(weights);
        self.multiply();
        for j in 0..n {
            let shortfall = self.right[j] - self.product[j];
            let off = if self.position[j] > 0.0 {
                shortfall.abs()
            } else {
                shortfall
            };
            worst = worst.max(off);
        }
        let residual = if worst > 0.0 { worst / size } else { 0.0 };
        let report = Report::judged(residual, 1);
        if !report.converged {
            weights[1..].fill(0.0);
        }
        Ok(report)
    }
}
