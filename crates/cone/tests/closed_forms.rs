//! Weights known in closed form.

mod common;

use common::{assert_close, direction, dualproj, gramian, norm, options, upgrad, with_clarabel};
use dualcone_cone::{Options, Ridge, Status};

fn both_solvers() -> [Options; 2] {
    [options(Ridge::None), with_clarabel(Ridge::None)]
}

#[test]
fn two_conflicting_rows_without_ridge() {
    // g_i projected: each conflicting row loses its component along the other one.
    let jacobian = vec![vec![-4.0, 1.0, 1.0], vec![6.0, 1.0, 1.0]];
    for options in both_solvers() {
        let (weights, _) = upgrad(&gramian(&jacobian), None, &options);
        assert_close(&weights, &[10.0 / 9.0, 15.0 / 19.0], 1e-12);
        let (weights, _) = dualproj(&gramian(&jacobian), None, &options);
        assert_close(&weights, &[11.0 / 18.0, 0.5], 1e-12);
    }
}

#[test]
fn two_conflicting_rows_with_the_trace_ridge() {
    let gramian = [18.0, -22.0, -22.0, 38.0];
    let rho: f64 = 56e-4;
    let first = 0.5 + 0.5 * 22.0 / (18.0 + rho);
    let second = 0.5 + 0.5 * 22.0 / (38.0 + rho);
    let (weights, certificate) = upgrad(&gramian, None, &Options::default());
    assert_close(&weights, &[first, second], 1e-14);
    assert_eq!(certificate.ridge, Ridge::Trace(1e-4));
    let (weights, _) = dualproj(&gramian, None, &Options::default());
    assert_close(&weights, &[0.5 * 22.0 / (18.0 + rho), 0.5], 1e-14);
}

#[test]
fn two_conflicting_rows_with_the_diagonal_ridge() {
    let gramian = [18.0, -22.0, -22.0, 38.0];
    let (weights, _) = upgrad(&gramian, None, &options(Ridge::Diagonal(1e-2)));
    let expected = [0.5 + 11.0 / (18.0 * 1.01), 0.5 + 11.0 / (38.0 * 1.01)];
    assert_close(&weights, &expected, 1e-14);
}

#[test]
fn three_rows_whose_mean_is_in_the_cone() {
    let jacobian = vec![
        vec![1.0, 2.0, -1.0, 0.0],
        vec![-2.0, 1.0, 1.0, 0.5],
        vec![0.5, -1.5, 0.5, 2.0],
    ];
    for options in both_solvers() {
        let (weights, _) = upgrad(&gramian(&jacobian), None, &options);
        assert_close(&weights, &[0.61687, 0.49443, 0.58841], 1e-5);
        let (weights, certificate) = dualproj(&gramian(&jacobian), None, &options);
        assert_close(&weights, &[1.0 / 3.0; 3], 1e-15);
        assert_eq!(certificate.trivial, 1);
    }
}

#[test]
fn rank_two_and_strongly_stationary() {
    let jacobian = vec![
        vec![1.0, 0.0, 1.0],
        vec![0.0, 1.0, -1.0],
        vec![1.0, 1.0, 0.0],
        vec![-2.0, -1.0, -1.0],
    ];
    for options in both_solvers() {
        let (weights, certificate) = upgrad(&gramian(&jacobian), None, &options);
        assert!(norm(&direction(&jacobian, &weights)) < 1e-9);
        assert_eq!(certificate.status, Status::Certified);
        assert!(certificate.extra_ridge > 0.0 && certificate.extra_ridge < 1e-10);
        let (weights, _) = dualproj(&gramian(&jacobian), None, &options);
        assert!(norm(&direction(&jacobian, &weights)) < 1e-9);
    }
}

#[test]
fn rank_two_and_strongly_stationary_with_a_small_trace_ridge() {
    // Every ridge c I picks the weights of least length among those with direction zero.
    let jacobian = vec![
        vec![1.0, 0.0, 1.0],
        vec![0.0, 1.0, -1.0],
        vec![1.0, 1.0, 0.0],
        vec![-2.0, -1.0, -1.0],
    ];
    let (weights, _) = upgrad(&gramian(&jacobian), None, &options(Ridge::Trace(1e-8)));
    assert_close(&weights, &[1.25, 0.375, 0.5, 0.875], 1e-6);
    let (weights, _) = dualproj(&gramian(&jacobian), None, &options(Ridge::Trace(1e-8)));
    assert_close(&weights, &[0.75, 0.25, 0.25, 0.5], 1e-6);
}

#[test]
fn dualproj_is_not_linear_under_scaling() {
    // J = [[2, 0], [-2a, 2a]]: the projected mean is [1 - a, a] for 1/2 <= a <= 1, [0, a] for
    // a >= 1 and [1/2, 1/2] for a = 1/4 (arXiv 2406.16232, appendix C).
    for (a, expected) in [
        (0.25, [0.5, 0.5]),
        (0.75, [0.25, 0.75]),
        (1.0, [0.0, 1.0]),
        (1.5, [0.0, 1.5]),
    ] {
        let jacobian = vec![vec![2.0, 0.0], vec![-2.0 * a, 2.0 * a]];
        let (weights, _) = dualproj(&gramian(&jacobian), None, &options(Ridge::None));
        assert_close(&direction(&jacobian, &weights), &expected, 1e-12);
    }
}

#[test]
fn opposite_rows_cancel() {
    let jacobian = vec![vec![-2.0], vec![4.0]];
    let (weights, certificate) = upgrad(&gramian(&jacobian), None, &options(Ridge::None));
    assert!(direction(&jacobian, &weights)[0].abs() < 1e-9);
    assert_eq!(certificate.status, Status::Certified);
}

#[test]
fn figure_one_of_the_paper() {
    let polar = |length: f64, angle: f64| vec![length * angle.cos(), length * angle.sin()];
    let jacobian = vec![polar(0.9, 2.6), polar(2.8, 0.3277)];
    let (weights, _) = upgrad(&gramian(&jacobian), None, &options(Ridge::None));
    assert_close(&direction(&jacobian, &weights), &[0.4407, 1.2418], 1e-4);
    let (weights, _) = dualproj(&gramian(&jacobian), None, &options(Ridge::None));
    assert_close(&direction(&jacobian, &weights), &[0.5513, 0.9164], 1e-4);
}

#[test]
fn one_objective_keeps_its_preference() {
    for gramian in [[4.0], [1e-300], [1e300], [0.0]] {
        let (weights, certificate) = upgrad(&gramian, Some(&[0.7]), &Options::default());
        assert_eq!(weights, [0.7]);
        assert_eq!(certificate.status, Status::Certified);
        assert_eq!(dualproj(&gramian, None, &Options::default()).0, [1.0]);
    }
}
