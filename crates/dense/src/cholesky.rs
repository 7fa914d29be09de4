//! Cholesky factorisation in panels of four rows.
//!
//! Panel p holds rows 4p..4p+4 of the lower factor L, column after column, four rows to a column:
//! entry (4p + r, c) lies at 8 p (p + 1) + 4 c + r. The four rows are the vector lanes of every
//! loop. Orders that are no multiple of four are padded with the identity.

const LANES: usize = 4;
type Lanes = [f64; LANES];

/// A lower Cholesky factor with room for any order up to the one planned.
#[derive(Clone, Debug, Default)]
pub struct Cholesky {
    panels: Vec<f64>,
    inverse_diagonal: Vec<f64>,
    lanes: Vec<Lanes>,
    order: usize,
}

/// Order rounded up to whole panels: the length a right-hand side needs.
pub fn padded(order: usize) -> usize {
    order.div_ceil(LANES) * LANES
}

fn offset(panel: usize) -> usize {
    2 * LANES * panel * (panel + 1)
}

fn lanes(values: &[f64], start: usize) -> Lanes {
    let mut result = [0.0; LANES];
    result.copy_from_slice(&values[start..start + LANES]);
    result
}

/// Subtracts the product of two panels, left times right transposed, from a block of columns.
#[inline(always)]
fn subtract_product(left: &[f64], right: &[f64], acc: &mut [Lanes; LANES]) {
    for (a, b) in left.chunks_exact(LANES).zip(right.chunks_exact(LANES)) {
        for c in 0..LANES {
            for r in 0..LANES {
                acc[c][r] -= a[r] * b[c];
            }
        }
    }
}

impl Cholesky {
    /// Room for a factor of this order.
    pub fn with_capacity(order: usize) -> Self {
        let size = padded(order);
        Cholesky {
            panels: vec![0.0; offset(size / LANES)],
            inverse_diagonal: vec![0.0; size],
            lanes: vec![[0.0; LANES]; size],
            order: 0,
        }
    }

    /// Factors the principal block of a symmetric row-major matrix given by `indices`. False
    /// at the first pivot that is not positive.
    #[inline(never)]
    pub fn factor_block(&mut self, matrix: &[f64], n: usize, indices: &[u32]) -> bool {
        self.order = indices.len();
        for p in 0..padded(self.order) / LANES {
            self.gather(p, matrix, n, indices);
            let (done, rest) = self.panels.split_at_mut(offset(p));
            let panel = &mut rest[..LANES * LANES * (p + 1)];
            for q in 0..p {
                let other = &done[offset(q)..offset(q + 1)];
                let (left, block) = panel.split_at_mut(LANES * LANES * q);
                let block = &mut block[..LANES * LANES];
                let mut acc = [0, 1, 2, 3].map(|c| lanes(block, LANES * c));
                subtract_product(left, &other[..LANES * LANES * q], &mut acc);
                let diagonal = &other[LANES * LANES * q..];
                for c in 0..LANES {
                    let inverse = self.inverse_diagonal[LANES * q + c];
                    for r in 0..LANES {
                        acc[c][r] *= inverse;
                    }
                    for later in c + 1..LANES {
                        let factor = diagonal[LANES * c + later];
                        for r in 0..LANES {
                            acc[later][r] -= acc[c][r] * factor;
                        }
                    }
                }
                for c in 0..LANES {
                    block[LANES * c..LANES * c + LANES].copy_from_slice(&acc[c]);
                }
            }
            let (left, block) = panel.split_at_mut(LANES * LANES * p);
            let mut acc = [0, 1, 2, 3].map(|c| lanes(block, LANES * c));
            subtract_product(left, left, &mut acc);
            for c in 0..LANES {
                let pivot = acc[c][c];
                if pivot.is_nan() || pivot <= 0.0 {
                    return false;
                }
                let root = pivot.sqrt();
                let inverse = 1.0 / root;
                self.inverse_diagonal[LANES * p + c] = inverse;
                acc[c][c] = root;
                for r in 0..c {
                    acc[c][r] = 0.0;
                }
                for r in c + 1..LANES {
                    acc[c][r] *= inverse;
                }
                for later in c + 1..LANES {
                    let factor = acc[c][later];
                    for r in later..LANES {
                        acc[later][r] -= acc[c][r] * factor;
                    }
                }
            }
            for c in 0..LANES {
                block[LANES * c..LANES * c + LANES].copy_from_slice(&acc[c]);
            }
        }
        true
    }

