//! A certificate is a theorem about the weights, whoever computed them.

mod common;

use common::*;
use dualcone_cone::{
    Certificate, ConeError, DualConeSolver, Options, RESIDUAL_LIMIT, Ridge, Status,
};

fn certify(
    gramian: &[f64],
    u: &[f64],
    options: &Options,
    weights: &[f64],
) -> Result<Certificate, ConeError> {
    DualConeSolver::new(u.len()).certify(gramian, Some(u), options, weights)
}

#[test]
fn the_solution_passes() {
    let mut random = Random(41);
    for kind in KINDS {
        for ridge in [Ridge::Trace(1e-4), Ridge::Diagonal(1e-8), Ridge::None] {
            let plain = gramian(&sample(kind, 18, &mut random));
            let u = random.preference(18);
            let (w, own) = dualproj(&plain, Some(&u), &options(ridge));
            let certificate = certify(&plain, &u, &options(ridge), &w).unwrap();
            assert_eq!(
                certificate.status,
                Status::Certified,
                "{kind:?}: {certificate:?}"
            );
            assert_eq!(certificate.extra_ridge, own.extra_ridge);
        }
    }
}

#[test]
fn the_bound_is_never_below_the_error() {
    // For any v >= u, ||J'(v - v*)|| <= ||v - v*||_G <= residual * ||v||_G. The reference v* is
    // itself certified to rounding, and the candidates range over 14 decades of error, both on
    // the passive set and off it.
    let mut random = Random(42);
    for kind in [
        Kind::Gaussian,
        Kind::HeavyTailed,
        Kind::LowConflict,
        Kind::RankDeficient,
    ] {
        for m in [2, 6, 20] {
            let jacobian = sample(kind, m, &mut random);
            let plain = gramian(&jacobian);
            let u = random.preference(m);
            let options = options(Ridge::Diagonal(1e-4));
            let (best, _) = dualproj(&plain, Some(&u), &options);
            let mut regularised = plain.clone();
            for i in 0..m {
                regularised[i * m + i] *= 1.0 + 1e-4;
            }
            let length = |v: &[f64]| dot(v, &product(&regularised, v)).max(0.0).sqrt();
            for exponent in -14..=0 {
                let size = 10f64.powi(exponent);
                let candidate: Vec<f64> = best
                    .iter()
                    .map(|w| w * (1.0 + size * random.uniform()))
                    .collect();
                let certificate = certify(&plain, &u, &options, &candidate).unwrap();
                let difference: Vec<f64> =
                    candidate.iter().zip(&best).map(|(a, b)| a - b).collect();
                let relative = length(&difference) / length(&candidate);
                let bound = certificate.residual;
                assert!(
                    relative <= bound * (1.0 + 1e-6) + 1e-13,
                    "{kind:?} {m}: {relative} {bound}"
                );
                if relative > RESIDUAL_LIMIT {
                    assert_eq!(
                        certificate.status,
                        Status::Uncertified,
                        "{kind:?}, {m}, {size}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_perturbed_solution_is_not_certified() {
    let mut random = Random(43);
    let jacobian = sample(Kind::Gaussian, 12, &mut random);
    let plain = gramian(&jacobian);
    let u = random.preference(12);
    let (w, _) = dualproj(&plain, Some(&u), &Options::default());
    for i in 0..12 {
        let mut moved = w.clone();
        moved[i] += 1e-6 * (1.0 + moved[i]);
        let certificate = certify(&plain, &u, &Options::default(), &moved).unwrap();
        assert_eq!(certificate.status, Status::Uncertified, "weight {i}");
        assert_eq!((certificate.certified, certificate.projections), (0, 1));
    }
}

#[test]
fn the_mean_is_not_certified_where_it_conflicts() {
    // G u = [-2, 8]: the conflict is 2 over the lengths sqrt(18) of g_1 and sqrt(3) of J'u.
    let gramian = [18.0, -22.0, -22.0, 38.0];
    let certificate = certify(&gramian, &[0.5, 0.5], &options(Ridge::None), &[0.5, 0.5]).unwrap();
    assert_eq!(certificate.status, Status::Uncertified);
    assert!((certificate.worst_conflict - 2.0 / 54f64.sqrt()).abs() < 1e-14);
}

#[test]
fn without_conflicts_the_preference_is_certified() {
    let certificate = certify(
        &[2.0, 1.0, 1.0, 2.0],
        &[0.3, 0.4],
        &Options::default(),
        &[0.3, 0.4],
    );
    assert_eq!(certificate.unwrap().residual, 0.0);
    let certificate = certify(
        &[2.0, 1.0, 1.0, 2.0],
        &[0.3, 0.4],
        &Options::default(),
        &[0.3, 0.5],
    );
    assert_eq!(certificate.unwrap().status, Status::Uncertified);
}

#[test]
fn weights_below_the_preference_are_an_error() {
    let error = certify(
        &[1.0, 0.0, 0.0, 1.0],
        &[0.5, 0.5],
        &Options::default(),
        &[0.5, 0.25],
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "weight 1 is 0.25; it must be finite and at least its preference 0.5"
    );
}
