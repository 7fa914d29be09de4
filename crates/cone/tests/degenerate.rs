//! Zero rows, duplicates, rank deficiency, extreme and unequal scales, indefinite noise.

mod common;

use common::*;
use dualcone_cone::{Options, Ridge, Status};

const RIDGES: [Ridge; 3] = [Ridge::Trace(1e-4), Ridge::Diagonal(1e-8), Ridge::None];

#[test]
fn zero_rows_keep_their_preference_and_change_nothing_else() {
    let mut random = Random(3);
    for ridge in RIDGES {
        let rows = sample(Kind::Gaussian, 6, &mut random);
        let u = random.preference(6);
        let mut padded = rows.clone();
        padded.insert(2, vec![0.0; rows[0].len()]);
        padded.push(vec![0.0; rows[0].len()]);
        let mut preference = u.clone();
        preference.insert(2, 0.3);
        preference.push(0.9);
        for weighting in [upgrad, dualproj] {
            let (expected, _) = weighting(&gramian(&rows), Some(&u), &options(ridge));
            let (mut w, certificate) =
                weighting(&gramian(&padded), Some(&preference), &options(ridge));
            assert_eq!(certificate.status, Status::Certified);
            assert_eq!(w.remove(7), 0.9);
            assert_eq!(w.remove(2), 0.3);
            assert_eq!(w, expected);
        }
    }
}

#[test]
fn only_zero_rows() {
    for ridge in RIDGES {
        let (w, certificate) = upgrad(&[0.0; 9], None, &options(ridge));
        assert_eq!(w, [1.0 / 3.0; 3]);
        assert_eq!((certificate.trivial, certificate.certified), (3, 3));
        assert_eq!(dualproj(&[0.0; 9], None, &options(ridge)).0, [1.0 / 3.0; 3]);
    }
}

#[test]
fn duplicating_a_row_splits_its_preference() {
    // Rows g, g with preferences a, b are one row with preference a + b as far as J'w goes.
    let mut random = Random(8);
    let rows = sample(Kind::Gaussian, 7, &mut random);
    let u = random.preference(7);
    let mut doubled = rows.clone();
    doubled.push(rows[4].clone());
    let mut preference = u.clone();
    preference[4] = 0.25 * u[4];
    preference.push(0.75 * u[4]);
    for weighting in [upgrad, dualproj] {
        let (w, _) = weighting(&gramian(&rows), Some(&u), &options(Ridge::None));
        let (v, certificate) =
            weighting(&gramian(&doubled), Some(&preference), &options(Ridge::None));
        assert_eq!(certificate.status, Status::Certified, "{certificate:?}");
        assert_close(&direction(&doubled, &v), &direction(&rows, &w), 1e-8);
    }
}

#[test]
fn rank_deficient_directions_do_not_conflict_without_a_ridge() {
    // Ranks from 1 to m - 1; the escalated ridge is at most 1e-10, and so is its effect.
    let mut random = Random(12);
    for m in [4, 8, 16, 40, 64] {
        for rank in [1, m / 4, m / 2, m - 1] {
            let jacobian: Jacobian = (0..m)
                .map(|_| (0..rank).map(|_| random.normal()).collect())
                .collect();
            let plain = gramian(&jacobian);
            let (w, certificate) = upgrad(&plain, None, &options(Ridge::None));
            assert_eq!(
                certificate.status,
                Status::Certified,
                "{m}, {rank}: {certificate:?}"
            );
            assert!(certificate.extra_ridge > 0.0 && certificate.extra_ridge <= 1e-10);
            let d = direction(&jacobian, &w);
            for row in &jacobian {
                let slope = dot(row, &d);
                assert!(
                    slope >= -1e-8 * norm(row) * w.iter().sum::<f64>(),
                    "{m}, {rank}: {slope}"
                );
            }
        }
    }
}

