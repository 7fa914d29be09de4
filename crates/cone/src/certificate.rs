//! A rigorous bound on the error of every projection.
//!
//! Let v >= l be a candidate for argmin v'Gv over v >= l, s = Gv, and r_j = s_j where v_j > l_j,
//! min(s_j, 0) elsewhere. Then v solves exactly the program whose gradient is shifted by r, and
//! strong monotonicity gives ||J'(v - v*)|| <= ||v - v*||_G <= ||r||_{G^-1} = ||L^-1 D^-1 r||,
//! with L the Cholesky factor of C = D^-1 G D^-1. Nothing is assumed about how v was found.
//! Everything below is in equilibrated units: v stands for D v and s for D^-1 s.

use crate::equilibrated::Equilibrated;
use crate::ridge::Ridge;
use dualcone_dense::padded;
use dualcone_dense::{add_rows, dot};

/// Largest [`Certificate::residual`] of certified weights.
pub const RESIDUAL_LIMIT: f64 = 1e-8;
/// Largest [`Certificate::worst_conflict`] of certified weights.
pub const CONFLICT_LIMIT: f64 = 1e-9;
/// Below this share of what was projected, a projection counts as zero and its error is measured
/// against what was projected.
const VANISHING: f64 = 1e-2;

/// Whether every projection of a call is proved accurate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Every residual is at most 1e-8 and every conflict at most 1e-9.
    Certified,
    /// Some projection is not: the weights are the best found, and the certificate says how good.
    Uncertified,
}

/// What is proved about the weights of one call.
///
/// G is the Gramian with its ridge, ||v||_G = sqrt(v'Gv) = ||J'v||, and v_p the solution of
/// projection p. Both measures are relative to ||v_p||_G; where that is below 1e-2 of the length
/// of the vector that was projected (the projection is zero for practical purposes, as at a
/// Pareto-stationary point), they are relative to that length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certificate {
    /// Whether both limits hold for every projection.
    pub status: Status,
    /// Worst bound on ||J'(v_p - v_p*)||, relative; v_p* is the exact solution.
    pub residual: f64,
    /// Worst -(G v_p)_j / sqrt(G_jj) over rows j, relative, at least 0.
    pub worst_conflict: f64,
    /// The ridge that was asked for.
    pub ridge: Ridge,
    /// What was added beyond it, as a multiple of every G_jj, because the Gramian was singular or
    /// indefinite to working precision. Ordinarily 0.
    pub extra_ridge: f64,
    /// Projections in the call: the objectives with a positive preference for UPGrad, 1 for
    /// DualProj.
    pub projections: usize,
    /// Of those, certified.
    pub certified: usize,
    /// Of those, needing no solve: a zero row, or no conflict at all.
    pub trivial: usize,
    /// Of those, solved by block principal pivoting.
    pub pivoting: usize,
    /// Of those, solved by Lawson-Hanson.
    pub lawson_hanson: usize,
    /// Of those, solved by Clarabel.
    pub clarabel: usize,
}

impl Certificate {
    pub(crate) fn new(ridge: Ridge, projections: usize) -> Self {
        Certificate {
            status: Status::Certified,
            residual: 0.0,
            worst_conflict: 0.0,
            ridge,
            extra_ridge: 0.0,
            projections,
            certified: projections,
            trivial: 0,
            pivoting: 0,
            lawson_hanson: 0,
            clarabel: 0,
        }
    }

    pub(crate) fn record(&mut self, proof: Proof) {
        self.residual = self.residual.max(proof.residual);
        self.worst_conflict = self.worst_conflict.max(proof.conflict);
        if !proof.holds() {
            self.certified -= 1;
            self.status = Status::Uncertified;
        }
    }
}

/// What is proved about one projection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proof {
    pub residual: f64,
    pub conflict: f64,
}

impl Proof {
    /// Nothing is proved.
    pub(crate) const NONE: Proof = Proof {
        residual: f64::INFINITY,
        conflict: f64::INFINITY,
    };

    pub(crate) fn holds(&self) -> bool {
        self.residual <= RESIDUAL_LIMIT && self.conflict <= CONFLICT_LIMIT
    }
}

/// The lower bound l of a projection, in equilibrated units.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LowerBound<'a> {
    /// The unit vector of one row.
    Unit(usize),
    /// Any non-negative vector.
    Vector(&'a [f64]),
}

/// Memory for certifying projections of up to m rows.
#[derive(Clone, Debug)]
pub(crate) struct Certifier {
    gradient: Vec<f64>,
    indices: Vec<u32>,
    values: Vec<f64>,
    position: Vec<f64>,
}

impl Certifier {
    pub(crate) fn new(m: usize) -> Self {
        Certifier {
            gradient: vec![0.0; padded(m)],
            indices: Vec::with_capacity(m),
            values: Vec::with_capacity(m),
            position: vec![0.0; m],
        }
    }

    /// Proves what holds for v = l + excess, excess >= 0.
    pub(crate) fn prove(
        &mut self,
        equilibrated: &Equilibrated,
        bound: LowerBound<'_>,
        excess: &[f64],
    ) -> Proof {
        let n = equilibrated.order;
        let v = &mut self.position[..n];
        v.copy_from_slice(excess);
        let projected = match bound {
            LowerBound::Unit(i) => {
                v[i] += 1.0;
                1.0
            }
            LowerBound::Vector(lower) => {
                for (value, &entry) in v.iter_mut().zip(lower) {
                    *value += entry;
                }
                lower.iter().sum()
            }
        };
        self.indices.clear();
        self.values.clear();
        for (j, &value) in v.iter().enumerate() {
            if value != 0.0 {
                self.indices.push(j as u32);
                self.values.push(value);
            }
        }
        self.gradient[..padded(n)].fill(0.0);
        let gradient = &mut self.gradient[..n];
        add_rows(
            &equilibrated.matrix[..n * n],
            n,
            &self.indices,
            &self.values,
            gradient,
        );
        let squared = dot(v, gradient);
        let norm = if squared > 0.0 { squared.sqrt() } else { 0.0 };
        let size = if norm > VANISHING * projected {
            norm
        } else {
            projected
        };
        let mut least: f64 = 0.0;
        for (slope, &free) in gradient.iter_mut().zip(excess) {
            if *slope < least {
                least = *slope;
            }
            if free <= 0.0 && *slope >= 0.0 {
                *slope = 0.0;
            }
        }
        let residual = &mut self.gradient[..padded(n)];
        equilibrated.factor.forward(residual, 0);
        let error = dot(residual, residual).sqrt();
        let residual = error / size;
        // NaN must not pass for a proof.
        let residual = if residual.is_nan() {
            f64::INFINITY
        } else {
            residual
        };
        Proof {
            residual,
            conflict: if least < 0.0 { -least / size } else { 0.0 },
        }
    }
}
