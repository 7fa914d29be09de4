//! Descriptions as JSON: what is refused, and with which words.

mod common;

use common::{describe, network};
use dualcone_network::{Description, NetworkError, Objective, Plan};

fn plan(description: &Description) -> Result<Plan, NetworkError> {
    Plan::infer(description, 8, Objective::CrossEntropy)
}

#[test]
fn a_description_survives_its_own_json() {
    for name in common::NETWORKS {
        let description = network(name);
        let json = serde_json::to_string(&description).unwrap();
        assert_eq!(Description::from_json(&json).unwrap(), description);
    }
}

#[test]
fn batch_normalisation_is_refused_with_its_reason() {
    for kind in ["batch-norm", "batch-norm2d", "batch-norm1d"] {
        let json = format!(
            r#"{{"name": "n", "input": [3, 8, 8], "layers": [{{"kind": "elu"}}, {{"kind": "{kind}", "momentum": 0.1}}]}}"#
        );
        let error = Description::from_json(&json).unwrap_err();
        assert_eq!(
            (error.place.as_str(), error.value),
            ("layers[1].kind", format!("\"{kind}\""))
        );
        for part in [
            "mixes the examples",
            "no example has a gradient of its own",
            "group-norm",
            "layer-norm",
        ] {
            assert!(error.rule.contains(part), "{}", error.rule);
        }
    }
}

