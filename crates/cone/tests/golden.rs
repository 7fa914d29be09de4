//! Directions of TorchJD (trace ridge) and of quadprog (no ridge), from `golden/`.

mod common;

use common::{
    Jacobian, assert_close, direction, dualproj, gramian, options, upgrad, with_clarabel,
};
use dualcone_cone::{Options, Ridge, Status};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .expect("an array")
        .iter()
        .map(|x| x.as_f64().expect("a number"))
        .collect()
}

fn check(suffix: &str, options: &Options, tolerance: f64) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/aggregators.json");
    let text = std::fs::read_to_string(path).expect("the golden values");
    let golden: Value = serde_json::from_str(&text).expect("JSON");
    let cases = golden["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 11);
    for case in cases {
        let jacobian: Jacobian = case["jacobian"]
            .as_array()
            .expect("rows")
            .iter()
            .map(numbers)
            .collect();
        let gramian = gramian(&jacobian);
        for (name, (weights, certificate)) in [
            ("upgrad", upgrad(&gramian, None, options)),
            ("dualproj", dualproj(&gramian, None, options)),
        ] {
            let expected = numbers(&case["aggregation"][format!("{name}_{suffix}")]);
            println!("{} {name} {certificate:?}", case["name"]);
            assert_close(&direction(&jacobian, &weights), &expected, tolerance);
            assert_eq!(certificate.status, Status::Certified);
            assert_eq!(certificate.extra_ridge, 0.0);
        }
    }
}

#[test]
fn trace_ridge_gives_torchjd_directions() {
    check("trace_1e-4", &options(Ridge::Trace(1e-4)), 1e-9);
}

#[test]
fn no_ridge_gives_quadprog_directions() {
    check("exact", &options(Ridge::None), 1e-7);
}

#[test]
fn clarabel_gives_torchjd_directions() {
    check("trace_1e-4", &with_clarabel(Ridge::Trace(1e-4)), 1e-9);
}

#[test]
fn clarabel_gives_quadprog_directions() {
    check("exact", &with_clarabel(Ridge::None), 1e-7);
}
