//! Parameters under PyTorch's names and in its order, however the kernels keep them.

mod common;

use common::{NETWORKS, describe, network};
use dualcone_network::{Description, Engine, Objective, Plan, Real};

#[test]
fn names_and_shapes_are_pytorchs() {
    let plan = Plan::infer(&network("eurosat"), 4, Objective::CrossEntropy).unwrap();
    let found: Vec<(&str, &[usize])> = plan
        .parameters
        .iter()
        .map(|p| (p.name.as_str(), &p.shape[..]))
        .collect();
    let expected: [(&str, &[usize]); 10] = [
        ("0.weight", &[32, 3, 3, 3]),
        ("0.bias", &[32]),
        ("3.weight", &[64, 1, 3, 3]),
        ("3.bias", &[64]),
        ("6.weight", &[64, 1, 3, 3]),
        ("6.bias", &[64]),
        ("10.weight", &[128, 1024]),
        ("10.bias", &[128]),
        ("12.weight", &[10, 128]),
        ("12.bias", &[10]),
    ];
    assert_eq!(found, expected);
}

/// Counts of Tables 2 to 5 of arXiv 2406.16232.
#[test]
fn the_papers_networks_have_their_size() {
    for (name, count) in NETWORKS
        .into_iter()
        .zip([34_570, 134_666, 134_666, 130_890])
    {
        assert_eq!(
            Plan::infer(&network(name), 1, Objective::CrossEntropy)
                .unwrap()
                .parameter_count,
            count,
            "{name}"
        );
    }
}

fn check_round_trip<T: Real>(description: &Description, fast: bool) {
    let engine = Engine::<T>::new(description, 3, Objective::CrossEntropy, fast).unwrap();
    let mut vector = vec![T::ZERO; engine.parameters.len()];
    // Whole numbers from 1 on: every one exact in f32, none of them twice.
    let mut next = 0.0;
    for (index, parameter) in engine.plan().parameters.iter().enumerate() {
        let tensor: Vec<T> = (0..parameter.size)
            .map(|k| T::from_f64(next + 1.0 + k as f64))
            .collect();
        engine.import(index, &tensor, &mut vector);
        let mut back = vec![T::ZERO; parameter.size];
        engine.export(index, &vector, &mut back);
        assert_eq!(back, tensor, "{}", parameter.name);
        next += parameter.size as f64;
    }
    let mut entries: Vec<f64> = vector
        .iter()
        .map(|x| x.to_f64())
        .filter(|&x| x != 0.0)
        .collect();
    entries.sort_by(f64::total_cmp);
    let expected: Vec<f64> = (1..=engine.plan().parameter_count)
        .map(|k| k as f64)
        .collect();
    assert_eq!(entries, expected, "every entry has one place of its own");
}

#[test]
fn tensors_go_in_and_come_out() {
    let odd = describe(
        &[2, 6, 6],
        r#"{"kind": "conv2d", "outputs": 3, "kernel": 3}, {"kind": "layer-norm"}, {"kind": "flatten"},
           {"kind": "linear", "outputs": 5}, {"kind": "group-norm", "groups": 1}, {"kind": "linear", "outputs": 3, "bias": false}"#,
    );
    for description in NETWORKS.iter().map(|name| network(name)).chain([odd]) {
        check_round_trip::<f64>(&description, false);
        check_round_trip::<f32>(&description, false);
        check_round_trip::<f32>(&description, true);
    }
}

/// Where no tensor has an entry, every direction is zero, so that an optimizer leaves the padding alone.
#[test]
fn padding_has_no_gradient() {
    let odd = describe(
        &[3, 9, 8],
        r#"{"kind": "conv2d", "outputs": 16, "kernel": 3, "bias": false}, {"kind": "elu"},
           {"kind": "conv2d", "outputs": 5, "kernel": 3}, {"kind": "layer-norm"}, {"kind": "flatten"},
           {"kind": "linear", "outputs": 3}"#,
    );
    for description in [odd, network("svhn"), network("mnist")] {
        for fast in [false, true] {
            let mut engine = common::engine::<f32>(&description, 5, Objective::CrossEntropy, fast);
            let mut owned = vec![0.0; engine.parameters.len()];
            for (index, parameter) in engine.plan().parameters.iter().enumerate() {
                engine.import(index, &vec![1.0; parameter.size], &mut owned);
            }
            assert!(
                engine
                    .parameters
                    .iter()
                    .zip(&owned)
                    .all(|(&p, &o)| o == 1.0 || p == 0.0)
            );
            engine.linearize(5, None).unwrap();
            engine.pullback(&[1.0; 5]).unwrap();
            assert!(
                engine
                    .direction
                    .iter()
                    .zip(&owned)
                    .all(|(&d, &o)| o == 1.0 || d == 0.0)
            );
            engine.gradient(&[1.0; 5], None).unwrap();
            assert!(
                engine
                    .direction
                    .iter()
                    .zip(&owned)
                    .all(|(&d, &o)| o == 1.0 || d == 0.0)
            );
        }
    }
}
