//! What the theory promises, on sampled Jacobians.
//!
//! The samplers of `common` draw Gramians JJ' of explicit Jacobians, so every Gramian is positive
//! semi-definite up to rounding and every property below can be checked in the space of J. A
//! diagonal ridge of 1e-6 makes the programs strictly convex; properties of the solution are
//! checked on G + 1e-6 diag(G), for which they are exact.

mod common;

use common::*;
use dualcone_cone::{Options, Ridge, Status};

const RIDGE: f64 = 1e-6;

/// Calls `check` with (label, J, G, G with the ridge, preference).
fn for_samples(mut check: impl FnMut(&str, &Jacobian, &[f64], &[f64], &[f64])) {
    let mut random = Random(2406);
    for kind in KINDS {
        for m in [1, 2, 3, 5, 8, 13, 24, 33, 70] {
            let jacobian = sample(kind, m, &mut random);
            let plain = gramian(&jacobian);
            let mut regularised = plain.clone();
            for i in 0..m {
                regularised[i * m + i] *= 1.0 + RIDGE;
            }
            let preference = random.preference(m);
            let label = format!("{kind:?}, {m} rows");
            check(&label, &jacobian, &plain, &regularised, &preference);
        }
    }
}

fn lengths(gramian: &[f64]) -> Vec<f64> {
    let m = gramian.len().isqrt();
    (0..m).map(|i| gramian[i * m + i].sqrt()).collect()
}

#[test]
fn dualproj_satisfies_its_optimality_conditions() {
    // min v'Gv over v >= u is convex with Slater points, so w is optimal iff w >= u, Gw >= 0 and
    // (w - u)'Gw = 0. The tolerance is relative to the terms of each sum.
    for_samples(|label, _, plain, regularised, u| {
        let (w, certificate) = dualproj(plain, Some(u), &options(Ridge::Diagonal(RIDGE)));
        let s = product(regularised, &w);
        let size = lengths(regularised);
        let total: f64 = w.iter().zip(&size).map(|(a, b)| a * b).sum();
        for j in 0..w.len() {
            assert!(w[j] >= u[j], "{label}");
            assert!(
                s[j] >= -1e-12 * size[j] * total,
                "{label}: row {j} has {}",
                s[j]
            );
        }
        let slack = (dot(u, &s) - dot(&w, &s)).abs();
        assert!(slack <= 1e-12 * total * total, "{label}: {slack}");
        assert_eq!(
            certificate.status,
            Status::Certified,
            "{label}: {certificate:?}"
        );
    });
}

#[test]
fn upgrad_is_certified_not_below_its_preference_and_does_not_conflict() {
    // Each projection satisfies Gv >= 0 and v >= e_i; both survive non-negative combinations.
    for_samples(|label, _, plain, regularised, u| {
        let (w, certificate) = upgrad(plain, Some(u), &options(Ridge::Diagonal(RIDGE)));
        let s = product(regularised, &w);
        let size = lengths(regularised);
        let total: f64 = w.iter().zip(&size).map(|(a, b)| a * b).sum();
        for j in 0..w.len() {
            assert!(w[j] >= u[j], "{label}");
            assert!(
                s[j] >= -1e-12 * size[j] * total,
                "{label}: row {j} has {}",
                s[j]
            );
        }
        assert_eq!(
            certificate.status,
            Status::Certified,
            "{label}: {certificate:?}"
        );
        assert_eq!(certificate.certified, w.len(), "{label}");
        let solved = certificate.trivial
            + certificate.pivoting
            + certificate.lawson_hanson
            + certificate.clarabel;
        assert_eq!(solved, w.len(), "{label}");
    });
}

#[test]
fn upgrad_is_the_combination_of_single_projections() {
    // DualProj with preference e_i is the i-th program of UPGrad.
    for_samples(|label, jacobian, plain, _, u| {
        let options = options(Ridge::Diagonal(RIDGE));
        let (w, _) = upgrad(plain, Some(u), &options);
        let mut expected = vec![0.0; u.len()];
        for i in 0..u.len() {
            let mut unit = vec![0.0; u.len()];
            unit[i] = 1.0;
            let (v, _) = dualproj(plain, Some(&unit), &options);
            expected
                .iter_mut()
                .zip(&v)
                .for_each(|(total, x)| *total += u[i] * x);
        }
        let (a, b) = (direction(jacobian, &w), direction(jacobian, &expected));
        let scale: f64 = expected
            .iter()
            .zip(lengths(plain))
            .map(|(x, y)| x * y)
            .sum();
        assert!(
            distance(&a, &b) <= 1e-9 * scale,
            "{label}: {}",
            distance(&a, &b) / scale
        );
    });
}

#[test]
fn projections_shorten() {
    // Lemma 5: ||J'w||^2 <= 1'G w. For DualProj u'Gw = w'Gw, hence ||J'w|| <= ||J'u||; for UPGrad
    // the triangle inequality gives ||J'w|| <= sum_i u_i ||g_i||.
    for_samples(|label, _, plain, regularised, u| {
        let options = options(Ridge::Diagonal(RIDGE));
        let squared = |w: &[f64]| dot(w, &product(regularised, w));
        let (w, _) = dualproj(plain, Some(u), &options);
        let total: f64 = w.iter().zip(lengths(regularised)).map(|(a, b)| a * b).sum();
        assert!(squared(&w) <= squared(u) + 1e-12 * total * total, "{label}");
        let (w, _) = upgrad(plain, Some(u), &options);
        let bound: f64 = u.iter().zip(lengths(regularised)).map(|(a, b)| a * b).sum();
        assert!(
            squared(&w).max(0.0).sqrt() <= bound * (1.0 + 1e-9),
            "{label}"
        );
        let ones = vec![1.0; u.len()];
        let uniform = vec![1.0 / u.len() as f64; u.len()];
        let (w, _) = upgrad(plain, Some(&uniform), &options);
        let total: f64 = w.iter().zip(lengths(regularised)).map(|(a, b)| a * b).sum();
        let right = dot(&ones, &product(regularised, &w));
        assert!(squared(&w) <= right + 1e-12 * total * total, "{label}");
    });
}

