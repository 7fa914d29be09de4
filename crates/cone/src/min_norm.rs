//! MGDA.

use crate::error::ConeError;
use crate::programs::RightHandSides;
use crate::weights::{Report, WeightSolver, multiply, parameter};
use dualcone_dense::{add_scaled, dot};

impl WeightSolver {
    /// Weights of MGDA: w = argmin w'Gw over the simplex {w >= 0, sum w = 1}, so that J'w is the
    /// shortest vector in the convex hull of the rows. Zero rows share all the weight equally.
    ///
    /// Desideri, "Multiple-gradient descent algorithm" (2012); Sener and Koltun, "Multi-Task
    /// Learning as Multi-Objective Optimization" (2018). Exact: with a_i = 1/||g_i||, up to a factor
    /// that makes the largest 1, and C the row-equilibrated Gramian, y = argmin over y >= 0 of
    /// y'Cy + (a'y - 1)^2 points along D w. That program is solved by Lawson-Hanson, one
    /// iteration in the report.
    ///
    /// The residual is the largest (w'Gw - (Gw)_j) / (||g_j|| sum_i w_i ||g_i||); at the minimum no
    /// row is below w'Gw.
    ///
    /// # Errors
    /// See [`WeightSolver`].
    #[inline(never)]
    pub fn mgda(&mut self, gramian: &[f64], weights: &mut [f64]) -> Result<Report, ConeError> {
        self.begin(gramian, None, 0, weights)?;
        if !self.share_among_zero_rows(weights) {
            self.min_norm();
            let sum = dot(&self.position, &self.bound);
            self.write(self.shortest() / sum, weights);
        }
        Ok(Report::judged(self.min_norm_residual(weights), 1))
    }

    /// MGDA by Frank-Wolfe with exact line search, in the steps of Sener and Koltun (2018),
    /// algorithm 2, and of TorchJD, from w = 1/m each: t = argmin (Gw)_t, ties to the first; with
    /// a = (Gw)_t, b = w'Gw, c = G_tt the step towards e_t is 1 if c <= a, 0 if b <= a, else
    /// (b - a) / (b + c - 2a). It stops after a step below `epsilon` (TorchJD's default is 1e-3) or
    /// `max_iterations` (100).
    ///
    /// The residual is that of [`WeightSolver::mgda`]; converged means that the last step was below
    /// `epsilon`.
    ///
    /// # Errors
    /// See [`WeightSolver`]; `epsilon` must be finite and not negative.
    #[inline(never)]
    pub fn frank_wolfe(
        &mut self,
        gramian: &[f64],
        epsilon: f64,
        max_iterations: usize,
        weights: &mut [f64],
    ) -> Result<Report, ConeError> {
        let accepted = epsilon.is_finite() && epsilon >= 0.0;
        let rule = "it must be finite and not negative";
        parameter(accepted, "the epsilon of Frank-Wolfe", epsilon, rule)?;
        self.begin(gramian, None, 0, weights)?;
        self.copy_scaled(gramian);
        let m = self.objectives;
        weights.copy_from_slice(&self.uniform);
        let mut converged = false;
        let mut iterations = 0;
        while iterations < max_iterations && !converged {
            iterations += 1;
            let product = &mut self.product[..m];
            let b = multiply(&self.work, &self.equilibrated.identity, weights, product);
            let mut t = 0;
            for (j, &value) in product.iter().enumerate() {
                if value < product[t] {
                    t = j;
                }
            }
            let (a, c) = (product[t], self.work[t * (m + 1)]);
            let step = if c <= a {
                1.0
            } else if b <= a {
                0.0
            } else {
                (b - a) / (b + c - 2.0 * a)
            };
            weights.iter_mut().for_each(|w| *w *= 1.0 - step);
            weights[t] += step;
            converged = step < epsilon;
        }
        let residual = self.min_norm_residual(weights);
        Ok(Report {
            converged,
            ..Report::judged(residual, iterations)
        })
    }

    /// Gives all the weight to zero rows; false if there are none.
    fn share_among_zero_rows(&mut self, weights: &mut [f64]) -> bool {
        let zeros = self.objectives - self.equilibrated.order;
        if zeros == 0 {
            return false;
        }
        weights.fill(1.0 / zeros as f64);
        for &row in &self.equilibrated.rows {
            weights[row as usize] = 0.0;
        }
        true
    }

    /// The length of the shortest row that is not zero.
    pub(crate) fn shortest(&self) -> f64 {
        let lengths = self.equilibrated.scale.iter();
        lengths.fold(f64::INFINITY, |least, &d| if d < least { d } else { least })
    }

    /// `self.bound` = a, the shortest length over each row's, zero beyond.
    #[inline(never)]
    pub(crate) fn set_inverse_lengths(&mut self) {
        let shortest = self.shortest();
        self.bound.fill(0.0);
        for (a, &d) in self.bound.iter_mut().zip(&self.equilibrated.scale) {
            *a = shortest / d;
        }
    }

    /// `self.position` = argmin over y >= 0 of y'Cy + (a'y - 1)^2 with a left in `self.bound`,
    /// `self.product` = Cy; returns y'Cy.
    #[inline(never)]
    pub(crate) fn min_norm(&mut self) -> f64 {
        self.set_inverse_lengths();
        let n = self.equilibrated.order;
        let matrix = &mut self.work[..n * n];
        matrix.copy_from_slice(&self.equilibrated.matrix[..n * n]);
        let a = &self.bound[..n];
        for (row, &factor) in matrix.chunks_exact_mut(n.max(1)).zip(a) {
            add_scaled(factor, a, row);
        }
        let y = &mut self.position;
        y.fill(0.0);
        let programs = RightHandSides::Single(a);
        self.lawson_hanson
            .solve(matrix, n, programs, 0, None, &mut y[..n]);
        self.multiply()
    }

    fn min_norm_residual(&mut self, weights: &[f64]) -> f64 {
        self.read(weights);
        self.set_inverse_lengths();
        let n = self.equilibrated.order;
        let squared = self.multiply();
        let shortest = self.shortest();
        let mut worst: f64 = 0.0;
        for (slope, a) in self.product[..n].iter().zip(&self.bound) {
            worst = worst.max(squared / shortest * a - slope);
        }
        let size: f64 = self.position[..n].iter().sum();
        if size == 0.0 { 0.0 } else { worst / size }
    }
}
