//! Shape inference and defaults.

mod common;

use common::{describe, network};
use dualcone_network::{Description, NetworkError, Objective, Plan};

fn plan(description: &Description) -> Result<Plan, NetworkError> {
    Plan::infer(description, 8, Objective::CrossEntropy)
}

/// The shape behind the first of these layers.
fn shape(input: &[usize], layer: &str) -> Vec<usize> {
    let rest = if input.len() == 3 {
        r#"{"kind": "flatten"}, "#
    } else {
        ""
    };
    let description = describe(
        input,
        &format!(r#"{layer}, {rest}{{"kind": "linear", "outputs": 2}}"#),
    );
    plan(&description)
        .unwrap_or_else(|e| panic!("{layer}: {e}"))
        .layers[0]
        .output
        .clone()
}

/// Expected shapes by PyTorch's formula, ⌊(length + 2 padding − kernel) / stride⌋ + 1.
#[test]
fn of_windows() {
    let cases: &[(&[usize], &str, &[usize])] = &[
        (
            &[3, 32, 32],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
            &[16, 30, 30],
        ),
        (
            &[3, 32, 20],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 5, "padding": 2}"#,
            &[16, 32, 20],
        ),
        (
            &[1, 28, 27],
            r#"{"kind": "conv2d", "outputs": 2, "kernel": 3, "stride": 2}"#,
            &[2, 13, 13],
        ),
        (
            &[1, 28, 27],
            r#"{"kind": "conv2d", "outputs": 2, "kernel": 3, "stride": 2, "padding": 1}"#,
            &[2, 14, 14],
        ),
        (
            &[4, 5, 5],
            r#"{"kind": "conv2d", "outputs": 8, "kernel": 5, "groups": 4}"#,
            &[8, 1, 1],
        ),
        (
            &[4, 2, 2],
            r#"{"kind": "conv2d", "outputs": 8, "kernel": 4, "padding": 1}"#,
            &[8, 1, 1],
        ),
        (
            &[4, 9, 8],
            r#"{"kind": "max-pool2d", "kernel": 2}"#,
            &[4, 4, 4],
        ),
        (
            &[4, 9, 8],
            r#"{"kind": "max-pool2d", "kernel": 3, "stride": 1}"#,
            &[4, 7, 6],
        ),
        (
            &[4, 9, 8],
            r#"{"kind": "average-pool2d", "kernel": 3}"#,
            &[4, 3, 2],
        ),
        (
            &[4, 9, 8],
            r#"{"kind": "average-pool2d", "kernel": 2, "stride": 3}"#,
            &[4, 3, 3],
        ),
    ];
    for (input, layer, expected) in cases {
        assert_eq!(shape(input, layer), *expected, "{layer} on {input:?}");
    }
}

#[test]
fn of_everything_else() {
    assert_eq!(shape(&[4, 3, 2], r#"{"kind": "flatten"}"#), [24]);
    assert_eq!(shape(&[7], r#"{"kind": "linear", "outputs": 5}"#), [5]);
    assert_eq!(shape(&[6], r#"{"kind": "group-norm", "groups": 3}"#), [6]);
    for same in ["elu", "relu", "tanh", "sigmoid", "gelu", "layer-norm"] {
        assert_eq!(
            shape(&[4, 3, 2], &format!(r#"{{"kind": "{same}"}}"#)),
            [4, 3, 2],
            "{same}"
        );
        assert_eq!(
            shape(&[6], &format!(r#"{{"kind": "{same}"}}"#)),
            [6],
            "{same}"
        );
    }
    assert_eq!(
        shape(&[4, 3, 2], r#"{"kind": "dropout", "probability": 0.5}"#),
        [4, 3, 2]
    );
}

#[test]
fn of_the_papers_networks() {
    let flat = |name| {
        plan(&network(name))
            .unwrap()
            .layers
            .iter()
            .find(|l| l.kind == "flatten")
            .unwrap()
            .output
            .clone()
    };
    assert_eq!(
        ["svhn", "cifar10", "eurosat", "mnist"].map(flat),
        [[512], [1024], [1024], [576]]
    );
}

#[test]
fn defaults_are_pytorchs() {
    let short = describe(
        &[2, 9, 9],
        r#"{"kind": "conv2d", "outputs": 4, "kernel": 3}, {"kind": "max-pool2d", "kernel": 2}, {"kind": "group-norm", "groups": 2},
           {"kind": "layer-norm"}, {"kind": "flatten"}, {"kind": "linear", "outputs": 3}"#,
    );
    let long = describe(
        &[2, 9, 9],
        r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "stride": 1, "padding": 0, "groups": 1, "bias": true},
           {"kind": "max-pool2d", "kernel": 2, "stride": 2}, {"kind": "group-norm", "groups": 2, "epsilon": 1e-5},
           {"kind": "layer-norm", "epsilon": 1e-5}, {"kind": "flatten"}, {"kind": "linear", "outputs": 3, "bias": true}"#,
    );
    let [a, b] = [short, long].map(|d| plan(&d).unwrap());
    assert_eq!((a.layers, a.parameters), (b.layers, b.parameters));
}
