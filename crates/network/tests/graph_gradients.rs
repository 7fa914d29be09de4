//! Networks that are no chain against finite differences, in f64: every node, ties, heads and losses of every step, in
//! every choice of rows.

mod common;

use common::graphs::check;
use dualcone_network::Objective::{CrossEntropy, SquaredError};

/// A network without heads, under both losses.
fn check_both(input: &str, layers: &str) {
    let json = format!(r#"{{"name": "n", "input": {input}, "layers": [{layers}]}}"#);
    check(&json, &[CrossEntropy]);
    check(&json, &[SquaredError]);
}

const LINEAR: &str = r#"{"kind": "linear", "outputs": 3}"#;

#[test]
fn a_linear_layer_at_each_step() {
    check_both(
        "[4, 3]",
        r#"{"kind": "linear", "outputs": 4}, {"kind": "tanh"}, {"kind": "linear", "outputs": 3, "bias": false}, {"kind": "flatten"}"#,
    );
}

#[test]
fn a_loss_a_step() {
    check_both(
        "[4, 3]",
        r#"{"kind": "linear", "outputs": 4}, {"kind": "tanh"}, {"kind": "linear", "outputs": 3}"#,
    );
}

#[test]
fn the_last_step() {
    check_both(
        "[4, 3]",
        &format!(r#"{{"kind": "linear", "outputs": 4}}, {{"kind": "last-step"}}, {LINEAR}"#),
    );
}

#[test]
fn an_embedding() {
    check_both(
        "[5]",
        &format!(
            r#"{{"kind": "embedding", "entries": 4, "width": 2}}, {{"kind": "tanh"}}, {{"kind": "flatten"}}, {LINEAR}"#
        ),
    );
}

#[test]
fn a_recurrent_layer_through_time() {
    for bias in [true, false] {
        let recurrent = format!(r#"{{"kind": "recurrent", "hidden": 3, "bias": {bias}}}"#);
        check_both(
            "[4, 2]",
            &format!(r#"{recurrent}, {{"kind": "last-step"}}, {LINEAR}"#),
        );
        check_both("[4, 2]", &format!(r#"{recurrent}, {LINEAR}"#));
    }
}

#[test]
fn recurrent_layers_one_behind_the_other_on_tokens() {
    check_both(
        "[4]",
        &format!(
            r#"{{"kind": "embedding", "entries": 5, "width": 3}}, {{"kind": "recurrent", "hidden": 3}},
            {{"kind": "relu"}}, {{"kind": "recurrent", "hidden": 4}}, {LINEAR}"#
        ),
    );
}

#[test]
fn a_residual_sum() {
    check_both(
        "[4]",
        &format!(
            r#"{{"kind": "linear", "outputs": 4}}, {{"kind": "tanh"}},
            {{"kind": "sum", "branches": [[], [{{"kind": "linear", "outputs": 4}}, {{"kind": "tanh"}}]]}}, {{"kind": "tanh"}}, {LINEAR}"#
        ),
    );
}

#[test]
fn sums_of_convolutions_within_sums() {
    let conv = r#"{"kind": "conv2d", "outputs": 2, "kernel": 3, "padding": 1}"#;
    check_both(
        "[2, 4, 4]",
        &format!(
            r#"{{"kind": "sum", "branches": [[{conv}, {{"kind": "elu"}}, {{"kind": "sigmoid"}}], [],
              [{{"kind": "sum", "branches": [[{conv}], [{{"kind": "group-norm", "groups": 1}}]]}}]]}},
            {{"kind": "average-pool2d", "kernel": 2}}, {{"kind": "flatten"}}, {LINEAR}"#
        ),
    );
}

#[test]
fn normalisations_and_pools() {
    check_both(
        "[2, 6, 6]",
        &format!(
            r#"{{"kind": "conv2d", "outputs": 4, "kernel": 3, "groups": 2, "bias": false}}, {{"kind": "group-norm", "groups": 2}},
            {{"kind": "gelu"}}, {{"kind": "max-pool2d", "kernel": 2}}, {{"kind": "flatten"}}, {{"kind": "layer-norm"}}, {LINEAR}"#
        ),
    );
}

#[test]
fn a_layer_used_twice() {
    check_both(
        "[3]",
        &format!(
            r#"{{"kind": "linear", "outputs": 3}}, {{"kind": "tanh"}}, {{"kind": "linear", "outputs": 3, "tie": "0"}}, {{"kind": "tanh"}}, {LINEAR}"#
        ),
    );
}

#[test]
fn recurrent_convolutional_and_normalising_layers_used_twice() {
    check_both(
        "[3, 2]",
        &format!(
            r#"{{"kind": "linear", "outputs": 3}}, {{"kind": "recurrent", "hidden": 3}}, {{"kind": "recurrent", "hidden": 3, "tie": "1"}}, {LINEAR}"#
        ),
    );
    check_both(
        "[2, 4, 4]",
        &format!(
            r#"{{"kind": "conv2d", "outputs": 2, "kernel": 3, "padding": 1}}, {{"kind": "layer-norm"}}, {{"kind": "tanh"}},
            {{"kind": "conv2d", "outputs": 2, "kernel": 3, "padding": 1, "tie": "0"}}, {{"kind": "layer-norm", "tie": "1"}},
            {{"kind": "group-norm", "groups": 2}}, {{"kind": "group-norm", "groups": 1, "tie": "5"}},
            {{"kind": "flatten"}}, {LINEAR}"#
        ),
    );
}

#[test]
fn an_output_layer_tied_to_the_embedding_with_a_bias_of_its_own() {
    check_both(
        "[4]",
        r#"{"kind": "embedding", "entries": 5, "width": 3}, {"kind": "recurrent", "hidden": 3}, {"kind": "linear", "outputs": 5, "tie": "0"}"#,
    );
}

#[test]
fn branches_tied_to_one_another() {
    check_both(
        "[3]",
        &format!(
            r#"{{"kind": "sum", "branches": [[{{"kind": "linear", "outputs": 3}}], [{{"kind": "tanh"}}, {{"kind": "linear", "outputs": 3, "tie": "0.branches.0.0"}}]]}},
            {{"kind": "sigmoid"}}, {LINEAR}"#
        ),
    );
}

#[test]
fn dropout_in_trunk_and_branches() {
    check_both(
        "[4]",
        &format!(
            r#"{{"kind": "linear", "outputs": 5}}, {{"kind": "dropout", "probability": 0.4}},
            {{"kind": "sum", "branches": [[], [{{"kind": "dropout", "probability": 0.5}}, {{"kind": "linear", "outputs": 5}}]]}}, {LINEAR}"#
        ),
    );
}

#[test]
fn two_heads_with_losses_of_their_own() {
    let json = r#"{"name": "n", "input": [4], "layers": [{"kind": "linear", "outputs": 5}, {"kind": "tanh"}],
        "heads": {"left": {"layers": [{"kind": "linear", "outputs": 3}]},
                  "right": {"layers": [{"kind": "sigmoid"}, {"kind": "linear", "outputs": 2, "bias": false}]}}}"#;
    check(json, &[CrossEntropy, SquaredError]);
    check(json, &[SquaredError, CrossEntropy]);
}

#[test]
fn heads_of_one_loss_and_of_one_a_step_tied_across() {
    let json = r#"{"name": "n", "input": [4], "layers": [{"kind": "embedding", "entries": 5, "width": 3}, {"kind": "recurrent", "hidden": 3}],
        "heads": {"next": {"layers": [{"kind": "linear", "outputs": 5, "bias": false, "tie": "trunk.0"}]},
                  "sentiment": {"layers": [{"kind": "last-step"}, {"kind": "linear", "outputs": 2}]},
                  "state": {"layers": []}}}"#;
    check(json, &[CrossEntropy, CrossEntropy, SquaredError]);
}

#[test]
fn heads_without_a_trunk() {
    let json = r#"{"name": "n", "input": [4], "layers": [],
        "heads": {"a": {"layers": [{"kind": "linear", "outputs": 3}]}, "b": {"layers": [{"kind": "tanh"}, {"kind": "linear", "outputs": 3, "tie": "heads.a.0"}]}}}"#;
    check(json, &[CrossEntropy, SquaredError]);
}
