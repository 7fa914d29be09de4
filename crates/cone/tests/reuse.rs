//! One solver, many calls: batches, history, warm starts.

mod common;

use common::*;
use dualcone_cone::{Certificate, DualConeSolver, Options, Ridge, Status, Weighting};

fn blank() -> Certificate {
    upgrad(&[1.0], None, &Options::default()).1
}

#[test]
fn a_batch_equals_single_calls() {
    let mut random = Random(1);
    for m in [1, 4, 17] {
        let gramians: Vec<Vec<f64>> = KINDS
            .iter()
            .map(|&kind| gramian(&sample(kind, m, &mut random)))
            .collect();
        let u = random.preference(m);
        let joined = gramians.concat();
        for (weighting, single) in [
            (
                Weighting::Upgrad,
                upgrad as fn(&[f64], Option<&[f64]>, &Options) -> _,
            ),
            (Weighting::Dualproj, dualproj),
        ] {
            let mut weights = vec![0.0; KINDS.len() * m];
            let mut certificates = vec![blank(); KINDS.len()];
            DualConeSolver::new(m)
                .batch(
                    weighting,
                    &joined,
                    Some(&u),
                    &Options::default(),
                    &mut weights,
                    &mut certificates,
                )
                .unwrap();
            for (k, gramian) in gramians.iter().enumerate() {
                let (expected, certificate) = single(gramian, Some(&u), &Options::default());
                assert_eq!(weights[k * m..(k + 1) * m], expected[..]);
                assert_eq!(certificates[k], certificate);
            }
        }
    }
}

#[test]
fn a_batch_names_the_bad_gramian() {
    let gramians = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0, f64::NAN, 1.0];
    let (mut weights, mut certificates) = ([0.0; 4], [blank(); 2]);
    let error = DualConeSolver::new(2)
        .batch(
            Weighting::Upgrad,
            &gramians,
            None,
            &Options::default(),
            &mut weights,
            &mut certificates,
        )
        .unwrap_err();
    assert_eq!(
        error.place,
        "Gramian 1 of the batch: row 1, column 0 of the Gramian"
    );
}

#[test]
fn earlier_calls_leave_no_trace() {
    let mut random = Random(2);
    let mut solver = DualConeSolver::new(20);
    let mut weights = vec![0.0; 20];
    for round in 0..3 {
        for kind in KINDS {
            for ridge in [Ridge::Trace(1e-4), Ridge::Diagonal(1e-8), Ridge::None] {
                let gramian = gramian(&sample(kind, 20, &mut random));
                let used = if round == 1 {
                    with_clarabel(ridge)
                } else {
                    options(ridge)
                };
                let certificate = solver.upgrad(&gramian, None, &used, &mut weights).unwrap();
                assert_eq!(
                    (weights.clone(), certificate),
                    upgrad(&gramian, None, &used)
                );
                let certificate = solver
                    .dualproj(&gramian, None, &used, &mut weights)
                    .unwrap();
                assert_eq!(
                    (weights.clone(), certificate),
                    dualproj(&gramian, None, &used)
                );
            }
        }
    }
}

#[test]
fn a_failed_call_leaves_the_solver_usable() {
    let mut solver = DualConeSolver::new(2);
    let mut weights = [0.0; 2];
    let none = options(Ridge::None);
    assert!(
        solver
            .upgrad(&[1.0, -5.0, -5.0, 1.0], None, &none, &mut weights)
            .is_err()
    );
    assert!(
        solver
            .upgrad(&[f64::NAN; 4], None, &none, &mut weights)
            .is_err()
    );
    solver
        .upgrad(&[18.0, -22.0, -22.0, 38.0], None, &none, &mut weights)
        .unwrap();
    assert_close(&weights, &[10.0 / 9.0, 15.0 / 19.0], 1e-12);
}

#[test]
fn warm_starts_agree_with_cold_ones() {
    // A path of Jacobians that drift by one percent a step.
    let mut random = Random(4);
    for kind in KINDS {
        for m in [5, 33, 70] {
            let mut solver = DualConeSolver::new(m);
            let mut jacobian = sample(kind, m, &mut random);
            let mut weights = vec![0.0; m];
            for _ in 0..4 {
                for entry in jacobian.iter_mut().flatten() {
                    *entry += 0.01 * random.normal() * entry.abs();
                }
                let plain = gramian(&jacobian);
                let cold = options(Ridge::Diagonal(1e-6));
                let warm = Options { warm: true, ..cold };
                let certificate = solver.upgrad(&plain, None, &warm, &mut weights).unwrap();
                assert_eq!(
                    certificate.status,
                    Status::Certified,
                    "{kind:?}: {certificate:?}"
                );
                let expected = direction(&jacobian, &upgrad(&plain, None, &cold).0);
                let scale: f64 = jacobian.iter().map(|row| norm(row)).sum::<f64>() / m as f64;
                let error = distance(&direction(&jacobian, &weights), &expected);
                assert!(error <= 1e-8 * scale, "{kind:?}, {m}: {}", error / scale);
            }
        }
    }
}

#[test]
fn warm_starts_survive_unrelated_calls() {
    let mut random = Random(6);
    let mut solver = DualConeSolver::new(12);
    let mut weights = vec![0.0; 12];
    let warm = Options {
        warm: true,
        ..Options::default()
    };
    for kind in KINDS {
        let mut jacobian = sample(kind, 12, &mut random);
        let first = gramian(&jacobian);
        solver.upgrad(&first, None, &warm, &mut weights).unwrap();
        solver.dualproj(&first, None, &warm, &mut weights).unwrap();
        jacobian[3].fill(0.0);
        let second = gramian(&jacobian);
        let certificate = solver.upgrad(&second, None, &warm, &mut weights).unwrap();
        assert_eq!(certificate.status, Status::Certified);
        assert_close(
            &weights,
            &upgrad(&second, None, &Options::default()).0,
            1e-10,
        );
    }
}
