//! Directions of TorchJD, and of Newton on the optimal support, from `golden/`.

mod common;

use common::{Jacobian, assert_close, direction, distance, gramian, norm};
use dualcone_cone::{ConeError, Report, ScaleMode, WeightSolver};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    let entries = value.as_array().expect("an array").iter();
    entries.map(|x| x.as_f64().expect("a number")).collect()
}

type Method = fn(&mut WeightSolver, &[f64], &mut [f64]) -> Result<Report, ConeError>;

/// Checks every case that has the entry `name`; `cases` of them.
fn check(name: &str, cases: usize, tolerance: f64, method: Method) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/aggregators.json");
    let text = std::fs::read_to_string(path).expect("the golden values");
    let golden: Value = serde_json::from_str(&text).expect("JSON");
    let mut seen = 0;
    for case in golden["cases"].as_array().expect("cases") {
        let Some(expected) = case["aggregation"].get(name).map(numbers) else {
            continue;
        };
        seen += 1;
        let rows = case["jacobian"].as_array().expect("rows").iter();
        let jacobian: Jacobian = rows.map(numbers).collect();
        let m = jacobian.len();
        let mut weights = vec![0.0; m];
        let report = method(&mut WeightSolver::new(m), &gramian(&jacobian), &mut weights)
            .expect("valid input");
        let found = direction(&jacobian, &weights);
        let error = distance(&found, &expected) / norm(&expected);
        println!("{} {name}: {error:.1e} {report:?}", case["name"]);
        assert!(report.converged);
        assert_close(&found, &expected, tolerance);
    }
    assert_eq!(seen, cases);
}

#[test]
fn mgda_is_the_exact_minimum() {
    check("mgda_exact", 11, 1e-8, |solver, gramian, weights| {
        solver.mgda(gramian, weights)
    });
}

#[test]
fn cagrad_is_the_exact_minimum() {
    check("cagrad_0.5_exact", 11, 1e-7, |solver, gramian, weights| {
        solver.cagrad(gramian, 0.5, None, weights)
    });
}

#[test]
fn nash_mtl_is_the_exact_bargain() {
    check(
        "nash_mtl_max_norm_1_exact",
        11,
        1e-8,
        |solver, gramian, weights| solver.nash_mtl(gramian, 1.0, weights),
    );
}

#[test]
fn fairgrad_is_the_exact_solution() {
    check("fairgrad_1_exact", 11, 1e-8, |solver, gramian, weights| {
        solver.fairgrad(gramian, 1.0, weights)
    });
}

#[test]
fn imtl_g_is_torchjds() {
    check("imtl_g", 11, 1e-6, |solver, gramian, weights| {
        solver.imtl_g(gramian, None, weights)
    });
}

#[test]
fn config_is_torchjds() {
    check("config", 11, 1e-6, |solver, gramian, weights| {
        solver.config(gramian, None, weights)
    });
}

/// TorchJD's for float64: the default, for float32, drops an eigenvalue of the last case.
fn cutoff(weights: &[f64]) -> Option<f64> {
    Some(weights.len() as f64 * f64::EPSILON)
}

#[test]
fn aligned_mtl_by_the_smallest_eigenvalue_is_torchjds() {
    check("aligned_mtl_min", 11, 1e-6, |solver, gramian, weights| {
        solver.aligned_mtl(gramian, ScaleMode::Min, cutoff(weights), None, weights)
    });
}

#[test]
fn aligned_mtl_by_the_median_is_torchjds() {
    check(
        "aligned_mtl_median",
        11,
        1e-6,
        |solver, gramian, weights| {
            solver.aligned_mtl(gramian, ScaleMode::Median, cutoff(weights), None, weights)
        },
    );
}

#[test]
fn the_authors_nash_mtl_is_torchjds() {
    check(
        "nash_mtl_max_norm_1",
        9,
        1e-4,
        |solver, gramian, weights| {
            let mut state = vec![1.0; weights.len()];
            solver.nash_mtl_official(gramian, 1.0, 20, &mut state, weights)
        },
    );
}
