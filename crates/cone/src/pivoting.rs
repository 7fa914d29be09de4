//! Block principal pivoting for many right-hand sides.
//!
//! Kim and Park, "Fast nonnegative matrix factorization: an active-set-like method and
//! comparisons" (SIAM J. Sci. Comput. 33, 2011), after Portugal, Judice and Vicente (1994): guess
//! the passive set Q = {x > 0}, solve on it, exchange every variable whose sign is wrong, repeat.
//! Two departures. A program whose count of wrong signs stops falling is handed to Lawson-Hanson
//! instead of being pivoted one variable at a time, because near-duplicate rows make the latter
//! run for ever. And when Q is the larger part, the system is solved on its complement through
//! C^-1.

use crate::equilibrated::Equilibrated;
use crate::programs::RightHandSides;
use dualcone_dense::{Cholesky, padded};
use dualcone_dense::{PassiveSets, exchange, split};
use dualcone_dense::{add_rows, add_scaled, max_abs, sum_abs};
use dualcone_threads::{Parts, Threads};

/// Rounds of exchanges before what is left goes to Lawson-Hanson.
const ROUNDS: usize = 30;
/// Exchanges that may fail to lower the count of wrong signs.
const PATIENCE: u8 = 3;
/// Signs are judged up to this multiple of sizes times the square root of C's least eigenvalue,
/// because the error a wrong sign leaves in the direction grows with that root's inverse ...
const SIGN_TOLERANCE: f64 = 1e-11;
/// ... but never below these multiples, which are rounding.
const LEAST_SIGN_TOLERANCE: f64 = 1e-15;
/// Solve on the complement when it is smaller than this part of the passive set.
const COMPLEMENT_SHARE: f64 = 0.9;

/// State of block principal pivoting, in memory planned for m programs of m variables.
#[derive(Clone, Debug)]
pub(crate) struct Pivoting {
    /// The current passive sets: the start before a call, the outcome after it.
    pub sets: PassiveSets,
    /// Programs that did not settle, in increasing order.
    pub stubborn: Vec<u32>,
    fewest: Vec<u32>,
    patience: Vec<u8>,
    pending: Vec<(u64, u32)>,
    /// Ends of the runs of `pending` with equal sets, in this round.
    ends: Vec<u32>,
    /// Wrong signs that this round found, by place in `pending`.
    wrong: Vec<u32>,
    /// One a thread.
    solvers: Vec<SetSolver>,
}

/// Memory for solutions on one passive set.
#[derive(Clone, Debug)]
struct SetSolver {
    inside: Vec<u32>,
    outside: Vec<u32>,
    factor: Cholesky,
    values: Vec<f64>,
    gradient: Vec<f64>,
}

/// The count of wrong signs of a program whose block could not be factored.
const NOT_FACTORED: u32 = u32::MAX;

impl Pivoting {
    pub(crate) fn new(m: usize, threads: usize) -> Self {
        Pivoting {
            sets: PassiveSets::new(m.max(1), m),
            stubborn: Vec::with_capacity(m),
            fewest: vec![0; m.max(1)],
            patience: vec![0; m.max(1)],
            pending: Vec::with_capacity(m.max(1)),
            ends: Vec::with_capacity(m.max(1)),
            wrong: vec![0; m.max(1)],
            solvers: vec![SetSolver::new(m); threads],
        }
    }

    /// Solves every program from the sets in `self.sets`, writing solution p to
    /// `solutions[p * n ..]`. Entries are non-negative only up to the sign tolerance.
    pub(crate) fn solve(
        &mut self,
        equilibrated: &mut Equilibrated,
        programs: RightHandSides<'_>,
        solutions: &mut [f64],
        threads: &Threads,
    ) {
        self.pending.clear();
        self.pending
            .extend((0..programs.count() as u32).map(|p| (0, p)));
        self.run(equilibrated, programs, solutions, ROUNDS, threads);
    }

    /// Solves program p alone from its set, within `rounds` exchanges; false if it did not settle.
    pub(crate) fn solve_one(
        &mut self,
        equilibrated: &mut Equilibrated,
        programs: RightHandSides<'_>,
        p: usize,
        solutions: &mut [f64],
        rounds: usize,
    ) -> bool {
        self.pending.clear();
        self.pending.push((0, p as u32));
        self.run(equilibrated, programs, solutions, rounds, &Threads::one());
        self.stubborn.is_empty()
    }

