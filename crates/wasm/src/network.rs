//! Chains in memory: losses, Gramian and pullback of a batch.

use crate::memory::numbers_at;
use crate::refusal::refuse_network;
use dualcone_network::{Engine, NetworkError};
use wasm_bindgen::prelude::*;

/// A network compiled for one batch size.
///
/// All buffers keep their place for life: inputs (float32, batch × input), labels (int32, batch), targets
/// (float32, batch × output, for squared error), parameters and direction (float32, `parameterLength`, the
/// engine's order), losses (float64, batch), Gramian (float64, examples × examples), weights (float64, batch),
/// outputs (float32, batch × output).
#[wasm_bindgen]
pub struct CpuNetwork {
    engine: Engine<f32>,
    weights: Vec<f64>,
}

impl CpuNetwork {
    /// The network around its engine.
    pub(crate) fn new(engine: Engine<f32>) -> Self {
        let weights = vec![0.0; engine.plan().batch_size];
        Self { engine, weights }
    }
}

#[wasm_bindgen]
impl CpuNetwork {
    /// What was inferred, as JSON.
    pub fn plan(&self) -> String {
        self.engine.plan().to_json()
    }

    /// Byte offsets: inputs, labels, targets, parameters, direction, losses, Gramian, weights, outputs; then the
    /// number of parameters in the engine's order.
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
        ]
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

    /// Tensor `index` of the plan, in PyTorch's order, from the vector of the engine's order at byte `pointer`.
    ///
    /// # Errors
    /// Refuses a pointer outside the memory.
    pub fn export(&self, index: usize, pointer: usize) -> Result<Vec<f32>, JsError> {
        let parameter = self.parameter(index)?;
        let mut tensor = vec![0.0; parameter];
        // SAFETY: JavaScript does not run until this returns, and nothing here writes to that vector.
        let vector = unsafe {
            numbers_at(
                pointer,
                self.engine.parameters.len(),
                "the pointer to the vector",
            )?
        };
        self.engine.export(index, vector, &mut tensor);
        Ok(tensor)
    }

    /// Sets tensor `index` of the plan from PyTorch's order.
    ///
    /// # Errors
    /// Refuses a tensor of another size.
    #[wasm_bindgen(js_name = setParameter)]
    pub fn set_parameter(&mut self, index: usize, tensor: &[f32]) -> Result<(), JsError> {
        self.check_size(index, tensor.len())?;
        self.engine.set_parameter(index, tensor);
        Ok(())
    }

    /// Writes tensor `index` of the plan, given in PyTorch's order, into the direction.
    ///
    /// # Errors
    /// Refuses a tensor of another size.
    #[wasm_bindgen(js_name = importToDirection)]
    pub fn import_to_direction(&mut self, index: usize, tensor: &[f32]) -> Result<(), JsError> {
        self.check_size(index, tensor.len())?;
        let mut direction = std::mem::take(&mut self.engine.direction);
        self.engine.import(index, tensor, &mut direction);
        self.engine.direction = direction;
        Ok(())
    }

    /// Losses of the first `examples`, and what Gramian and pullback need. `step` < 0 leaves dropout out.
    ///
    /// # Errors
    /// Refuses too many examples and labels out of range.
    pub fn linearize(&mut self, examples: usize, step: f64) -> Result<(), JsError> {
        self.engine
            .linearize(examples, step_number(step))
            .map_err(refuse_network)
    }

    /// Losses, and the direction Jᵀ w for the first `examples` weights.
    ///
    /// # Errors
    /// Refuses too many examples and labels out of range.
    pub fn gradient(&mut self, examples: usize, step: f64) -> Result<(), JsError> {
        let weights = &self.weights[..examples.min(self.weights.len())];
        self.engine
            .gradient(weights, step_number(step))
            .map_err(refuse_network)
    }

    /// G = J Jᵀ of the last linearization.
    ///
    /// # Errors
    /// Refuses when there is none.
    pub fn gramian(&mut self) -> Result<(), JsError> {
        self.engine.gramian().map_err(refuse_network)
    }

    /// The direction Jᵀ w for the first `examples` weights.
    ///
    /// # Errors
    /// Refuses when there is no linearization of as many examples.
    pub fn pullback(&mut self, examples: usize) -> Result<(), JsError> {
        let weights = &self.weights[..examples.min(self.weights.len())];
        self.engine.pullback(weights).map_err(refuse_network)
    }

    /// parameters −= `rate` · direction, in float64, rounded once.
    pub fn descend(&mut self, rate: f64) {
        self.engine.descend(rate);
    }

    /// Outputs of the first `examples`, dropout left out.
    ///
    /// # Errors
    /// Refuses too many examples.
    pub fn forward(&mut self, examples: usize) -> Result<(), JsError> {
        self.engine.forward(examples).map_err(refuse_network)
    }
}

impl CpuNetwork {
    fn parameter(&self, index: usize) -> Result<usize, JsError> {
        let parameters = &self.engine.plan().parameters;
        parameters.get(index).map(|p| p.size).ok_or_else(|| {
            let rule = format!("the network has {} tensors", parameters.len());
            refuse_network(NetworkError::new("the number of a tensor", index, rule))
        })
    }

    fn check_size(&self, index: usize, size: usize) -> Result<(), JsError> {
        let expected = self.parameter(index)?;
        if size == expected {
            return Ok(());
        }
        let place = format!("the size of {}", self.engine.plan().parameters[index].name);
        Err(refuse_network(NetworkError::new(
            place,
            size,
            format!("it must be {expected}"),
        )))
    }
}

/// The training step whose dropout masks are drawn; none for negative numbers.
pub(crate) fn step_number(step: f64) -> Option<u64> {
    (step >= 0.0).then_some(step as u64)
}
