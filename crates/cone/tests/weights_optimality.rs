//! The weights solve what their methods state: by duality, by the equations themselves, and against
//! an exhaustive search over supports.

mod common;

use common::*;
use dualcone_cone::WeightSolver;

/// Solves A x = b by elimination with row exchanges; None for a singular matrix.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Option<Vec<f64>> {
    let n = b.len();
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs()))?;
        a.swap(k, pivot);
        b.swap(k, pivot);
        if a[k][k].abs() < 1e-9 {
            return None;
        }
        for i in k + 1..n {
            let factor = a[i][k] / a[k][k];
            for j in k..n {
                a[i][j] -= factor * a[k][j];
            }
            b[i] -= factor * b[k];
        }
    }
    for k in (0..n).rev() {
        let rest: f64 = (k + 1..n).map(|j| a[k][j] * b[j]).sum();
        b[k] = (b[k] - rest) / a[k][k];
    }
    Some(b)
}

fn supports(m: usize) -> impl Iterator<Item = Vec<usize>> {
    (1_usize..1 << m).map(move |bits| (0..m).filter(|&j| bits >> j & 1 == 1).collect())
}

#[test]
fn mgda_is_no_longer_than_the_best_of_all_supports() {
    // The minimum over the simplex is the minimum over the affine hull of its support, and every
    // such minimum with non-negative weights is a point of the simplex.
    let mut random = Random(61);
    for m in 1..=5 {
        for kind in KINDS {
            for _ in 0..20 {
                let gramian = gramian(&sample(kind, m, &mut random));
                let mut best = f64::INFINITY;
                for support in supports(m) {
                    let k = support.len();
                    let mut a = vec![vec![1.0; k + 1]; k + 1];
                    a[k][k] = 0.0;
                    for (p, &i) in support.iter().enumerate() {
                        for (q, &j) in support.iter().enumerate() {
                            a[p][q] = gramian[i * m + j];
                        }
                    }
                    let mut b = vec![0.0; k + 1];
                    b[k] = 1.0;
                    if let Some(x) = solve(a, b)
                        && x[..k].iter().all(|&w| w >= 0.0)
                    {
                        best = best.min(-x[k]);
                    }
                }
                let mut weights = vec![0.0; m];
                let report = WeightSolver::new(m).mgda(&gramian, &mut weights).unwrap();
                assert!(report.converged, "{kind:?} {report:?}");
                let found = dot(&weights, &product(&gramian, &weights));
                let longest = (0..m).fold(0.0, |most: f64, i| most.max(gramian[i * m + i]));
                assert!(
                    found <= best.max(0.0) * (1.0 + 1e-9) + 1e-14 * longest,
                    "{kind:?} {m}"
                );
            }
        }
    }
}

