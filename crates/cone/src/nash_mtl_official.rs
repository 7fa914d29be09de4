//! Nash-MTL by the authors' iteration.

use crate::error::ConeError;
use crate::nash_mtl::validate_max_norm;
use crate::weights::{Report, WeightSolver, multiply};
use dualcone_dense::{add_scaled, dot};

/// The authors' tolerances on ||Ga - 1/a|| and on the change of a.
const EQUATION_TOLERANCE: f64 = 1e-3;
const STEP_TOLERANCE: f64 = 1e-6;
/// What the authors add to a before dividing by it.
const OFFSET: f64 = 1e-10;

/// The growth of the barrier's parameter, and where it ends: the gap left over the objective.
const GROWTH: f64 = 8.0;
const GAP: f64 = 1e-9;
/// Newton steps a program.
const NEWTON_STEPS: usize = 400;
/// Squared Newton decrement that ends a centring.
const CENTRED: f64 = 1e-5;
/// Squared Newton decrement below which steps are taken without looking at the barrier's value.
const NEAR: f64 = 0.1;
const SHORTEST_STEP: f64 = 1e-12;

impl WeightSolver {
    /// Weights of Nash-MTL by the authors' convex-concave procedure, as in their code and TorchJD's.
    ///
    /// Navon et al., "Multi-Task Learning as a Bargaining Game" (2022), section 3.2. With H = G/f,
    /// f the Frobenius norm of G, each of at most `iterations` (TorchJD's default is 20) programs
    /// minimises sum(Ha) + phi'(a - b)/f over log(a_i f) + log((Ha)_i) >= 0, a >= 0, where b is the
    /// previous a and phi = 1/b + H(1/(Hb)). It stops when ||Hb - 1/(b + 1e-10)|| < 1e-3 or
    /// ||a - b|| < 1e-6, keeping b, or when a program has no solution. `state` is the first b, 1 each
    /// in a fresh run, and receives the last; the weights are that, shortened to
    /// ||J'w|| = `max_norm`, 0 for no bound. The programs are solved here by a logarithmic barrier
    /// instead of ECOS, to a relative gap of 1e-9.
    ///
    /// Converged means that the stopping rule was met and every program solved; the residual is the
    /// largest |b_i (Gb)_i - 1| of the state, which the stopping rule does not look at.
    ///
    /// # Errors
    /// See [`WeightSolver`]; `max_norm` must be finite and not negative, `state` finite, one entry a
    /// row.
    #[inline(never)]
    pub fn nash_mtl_official(
        &mut self,
        gramian: &[f64],
        max_norm: f64,
        iterations: usize,
        state: &mut [f64],
        weights: &mut [f64],
    ) -> Result<Report, ConeError> {
        validate_max_norm(max_norm)?;
        let m = self.objectives;
        if state.len() != m || !state.iter().all(|value| value.is_finite()) {
            let rule = "it must be finite, one entry for each objective";
            let seen = state.iter().find(|value| !value.is_finite());
            let seen = *seen.unwrap_or(&(state.len() as f64));
            return Err(ConeError::new("the state of Nash-MTL", seen, rule));
        }
        self.begin(gramian, None, 0, weights)?;
        // 1/f in two factors, which overflow less than their product.
        let unit = self.copy_scaled(gramian);
        let frobenius = dot(&self.work, &self.work).sqrt();
        let mut met = false;
        let mut solved = 0;
        while solved < iterations && !met {
            if self.equilibrated.order < m {
                break;
            }
            self.read(state);
            self.multiply();
            let mut error = 0.0;
            for (j, b) in state.iter().enumerate() {
                let slope = self.product[j] * self.equilibrated.scale[j] * unit / frobenius;
                let difference = slope - 1.0 / (b + OFFSET);
                error += difference * difference;
            }
            if !self.convex_concave_step() {
                break;
            }
            solved += 1;
            let mut change = 0.0;
            for (j, b) in state.iter().enumerate() {
                let difference = self.position[j] / self.equilibrated.scale[j] - b;
                change += difference * difference;
            }
            met = error.sqrt() < EQUATION_TOLERANCE || change.sqrt() < STEP_TOLERANCE;
            if !met {
                self.write(1.0, state);
            }
        }
        self.read(state);
        self.multiply();
        let mut residual: f64 = 0.0;
        for i in 0..m {
            let product = if i < self.equilibrated.order {
                self.position[i] * self.product[i]
            } else {
                0.0
            };
            residual = residual.max((product - 1.0).abs());
        }
        weights.copy_from_slice(state);
        self.write_shortened(max_norm, weights);
        Ok(Report {
            converged: met,
            ..Report::judged(residual, solved)
        })
    }