#[test]
fn squared_norms_over_thirty_decades() {
    let mut random = Random(77);
    for m in [3, 10, 32, 70] {
        let unit = sample(Kind::Gaussian, m, &mut random);
        let mut jacobian = unit.clone();
        for row in &mut jacobian {
            let length = 10f64.powf(-13.5 + 15.5 * random.uniform());
            row.iter_mut().for_each(|entry| *entry *= length);
        }
        for ridge in RIDGES {
            let (w, certificate) = upgrad(&gramian(&jacobian), None, &options(ridge));
            assert_eq!(
                certificate.status,
                Status::Certified,
                "{ridge:?}: {certificate:?}"
            );
            assert!(w.iter().all(|x| x.is_finite()));
            if ridge != Ridge::Trace(1e-4) {
                let d = direction(&jacobian, &w);
                for row in &jacobian {
                    let cosine = dot(row, &d) / norm(row) / norm(&d);
                    assert!(cosine >= -1e-7, "{ridge:?}: {cosine}");
                }
            }
        }
    }
}

#[test]
fn extreme_scales_are_finite_and_certified() {
    for scale in [1e-300, 1e-150, 1e150, 1e300] {
        let gramian = [18.0, -22.0, -22.0, 38.0].map(|entry| entry * scale);
        for ridge in RIDGES {
            let (w, certificate) = upgrad(&gramian, None, &options(ridge));
            assert_eq!(certificate.status, Status::Certified, "{scale}");
            assert!((w[0] - 10.0 / 9.0).abs() < 1e-3 && (w[1] - 15.0 / 19.0).abs() < 1e-3);
        }
    }
    // One row of length 1e-150 against one of 1e150, at 120 degrees.
    let gramian = [1e-300, -0.5, -0.5, 1e300];
    let (w, certificate) = upgrad(&gramian, None, &options(Ridge::None));
    assert_eq!(certificate.status, Status::Certified);
    assert!((w[0] / 0.25e300 - 1.0).abs() < 1e-12 && w[1] == 0.5);
    let (w, certificate) = upgrad(&gramian, None, &Options::default());
    assert_eq!(certificate.status, Status::Certified);
    assert!((w[0] - 0.5).abs() < 1e-3 + 0.5 * 1e4 && w[1] == 0.5);
}

#[test]
fn float32_noise_is_met_with_a_reported_ridge() {
    // Rounding to float32 perturbs eigenvalues of C by about 1e-6, so a rank-deficient Gramian
    // becomes indefinite and any stable factorisation needs a ridge of that size.
    let mut random = Random(21);
    let jacobian = sample(Kind::RankDeficient, 24, &mut random);
    let noisy: Vec<f64> = gramian(&jacobian)
        .iter()
        .map(|&entry| entry as f32 as f64)
        .collect();
    let (_, certificate) = upgrad(&noisy, None, &options(Ridge::None));
    assert_eq!(certificate.status, Status::Certified, "{certificate:?}");
    assert!(
        (1e-8..=1e-5).contains(&certificate.extra_ridge),
        "{}",
        certificate.extra_ridge
    );
}

#[test]
fn near_duplicates_that_make_pivoting_cycle() {
    // Rows that differ in the seventh digit: passive sets are decided by tiny gradients.
    let mut random = Random(99);
    for ridge in RIDGES {
        let base = sample(Kind::Gaussian, 8, &mut random);
        let jacobian: Jacobian = (0..48)
            .map(|k| {
                base[k % 8]
                    .iter()
                    .map(|x| x + 1e-7 * random.normal())
                    .collect()
            })
            .collect();
        let (_, certificate) = upgrad(&gramian(&jacobian), None, &options(ridge));
        assert_eq!(
            certificate.status,
            Status::Certified,
            "{ridge:?}: {certificate:?}"
        );
        let (_, certificate) = dualproj(&gramian(&jacobian), None, &options(ridge));
        assert_eq!(
            certificate.status,
            Status::Certified,
            "{ridge:?}: {certificate:?}"
        );
    }
}
