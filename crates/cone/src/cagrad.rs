//! CAGrad.

use crate::equilibrated::normalising_power;
use crate::error::ConeError;
use crate::weights::{Report, WeightSolver, parameter};
use dualcone_dense::{dot, max_abs};

/// Newton steps on the level.
const STEPS: usize = 60;
/// Below this, squared and relative to the shortest row, the shortest vector in the hull of the
/// rows counts as zero.
const STATIONARY: f64 = 1e-14;

impl WeightSolver {
    /// Weights of CAGrad: the direction x = J'w maximises min_i g_i'x over the ball
    /// ||x - g0|| <= c ||g0|| around g0 = J'u, u the preference. `c` = 0 gives u.
    ///
    /// Liu et al., "Conflict-Averse Gradient Descent for Multi-task Learning" (2021), without
    /// rescaling by 1/(1 + c^2). With w* = argmin over the simplex of w'Gu + c ||g0|| ||J'w|| the
    /// weights are u + (c ||g0|| / ||J'w*||) w*. Where J'w* = 0 (the rows are Pareto stationary and
    /// the ball reaches the dual cone) every x of the ball in the dual cone is optimal, with level
    /// 0, and the weights give the one nearest to g0, its projection onto the dual cone: DualProj,
    /// which is also the limit. A Gramian cannot tell ||J'w*|| below 1e-7 of the shortest row from 0.
    ///
    /// Exact: for a level r the point of {x : Jx >= r} nearest to g0 is x(r) = J'(u + v(r)) with
    /// v(r) = argmin over v >= 0 of ||g0 + J'v||^2/2 - r sum v, a non-negative program solved by
    /// Lawson-Hanson, and ||x(r) - g0|| is convex and increasing in r. Newton's method finds from
    /// above the r at which it is c ||g0||; iterations are programs solved.
    ///
    /// The residual, relative to (1 + c) ||g0||, is the largest of the shortfalls of g_j'x / ||g_j||
    /// below r / ||g_j||, r being the mean of g_i'x weighted by v_i = w_i - u_i, and the difference of
    /// ||x - g0|| and c ||g0|| (in the case J'w* = 0: its excess, and |r| over the shortest row).
    ///
    /// # Errors
    /// See [`WeightSolver`]; `c` must be finite and not negative.
    #[inline(never)]
    pub fn cagrad(
        &mut self,
        gramian: &[f64],
        c: f64,
        preference: Option<&[f64]>,
        weights: &mut [f64],
    ) -> Result<Report, ConeError> {
        let accepted = c.is_finite() && c >= 0.0;
        let rule = "it must be finite and not negative";
        parameter(accepted, "the c of CAGrad", c, rule)?;
        self.begin(gramian, preference, 0, weights)?;
        weights.copy_from_slice(preference.unwrap_or(&self.uniform));
        let n = self.equilibrated.order;
        // u in equilibrated units, scaled by a power of two: `spare` keeps C u.
        self.read(weights);
        let unit = normalising_power(max_abs(&self.position[..n]));
        self.position[..n].iter_mut().for_each(|u| *u *= unit);
        let length = self.multiply().sqrt();
        self.spare.copy_from_slice(&self.product);
        let radius = c * length;
        if radius == 0.0 {
            return Ok(Report::judged(0.0, 0));
        }
        let zero_row = n < self.objectives;
        let at_zero = {
            self.set_inverse_lengths();
            self.solve_level(0.0, false)
        };
        let mut iterations = 1;
        let mut level = 0.0;
        let mut distance = at_zero;
        let reaches = at_zero <= radius;
        let stationary = reaches && (zero_row || self.min_norm() <= STATIONARY);
        if reaches {
            if stationary {
                self.solve_level(0.0, false);
            } else {
                level = length + radius;
                distance = self.solve_level(level, false);
            }
        }
        while !stationary && iterations < STEPS {
            let slope = dot(&self.position[..n], &self.bound[..n]);
            let step = (distance - radius) * distance / slope;
            // From above, so that steps are positive until rounding takes over.
            if step.is_nan() || step <= 4.0 * f64::EPSILON * level.abs() {
                break;
            }
            level -= step;
            distance = self.solve_level(level, true);
            iterations += 1;
        }
        for (j, &row) in self.equilibrated.rows.iter().enumerate() {
            weights[row as usize] += self.position[j] / unit / self.equilibrated.scale[j];
        }
        let residual = self.cagrad_residual(weights, preference, unit, radius, stationary);
        Ok(Report::judged(residual / (length + radius), iterations))
    }

    /// v(r) into `self.position` for the level r times the shortest length; returns ||J'v||.
    fn solve_level(&mut self, level: f64, warm: bool) -> f64 {
        for (b, (a, slope)) in (self.right.iter_mut()).zip(self.bound.iter().zip(&self.spare)) {
            *b = level * a - slope;
        }
        self.solve_program(warm).sqrt()
    }

    fn cagrad_residual(
        &mut self,
        weights: &[f64],
        preference: Option<&[f64]>,
        unit: f64,
        radius: f64,
        stationary: bool,
    ) -> f64 {
        let n = self.equilibrated.order;
        let preference = preference.unwrap_or(&self.uniform);
        for (j, &row) in self.equilibrated.rows.iter().enumerate() {
            let excess = weights[row as usize] - preference[row as usize];
            self.position[j] = excess * self.equilibrated.scale[j] * unit;
        }
        let distance = self.multiply().sqrt();
        for (slope, own) in self.product[..n].iter_mut().zip(&self.spare) {
            *slope += own;
        }
        let slopes = &self.product[..n];
        let sum = dot(&self.position[..n], &self.bound[..n]);
        let level = if sum > 0.0 {
            dot(&self.position[..n], slopes) / sum
        } else {
            0.0
        };
        let mut worst = if stationary {
            level.abs().max(distance - radius)
        } else {
            (distance - radius).abs()
        };
        for (slope, a) in slopes.iter().zip(&self.bound) {
            worst = worst.max(level * a - slope);
        }
        worst
    }
}
