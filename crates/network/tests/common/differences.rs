//! A network's answers against finite differences of its losses, in f64.

use super::{describe, direction, distance, engine, gramian, gramian_distance, jacobian, numbers};
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

fn check_objective(input: &[usize], layers: &str, objective: Objective) -> Engine<f64> {
    let mut engine = engine::<f64>(&describe(input, layers), EXAMPLES, objective, false);
    let expected = finite_differences(&mut engine);
    engine.linearize(EXAMPLES, STEP).unwrap();
    let rows = jacobian(&mut engine, EXAMPLES);

    let mut worst = 0.0f64;
    for (e, (row, expected)) in rows.iter().zip(&expected).enumerate() {
        let scale = largest(expected);
        assert!(
            scale > 0.0,
            "{objective:?}: the gradient of example {e} is zero, so this case tests nothing"
        );
        for (k, (a, b)) in row.iter().zip(expected).enumerate() {
            let error = (a - b).abs() / scale;
            assert!(
                error < 1e-6,
                "{objective:?}, example {e}, parameter {k}: {a} against {b} by finite differences"
            );
            worst = worst.max(error);
        }
    }

    let products: Vec<f64> = rows
        .iter()
        .flat_map(|a| {
            rows.iter()
                .map(|b| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>())
        })
        .collect();
    let products = gramian_distance(&gramian(&mut engine, EXAMPLES), &products, EXAMPLES);
    assert!(
        products < 1e-12,
        "{objective:?}: the Gramian is {products:e} from J Jᵀ"
    );

    let weights = numbers(77, EXAMPLES);
    engine.pullback(&weights).unwrap();
    let pullback = direction(&engine);
    let sum: Vec<f64> = (0..pullback.len())
        .map(|k| (0..EXAMPLES).map(|e| weights[e] * rows[e][k]).sum())
        .collect();
    let linear = distance(&pullback, &sum);
    assert!(
        linear < 1e-12,
        "{objective:?}: the pullback is {linear:e} from the weighted sum of rows"
    );
    engine.gradient(&weights, STEP).unwrap();
    let beforehand = distance(&direction(&engine), &pullback);
    assert!(
        beforehand < 1e-12,
        "{objective:?}: gradient and pullback are {beforehand:e} apart"
    );

    println!(
        "{objective:?}: finite differences {worst:.1e}, J Jᵀ {products:.1e}, weighted rows {linear:.1e}, gradient {beforehand:.1e}"
    );
    engine
}

/// Checks both objectives and returns how each layer's part of the Gramian is computed.
pub fn check(input: &[usize], layers: &str) -> Vec<&'static str> {
    check_objective(input, layers, Objective::SquaredError);
    let engine = check_objective(input, layers, Objective::CrossEntropy);
    engine
        .plan()
        .layers
        .iter()
        .map(|layer| layer.gramian)
        .collect()
}

/// A case whose last layers are flatten and linear, so that every output entry counts differently.
pub fn check_spatial(input: &[usize], layers: &str) -> Vec<&'static str> {
    check(
        input,
        &format!(r#"{layers}, {{"kind": "flatten"}}, {{"kind": "linear", "outputs": 3}}"#),
    )
}
