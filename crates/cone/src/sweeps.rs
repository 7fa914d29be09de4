//! Projected Gauss-Seidel sweeps, eight programs at a time: a cheap first guess of passive sets.

use crate::programs::RightHandSides;
use dualcone_dense::{LANES, lane_products};
use dualcone_threads::{Parts, Threads};

/// From this order on a third sweep over all variables spares more than it costs.
const THIRD_FROM_ORDER: usize = 192;

/// Memory for the sweeps over programs of up to m variables.
#[derive(Clone, Debug)]
pub(crate) struct Sweeps {
    /// For each thread.
    lanes: Vec<[f64; LANES]>,
}

impl Sweeps {
    pub(crate) fn new(m: usize, threads: usize) -> Self {
        Sweeps {
            lanes: vec![[0.0; LANES]; threads * m],
        }
    }

    /// Writes to `solutions` the non-negative iterate of every program after two or three sweeps from
    /// zero: x_j <- max(0, (b_j - sum over k != j of C_jk x_k) / C_jj).
    pub(crate) fn run(
        &mut self,
        matrix: &[f64],
        n: usize,
        programs: RightHandSides<'_>,
        solutions: &mut [f64],
        threads: &Threads,
    ) {
        let count = programs.count();
        let sweeps = if n < THIRD_FROM_ORDER { 2 } else { 3 };
        let (lanes, solutions) = (Parts::new(&mut self.lanes), Parts::new(solutions));
        threads.run(count.div_ceil(LANES), &|task, thread| {
            // SAFETY: programs are one task's, lanes are one thread's.
            let x = unsafe { lanes.range(thread * n..(thread + 1) * n) };
            let start = task * LANES;
            let width = LANES.min(count - start);
            x.fill([0.0; LANES]);
            for sweep in 0..sweeps {
                for j in 0..n {
                    let row = &matrix[j * n..(j + 1) * n];
                    // In the first sweep the entries after j are still zero.
                    let end = if sweep == 0 { j } else { n };
                    let sums = lane_products(&row[..end], &x[..end]);
                    let diagonal = row[j];
                    let mut next = [0.0; LANES];
                    for lane in 0..width {
                        next[lane] = programs.entry(start + lane, j);
                    }
                    for lane in 0..LANES {
                        let rest = sums[lane] - diagonal * x[j][lane];
                        let value = (next[lane] - rest) / diagonal;
                        next[lane] = if value > 0.0 { value } else { 0.0 };
                    }
                    x[j] = next;
                }
            }
            for lane in 0..width {
                // SAFETY: likewise.
                let target = unsafe { solutions.range((start + lane) * n..(start + lane + 1) * n) };
                for (value, lanes) in target.iter_mut().zip(x.iter()) {
                    *value = lanes[lane];
                }
            }
        });
    }
}
