//! Permutations, scales of 1e-150 and 1e150, zero, duplicate and single rows, stationarity, bad
//! input, and no allocation, for every method of `WeightSolver`.

mod common;

use common::*;
use dualcone_cone::{ConeError, Report, ScaleMode, WeightSolver};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Method {
    Mgda,
    FrankWolfe,
    Cagrad,
    NashMtl,
    NashMtlOfficial,
    Fairgrad,
    AlignedMtl,
    ImtlG,
    Config,
    Pcd,
}

const METHODS: [Method; 10] = [
    Method::Mgda,
    Method::FrankWolfe,
    Method::Cagrad,
    Method::NashMtl,
    Method::NashMtlOfficial,
    Method::Fairgrad,
    Method::AlignedMtl,
    Method::ImtlG,
    Method::Config,
    Method::Pcd,
];

/// Runs a method with ordinary parameters; `spare` is the state or the bounds.
fn run(
    method: Method,
    solver: &mut WeightSolver,
    gramian: &[f64],
    spare: &mut [f64],
    weights: &mut [f64],
) -> Result<Report, ConeError> {
    match method {
        Method::Mgda => solver.mgda(gramian, weights),
        Method::FrankWolfe => solver.frank_wolfe(gramian, 1e-3, 100, weights),
        Method::Cagrad => solver.cagrad(gramian, 0.5, None, weights),
        Method::NashMtl => solver.nash_mtl(gramian, 0.0, weights),
        Method::NashMtlOfficial => {
            spare.fill(1.0);
            solver.nash_mtl_official(gramian, 0.0, 3, spare, weights)
        }
        Method::Fairgrad => solver.fairgrad(gramian, 2.0, weights),
        Method::AlignedMtl => solver.aligned_mtl(gramian, ScaleMode::Median, None, None, weights),
        Method::ImtlG => solver.imtl_g(gramian, None, weights),
        Method::Config => solver.config(gramian, None, weights),
        Method::Pcd => {
            let m = weights.len();
            for (j, bound) in spare.iter_mut().enumerate() {
                *bound = 0.02 * gramian[j * m + j];
            }
            solver.pcd(gramian, spare, weights)
        }
    }
}

fn weigh(method: Method, gramian: &[f64]) -> (Vec<f64>, Report) {
    let m = gramian.len().isqrt();
    let (mut spare, mut weights) = (vec![0.0; m], vec![f64::NAN; m]);
    let mut solver = WeightSolver::new(m);
    let report = run(method, &mut solver, gramian, &mut spare, &mut weights);
    (weights, report.expect("valid input"))
}

#[test]
fn permuted_rows_have_permuted_weights() {
    let mut random = Random(71);
    for kind in [Kind::Gaussian, Kind::HeavyTailed, Kind::LowConflict] {
        for m in [2, 5, 12] {
            let jacobian = sample(kind, m, &mut random);
            // The first row stays: it is the primary one of PCD.
            let mut order: Vec<usize> = (0..m).collect();
            for k in (2..m).rev() {
                order.swap(k, 1 + random.below(k));
            }
            let permuted: Jacobian = order.iter().map(|&i| jacobian[i].clone()).collect();
            for method in METHODS {
                let (weights, _) = weigh(method, &gramian(&jacobian));
                let (found, _) = weigh(method, &gramian(&permuted));
                let expected = direction(&jacobian, &weights);
                let tolerance = if method == Method::NashMtlOfficial {
                    1e-4
                } else {
                    1e-6
                };
                let error = distance(&direction(&permuted, &found), &expected);
                assert!(
                    error <= tolerance * norm(&expected),
                    "{method:?} {kind:?} {m} {error}"
                );
            }
        }
    }
}

/// What the weights are multiplied by when all rows are multiplied by t.
fn response(method: Method, t: f64) -> f64 {
    match method {
        Method::NashMtl => 1.0 / t,
        Method::Fairgrad => t.powf(-4.0 / 3.0),
        _ => 1.0,
    }
}

#[test]
fn rows_of_any_size() {
    let mut random = Random(72);
    for kind in [Kind::Gaussian, Kind::LowConflict, Kind::HeavyTailed] {
        for m in [1, 2, 4, 9] {
            let gramian = gramian(&sample(kind, m, &mut random));
            for t in [1e-150, 1e-30, 1e30, 1e150] {
                let scaled: Vec<f64> = gramian.iter().map(|entry| entry * t * t).collect();
                for method in METHODS {
                    if method == Method::NashMtlOfficial {
                        continue; // Its stopping rule knows lengths.
                    }
                    let (expected, first) = weigh(method, &gramian);
                    let (found, second) = weigh(method, &scaled);
                    let factor = response(method, t);
                    let found: Vec<f64> = found.iter().map(|w| w / factor).collect();
                    println!("{method:?} {kind:?} {m} {t:e} {first:?} {second:?}");
                    assert_eq!(first.converged, second.converged);
                    assert_close(&found, &expected, 1e-7);
                }
            }
        }
    }
}