    fn gather(&mut self, p: usize, matrix: &[f64], n: usize, indices: &[u32]) {
        let columns = LANES * (p + 1);
        let panel = &mut self.panels[offset(p)..offset(p) + LANES * columns];
        for r in 0..LANES {
            let row = LANES * p + r;
            if row < indices.len() {
                let source = &matrix[indices[row] as usize * n..][..n];
                let width = columns.min(indices.len());
                for (slot, &index) in panel.chunks_exact_mut(LANES).zip(&indices[..width]) {
                    slot[r] = source[index as usize];
                }
                for slot in panel.chunks_exact_mut(LANES).skip(width) {
                    slot[r] = 0.0;
                }
            } else {
                for (c, slot) in panel.chunks_exact_mut(LANES).enumerate() {
                    slot[r] = if c == row { 1.0 } else { 0.0 };
                }
            }
        }
    }

    /// Solves L y = b in place. `values` has the padded length, zero beyond the order; entries
    /// before `first_nonzero` are known to be zero.
    #[inline(never)]
    pub fn forward(&self, values: &mut [f64], first_nonzero: usize) {
        let first = first_nonzero / LANES;
        for p in first..padded(self.order) / LANES {
            let panel = &self.panels[offset(p)..offset(p + 1)];
            let (before, block) = values.split_at_mut(LANES * p);
            let mut sums = [[0.0; LANES]; LANES];
            let skipped = LANES * first;
            let columns = panel[LANES * skipped..LANES * LANES * p].chunks_exact(LANES * LANES);
            for (group, y) in columns.zip(before[skipped..].chunks_exact(LANES)) {
                for k in 0..LANES {
                    for r in 0..LANES {
                        sums[k][r] += group[LANES * k + r] * y[k];
                    }
                }
            }
            let mut acc = lanes(block, 0);
            for r in 0..LANES {
                acc[r] -= (sums[0][r] + sums[1][r]) + (sums[2][r] + sums[3][r]);
            }
            for c in 0..LANES {
                acc[c] *= self.inverse_diagonal[LANES * p + c];
                for r in c + 1..LANES {
                    acc[r] -= panel[LANES * (LANES * p + c) + r] * acc[c];
                }
            }
            block[..LANES].copy_from_slice(&acc);
        }
    }

    /// Solves L' x = y in place; `values` and `sums` have the padded length, and `sums` holds nothing
    /// between calls.
    #[inline(never)]
    fn backward(&self, values: &mut [f64], sums: &mut [[f64; 4]]) {
        let size = padded(self.order);
        sums[..size].fill([0.0; LANES]);
        for p in (0..size / LANES).rev() {
            let panel = &self.panels[offset(p)..offset(p + 1)];
            let mut x = lanes(values, LANES * p);
            for r in 0..LANES {
                let [a, b, c, d] = sums[LANES * p + r];
                x[r] -= (a + c) + (b + d);
            }
            for r in (0..LANES).rev() {
                for below in r + 1..LANES {
                    x[r] -= panel[LANES * (LANES * p + r) + below] * x[below];
                }
                x[r] *= self.inverse_diagonal[LANES * p + r];
            }
            values[LANES * p..LANES * p + LANES].copy_from_slice(&x);
            let columns = panel[..LANES * LANES * p].chunks_exact(LANES);
            for (sum, column) in sums[..LANES * p].iter_mut().zip(columns) {
                for r in 0..LANES {
                    sum[r] += column[r] * x[r];
                }
            }
        }
    }

    /// Solves L L' x = b in place; see [`Cholesky::forward`] for the layout.
    pub fn solve(&mut self, values: &mut [f64], first_nonzero: usize) {
        let mut sums = std::mem::take(&mut self.lanes);
        self.solve_with(values, first_nonzero, &mut sums);
        self.lanes = sums;
    }

    /// [`Cholesky::solve`] with scratch of the caller's, of the padded length: several threads may share
    /// a factor.
    pub fn solve_with(&self, values: &mut [f64], first_nonzero: usize, sums: &mut [[f64; 4]]) {
        self.forward(values, first_nonzero);
        self.backward(values, sums);
    }
}
