//! Where mathematics leaves a choice, the choice is PyTorch's: derivatives at kinks, the maximum among equals,
//! which variance, which GELU.

mod common;

use common::{describe, direction};
use dualcone_network::{Description, Engine, Objective, Real};

/// A linear layer that hands its inputs on (weight identity, bias 0), the map, and the sum of all entries with the
/// target −1/2 below it: the gradient of the bias is the map's derivative at each input. Returns it with the outputs.
fn derivative<T: Real>(map: &str, inputs: &[f64]) -> (Vec<f64>, f64) {
    let n = inputs.len();
    let layers = format!(
        r#"{{"kind": "linear", "outputs": {n}}}, {{"kind": "{map}"}}, {{"kind": "linear", "outputs": 1, "bias": false}}"#
    );
    let mut engine =
        Engine::<T>::new(&describe(&[n], &layers), 1, Objective::SquaredError, true).unwrap();
    let identity: Vec<T> = (0..n * n)
        .map(|k| if k % (n + 1) == 0 { T::ONE } else { T::ZERO })
        .collect();
    engine.set_parameter(0, &identity);
    engine.set_parameter(2, &vec![T::ONE; n]);
    for (x, &value) in engine.inputs.iter_mut().zip(inputs) {
        *x = T::from_f64(value);
    }
    engine.forward(1).unwrap();
    let sum = engine.outputs[0];
    engine.targets[0] = sum - T::from_f64(0.5);
    engine.linearize(1, None).unwrap();
    engine.pullback(&[1.0]).unwrap();
    (direction(&engine)[n * n..n * n + n].to_vec(), sum.to_f64())
}

fn assert_near(found: &[f64], expected: &[f64], bound: f64) {
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() <= bound, "{found:?} against {expected:?}");
    }
}

#[test]
fn derivatives_at_zero() {
    for (map, expected) in [
        ("relu", 0.0),
        ("elu", 1.0),
        ("tanh", 1.0),
        ("sigmoid", 0.25),
        ("gelu", 0.5),
    ] {
        assert_eq!(derivative::<f64>(map, &[0.0]).0, [expected], "{map} in f64");
        assert_eq!(derivative::<f32>(map, &[0.0]).0, [expected], "{map} in f32");
        assert_eq!(derivative::<f64>(map, &[-0.0]).0, [expected], "{map} at −0");
    }
}

/// x Φ(x) and Φ(x) + x φ(x) at 1: Φ(1) = 0.841344746068543, φ(1) = 0.241970724519143. The tanh approximation would
/// be 2e-4 off.
#[test]
fn gelu_is_the_exact_one() {
    let (slope, value) = derivative::<f64>("gelu", &[1.0]);
    assert_near(&[value], &[0.841_344_746_068_543], 1e-14);
    assert_near(
        &slope,
        &[0.841_344_746_068_543 + 0.241_970_724_519_143],
        1e-14,
    );
}

/// Far from zero no function overflows into NaN.
#[test]
fn far_inputs_are_harmless() {
    let far = [-1e4, -200.0, 200.0, 1e4];
    for (map, expected) in [
        ("relu", [0.0, 0.0, 1.0, 1.0]),
        ("elu", [0.0, 0.0, 1.0, 1.0]),
        ("tanh", [0.0; 4]),
        ("sigmoid", [0.0; 4]),
        ("gelu", [0.0, 0.0, 1.0, 1.0]),
    ] {
        assert_near(&derivative::<f64>(map, &far).0, &expected, 1e-12);
        assert_near(&derivative::<f32>(map, &far).0, &expected, 1e-6);
    }
}

/// A convolution of zero weights ties all entries of every window, so the pool's choice shows in the gradient of the
/// weight: the sum of the inputs under the windows that were chosen.
fn tied(input: &[usize], convolution: &str, pool: &str, fast: bool) -> Vec<f64> {
    let layers = format!(
        r#"{convolution}, {pool}, {{"kind": "flatten"}}, {{"kind": "linear", "outputs": 1, "bias": false}}"#
    );
    let description: Description = describe(input, &layers);
    let mut engine = Engine::<f32>::new(&description, 1, Objective::SquaredError, fast).unwrap();
    let last = engine.plan().parameters.len() - 1;
    engine.set_parameter(last, &vec![1.0; engine.plan().parameters[last].size]);
    for (k, x) in engine.inputs.iter_mut().enumerate() {
        *x = k as f32;
    }
    engine.targets[0] = -0.5;
    engine.linearize(1, None).unwrap();
    engine.pullback(&[1.0]).unwrap();
    let size = engine.plan().parameters[0].size;
    direction(&engine)[..size].to_vec()
}

