//! From solutions of programs to proofs about projections.

use crate::certificate::{Certifier, LowerBound, Proof};
use crate::equilibrated::Equilibrated;
use crate::programs::RightHandSides;
use dualcone_threads::{Parts, Threads};

/// Solutions that a thread proves at a time.
const PROOFS: usize = 8;

/// Memory for proofs.
#[derive(Clone, Debug)]
pub(crate) struct Prover {
    excess: Vec<f64>,
    certifier: Certifier,
}

impl Prover {
    pub(crate) fn new(m: usize) -> Self {
        Prover {
            excess: vec![0.0; m],
            certifier: Certifier::new(m),
        }
    }

    /// Turns solution p into v - l plus, for a unit right-hand side, the unit vector, and proves
    /// it.
    pub(crate) fn prove(
        &mut self,
        equilibrated: &Equilibrated,
        bounds: &Bounds<'_>,
        p: usize,
        x: &mut [f64],
    ) -> Proof {
        let excess = &mut self.excess[..x.len()];
        match bounds.programs {
            RightHandSides::Units(units) => {
                let i = units[p] as usize;
                let own = x[i];
                if own.is_nan() || own <= 0.0 {
                    return Proof::NONE;
                }
                for (value, target) in x.iter_mut().zip(excess.iter_mut()) {
                    *value = positive_part(*value) / own;
                    *target = *value;
                }
                excess[i] = 0.0;
                self.certifier
                    .prove(equilibrated, LowerBound::Unit(i), excess)
            }
            RightHandSides::Single(_) => {
                for (value, target) in x.iter_mut().zip(excess.iter_mut()) {
                    *value = positive_part(*value);
                    *target = *value;
                }
                let bound = LowerBound::Vector(bounds.lower);
                self.certifier.prove(equilibrated, bound, excess)
            }
        }
    }
}

/// Proves every solution.
pub(crate) fn prove_all(
    provers: &mut [Prover],
    equilibrated: &Equilibrated,
    bounds: &Bounds<'_>,
    solutions: &mut [f64],
    proofs: &mut [Proof],
    threads: &Threads,
) {
    let (n, count) = (equilibrated.order, bounds.programs.count());
    let (solutions, proofs) = (Parts::new(solutions), Parts::new(proofs));
    let provers = Parts::new(provers);
    threads.run(count.div_ceil(PROOFS), &|task, thread| {
        for p in task * PROOFS..count.min((task + 1) * PROOFS) {
            // SAFETY: programs are this task's, the prover is this thread's.
            unsafe {
                let x = solutions.range(p * n..(p + 1) * n);
                *proofs.entry(p) = provers.entry(thread).prove(equilibrated, bounds, p, x);
            }
        }
    });
}

/// max(x, 0), and 0 for NaN. `f64::max` may return either zero for equal ones, and does differ
/// between native code and WebAssembly.
fn positive_part(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

/// The programs of a call and what their solutions are added to.
pub(crate) struct Bounds<'a> {
    pub programs: RightHandSides<'a>,
    pub lower: &'a [f64],
}
