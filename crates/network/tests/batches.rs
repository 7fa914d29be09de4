//! A batch is its examples: whatever their number and their order, each keeps its own loss, its own
//! gradient and its own entries of the Gramian.

mod common;

use common::{
    answers, describe, distance, engine, fill, gramian, gramian_distance, jacobian, network,
    numbers, relative,
};
use dualcone_network::{Description, Engine, Objective, Real};

/// Every kind of layer, blocked channels for the fast kernels, Jacobian and ghost forms.
fn mixed() -> Description {
    describe(
        &[3, 12, 11],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"},
           {"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 16}, {"kind": "max-pool2d", "kernel": 2},
           {"kind": "elu"}, {"kind": "group-norm", "groups": 4}, {"kind": "conv2d", "outputs": 6, "kernel": 3},
           {"kind": "relu"}, {"kind": "flatten"}, {"kind": "linear", "outputs": 9}, {"kind": "tanh"},
           {"kind": "linear", "outputs": 5}"#,
    )
}

/// The batch's first `count` examples become those that `order` names.
fn choose<T: Real>(engine: &mut Engine<T>, order: &[usize]) {
    let (inputs, labels, targets) = (
        engine.inputs.clone(),
        engine.labels.clone(),
        engine.targets.clone(),
    );
    let (width, outputs) = (engine.plan().input_size, engine.plan().output_size);
    for (to, &from) in order.iter().enumerate() {
        engine.inputs[to * width..][..width].copy_from_slice(&inputs[from * width..][..width]);
        engine.labels[to] = labels[from];
        if !targets.is_empty() {
            engine.targets[to * outputs..][..outputs]
                .copy_from_slice(&targets[from * outputs..][..outputs]);
        }
    }
}

/// Batches of 1 to 9 examples, in an engine of that size and in one of size 9, against nine batches of one.
fn check_sizes<T: Real>(description: &Description, objective: Objective, fast: bool, bound: f64) {
    const MOST: usize = 9;
    let mut whole = engine::<T>(description, MOST, objective, fast);
    let (width, outputs) = (whole.plan().input_size, whole.plan().output_size);
    let mut single = engine::<T>(description, 1, objective, fast);
    let (mut losses, mut rows) = (Vec::new(), Vec::new());
    for e in 0..MOST {
        single
            .inputs
            .copy_from_slice(&whole.inputs[e * width..][..width]);
        single.labels[0] = whole.labels[e];
        if objective == Objective::SquaredError {
            single
                .targets
                .copy_from_slice(&whole.targets[e * outputs..][..outputs]);
        }
        single.linearize(1, None).unwrap();
        losses.push(single.losses[0]);
        rows.extend(jacobian(&mut single, 1));
    }
    let weights = numbers(9, MOST);
    let mut worst = 0.0f64;
    for examples in 1..=MOST {
        let products: Vec<f64> = rows[..examples]
            .iter()
            .flat_map(|a| {
                rows[..examples]
                    .iter()
                    .map(|b| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>())
            })
            .collect();
        let sum: Vec<f64> = (0..rows[0].len())
            .map(|k| (0..examples).map(|e| weights[e] * rows[e][k]).sum::<f64>())
            .collect();
        let mut exact = engine::<T>(description, examples, objective, fast);
        choose(&mut exact, &(0..examples).collect::<Vec<_>>());
        for (engine, kind) in [(&mut exact, "full"), (&mut whole, "partial")] {
            let found = answers(engine, examples, &weights[..examples], None);
            let mut errors = vec![
                relative(&found.losses, &losses[..examples]),
                gramian_distance(&found.gramian, &products, examples),
                distance(&found.pullback, &sum),
                distance(&found.gradient, &sum),
            ];
            errors.extend(found.rows.iter().zip(&rows).map(|(a, b)| distance(a, b)));
            let largest = errors.iter().fold(0.0f64, |m, &e| e.max(m));
            assert!(
                largest < bound,
                "{kind} batch of {examples}: losses, Gramian, pullback, gradient, rows off by {errors:?}"
            );
            worst = worst.max(largest);
        }
    }
    println!(
        "batch sizes, {} {objective:?} fast={fast}: {worst:.1e}",
        std::any::type_name::<T>()
    );
}

#[test]
fn any_size_in_f64() {
    check_sizes::<f64>(&mixed(), Objective::CrossEntropy, false, 1e-13);
    check_sizes::<f64>(&mixed(), Objective::SquaredError, false, 1e-13);
}

#[test]
fn any_size_in_f32() {
    check_sizes::<f32>(&mixed(), Objective::CrossEntropy, false, 2e-6);
    check_sizes::<f32>(&mixed(), Objective::CrossEntropy, true, 2e-6);
    check_sizes::<f32>(&mixed(), Objective::SquaredError, true, 2e-6);
}

#[test]
fn any_size_of_a_network_of_linear_layers() {
    let layers =
        r#"{"kind": "linear", "outputs": 7}, {"kind": "elu"}, {"kind": "linear", "outputs": 3}"#;
    check_sizes::<f64>(
        &describe(&[5], layers),
        Objective::CrossEntropy,
        false,
        1e-13,
    );
    check_sizes::<f32>(&describe(&[5], layers), Objective::SquaredError, true, 2e-6);
}

#[test]
fn the_parameters_set_the_answers_and_no_earlier_batch_does() {
    let mut engine = engine::<f32>(&mixed(), 6, Objective::CrossEntropy, true);
    let fresh = answers(&mut engine, 5, &numbers(4, 5), None);
    // NaN is the hardest to be rid of: it survives sums, products with zero and comparisons.
    engine.inputs.fill(f32::NAN);
    engine.linearize(6, Some(1)).unwrap();
    engine.gramian().unwrap();
    engine.pullback(&[1.0; 6]).unwrap();
    engine.gradient(&[1.0; 6], None).unwrap();
    engine.forward(3).unwrap();
    fill(&mut engine);
    let again = answers(&mut engine, 5, &numbers(4, 5), None);
    assert_eq!(fresh.losses, again.losses);
    assert_eq!(fresh.gramian, again.gramian);
    assert_eq!(fresh.rows, again.rows);
    assert_eq!(
        (fresh.pullback, fresh.gradient),
        (again.pullback, again.gradient)
    );
}

fn check_order<T: Real>(description: &Description, fast: bool, bound: f64) {
    let order = [4, 0, 6, 2, 5, 1, 3];
    let n = order.len();
    let weights = numbers(5, n);
    let mut engine = engine::<T>(description, n, Objective::CrossEntropy, fast);
    let before = answers(&mut engine, n, &weights, None);
    choose(&mut engine, &order);
    let moved: Vec<f64> = order.iter().map(|&e| weights[e]).collect();
    let after = answers(&mut engine, n, &moved, None);
    let losses: Vec<f64> = order.iter().map(|&e| before.losses[e]).collect();
    let gramian: Vec<f64> = order
        .iter()
        .flat_map(|&i| order.map(|j| before.gramian[i * n + j]))
        .collect();
    let errors = [
        relative(&after.losses, &losses),
        gramian_distance(&after.gramian, &gramian, n),
        distance(&after.pullback, &before.pullback),
        distance(&after.gradient, &before.gradient),
    ];
    assert!(
        errors.iter().all(|&e| e < bound),
        "losses, Gramian, pullback, gradient off by {errors:?}"
    );
}

#[test]
fn another_order_permutes_the_gramian_and_leaves_the_pullback() {
    check_order::<f64>(&mixed(), false, 1e-13);
    check_order::<f32>(&mixed(), false, 2e-6);
    check_order::<f32>(&mixed(), true, 2e-6);
    check_order::<f32>(&network("svhn"), true, 2e-6);
}

#[test]
fn the_gramian_is_symmetric_to_the_bit() {
    let mut engine = engine::<f32>(&mixed(), 7, Objective::CrossEntropy, true);
    engine.linearize(7, None).unwrap();
    let g = gramian(&mut engine, 7);
    for i in 0..7 {
        for j in 0..7 {
            assert_eq!(g[i * 7 + j].to_bits(), g[j * 7 + i].to_bits());
        }
    }
}

#[test]
fn two_engines_give_the_same_bits() {
    for fast in [false, true] {
        let run = || {
            let mut engine = engine::<f32>(&mixed(), 6, Objective::CrossEntropy, fast);
            engine.initialise(11);
            let found = answers(&mut engine, 6, &numbers(8, 6), Some(2));
            [found.losses, found.gramian, found.pullback, found.gradient]
                .concat()
                .iter()
                .map(|x| x.to_bits())
                .collect::<Vec<_>>()
        };
        assert_eq!(run(), run());
    }
}
