//! Initial parameters: PyTorch's distribution, every tensor its own stream, the same bits from the same seed.

mod common;

use common::{describe, network};
use dualcone_network::{Description, Engine, Objective, Real};

fn tensors<T: Real>(
    description: &Description,
    seed: u64,
    fast: bool,
) -> Vec<(String, Vec<usize>, Vec<f64>)> {
    let mut engine = Engine::<T>::new(description, 2, Objective::CrossEntropy, fast).unwrap();
    engine.initialise(seed);
    let parameters = engine.plan().parameters.clone();
    parameters
        .into_iter()
        .enumerate()
        .map(|(index, parameter)| {
            let mut tensor = vec![T::ZERO; parameter.size];
            engine.export(index, &engine.parameters, &mut tensor);
            (
                parameter.name,
                parameter.shape,
                tensor.iter().map(|x| x.to_f64()).collect(),
            )
        })
        .collect()
}

/// fan_in of the MNIST network's tensors: weight and bias of a layer share it.
const FAN_IN: [f64; 10] = [
    9.0, 9.0, 288.0, 288.0, 576.0, 576.0, 576.0, 576.0, 128.0, 128.0,
];

#[test]
fn all_entries_are_within_the_bound() {
    for ((name, _, values), fan_in) in tensors::<f32>(&network("mnist"), 1, false)
        .iter()
        .zip(FAN_IN)
    {
        let bound = 1.0 / f64::sqrt(fan_in);
        let largest = values.iter().fold(0.0f64, |m, v| v.abs().max(m));
        assert!(
            largest <= bound * (1.0 + 1e-7),
            "{name}: {largest} beyond {bound}"
        );
        // The largest of n draws falls short of the bound by about 1/n of it.
        assert!(
            largest > bound * (1.0 - 20.0 / values.len() as f64),
            "{name}: no entry near {bound}, largest {largest}"
        );
    }
}

/// n draws in ±b have mean 0 ± b/√(3n) and mean square b²/3 ± b² √(4/45/n): within five deviations.
#[test]
fn mean_and_variance_are_the_uniform_ones() {
    for seed in [1, 2] {
        for ((name, _, values), fan_in) in tensors::<f32>(&network("mnist"), seed, false)
            .iter()
            .zip(FAN_IN)
        {
            let (n, variance) = (values.len() as f64, 1.0 / fan_in / 3.0);
            let mean = values.iter().sum::<f64>() / n;
            let square = values.iter().map(|v| v * v).sum::<f64>() / n;
            assert!(
                mean.abs() < 5.0 * (variance / n).sqrt(),
                "{name}: mean {mean}"
            );
            assert!(
                (square - variance).abs() < 5.0 * (4.0 / 45.0 / n).sqrt() / fan_in,
                "{name}: variance {square}"
            );
        }
    }
}

#[test]
fn fan_in_counts_the_channels_of_one_group() {
    let description = describe(
        &[8, 5, 5],
        r#"{"kind": "conv2d", "outputs": 64, "kernel": 3, "groups": 4}, {"kind": "flatten"}, {"kind": "linear", "outputs": 2}"#,
    );
    let (_, shape, weight) = &tensors::<f64>(&description, 3, false)[0];
    assert_eq!(shape, &[64, 2, 3, 3]);
    let largest = weight.iter().fold(0.0f64, |m, v| v.abs().max(m));
    let bound = 1.0 / 18f64.sqrt();
    assert!(largest <= bound * (1.0 + 1e-7) && largest > 0.98 * bound);
}

#[test]
fn normalisations_start_as_the_identity() {
    let description = describe(
        &[4, 3, 3],
        r#"{"kind": "group-norm", "groups": 2}, {"kind": "layer-norm"}, {"kind": "flatten"}, {"kind": "linear", "outputs": 2}"#,
    );
    let tensors = tensors::<f64>(&description, 3, false);
    for (index, (name, value)) in [
        ("0.weight", 1.0),
        ("0.bias", 0.0),
        ("1.weight", 1.0),
        ("1.bias", 0.0),
    ]
    .iter()
    .enumerate()
    {
        assert_eq!(tensors[index].0, *name);
        assert!(tensors[index].2.iter().all(|v| v == value), "{name}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    for name in ["svhn", "mnist"] {
        let description = network(name);
        let expected = tensors::<f32>(&description, 42, false);
        assert_eq!(
            tensors::<f32>(&description, 42, false),
            expected,
            "{name}: twice"
        );
        assert_eq!(
            tensors::<f32>(&description, 42, true),
            expected,
            "{name}: fast kernels"
        );
        assert_eq!(
            tensors::<f64>(&description, 42, false),
            expected,
            "{name}: f64"
        );
    }
}

#[test]
fn another_seed_gives_other_numbers() {
    let [a, b] = [1, 2].map(|seed| tensors::<f32>(&network("svhn"), seed, false));
    for ((name, _, a), (_, _, b)) in a.iter().zip(&b) {
        let equal = a.iter().zip(b).filter(|(x, y)| x == y).count();
        assert!(
            equal * 100 <= a.len(),
            "{name}: {equal} of {} entries agree",
            a.len()
        );
    }
}

/// Two layers of one shape, and the weight and bias of a layer of one input: nothing repeats.
#[test]
fn different_tensors_differ() {
    let description = describe(
        &[1],
        r#"{"kind": "linear", "outputs": 64}, {"kind": "linear", "outputs": 64}, {"kind": "linear", "outputs": 64}"#,
    );
    let tensors = tensors::<f64>(&description, 5, false);
    for (k, (name, _, a)) in tensors.iter().enumerate() {
        for (other, _, b) in &tensors[..k] {
            let equal = a.iter().zip(b).filter(|(x, y)| x == y).count();
            assert_eq!(equal, 0, "{name} and {other} share entries");
        }
    }
}