    /// One program, in equilibrated units: with x = Da and C the equilibrated Gramian the
    /// constraints are x_i (Cx)_i >= 1, and f times the objective is c'x with
    /// c = Cd + 1/y + C(1/(Cy)), where `self.position` = y = Db and `self.product` = Cy on entry,
    /// `self.position` = x on return.
    fn convex_concave_step(&mut self) -> bool {
        let n = self.equilibrated.order;
        for i in 0..n {
            self.spare[i] = self.equilibrated.scale[i] + 1.0 / self.product[i];
            self.right[i] = 1.0 / self.position[i];
        }
        let matrix = &self.equilibrated.matrix[..n * n];
        let all = &self.equilibrated.identity[..n];
        multiply(matrix, all, &self.spare[..n], &mut self.product[..n]);
        for i in 0..n {
            self.spare[i] = self.product[i] + self.right[i];
        }
        // `equalise` writes to every vector but this one.
        let mut cost = std::mem::take(&mut self.cost);
        cost[..n].copy_from_slice(&self.spare[..n]);
        let feasible = self.equalise(1.0).converged;
        // Twice the bargaining solution: x_i (Cx)_i = 4.
        self.position[..n].iter_mut().for_each(|x| *x *= 2.0);
        let solved = feasible && self.minimise_cost(&cost[..n]);
        self.cost = cost;
        solved
    }

    /// min c'x over x_i (Cx)_i >= 1 from the strictly feasible `self.position`, by Newton steps on
    /// t c'x - sum_i log log(x_i (Cx)_i), t growing.
    fn minimise_cost(&mut self, cost: &[f64]) -> bool {
        let n = cost.len();
        let mut t = n as f64 / dot(cost, &self.position[..n]).abs();
        if !t.is_finite() {
            return false;
        }
        let Some(mut value) = self.barrier(cost, t) else {
            return false;
        };
        for _ in 0..NEWTON_STEPS {
            let decrement = self.barrier_step(cost, t);
            if decrement.is_nan() {
                return false;
            }
            if decrement < CENTRED {
                if n as f64 <= t * GAP * dot(cost, &self.position[..n]).abs() {
                    return true;
                }
                t *= GROWTH;
                value = self.barrier(cost, t).unwrap_or(f64::INFINITY);
                continue;
            }
            // `bound` keeps the start, `right` the relative step. Near the centre, where Newton's
            // method converges and rounding hides the decrease, every step inside will do.
            let near = decrement < NEAR;
            self.bound[..n].copy_from_slice(&self.position[..n]);
            let mut share = 1.0;
            loop {
                for i in 0..n {
                    self.position[i] = self.bound[i] * (1.0 + share * self.right[i]);
                }
                match self.barrier(cost, t) {
                    Some(reached) if near || reached <= value - 0.1 * share * decrement => {
                        value = reached;
                        break;
                    }
                    _ if share < SHORTEST_STEP => return false,
                    _ => share *= 0.5,
                }
            }
        }
        false
    }

    /// The barrier function at `self.position`, None outside; leaves `self.product` = Cx.
    fn barrier(&mut self, cost: &[f64], t: f64) -> Option<f64> {
        let n = cost.len();
        self.multiply();
        let mut value = t * dot(cost, &self.position[..n]);
        for i in 0..n {
            let (x, slope) = (self.position[i], self.product[i]);
            // Not > so that NaN counts as outside.
            if !(x > 0.0 && slope > 0.0 && x * slope > 1.0) {
                return None;
            }
            value -= libm::log(libm::log(x * slope));
        }
        value.is_finite().then_some(value)
    }

    /// The relative Newton step into `self.right`; returns the squared decrement. With
    /// z_ij = C_ij x_j / (Cx)_i and h_i = log(x_i (Cx)_i) the gradient in relative units is
    /// t c_j x_j - 1/h_j - sum_i z_ij / h_i.
    fn barrier_step(&mut self, cost: &[f64], t: f64) -> f64 {
        let n = cost.len();
        let hessian = &mut self.work[..n * n];
        hessian.fill(0.0);
        self.right.fill(0.0);
        let right = &mut self.right[..n];
        for i in 0..n {
            right[i] -= t * cost[i] * self.position[i];
        }
        for i in 0..n {
            let slope = self.product[i];
            let inverse = 1.0 / libm::log(self.position[i] * slope);
            let row = &mut self.bound[..n];
            for j in 0..n {
                row[j] = self.equilibrated.matrix[i * n + j] * self.position[j] / slope;
            }
            add_scaled(inverse, row, right);
            right[i] += inverse;
            let squared = inverse * inverse;
            for j in 0..n {
                let factor = (squared + inverse) * row[j];
                add_scaled(factor, row, &mut hessian[j * n..(j + 1) * n]);
                hessian[j * n + i] += squared * row[j];
                hessian[i * n + j] += squared * row[j];
            }
            hessian[i * n + i] += squared + inverse;
        }
        let all = &self.equilibrated.identity[..n];
        self.bound[..n].copy_from_slice(right);
        if !self.equilibrated.factor.factor_block(hessian, n, all) {
            return f64::NAN;
        }
        self.equilibrated.factor.solve(&mut self.right, 0);
        dot(&self.bound[..n], &self.right[..n])
    }
}
