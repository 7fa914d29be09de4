//! The number of threads changes no bit.

mod common;
#[path = "../../threads/tests/common/mod.rs"]
mod workers;

use common::{NETWORKS, describe, engine, fill, network, numbers};
use dualcone_network::{Description, Engine, Objective, Real};
use dualcone_threads::{Team, Threads};
use std::sync::Arc;
use workers::{end, team};

/// The bits of everything that two batches and an update between them leave.
fn trace<T: Real>(engine: &mut Engine<T>, examples: usize) -> Vec<u64> {
    let weights = numbers(9, examples);
    let mut bits = Vec::new();
    let note = |values: &mut dyn Iterator<Item = f64>, bits: &mut Vec<u64>| {
        bits.extend(values.map(f64::to_bits));
    };
    for step in [None, Some(3)] {
        engine.linearize(examples, step).unwrap();
        engine.gramian().unwrap();
        engine.pullback(&weights).unwrap();
        note(&mut engine.losses[..examples].iter().copied(), &mut bits);
        let entries = examples * examples;
        note(&mut engine.gramian[..entries].iter().copied(), &mut bits);
        note(&mut engine.direction.iter().map(|d| d.to_f64()), &mut bits);
        engine.descend(0.01);
        note(&mut engine.parameters.iter().map(|p| p.to_f64()), &mut bits);
        engine.gradient(&weights, step).unwrap();
        note(&mut engine.direction.iter().map(|d| d.to_f64()), &mut bits);
        engine.forward(examples).unwrap();
        let outputs = examples * engine.plan().output_size;
        note(
            &mut engine.outputs[..outputs].iter().map(|y| y.to_f64()),
            &mut bits,
        );
    }
    bits
}

fn check<T: Real>(description: &Description, batch: usize, objective: Objective, fast: bool) {
    let sizes = [batch, (batch / 2).max(1)];
    let mut alone = engine::<T>(description, batch, objective, fast);
    let expected = sizes.map(|examples| trace(&mut alone, examples));
    for count in [2, 3, 5] {
        let (team, handles) = team(count - 1);
        let threads = Threads::of(&team, count);
        let mut several =
            Engine::<T>::on_threads(description, batch, objective, fast, threads).unwrap();
        assert_eq!(several.threads(), count.min(batch.div_ceil(4)));
        fill(&mut several);
        for (examples, expected) in sizes.iter().zip(&expected) {
            let found = trace(&mut several, *examples);
            let name = &description.name;
            assert!(
                &found == expected,
                "{name}: {count} threads, {examples} of {batch}"
            );
        }
        end(&team, handles);
    }
}

#[test]
fn the_networks_of_the_paper() {
    for name in NETWORKS {
        check::<f32>(&network(name), 10, Objective::CrossEntropy, true);
    }
}

/// Kernels of both families, Jacobian and ghost forms, dropout, and sizes that no tile divides.
#[test]
fn odd_shapes() {
    let mixed = describe(
        &[3, 12, 11],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3}, {"kind": "elu"},
           {"kind": "conv2d", "outputs": 32, "kernel": 3, "groups": 16}, {"kind": "max-pool2d", "kernel": 2},
           {"kind": "elu"}, {"kind": "group-norm", "groups": 4}, {"kind": "dropout", "probability": 0.2},
           {"kind": "conv2d", "outputs": 48, "kernel": 2, "stride": 2, "padding": 1}, {"kind": "relu"},
           {"kind": "flatten"}, {"kind": "linear", "outputs": 9}, {"kind": "tanh"},
           {"kind": "linear", "outputs": 5, "bias": false}"#,
    );
    let small = describe(&[7], r#"{"kind": "linear", "outputs": 3}"#);
    for description in [&mixed, &small] {
        for batch in [1, 3, 7, 21] {
            for objective in [Objective::CrossEntropy, Objective::SquaredError] {
                check::<f32>(description, batch, objective, true);
                check::<f32>(description, batch, objective, false);
                check::<f64>(description, batch, objective, false);
            }
        }
    }
}

#[test]
fn an_engine_whose_workers_are_not_up_works_alone() {
    let team = Arc::new(Team::new());
    let description = network("svhn");
    let objective = Objective::CrossEntropy;
    let threads = Threads::of(&team, 4);
    let mut waiting = Engine::<f32>::on_threads(&description, 8, objective, true, threads).unwrap();
    fill(&mut waiting);
    let mut alone = engine::<f32>(&description, 8, objective, true);
    assert!(trace(&mut waiting, 8) == trace(&mut alone, 8));
}
