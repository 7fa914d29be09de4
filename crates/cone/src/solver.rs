//! The reusable solver and its options.

use crate::certificate::{Certificate, Certifier, Proof};
use crate::equilibrated::Equilibrated;
use crate::lawson_hanson::LawsonHanson;
use crate::pivoting::Pivoting;
use crate::programs::RightHandSides;
use crate::prover::{Bounds, Prover, prove_all};
use crate::ridge::Ridge;
use crate::sweeps::Sweeps;
use dualcone_interior_point::InteriorPoint;
use dualcone_threads::Threads;

/// From this order on, Gauss-Seidel sweeps choose the first passive sets.
const SWEEP_FROM_ORDER: usize = 64;
/// From this order on, threads share the programs.
const SHARE_FROM_ORDER: usize = 64;
/// Exchanges that may turn an interior point into a vertex solution.
const POLISH_ROUNDS: usize = 10;

/// Which algorithm solves the programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Solver {
    /// Block principal pivoting, with Lawson-Hanson for programs that do not settle and Clarabel
    /// for those that cannot be certified otherwise.
    #[default]
    Pivoting,
    /// Clarabel for every program, then a polish of the active set it finds.
    Clarabel,
}

/// How weights are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Options {
    /// The ridge; `Ridge::Trace(1e-4)` by default.
    pub ridge: Ridge,
    /// The algorithm; pivoting by default.
    pub solver: Solver,
    /// Start from the passive sets of the solver's previous call of the same kind, if its rows
    /// correspond; off by default. Worth it when Gramians change little from call to call. The
    /// solutions agree to the certificate, not to the bit.
    pub warm: bool,
}

/// What the stored passive sets belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Nothing,
    Upgrad,
    Dualproj,
}

/// Who solved a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Pivoting,
    LawsonHanson,
    Clarabel,
}

/// What can be tried on a program without proof.
#[derive(Clone, Copy, Debug)]
enum Attempt {
    /// One step of iterative refinement.
    Refinement,
    /// Lawson-Hanson from nothing.
    LawsonHanson,
    /// Clarabel and polish.
    Clarabel,
}

/// Computes weights of m objectives from their Gramian, call after call, in memory planned once.
///
/// A call on the pivoting path allocates nothing; Clarabel allocates wherever it runs. The outcome
/// does not depend on earlier calls unless [`Options::warm`] is set.
///
/// ```
/// use dualcone_cone::{DualConeSolver, Options, Ridge, Status};
/// let mut solver = DualConeSolver::new(2);
/// let mut weights = [0.0; 2];
/// let options = Options { ridge: Ridge::None, ..Options::default() };
/// let gramian = [18.0, -22.0, -22.0, 38.0];
/// let certificate = solver.upgrad(&gramian, None, &options, &mut weights)?;
/// assert_eq!(certificate.status, Status::Certified);
/// assert!((weights[0] - 10.0 / 9.0).abs() < 1e-12);
/// # Ok::<(), dualcone_cone::ConeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DualConeSolver {
    pub(crate) objectives: usize,
    pub(crate) equilibrated: Equilibrated,
    pub(crate) uniform: Vec<f64>,
    pub(crate) solutions: Vec<f64>,
    pub(crate) units: Vec<u32>,
    pub(crate) lower: Vec<f64>,
    pub(crate) right: Vec<f64>,
    pub(crate) excess: Vec<f64>,
    candidate: Vec<f64>,
    best: Vec<f64>,
    methods: Vec<Method>,
    pivoting: Pivoting,
    sweeps: Sweeps,
    lawson_hanson: LawsonHanson,
    pub(crate) certifier: Certifier,
    threads: Threads,
    provers: Vec<Prover>,
    proofs: Vec<Proof>,
    warm_family: Family,
    warm_rows: Vec<u32>,
    warm_units: Vec<u32>,
}

impl DualConeSolver {
    /// A solver for m objectives; it holds about 5 m^2 numbers.
    pub fn new(m: usize) -> Self {
        Self::on_threads(m, Threads::one())
    }

