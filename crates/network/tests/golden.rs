//! The four networks of arXiv 2406.16232 against PyTorch in float64: losses, Gramian and pullback of six examples.

mod common;

use common::safetensors::Tensors;
use common::{direction, distance, gramian, gramian_distance, network, relative};
use dualcone_network::{Engine, Objective, Real};

/// Largest errors that a case allows.
struct Bounds {
    /// Of a loss, relative.
    losses: f64,
    /// Of an entry of the Gramian, relative to √(G_ii G_jj).
    gramian: f64,
    /// Of a tensor of the pullback, relative to its norm.
    pullback: f64,
}

/// The golden pullbacks are stored in f32, so 6e-8 is all that they can tell.
const DOUBLE: Bounds = Bounds {
    losses: 1e-9,
    gramian: 1e-8,
    pullback: 1e-6,
};
/// Rounding errors of f32 through seven layers: a few units in the seventh place.
const SINGLE: Bounds = Bounds {
    losses: 1e-6,
    gramian: 1e-6,
    pullback: 2e-6,
};

fn check<T: Real>(name: &str, fast: bool, bounds: &Bounds) {
    const EXAMPLES: usize = 6;
    let golden = Tensors::golden(name);
    let convert = |values: Vec<f64>| values.into_iter().map(T::from_f64).collect::<Vec<T>>();
    let mut engine =
        Engine::<T>::new(&network(name), EXAMPLES, Objective::CrossEntropy, fast).unwrap();
    let parameters = engine.plan().parameters.clone();
    for (index, parameter) in parameters.iter().enumerate() {
        engine.set_parameter(
            index,
            &convert(golden.get(&format!("model.{}", parameter.name))),
        );
    }
    engine
        .inputs
        .copy_from_slice(&convert(golden.get("input.x")));
    for (label, y) in engine.labels.iter_mut().zip(golden.get("input.y")) {
        *label = y as i32;
    }

    engine.linearize(EXAMPLES, None).unwrap();
    let losses = relative(&engine.losses[..EXAMPLES], &golden.get("expect.losses"));
    let gramian = gramian_distance(
        &gramian(&mut engine, EXAMPLES),
        &golden.get("expect.gramian"),
        EXAMPLES,
    );
    let weights = golden.get("input.weights");
    let worst = |engine: &Engine<T>| {
        let mut worst = (0.0, String::new());
        for (index, parameter) in parameters.iter().enumerate() {
            let mut tensor = vec![T::ZERO; parameter.size];
            engine.export(index, &engine.direction, &mut tensor);
            let tensor: Vec<f64> = tensor.iter().map(|x| x.to_f64()).collect();
            let error = distance(
                &tensor,
                &golden.get(&format!("expect.pullback.{}", parameter.name)),
            );
            if error >= worst.0 {
                worst = (error, parameter.name.clone());
            }
        }
        worst
    };
    engine.pullback(&weights).unwrap();
    let pullback = worst(&engine);
    let pulled = direction(&engine);
    engine.gradient(&weights, None).unwrap();
    let gradient = worst(&engine);
    let between = distance(&direction(&engine), &pulled);

    println!(
        "{name} {} fast={fast}: losses {losses:.1e}, Gramian {gramian:.1e}, pullback {:.1e} ({}), gradient {:.1e} ({}), \
         between the two {between:.1e}",
        std::any::type_name::<T>(),
        pullback.0,
        pullback.1,
        gradient.0,
        gradient.1,
    );
    assert!(losses < bounds.losses, "losses are off by {losses:e}");
    assert!(
        gramian < bounds.gramian,
        "the Gramian is off by {gramian:e}"
    );
    assert!(
        pullback.0 < bounds.pullback,
        "the pullback's {} is off by {:e}",
        pullback.1,
        pullback.0
    );
    assert!(
        gradient.0 < bounds.pullback,
        "the gradient's {} is off by {:e}",
        gradient.1,
        gradient.0
    );
}

macro_rules! networks {
    ($($case:ident: $name:literal),*) => {$(
        mod $case {
            use super::*;
            #[test]
            fn plain_kernels_in_f64() {
                check::<f64>($name, false, &DOUBLE);
            }
            #[test]
            fn plain_kernels_in_f32() {
                check::<f32>($name, false, &SINGLE);
            }
            #[test]
            fn fast_kernels_in_f32() {
                check::<f32>($name, true, &SINGLE);
            }
        }
    )*};
}

networks!(svhn: "svhn", cifar10: "cifar10", eurosat: "eurosat", mnist: "mnist");