#[test]
fn rows_three_hundred_decades_apart() {
    let gramian = [1e-300, 0.5e-150, 0.5e-150, 1.0];
    for method in METHODS {
        let (weights, _) = weigh(method, &gramian);
        assert!(
            weights.iter().all(|w| w.is_finite()),
            "{method:?} {weights:?}"
        );
    }
    // The angle is 60 degrees, and the short row is the nearest point of the segment to 0.
    let (weights, report) = weigh(Method::Mgda, &gramian);
    assert!(report.converged && (weights[0] - 1.0).abs() < 1e-15);
    let (weights, report) = weigh(Method::NashMtl, &gramian);
    assert!(report.converged);
    assert!((weights[0] * 1e-150 / weights[1] - 1.0).abs() < 1e-12);
}

#[test]
fn a_single_row() {
    for (method, expected) in [
        (Method::Mgda, 1.0),
        (Method::FrankWolfe, 1.0),
        (Method::Cagrad, 1.5),
        (Method::NashMtl, 0.5),
        // G/||G|| is 1, and b = 1 passes the authors' test at once.
        (Method::NashMtlOfficial, 1.0),
        (Method::Fairgrad, 4.0_f64.powf(-2.0 / 3.0)),
        (Method::AlignedMtl, 1.0),
        (Method::ImtlG, 1.0),
        (Method::Config, 1.0),
        (Method::Pcd, 1.0),
    ] {
        let (weights, _) = weigh(method, &[4.0]);
        assert!(
            (weights[0] - expected).abs() < 1e-7,
            "{method:?} {weights:?}"
        );
    }
}

#[test]
fn nothing_but_zero_rows() {
    for method in METHODS {
        let (weights, report) = weigh(method, &[0.0; 9]);
        assert!(
            weights.iter().all(|w| w.is_finite()),
            "{method:?} {weights:?}"
        );
        // Frank-Wolfe takes whole steps from one zero row to the first, for ever.
        let unsolvable = [
            Method::FrankWolfe,
            Method::NashMtl,
            Method::NashMtlOfficial,
            Method::Fairgrad,
        ];
        assert_eq!(
            report.converged,
            !unsolvable.contains(&method),
            "{method:?} {report:?}"
        );
    }
    assert_eq!(weigh(Method::Mgda, &[0.0; 9]).0, [1.0 / 3.0; 3]);
    assert_eq!(weigh(Method::Cagrad, &[0.0; 9]).0, [1.0 / 3.0; 3]);
    assert_eq!(weigh(Method::AlignedMtl, &[0.0; 9]).0, [1.0 / 3.0; 3]);
    assert_eq!(weigh(Method::Pcd, &[0.0; 9]).0, [1.0, 0.0, 0.0]);
}

#[test]
fn one_zero_row() {
    let jacobian = vec![vec![2.0, 0.0], vec![0.0, 0.0], vec![-1.0, 3.0]];
    let gramian = gramian(&jacobian);
    assert_eq!(weigh(Method::Mgda, &gramian).0, [0.0, 1.0, 0.0]);
    for method in [Method::NashMtl, Method::Fairgrad] {
        let (weights, report) = weigh(method, &gramian);
        assert!(
            !report.converged && report.residual >= 1.0,
            "{method:?} {report:?}"
        );
        assert_eq!(weights[1], 0.0);
    }
    for method in [
        Method::Config,
        Method::ImtlG,
        Method::AlignedMtl,
        Method::Pcd,
    ] {
        let (weights, report) = weigh(method, &gramian);
        assert!(report.converged, "{method:?} {report:?}");
        assert!(weights[1].abs() < 1e-15 || method == Method::AlignedMtl);
    }
    // The zero row keeps the level at 0: the mean is not moved away from the others further.
    let (weights, report) = weigh(Method::Cagrad, &gramian);
    assert!(report.converged, "{report:?}");
    let x = direction(&jacobian, &weights);
    assert!(jacobian.iter().all(|row| dot(row, &x) >= -1e-12));
}

#[test]
fn duplicate_rows_count_once_for_the_direction_of_mgda_and_cagrad() {
    let mut random = Random(73);
    for m in [2, 4, 9] {
        let jacobian = sample(Kind::Gaussian, m, &mut random);
        let mut doubled = jacobian.clone();
        doubled.extend(jacobian.iter().cloned());
        for method in [Method::Mgda, Method::Cagrad] {
            let (weights, first) = weigh(method, &gramian(&jacobian));
            let (twice, second) = weigh(method, &gramian(&doubled));
            assert!(
                first.converged && second.converged,
                "{method:?} {first:?} {second:?}"
            );
            let expected = direction(&jacobian, &weights);
            assert_close(&direction(&doubled, &twice), &expected, 1e-7);
        }
    }
}

