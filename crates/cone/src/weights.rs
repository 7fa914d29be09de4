//! The reusable solver of the weightings that are no projection onto the dual cone.

use crate::equilibrated::{Equilibrated, normalising_power};
use crate::error::ConeError;
use crate::gramian::{validate_gramian, validate_preference};
use crate::lawson_hanson::LawsonHanson;
use crate::programs::RightHandSides;
use crate::ridge::Ridge;
use dualcone_dense::PassiveSets;
use dualcone_dense::padded;
use dualcone_dense::{add_rows, dot};

/// Largest [`Report::residual`] of a method that solves its equations or program; each method says
/// what its residual is.
pub const CONVERGED_LIMIT: f64 = 1e-8;

/// How a call of [`WeightSolver`] ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// The residual is at most [`CONVERGED_LIMIT`]. For the iterations of reference
    /// implementations: their own stopping rule was met.
    pub converged: bool,
    /// How far the weights are from solving what the method states, computed afresh from the
    /// Gramian and the weights. Relative and free of the rows' scale; each method defines it.
    pub residual: f64,
    /// Programs, Newton steps, sweeps or reference iterations, as each method says.
    pub iterations: usize,
}

impl Report {
    pub(crate) fn judged(residual: f64, iterations: usize) -> Self {
        Report {
            converged: residual <= CONVERGED_LIMIT,
            // NaN must not look small.
            residual: if residual.is_nan() {
                f64::INFINITY
            } else {
                residual
            },
            iterations,
        }
    }
}

/// Computes weights of m objectives from their Gramian by MGDA, CAGrad, Nash-MTL, FairGrad,
/// Aligned-MTL, IMTL-G, ConFIG and PCD, in memory planned once.
///
/// A call allocates nothing and does not depend on earlier calls. Every method refuses, as
/// [`ConeError`], a matrix that cannot be a Gramian (not finite, not symmetric up to rounding, a
/// negative diagonal entry), a wrong number of entries, and parameters outside their range. A
/// `preference` holds one entry a row, finite, not negative and not all zero; 1/m each by default.
///
/// ```
/// use dualcone_cone::WeightSolver;
/// let mut weights = [0.0; 2];
/// let report = WeightSolver::new(2).mgda(&[18.0, -22.0, -22.0, 38.0], &mut weights)?;
/// assert!(report.converged && (weights[0] - 0.6).abs() < 1e-12);
/// # Ok::<(), dualcone_cone::ConeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct WeightSolver {
    pub(crate) objectives: usize,
    pub(crate) equilibrated: Equilibrated,
    pub(crate) lawson_hanson: LawsonHanson,
    pub(crate) sets: PassiveSets,
    /// An m x m matrix: a shifted Gramian, a Hessian, eigenvectors.
    pub(crate) work: Vec<f64>,
    /// The iterate, in equilibrated units.
    pub(crate) position: Vec<f64>,
    /// A right-hand side or a Newton step.
    pub(crate) right: Vec<f64>,
    pub(crate) product: Vec<f64>,
    pub(crate) bound: Vec<f64>,
    pub(crate) spare: Vec<f64>,
    pub(crate) cost: Vec<f64>,
    /// A second m x m matrix, for the eigenvectors.
    pub(crate) vectors: Vec<f64>,
    pub(crate) uniform: Vec<f64>,
}

impl WeightSolver {
    /// A solver for m objectives; it holds about 5 m^2 numbers.
    #[inline(never)]
    pub fn new(m: usize) -> Self {
        let vector = || vec![0.0; padded(m)];
        WeightSolver {
            objectives: m,
            equilibrated: Equilibrated::new(m, 1),
            lawson_hanson: LawsonHanson::new(m),
            sets: PassiveSets::new(1, m),
            work: vec![0.0; m * m],
            position: vector(),
            right: vector(),
            product: vector(),
            bound: vector(),
            spare: vector(),
            cost: vector(),
            vectors: vec![0.0; m * m],
            uniform: vec![1.0 / m.max(1) as f64; m],
        }
    }

