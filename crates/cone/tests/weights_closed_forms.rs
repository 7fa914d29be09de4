//! Weights known in closed form or published with the methods.

mod common;

use common::{Jacobian, assert_close, direction, gramian, norm};
use dualcone_cone::{ConeError, Report, ScaleMode, WeightSolver};

type Method = dyn Fn(&mut WeightSolver, &[f64], &mut [f64]) -> Result<Report, ConeError>;

fn weigh(jacobian: &Jacobian, method: &Method) -> (Vec<f64>, Report) {
    let m = jacobian.len();
    let mut weights = vec![f64::NAN; m];
    let report = method(&mut WeightSolver::new(m), &gramian(jacobian), &mut weights);
    (weights, report.expect("valid input"))
}

fn mgda(jacobian: &Jacobian) -> Vec<f64> {
    let (weights, report) = weigh(jacobian, &|s, g, w| s.mgda(g, w));
    assert!(report.converged, "{report:?}");
    weights
}

fn cagrad(jacobian: &Jacobian, c: f64) -> Vec<f64> {
    let (weights, report) = weigh(jacobian, &move |s, g, w| s.cagrad(g, c, None, w));
    assert!(report.converged, "{report:?}");
    weights
}

fn nash(jacobian: &Jacobian, max_norm: f64) -> (Vec<f64>, Report) {
    weigh(jacobian, &move |s, g, w| s.nash_mtl(g, max_norm, w))
}

fn fairgrad(jacobian: &Jacobian, alpha: f64) -> Vec<f64> {
    let (weights, report) = weigh(jacobian, &move |s, g, w| s.fairgrad(g, alpha, w));
    assert!(report.converged, "{report:?}");
    weights
}

fn imtl_g(jacobian: &Jacobian) -> Vec<f64> {
    weigh(jacobian, &|s, g, w| s.imtl_g(g, None, w)).0
}

fn config(jacobian: &Jacobian) -> Vec<f64> {
    weigh(jacobian, &|s, g, w| s.config(g, None, w)).0
}

fn aligned(jacobian: &Jacobian, mode: ScaleMode) -> Vec<f64> {
    weigh(jacobian, &move |s, g, w| {
        s.aligned_mtl(g, mode, None, None, w)
    })
    .0
}

fn pcd(jacobian: &Jacobian, bounds: &[f64]) -> (Vec<f64>, Report) {
    let bounds = bounds.to_vec();
    weigh(jacobian, &move |s, g, w| s.pcd(g, &bounds, w))
}

fn base() -> Jacobian {
    vec![vec![-4.0, 1.0, 1.0], vec![6.0, 1.0, 1.0]]
}

fn three() -> Jacobian {
    vec![
        vec![1.0, 2.0, -1.0, 0.0],
        vec![-2.0, 1.0, 1.0, 0.5],
        vec![0.5, -1.5, 0.5, 2.0],
    ]
}

/// Rank 2, strongly stationary: a positive combination, (3, 1, 1, 2), of the rows vanishes.
fn stationary() -> Jacobian {
    vec![
        vec![1.0, 0.0, 1.0],
        vec![0.0, 1.0, -1.0],
        vec![1.0, 1.0, 0.0],
        vec![-2.0, -1.0, -1.0],
    ]
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= tolerance, "{found:?} is not {expected:?}");
    }
}

#[test]
fn torchjds_example() {
    let jacobian = base();
    assert_near(&mgda(&jacobian), &[0.6, 0.4], 1e-14);
    assert_near(&cagrad(&jacobian, 0.5), &[0.7041, 0.5], 1e-4);
    assert_near(&imtl_g(&jacobian), &[0.5923, 0.4077], 1e-4);
    assert_near(&aligned(&jacobian, ScaleMode::Min), &[0.5591, 0.4083], 1e-4);
    assert_near(&nash(&jacobian, 1.0).0, &[0.4182, 0.2878], 1e-4);
    assert_near(&nash(&jacobian, 0.0).0, &[0.59146, 0.40707], 1e-5);
    let x = direction(&jacobian, &config(&jacobian));
    assert_near(&x, &[0.1588, 2.0706, 2.0706], 1e-4);
}

#[test]
fn the_example_of_fairgrad_for_four_alphas() {
    for (alpha, expected) in [
        (0.5, [0.74283, 0.52539]),
        (1.0, [0.59146, 0.40707]),
        (2.0, [0.47136, 0.31945]),
        (5.0, [0.37594, 0.25231]),
    ] {
        assert_near(&fairgrad(&base(), alpha), &expected, 1e-5);
    }
}

#[test]
fn three_rows_in_four_dimensions() {
    let jacobian = three();
    assert_near(&mgda(&jacobian), &[0.37966, 0.26989, 0.35045], 1e-5);
    let expected = [0.55613, 0.39534, 0.51335];
    assert_near(&cagrad(&jacobian, 0.5), &expected, 1e-5);
    assert_near(&imtl_g(&jacobian), &[0.37706, 0.26909, 0.35385], 1e-5);
    let expected = [0.35454, 0.28932, 0.33645];
    assert_near(&aligned(&jacobian, ScaleMode::Min), &expected, 1e-5);
    assert_near(&nash(&jacobian, 1.0).0, &[0.37343, 0.29602, 0.35066], 1e-5);
}

