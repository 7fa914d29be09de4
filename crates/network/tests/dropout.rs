//! Dropout: how many entries fall, that every mask is its own, and that nothing falls outside training.

mod common;

use common::{describe, distance, engine};
use dualcone_network::{Engine, Objective};

const FEATURES: usize = 4000;
const EXAMPLES: usize = 5;

/// Dropout of ones, then one output with zero weights and the target −1/2. The loss is (y + 1/2)² with y = 0, so the
/// gradient of the weight is the dropped input itself: each example's row of the Jacobian is its mask times 1 / (1 − p).
fn observer(probability: f64, seed: u64) -> Engine<f64> {
    let description = describe(
        &[FEATURES],
        &format!(
            r#"{{"kind": "dropout", "probability": {probability}}}, {{"kind": "linear", "outputs": 1, "bias": false}}"#
        ),
    );
    let mut engine = Engine::new(&description, EXAMPLES, Objective::SquaredError, false).unwrap();
    engine.set_seed(seed);
    engine.inputs.fill(1.0);
    engine.targets.fill(-0.5);
    engine
}

fn masks(engine: &mut Engine<f64>, step: Option<u64>) -> Vec<Vec<f64>> {
    engine.linearize(EXAMPLES, step).unwrap();
    common::jacobian(engine, EXAMPLES)
}

#[test]
fn entries_are_zero_or_scaled() {
    for mask in masks(&mut observer(0.25, 1), Some(0)) {
        assert!(mask.iter().all(|&m| m == 0.0 || m == 1.0 / 0.75));
    }
}

/// The share of n entries has deviation √(p (1 − p) / n).
#[test]
fn the_share_of_zeros_is_the_probability() {
    for probability in [0.1, 0.5, 0.9] {
        for (e, mask) in masks(&mut observer(probability, 2), Some(3))
            .iter()
            .enumerate()
        {
            let share = mask.iter().filter(|&&m| m == 0.0).count() as f64 / FEATURES as f64;
            let deviation = (probability * (1.0 - probability) / FEATURES as f64).sqrt();
            assert!(
                (share - probability).abs() < 5.0 * deviation,
                "example {e}: {share} for {probability}"
            );
        }
    }
}

/// Over s steps the mean of a mask's entry is 1 with deviation √(p / (1 − p) / s).
#[test]
fn the_expectation_is_the_entry_itself() {
    const STEPS: usize = 64;
    let mut engine = observer(0.4, 3);
    let mut means = vec![0.0; FEATURES];
    for step in 0..STEPS {
        for (mean, m) in means
            .iter_mut()
            .zip(&masks(&mut engine, Some(step as u64))[1])
        {
            *mean += m / STEPS as f64;
        }
    }
    let deviation = (0.4 / 0.6 / STEPS as f64).sqrt();
    let worst = means.iter().fold(0.0f64, |w, m| (m - 1.0).abs().max(w));
    assert!(worst < 5.5 * deviation, "an entry's mean is {worst} from 1");
    let mean = means.iter().sum::<f64>() / FEATURES as f64;
    assert!(
        (mean - 1.0).abs() < 5.0 * deviation / (FEATURES as f64).sqrt(),
        "mean {mean}"
    );
}

/// Two independent masks with p = 1/2 agree in half their entries, deviation √(n) / 2.
fn assert_independent(a: &[f64], b: &[f64], what: &str) {
    let equal = a.iter().zip(b).filter(|(x, y)| x == y).count() as f64;
    let n = a.len() as f64;
    assert!(
        (equal - n / 2.0).abs() < 2.5 * n.sqrt(),
        "{what}: {equal} of {n} entries agree"
    );
}

#[test]
fn every_example_has_its_own_mask() {
    let masks = masks(&mut observer(0.5, 4), Some(0));
    for (i, a) in masks.iter().enumerate() {
        for b in &masks[..i] {
            assert_independent(a, b, "examples");
        }
    }
}

