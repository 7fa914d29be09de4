//! Examples whose losses are decades apart: a learned example keeps its own loss, gradient and place in the Gramian.

mod common;

use common::{describe, distance, engine, gramian, gramian_distance, jacobian, numbers, relative};
use dualcone_network::{Description, Engine, Objective, Real};

/// Classes of the networks below.
const CLASSES: usize = 10;

/// One linear layer whose logits are its inputs: weight identity, no bias.
fn identity<T: Real>(batch: usize) -> Engine<T> {
    let description = describe(
        &[CLASSES],
        r#"{"kind": "linear", "outputs": 10, "bias": false}"#,
    );
    let mut engine = Engine::<T>::new(&description, batch, Objective::CrossEntropy, true).unwrap();
    let tensor: Vec<T> = (0..CLASSES * CLASSES)
        .map(|k| {
            if k % (CLASSES + 1) == 0 {
                T::ONE
            } else {
                T::ZERO
            }
        })
        .collect();
    engine.set_parameter(0, &tensor);
    engine
}

/// Margins of the label over the nine other logits, all of them 0.
const MARGINS: [f64; 8] = [0.0, 1.0, 10.0, 30.0, 46.0, 60.0, 80.0, 700.0];

fn with_margins<T: Real>() -> Engine<T> {
    let mut engine = identity::<T>(MARGINS.len());
    for (e, &margin) in MARGINS.iter().enumerate() {
        engine.labels[e] = e as i32;
        engine.inputs[e * CLASSES + e] = T::from_f64(margin);
    }
    engine.linearize(MARGINS.len(), None).unwrap();
    engine
}

/// log(1 + 9 e^−margin): 9.5e-20 at a margin of 46.
#[test]
fn losses_of_learned_examples_are_exact() {
    let expected = MARGINS.map(|margin| (9.0 * (-margin).exp()).ln_1p());
    let (single, double) = (with_margins::<f32>(), with_margins::<f64>());
    println!("losses {:?}", single.losses);
    assert!(relative(&double.losses, &expected) < 1e-14);
    assert!(relative(&single.losses, &expected) < 1e-14);
}

#[test]
fn losses_of_wrong_examples_are_exact() {
    let mut engine = identity::<f32>(3);
    for (e, distance) in [5.0, 80.0, 3e4].into_iter().enumerate() {
        engine.inputs[e * CLASSES + 4] = distance;
        engine.labels[e] = 1;
    }
    engine.linearize(3, None).unwrap();
    let expected = [5.0f64, 80.0, 3e4].map(|d| d + (9.0 * (-d).exp()).ln_1p());
    assert!(relative(&engine.losses, &expected) < 1e-14);
}

/// With logits y = a, the gradient is δ aᵀ: G_ii = ‖δ_i‖² ‖a_i‖², with δ_label = −q and nine others q / 9,
/// q = 9 e^−m / (1 + 9 e^−m).
#[test]
fn gramian_of_learned_examples_has_its_diagonal() {
    let mut engine = with_margins::<f32>();
    let n = MARGINS.len();
    let g = gramian(&mut engine, n);
    for (e, margin) in MARGINS.iter().enumerate().skip(1).take(6) {
        let q = 9.0 * (-margin).exp() / (1.0 + 9.0 * (-margin).exp());
        let expected = q * q * (1.0 + 1.0 / 9.0) * margin * margin;
        let error = (g[e * n + e] - expected).abs() / expected;
        assert!(
            error < 1e-6,
            "margin {margin}: {:e} against {expected:e}",
            g[e * n + e]
        );
    }
    assert!(g.iter().all(|x| x.is_finite()));
}