#[test]
fn stationary_and_deficient_rows() {
    let mut random = Random(74);
    for kind in [Kind::Stationary, Kind::RankDeficient] {
        for m in [2, 3, 8, 20, 33] {
            let jacobian = sample(kind, m, &mut random);
            let gramian = gramian(&jacobian);
            let longest = jacobian.iter().map(|row| norm(row)).fold(0.0, f64::max);
            for method in METHODS {
                let (weights, report) = weigh(method, &gramian);
                assert!(
                    weights.iter().all(|w| w.is_finite()),
                    "{kind:?} {method:?} {m}"
                );
                assert!(!report.residual.is_nan());
                if kind == Kind::Stationary {
                    match method {
                        Method::Mgda => {
                            assert!(report.converged);
                            assert!(norm(&direction(&jacobian, &weights)) < 1e-7 * longest);
                        }
                        Method::NashMtl | Method::NashMtlOfficial | Method::Fairgrad => {
                            assert!(!report.converged, "{method:?} {m} {report:?}");
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

#[test]
fn earlier_calls_leave_no_trace() {
    let mut random = Random(75);
    let m = 11;
    let mut solver = WeightSolver::new(m);
    for kind in KINDS {
        let gramian = gramian(&sample(kind, m, &mut random));
        for method in METHODS {
            let (expected, first) = weigh(method, &gramian);
            let (mut spare, mut weights) = (vec![0.0; m], vec![0.0; m]);
            let second = run(method, &mut solver, &gramian, &mut spare, &mut weights).unwrap();
            assert_eq!(weights, expected, "{kind:?} {method:?}");
            assert_eq!(first, second);
        }
    }
}

#[test]
fn bad_gramians_are_refused_by_every_method() {
    for (entry, value) in [(1, f64::NAN), (0, f64::INFINITY), (3, -1.0), (1, 0.5)] {
        let mut gramian = [1.0, 0.0, 0.0, 1.0];
        gramian[entry] = value;
        for method in METHODS {
            let (mut spare, mut weights) = ([1.0; 2], [7.0; 2]);
            let mut solver = WeightSolver::new(2);
            let outcome = match method {
                // The bounds of `run` would be bad, too.
                Method::Pcd => solver.pcd(&gramian, &spare, &mut weights),
                _ => run(method, &mut solver, &gramian, &mut spare, &mut weights),
            };
            assert!(
                outcome.expect_err("bad input").place.contains("Gramian"),
                "{method:?}"
            );
            assert_eq!(weights, [7.0; 2]);
        }
    }
}

#[test]
fn bad_parameters_are_refused() {
    let gramian = [1.0, 0.0, 0.0, 1.0];
    let mut solver = WeightSolver::new(2);
    let w = &mut [0.0; 2];
    let mode = ScaleMode::Min;
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(solver.frank_wolfe(&gramian, bad, 10, w).is_err());
        assert!(solver.cagrad(&gramian, bad, None, w).is_err());
        assert!(solver.cagrad(&gramian, 0.5, Some(&[1.0, bad]), w).is_err());
        assert!(solver.nash_mtl(&gramian, bad, w).is_err());
        assert!(
            solver
                .nash_mtl_official(&gramian, bad, 1, &mut [1.0; 2], w)
                .is_err()
        );
        assert!(solver.fairgrad(&gramian, bad, w).is_err());
        assert!(
            solver
                .aligned_mtl(&gramian, mode, Some(bad), None, w)
                .is_err()
        );
        assert!(solver.imtl_g(&gramian, Some(bad), w).is_err());
        assert!(solver.config(&gramian, Some(&[bad, 1.0]), w).is_err());
    }
    assert!(solver.fairgrad(&gramian, 0.0, w).is_err());
    assert!(solver.pcd(&gramian, &[0.0, f64::NAN], w).is_err());
    assert!(solver.pcd(&gramian, &[0.0], w).is_err());
    let state = &mut [1.0, f64::NAN];
    assert!(
        solver
            .nash_mtl_official(&gramian, 1.0, 1, state, w)
            .is_err()
    );
    assert!(solver.mgda(&gramian, &mut [0.0; 3]).is_err());
}

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promises are those of the system allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above, hence from the system allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_call_allocates_nothing() {
    let mut random = Random(76);
    for m in [1, 4, 33] {
        let mut solver = WeightSolver::new(m);
        let (mut spare, mut weights) = (vec![0.0; m], vec![0.0; m]);
        for kind in KINDS {
            let gramian = gramian(&sample(kind, m, &mut random));
            for method in METHODS {
                let before = ALLOCATIONS.get();
                run(method, &mut solver, &gramian, &mut spare, &mut weights).unwrap();
                assert_eq!(ALLOCATIONS.get(), before, "{kind:?} {method:?} {m}");
            }
        }
    }
}
