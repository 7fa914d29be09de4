//! The number of threads changes no bit of a network that is no chain.

mod common;
#[path = "../../threads/tests/common/mod.rs"]
mod workers;

use common::graphs::{ALL_ROWS, description, engine, fill};
use common::numbers;
use dualcone_network::Objective::{CrossEntropy, SquaredError};
use dualcone_network::Real;
use dualcone_network::graph::{GraphEngine, GraphOptions, JacobianRows};
use dualcone_threads::Threads;
use workers::{end, team};

/// A residual sum, dropout, a strided convolution and two heads.
const RESIDUAL: &str = r#"{"name": "residual", "input": [2, 9, 9], "layers": [
    {"kind": "conv2d", "outputs": 4, "kernel": 3, "padding": 1},
    {"kind": "sum", "branches": [[], [{"kind": "group-norm", "groups": 2}, {"kind": "relu"},
        {"kind": "conv2d", "outputs": 4, "kernel": 3, "padding": 1}, {"kind": "dropout", "probability": 0.2}]]},
    {"kind": "conv2d", "outputs": 6, "kernel": 2, "stride": 2}, {"kind": "tanh"}, {"kind": "flatten"}],
    "heads": {"left": {"layers": [{"kind": "linear", "outputs": 3}]},
              "right": {"layers": [{"kind": "linear", "outputs": 2}, {"kind": "sigmoid"}]}}}"#;
/// A weight that two layers share, so that its gradient is scattered, and a loss a step.
const TIED: &str = r#"{"name": "tied", "input": [4, 3], "layers": [
    {"kind": "linear", "outputs": 3}, {"kind": "tanh"}, {"kind": "layer-norm"},
    {"kind": "linear", "tie": "0", "outputs": 3}, {"kind": "recurrent", "hidden": 4},
    {"kind": "linear", "outputs": 3}]}"#;

/// The bits of everything that two batches and an update between them leave.
fn trace<T: Real>(engine: &mut GraphEngine<T>, examples: usize) -> Vec<u64> {
    let rows = engine.row_count(examples);
    let weights = numbers(9, rows);
    let mut bits: Vec<u64> = Vec::new();
    for step in [None, Some(3)] {
        engine.linearize(examples, step).unwrap();
        engine.gramian().unwrap();
        engine.pullback(&weights).unwrap();
        bits.extend(engine.losses[..rows].iter().map(|x| x.to_bits()));
        bits.extend(engine.scales[..rows].iter().map(|x| x.to_bits()));
        bits.extend(engine.gramian[..rows * rows].iter().map(|x| x.to_bits()));
        bits.extend(engine.direction.iter().map(|x| x.to_f64().to_bits()));
        engine.descend(0.01);
        bits.extend(engine.parameters.iter().map(|p| p.to_f64().to_bits()));
        engine.gradient(examples, &weights, step).unwrap();
        bits.extend(engine.losses[..rows].iter().map(|x| x.to_bits()));
        bits.extend(engine.direction.iter().map(|x| x.to_f64().to_bits()));
        engine.forward(examples).unwrap();
        let outputs = examples * engine.plan().output_size;
        bits.extend(
            engine.outputs[..outputs]
                .iter()
                .map(|x| x.to_f64().to_bits()),
        );
    }
    bits
}

fn check<T: Real>(json: &str, batch: usize, options: &GraphOptions) {
    let sizes = [batch, (batch / 2).max(1)];
    let mut alone = engine::<T>(json, batch, options);
    let expected = sizes.map(|examples| trace(&mut alone, examples));
    for count in [2, 3, 5] {
        let (team, handles) = team(count - 1);
        let threads = Threads::of(&team, count);
        let mut several =
            GraphEngine::<T>::on_threads(&description(json), batch, options, threads).unwrap();
        let shared = options.rows == JacobianRows::Losses;
        let used = if shared {
            1
        } else {
            count.min(batch.div_ceil(4))
        };
        assert_eq!(several.threads(), used);
        fill(&mut several);
        for (examples, expected) in sizes.iter().zip(&expected) {
            assert!(
                &trace(&mut several, *examples) == expected,
                "{count} threads, {examples} of {batch}, {:?}: {json}",
                options.rows
            );
        }
        end(&team, handles);
    }
}

fn options(json: &str, rows: JacobianRows, jacobian_of: &[&str]) -> GraphOptions {
    GraphOptions {
        objectives: if json == RESIDUAL {
            vec![CrossEntropy, SquaredError]
        } else {
            vec![CrossEntropy]
        },
        rows,
        jacobian_of: jacobian_of.iter().map(|path| (*path).into()).collect(),
        plain_outside: !jacobian_of.is_empty(),
    }
}

#[test]
fn all_rows_and_sizes_that_no_group_divides() {
    for json in [RESIDUAL, TIED] {
        for rows in ALL_ROWS {
            for batch in [1, 6, 21] {
                check::<f32>(json, batch, &options(json, rows, &[]));
                check::<f64>(json, batch, &options(json, rows, &[]));
            }
        }
    }
}

#[test]
fn columns_of_a_part() {
    for rows in ALL_ROWS {
        check::<f32>(RESIDUAL, 10, &options(RESIDUAL, rows, &["heads"]));
    }
}
