//! Rows and columns of the Jacobian of networks that are no chain.

mod common;

use common::graphs::{ALL_ROWS, combine, engine, export, jacobian, options, products};
use common::{distance, gramian_distance, network, numbers};
use dualcone_network::Objective::{CrossEntropy, SquaredError};
use dualcone_network::graph::{GraphEngine, GraphOptions, JacobianRows};
use dualcone_network::{Description, Engine, Objective};

const HEADS: &str = r#"{"name": "n", "input": [4], "layers": [{"kind": "linear", "outputs": 5}, {"kind": "tanh"}],
    "heads": {"left": {"layers": [{"kind": "linear", "outputs": 3}]},
              "right": {"layers": [{"kind": "sigmoid"}, {"kind": "linear", "outputs": 2}]}}}"#;
const OBJECTIVES: [Objective; 2] = [CrossEntropy, SquaredError];

fn partial(jacobian_of: &[&str], plain_outside: bool, rows: JacobianRows) -> GraphOptions {
    GraphOptions {
        jacobian_of: jacobian_of.iter().map(|p| (*p).into()).collect(),
        plain_outside,
        ..options(&OBJECTIVES, rows)
    }
}

/// The same batch in both engines, in f64, dropout drawn.
fn both(
    description: &Description,
    objective: Objective,
    batch: usize,
) -> (Engine<f64>, GraphEngine<f64>) {
    let mut chain = common::engine::<f64>(description, batch, objective, false);
    let options = options(&[objective], JacobianRows::Examples);
    let mut graph = GraphEngine::new(description, batch, &options).unwrap();
    for index in 0..chain.plan().parameters.len() {
        let mut tensor = vec![0.0; chain.plan().parameters[index].size];
        chain.export(index, &chain.parameters, &mut tensor);
        graph.set_parameter(index, &tensor);
    }
    graph.inputs.copy_from_slice(&chain.inputs);
    graph.labels.copy_from_slice(&chain.labels);
    graph.targets.copy_from_slice(&chain.targets);
    chain.linearize(batch, Some(2)).unwrap();
    graph.linearize(batch, Some(2)).unwrap();
    (chain, graph)
}

#[test]
fn a_chain_has_the_answers_of_the_chain_engine() {
    let small = |layers: &str| common::describe(&[2, 9, 9], layers);
    let chains = [
        network("svhn"),
        small(
            r#"{"kind": "conv2d", "outputs": 4, "kernel": 3, "stride": 2}, {"kind": "group-norm", "groups": 2}, {"kind": "gelu"},
               {"kind": "dropout", "probability": 0.3}, {"kind": "relu"}, {"kind": "flatten"}, {"kind": "layer-norm"}, {"kind": "linear", "outputs": 4}"#,
        ),
        common::describe(
            &[4, 3],
            r#"{"kind": "recurrent", "hidden": 5}, {"kind": "linear", "outputs": 6}, {"kind": "last-step"}, {"kind": "tanh"}, {"kind": "linear", "outputs": 3}"#,
        ),
    ];
    const BATCH: usize = 6;
    for description in chains {
        for objective in [CrossEntropy, SquaredError] {
            let (mut chain, mut graph) = both(&description, objective, BATCH);
            assert!(distance(&graph.losses[..BATCH], &chain.losses) < 1e-14);
            graph.gramian().unwrap();
            let expected = common::gramian(&mut chain, BATCH);
            assert!(gramian_distance(&graph.gramian[..36], &expected, BATCH) < 1e-12);
            let weights = numbers(5, BATCH);
            chain.pullback(&weights).unwrap();
            graph.pullback(&weights).unwrap();
            let found = export(&graph, &graph.direction);
            assert!(distance(&found, &common::direction(&chain)) < 1e-12);
            chain.forward(BATCH).unwrap();
            graph.forward(BATCH).unwrap();
            assert!(distance(&graph.outputs, &chain.outputs) < 1e-14);
        }
    }
}

#[test]
fn both_engines_draw_the_same_parameters() {
    let description = network("svhn");
    let mut chain = Engine::<f64>::new(&description, 1, CrossEntropy, false).unwrap();
    let options = options(&[CrossEntropy], JacobianRows::Examples);
    let mut graph = GraphEngine::<f64>::new(&description, 1, &options).unwrap();
    chain.initialise(7);
    graph.initialise(7);
    let mut drawn = vec![];
    for index in 0..chain.plan().parameters.len() {
        let mut tensor = vec![0.0; chain.plan().parameters[index].size];
        chain.export(index, &chain.parameters, &mut tensor);
        drawn.extend(tensor);
    }
    assert_eq!(export(&graph, &graph.parameters), drawn);
}

