//! Clarabel, a general interior-point solver, on non-negative programs min x'Cx/2 - b'x over x >= 0.
//!
//! A crate of its own because Clarabel's generic code is compiled where it is used: the release profile
//! optimises this crate for size, which every page that loads the module pays for, and not for speed.
//!
//! Goulart and Chen, "Clarabel: An interior-point solver for conic programs with quadratic
//! objectives" (2024). The matrix is set up once for a call; each program then only changes the
//! linear term. Its answer alone can be off by more than a percent in the direction even when it
//! reports success, so callers polish the active set it finds and certify the outcome.

use clarabel::algebra::{CscMatrix, MatrixMathMut};
use clarabel::solver::{
    DefaultSettings, DefaultSolver, IPSolver, NonnegativeConeT, SupportedConeT,
};

/// A Clarabel problem for one matrix, ready for any right-hand side.
pub struct InteriorPoint {
    solver: DefaultSolver<f64>,
    linear: Vec<f64>,
}

impl InteriorPoint {
    /// Sets the problem min x'Cx/2 + q'x over x >= 0 up; `None` if Clarabel refuses the matrix.
    #[inline(never)] // inlined, it would be compiled for speed like its caller
    pub fn new(matrix: &[f64], n: usize) -> Option<Self> {
        let mut pointers = vec![0];
        let (mut rows, mut values) = (Vec::new(), Vec::new());
        for column in 0..n {
            rows.extend(0..=column);
            values.extend_from_slice(&matrix[column * n..=column * n + column]);
            pointers.push(rows.len());
        }
        let quadratic = CscMatrix::new(n, n, pointers, rows, values);
        let mut constraint = CscMatrix::identity(n);
        constraint.negate();
        let cones: [SupportedConeT<f64>; 1] = [NonnegativeConeT(n)];
        let linear = vec![0.0; n];
        // Feasibility tolerances below 1e-8 make Clarabel give up early (InsufficientProgress);
        // presolve and zero dropping forbid updates.
        let settings = DefaultSettings {
            verbose: false,
            presolve_enable: false,
            input_sparse_dropzeros: false,
            tol_gap_abs: 1e-11,
            tol_gap_rel: 1e-11,
            tol_feas: 1e-8,
            ..DefaultSettings::default()
        };
        let solver = DefaultSolver::new(
            &quadratic,
            &linear,
            &constraint,
            &vec![0.0; n],
            &cones,
            settings,
        )
        .ok()?;
        Some(InteriorPoint { solver, linear })
    }

    /// Solves the program whose right-hand side is b, b_j = `entry(j)`. Writes its primal solution to `x`,
    /// entries not above their slack set to zero; false if Clarabel returned nothing finite.
    #[inline(never)]
    pub fn solve(&mut self, entry: &dyn Fn(usize) -> f64, x: &mut [f64]) -> bool {
        for (j, linear) in self.linear.iter_mut().enumerate() {
            *linear = -entry(j);
        }
        if self.solver.update_q(&self.linear).is_err() {
            return false;
        }
        self.solver.solve();
        let solution = &self.solver.solution;
        for ((value, &primal), &dual) in x.iter_mut().zip(&solution.x).zip(&solution.z) {
            *value = if primal > dual { primal } else { 0.0 };
        }
        x.iter().all(|value| value.is_finite())
    }
}
