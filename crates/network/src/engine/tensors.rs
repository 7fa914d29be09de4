//! Parameters and directions as tensors in PyTorch's order.

use super::{Engine, State};
use crate::initialise::initial_values;
use crate::real::Real;

impl<T: Real> Engine<T> {
    /// Draws all parameters and seeds the dropout masks.
    pub fn initialise(&mut self, seed: u64) {
        self.seed = seed;
        let mut parameters = std::mem::take(&mut self.parameters);
        for index in 0..self.plan.parameters.len() {
            let values = initial_values(&self.plan.parameters[index], index, seed);
            self.for_each_source(index, |internal, place| {
                parameters[internal] = T::from_f64(f64::from(values[place]))
            });
        }
        self.parameters = parameters;
        self.state = State::Nothing;
    }

    /// Calls `visit` with (place in the engine's order, place in PyTorch's order) for every entry of tensor `index`.
    fn for_each_source(&self, index: usize, mut visit: impl FnMut(usize, usize)) {
        let layer = self.plan.parameters[index].layer;
        let first = self
            .plan
            .parameters
            .iter()
            .position(|p| p.layer == layer)
            .unwrap_or(index);
        for (step, place) in self.compiled.steps.iter().zip(&self.places) {
            if let (true, Some(stage)) = (step.layer == layer, step.stage()) {
                stage.for_each_source(&mut |internal, (tensor, flat)| {
                    if tensor == index - first {
                        visit(place.parameters.0 + internal, flat);
                    }
                });
            }
        }
    }

    /// Reads tensor `index` of the plan from a vector in the engine's order (the parameters, a direction).
    ///
    /// # Panics
    /// When `tensor` has not the tensor's size or `vector` not the parameters' length.
    pub fn export(&self, index: usize, vector: &[T], tensor: &mut [T]) {
        assert_eq!(
            (vector.len(), tensor.len()),
            (self.parameters.len(), self.plan.parameters[index].size)
        );
        self.for_each_source(index, |internal, place| tensor[place] = vector[internal]);
    }

    /// Writes tensor `index` of the plan into a vector in the engine's order.
    ///
    /// # Panics
    /// When `tensor` has not the tensor's size or `vector` not the parameters' length.
    pub fn import(&self, index: usize, tensor: &[T], vector: &mut [T]) {
        assert_eq!(
            (vector.len(), tensor.len()),
            (self.parameters.len(), self.plan.parameters[index].size)
        );
        self.for_each_source(index, |internal, place| vector[internal] = tensor[place]);
    }

    /// Sets tensor `index` of the plan.
    pub fn set_parameter(&mut self, index: usize, tensor: &[T]) {
        let mut parameters = std::mem::take(&mut self.parameters);
        assert_eq!(tensor.len(), self.plan.parameters[index].size);
        self.for_each_source(index, |internal, place| {
            parameters[internal] = tensor[place]
        });
        self.parameters = parameters;
        self.state = State::Nothing;
    }
}
