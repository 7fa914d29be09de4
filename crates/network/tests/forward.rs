//! Values by definition: every layer with a shape of its own against loops that follow its formula entry by entry.
//!
//! Finite differences cannot see a layer that computes another function than it should; these can.

mod common;

use common::{describe, distance, engine};
use dualcone_network::{Engine, Objective, Real};

/// Kernel, stride, padding.
type Side = (usize, usize, usize);

/// The tensor of a name.
type Tensor<'a> = &'a dyn Fn(&str) -> Vec<f64>;

/// Entry (row, column) of a plane, counted from the padding's corner; zero in the padding.
fn padded(
    plane: &[f64],
    [height, width]: [usize; 2],
    padding: usize,
    row: usize,
    column: usize,
) -> f64 {
    let inside = |place: usize, length: usize| place.checked_sub(padding).filter(|&p| p < length);
    match (inside(row, height), inside(column, width)) {
        (Some(y), Some(x)) => plane[y * width + x],
        _ => 0.0,
    }
}

/// Positions of the windows along one side: every one that fits.
fn positions(length: usize, (kernel, stride, padding): Side) -> Vec<usize> {
    (0..length + 2 * padding)
        .step_by(stride)
        .filter(|p| p + kernel <= length + 2 * padding)
        .collect()
}

/// `reduce` of each window of each channel, given the window's entries in reading order.
fn pooled(
    input: &[f64],
    [height, width]: [usize; 2],
    side: Side,
    reduce: fn(&[f64]) -> f64,
) -> Vec<f64> {
    let mut output = Vec::new();
    for plane in input.chunks(height * width) {
        for y in positions(height, side) {
            for x in positions(width, side) {
                let entries: Vec<f64> = (0..side.0 * side.0)
                    .map(|k| plane[(y + k / side.0) * width + x + k % side.0])
                    .collect();
                output.push(reduce(&entries));
            }
        }
    }
    output
}

/// y_o = b_o + Σ_c Σ_r Σ_s w_ocrs x_(c, y + r, x + s), c over the channels of o's group.
fn convolved(
    input: &[f64],
    [height, width]: [usize; 2],
    side: Side,
    groups: usize,
    weight: &[f64],
    bias: &[f64],
    outputs: usize,
) -> Vec<f64> {
    let (kernel, _, padding) = side;
    let channels = input.len() / (height * width) / groups;
    let mut output = Vec::new();
    for o in 0..outputs {
        for y in positions(height, side) {
            for x in positions(width, side) {
                let mut total = bias.get(o).copied().unwrap_or(0.0);
                for c in 0..channels {
                    let channel = o / (outputs / groups) * channels + c;
                    let plane = &input[channel * height * width..][..height * width];
                    for r in 0..kernel {
                        for s in 0..kernel {
                            total += weight[((o * channels + c) * kernel + r) * kernel + s]
                                * padded(plane, [height, width], padding, y + r, x + s);
                        }
                    }
                }
                output.push(total);
            }
        }
    }
    output
}

fn tensor<T: Real>(engine: &Engine<T>, name: &str) -> Vec<f64> {
    let Some(index) = engine.plan().parameters.iter().position(|p| p.name == name) else {
        return Vec::new();
    };
    let mut tensor = vec![T::ZERO; engine.plan().parameters[index].size];
    engine.export(index, &engine.parameters, &mut tensor);
    tensor.iter().map(|x| x.to_f64()).collect()
}

/// Two examples through the layers, each against `expected` of the engine and its input.
fn check_in<T: Real>(
    input: &[usize],
    layers: &str,
    fast: bool,
    bound: f64,
    expected: &dyn Fn(Tensor<'_>, &[f64]) -> Vec<f64>,
) {
    let mut engine = engine::<T>(&describe(input, layers), 2, Objective::SquaredError, fast);
    engine.forward(2).unwrap();
    let (size, outputs) = (engine.plan().input_size, engine.plan().output_size);
    for e in 0..2 {
        let convert = |values: &[T]| values.iter().map(|x| x.to_f64()).collect::<Vec<_>>();
        let found = convert(&engine.outputs[e * outputs..][..outputs]);
        let expected = expected(
            &|name| tensor(&engine, name),
            &convert(&engine.inputs[e * size..][..size]),
        );
        assert_eq!(found.len(), expected.len(), "{layers} on {input:?}");
        let error = distance(&found, &expected);
        assert!(
            error < bound,
            "{layers} on {input:?}, fast={fast}, example {e}: off by {error:e}"
        );
    }
}

fn check(input: &[usize], layers: &str, expected: impl Fn(Tensor<'_>, &[f64]) -> Vec<f64>) {
    check_in::<f64>(input, layers, false, 1e-14, &expected);
    check_in::<f32>(input, layers, false, 1e-6, &expected);
    check_in::<f32>(input, layers, true, 1e-6, &expected);
}

#[test]
fn convolutions() {
    for kernel in 1..=5 {
        for stride in 1..=4 {
            for padding in 0..kernel {
                for [height, width] in [[7, 6], [5, 9]] {
                    for (channels, groups, outputs, bias) in [
                        (2, 1, 3, true),
                        (4, 2, 6, false),
                        (3, 3, 6, true),
                        (16, 1, 16, true),
                        (16, 16, 32, false),
                    ] {
                        let layers = format!(
                            r#"{{"kind": "conv2d", "outputs": {outputs}, "kernel": {kernel}, "stride": {stride},
                                "padding": {padding}, "groups": {groups}, "bias": {bias}}}, {{"kind": "flatten"}}"#
                        );
                        check(&[channels, height, width], &layers, |tensor, x| {
                            let side = (kernel, stride, padding);
                            let (weight, bias) = (tensor("0.weight"), tensor("0.bias"));
                            convolved(x, [height, width], side, groups, &weight, &bias, outputs)
                        });
                    }
                }
            }
        }
    }
}

