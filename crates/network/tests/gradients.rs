//! Every layer and option in f64: the Jacobian against finite differences of the losses, the Gramian against J Jᵀ,
//! and weights known beforehand against weights given afterwards.

mod common;

use common::{describe, direction, distance, engine, gramian, gramian_distance, jacobian, numbers};
use dualcone_network::{Engine, Objective};

const EXAMPLES: usize = 3;
/// The training step whose dropout masks are drawn.
const STEP: Option<u64> = Some(5);

/// Central differences of all losses with respect to all parameters: row e is example e's.
///
/// Truncation leaves h² f‴ / 6, rounding 1e-16 / h: both near 1e-10 here.
fn finite_differences(engine: &mut Engine<f64>) -> Vec<Vec<f64>> {
    const H: f64 = 1e-5;
    let mut rows = vec![Vec::new(); EXAMPLES];
    let parameters = engine.plan().parameters.clone();
    for (index, parameter) in parameters.iter().enumerate() {
        let mut tensor = vec![0.0; parameter.size];
        engine.export(index, &engine.parameters, &mut tensor);
        for k in 0..parameter.size {
            let kept = tensor[k];
            let mut losses = |value| {
                tensor[k] = value;
                engine.set_parameter(index, &tensor);
                engine.linearize(EXAMPLES, STEP).unwrap();
                engine.losses.clone()
            };
            let (above, below) = (losses(kept + H), losses(kept - H));
            tensor[k] = kept;
            engine.set_parameter(index, &tensor);
            for (e, row) in rows.iter_mut().enumerate() {
                row.push((above[e] - below[e]) / (2.0 * H));
            }
        }
    }
    rows
}

fn largest(row: &[f64]) -> f64 {
    row.iter().fold(0.0, |m, x| x.abs().max(m))
}

fn check_objective(input: &[usize], layers: &str, batch: usize, objective: Objective) -> Engine<f64> {
    let mut engine = engine::<f64>(&describe(input, layers), batch, objective, false);
    let expected = finite_differences(&mut engine);
    engine.linearize(EXAMPLES, STEP).unwrap();
    let rows = jacobian(&mut engine, EXAMPLES);

    let mut worst = 0.0f64;
    for (e, (row, expected)) in rows.iter().zip(&expected).enumerate() {
        let scale = largest(expected);
        assert!(scale > 0.0, "{objective:?}: the gradient of example {e} is zero, so this case tests nothing");
        for (k, (a, b)) in row.iter().zip(expected).enumerate() {
            let error = (a - b).abs() / scale;
            assert!(error < 1e-6, "{objective:?}, example {e}, parameter {k}: {a} against {b} by finite differences");
            worst = worst.max(error);
        }
    }

    let products: Vec<f64> =
        rows.iter().flat_map(|a| rows.iter().map(|b| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>())).collect();
    let products = gramian_distance(&gramian(&mut engine, EXAMPLES), &products, EXAMPLES);
    assert!(products < 1e-12, "{objective:?}: the Gramian is {products:e} from J Jᵀ");

    let weights = numbers(77, EXAMPLES);
    engine.pullback(&weights).unwrap();
    let pullback = direction(&engine);
    let sum: Vec<f64> = (0..pullback.len()).map(|k| (0..EXAMPLES).map(|e| weights[e] * rows[e][k]).sum()).collect();
    let linear = distance(&pullback, &sum);
    assert!(linear < 1e-12, "{objective:?}: the pullback is {linear:e} from the weighted sum of rows");
    engine.gradient(&weights, STEP).unwrap();
    let beforehand = distance(&direction(&engine), &pullback);
    assert!(beforehand < 1e-12, "{objective:?}: gradient and pullback are {beforehand:e} apart");

    println!(
        "{objective:?}: finite differences {worst:.1e}, J Jᵀ {products:.1e}, weighted rows {linear:.1e}, gradient {beforehand:.1e}"
    );
    engine
}

/// Checks both objectives and returns how each layer's part of the Gramian is computed.
fn check(input: &[usize], layers: &str) -> Vec<&'static str> {
    check_objective(input, layers, EXAMPLES, Objective::SquaredError);
    let engine = check_objective(input, layers, EXAMPLES, Objective::CrossEntropy);
    engine.plan().layers.iter().map(|layer| layer.gramian).collect()
}

