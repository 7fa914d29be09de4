//! The row-equilibrated Gramian.
//!
//! With G the regularised Gramian without its zero rows and D = sqrt(diag G), every program is
//! solved in C = D^-1 G D^-1, whose diagonal is 1: it is the Gramian of the rows scaled to unit
//! length. Scaling rows does not change which of them conflict, and it takes the spread of their
//! norms (30 decades and more) out of the conditioning.

use crate::error::ConeError;
use crate::ridge::Ridge;
use dualcone_dense::{Cholesky, padded};
use dualcone_dense::{dot, max_abs};
use dualcone_threads::{Parts, Threads};

/// The least eigenvalue of C wanted is the larger of these, the second times the order: rounding
/// then leaves errors of about 1e-9 in a direction, and so does a ridge of that size.
const LEAST_EIGENVALUE: f64 = 1e-11;
const LEAST_EIGENVALUE_PER_ROW: f64 = 2e-13;
/// The factor from one ridge tried on C to the next.
const RIDGE_GROWTH: f64 = 10.0;
/// C^-1 is used only where the least eigenvalue promises about eleven good digits.
const LEAST_EIGENVALUE_FOR_INVERSE: f64 = 1e-5;
/// Steps of inverse iteration behind the estimate of that eigenvalue.
const INVERSE_ITERATIONS: usize = 2;
/// Columns of C^-1 that a thread computes at a time.
const COLUMNS: usize = 8;
const GOLDEN_SECTION: f64 = 0.618_033_988_749_895;

/// C, its scale and its Cholesky factor, in memory planned for m rows.
#[derive(Clone, Debug)]
pub(crate) struct Equilibrated {
    /// Number of rows with a positive diagonal entry; the order of `matrix`.
    pub order: usize,
    /// Those rows' indices in the Gramian.
    pub rows: Vec<u32>,
    /// D: the lengths of the rows, under a trace ridge up to a common power of two.
    pub scale: Vec<f64>,
    /// C plus the extra ridge, row-major, order x order.
    pub matrix: Vec<f64>,
    /// C has no negative entry: no two rows conflict.
    pub conflict_free: bool,
    /// What escalation added to the diagonal of C, 0 in the ordinary case.
    pub extra_ridge: f64,
    /// The factor of `matrix`.
    pub factor: Cholesky,
    /// An estimate of the least eigenvalue of `matrix`, from above.
    pub least_eigenvalue: f64,
    inverse: Vec<f64>,
    inverse_ready: bool,
    /// A column for each thread, and scratch to solve for it.
    columns: Vec<f64>,
    sums: Vec<[f64; 4]>,
    /// 0, 1, ..., m - 1.
    pub identity: Vec<u32>,
}

/// The power of two that brings a positive finite `value` into [1, 2), as far as it is a normal
/// number itself.
pub(crate) fn normalising_power(value: f64) -> f64 {
    let exponent = ((value.to_bits() >> 52) & 0x7ff).clamp(1, 2045);
    f64::from_bits((2046 - exponent) << 52)
}

impl Equilibrated {
    pub(crate) fn new(m: usize, threads: usize) -> Self {
        Equilibrated {
            order: 0,
            rows: Vec::with_capacity(m),
            scale: Vec::with_capacity(m),
            matrix: vec![0.0; m * m],
            conflict_free: false,
            extra_ridge: 0.0,
            factor: Cholesky::with_capacity(m),
            least_eigenvalue: 0.0,
            inverse: vec![0.0; m * m],
            inverse_ready: false,
            columns: vec![0.0; threads * padded(m)],
            sums: vec![[0.0; 4]; threads * padded(m)],
            identity: (0..m as u32).collect(),
        }
    }

    /// Builds and factors C from a validated m x m Gramian.
    pub(crate) fn assemble(
        &mut self,
        gramian: &[f64],
        m: usize,
        ridge: Ridge,
    ) -> Result<(), ConeError> {
        self.arrange(gramian, m, ridge, 0);
        if self.conflict_free {
            Ok(())
        } else {
            self.factor_with_escalation()
        }
    }

    /// Builds C from the rows of a validated m x m Gramian from `first` on, without factoring it.
    pub(crate) fn arrange(&mut self, gramian: &[f64], m: usize, ridge: Ridge, first: usize) {
        self.rows.clear();
        self.rows
            .extend((first as u32..m as u32).filter(|&i| gramian[i as usize * (m + 1)] > 0.0));
        self.order = self.rows.len();
        self.inverse_ready = false;
        self.extra_ridge = 0.0;
        self.conflict_free = true;
        let unit = self.set_scale(gramian, m, ridge);
        self.set_entries(gramian, m, unit);
    }

    /// Fills D and returns the factor every entry of the Gramian is multiplied by. Under a trace
    /// ridge that factor is a power of two which makes the outcome independent, bit for bit, of
    /// any power of two in front of the Gramian, and keeps the trace finite.
    fn set_scale(&mut self, gramian: &[f64], m: usize, ridge: Ridge) -> f64 {
        let diagonal = |i: u32| gramian[i as usize * (m + 1)];
        self.scale.clear();
        match ridge {
            Ridge::Trace(epsilon) if epsilon > 0.0 => {
                let largest = self
                    .rows
                    .iter()
                    .fold(0.0, |most: f64, &i| most.max(diagonal(i)));
                let unit = normalising_power(largest);
                let trace: f64 = self.rows.iter().map(|&i| diagonal(i) * unit).sum();
                self.scale.extend(
                    self.rows
                        .iter()
                        .map(|&i| (diagonal(i) * unit + epsilon * trace).sqrt()),
                );
                unit
            }
            Ridge::Diagonal(epsilon) => {
                let root = (1.0 + epsilon).sqrt();
                self.scale
                    .extend(self.rows.iter().map(|&i| diagonal(i).sqrt() * root));
                1.0
            }
            Ridge::Trace(_) | Ridge::None => {
                self.scale
                    .extend(self.rows.iter().map(|&i| diagonal(i).sqrt()));
                1.0
            }
        }
    }