/// A linear layer behind the pool, because a network needs something to train: y = W p + b.
#[test]
fn pools() {
    let largest = |window: &[f64]| window.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mean = |window: &[f64]| window.iter().sum::<f64>() / window.len() as f64;
    for (kind, reduce) in [
        ("max-pool2d", largest as fn(&[f64]) -> f64),
        ("average-pool2d", mean),
    ] {
        for kernel in 1..=4 {
            for stride in 1..=4 {
                for [height, width] in [[7, 6], [5, 9]] {
                    let layers = format!(
                        r#"{{"kind": "{kind}", "kernel": {kernel}, "stride": {stride}}}, {{"kind": "flatten"}},
                           {{"kind": "linear", "outputs": 4}}"#
                    );
                    check(&[3, height, width], &layers, |tensor, x| {
                        let pooled = pooled(x, [height, width], (kernel, stride, 0), reduce);
                        let (weight, bias) = (tensor("2.weight"), tensor("2.bias"));
                        let rows = weight.chunks(pooled.len());
                        rows.zip(bias)
                            .map(|(row, b)| {
                                b + row.iter().zip(&pooled).map(|(w, p)| w * p).sum::<f64>()
                            })
                            .collect()
                    });
                }
            }
        }
    }
}

/// (x − mean) / √(variance + ε), times weight plus bias.
fn normalised(x: &[f64], epsilon: f64) -> Vec<f64> {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    x.iter()
        .map(|v| (v - mean) / (variance + epsilon).sqrt())
        .collect()
}

#[test]
fn group_normalisation() {
    for groups in [1, 2, 3, 6] {
        for (input, flatten) in [(vec![6, 3, 4], r#", {"kind": "flatten"}"#), (vec![6], "")] {
            if input.len() == 1 && groups == 6 {
                continue; // groups of one entry are all bias, and rounding of zero is no test
            }
            let layers = format!(
                r#"{{"kind": "group-norm", "groups": {groups}, "epsilon": 0.01}}{flatten}"#
            );
            let area = input[1..].iter().product::<usize>();
            check(&input, &layers, |tensor, x| {
                let (weight, bias) = (tensor("0.weight"), tensor("0.bias"));
                let standard: Vec<f64> = x
                    .chunks(x.len() / groups)
                    .flat_map(|group| normalised(group, 0.01))
                    .collect();
                standard
                    .iter()
                    .enumerate()
                    .map(|(k, v)| v * weight[k / area] + bias[k / area])
                    .collect()
            });
        }
    }
}

#[test]
fn layer_normalisation() {
    for (input, flatten) in [(vec![3, 4, 5], r#", {"kind": "flatten"}"#), (vec![11], "")] {
        check(
            &input,
            &format!(r#"{{"kind": "layer-norm", "epsilon": 0.01}}{flatten}"#),
            |tensor, x| {
                let (weight, bias) = (tensor("0.weight"), tensor("0.bias"));
                normalised(x, 0.01)
                    .iter()
                    .zip(weight)
                    .zip(bias)
                    .map(|((v, w), b)| v * w + b)
                    .collect()
            },
        );
    }
}

/// Functions of one entry, from the standard library's or their definition, behind a linear layer.
#[test]
fn activations() {
    type Function = fn(f64) -> f64;
    let cases: [(&str, Function); 4] = [
        ("elu", |x| if x > 0.0 { x } else { x.exp_m1() }),
        ("relu", |x| x.max(0.0)),
        ("tanh", f64::tanh),
        ("sigmoid", |x| 1.0 / (1.0 + (-x).exp())),
    ];
    for (kind, function) in cases {
        check(
            &[5],
            &format!(r#"{{"kind": "linear", "outputs": 40}}, {{"kind": "{kind}"}}"#),
            |tensor, x| {
                let (weight, bias) = (tensor("0.weight"), tensor("0.bias"));
                let rows = weight.chunks(x.len());
                rows.zip(bias)
                    .map(|(row, b)| {
                        function(b + row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>())
                    })
                    .collect()
            },
        );
    }
}
