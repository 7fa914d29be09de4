//! Lawson-Hanson, one program at a time.
//!
//! Lawson and Hanson, "Solving Least Squares Problems" (1974), chapter 23, on normal equations
//! with a warm start (Bro and de Jong, "A fast non-negativity-constrained least squares
//! algorithm", 1997). The variables enter and leave a Cholesky factor one by one: a row is
//! appended, or deleted and the rest rotated back to triangular form. The objective never rises,
//! so degenerate programs that make block pivoting cycle end here.

use crate::programs::RightHandSides;
use dualcone_dense::PassiveSets;
use dualcone_dense::{add_rows, dot, max_abs, sum_abs};

/// A variable enters only if its distance from the span of those inside, squared, exceeds this.
const LEAST_PIVOT: f64 = 4.0 * f64::EPSILON;
/// Gradients are judged up to these multiples of the right-hand side's and the solution's size.
const RIGHT_HAND_SIDE_TOLERANCE: f64 = 1e-13;
const SOLUTION_TOLERANCE: f64 = 1e-15;

/// State of Lawson-Hanson for programs of up to m variables.
#[derive(Clone, Debug)]
pub(crate) struct LawsonHanson {
    /// Row-major lower factor of the passive block, rows of `stride` entries.
    factor: Vec<f64>,
    stride: usize,
    passive: Vec<u32>,
    target: Vec<f64>,
    gradient: Vec<f64>,
    values: Vec<f64>,
    blocked: Vec<bool>,
}

impl LawsonHanson {
    pub(crate) fn new(m: usize) -> Self {
        LawsonHanson {
            factor: vec![0.0; m * m],
            stride: m,
            passive: Vec::with_capacity(m),
            target: Vec::with_capacity(m),
            gradient: vec![0.0; m],
            values: Vec::with_capacity(m),
            blocked: vec![false; m],
        }
    }

    /// Solves program p into `x`, starting from the given passive sets or from none; false when
    /// the limit of 30 m + 50 changes was reached.
    pub(crate) fn solve(
        &mut self,
        matrix: &[f64],
        n: usize,
        programs: RightHandSides<'_>,
        p: usize,
        start: Option<&PassiveSets>,
        x: &mut [f64],
    ) -> bool {
        self.passive.clear();
        x.fill(0.0);
        self.blocked[..n].fill(false);
        let mut budget = 30 * n + 50;
        if let Some(sets) = start {
            for j in (0..n).filter(|&j| sets.contains(p, j)) {
                self.append(matrix, n, j);
            }
            if !self.descend(programs, p, x, &mut budget) {
                return false;
            }
        }
        let magnitude = programs.magnitude(p);
        loop {
            self.values.clear();
            self.values
                .extend(self.passive.iter().map(|&j| x[j as usize]));
            self.gradient[..n].fill(0.0);
            add_rows(
                matrix,
                n,
                &self.passive,
                &self.values,
                &mut self.gradient[..n],
            );
            programs.subtract_from(p, &mut self.gradient[..n]);
            for &j in &self.passive {
                self.gradient[j as usize] = 0.0;
            }
            let tolerance = RIGHT_HAND_SIDE_TOLERANCE * magnitude + SOLUTION_TOLERANCE * sum_abs(x);
            let mut steepest = (-tolerance, n);
            for j in 0..n {
                if self.gradient[j] < steepest.0 && !self.blocked[j] {
                    steepest = (self.gradient[j], j);
                }
            }
            let entering = steepest.1;
            if entering == n {
                return true;
            }
            if budget == 0 {
                return false;
            }
            budget -= 1;
            if !self.append(matrix, n, entering) {
                if !self.exchange(matrix, n, entering, x) {
                    self.blocked[entering] = true;
                    continue;
                }
                self.blocked[..n].fill(false);
                if !self.descend(programs, p, x, &mut budget) {
                    return false;
                }
                continue;
            }
            self.solve_passive(programs, p);
            // In exact arithmetic the entering variable grows. When rounding says otherwise it
            // cannot lower the objective and must not come back before something else changed.
            if self.target[self.passive.len() - 1] <= 0.0 {
                self.blocked[entering] = true;
                self.passive.pop();
                continue;
            }
            self.blocked[..n].fill(false);
            if !self.descend(programs, p, x, &mut budget) {
                return false;
            }
        }
    }