    fn set_entries(&mut self, gramian: &[f64], m: usize, unit: f64) {
        let n = self.order;
        let mut least: f64 = 0.0;
        for p in 0..n {
            let row = &gramian[self.rows[p] as usize * m..][..m];
            for q in 0..p {
                let (i, j) = (self.rows[p] as usize, self.rows[q] as usize);
                let above = gramian[j * m + i];
                let entry = if row[j] == above {
                    above
                } else {
                    0.5 * row[j] + 0.5 * above
                };
                let entry = entry * unit / self.scale[p] / self.scale[q];
                self.matrix[p * n + q] = entry;
                self.matrix[q * n + p] = entry;
                least = least.min(entry);
            }
            self.matrix[p * n + p] = 1.0;
        }
        self.conflict_free = least >= 0.0;
    }

    /// Factors C, with as small a ridge as makes that stable.
    pub(crate) fn factor_with_escalation(&mut self) -> Result<(), ConeError> {
        let n = self.order;
        let wanted = LEAST_EIGENVALUE.max(LEAST_EIGENVALUE_PER_ROW * n as f64);
        loop {
            let indices = &self.identity[..n];
            if self.factor.factor_block(&self.matrix[..n * n], n, indices) {
                self.least_eigenvalue = self.estimate_least_eigenvalue();
                if self.least_eigenvalue >= 0.5 * wanted {
                    return Ok(());
                }
            }
            self.extra_ridge = (self.extra_ridge * RIDGE_GROWTH).max(wanted);
            if self.extra_ridge > 1.0 {
                let rule = "it must be at most 1 times the squared norms; \
                            the Gramian is far from positive semi-definite";
                return Err(ConeError::new(
                    "the ridge that makes the Gramian factorable",
                    self.extra_ridge,
                    rule,
                ));
            }
            for p in 0..n {
                self.matrix[p * n + p] = 1.0 + self.extra_ridge;
            }
        }
    }

    /// Writes l = Du times a power of two that brings its largest entry near 1, and returns that
    /// power.
    pub(crate) fn set_lower_bound(&self, preference: &[f64], lower: &mut [f64]) -> f64 {
        for (j, entry) in lower.iter_mut().enumerate() {
            *entry = preference[self.rows[j] as usize] * self.scale[j];
        }
        let largest = max_abs(lower);
        let unit = if largest > 0.0 {
            normalising_power(largest)
        } else {
            1.0
        };
        lower.iter_mut().for_each(|entry| *entry *= unit);
        unit
    }

    /// Rayleigh quotient after a few steps of inverse iteration from a fixed, irregular vector.
    fn estimate_least_eigenvalue(&mut self) -> f64 {
        let n = self.order;
        let column = &mut self.columns[..padded(n)];
        column.fill(0.0);
        let mut phase = 0.5;
        for entry in &mut column[..n] {
            phase += GOLDEN_SECTION;
            phase -= f64::from(u8::from(phase >= 1.0));
            *entry = phase - 0.5;
        }
        let mut eigenvalue = 1.0;
        for _ in 0..INVERSE_ITERATIONS {
            let before = dot(column, column).sqrt();
            column.iter_mut().for_each(|entry| *entry /= before);
            self.factor.solve(column, 0);
            eigenvalue = 1.0 / dot(column, column).sqrt();
        }
        eigenvalue
    }

    /// Whether the inverse is accurate enough, and worth it, to solve with.
    pub(crate) fn inverse_usable(&self) -> bool {
        self.order >= 8 && self.least_eigenvalue >= LEAST_EIGENVALUE_FOR_INVERSE
    }

    /// Computes C^-1, unless that was done since the last assembly.
    pub(crate) fn invert(&mut self, threads: &Threads) {
        let n = self.order;
        if self.inverse_ready {
            return;
        }
        let factor = &self.factor;
        let (width, columns) = (padded(n), Parts::new(&mut self.columns));
        let sums = Parts::new(&mut self.sums);
        let inverse = Parts::new(&mut self.inverse);
        threads.run(n.div_ceil(COLUMNS), &|task, thread| {
            // SAFETY: columns are one task's, scratch is one thread's.
            let (column, sums) = unsafe {
                let own = thread * width..(thread + 1) * width;
                (columns.range(own.clone()), sums.range(own))
            };
            for i in task * COLUMNS..n.min((task + 1) * COLUMNS) {
                column.fill(0.0);
                column[i] = 1.0;
                factor.solve_with(column, i, sums);
                // SAFETY: likewise.
                let row = unsafe { inverse.range(i * n..(i + 1) * n) };
                row.copy_from_slice(&column[..n]);
            }
        });
        self.inverse_ready = true;
    }

    /// C^-1, row-major; [`Equilibrated::invert`] comes before.
    pub(crate) fn inverse(&self) -> &[f64] {
        debug_assert!(self.inverse_ready);
        &self.inverse[..self.order * self.order]
    }
}