    /// [`DualConeSolver::new`] for several threads, which share the programs of UPGrad from 64
    /// objectives on; each holds another m^2 numbers. No bit depends on them.
    #[inline(never)]
    pub fn on_threads(m: usize, threads: Threads) -> Self {
        let threads = threads.at_most(if m < SHARE_FROM_ORDER { 1 } else { m });
        let count = threads.count();
        DualConeSolver {
            objectives: m,
            equilibrated: Equilibrated::new(m, count),
            uniform: vec![1.0 / m.max(1) as f64; m],
            solutions: vec![0.0; m * m],
            units: Vec::with_capacity(m),
            lower: vec![0.0; m],
            right: vec![0.0; m],
            excess: vec![0.0; m],
            candidate: vec![0.0; m],
            best: vec![0.0; m],
            methods: vec![Method::Pivoting; m.max(1)],
            pivoting: Pivoting::new(m, count),
            sweeps: Sweeps::new(m, count),
            lawson_hanson: LawsonHanson::new(m),
            certifier: Certifier::new(m),
            provers: vec![Prover::new(m); count],
            proofs: vec![Proof::NONE; m.max(1)],
            threads,
            warm_family: Family::Nothing,
            warm_rows: Vec::with_capacity(m),
            warm_units: Vec::with_capacity(m),
        }
    }

    /// How many threads may share the programs.
    pub fn threads(&self) -> usize {
        self.threads.count()
    }

    /// The number of objectives the memory is planned for.
    pub fn objectives(&self) -> usize {
        self.objectives
    }

    /// Solves every program of the assembled matrix into `self.solutions` and proves each one.
    /// `self.units` (UPGrad) or `self.right` and `self.lower` (DualProj) hold the data.
    pub(crate) fn solve_programs(
        &mut self,
        family: Family,
        options: &Options,
        certificate: &mut Certificate,
    ) {
        let n = self.equilibrated.order;
        certificate.extra_ridge = self.equilibrated.extra_ridge;
        let units = std::mem::take(&mut self.units);
        let right = std::mem::take(&mut self.right);
        let lower = std::mem::take(&mut self.lower);
        let programs = match family {
            Family::Dualproj => RightHandSides::Single(&right[..n]),
            _ => RightHandSides::Units(&units),
        };
        let bounds = Bounds {
            programs,
            lower: &lower[..n],
        };
        let mut interior_point = None;
        match options.solver {
            Solver::Pivoting => {
                let warm = options.warm
                    && self.warm_family == family
                    && self.warm_rows == self.equilibrated.rows
                    && self.warm_units == units;
                self.solve_by_pivoting(programs, warm);
            }
            Solver::Clarabel => {
                for p in 0..programs.count() {
                    self.solve_by_clarabel(programs, p, &mut interior_point);
                }
            }
        }
        prove_all(
            &mut self.provers,
            &self.equilibrated,
            &bounds,
            &mut self.solutions,
            &mut self.proofs,
            &self.threads,
        );
        for p in 0..programs.count() {
            let mut proof = self.proofs[p];
            if !proof.holds() {
                let attempts: &[Attempt] = match options.solver {
                    Solver::Pivoting => &[
                        Attempt::Refinement,
                        Attempt::LawsonHanson,
                        Attempt::Clarabel,
                    ],
                    Solver::Clarabel => &[Attempt::Refinement],
                };
                proof = self.fall_back(&bounds, p, proof, attempts, &mut interior_point);
            }
            certificate.record(proof);
            match self.methods[p] {
                Method::Pivoting => certificate.pivoting += 1,
                Method::LawsonHanson => certificate.lawson_hanson += 1,
                Method::Clarabel => certificate.clarabel += 1,
            }
        }
        self.warm_family = family;
        self.warm_rows.clone_from(&self.equilibrated.rows);
        self.warm_units.clone_from(&units);
        self.units = units;
        self.right = right;
        self.lower = lower;
    }

    fn solve_by_pivoting(&mut self, programs: RightHandSides<'_>, warm: bool) {
        let n = self.equilibrated.order;
        if !warm {
            self.choose_start(programs);
        }
        let solutions = &mut self.solutions[..programs.count() * n];
        self.methods[..programs.count()].fill(Method::Pivoting);
        self.pivoting
            .solve(&mut self.equilibrated, programs, solutions, &self.threads);
        for k in 0..self.pivoting.stubborn.len() {
            let p = self.pivoting.stubborn[k] as usize;
            let x = &mut solutions[p * n..(p + 1) * n];
            let matrix = &self.equilibrated.matrix[..n * n];
            self.lawson_hanson
                .solve(matrix, n, programs, p, Some(&self.pivoting.sets), x);
            self.pivoting.sets.assign_positive(p, x);
            self.methods[p] = Method::LawsonHanson;
        }
    }