#[test]
fn four_stationary_rows_of_rank_two() {
    let jacobian = stationary();
    assert!(norm(&direction(&jacobian, &mgda(&jacobian))) < 1e-14);
    let expected = [-1.0 / 12.0, 1.0 / 6.0, 1.0 / 12.0, 0.0];
    let weights = aligned(&jacobian, ScaleMode::Min);
    assert_near(&weights, &expected, 1e-14);
    assert_near(&direction(&jacobian, &weights), &[0.0, 0.25, -0.25], 1e-14);
    let x = direction(&jacobian, &cagrad(&jacobian, 0.5));
    assert_near(&x, &[0.02832, 0.14159, -0.11327], 1e-5);
    let (weights, report) = nash(&jacobian, 1.0);
    assert!(!report.converged && report.residual > 1e-3, "{report:?}");
    assert!(weights.iter().all(|w| w.is_finite() && *w >= 0.0));
}

#[test]
fn mgda_ignores_a_row_that_is_longer_in_its_direction() {
    // J = [[2, 0], [a, a]]: the second row for a <= 1, the first for a >= 2.
    for (a, expected) in [(0.5, [0.5, 0.5]), (1.0, [1.0, 1.0]), (3.0, [2.0, 0.0])] {
        let jacobian = vec![vec![2.0, 0.0], vec![a, a]];
        assert_near(&direction(&jacobian, &mgda(&jacobian)), &expected, 1e-14);
    }
    let jacobian = vec![vec![2.0, 0.0], vec![1.8, 1.8]];
    let expected = [1.97561, 0.219512];
    assert_near(&direction(&jacobian, &mgda(&jacobian)), &expected, 1e-5);
}

#[test]
fn cagrad_of_the_counterexamples() {
    let jacobian = vec![vec![2.0, 0.0], vec![-6.0, 2.0]];
    let x = direction(&jacobian, &cagrad(&jacobian, 0.5));
    assert_near(&x, &[-0.881966, 1.0], 1e-6);
    let jacobian = vec![vec![2.0, 0.0], vec![0.0, 6.0]];
    let x = direction(&jacobian, &cagrad(&jacobian, 0.5));
    assert_near(&x, &[2.581139, 3.0], 1e-6);
}

#[test]
fn cagrad_with_a_small_ball_stays_at_the_mean_and_moves_by_its_radius() {
    assert_eq!(cagrad(&three(), 0.0), [1.0 / 3.0; 3]);
    let mean = direction(&three(), &[1.0 / 3.0; 3]);
    for c in [1e-9, 1e-4, 0.3, 1.0, 7.0, 1e6] {
        let x = direction(&three(), &cagrad(&three(), c));
        let moved: Vec<f64> = x.iter().zip(&mean).map(|(a, b)| a - b).collect();
        let radius = c * norm(&mean);
        assert!(
            (norm(&moved) - radius).abs() <= 1e-15 + 1e-12 * radius,
            "{c}"
        );
    }
}

#[test]
fn cagrad_of_stationary_rows_projects_the_mean_once_the_ball_reaches_the_dual_cone() {
    let jacobian = stationary();
    // The dual cone of these rows is {x : Jx = 0}.
    for c in [1.0, 2.0, 100.0] {
        let x = direction(&jacobian, &cagrad(&jacobian, c));
        assert!(norm(&x) < 1e-12, "{x:?}");
    }
    // Two opposite rows and a third across: what is left of the mean is a third of the third.
    let jacobian = vec![vec![1.0, 0.0], vec![-2.0, 0.0], vec![0.0, 3.0]];
    let x = direction(&jacobian, &cagrad(&jacobian, 0.9));
    assert_near(&x, &[0.0, 1.0], 1e-12);
}

#[test]
fn imtl_g_may_be_negative_and_vanishes_with_its_sum() {
    let jacobian = vec![vec![1.0], vec![-1.0], vec![-1.0]];
    assert_near(&imtl_g(&jacobian), &[-1.0, 1.0, 1.0], 1e-13);
    let jacobian = vec![vec![3.0, 0.0], vec![0.0, 1.0]];
    let x = direction(&jacobian, &imtl_g(&jacobian));
    assert_near(&x, &[0.75, 0.75], 1e-14);
    let jacobian = vec![vec![1.0], vec![-1.0]];
    assert_eq!(imtl_g(&jacobian), [0.0, 0.0]);
}