    /// Moves x to the minimiser on the passive set, dropping every variable that reaches zero on
    /// the way.
    fn descend(
        &mut self,
        programs: RightHandSides<'_>,
        p: usize,
        x: &mut [f64],
        budget: &mut usize,
    ) -> bool {
        loop {
            self.solve_passive(programs, p);
            let mut step: f64 = 1.0;
            for (&j, &target) in self.passive.iter().zip(&self.target) {
                if target <= 0.0 {
                    let value = x[j as usize];
                    step = step.min(value / (value - target));
                }
            }
            if self.target.iter().all(|&target| target > 0.0) {
                for (&j, &target) in self.passive.iter().zip(&self.target) {
                    x[j as usize] = target;
                }
                return true;
            }
            let step = if step.is_nan() { 0.0 } else { step };
            let tiny = f64::EPSILON * max_abs(x);
            for (&j, &target) in self.passive.iter().zip(&self.target) {
                let value = &mut x[j as usize];
                *value += step * (target - *value);
            }
            for position in (0..self.passive.len()).rev() {
                let j = self.passive[position] as usize;
                if self.target[position] <= 0.0 && x[j] <= tiny {
                    if *budget == 0 {
                        return false;
                    }
                    *budget -= 1;
                    x[j] = 0.0;
                    self.delete(position);
                }
            }
        }
    }

    /// Appends variable j to the factor unless it depends on those inside.
    fn append(&mut self, matrix: &[f64], n: usize, j: usize) -> bool {
        let (stride, order) = (self.stride, self.passive.len());
        let (done, rest) = self.factor.split_at_mut(order * stride);
        let row = &mut rest[..order + 1];
        for k in 0..order {
            let other = &done[k * stride..k * stride + k + 1];
            let sum = dot(&row[..k], &other[..k]);
            row[k] = (matrix[j * n + self.passive[k] as usize] - sum) / other[k];
        }
        let pivot = matrix[j * n + j] - dot(&row[..order], &row[..order]);
        if pivot.is_nan() || pivot <= LEAST_PIVOT * n as f64 {
            return false;
        }
        row[order] = pivot.sqrt();
        self.passive.push(j as u32);
        true
    }

    /// Lets variable j, which depends on those inside, in for one of them: along the combination that
    /// the matrix maps to zero the objective falls in a line, until one of them reaches zero. False
    /// when none does: the program is unbounded.
    fn exchange(&mut self, matrix: &[f64], n: usize, j: usize, x: &mut [f64]) -> bool {
        let (stride, order) = (self.stride, self.passive.len());
        self.target.clear();
        self.target
            .extend_from_slice(&self.factor[order * stride..order * stride + order]);
        for k in (0..order).rev() {
            let row = &self.factor[k * stride..k * stride + k + 1];
            let value = self.target[k] / row[k];
            self.target[k] = value;
            for (entry, &weight) in self.target[..k].iter_mut().zip(row) {
                *entry -= value * weight;
            }
        }
        let least = 1e-12 * max_abs(&self.target);
        let mut step = (f64::INFINITY, order);
        for (k, (&i, &share)) in self.passive.iter().zip(&self.target).enumerate() {
            if share > least {
                let ratio = x[i as usize] / share;
                if ratio < step.0 {
                    step = (ratio, k);
                }
            }
        }
        let (length, leaving) = step;
        if leaving == order {
            return false;
        }
        for (&i, &share) in self.passive.iter().zip(&self.target) {
            let value = &mut x[i as usize];
            *value = (*value - length * share).max(0.0);
        }
        x[self.passive[leaving] as usize] = 0.0;
        x[j] = length;
        self.delete(leaving);
        self.append(matrix, n, j)
    }

    fn delete(&mut self, position: usize) {
        let (stride, order) = (self.stride, self.passive.len());
        self.passive.remove(position);
        for row in position..order - 1 {
            let below = (row + 1) * stride;
            self.factor
                .copy_within(below..below + row + 2, row * stride);
        }
        for column in position..order - 1 {
            let (a, b) = (
                self.factor[column * stride + column],
                self.factor[column * stride + column + 1],
            );
            let length = (a * a + b * b).sqrt();
            let (c, s) = (a / length, b / length);
            for row in column..order - 1 {
                let pair = &mut self.factor[row * stride + column..row * stride + column + 2];
                let (left, right) = (pair[0], pair[1]);
                pair[0] = c * left + s * right;
                pair[1] = c * right - s * left;
            }
        }
    }

    /// target = C_QQ^-1 b_Q.
    fn solve_passive(&mut self, programs: RightHandSides<'_>, p: usize) {
        let (stride, order) = (self.stride, self.passive.len());
        self.target.clear();
        for k in 0..order {
            let row = &self.factor[k * stride..k * stride + k + 1];
            let entry = programs.entry(p, self.passive[k] as usize);
            let value = (entry - dot(&row[..k], &self.target)) / row[k];
            self.target.push(value);
        }
        for k in (0..order).rev() {
            let row = &self.factor[k * stride..k * stride + k + 1];
            let value = self.target[k] / row[k];
            self.target[k] = value;
            for (entry, &weight) in self.target[..k].iter_mut().zip(row) {
                *entry -= value * weight;
            }
        }
    }
}