/// One channel of 1 × 1 weight: the gradient is the sum of the first entries of the windows.
#[test]
fn the_first_maximum_wins() {
    let conv = r#"{"kind": "conv2d", "outputs": 1, "kernel": 1, "bias": false}"#;
    let first = |pool: &str| tied(&[1, 5, 6], conv, pool, false)[0];
    // Rows 0 and 2, columns 0, 2, 4 of an image of width 6 that counts its entries.
    assert_eq!(
        first(r#"{"kind": "max-pool2d", "kernel": 2}"#),
        (2 + 4 + 12 + 14 + 16) as f64
    );
    assert_eq!(first(r#"{"kind": "max-pool2d", "kernel": 3}"#), 3.0);
    // Overlapping: rows 0, 2, columns 0, 2.
    assert_eq!(
        first(r#"{"kind": "max-pool2d", "kernel": 3, "stride": 2}"#),
        (2 + 12 + 14) as f64
    );
}

/// Whole numbers below 2²⁴, so the sums are exact in every order.
#[test]
fn the_first_maximum_wins_in_the_fast_kernels_too() {
    for (channels, groups) in [(1, 1), (3, 1), (16, 1), (16, 16)] {
        let conv = format!(
            r#"{{"kind": "conv2d", "outputs": 16, "kernel": 3, "groups": {groups}, "bias": false}}"#
        );
        for kernel in [2, 3] {
            let pool = format!(r#"{{"kind": "max-pool2d", "kernel": {kernel}}}"#);
            let [fast, plain] =
                [true, false].map(|fast| tied(&[channels, 11, 10], &conv, &pool, fast));
            assert_eq!(
                fast, plain,
                "{channels} channels, {groups} groups, pool of {kernel}"
            );
        }
    }
}

/// Normalisation divides by the root of the biased variance plus ε: of (1, 2, 3, 6), mean 3, variance 14/4.
#[test]
fn normalisation_uses_the_biased_variance() {
    for layer in [
        r#"{"kind": "group-norm", "groups": 1, "epsilon": 0.5}"#,
        r#"{"kind": "layer-norm", "epsilon": 0.5}"#,
    ] {
        let mut engine =
            Engine::<f64>::new(&describe(&[4], layer), 1, Objective::SquaredError, false).unwrap();
        engine.initialise(1);
        engine.inputs.copy_from_slice(&[1.0, 2.0, 3.0, 6.0]);
        engine.forward(1).unwrap();
        assert_near(&engine.outputs, &[-1.0, -0.5, 0.0, 1.5], 1e-15);
    }
}

/// A constant far from zero has the variance 0, not what is left of two large numbers.
#[test]
fn normalisation_of_a_constant_is_zero() {
    let layer = r#"{"kind": "layer-norm"}"#;
    let mut engine =
        Engine::<f32>::new(&describe(&[7], layer), 1, Objective::SquaredError, false).unwrap();
    engine.initialise(1);
    engine.inputs.fill(1e6);
    engine.forward(1).unwrap();
    assert!(
        engine.outputs.iter().all(|&y| y == 0.0),
        "{:?}",
        engine.outputs
    );
}

/// Squared error is averaged over the outputs, cross-entropy is in nats.
#[test]
fn objectives() {
    let description = describe(&[2], r#"{"kind": "linear", "outputs": 2, "bias": false}"#);
    let loss = |objective| {
        let mut engine = Engine::<f64>::new(&description, 1, objective, false).unwrap();
        engine.set_parameter(0, &[1.0, 0.0, 0.0, 1.0]);
        engine.inputs.copy_from_slice(&[1.0, 3.0]);
        engine.linearize(1, None).unwrap();
        engine.losses[0]
    };
    assert_eq!(loss(Objective::SquaredError), 5.0);
    assert_near(
        &[loss(Objective::CrossEntropy)],
        &[2.0 + (-2.0f64).exp().ln_1p()],
        1e-15,
    );
}
