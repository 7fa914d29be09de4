//! FairGrad, and the Newton method that it shares with Nash-MTL.

use crate::error::ConeError;
use crate::weights::{Report, WeightSolver, parameter};
use dualcone_dense::{dot, sum_abs};

/// Newton steps at most.
const STEPS: usize = 500;
/// Newton steps shorter than this, relative and times p + 1, are taken whole.
const SHORT: f64 = 1e-2;
/// The largest part of a weight that a step takes away.
const LARGEST_LOSS: f64 = 1.0 - 1e-6;
/// Whole steps in a row that may fail to halve the residual before rounding is what is left of it.
const PATIENCE: usize = 3;

impl WeightSolver {
    /// Weights of FairGrad: the w > 0 with (Gw)_i = w_i^(-1/alpha), the minimum of
    /// w'Gw/2 - sum_i phi(w_i) with phi'(w) = w^(-1/alpha), strictly convex. A large alpha favours
    /// the objective that gains least; alpha = 1 is Nash-MTL without its bound.
    ///
    /// Ban and Ji, "Fair Resource Allocation in Multi-Task Learning" (2024), eq. 7.
    ///
    /// Damped Newton in relative steps from the weights that would be right if the rows were
    /// orthogonal, w_i = ||g_i||^(-2 alpha / (1 + alpha)), up to a common factor. With p = 1/alpha
    /// and M the largest relative change a full step makes, the share (1 - (1 + pM)^(-1/p)) / M of
    /// it is taken: the best that is sure to lower the objective, 1/(1 + M) for alpha = 1.
    ///
    /// The residual is the largest |w_i^(1/alpha) (Gw)_i - 1| plus what relative rounding
    /// errors of 2.2e-16 in the entries of G can hide of it, 2.2e-16 w_i^(1/alpha) sum_j |G_ij| w_j.
    /// Without a solution (a zero row, which gets the weight 0, or rows with J'w = 0 for some
    /// w > 0) it is of order 1 and the weights are finite.
    ///
    /// # Errors
    /// See [`WeightSolver`]; `alpha` must be positive and finite.
    #[inline(never)]
    pub fn fairgrad(
        &mut self,
        gramian: &[f64],
        alpha: f64,
        weights: &mut [f64],
    ) -> Result<Report, ConeError> {
        let accepted = alpha.is_finite() && alpha > 0.0;
        let rule = "it must be positive and finite";
        parameter(accepted, "the alpha of FairGrad", alpha, rule)?;
        self.begin(gramian, None, 0, weights)?;
        let p = 1.0 / alpha;
        let report = self.equalise(p);
        for (j, &row) in self.equilibrated.rows.iter().enumerate() {
            let own = libm::pow(self.equilibrated.scale[j], -2.0 / (1.0 + p));
            weights[row as usize] = self.position[j] * own;
        }
        Ok(report)
    }

    /// Solves w_i^p (Gw)_i = 1 for `self.position` = w_i d_i^(2/(1+p)), d_i the lengths of the rows;
    /// there w_i^p (Gw)_i = x_i^p / s_i sum_j C_ij s_j x_j with s_i = d_i^((p-1)/(p+1)), kept in
    /// `self.bound`. Leaves `self.product` = C position where p = 1.
    #[inline(never)]
    pub(crate) fn equalise(&mut self, p: f64) -> Report {
        let n = self.equilibrated.order;
        let missing = if n < self.objectives { 1.0 } else { 0.0 };
        let shortest = self.shortest();
        for (s, &d) in self.bound.iter_mut().zip(&self.equilibrated.scale) {
            *s = libm::pow(d / shortest, (p - 1.0) / (p + 1.0));
        }
        self.spare.fill(0.0);
        self.spare[..n].copy_from_slice(&self.bound[..n]);
        // The common factor solves sum_i w_i (Gw)_i = sum_i w_i^(1-p).
        let size = dot(&self.bound[..n], &self.bound[..n]);
        std::mem::swap(&mut self.position, &mut self.spare);
        let squared = self.multiply();
        std::mem::swap(&mut self.position, &mut self.spare);
        let factor = libm::pow(size / squared.max(1e-8 * size), 1.0 / (1.0 + p));
        self.position[..n].fill(factor);
        let mut before = f64::INFINITY;
        let mut short = false;
        let mut idle = 0;
        let mut iterations = 0;
        loop {
            // spare = s x, product = C s x, right = 1 - x^p/s C s x.
            let (mut worst, mut hidden): (f64, f64) = (0.0, 0.0);
            for i in 0..n {
                self.spare[i] = self.bound[i] * self.position[i];
            }
            for i in 0..n {
                let row = &self.equilibrated.matrix[i * n..(i + 1) * n];
                let (mut sum, mut size) = (0.0, 0.0);
                for (entry, value) in row.iter().zip(&self.spare) {
                    let term = entry * value;
                    sum += term;
                    size += term.abs();
                }
                let factor = libm::pow(self.position[i], p) / self.bound[i];
                self.product[i] = sum;
                self.right[i] = 1.0 - factor * sum;
                worst = worst.max(self.right[i].abs());
                hidden = hidden.max(f64::EPSILON * factor * size);
            }
            let residual = (worst + hidden).max(missing);
            idle = if short && worst >= 0.5 * before {
                idle + 1
            } else {
                0
            };
            let done = worst <= hidden || hidden > 1.0 || idle == PATIENCE;
            if done || iterations == STEPS || !self.newton_step(p) {
                return Report::judged(residual, iterations);
            }
            iterations += 1;
            before = worst;
            let longest = self.right[..n]
                .iter()
                .fold(0.0, |most: f64, x| most.max(x.abs()));
            short = (1.0 + p) * longest < SHORT;
            let share = if short {
                1.0
            } else {
                // Rounding may make it 1, and a weight 0.
                (1.0 - libm::pow(1.0 + p * longest, -1.0 / p)).min(LARGEST_LOSS) / longest
            };
            for (x, relative) in self.position[..n].iter_mut().zip(&self.right) {
                *x *= 1.0 + share * relative;
            }
        }
    }

    /// Replaces the residuals 1 - x^p/s C s x in `self.right` by the relative Newton step, the
    /// solution of (HCH + pI) e step = e right with h = x^((1+p)/2), e = s x / h.
    fn newton_step(&mut self, p: f64) -> bool {
        let n = self.equilibrated.order;
        let all = &self.equilibrated.identity[..n];
        for i in 0..n {
            self.product[i] = libm::pow(self.position[i], 0.5 * (1.0 + p));
        }
        for i in 0..n {
            let h = self.product[i];
            self.spare[i] /= h;
            self.right[i] *= self.spare[i];
            for j in 0..n {
                self.work[i * n + j] = h * self.equilibrated.matrix[i * n + j] * self.product[j];
            }
            self.work[i * n + i] += p;
        }
        self.right[n..].fill(0.0);
        if !self.equilibrated.factor.factor_block(&self.work, n, all) {
            return false;
        }
        self.equilibrated.factor.solve(&mut self.right, 0);
        for (step, e) in self.right[..n].iter_mut().zip(&self.spare) {
            *step /= e;
        }
        sum_abs(&self.right[..n]).is_finite()
    }
}