/// JSON that is no description: place, a part of the value, a part of the rule.
#[test]
fn malformed_descriptions() {
    let network =
        |layers: &str| format!(r#"{{"name": "n", "input": [3, 8, 8], "layers": [{layers}]}}"#);
    let cases = [
        (
            "{".to_string(),
            "the network description",
            "EOF",
            "it must be JSON",
        ),
        (
            "{}".into(),
            "the network description",
            "malformed",
            "missing field `name`",
        ),
        (
            r#"{"name": "n", "input": [3]}"#.into(),
            "the network description",
            "malformed",
            "missing field `layers`",
        ),
        (
            r#"{"name": "n", "input": [-3], "layers": []}"#.into(),
            "the network description",
            "malformed",
            "invalid value: integer `-3`",
        ),
        (
            r#"{"name": "n", "input": 3, "layers": []}"#.into(),
            "the network description",
            "malformed",
            "expected a sequence",
        ),
        (
            r#"{"name": "n", "input": [3], "layers": [], "seed": 1}"#.into(),
            "the network description",
            "malformed",
            "unknown field `seed`",
        ),
        (
            network(r#"{"kind": "conv3d"}"#),
            "layers[0]",
            "conv3d",
            "unknown variant `conv3d`",
        ),
        (
            network(r#"{"outputs": 3}"#),
            "layers[0]",
            "outputs",
            "missing field `kind`",
        ),
        (
            network(r#"{"kind": "elu"}, {"kind": "conv2d", "outputs": 4}"#),
            "layers[1]",
            "conv2d",
            "missing field `kernel`",
        ),
        (
            network(r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "dilation": 2}"#),
            "layers[0]",
            "dilation",
            "unknown field `dilation`",
        ),
        (
            network(r#"{"kind": "elu", "alpha": 2}"#),
            "layers[0]",
            "alpha",
            "unknown field `alpha`",
        ),
        (
            network(r#"{"kind": "flatten", "from": 1}"#),
            "layers[0]",
            "from",
            "unknown field `from`",
        ),
        (
            network(r#"{"kind": "conv2d", "outputs": 4, "kernel": 2.5}"#),
            "layers[0]",
            "2.5",
            "invalid type: floating point `2.5`",
        ),
        (
            network(r#"{"kind": "conv2d", "outputs": 4, "kernel": -1}"#),
            "layers[0]",
            "-1",
            "invalid value: integer `-1`",
        ),
        (
            network(r#"{"kind": "conv2d", "outputs": "4", "kernel": 1}"#),
            "layers[0]",
            "\"4\"",
            "invalid type: string",
        ),
        (
            network(r#"{"kind": "linear", "outputs": 4, "bias": 1}"#),
            "layers[0]",
            "\"bias\":1",
            "expected a boolean",
        ),
        (
            network(r#"{"kind": "dropout"}"#),
            "layers[0]",
            "dropout",
            "missing field `probability`",
        ),
        (network(r#""elu""#), "layers[0]", "\"elu\"", "invalid type"),
    ];
    for (json, place, value, rule) in cases {
        let error = Description::from_json(&json).expect_err(&json);
        let parts =
            error.place == place && error.value.contains(value) && error.rule.contains(rule);
        assert!(
            parts,
            "{json}\n  gives: {error}\n  place {:?}, value {:?}, rule {:?}",
            error.place, error.value, error.rule
        );
    }
}

/// Descriptions whose shapes do not fit: place, value, a part of the rule.
#[test]
fn impossible_descriptions() {
    let image: &[usize] = &[3, 8, 6];
    let flat: &[usize] = &[5];
    let huge = usize::MAX;
    let overflow = format!(
        r#"{{"kind": "conv2d", "outputs": 4, "kernel": {huge}, "padding": {}}}"#,
        huge - 1
    );
    let largest = 1u64 << 28;
    let strided = format!(
        r#"{{"kind": "conv2d", "outputs": 1024, "kernel": {largest}, "padding": {}, "stride": {largest}}}"#,
        largest - 1
    );
    let cases: &[(&[usize], &str, &str, &str, &str)] = &[
        (
            &[],
            r#"{"kind": "elu"}"#,
            "input",
            "[]",
            "[features], [steps, features] or [channels, height, width]",
        ),
        (
            &[2, 3, 4, 5],
            r#"{"kind": "flatten"}"#,
            "input",
            "[2, 3, 4, 5]",
            "[features], [steps, features] or [channels, height, width]",
        ),
        (
            &[3, 0, 4],
            r#"{"kind": "flatten"}"#,
            "input",
            "[3, 0, 4]",
            "its entries must number 1 to",
        ),
        (
            &[1 << 15, 1 << 15, 1],
            r#"{"kind": "flatten"}"#,
            "input",
            "[32768, 32768, 1]",
            "its entries must number 1 to",
        ),
        (
            flat,
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 3}"#,
            "layers[0] (conv2d)",
            "applied to the shape [5]",
            "[channels, height, width]",
        ),
        (
            flat,
            r#"{"kind": "max-pool2d", "kernel": 2}"#,
            "layers[0] (max-pool2d)",
            "applied to the shape [5]",
            "[channels, height, width]",
        ),
        (
            image,
            r#"{"kind": "linear", "outputs": 4}"#,
            "layers[0] (linear)",
            "applied to the shape [3, 8, 6]",
            "put a flatten layer before it",
        ),
        (
            image,
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 7}"#,
            "layers[0] (conv2d)",
            "kernel 7",
            "fit into its input of 6 entries a side with padding 0",
        ),
        (
            image,
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 0}"#,
            "layers[0] (conv2d)",
            "kernel 0, stride 1",
            "both must be 1 to",
        ),
        (
            image,
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "stride": 0}"#,
            "layers[0] (conv2d)",
            "kernel 3, stride 0",
            "both must be 1 to",
        ),
        (
            image,
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "padding": 3}"#,
            "layers[0] (conv2d)",
            "padding 3",
            "smaller than the kernel, 3",
        ),
        (
            image,
            r#"{"kind": "conv2d", "outputs": 0, "kernel": 3}"#,
            "layers[0].outputs",
            "0",
            "positive multiple of the 1 groups",
        ),
        (
            image,
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "groups": 2}"#,
            "layers[0].groups",
            "2",
            "divide the 3 input channels",
        ),
        (
            image,
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "groups": 0}"#,
            "layers[0].groups",
            "0",
            "divide the 3 input channels",
        ),
        (
            image,
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "groups": 3}"#,
            "layers[0].outputs",
            "4",
            "positive multiple of the 3 groups",
        ),
        (
            image,
            r#"{"kind": "conv2d", "outputs": 16777216, "kernel": 1}"#,
            "layers[0] (conv2d)",
            "[16777216, 8, 6]",
            "its entries must number 1 to",
        ),
        (
            image,
            &overflow,
            "layers[0] (conv2d)",
            "",
            "both must be 1 to",
        ),
        (
            image,
            &strided,
            "0.weight",
            "",
            "its entries must number 1 to",
        ),
        (
            image,
            r#"{"kind": "elu"}, {"kind": "max-pool2d", "kernel": 9}"#,
            "layers[1] (max-pool2d)",
            "kernel 9",
            "fit into its input of 8 entries a side with padding 0",
        ),
        (
            image,
            r#"{"kind": "average-pool2d", "kernel": 2, "stride": 0}"#,
            "layers[0] (average-pool2d)",
            "kernel 2, stride 0",
            "both must be 1 to",
        ),
        (
            image,
            r#"{"kind": "group-norm", "groups": 2}"#,
            "layers[0].groups",
            "2",
            "divide the 3 channels",
        ),
        (
            image,
            r#"{"kind": "group-norm", "groups": 0}"#,
            "layers[0].groups",
            "0",
            "divide the 3 channels",
        ),
        (
            image,
            r#"{"kind": "group-norm", "groups": 1, "epsilon": 0}"#,
            "layers[0].epsilon",
            "0",
            "positive and finite",
        ),
        (
            flat,
            r#"{"kind": "layer-norm", "epsilon": -1}"#,
            "layers[0].epsilon",
            "-1",
            "positive and finite",
        ),
        (
            flat,
            r#"{"kind": "dropout", "probability": 1}"#,
            "layers[0].probability",
            "1",
            "at least 0 and below 1",
        ),
        (
            flat,
            r#"{"kind": "dropout", "probability": -0.5}"#,
            "layers[0].probability",
            "-0.5",
            "at least 0 and below 1",
        ),
        (
            flat,
            r#"{"kind": "linear", "outputs": 0}"#,
            "layers[0].outputs",
            "0",
            "at least 1",
        ),
        (
            flat,
            r#"{"kind": "linear", "outputs": 100000000}"#,
            "0.weight",
            "[100000000, 5]",
            "its entries must number 1 to",
        ),
        (
            flat,
            r#"{"kind": "elu"}"#,
            "layers",
            "without parameters",
            "at least one layer to train",
        ),
        (
            flat,
            "",
            "layers",
            "without parameters",
            "at least one layer to train",
        ),
        (
            image,
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 3}"#,
            "the network's output",
            "of shape [4, 6, 4]",
            "end with flatten or linear",
        ),
    ];
    for (input, layers, place, value, rule) in cases {
        let Err(error) = plan(&describe(input, layers)) else {
            panic!("{layers} on {input:?} must not do")
        };
        let parts = error.place == *place
            && (error.value == *value || value.is_empty())
            && error.rule.contains(rule);
        assert!(
            parts,
            "{layers} on {input:?}\n  gives: {error}\n  place {:?}, value {:?}, rule {:?}",
            error.place, error.value, error.rule
        );
    }
}

#[test]
fn batch_sizes_have_their_limits() {
    let description = describe(&[2], r#"{"kind": "linear", "outputs": 2}"#);
    for size in [0, 65_537] {
        let error = Plan::infer(&description, size, Objective::CrossEntropy).unwrap_err();
        assert_eq!(
            (error.place.as_str(), error.value),
            ("the batch size", size.to_string())
        );
    }
    for size in [1, 65_536] {
        assert!(Plan::infer(&description, size, Objective::CrossEntropy).is_ok());
    }
}

/// An error reads as one sentence: the place, the value seen, the rule.
#[test]
fn errors_read_as_sentences() {
    let error = plan(&describe(
        &[3, 8, 8],
        r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "groups": 2}"#,
    ))
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "layers[0].groups is 2; it must divide the 3 input channels"
    );
}
