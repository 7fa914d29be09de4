//! Networks that are no chain: engines with numbers in them, whole Jacobians, finite differences.

use super::{distance, gramian_distance, numbers};
use dualcone_network::graph::{GraphEngine, GraphOptions, JacobianRows};
use dualcone_network::{Description, Objective, Real};

pub const ALL_ROWS: [JacobianRows; 3] = [
    JacobianRows::Examples,
    JacobianRows::Losses,
    JacobianRows::ExamplesLosses,
];

/// All columns count.
pub fn options(objectives: &[Objective], rows: JacobianRows) -> GraphOptions {
    GraphOptions {
        objectives: objectives.to_vec(),
        rows,
        jacobian_of: vec![],
        plain_outside: false,
    }
}

pub fn description(json: &str) -> Description {
    Description::from_json(json).unwrap_or_else(|e| panic!("{e}: {json}"))
}

/// Numbers for parameters, inputs (or tokens), labels and targets, the same for the same shapes.
pub fn fill<T: Real>(engine: &mut GraphEngine<T>) {
    let plan = engine.plan().clone();
    for (index, parameter) in plan.parameters.iter().enumerate() {
        let fan_in: usize = parameter.shape[1..].iter().product();
        let spread = if parameter.shape.len() == 1 {
            0.4
        } else {
            1.6 / (fan_in as f64).sqrt()
        };
        let tensor: Vec<T> = numbers(100 + index as u64, parameter.size)
            .iter()
            .map(|x| T::from_f64(f64::from((spread * x) as f32)))
            .collect();
        engine.set_parameter(index, &tensor);
    }
    let count = engine.inputs.len();
    for (k, (x, value)) in engine.inputs.iter_mut().zip(numbers(1, count)).enumerate() {
        *x = T::from_f64(if plan.tokens > 0 {
            ((k * k + 3 * k + 1) % plan.tokens) as f64
        } else {
            f64::from((1.5 * value) as f32)
        });
    }
    let classes: Vec<usize> = plan
        .heads
        .iter()
        .flat_map(|h| vec![h.size / h.losses; h.losses])
        .collect();
    for (k, label) in engine.labels.iter_mut().enumerate() {
        let classes = classes[k % classes.len()];
        *label = ((5 * k + 2) % classes) as i32;
    }
    let count = engine.targets.len();
    for (t, value) in engine.targets.iter_mut().zip(numbers(2, count)) {
        *t = T::from_f64(f64::from(value as f32));
    }
}

pub fn engine<T: Real>(json: &str, batch: usize, options: &GraphOptions) -> GraphEngine<T> {
    let mut engine = GraphEngine::new(&description(json), batch, options)
        .unwrap_or_else(|e| panic!("{e}: {json}"));
    fill(&mut engine);
    engine
}

/// A vector of the engine's order, tensor after tensor in the plan's.
pub fn export<T: Real>(engine: &GraphEngine<T>, vector: &[T]) -> Vec<f64> {
    let tensors = engine
        .plan()
        .parameters
        .iter()
        .zip(&engine.columns().offsets);
    tensors
        .flat_map(|(p, &start)| vector[start..start + p.size].iter().map(|x| x.to_f64()))
        .collect()
}

/// The Jacobian's rows, as the engine keeps them.
pub fn jacobian<T: Real>(engine: &GraphEngine<T>, rows: usize) -> Vec<Vec<f64>> {
    let length = engine.parameters.len();
    (0..rows)
        .map(|r| {
            let row = &engine.jacobian[r * length..][..length];
            let row = export(engine, row);
            row.iter().map(|x| x * engine.scales[r]).collect()
        })
        .collect()
}

/// J Jᵀ.
pub fn products(rows: &[Vec<f64>]) -> Vec<f64> {
    let product = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).map(|(x, y)| x * y).sum();
    rows.iter()
        .flat_map(|a| rows.iter().map(move |b| product(a, b)))
        .collect()
}

/// Jᵀ w.
pub fn combine(rows: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    (0..rows[0].len())
        .map(|k| rows.iter().zip(weights).map(|(row, w)| w * row[k]).sum())
        .collect()
}

/// Central differences of all objectives with respect to all parameters, as rows.
pub fn finite_differences(
    engine: &mut GraphEngine<f64>,
    examples: usize,
    step: Option<u64>,
) -> Vec<Vec<f64>> {
    const H: f64 = 1e-5;
    let count = engine.row_count(examples);
    let mut rows = vec![vec![]; count];
    for index in 0..engine.plan().parameters.len() {
        let (start, size) = (
            engine.columns().offsets[index],
            engine.plan().parameters[index].size,
        );
        for k in start..start + size {
            let kept = engine.parameters[k];
            let mut losses = |value| {
                engine.parameters[k] = value;
                engine.linearize(examples, step).unwrap();
                engine.losses.clone()
            };
            let (above, below) = (losses(kept + H), losses(kept - H));
            engine.parameters[k] = kept;
            for (r, row) in rows.iter_mut().enumerate() {
                row.push((above[r] - below[r]) / (2.0 * H));
            }
        }
    }
    rows
}

/// Holds every answer of one network to finite differences, in all choices of rows.
pub fn check(json: &str, objectives: &[Objective]) {
    const EXAMPLES: usize = 5;
    const STEP: Option<u64> = Some(3);
    for rows in ALL_ROWS {
        let mut engine = engine::<f64>(json, EXAMPLES, &options(objectives, rows));
        let count = engine.row_count(EXAMPLES);
        let expected = finite_differences(&mut engine, EXAMPLES, STEP);
        engine.linearize(EXAMPLES, STEP).unwrap();
        let found = jacobian(&engine, count);
        for (r, (a, b)) in found.iter().zip(&expected).enumerate() {
            let error = distance(a, b);
            assert!(
                error < 1e-7,
                "{rows:?}, row {r}: {error:e} from finite differences, {json}"
            );
        }
        engine.gramian().unwrap();
        let error = gramian_distance(&engine.gramian[..count * count], &products(&found), count);
        assert!(
            error < 1e-12,
            "{rows:?}: the Gramian is {error:e} from J Jᵀ"
        );
        let weights = numbers(77, count);
        let combined = combine(&found, &weights);
        engine.pullback(&weights).unwrap();
        let error = distance(&export(&engine, &engine.direction), &combined);
        assert!(
            error < 1e-12,
            "{rows:?}: the pullback is {error:e} from Jᵀ w"
        );
        engine.gradient(EXAMPLES, &weights, STEP).unwrap();
        let error = distance(&export(&engine, &engine.direction), &combined);
        assert!(
            error < 1e-12,
            "{rows:?}: the gradient is {error:e} from Jᵀ w"
        );
    }
}
