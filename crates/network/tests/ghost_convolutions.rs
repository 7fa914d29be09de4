//! Convolutions whose part of the Gramian comes from inputs and deltas, without the gradients of single examples:
//! few positions and many channels, below the cost model's threshold.

mod common;

use common::differences::check_spatial;
use common::{describe, direction, distance, engine, gramian, gramian_distance, numbers};
use dualcone_network::Objective;

#[test]
fn one_position() {
    let forms = check_spatial(
        &[6, 3, 3],
        r#"{"kind": "conv2d", "outputs": 5, "kernel": 3}"#,
    );
    assert_eq!(forms[0], "ghost");
}

#[test]
fn two_positions() {
    let forms = check_spatial(
        &[4, 3, 4],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}"#,
    );
    assert_eq!(forms[0], "ghost");
}

#[test]
fn padding_and_stride() {
    let forms = check_spatial(
        &[4, 4, 3],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3, "stride": 2, "padding": 1, "bias": false}"#,
    );
    assert_eq!(forms[0], "ghost");
}

#[test]
fn groups() {
    let forms = check_spatial(
        &[6, 3, 4],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3, "groups": 2}"#,
    );
    assert_eq!(forms[0], "ghost");
}

#[test]
fn groups_without_bias() {
    let forms = check_spatial(
        &[6, 3, 4],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3, "groups": 2, "bias": false}"#,
    );
    assert_eq!(forms[0], "ghost");
}

#[test]
fn behind_another_convolution() {
    let forms = check_spatial(
        &[2, 5, 5],
        r#"{"kind": "conv2d", "outputs": 4, "kernel": 3}, {"kind": "elu"}, {"kind": "conv2d", "outputs": 6, "kernel": 3}"#,
    );
    assert_eq!(forms[..3], ["jacobian", "none", "ghost"]);
}

/// The form depends on the batch size that the engine is made for, the values must not: the same batch in an
/// engine on each side of the threshold.
#[test]
fn agree_with_the_jacobian_form() {
    for (channels, options) in [
        (4, r#""outputs": 12, "kernel": 3"#),
        (4, r#""outputs": 12, "kernel": 3, "bias": false"#),
        (12, r#""outputs": 24, "kernel": 3, "groups": 2"#),
        (
            4,
            r#""outputs": 12, "kernel": 3, "stride": 2, "padding": 1"#,
        ),
    ] {
        let description = describe(
            &[channels, 4, 4],
            &format!(
                r#"{{"kind": "conv2d", {options}}}, {{"kind": "elu"}}, {{"kind": "flatten"}}, {{"kind": "linear", "outputs": 4}}"#
            ),
        );
        let mut results = Vec::new();
        for (batch, form) in [(5, "ghost"), (200, "jacobian")] {
            let mut engine = engine::<f64>(&description, batch, Objective::CrossEntropy, false);
            assert_eq!(
                engine.plan().layers[0].gramian,
                form,
                "{options} at batch size {batch}"
            );
            engine.linearize(5, None).unwrap();
            let gramian = gramian(&mut engine, 5);
            engine.pullback(&numbers(3, 5)).unwrap();
            let pullback = direction(&engine);
            engine.gradient(&numbers(3, 5), None).unwrap();
            results.push((
                engine.losses[..5].to_vec(),
                gramian,
                pullback,
                direction(&engine),
            ));
        }
        let [a, b] = &results[..] else { unreachable!() };
        assert!(distance(&a.0, &b.0) == 0.0, "{options}: losses");
        assert!(
            gramian_distance(&a.1, &b.1, 5) < 1e-13,
            "{options}: Gramian"
        );
        assert!(distance(&a.2, &b.2) < 1e-13, "{options}: pullback");
        assert!(distance(&a.3, &b.3) < 1e-13, "{options}: gradient");
    }
}