    /// Q = {j : C_ij < 0} and i for a unit right-hand side, {b > 0} for any other; from order 64
    /// on, the positive entries after a few Gauss-Seidel sweeps.
    fn choose_start(&mut self, programs: RightHandSides<'_>) {
        let n = self.equilibrated.order;
        let matrix = &self.equilibrated.matrix[..n * n];
        let sweep = n >= SWEEP_FROM_ORDER;
        if sweep {
            self.sweeps
                .run(matrix, n, programs, &mut self.solutions, &self.threads);
        }
        for p in 0..programs.count() {
            let sets = &mut self.pivoting.sets;
            if sweep {
                sets.assign_positive(p, &self.solutions[p * n..(p + 1) * n]);
            } else {
                sets.clear(p);
                for j in 0..n {
                    let inside = match programs {
                        RightHandSides::Units(units) => matrix[units[p] as usize * n + j] < 0.0,
                        RightHandSides::Single(b) => b[j] > 0.0,
                    };
                    if inside {
                        sets.insert(p, j);
                    }
                }
            }
            if let Some(i) = programs.always_positive(p) {
                sets.insert(p, i);
            }
        }
    }

    /// Clarabel, then an active-set polish from what it finds: a few exchanges, or Lawson-Hanson
    /// where they do not settle.
    fn solve_by_clarabel(
        &mut self,
        programs: RightHandSides<'_>,
        p: usize,
        interior_point: &mut Option<InteriorPoint>,
    ) {
        let n = self.equilibrated.order;
        self.methods[p] = Method::Clarabel;
        if interior_point.is_none() {
            *interior_point = InteriorPoint::new(&self.equilibrated.matrix[..n * n], n);
        }
        let x = &mut self.candidate[..n];
        let answered = match interior_point {
            Some(solver) => solver.solve(&|j| programs.entry(p, j), x),
            None => false,
        };
        if !answered {
            x.fill(0.0);
        }
        self.pivoting.sets.assign_positive(p, x);
        if let Some(i) = programs.always_positive(p) {
            self.pivoting.sets.insert(p, i);
        }
        let polished = self.pivoting.solve_one(
            &mut self.equilibrated,
            programs,
            p,
            &mut self.solutions,
            POLISH_ROUNDS,
        );
        if polished {
            return;
        }
        let matrix = &self.equilibrated.matrix[..n * n];
        let x = &mut self.solutions[p * n..(p + 1) * n];
        let start = Some(&self.pivoting.sets);
        if !self.lawson_hanson.solve(matrix, n, programs, p, start, x) {
            x.copy_from_slice(&self.candidate[..n]);
        }
    }

    fn prove(&mut self, bounds: &Bounds<'_>, p: usize) -> Proof {
        let n = self.equilibrated.order;
        let x = &mut self.solutions[p * n..(p + 1) * n];
        self.provers[0].prove(&self.equilibrated, bounds, p, x)
    }

    /// Makes the attempts in turn until the proof holds; keeps the best.
    fn fall_back(
        &mut self,
        bounds: &Bounds<'_>,
        p: usize,
        first: Proof,
        attempts: &[Attempt],
        interior_point: &mut Option<InteriorPoint>,
    ) -> Proof {
        let n = self.equilibrated.order;
        let programs = bounds.programs;
        let mut best = (first, self.methods[p]);
        self.best[..n].copy_from_slice(&self.solutions[p * n..(p + 1) * n]);
        for attempt in attempts {
            match attempt {
                Attempt::Refinement => {
                    let x = &mut self.solutions[p * n..(p + 1) * n];
                    self.pivoting
                        .refine(&self.equilibrated.matrix[..n * n], programs, p, x);
                }
                Attempt::LawsonHanson => {
                    let x = &mut self.solutions[p * n..(p + 1) * n];
                    let matrix = &self.equilibrated.matrix[..n * n];
                    self.lawson_hanson.solve(matrix, n, programs, p, None, x);
                    self.methods[p] = Method::LawsonHanson;
                }
                Attempt::Clarabel => self.solve_by_clarabel(programs, p, interior_point),
            }
            let proof = self.prove(bounds, p);
            if proof.holds() || proof.residual < best.0.residual {
                best = (proof, self.methods[p]);
                self.best[..n].copy_from_slice(&self.solutions[p * n..(p + 1) * n]);
            }
            if proof.holds() {
                break;
            }
        }
        let x = &mut self.solutions[p * n..(p + 1) * n];
        x.copy_from_slice(&self.best[..n]);
        self.pivoting.sets.assign_positive(p, x);
        self.methods[p] = best.1;
        best.0
    }
}