#[test]
fn rows_of_examples_and_of_losses_are_sums_and_means_of_those_of_both() {
    const BATCH: usize = 6;
    let rows_of = |rows| {
        let mut engine = engine::<f64>(HEADS, BATCH, &options(&OBJECTIVES, rows));
        engine.linearize(BATCH, None).unwrap();
        let count = engine.row_count(BATCH);
        (engine.losses[..count].to_vec(), jacobian(&engine, count))
    };
    let (losses, rows) = rows_of(JacobianRows::ExamplesLosses);
    let (example_losses, example_rows) = rows_of(JacobianRows::Examples);
    for e in 0..BATCH {
        let pick: Vec<f64> = (0..2 * BATCH)
            .map(|r| f64::from(u8::from(r / 2 == e)))
            .collect();
        assert!(distance(&example_rows[e], &combine(&rows, &pick)) < 1e-14);
        assert!((example_losses[e] - losses[2 * e] - losses[2 * e + 1]).abs() < 1e-14);
    }
    let (mean_losses, mean_rows) = rows_of(JacobianRows::Losses);
    for l in 0..2 {
        let share = 1.0 / BATCH as f64;
        let pick: Vec<f64> = (0..2 * BATCH)
            .map(|r| if r % 2 == l { share } else { 0.0 })
            .collect();
        assert!(distance(&mean_rows[l], &combine(&rows, &pick)) < 1e-14);
        let mean = (0..BATCH).map(|e| losses[2 * e + l]).sum::<f64>() * share;
        assert!((mean_losses[l] - mean).abs() < 1e-14);
    }
}

#[test]
fn a_loss_leaves_the_other_head_alone() {
    let mut engine = engine::<f64>(HEADS, 3, &options(&OBJECTIVES, JacobianRows::Losses));
    engine.linearize(3, None).unwrap();
    let rows = jacobian(&engine, 2);
    let mut at = 0;
    for parameter in &engine.plan().parameters {
        for (row, other) in rows.iter().zip(["heads.right", "heads.left"]) {
            let zero = row[at..at + parameter.size].iter().all(|x| *x == 0.0);
            assert_eq!(
                zero,
                parameter.name.starts_with(other),
                "{}",
                parameter.name
            );
        }
        at += parameter.size;
    }
}