    fn run(
        &mut self,
        equilibrated: &mut Equilibrated,
        programs: RightHandSides<'_>,
        solutions: &mut [f64],
        rounds: usize,
        threads: &Threads,
    ) {
        self.stubborn.clear();
        for &(_, p) in &self.pending {
            self.fewest[p as usize] = u32::MAX;
            self.patience[p as usize] = PATIENCE;
        }
        for _ in 0..rounds {
            if self.pending.is_empty() {
                break;
            }
            for entry in &mut self.pending {
                entry.0 = self.sets.key(entry.1 as usize);
            }
            self.pending.sort_unstable();
            self.step(equilibrated, programs, solutions, threads);
            let mut kept = 0;
            for k in 0..self.pending.len() {
                let (p, wrong) = (self.pending[k].1 as usize, self.wrong[k]);
                if wrong == 0 {
                    continue;
                }
                if wrong == NOT_FACTORED {
                    self.stubborn.push(p as u32);
                    continue;
                }
                if wrong < self.fewest[p] {
                    self.fewest[p] = wrong;
                    self.patience[p] = PATIENCE;
                } else if self.patience[p] > 0 {
                    self.patience[p] -= 1;
                } else {
                    self.stubborn.push(p as u32);
                    continue;
                }
                self.pending[kept] = (0, p as u32);
                kept += 1;
            }
            self.pending.truncate(kept);
        }
        self.stubborn
            .extend(self.pending.iter().map(|entry| entry.1));
        self.stubborn.sort_unstable();
    }

    /// One round: solves every pending program on its set and exchanges wrong signs. Programs with
    /// equal sets share a factor, and are one thread's.
    fn step(
        &mut self,
        equilibrated: &mut Equilibrated,
        programs: RightHandSides<'_>,
        solutions: &mut [f64],
        threads: &Threads,
    ) {
        let n = equilibrated.order;
        let on_complement = |inside: usize| {
            equilibrated.inverse_usable()
                && ((n - inside) as f64) < COMPLEMENT_SHARE * inside as f64
        };
        let mut inverse_needed = false;
        self.ends.clear();
        for (k, &(_, p)) in self.pending.iter().enumerate() {
            let next = self.pending.get(k + 1);
            let set = self.sets.of(p as usize);
            if next.is_none_or(|&(_, next)| self.sets.of(next as usize) != set) {
                self.ends.push(k as u32 + 1);
                inverse_needed |= on_complement(self.sets.count(p as usize));
            }
        }
        if inverse_needed {
            equilibrated.invert(threads);
        }
        let equilibrated = &*equilibrated;
        let signs = Signs::of(equilibrated);
        let (pending, ends, width) = (&self.pending, &self.ends, self.sets.width());
        let words = Parts::new(self.sets.words_mut());
        let (solutions, solvers) = (Parts::new(solutions), Parts::new(&mut self.solvers));
        let wrong = Parts::new(&mut self.wrong);
        threads.run(ends.len(), &|run, thread| {
            // SAFETY: the solver is this thread's; programs, their sets and solutions are this task's.
            let (solver, set_of) = unsafe {
                let set_of = |p: usize| words.range(p * width..(p + 1) * width);
                (solvers.entry(thread), set_of)
            };
            let start = if run == 0 { 0 } else { ends[run - 1] as usize };
            let places = start..ends[run] as usize;
            split(
                set_of(pending[start].1 as usize),
                n,
                &mut solver.inside,
                &mut solver.outside,
            );
            let complement = equilibrated.inverse_usable()
                && (solver.outside.len() as f64) < COMPLEMENT_SHARE * solver.inside.len() as f64;
            let factored = if complement {
                let inverse = equilibrated.inverse();
                solver.factor.factor_block(inverse, n, &solver.outside)
            } else {
                let matrix = &equilibrated.matrix[..n * n];
                solver.factor.factor_block(matrix, n, &solver.inside)
            };
            for k in places {
                let p = pending[k].1 as usize;
                // SAFETY: likewise.
                let (count, x) = unsafe { (wrong.entry(k), solutions.range(p * n..(p + 1) * n)) };
                if !factored {
                    *count = NOT_FACTORED;
                    continue;
                }
                if complement {
                    solver.solve_on_complement(equilibrated.inverse(), programs, p, x);
                } else {
                    solver.solve(&equilibrated.matrix[..n * n], programs, p, x);
                }
                *count = solver.exchange(programs, p, x, set_of(p), signs);
            }
        });
    }

    /// One step of iterative refinement of a solution, known up to a positive factor when its
    /// right-hand side is a unit vector, on the set of its positive entries.
    pub(crate) fn refine(
        &mut self,
        matrix: &[f64],
        programs: RightHandSides<'_>,
        p: usize,
        x: &mut [f64],
    ) {
        self.sets.assign_positive(p, x);
        self.solvers[0].refine(self.sets.of(p), matrix, programs, p, x);
    }
}

/// How far beyond zero a sign is wrong.
#[derive(Clone, Copy)]
struct Signs {
    tolerance: f64,
}

impl Signs {
    fn of(equilibrated: &Equilibrated) -> Self {
        let tolerance =
            (SIGN_TOLERANCE * equilibrated.least_eigenvalue.sqrt()).max(LEAST_SIGN_TOLERANCE);
        Signs { tolerance }
    }
}

