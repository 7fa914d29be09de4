//! The fast kernels against the plain ones in f32, on the networks that they are made for and at the edges of what
//! they take: losses, Gramian, gradients of single examples, pullback, gradient.

mod common;

use common::{
    NETWORKS, answers, describe, distance, engine, gramian_distance, network, numbers, relative,
};
use dualcone_network::{Description, Objective};

/// Fast and plain kernels in f32 on the same batch, dropout masks included.
fn check_fast(name: &str, description: &Description, examples: usize) {
    let weights = numbers(6, examples);
    let [fast, plain] = [true, false].map(|fast| {
        let mut engine = engine::<f32>(description, examples, Objective::CrossEntropy, fast);
        engine.set_seed(3);
        answers(&mut engine, examples, &weights, Some(1))
    });
    let rows = fast
        .rows
        .iter()
        .zip(&plain.rows)
        .fold(0.0f64, |m, (a, b)| distance(a, b).max(m));
    let errors = [
        relative(&fast.losses, &plain.losses),
        gramian_distance(&fast.gramian, &plain.gramian, examples),
        rows,
        distance(&fast.pullback, &plain.pullback),
        distance(&fast.gradient, &plain.gradient),
    ];
    let shown = errors.map(|e| format!("{e:.1e}")).join(" ");
    println!("{name}, {examples} examples: losses, Gramian, rows, pullback, gradient {shown}");
    assert!(
        errors.iter().all(|&e| e < 1e-5),
        "{name}: losses, Gramian, rows, pullback, gradient off by {shown}"
    );
}

#[test]
fn the_papers_networks() {
    for name in NETWORKS {
        check_fast(name, &network(name), 5);
    }
}

