//! A seeded generator, Gramians of several kinds and the few matrix products the tests need.
#![allow(dead_code)]

use dualcone_cone::{Certificate, DualConeSolver, Options, Ridge, Solver};

/// SplitMix64: enough for samplers.
pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform on [0, 1).
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal, by Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    /// A positive preference with entries in [0.1, 1.1).
    pub fn preference(&mut self, m: usize) -> Vec<f64> {
        (0..m).map(|_| 0.1 + self.uniform()).collect()
    }
}

/// A matrix by rows.
pub type Jacobian = Vec<Vec<f64>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Independent normal entries, more columns than rows.
    Gaussian,
    /// Normal directions, lognormal lengths over about 8 decades.
    HeavyTailed,
    /// A common component and small noise: few conflicts.
    LowConflict,
    /// Columns of mean zero: the rows sum to zero, no direction improves all.
    Stationary,
    /// Half as many columns as rows, a quarter of the rows duplicated exactly.
    RankDeficient,
}

pub const KINDS: [Kind; 5] = [
    Kind::Gaussian,
    Kind::HeavyTailed,
    Kind::LowConflict,
    Kind::Stationary,
    Kind::RankDeficient,
];

pub fn sample(kind: Kind, m: usize, random: &mut Random) -> Jacobian {
    let n = match kind {
        Kind::RankDeficient => m.div_ceil(2),
        _ => 2 * m + 8,
    };
    let common: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    let mut jacobian: Jacobian = (0..m)
        .map(|_| (0..n).map(|_| random.normal()).collect())
        .collect();
    match kind {
        Kind::Gaussian => {}
        Kind::HeavyTailed => {
            for row in &mut jacobian {
                let length = (2.0 * random.normal()).exp();
                row.iter_mut().for_each(|entry| *entry *= length);
            }
        }
        Kind::LowConflict => {
            for row in &mut jacobian {
                for (entry, shared) in row.iter_mut().zip(&common) {
                    *entry = shared + 0.7 * *entry;
                }
            }
        }
        Kind::Stationary => {
            for column in 0..n {
                let mean = jacobian.iter().map(|row| row[column]).sum::<f64>() / m as f64;
                jacobian.iter_mut().for_each(|row| row[column] -= mean);
            }
        }
        Kind::RankDeficient => {
            for _ in 0..m / 4 {
                let (from, to) = (random.below(m), random.below(m));
                jacobian[to] = jacobian[from].clone();
            }
        }
    }
    jacobian
}

pub fn gramian(jacobian: &[Vec<f64>]) -> Vec<f64> {
    let mut result = Vec::with_capacity(jacobian.len() * jacobian.len());
    for a in jacobian {
        for b in jacobian {
            result.push(a.iter().zip(b).map(|(x, y)| x * y).sum());
        }
    }
    result
}

/// J'w.
pub fn direction(jacobian: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    (0..jacobian[0].len())
        .map(|k| {
            jacobian
                .iter()
                .zip(weights)
                .map(|(row, w)| row[k] * w)
                .sum()
        })
        .collect()
}

/// G w for a row-major G.
pub fn product(gramian: &[f64], w: &[f64]) -> Vec<f64> {
    gramian.chunks(w.len()).map(|row| dot(row, w)).collect()
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

pub fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(x, y)| (x - y) * (x - y))
        .sum::<f64>()
        .sqrt()
}

pub fn options(ridge: Ridge) -> Options {
    Options {
        ridge,
        ..Options::default()
    }
}

pub fn with_clarabel(ridge: Ridge) -> Options {
    Options {
        ridge,
        solver: Solver::Clarabel,
        ..Options::default()
    }
}

pub fn upgrad(
    gramian: &[f64],
    preference: Option<&[f64]>,
    options: &Options,
) -> (Vec<f64>, Certificate) {
    let m = gramian.len().isqrt();
    let mut weights = vec![0.0; m];
    let outcome = DualConeSolver::new(m).upgrad(gramian, preference, options, &mut weights);
    (weights, outcome.expect("valid input"))
}

pub fn dualproj(
    gramian: &[f64],
    preference: Option<&[f64]>,
    options: &Options,
) -> (Vec<f64>, Certificate) {
    let m = gramian.len().isqrt();
    let mut weights = vec![0.0; m];
    let outcome = DualConeSolver::new(m).dualproj(gramian, preference, options, &mut weights);
    (weights, outcome.expect("valid input"))
}

/// Asserts |a - b| <= tolerance * |b|, in the Euclidean norm.
#[track_caller]
pub fn assert_close(a: &[f64], b: &[f64], tolerance: f64) {
    let (error, size) = (distance(a, b), norm(b));
    assert!(
        error <= tolerance * size,
        "{a:?} is not {b:?}: relative distance {}",
        error / size
    );
}