/// Two convolutions and two linear layers, the labels' logits raised by the last bias until losses are near 1e-25.
fn learned<T: Real>(
    description: &Description,
    examples: usize,
    margin: f64,
    fast: bool,
) -> Engine<T> {
    let mut engine = engine::<T>(description, examples, Objective::CrossEntropy, fast);
    let bias = engine.plan().parameters.len() - 1;
    let mut tensor = vec![T::ZERO; CLASSES];
    tensor[2] = T::from_f64(margin);
    engine.set_parameter(bias, &tensor);
    // Every other example is of the raised class; the rest are as wrong as can be.
    for (e, label) in engine.labels.iter_mut().enumerate() {
        *label = if e % 2 == 0 { 2 } else { 5 };
    }
    engine.linearize(examples, None).unwrap();
    engine
}

#[test]
fn a_learned_example_keeps_its_gradient_in_a_deep_network() {
    let description = describe(
        &[3, 12, 12],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"},
           {"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 16}, {"kind": "max-pool2d", "kernel": 2},
           {"kind": "elu"}, {"kind": "flatten"}, {"kind": "linear", "outputs": 12}, {"kind": "elu"},
           {"kind": "linear", "outputs": 10}"#,
    );
    const EXAMPLES: usize = 6;
    let mut reference = learned::<f64>(&description, EXAMPLES, 60.0, false);
    let exact = gramian(&mut reference, EXAMPLES);
    let exact_rows = jacobian(&mut reference, EXAMPLES);
    for fast in [false, true] {
        let mut engine = learned::<f32>(&description, EXAMPLES, 60.0, fast);
        println!("fast={fast}: losses {:?}", engine.losses);
        let g = gramian(&mut engine, EXAMPLES);
        let rows = jacobian(&mut engine, EXAMPLES);
        for e in (0..EXAMPLES).step_by(2) {
            assert!(
                engine.losses[e] < 1e-22 && engine.losses[e] > 0.0,
                "loss {:e}",
                engine.losses[e]
            );
            assert!(g[e * EXAMPLES + e].is_finite() && g[e * EXAMPLES + e] > 0.0);
            // The logits' own rounding, 60 · 6e-8, is in the scale of such a gradient.
            let error = distance(&rows[e], &exact_rows[e]);
            assert!(
                error < 2e-5,
                "fast={fast}: gradient of example {e} off by {error:e}"
            );
        }
        let error = gramian_distance(&g, &exact, EXAMPLES);
        assert!(error < 4e-5, "fast={fast}: Gramian off by {error:e}");
    }
}

/// A loss that underflows even in f64 has a zero gradient, and harms no other example.
#[test]
fn a_vanished_loss_leaves_zeros_and_no_nan() {
    let mut engine = identity::<f32>(2);
    engine.inputs[0] = 2000.0;
    engine.inputs[CLASSES] = 1.0;
    engine.linearize(2, None).unwrap();
    assert_eq!(engine.losses[0], 0.0);
    let g = gramian(&mut engine, 2);
    assert_eq!((g[0], g[1], g[2]), (0.0, 0.0, 0.0));
    assert!(g[3] > 0.0);
    engine.gradient(&[1.0, 1.0], None).unwrap();
    assert!(engine.direction.iter().all(|x| x.is_finite()));
}

/// Weights known beforehand are in the deltas before they are rounded: any weight that f32 holds is good.
#[test]
fn weights_of_any_scale_come_through() {
    let description = describe(
        &[3, 8, 8],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"}, {"kind": "flatten"}, {"kind": "linear", "outputs": 10}"#,
    );
    let mut engine = engine::<f32>(&description, 5, Objective::CrossEntropy, true);
    let base = numbers(12, 5);
    engine.gradient(&base, None).unwrap();
    let unit = common::direction(&engine);
    for scale in [1e-15, 1e-6, 1e6, 1e15] {
        let weights: Vec<f64> = base.iter().map(|w| w * scale).collect();
        let expected: Vec<f64> = unit.iter().map(|x| x * scale).collect();
        engine.gradient(&weights, None).unwrap();
        assert!(distance(&common::direction(&engine), &expected) < 1e-6);
        engine.linearize(5, None).unwrap();
        engine.pullback(&weights).unwrap();
        assert!(distance(&common::direction(&engine), &expected) < 1e-6);
    }
}