/// Two uses of one layer make the row J₁ + J₂, so its Gramian is not J₁ J₁ᵀ + J₂ J₂ᵀ, which is that of two layers that
/// happen to hold the same numbers.
#[test]
fn the_cross_terms_of_two_uses_count() {
    const BATCH: usize = 4;
    let chain = |tie: &str| {
        format!(
            r#"{{"name": "n", "input": [3], "layers": [{{"kind": "linear", "outputs": 3, "bias": false}}, {{"kind": "tanh"}},
                {{"kind": "linear", "outputs": 3, "bias": false{tie}}}]}}"#
        )
    };
    let options = options(&[CrossEntropy], JacobianRows::Examples);
    let mut tied = engine::<f64>(&chain(r#", "tie": "0""#), BATCH, &options);
    let mut apart = engine::<f64>(&chain(""), BATCH, &options);
    let weight = export(&tied, &tied.parameters);
    for index in 0..2 {
        apart.set_parameter(index, &weight);
    }
    for engine in [&mut tied, &mut apart] {
        engine.linearize(BATCH, None).unwrap();
        engine.gramian().unwrap();
    }
    assert_eq!(tied.losses, apart.losses);
    let sums: Vec<Vec<f64>> = jacobian(&apart, BATCH)
        .iter()
        .map(|row| row[..9].iter().zip(&row[9..]).map(|(a, b)| a + b).collect())
        .collect();
    let with = gramian_distance(&tied.gramian[..16], &products(&sums), BATCH);
    let without = gramian_distance(&tied.gramian[..16], &apart.gramian[..16], BATCH);
    assert!(with < 1e-12, "{with:e}");
    assert!(
        without > 1e-2,
        "without cross terms the Gramian is but {without:e} away"
    );
}

#[test]
fn a_partial_jacobian_is_a_part_of_the_whole_one() {
    const BATCH: usize = 5;
    for rows in ALL_ROWS {
        let mut whole = engine::<f64>(HEADS, BATCH, &options(&OBJECTIVES, rows));
        whole.linearize(BATCH, None).unwrap();
        let count = whole.row_count(BATCH);
        let all = jacobian(&whole, count);
        let weights = numbers(9, count);
        for counted in [
            vec!["trunk"],
            vec!["heads.left", "trunk.0.bias"],
            vec!["heads.right.1.weight"],
        ] {
            let inside: Vec<bool> = whole
                .plan()
                .parameters
                .iter()
                .flat_map(|p| vec![counted.iter().any(|c| p.name.starts_with(c)); p.size])
                .collect();
            let sub: Vec<Vec<f64>> = all
                .iter()
                .map(|row| {
                    row.iter()
                        .zip(&inside)
                        .filter(|(_, i)| **i)
                        .map(|(x, _)| *x)
                        .collect()
                })
                .collect();
            for plain in [false, true] {
                let mut part = engine::<f64>(HEADS, BATCH, &partial(&counted, plain, rows));
                part.linearize(BATCH, None).unwrap();
                assert!(part.columns().counted < part.columns().length);
                part.gramian().unwrap();
                let error =
                    gramian_distance(&part.gramian[..count * count], &products(&sub), count);
                assert!(error < 1e-12, "{rows:?} {counted:?}: {error:e}");
                let weighted = combine(&all, &weights);
                let outside = if plain {
                    combine(&all, &vec![1.0; count])
                } else {
                    weighted.clone()
                };
                let expected: Vec<f64> = (0..inside.len())
                    .map(|k| if inside[k] { weighted[k] } else { outside[k] })
                    .collect();
                part.pullback(&weights).unwrap();
                assert!(distance(&export(&part, &part.direction), &expected) < 1e-13);
                part.gradient(BATCH, &weights, None).unwrap();
                assert!(distance(&export(&part, &part.direction), &expected) < 1e-13);
            }
        }
    }
}

/// An example that is all but learned has deltas far below the smallest f32, and so have all rows in which it stands
/// alone; its scale keeps them exact.
#[test]
fn tiny_losses_keep_their_gramian_in_f32() {
    const BATCH: usize = 6;
    let logits = r#"{"name": "n", "input": [2], "layers": [],
        "heads": {"left": {"layers": [{"kind": "linear", "outputs": 2}]}, "right": {"layers": [{"kind": "linear", "outputs": 2}]}}}"#;
    for rows in ALL_ROWS {
        let options = options(&[CrossEntropy; 2], rows);
        let mut single = engine::<f32>(logits, BATCH, &options);
        let mut double = engine::<f64>(logits, BATCH, &options);
        for index in 0..4 {
            // The first class wins by 60 to 210: losses down to e⁻²¹⁰ = 1e-91.
            let tensor: &[f32] = if index % 2 == 0 {
                &[60.0, 60.0, -60.0, -60.0]
            } else {
                &[0.0, 0.0]
            };
            single.set_parameter(index, tensor);
            double.set_parameter(
                index,
                &tensor.iter().map(|x| f64::from(*x)).collect::<Vec<_>>(),
            );
        }
        for (k, (a, b)) in single.inputs.iter_mut().zip(&mut double.inputs).enumerate() {
            *b = 0.25 + 0.125 * (k / 2) as f64;
            *a = *b as f32;
        }
        single.labels.fill(0);
        double.labels.fill(0);
        single.linearize(BATCH, None).unwrap();
        double.linearize(BATCH, None).unwrap();
        single.gramian().unwrap();
        double.gramian().unwrap();
        let count = single.row_count(BATCH);
        let diagonal = (0..count).map(|r| double.gramian[r * count + r]);
        assert!(diagonal.clone().all(|g| g > 0.0) && diagonal.clone().any(|g| g < 1e-48));
        for (a, b) in single.gramian[..count * count].iter().zip(&double.gramian) {
            // Exactly zero between the two heads, which share nothing.
            assert!(
                a == b || (a / b - 1.0).abs() < 1e-5,
                "{rows:?}: {a:e} against {b:e}"
            );
        }
    }
}

#[test]
fn any_number_of_examples_gives_what_they_give_alone() {
    for rows in [JacobianRows::Examples, JacobianRows::ExamplesLosses] {
        let mut engine = engine::<f32>(HEADS, 7, &options(&OBJECTIVES, rows));
        engine.linearize(7, None).unwrap();
        let count = engine.row_count(7);
        let all = jacobian(&engine, count);
        for examples in 1..7 {
            engine.linearize(examples, None).unwrap();
            let count = engine.row_count(examples);
            assert_eq!(jacobian(&engine, count), all[..count]);
        }
    }
}