/// A case whose last layers are flatten and linear, so that every output entry counts differently.
fn check_spatial(input: &[usize], layers: &str) -> Vec<&'static str> {
    check(input, &format!(r#"{layers}, {{"kind": "flatten"}}, {{"kind": "linear", "outputs": 3}}"#))
}

mod linear {
    use super::*;

    #[test]
    fn with_bias() {
        let forms = check(&[5], r#"{"kind": "linear", "outputs": 4}, {"kind": "tanh"}, {"kind": "linear", "outputs": 3}"#);
        assert_eq!(forms, ["ghost", "none", "ghost"]);
    }

    #[test]
    fn without_bias() {
        check(
            &[5],
            r#"{"kind": "linear", "outputs": 4, "bias": false}, {"kind": "tanh"},
               {"kind": "linear", "outputs": 3, "bias": false}"#,
        );
    }

    #[test]
    fn alone() {
        check(&[4], r#"{"kind": "linear", "outputs": 3}"#);
    }

    #[test]
    fn behind_a_flattened_image() {
        check(&[2, 3, 2], r#"{"kind": "flatten"}, {"kind": "linear", "outputs": 3}"#);
    }
}

mod conv2d {
    use super::*;

    /// Two convolutions with these options, so that the second one's deltas of its input count too.
    fn twice(options: &str, input: &[usize]) -> Vec<&'static str> {
        check_spatial(
            input,
            &format!(
                r#"{{"kind": "conv2d", "outputs": 4, {options}}}, {{"kind": "tanh"}}, {{"kind": "conv2d", "outputs": 6, {options}}}"#
            ),
        )
    }

    #[test]
    fn kernel_three() {
        assert_eq!(twice(r#""kernel": 3"#, &[2, 7, 6])[0], "jacobian");
    }

    #[test]
    fn kernel_one() {
        twice(r#""kernel": 1"#, &[2, 3, 4]);
    }

    #[test]
    fn kernel_of_even_side() {
        twice(r#""kernel": 2"#, &[2, 5, 4]);
    }

    #[test]
    fn without_bias() {
        twice(r#""kernel": 3, "bias": false"#, &[2, 6, 6]);
    }

    #[test]
    fn padding() {
        twice(r#""kernel": 3, "padding": 1"#, &[2, 4, 3]);
    }

    #[test]
    fn padding_of_two() {
        twice(r#""kernel": 3, "padding": 2"#, &[2, 2, 3]);
    }

    #[test]
    fn stride() {
        twice(r#""kernel": 3, "stride": 2"#, &[2, 9, 8]);
    }

    #[test]
    fn stride_beyond_the_kernel() {
        twice(r#""kernel": 2, "stride": 3"#, &[2, 8, 9]);
    }

    #[test]
    fn stride_and_padding() {
        twice(r#""kernel": 3, "stride": 2, "padding": 1"#, &[2, 6, 5]);
    }

    #[test]
    fn stride_of_three_and_padding_of_two() {
        twice(r#""kernel": 4, "stride": 3, "padding": 2"#, &[2, 7, 5]);
    }

    #[test]
    fn two_groups() {
        twice(r#""kernel": 3, "padding": 1, "groups": 2"#, &[2, 3, 3]);
    }

    #[test]
    fn two_groups_without_bias() {
        twice(r#""kernel": 2, "groups": 2, "bias": false"#, &[4, 4, 4]);
    }

    #[test]
    fn a_group_a_channel() {
        check_spatial(
            &[3, 5, 5],
            r#"{"kind": "conv2d", "outputs": 3, "kernel": 3, "groups": 3}, {"kind": "tanh"},
               {"kind": "conv2d", "outputs": 6, "kernel": 2, "groups": 3}"#,
        );
    }
}

/// One position is far below the cost model's threshold, 25 far above it.
mod ghost_convolutions {
    use super::*;

    #[test]
    fn one_position() {
        let forms = check_spatial(&[6, 3, 3], r#"{"kind": "conv2d", "outputs": 5, "kernel": 3}"#);
        assert_eq!(forms[0], "ghost");
    }

    #[test]
    fn two_positions() {
        let forms = check_spatial(&[4, 3, 4], r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}"#);
        assert_eq!(forms[0], "ghost");
    }

    #[test]
    fn padding_and_stride() {
        let forms =
            check_spatial(&[4, 4, 3], r#"{"kind": "conv2d", "outputs": 16, "kernel": 3, "stride": 2, "padding": 1, "bias": false}"#);
        assert_eq!(forms[0], "ghost");
    }

    #[test]
    fn groups() {
        let forms = check_spatial(&[6, 3, 4], r#"{"kind": "conv2d", "outputs": 16, "kernel": 3, "groups": 2}"#);
        assert_eq!(forms[0], "ghost");
    }

    #[test]
    fn groups_without_bias() {
        let forms = check_spatial(&[6, 3, 4], r#"{"kind": "conv2d", "outputs": 16, "kernel": 3, "groups": 2, "bias": false}"#);
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
            (4, r#""outputs": 12, "kernel": 3, "stride": 2, "padding": 1"#),
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
                assert_eq!(engine.plan().layers[0].gramian, form, "{options} at batch size {batch}");
                engine.linearize(5, None).unwrap();
                let gramian = gramian(&mut engine, 5);
                engine.pullback(&numbers(3, 5)).unwrap();
                let pullback = direction(&engine);
                engine.gradient(&numbers(3, 5), None).unwrap();
                results.push((engine.losses[..5].to_vec(), gramian, pullback, direction(&engine)));
            }
            let [a, b] = &results[..] else { unreachable!() };
            assert!(distance(&a.0, &b.0) == 0.0, "{options}: losses");
            assert!(gramian_distance(&a.1, &b.1, 5) < 1e-13, "{options}: Gramian");
            assert!(distance(&a.2, &b.2) < 1e-13, "{options}: pullback");
            assert!(distance(&a.3, &b.3) < 1e-13, "{options}: gradient");
        }
    }
}

mod pooling {
    use super::*;

    fn behind_a_convolution(pool: &str, input: &[usize]) {
        check_spatial(input, &format!(r#"{{"kind": "conv2d", "outputs": 3, "kernel": 2}}, {pool}"#));
    }

    #[test]
    fn maximum() {
        behind_a_convolution(r#"{"kind": "max-pool2d", "kernel": 2}"#, &[2, 7, 5]);
    }

    #[test]
    fn maximum_that_drops_a_row_and_a_column() {
        behind_a_convolution(r#"{"kind": "max-pool2d", "kernel": 3}"#, &[2, 6, 9]);
    }

    #[test]
    fn maximum_of_overlapping_windows() {
        behind_a_convolution(r#"{"kind": "max-pool2d", "kernel": 3, "stride": 1}"#, &[2, 6, 5]);
    }

    #[test]
    fn maximum_with_gaps() {
        behind_a_convolution(r#"{"kind": "max-pool2d", "kernel": 2, "stride": 3}"#, &[2, 9, 6]);
    }

    #[test]
    fn mean() {
        behind_a_convolution(r#"{"kind": "average-pool2d", "kernel": 2}"#, &[2, 7, 5]);
    }

    #[test]
    fn mean_of_overlapping_windows() {
        behind_a_convolution(r#"{"kind": "average-pool2d", "kernel": 3, "stride": 2}"#, &[2, 8, 6]);
    }

    #[test]
    fn mean_with_gaps() {
        behind_a_convolution(r#"{"kind": "average-pool2d", "kernel": 2, "stride": 3}"#, &[2, 9, 6]);
    }
}

mod normalisation {
    use super::*;

    #[test]
    fn groups_of_channels() {
        let forms = check_spatial(
            &[2, 4, 4],
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 2}, {"kind": "group-norm", "groups": 2}, {"kind": "elu"}"#,
        );
        assert_eq!(forms[1], "jacobian");
    }

    #[test]
    fn one_group() {
        check_spatial(&[2, 4, 4], r#"{"kind": "conv2d", "outputs": 3, "kernel": 2}, {"kind": "group-norm", "groups": 1}"#);
    }

    #[test]
    fn a_group_a_channel() {
        check_spatial(
            &[2, 4, 4],
            r#"{"kind": "conv2d", "outputs": 3, "kernel": 2}, {"kind": "group-norm", "groups": 3, "epsilon": 0.01}"#,
        );
    }

    #[test]
    fn groups_of_features() {
        check(
            &[4],
            r#"{"kind": "linear", "outputs": 6}, {"kind": "group-norm", "groups": 2}, {"kind": "linear", "outputs": 3}"#,
        );
    }

    #[test]
    fn of_the_input_itself() {
        check_spatial(&[4, 3, 3], r#"{"kind": "group-norm", "groups": 2}"#);
    }

    #[test]
    fn all_entries_of_an_image() {
        let forms = check_spatial(
            &[2, 4, 4],
            r#"{"kind": "conv2d", "outputs": 3, "kernel": 2}, {"kind": "layer-norm"}, {"kind": "gelu"}"#,
        );
        assert_eq!(forms[1], "jacobian");
    }

    #[test]
    fn all_features() {
        check(
            &[4],
            r#"{"kind": "linear", "outputs": 5}, {"kind": "layer-norm", "epsilon": 0.001}, {"kind": "linear", "outputs": 3}"#,
        );
    }
}

mod activations {
    use super::*;

    fn between_linear_layers(maps: &str) {
        check(&[5], &format!(r#"{{"kind": "linear", "outputs": 7}}, {maps}, {{"kind": "linear", "outputs": 3}}"#));
    }

    #[test]
    fn elu() {
        between_linear_layers(r#"{"kind": "elu"}"#);
    }

    #[test]
    fn relu() {
        between_linear_layers(r#"{"kind": "relu"}"#);
    }

    #[test]
    fn tanh() {
        between_linear_layers(r#"{"kind": "tanh"}"#);
    }

    #[test]
    fn sigmoid() {
        between_linear_layers(r#"{"kind": "sigmoid"}"#);
    }

    #[test]
    fn gelu() {
        between_linear_layers(r#"{"kind": "gelu"}"#);
    }

    #[test]
    fn dropout() {
        between_linear_layers(r#"{"kind": "dropout", "probability": 0.3}"#);
    }

    #[test]
    fn one_after_another() {
        between_linear_layers(r#"{"kind": "tanh"}, {"kind": "sigmoid"}, {"kind": "elu"}"#);
    }

    #[test]
    fn dropout_behind_every_activation() {
        for activation in ["elu", "relu", "tanh", "sigmoid", "gelu"] {
            between_linear_layers(&format!(r#"{{"kind": "{activation}"}}, {{"kind": "dropout", "probability": 0.4}}"#));
        }
    }

    #[test]
    fn activation_flatten_dropout() {
        check_spatial(
            &[2, 4, 4],
            r#"{"kind": "conv2d", "outputs": 3, "kernel": 2}, {"kind": "elu"}, {"kind": "flatten"},
               {"kind": "dropout", "probability": 0.4}"#,
        );
    }

    #[test]
    fn of_the_input_itself() {
        check(&[5], r#"{"kind": "dropout", "probability": 0.2}, {"kind": "elu"}, {"kind": "linear", "outputs": 3}"#);
    }

    #[test]
    fn of_the_output() {
        check(&[5], r#"{"kind": "linear", "outputs": 4}, {"kind": "tanh"}"#);
    }
}

/// A network of everything.
#[test]
fn all_together() {
    check(
        &[2, 8, 8],
        r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "padding": 1}, {"kind": "group-norm", "groups": 2},
           {"kind": "gelu"}, {"kind": "max-pool2d", "kernel": 2},
           {"kind": "conv2d", "outputs": 6, "kernel": 3, "groups": 2, "bias": false}, {"kind": "relu"},
           {"kind": "dropout", "probability": 0.2}, {"kind": "average-pool2d", "kernel": 2, "stride": 1},
           {"kind": "flatten"}, {"kind": "layer-norm"}, {"kind": "linear", "outputs": 5}, {"kind": "sigmoid"},
           {"kind": "linear", "outputs": 4, "bias": false}"#,
    );
}
