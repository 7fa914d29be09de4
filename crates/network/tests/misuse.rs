//! What an engine answers to batches and questions that cannot be, and that it goes on well afterwards.

mod common;

use common::{describe, engine};
use dualcone_network::{Engine, NetworkError, Objective};

fn small() -> Engine<f32> {
    engine(
        &describe(&[3], r#"{"kind": "linear", "outputs": 4}"#),
        5,
        Objective::CrossEntropy,
        true,
    )
}

fn assert_error(result: Result<(), NetworkError>, place: &str, value: &str, rule: &str) {
    let error = result.expect_err(rule);
    assert_eq!(
        (error.place.as_str(), error.value.as_str()),
        (place, value),
        "{error}"
    );
    assert!(error.rule.contains(rule), "{error}");
}

#[test]
fn too_few_or_too_many_examples() {
    let mut engine = small();
    for examples in [0, 6] {
        let value = examples.to_string();
        assert_error(
            engine.linearize(examples, None),
            "the number of examples",
            &value,
            "1 to the batch size, 5",
        );
        assert_error(
            engine.forward(examples),
            "the number of examples",
            &value,
            "1 to the batch size, 5",
        );
        assert_error(
            engine.gradient(&vec![1.0; examples], None),
            "the number of examples",
            &value,
            "1 to the batch size, 5",
        );
    }
    engine.linearize(5, None).unwrap();
}

#[test]
fn labels_out_of_range() {
    let mut engine = small();
    for label in [-1, 4, i32::MAX] {
        engine.labels[2] = label;
        assert_error(
            engine.linearize(5, None),
            "the label of example 2",
            &label.to_string(),
            "0 to 3",
        );
        assert_error(
            engine.gradient(&[1.0; 3], None),
            "the label of example 2",
            &label.to_string(),
            "0 to 3",
        );
        // The label belongs to an example beyond this batch, or is not asked for.
        engine.linearize(2, None).unwrap();
        engine.forward(5).unwrap();
    }
}

#[test]
fn questions_before_a_linearization() {
    let mut engine = small();
    let missing = "linearize a batch first";
    let ask = |engine: &mut Engine<f32>| {
        assert_error(
            engine.gramian(),
            "the linearization",
            "missing or outdated",
            missing,
        );
        assert_error(
            engine.pullback(&[1.0; 5]),
            "the linearization",
            "missing or outdated",
            missing,
        );
    };
    ask(&mut engine);
    let tensor = [0.5; 12];
    type Spoil = fn(&mut Engine<f32>, &[f32]);
    let spoil: [(&str, Spoil); 4] = [
        ("new parameters", |engine, tensor| {
            engine.set_parameter(0, tensor)
        }),
        ("an initialisation", |engine, _| engine.initialise(1)),
        ("a gradient", |engine, _| {
            engine.gradient(&[1.0; 2], None).unwrap()
        }),
        ("an evaluation", |engine, _| engine.forward(1).unwrap()),
    ];
    for (what, spoil) in spoil {
        engine.linearize(5, None).unwrap();
        engine
            .gramian()
            .unwrap_or_else(|e| panic!("before {what}: {e}"));
        spoil(&mut engine, &tensor);
        ask(&mut engine);
    }
}

#[test]
fn weights_of_another_number() {
    let mut engine = small();
    engine.linearize(4, None).unwrap();
    for count in [0, 3, 5] {
        assert_error(
            engine.pullback(&vec![1.0; count]),
            "the number of weights",
            &count.to_string(),
            "one an example, 4",
        );
    }
    engine.pullback(&[1.0; 4]).unwrap();
}

/// NaN in one example stays in that example's loss and in its row and column of the Gramian.
#[test]
fn a_nan_shows_and_stays_with_its_example() {
    let description = describe(
        &[3, 10, 10],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "max-pool2d", "kernel": 2}, {"kind": "elu"},
           {"kind": "flatten"}, {"kind": "linear", "outputs": 4}"#,
    );
    for fast in [false, true] {
        let mut engine = engine::<f32>(&description, 5, Objective::CrossEntropy, fast);
        engine.inputs[2 * 300 + 17] = f32::NAN;
        engine.linearize(5, None).unwrap();
        engine.gramian().unwrap();
        for i in 0..5 {
            assert_eq!(
                engine.losses[i].is_nan(),
                i == 2,
                "fast={fast}: loss {i} is {}",
                engine.losses[i]
            );
            for j in 0..5 {
                let g = engine.gramian[i * 5 + j];
                assert_eq!(
                    g.is_nan(),
                    i == 2 || j == 2,
                    "fast={fast}: Gramian entry ({i}, {j}) is {g}"
                );
            }
        }
    }
}