#[test]
fn mgda_lies_on_the_simplex_and_below_every_row() {
    let mut random = Random(62);
    for m in [1, 2, 3, 8, 17, 40, 90] {
        for kind in KINDS {
            let gramian = gramian(&sample(kind, m, &mut random));
            let mut weights = vec![0.0; m];
            let report = WeightSolver::new(m).mgda(&gramian, &mut weights).unwrap();
            assert!(report.residual < 1e-11, "{kind:?} {m}: {report:?}");
            assert!(weights.iter().all(|&w| w >= 0.0));
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn cagrad_closes_the_duality_gap() {
    // For x in the ball and w in the simplex, min_i g_i'x <= g0'J'w + c ||g0|| ||J'w||; equality
    // proves both optimal.
    let mut random = Random(63);
    let mut reached = 0;
    for m in [1, 2, 3, 5, 16, 33] {
        for kind in KINDS {
            for c in [1e-3, 0.4, 0.5, 0.99, 1.5] {
                let jacobian = sample(kind, m, &mut random);
                let gramian = gramian(&jacobian);
                let mut u = random.preference(m);
                let total: f64 = u.iter().sum();
                u.iter_mut().for_each(|entry| *entry /= total);
                let mut weights = vec![0.0; m];
                let mut solver = WeightSolver::new(m);
                let report = solver.cagrad(&gramian, c, Some(&u), &mut weights).unwrap();
                let context = format!("{kind:?} {m} {c} {report:?}");
                let g0 = direction(&jacobian, &u);
                let longest = jacobian.iter().map(|row| norm(row)).fold(0.0, f64::max);
                if norm(&g0) <= 1e-6 * longest {
                    continue; // A mean of rounding errors.
                }
                reached += 1;
                assert!(report.converged, "{context}");
                let x = direction(&jacobian, &weights);
                assert!(
                    distance(&x, &g0) <= c * norm(&g0) * (1.0 + 1e-8),
                    "{context}"
                );
                let excess: Vec<f64> = weights.iter().zip(&u).map(|(w, u)| w - u).collect();
                let sum: f64 = excess.iter().sum();
                assert!(sum > 0.0, "{context}");
                // Where J'w* = 0 the excess says nothing of w*, but MGDA does.
                let mut shortest = vec![0.0; m];
                solver.mgda(&gramian, &mut shortest).unwrap();
                let own: Vec<f64> = excess.iter().map(|v| v / sum).collect();
                let dual = [own, shortest].map(|w| {
                    let x = direction(&jacobian, &w);
                    dot(&x, &g0) + c * norm(&g0) * norm(&x)
                });
                let dual = dual[0].min(dual[1]);
                let primal = jacobian
                    .iter()
                    .map(|row| dot(row, &x))
                    .fold(f64::INFINITY, f64::min);
                assert!(
                    (dual - primal).abs() < 1e-7 * longest * norm(&g0),
                    "{context} {dual} {primal}"
                );
            }
        }
    }
    assert!(reached > 100);
}

#[test]
fn fairgrad_and_nash_satisfy_their_equations() {
    let mut random = Random(64);
    for m in [1, 2, 5, 16, 60] {
        for kind in [Kind::Gaussian, Kind::HeavyTailed, Kind::LowConflict] {
            let gramian = gramian(&sample(kind, m, &mut random));
            for alpha in [0.1, 0.5, 1.0, 2.0, 5.0, 50.0] {
                if kind == Kind::HeavyTailed && alpha < 0.5 {
                    continue; // w^10 (Gw) = 1 magnifies the rounding of G beyond the limit.
                }
                let mut weights = vec![0.0; m];
                let mut solver = WeightSolver::new(m);
                let report = solver.fairgrad(&gramian, alpha, &mut weights).unwrap();
                let context = format!("{kind:?} {m} {alpha} {report:?}");
                assert!(report.converged, "{context}");
                assert!(report.iterations < 200, "{context}");
                for (slope, w) in product(&gramian, &weights).iter().zip(&weights) {
                    assert!(
                        (slope * w.powf(1.0 / alpha) - 1.0).abs() < 1e-9,
                        "{context}"
                    );
                }
                let mut nash = vec![0.0; m];
                solver.nash_mtl(&gramian, 0.0, &mut nash).unwrap();
                if alpha == 1.0 {
                    assert_close(&nash, &weights, 1e-13);
                }
                solver.nash_mtl(&gramian, 0.25, &mut nash).unwrap();
                let length = dot(&nash, &product(&gramian, &nash)).sqrt();
                assert!((length - 0.25).abs() < 1e-12, "{context}");
            }
        }
    }
}

#[test]
fn imtl_g_has_equal_projections_and_config_equal_angles() {
    let mut random = Random(65);
    for m in [1, 2, 7, 25] {
        for kind in [Kind::Gaussian, Kind::HeavyTailed, Kind::LowConflict] {
            let gramian = gramian(&sample(kind, m, &mut random));
            let mut weights = vec![0.0; m];
            let mut solver = WeightSolver::new(m);
            for method in [0, 1] {
                let report = if method == 0 {
                    solver.imtl_g(&gramian, None, &mut weights)
                } else {
                    solver.config(&gramian, None, &mut weights)
                };
                assert!(report.unwrap().converged);
                let slopes = product(&gramian, &weights);
                let along = |i: usize| slopes[i] / gramian[i * m + i].sqrt();
                for i in 1..m {
                    assert!(
                        (along(i) / along(0) - 1.0).abs() < 1e-7,
                        "{kind:?} {m} {method}"
                    );
                }
            }
        }
    }
}

#[test]
fn pcd_is_the_nearest_of_all_supports() {
    // The nearest feasible point satisfies the constraints of some support with equality and
    // non-negative multipliers; any feasible point of that kind is the nearest.
    let mut random = Random(66);
    let (mut feasible, mut infeasible) = (0, 0);
    for m in 2..=5 {
        for kind in [Kind::Gaussian, Kind::HeavyTailed, Kind::Stationary] {
            for _ in 0..20 {
                let jacobian = sample(kind, m, &mut random);
                let gramian = gramian(&jacobian);
                let bounds: Vec<f64> = (0..m).map(|j| 0.02 * gramian[j * m + j]).collect();
                let mut weights = vec![0.0; m];
                let report = WeightSolver::new(m)
                    .pcd(&gramian, &bounds, &mut weights)
                    .unwrap();
                let mut expected = None;
                let none = std::iter::once(vec![]);
                for support in none.chain(supports(m - 1)) {
                    let rows: Vec<usize> = support.iter().map(|j| j + 1).collect();
                    let a = rows
                        .iter()
                        .map(|i| rows.iter().map(|j| gramian[i * m + j]).collect());
                    let b = rows.iter().map(|&i| bounds[i] - gramian[i * m]).collect();
                    let Some(mu) = solve(a.collect(), b) else {
                        continue;
                    };
                    let mut w = vec![0.0; m];
                    w[0] = 1.0;
                    rows.iter().zip(&mu).for_each(|(&i, &value)| w[i] = value);
                    let slopes = product(&gramian, &w);
                    let holds = |j: usize| slopes[j] >= bounds[j] - 1e-9 * gramian[j * m + j];
                    if mu.iter().all(|&value| value >= 0.0) && (1..m).all(holds) {
                        expected = Some(w);
                    }
                }
                match expected {
                    Some(w) => {
                        feasible += 1;
                        assert!(report.converged, "{kind:?} {m} {report:?}");
                        let x = direction(&jacobian, &weights);
                        assert_close(&x, &direction(&jacobian, &w), 1e-8);
                    }
                    None => {
                        infeasible += 1;
                        assert!(!report.converged, "{kind:?} {m} {report:?}");
                    }
                }
            }
        }
    }
    println!("{feasible} feasible, {infeasible} infeasible");
    assert!(feasible > 100);
}

#[test]
fn the_authors_nash_mtl_reaches_the_exact_one() {
    let mut random = Random(67);
    for m in [1, 2, 4, 9] {
        let jacobian = sample(Kind::LowConflict, m, &mut random);
        let gramian = gramian(&jacobian);
        let mut solver = WeightSolver::new(m);
        let (mut exact, mut official) = (vec![0.0; m], vec![0.0; m]);
        solver.nash_mtl(&gramian, 1.0, &mut exact).unwrap();
        let mut state = vec![1.0; m];
        let report = solver
            .nash_mtl_official(&gramian, 1.0, 20, &mut state, &mut official)
            .unwrap();
        assert!(report.converged, "{report:?}");
        assert_close(
            &direction(&jacobian, &official),
            &direction(&jacobian, &exact),
            1e-4,
        );
    }
}