#[test]
fn permuting_rows_permutes_weights() {
    // The programs of PGP' are those of G with variables renamed.
    for_samples(|label, jacobian, plain, _, u| {
        let m = u.len();
        let order: Vec<usize> = (0..m).map(|i| (i * 7 + 3) % m).collect();
        let mut seen = order.clone();
        seen.sort_unstable();
        seen.dedup();
        let order = if seen.len() == m {
            order
        } else {
            (0..m).rev().collect()
        };
        let permuted: Jacobian = order.iter().map(|&i| jacobian[i].clone()).collect();
        let preference: Vec<f64> = order.iter().map(|&i| u[i]).collect();
        let options = options(Ridge::Diagonal(RIDGE));
        for weighting in [upgrad, dualproj] {
            let (w, _) = weighting(plain, Some(u), &options);
            let (v, _) = weighting(&gramian(&permuted), Some(&preference), &options);
            let (a, b) = (direction(jacobian, &w), direction(&permuted, &v));
            let scale: f64 = w.iter().zip(lengths(plain)).map(|(x, y)| x * y).sum();
            assert!(
                distance(&a, &b) <= 1e-9 * scale,
                "{label}: {}",
                distance(&a, &b) / scale
            );
        }
    });
}

#[test]
fn upgrad_is_linear_under_scaling_of_rows() {
    // With J -> diag(c) J, projection i of UPGrad is multiplied by c_i. Powers of four make
    // sqrt(G_ii) and hence C exact, so the weights agree to rounding, not only the directions.
    let mut random = Random(7);
    for ridge in [Ridge::None, Ridge::Diagonal(1e-8)] {
        for kind in [Kind::Gaussian, Kind::HeavyTailed, Kind::LowConflict] {
            let jacobian = sample(kind, 12, &mut random);
            let scale: Vec<f64> = (0..12)
                .map(|_| 4f64.powi(random.below(100) as i32 - 50))
                .collect();
            let mut scaled = jacobian.clone();
            for (row, c) in scaled.iter_mut().zip(&scale) {
                row.iter_mut().for_each(|entry| *entry *= c);
            }
            let u = random.preference(12);
            let weighted: Vec<f64> = u.iter().zip(&scale).map(|(u, c)| u * c).collect();
            let (w, _) = upgrad(&gramian(&scaled), Some(&u), &options(ridge));
            let (v, _) = upgrad(&gramian(&jacobian), Some(&weighted), &options(ridge));
            for i in 0..12 {
                let expected = v[i] / scale[i];
                assert!(
                    (w[i] - expected).abs() <= 1e-12 * expected,
                    "{kind:?}, row {i}"
                );
            }
        }
    }
}

#[test]
fn weights_do_not_depend_on_the_scale_of_the_gramian() {
    // A power of two in front of G is exact in floating point and leaves every program as it is.
    let mut random = Random(11);
    for kind in KINDS {
        let plain = gramian(&sample(kind, 20, &mut random));
        let u = random.preference(20);
        let default = Options::default();
        let reference = [
            upgrad(&plain, Some(&u), &default),
            dualproj(&plain, Some(&u), &default),
        ];
        for exponent in [-900, -301, -40, -1, 3, 200, 301, 900] {
            let scaled: Vec<f64> = plain
                .iter()
                .map(|entry| entry * 2f64.powi(exponent))
                .collect();
            let (w, _) = upgrad(&scaled, Some(&u), &default);
            assert_eq!(w, reference[0].0, "{kind:?}, 2^{exponent}");
            let (w, _) = dualproj(&scaled, Some(&u), &default);
            assert_eq!(w, reference[1].0, "{kind:?}, 2^{exponent}");
        }
    }
}

#[test]
fn weights_are_homogeneous_in_the_preference() {
    // v >= c u has the solution c v; for UPGrad the weights are linear in u by definition.
    let mut random = Random(5);
    let plain = gramian(&sample(Kind::Gaussian, 16, &mut random));
    let (u, v) = (random.preference(16), random.preference(16));
    let sum: Vec<f64> = u.iter().zip(&v).map(|(a, b)| 3.0 * a + b).collect();
    let options = Options::default();
    let (first, second) = (
        upgrad(&plain, Some(&u), &options).0,
        upgrad(&plain, Some(&v), &options).0,
    );
    let expected: Vec<f64> = first
        .iter()
        .zip(&second)
        .map(|(a, b)| 3.0 * a + b)
        .collect();
    assert_close(&upgrad(&plain, Some(&sum), &options).0, &expected, 1e-13);
    let tripled: Vec<f64> = u.iter().map(|a| 3.0 * a).collect();
    let expected: Vec<f64> = dualproj(&plain, Some(&u), &options)
        .0
        .iter()
        .map(|a| 3.0 * a)
        .collect();
    assert_close(
        &dualproj(&plain, Some(&tripled), &options).0,
        &expected,
        1e-13,
    );
}
