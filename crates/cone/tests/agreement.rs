//! Two independent algorithms, block pivoting and Clarabel with polish, give the same direction.

mod common;

use common::*;
use dualcone_cone::{Options, Ridge, Solver, Status};

fn check(ridge: Ridge, sizes: &[usize]) {
    let mut random = Random(31);
    for kind in KINDS {
        for &m in sizes {
            let jacobian = sample(kind, m, &mut random);
            let gramian = gramian(&jacobian);
            let u = random.preference(m);
            let fast = Options {
                ridge,
                ..Options::default()
            };
            let slow = Options {
                solver: Solver::Clarabel,
                ..fast
            };
            for (name, weighting) in [("upgrad", upgrad as Weigh), ("dualproj", dualproj)] {
                let (w, certificate) = weighting(&gramian, Some(&u), &fast);
                let (v, reference) = weighting(&gramian, Some(&u), &slow);
                assert_eq!(
                    certificate.status,
                    Status::Certified,
                    "{kind:?} {m}: {certificate:?}"
                );
                assert_eq!(
                    reference.status,
                    Status::Certified,
                    "{kind:?} {m}: {reference:?}"
                );
                assert_eq!(
                    reference.clarabel + reference.trivial,
                    reference.projections
                );
                assert_eq!(certificate.clarabel, 0);
                let (a, b) = (direction(&jacobian, &w), direction(&jacobian, &v));
                // The scale is what was projected, which also covers directions that vanish.
                let scale: f64 = u.iter().zip(&jacobian).map(|(x, row)| x * norm(row)).sum();
                let error = distance(&a, &b) / scale;
                assert!(error <= 1e-8, "{name}, {kind:?}, {m} rows: {error}");
                if !matches!(kind, Kind::Stationary | Kind::RankDeficient) {
                    assert_close(&a, &b, 1e-8);
                }
            }
        }
    }
}

type Weigh = fn(&[f64], Option<&[f64]>, &Options) -> (Vec<f64>, dualcone_cone::Certificate);

#[test]
fn with_the_trace_ridge() {
    check(Ridge::Trace(1e-4), &[2, 4, 9, 16, 32, 65]);
}

#[test]
fn with_the_diagonal_ridge() {
    check(Ridge::Diagonal(1e-8), &[2, 4, 9, 16, 32, 65]);
}

#[test]
fn without_a_ridge() {
    check(Ridge::None, &[2, 4, 9, 16, 32]);
}