    /// The number of objectives the memory is planned for.
    pub fn objectives(&self) -> usize {
        self.objectives
    }

    /// Checks the input, zeroes the weights and builds C = D^-1 G D^-1 of the rows from `first` on
    /// that are not zero.
    #[inline(never)]
    pub(crate) fn begin(
        &mut self,
        gramian: &[f64],
        preference: Option<&[f64]>,
        first: usize,
        weights: &mut [f64],
    ) -> Result<(), ConeError> {
        let m = self.objectives;
        validate_gramian(gramian, m)?;
        if let Some(preference) = preference {
            validate_preference(preference, m)?;
        }
        if weights.len() != m {
            let place = "the number of weights";
            let rule = "it must be one for each objective";
            return Err(ConeError::new(place, weights.len() as f64, rule));
        }
        weights.fill(0.0);
        self.equilibrated.arrange(gramian, m, Ridge::None, first);
        Ok(())
    }

    /// Copies G, symmetrised and multiplied by the power of two that brings its largest diagonal
    /// entry into [1, 2), to `self.work`, and returns that power.
    #[inline(never)]
    pub(crate) fn copy_scaled(&mut self, gramian: &[f64]) -> f64 {
        let m = self.objectives;
        let largest = (0..m).fold(0.0, |most: f64, i| most.max(gramian[i * (m + 1)]));
        let unit = normalising_power(largest);
        for i in 0..m {
            for j in 0..m {
                let mean = 0.5 * gramian[i * m + j] + 0.5 * gramian[j * m + i];
                self.work[i * m + j] = mean * unit;
            }
        }
        unit
    }

    /// `self.product` = C `self.position`; returns position' C position, at least 0.
    #[inline(never)]
    pub(crate) fn multiply(&mut self) -> f64 {
        let n = self.equilibrated.order;
        multiply(
            &self.equilibrated.matrix[..n * n],
            &self.equilibrated.identity[..n],
            &self.position[..n],
            &mut self.product[..n],
        )
    }

    /// argmin over y >= 0 of y'Cy/2 - right'y into `self.position`, from the passive set of the
    /// program before where `warm`. `self.product` = Cy and the result is y'Cy.
    #[inline(never)]
    pub(crate) fn solve_program(&mut self, warm: bool) -> f64 {
        let n = self.equilibrated.order;
        let start = warm.then_some(&self.sets);
        self.lawson_hanson.solve(
            &self.equilibrated.matrix[..n * n],
            n,
            RightHandSides::Single(&self.right[..n]),
            0,
            start,
            &mut self.position[..n],
        );
        self.sets.assign_positive(0, &self.position[..n]);
        self.multiply()
    }

    /// weights = D^-1 `self.position` times a factor, on the rows of C.
    #[inline(never)]
    pub(crate) fn write(&self, factor: f64, weights: &mut [f64]) {
        for (j, &row) in self.equilibrated.rows.iter().enumerate() {
            weights[row as usize] = self.position[j] * factor / self.equilibrated.scale[j];
        }
    }

    /// `self.position` = D weights, on the rows of C.
    #[inline(never)]
    pub(crate) fn read(&mut self, weights: &[f64]) {
        for (j, &row) in self.equilibrated.rows.iter().enumerate() {
            self.position[j] = weights[row as usize] * self.equilibrated.scale[j];
        }
    }
}

/// product = matrix times x; returns x' product, at least 0.
#[inline(never)]
pub(crate) fn multiply(matrix: &[f64], all: &[u32], x: &[f64], product: &mut [f64]) -> f64 {
    product.fill(0.0);
    add_rows(matrix, x.len(), all, x, product);
    let squared = dot(x, product);
    if squared > 0.0 { squared } else { 0.0 }
}

/// Refuses a parameter outside its range.
pub(crate) fn parameter(
    accepted: bool,
    place: &'static str,
    value: f64,
    rule: &'static str,
) -> Result<(), ConeError> {
    if accepted {
        Ok(())
    } else {
        Err(ConeError::new(place, value, rule))
    }
}