/// Shapes at the edges of the fast kernels' tiles and blocks, and layers between them that they do not know.
#[test]
fn odd_shapes() {
    let cases: &[(&str, &[usize], &str)] = &[
        (
            "one channel, odd sides",
            &[1, 9, 7],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
        ),
        (
            "two channels, no bias",
            &[2, 6, 9],
            r#"{"kind": "conv2d", "outputs": 32, "kernel": 3, "bias": false}"#,
        ),
        (
            "four channels",
            &[4, 7, 6],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
        ),
        (
            "five channels",
            &[5, 7, 6],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
        ),
        (
            "seventeen outputs",
            &[3, 7, 8],
            r#"{"kind": "conv2d", "outputs": 17, "kernel": 3}"#,
        ),
        (
            "smallest image",
            &[3, 3, 3],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
        ),
        (
            "one row of windows",
            &[3, 3, 11],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
        ),
        (
            "one column of windows",
            &[3, 11, 3],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
        ),
        (
            "image with pool of two",
            &[3, 9, 12],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "max-pool2d", "kernel": 2}"#,
        ),
        (
            "image with pool of three, rows and columns dropped",
            &[1, 12, 10],
            r#"{"kind": "conv2d", "outputs": 32, "kernel": 3}, {"kind": "max-pool2d", "kernel": 3}, {"kind": "elu"}"#,
        ),
        (
            "wide image, more tiles in a row than are held at a time",
            &[3, 8, 40],
            r#"{"kind": "conv2d", "outputs": 32, "kernel": 3}, {"kind": "elu"}"#,
        ),
        (
            "image with more pooled cells than are listed at a time",
            &[3, 26, 34],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "max-pool2d", "kernel": 2}"#,
        ),
        (
            "image with overlapping pool",
            &[3, 9, 9],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "max-pool2d", "kernel": 3, "stride": 2}"#,
        ),
        (
            "image with padding",
            &[3, 6, 6],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3, "padding": 1}, {"kind": "elu"},
               {"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
        ),
        (
            "image with stride",
            &[3, 13, 13],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3, "stride": 2}, {"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
        ),
        (
            "depthwise, one output a channel",
            &[2, 9, 8],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"},
               {"kind": "conv2d", "outputs": 16, "kernel": 3, "groups": 16}"#,
        ),
        (
            "depthwise, two outputs a channel, pool of two",
            &[3, 11, 13],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"},
               {"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 16}, {"kind": "max-pool2d", "kernel": 2}"#,
        ),
        (
            "depthwise twice, pool of three, no bias",
            &[3, 14, 13],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3, "bias": false}, {"kind": "elu"},
               {"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 16, "bias": false}, {"kind": "elu"},
               {"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 32, "bias": false},
               {"kind": "max-pool2d", "kernel": 3}"#,
        ),
        (
            "depthwise, three outputs a channel",
            &[3, 9, 9],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3},
               {"kind": "conv2d", "outputs": 48, "kernel": 3, "groups": 16}"#,
        ),
        (
            "depthwise, then dense",
            &[3, 12, 12],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"},
               {"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 16}, {"kind": "elu"},
               {"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "max-pool2d", "kernel": 2}"#,
        ),
        (
            "dense without bias, odd sides",
            &[1, 11, 9],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"},
               {"kind": "conv2d", "outputs": 32, "kernel": 3, "bias": false}"#,
        ),
        (
            "dense with pool of three",
            &[1, 13, 16],
            r#"{"kind": "conv2d", "outputs": 32, "kernel": 3}, {"kind": "elu"},
               {"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "max-pool2d", "kernel": 3}, {"kind": "elu"}"#,
        ),
        (
            "dense on the input",
            &[16, 7, 9],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "max-pool2d", "kernel": 2}"#,
        ),
        (
            "depthwise on the input",
            &[16, 8, 8],
            r#"{"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 16}"#,
        ),
        (
            "two groups on the input",
            &[32, 6, 6],
            r#"{"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 2}"#,
        ),
        (
            "image behind a trained layer",
            &[4, 8, 8],
            r#"{"kind": "group-norm", "groups": 2}, {"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
        ),
        (
            "image behind an activation",
            &[3, 8, 8],
            r#"{"kind": "elu"}, {"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"}"#,
        ),
        (
            "normalisation and average pool between",
            &[3, 14, 12],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "group-norm", "groups": 4}, {"kind": "gelu"},
               {"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "average-pool2d", "kernel": 2}, {"kind": "sigmoid"},
               {"kind": "conv2d", "outputs": 16, "kernel": 1}"#,
        ),
        (
            "dropout on blocked channels",
            &[3, 9, 9],
            r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"}, {"kind": "dropout", "probability": 0.3},
               {"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 16}, {"kind": "tanh"},
               {"kind": "dropout", "probability": 0.5}"#,
        ),
        (
            "flat input",
            &[13],
            r#"{"kind": "layer-norm"}, {"kind": "linear", "outputs": 5, "bias": false}, {"kind": "elu"}"#,
        ),
        (
            "one feature",
            &[1],
            r#"{"kind": "linear", "outputs": 1}, {"kind": "tanh"}"#,
        ),
    ];
    for (name, input, layers) in cases {
        let flatten = if input.len() == 3 {
            r#", {"kind": "flatten"}"#
        } else {
            ""
        };
        for outputs in [3, 10] {
            let tail = format!(
                r#"{layers}{flatten}, {{"kind": "linear", "outputs": 17}}, {{"kind": "elu"}},
                   {{"kind": "linear", "outputs": {outputs}, "bias": false}}"#
            );
            for examples in [1, 6] {
                check_fast(name, &describe(input, &tail), examples);
            }
        }
    }
}

#[test]
fn a_network_that_ends_in_an_image_is_put_back_in_order() {
    let description = describe(
        &[3, 7, 6],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"},
           {"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 16}, {"kind": "flatten"}"#,
    );
    check_fast("ends with flatten", &description, 5);
    let outputs = [true, false].map(|fast| {
        let mut engine = engine::<f32>(&description, 2, Objective::SquaredError, fast);
        engine.forward(2).unwrap();
        engine
            .outputs
            .iter()
            .map(|&y| f64::from(y))
            .collect::<Vec<_>>()
    });
    assert!(distance(&outputs[0], &outputs[1]) < 1e-6);
}
