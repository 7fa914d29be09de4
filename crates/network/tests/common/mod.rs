//! What the tests share: networks, batches, and the whole Jacobian of an engine.
#![allow(dead_code)] // every test file uses its own part

pub mod differences;
pub mod graphs;
pub mod safetensors;

use dualcone_network::random::Stream;
use dualcone_network::{Description, Engine, Objective, Real};

/// The description of a network with this input and these layers, as JSON.
pub fn describe(input: &[usize], layers: &str) -> Description {
    let json = format!(r#"{{"name": "test", "input": {input:?}, "layers": [{layers}]}}"#);
    Description::from_json(&json).unwrap_or_else(|e| panic!("{e}: {json}"))
}

/// The networks of "Jacobian Descent for Multi-Objective Optimization" (arXiv 2406.16232, Tables 2 to 5).
pub const NETWORKS: [&str; 4] = ["svhn", "cifar10", "eurosat", "mnist"];

/// One of [`NETWORKS`]: 3 × 3 convolutions without padding, ELU behind the pooling.
pub fn network(name: &str) -> Description {
    let conv = |outputs: usize, groups: usize| {
        format!(r#"{{"kind": "conv2d", "outputs": {outputs}, "kernel": 3, "groups": {groups}}}"#)
    };
    let pool = |kernel: usize| format!(r#"{{"kind": "max-pool2d", "kernel": {kernel}}}"#);
    let elu = || r#"{"kind": "elu"}"#.to_string();
    let linear = |outputs: usize| format!(r#"{{"kind": "linear", "outputs": {outputs}}}"#);
    let (input, [a, b, c], grouped, features, pool_first) = match name {
        "svhn" => ([3, 32, 32], [16, 32, 32], true, 64, false),
        "cifar10" => ([3, 32, 32], [32, 64, 64], true, 128, false),
        "eurosat" => ([3, 64, 64], [32, 64, 64], true, 128, true),
        "mnist" => ([1, 28, 28], [32, 64, 64], false, 128, false),
        _ => panic!("no network is called {name}"),
    };
    let groups = |channels: usize| if grouped { channels } else { 1 };
    let mut layers = vec![conv(a, 1)];
    if pool_first {
        layers.push(pool(2));
    }
    layers.extend([
        elu(),
        conv(b, groups(a)),
        pool(2),
        elu(),
        conv(c, groups(b)),
        pool(3),
        elu(),
    ]);
    layers.extend([
        r#"{"kind": "flatten"}"#.into(),
        linear(features),
        elu(),
        linear(10),
    ]);
    describe(&input, &layers.join(", "))
}

/// Numbers in [−1, 1), the same for the same `name`.
pub fn numbers(name: u64, count: usize) -> Vec<f64> {
    let stream = Stream::new(0x7e57, &[name]);
    (0..count as u64)
        .map(|i| 2.0 * stream.uniform(i) - 1.0)
        .collect()
}

/// Sets parameters, inputs, labels and targets to numbers that depend on nothing but the network's shapes.
///
/// Weights are spread as PyTorch's are, but rounded to f32, so that engines of both precisions hold the same ones;
/// normalisations and biases move off their starting values.
pub fn fill<T: Real>(engine: &mut Engine<T>) {
    let plan = engine.plan().clone();
    for (index, parameter) in plan.parameters.iter().enumerate() {
        let fan_in: usize = parameter.shape[1..].iter().product();
        let normalisation = plan.layers[parameter.layer].kind.ends_with("norm");
        let (centre, spread) = match (normalisation, parameter.name.ends_with("weight")) {
            (true, true) => (1.0, 0.5),
            (false, true) => (0.0, 1.7 / (fan_in as f64).sqrt()),
            (_, false) => (0.0, 0.3),
        };
        let tensor: Vec<T> = numbers(100 + index as u64, parameter.size)
            .iter()
            .map(|x| T::from_f64(f64::from((centre + spread * x) as f32)))
            .collect();
        engine.set_parameter(index, &tensor);
    }
    let inputs = numbers(1, plan.batch_size * plan.input_size);
    for (x, value) in engine.inputs.iter_mut().zip(inputs) {
        *x = T::from_f64(f64::from((1.5 * value) as f32));
    }
    for (e, label) in engine.labels.iter_mut().enumerate() {
        *label = ((7 * e + 3) % plan.output_size) as i32;
    }
    let count = engine.targets.len();
    for (t, value) in engine.targets.iter_mut().zip(numbers(2, count)) {
        *t = T::from_f64(f64::from(value as f32));
    }
}

/// An engine of `description` with everything of [`fill`] in it.
pub fn engine<T: Real>(
    description: &Description,
    batch: usize,
    objective: Objective,
    fast: bool,
) -> Engine<T> {
    let mut engine =
        Engine::new(description, batch, objective, fast).unwrap_or_else(|e| panic!("{e}"));
    fill(&mut engine);
    engine
}

/// The engine's direction, tensor after tensor in PyTorch's order.
pub fn direction<T: Real>(engine: &Engine<T>) -> Vec<f64> {
    let mut all = Vec::new();
    for (index, parameter) in engine.plan().parameters.iter().enumerate() {
        let mut tensor = vec![T::ZERO; parameter.size];
        engine.export(index, &engine.direction, &mut tensor);
        all.extend(tensor.iter().map(|x| x.to_f64()));
    }
    all
}

/// Row e is the pullback of the unit vector e: the gradient of example e's loss.
pub fn jacobian<T: Real>(engine: &mut Engine<T>, examples: usize) -> Vec<Vec<f64>> {
    (0..examples)
        .map(|e| {
            let mut weights = vec![0.0; examples];
            weights[e] = 1.0;
            engine.pullback(&weights).unwrap();
            direction(engine)
        })
        .collect()
}

/// The Gramian of the last linearization.
pub fn gramian<T: Real>(engine: &mut Engine<T>, examples: usize) -> Vec<f64> {
    engine.gramian().unwrap();
    engine.gramian[..examples * examples].to_vec()
}

/// All that a batch has to say.
pub struct Answers {
    pub losses: Vec<f64>,
    pub gramian: Vec<f64>,
    pub rows: Vec<Vec<f64>>,
    pub pullback: Vec<f64>,
    pub gradient: Vec<f64>,
}

/// Linearizes a batch and asks it everything.
pub fn answers<T: Real>(
    engine: &mut Engine<T>,
    examples: usize,
    weights: &[f64],
    step: Option<u64>,
) -> Answers {
    engine.linearize(examples, step).unwrap();
    let losses = engine.losses[..examples].to_vec();
    let gramian = gramian(engine, examples);
    let rows = jacobian(engine, examples);
    engine.pullback(weights).unwrap();
    let pullback = direction(engine);
    engine.gradient(weights, step).unwrap();
    Answers {
        losses,
        gramian,
        rows,
        pullback,
        gradient: direction(engine),
    }
}

/// ‖a − b‖ / ‖b‖, or ‖a‖ where b is zero.
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let norm = |x: &mut dyn Iterator<Item = f64>| x.map(|v| v * v).sum::<f64>().sqrt();
    let (difference, size) = (
        norm(&mut a.iter().zip(b).map(|(x, y)| x - y)),
        norm(&mut b.iter().copied()),
    );
    if size == 0.0 {
        difference
    } else {
        difference / size
    }
}

/// The largest |a_ij − b_ij| / √(b_ii b_jj) of two Gramians.
pub fn gramian_distance(a: &[f64], b: &[f64], examples: usize) -> f64 {
    assert_eq!(
        (a.len(), b.len()),
        (examples * examples, examples * examples)
    );
    let mut worst = 0.0f64;
    for i in 0..examples {
        for j in 0..examples {
            let scale = (b[i * examples + i] * b[j * examples + j])
                .sqrt()
                .max(f64::MIN_POSITIVE);
            let error = (a[i * examples + j] - b[i * examples + j]).abs() / scale;
            assert!(
                !error.is_nan(),
                "Gramian entry ({i}, {j}): {} against {}",
                a[i * examples + j],
                b[i * examples + j]
            );
            worst = worst.max(error);
        }
    }
    worst
}

/// The largest |a_k − b_k| / |b_k|.
pub fn relative(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).fold(0.0, |worst, (x, y)| {
        let error = if x == y { 0.0 } else { (x - y).abs() / y.abs() };
        assert!(!error.is_nan(), "{x} against {y}");
        error.max(worst)
    })
}
