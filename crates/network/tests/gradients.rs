//! Every layer and option in f64: the Jacobian against finite differences of the losses, the Gramian against J Jᵀ,
//! and weights known beforehand against weights given afterwards.

mod common;

use common::differences::{check, check_spatial};

mod linear {
    use super::*;

    #[test]
    fn with_bias() {
        let forms = check(
            &[5],
            r#"{"kind": "linear", "outputs": 4}, {"kind": "tanh"}, {"kind": "linear", "outputs": 3}"#,
        );
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
        check(
            &[2, 3, 2],
            r#"{"kind": "flatten"}, {"kind": "linear", "outputs": 3}"#,
        );
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

    /// The windows of 32 rows of positions do not fit one panel of `plain/window_products.rs`.
    #[test]
    fn more_windows_than_a_panel_holds() {
        check(
            &[4, 32, 32],
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "padding": 1}, {"kind": "tanh"},
               {"kind": "conv2d", "outputs": 5, "kernel": 3, "padding": 1}, {"kind": "average-pool2d", "kernel": 16},
               {"kind": "flatten"}, {"kind": "linear", "outputs": 2}"#,
        );
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

mod pooling {
    use super::*;

    fn behind_a_convolution(pool: &str, input: &[usize]) {
        check_spatial(
            input,
            &format!(r#"{{"kind": "conv2d", "outputs": 3, "kernel": 2}}, {pool}"#),
        );
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
        behind_a_convolution(
            r#"{"kind": "max-pool2d", "kernel": 3, "stride": 1}"#,
            &[2, 6, 5],
        );
    }

    #[test]
    fn maximum_with_gaps() {
        behind_a_convolution(
            r#"{"kind": "max-pool2d", "kernel": 2, "stride": 3}"#,
            &[2, 9, 6],
        );
    }

    #[test]
    fn mean() {
        behind_a_convolution(r#"{"kind": "average-pool2d", "kernel": 2}"#, &[2, 7, 5]);
    }

    #[test]
    fn mean_of_overlapping_windows() {
        behind_a_convolution(
            r#"{"kind": "average-pool2d", "kernel": 3, "stride": 2}"#,
            &[2, 8, 6],
        );
    }

    #[test]
    fn mean_with_gaps() {
        behind_a_convolution(
            r#"{"kind": "average-pool2d", "kernel": 2, "stride": 3}"#,
            &[2, 9, 6],
        );
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
        check_spatial(
            &[2, 4, 4],
            r#"{"kind": "conv2d", "outputs": 3, "kernel": 2}, {"kind": "group-norm", "groups": 1}"#,
        );
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
        check(
            &[5],
            &format!(
                r#"{{"kind": "linear", "outputs": 7}}, {maps}, {{"kind": "linear", "outputs": 3}}"#
            ),
        );
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
            between_linear_layers(&format!(
                r#"{{"kind": "{activation}"}}, {{"kind": "dropout", "probability": 0.4}}"#
            ));
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
        check(
            &[5],
            r#"{"kind": "dropout", "probability": 0.2}, {"kind": "elu"}, {"kind": "linear", "outputs": 3}"#,
        );
    }

    #[test]
    fn of_the_output() {
        check(
            &[5],
            r#"{"kind": "linear", "outputs": 4}, {"kind": "tanh"}"#,
        );
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
