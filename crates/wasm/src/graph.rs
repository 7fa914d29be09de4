//! Networks that are no chain, in memory.

use crate::network::step_number;
use crate::refusal::refuse_network;
use dualcone_network::{GraphEngine, NetworkError};
use wasm_bindgen::prelude::*;

/// A network with any rows of its Jacobian, compiled for one batch size.
///
/// All buffers keep their place for life: inputs (float32, batch × input), labels (int32, batch × losses), targets
/// (float32, batch × outputs under squared error), parameters and direction (float32, `parameterLength`, tensors in
/// PyTorch's order at `offsets`), losses (float64, rows), Gramian (float64, rows × rows), weights (float64, rows),
/// outputs (float32, batch × output), Jacobian (float32, rows × parameters), and what its rows must be multiplied by
/// (float64, rows).
#[wasm_bindgen]
pub struct GraphNetwork {
    engine: GraphEngine<f32>,
    weights: Vec<f64>,
}

#[wasm_bindgen]
impl GraphNetwork {
    /// What was inferred, as JSON.
    pub fn plan(&self) -> String {
        self.engine.plan().to_json()
    }

    /// Byte offsets: inputs, labels, targets, parameters, direction, losses, Gramian, weights, outputs; the number of
    /// parameters in the engine's order; byte offsets of the Jacobian and of the scales of its rows; the number of
    /// columns that count.
    pub fn pointers(&self) -> Vec<usize> {
        let engine = &self.engine;
        vec![
            engine.inputs.as_ptr() as usize,
            engine.labels.as_ptr() as usize,
            engine.targets.as_ptr() as usize,
            engine.parameters.as_ptr() as usize,
            engine.direction.as_ptr() as usize,
            engine.losses.as_ptr() as usize,
            engine.gramian.as_ptr() as usize,
            self.weights.as_ptr() as usize,
            engine.outputs.as_ptr() as usize,
            engine.parameters.len(),
            engine.jacobian.as_ptr() as usize,
            engine.scales.as_ptr() as usize,
            engine.columns().counted,
        ]
    }

    /// Where each tensor of the plan begins in the engine's order.
    pub fn offsets(&self) -> Vec<usize> {
        self.engine.columns().offsets.clone()
    }

    /// How many threads may share a step.
    pub fn threads(&self) -> usize {
        self.engine.threads()
    }

    /// Draws all parameters, and seeds the dropout masks.
    pub fn initialise(&mut self, seed: u64) {
        self.engine.initialise(seed);
    }

    /// Seeds the dropout masks.
    #[wasm_bindgen(js_name = setSeed)]
    pub fn set_seed(&mut self, seed: u64) {
        self.engine.set_seed(seed);
    }

    /// Sets tensor `index` of the plan from PyTorch's order.
    ///
    /// # Errors
    /// Refuses a tensor that the plan has not, or of another size.
    #[wasm_bindgen(js_name = setParameter)]
    pub fn set_parameter(&mut self, index: usize, tensor: &[f32]) -> Result<(), JsError> {
        let size = self.engine.plan().parameters.get(index).map(|p| p.size);
        if size != Some(tensor.len()) {
            let rule = "it must be that of a tensor of the plan";
            let error = NetworkError::new("the size of a tensor", tensor.len(), rule);
            return Err(refuse_network(error));
        }
        self.engine.set_parameter(index, tensor);
        Ok(())
    }

    /// Objectives of the rows for the first `examples`, and their Jacobian. `step` < 0 leaves dropout out.
    ///
    /// # Errors
    /// Refuses too many examples, and labels and tokens out of range.
    pub fn linearize(&mut self, examples: usize, step: f64) -> Result<(), JsError> {
        self.engine
            .linearize(examples, step_number(step))
            .map_err(refuse_network)
    }

    /// Objectives of the rows, and the direction Jᵀ w for their weights.
    ///
    /// # Errors
    /// As `linearize`.
    pub fn gradient(&mut self, examples: usize, step: f64) -> Result<(), JsError> {
        let rows = self.engine.row_count(examples).min(self.weights.len());
        self.engine
            .gradient(examples, &self.weights[..rows], step_number(step))
            .map_err(refuse_network)
    }

    /// G = J Jᵀ of the last linearization.
    ///
    /// # Errors
    /// Refuses when there is none.
    pub fn gramian(&mut self) -> Result<(), JsError> {
        self.engine.gramian().map_err(refuse_network)
    }

    /// The direction Jᵀ w for the first `rows` weights.
    ///
    /// # Errors
    /// Refuses when there is no linearization of as many rows.
    pub fn pullback(&mut self, rows: usize) -> Result<(), JsError> {
        let weights = &self.weights[..rows.min(self.weights.len())];
        self.engine.pullback(weights).map_err(refuse_network)
    }

    /// parameters −= `rate` · direction, in float64, rounded once.
    pub fn descend(&mut self, rate: f64) {
        self.engine.descend(rate);
    }

    /// Outputs of the first `examples`, dropout left out.
    ///
    /// # Errors
    /// Refuses too many examples, and tokens out of range.
    pub fn forward(&mut self, examples: usize) -> Result<(), JsError> {
        self.engine.forward(examples).map_err(refuse_network)
    }
}

impl GraphNetwork {
    /// The network around its engine.
    pub(crate) fn new(engine: GraphEngine<f32>) -> Self {
        let weights = vec![0.0; engine.row_count(engine.plan().batch_size)];
        Self { engine, weights }
    }
}