#[test]
fn nash_and_imtl_g_of_two_rows_point_along_the_bisector() {
    for jacobian in [base(), vec![vec![5.0, 0.1], vec![1.0, 2.0]]] {
        let unit: Vec<f64> = jacobian.iter().map(|row| 1.0 / norm(row)).collect();
        let bisector = direction(&jacobian, &unit);
        let bisector: Vec<f64> = bisector.iter().map(|x| x / norm(&bisector)).collect();
        for weights in [nash(&jacobian, 0.0).0, imtl_g(&jacobian)] {
            let x = direction(&jacobian, &weights);
            let x: Vec<f64> = x.iter().map(|entry| entry / norm(&x)).collect();
            assert_close(&x, &bisector, 1e-13);
        }
    }
}

#[test]
fn aligned_mtl_of_orthogonal_rows_takes_one_length_for_all() {
    // diag(1, 2, 5, 7): eigenvalues 1, 4, 25, 49; lower median 4, mean 79/4.
    let lengths = [2.0, 7.0, 1.0, 5.0];
    let jacobian: Jacobian = (0..4)
        .map(|i| {
            (0..4)
                .map(|j| if i == j { lengths[i] } else { 0.0 })
                .collect()
        })
        .collect();
    for (mode, length) in [
        (ScaleMode::Min, 1.0),
        (ScaleMode::Median, 2.0),
        (ScaleMode::Mean, (79.0_f64 / 4.0).sqrt()),
    ] {
        let x = direction(&jacobian, &aligned(&jacobian, mode));
        assert_near(&x, &[0.25 * length; 4], 1e-14);
    }
}

#[test]
fn aligned_mtl_of_nothing_is_the_preference() {
    let jacobian = vec![vec![0.0, 0.0]; 3];
    assert_eq!(aligned(&jacobian, ScaleMode::Median), [1.0 / 3.0; 3]);
}

#[test]
fn config_makes_equal_angles_with_the_preferred_ratios() {
    let jacobian = three();
    let u = [1.0, 2.0, 0.5];
    let (weights, report) = weigh(&jacobian, &move |s, g, w| s.config(g, Some(&u), w));
    assert!(report.converged);
    let x = direction(&jacobian, &weights);
    let cosines: Vec<f64> = jacobian
        .iter()
        .map(|row| common::dot(row, &x) / norm(row) / norm(&x))
        .collect();
    assert!((cosines[1] / cosines[0] - 2.0).abs() < 1e-13);
    assert!((cosines[2] / cosines[0] - 0.5).abs() < 1e-13);
    let total: f64 = jacobian.iter().map(|row| common::dot(row, &x)).sum();
    assert!((norm(&x) - total / norm(&x)).abs() < 1e-13);
}

#[test]
fn pcd_keeps_a_primary_that_satisfies_the_constraints() {
    let jacobian = vec![vec![1.0, 0.0], vec![1.0, 1.0]];
    let (weights, report) = pcd(&jacobian, &[f64::NAN, 0.9]);
    assert!(report.converged);
    assert_eq!(weights, [1.0, 0.0]);
}

#[test]
fn pcd_moves_to_the_nearest_point_of_a_half_plane() {
    // h_2'd >= 1/2 for h_1 = (1, 0), h_2 = (-1, 1): mu = (1/2 + 1) / 2.
    let jacobian = vec![vec![1.0, 0.0], vec![-1.0, 1.0]];
    let (weights, report) = pcd(&jacobian, &[0.0, 0.5]);
    assert!(report.converged);
    assert_near(&weights, &[1.0, 0.75], 1e-15);
}

#[test]
fn pcd_gives_up_where_constraints_oppose() {
    let jacobian = vec![vec![0.0, 1.0], vec![1.0, 0.0], vec![-1.0, 0.0]];
    let (weights, report) = pcd(&jacobian, &[0.0, 0.02, 0.02]);
    assert!(!report.converged);
    assert_eq!(weights, [1.0, 0.0, 0.0]);
    let jacobian = vec![vec![0.0, 1.0], vec![0.0, 0.0]];
    let (weights, report) = pcd(&jacobian, &[0.0, 0.02]);
    assert!(!report.converged);
    assert_eq!(weights, [1.0, 0.0]);
    let (weights, report) = pcd(&jacobian, &[0.0, 0.0]);
    assert!(report.converged);
    assert_eq!(weights, [1.0, 0.0]);
}

#[test]
fn frank_wolfe_takes_torchjds_steps() {
    // From (1/2, 1/2): Gw = (-2, 8), a = -2, b = 3, c = 18, step 5/25; then w = (.6, .4), Gw = (2, 2).
    let jacobian = base();
    let (weights, report) = weigh(&jacobian, &|s, g, w| s.frank_wolfe(g, 1e-3, 100, w));
    assert_near(&weights, &[0.6, 0.4], 1e-15);
    assert!(report.converged && report.iterations == 2, "{report:?}");
    let (weights, report) = weigh(&jacobian, &|s, g, w| s.frank_wolfe(g, 1e-3, 0, w));
    assert_eq!(weights, [0.5, 0.5]);
    assert!(!report.converged && report.residual > 0.01);
}
