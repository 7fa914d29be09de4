//! Eigenvalues and eigenvectors of a symmetric matrix, and functions of a Gramian by them.

use crate::error::ConeError;
use crate::weights::{WeightSolver, multiply, parameter};
use dualcone_dense::{add_scaled, dot};

/// Sweeps at most; ten are many.
const SWEEPS: usize = 40;

/// Cyclic Jacobi with relative thresholds (Demmel and Veselic, 1992): small eigenvalues of a
/// positive matrix whose rows differ in scale come out as accurate as large ones. Leaves the
/// eigenvalues, in no order, on the diagonal of `a` and eigenvector k in row k of `v`; returns the
/// number of sweeps.
#[inline(never)]
pub(crate) fn diagonalise(a: &mut [f64], v: &mut [f64], n: usize) -> usize {
    v.fill(0.0);
    let mut floor: f64 = 0.0;
    for i in 0..n {
        v[i * (n + 1)] = 1.0;
        floor = floor.max(a[i * (n + 1)].abs());
    }
    floor *= f64::EPSILON * f64::EPSILON;
    for sweep in 0..SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                let (app, aqq, apq) = (a[p * n + p], a[q * n + q], a[p * n + q]);
                let small = f64::EPSILON * (app.abs().sqrt() * aqq.abs().sqrt());
                if apq.abs() <= small.max(floor) {
                    continue;
                }
                rotated = true;
                // The smaller root of tan^2 + 2 cot(2 angle) tan = 1.
                let cotangent = (aqq - app) / (2.0 * apq);
                let root = (1.0 + cotangent * cotangent).sqrt();
                let tangent = if cotangent < 0.0 {
                    -1.0 / (root - cotangent)
                } else {
                    1.0 / (root + cotangent)
                };
                let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
                let sine = tangent * cosine;
                rotate(a, n, p, q, cosine, sine);
                rotate(v, n, p, q, cosine, sine);
                for k in 0..n {
                    a[k * n + p] = a[p * n + k];
                    a[k * n + q] = a[q * n + k];
                }
                a[p * n + p] = app - tangent * apq;
                a[q * n + q] = aqq + tangent * apq;
                a[p * n + q] = 0.0;
                a[q * n + p] = 0.0;
            }
        }
        if !rotated {
            return sweep;
        }
    }
    SWEEPS
}

/// Rotates rows p < q of a square matrix into each other.
fn rotate(matrix: &mut [f64], n: usize, p: usize, q: usize, cosine: f64, sine: f64) {
    let (upper, lower) = matrix.split_at_mut(q * n);
    for (x, y) in upper[p * n..(p + 1) * n].iter_mut().zip(&mut lower[..n]) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

/// Which function of a Gramian is applied, on the eigenvalues that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// The pseudo-inverse.
    Inverse,
    /// The inverse root, scaled by the root of the smallest eigenvalue kept, ...
    RootOfMinimum,
    /// ... of their lower median ...
    RootOfMedian,
    /// ... or of their mean.
    RootOfMean,
}

impl WeightSolver {
    /// `self.position` = F(A) `self.right` for the n x n matrix A in `self.work`, keeping the
    /// eigenvalues above `cutoff` times the largest. Returns the sweeps, the number kept and the
    /// relative error of the eigenvector components of `self.product` = A position, computed afresh
    /// from A. The equilibrated matrix is scratch memory here.
    #[inline(never)]
    pub(crate) fn apply(
        &mut self,
        n: usize,
        function: Function,
        cutoff: f64,
    ) -> (usize, usize, f64) {
        let a = &mut self.equilibrated.matrix[..n * n];
        a.copy_from_slice(&self.work[..n * n]);
        let (values, vectors) = (&mut self.bound, &mut self.vectors[..n * n]);
        let sweeps = diagonalise(a, vectors, n);
        let mut largest: f64 = 0.0;
        for k in 0..n {
            values[k] = a[k * (n + 1)];
            largest = largest.max(values[k]);
        }
        let values = &mut values[..n];
        let (mut rank, mut least, mut sum) = (0, f64::INFINITY, 0.0);
        for value in values.iter_mut() {
            if *value > cutoff * largest {
                rank += 1;
                least = least.min(*value);
                sum += *value;
            } else {
                *value = 0.0;
            }
        }
        let scale = match function {
            Function::Inverse => 1.0,
            Function::RootOfMinimum => least,
            Function::RootOfMedian => median(values, rank),
            Function::RootOfMean => sum / rank as f64,
        };
        self.position.fill(0.0);
        self.spare.fill(0.0);
        for (k, &value) in values.iter().enumerate() {
            if value > 0.0 {
                let vector = &vectors[k * n..(k + 1) * n];
                let factor = match function {
                    Function::Inverse => 1.0 / value,
                    _ => (scale / value).sqrt(),
                };
                let component = factor * dot(vector, &self.right[..n]);
                self.spare[k] = component * value;
                add_scaled(component, vector, &mut self.position[..n]);
            }
        }
        let all = &self.equilibrated.identity[..n];
        let product = &mut self.product[..n];
        multiply(&self.work[..n * n], all, &self.position[..n], product);
        let (mut error, mut size) = (0.0, 0.0);
        for (k, &value) in values.iter().enumerate() {
            if value > 0.0 {
                let expected = self.spare[k];
                let seen = dot(&vectors[k * n..(k + 1) * n], product);
                error += (seen - expected) * (seen - expected);
                size += expected * expected;
            }
        }
        let residual = if size > 0.0 {
            (error / size).sqrt()
        } else {
            0.0
        };
        (sweeps, rank, residual)
    }

    /// The cutoff to use: at least 0 and below 1, m times `default` where none is given.
    pub(crate) fn cutoff(&self, cutoff: Option<f64>, default: f64) -> Result<f64, ConeError> {
        let cutoff = cutoff.unwrap_or(self.objectives as f64 * default);
        let rule = "it must be at least 0 and below 1";
        parameter(
            (0.0..1.0).contains(&cutoff),
            "the cutoff of eigenvalues",
            cutoff,
            rule,
        )?;
        Ok(cutoff)
    }
}

/// The lower middle of the `rank` positive values.
fn median(values: &[f64], rank: usize) -> f64 {
    for (i, &value) in values.iter().enumerate() {
        let before = values
            .iter()
            .enumerate()
            .filter(|&(j, &other)| other > 0.0 && (other < value || (other == value && j < i)));
        if value > 0.0 && before.count() == (rank - 1) / 2 {
            return value;
        }
    }
    0.0
}