#[test]
fn every_step_and_every_seed_has_its_own_masks() {
    let first = masks(&mut observer(0.5, 4), Some(0));
    for (a, b) in first.iter().zip(&masks(&mut observer(0.5, 4), Some(1))) {
        assert_independent(a, b, "steps");
    }
    for (a, b) in first.iter().zip(&masks(&mut observer(0.5, 5), Some(0))) {
        assert_independent(a, b, "seeds");
    }
    assert_eq!(
        first,
        masks(&mut observer(0.5, 4), Some(0)),
        "the same seed and step"
    );
}

/// Two layers of p = 1/2 with one mask would leave half of the entries, with two masks a quarter.
#[test]
fn every_layer_has_its_own_mask() {
    let layers = r#"{"kind": "dropout", "probability": 0.5}, {"kind": "dropout", "probability": 0.5},
        {"kind": "linear", "outputs": 1, "bias": false}"#;
    let mut engine = Engine::<f64>::new(
        &describe(&[FEATURES], layers),
        EXAMPLES,
        Objective::SquaredError,
        false,
    )
    .unwrap();
    engine.inputs.fill(1.0);
    engine.targets.fill(-0.5);
    for mask in masks(&mut engine, Some(0)) {
        assert!(mask.iter().all(|&m| m == 0.0 || m == 4.0));
        let share = mask.iter().filter(|&&m| m != 0.0).count() as f64 / FEATURES as f64;
        assert!(
            (share - 0.25).abs() < 5.0 * (0.25 * 0.75 / FEATURES as f64).sqrt(),
            "{share}"
        );
    }
}

#[test]
fn nothing_falls_without_a_step() {
    for mask in masks(&mut observer(0.9, 6), None) {
        assert!(mask.iter().all(|&m| m == 1.0));
    }
}

#[test]
fn nothing_falls_in_evaluation() {
    let hidden = r#"{"kind": "linear", "outputs": 6}, {"kind": "elu"}"#;
    let with = describe(
        &[5],
        &format!(
            r#"{hidden}, {{"kind": "dropout", "probability": 0.5}}, {{"kind": "linear", "outputs": 3}}"#
        ),
    );
    let without = describe(
        &[5],
        &format!(r#"{hidden}, {{"kind": "linear", "outputs": 3}}"#),
    );
    let [a, b] = [with, without].map(|description| {
        let mut engine = engine::<f64>(&description, 4, Objective::CrossEntropy, false);
        engine.forward(4).unwrap();
        let outputs = engine.outputs.clone();
        engine.linearize(4, None).unwrap();
        (
            outputs,
            engine.losses.clone(),
            common::jacobian(&mut engine, 4),
        )
    });
    assert_eq!(a, b);
}

#[test]
fn a_probability_of_zero_changes_nothing() {
    for mask in masks(&mut observer(0.0, 7), Some(9)) {
        assert!(mask.iter().all(|&m| m == 1.0));
    }
}

/// The place of an entry in PyTorch's order names its draw, so blocked channels see the same mask: with another one
/// the losses would differ in their first digit.
#[test]
fn masks_do_not_depend_on_the_layout() {
    let description = describe(
        &[3, 8, 9],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "dropout", "probability": 0.5}, {"kind": "elu"},
           {"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 16}, {"kind": "flatten"},
           {"kind": "dropout", "probability": 0.5}, {"kind": "linear", "outputs": 4}"#,
    );
    let [fast, plain] = [true, false].map(|fast| {
        let mut engine = engine::<f32>(&description, EXAMPLES, Objective::CrossEntropy, fast);
        engine.set_seed(8);
        engine.linearize(EXAMPLES, Some(2)).unwrap();
        engine.losses.clone()
    });
    assert!(distance(&fast, &plain) < 1e-6);
}

/// Example 4 is the first of the second group; alone in a batch it is example 0 and has that one's mask.
#[test]
fn masks_belong_to_the_place_in_the_batch() {
    let mut engine = observer(0.5, 9);
    let all = masks(&mut engine, Some(0));
    engine.linearize(1, Some(0)).unwrap();
    assert_eq!(common::jacobian(&mut engine, 1)[0], all[0]);
    assert_ne!(all[4], all[0]);
}