impl SetSolver {
    fn new(m: usize) -> Self {
        SetSolver {
            inside: Vec::with_capacity(m),
            outside: Vec::with_capacity(m),
            factor: Cholesky::with_capacity(m),
            values: vec![0.0; padded(m)],
            gradient: vec![0.0; m],
        }
    }

    /// x_Q = C_QQ^-1 b_Q and y = Cx - b outside Q.
    fn solve(&mut self, matrix: &[f64], programs: RightHandSides<'_>, p: usize, x: &mut [f64]) {
        let n = x.len();
        let order = self.inside.len();
        let values = &mut self.values[..padded(order)];
        values[order..].fill(0.0);
        let first = match programs {
            RightHandSides::Units(indices) => {
                values[..order].fill(0.0);
                let position = self.inside.partition_point(|&j| j < indices[p]);
                values[position] = 1.0;
                position
            }
            RightHandSides::Single(b) => {
                for (value, &j) in values.iter_mut().zip(&self.inside) {
                    *value = b[j as usize];
                }
                0
            }
        };
        self.factor.solve(values, first);
        let values = &values[..order];
        x.fill(0.0);
        for (&value, &j) in values.iter().zip(&self.inside) {
            x[j as usize] = value;
        }
        self.gradient[..n].fill(0.0);
        if order < n {
            add_rows(matrix, n, &self.inside, values, &mut self.gradient[..n]);
            programs.subtract_from(p, &mut self.gradient[..n]);
            for &j in &self.inside {
                self.gradient[j as usize] = 0.0;
            }
        }
    }

    /// y_N = -H_NN^-1 (H b)_N and x = H(b + y) with H = C^-1, N the complement of Q.
    fn solve_on_complement(
        &mut self,
        inverse: &[f64],
        programs: RightHandSides<'_>,
        p: usize,
        x: &mut [f64],
    ) {
        let n = x.len();
        match programs {
            RightHandSides::Units(indices) => {
                x.copy_from_slice(&inverse[indices[p] as usize * n..][..n]);
            }
            RightHandSides::Single(b) => {
                x.fill(0.0);
                for (j, &entry) in b.iter().enumerate() {
                    add_scaled(entry, &inverse[j * n..(j + 1) * n], x);
                }
            }
        }
        self.gradient[..n].fill(0.0);
        let order = self.outside.len();
        if order > 0 {
            let values = &mut self.values[..padded(order)];
            values[order..].fill(0.0);
            for (value, &j) in values.iter_mut().zip(&self.outside) {
                *value = -x[j as usize];
            }
            self.factor.solve(values, 0);
            add_rows(inverse, n, &self.outside, &values[..order], x);
            for (&value, &j) in values.iter().zip(&self.outside) {
                x[j as usize] = 0.0;
                self.gradient[j as usize] = value;
            }
        }
    }

    /// See [`Pivoting::refine`]; `set` is that of the positive entries.
    fn refine(
        &mut self,
        set: &[u64],
        matrix: &[f64],
        programs: RightHandSides<'_>,
        p: usize,
        x: &mut [f64],
    ) {
        let n = x.len();
        split(set, n, &mut self.inside, &mut self.outside);
        if !self.factor.factor_block(matrix, n, &self.inside) {
            return;
        }
        let order = self.inside.len();
        let values = &mut self.values[..padded(order)];
        values[order..].fill(0.0);
        for (value, &j) in values.iter_mut().zip(&self.inside) {
            *value = x[j as usize];
        }
        self.gradient[..n].fill(0.0);
        add_rows(
            matrix,
            n,
            &self.inside,
            &values[..order],
            &mut self.gradient[..n],
        );
        match programs {
            RightHandSides::Units(indices) => self.gradient[indices[p] as usize] = 0.0,
            RightHandSides::Single(b) => add_scaled(-1.0, b, &mut self.gradient[..n]),
        }
        for (value, &j) in values.iter_mut().zip(&self.inside) {
            *value = -self.gradient[j as usize];
        }
        self.factor.solve(values, 0);
        for (&value, &j) in values.iter().zip(&self.inside) {
            x[j as usize] += value;
        }
    }

    /// Exchanges wrong signs in `set` and counts them; x is zero outside Q and the gradient inside.
    fn exchange(
        &self,
        programs: RightHandSides<'_>,
        p: usize,
        x: &[f64],
        set: &mut [u64],
        Signs { tolerance }: Signs,
    ) -> u32 {
        let largest = tolerance * max_abs(x);
        let steepest = tolerance * programs.magnitude(p)
            + (0.01 * tolerance).max(LEAST_SIGN_TOLERANCE) * sum_abs(x);
        let pinned = programs.always_positive(p);
        let gradient = &self.gradient[..x.len()];
        exchange(set, pinned, (x, largest), (gradient, steepest))
    }
}
