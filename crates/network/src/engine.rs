//! Runs a compiled network: losses, Gramian and pullback of a batch.
//!
//! All memory is planned in [`Engine::new`]; a step allocates nothing.
//!
//! **Parameters** lie in one vector: first the columns of the Jacobian (stages that keep per-example
//! gradients), then the ghost stages. A direction has the same order, so an optimizer is one flat loop.
//!
//! **Groups.** [`stage::GROUP`](crate::stage::GROUP) examples pass through the whole network together, forward
//! and back; groups share nothing but parameters and write to their own examples' rows, so they can run in any
//! order. Sums over examples are taken afterwards, in a fixed order.

use crate::batch::check_batch;
use crate::buffer::Buffer;
use crate::compile::{Compiled, Operation, Step, compile};
use crate::description::Description;
use crate::error::NetworkError;
use crate::initialise::initial_values;
use crate::loss::{self, DeltaScale, Objective};
use crate::plan::{ColumnGroup, Plan};
use crate::real::Real;
use crate::rows::GradientRows;
use crate::stage::{Draw, GROUP, GramianForm, Pass};

/// A step's places in the engine's vectors.
#[derive(Clone, Copy, Default)]
struct Place {
    /// First entry and number of its parameters.
    parameters: (usize, usize),
}

/// What the last batch left behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Nothing,
    /// Per-example gradients of this many examples.
    Linearized(usize),
}

/// A network compiled for one batch size.
pub struct Engine<T: Real> {
    plan: Plan,
    compiled: Compiled<T>,
    places: Vec<Place>,
    seed: u64,
    state: State,
    values: Vec<Buffer<T>>,
    deltas: Vec<Buffer<T>>,
    tapes: Vec<Buffer<T>>,
    packed: Vec<Vec<T>>,
    scratch: Vec<T>,
    /// Columns of the Jacobian that is kept.
    columns: usize,
    jacobian: Vec<T>,
    /// What each example's row lacks: J = diag(scales) · rows.
    scales: Vec<f64>,
    row_weights: Vec<T>,
    delta: Vec<f64>,
    /// [batch, input], PyTorch's order.
    pub inputs: Vec<T>,
    /// [batch].
    pub labels: Vec<i32>,
    /// [batch, output].
    pub targets: Vec<T>,
    /// Entry by entry beside a direction.
    pub parameters: Vec<T>,
    /// Losses of the last batch.
    pub losses: Vec<f64>,
    /// [examples, examples] of the last batch.
    pub gramian: Vec<f64>,
    /// The last pullback or gradient.
    pub direction: Vec<T>,
    /// [batch, output] of the last call of [`Engine::forward`].
    pub outputs: Vec<T>,
}

impl<T: Real> Engine<T> {
    /// Compiles `description` for batches of up to `batch_size` examples. `fast` allows the SIMD kernels.
    /// Parameters are zero until [`Engine::initialise`] or [`Engine::set_parameter`].
    ///
    /// # Errors
    /// Names the layer, the value and the rule that it breaks.
    pub fn new(
        description: &Description,
        batch_size: usize,
        objective: Objective,
        fast: bool,
    ) -> Result<Self, NetworkError> {
        let mut plan = Plan::infer(description, batch_size, objective)?;
        let compiled = compile::<T>(description, &mut plan, fast);
        let rows = batch_size.next_multiple_of(GROUP);
        let steps = &compiled.steps;

        // Parameters: Jacobian columns first.
        let mut places = vec![Place::default(); steps.len()];
        let mut parameters = 0;
        let mut columns = 0;
        for form in [GramianForm::Jacobian, GramianForm::Ghost] {
            for (step, place) in steps.iter().zip(&mut places) {
                if let (true, Some(stage)) = (step.gramian_form() == form, step.stage()) {
                    place.parameters = (parameters, stage.parameter_count());
                    parameters += stage.parameter_count();
                }
            }
            if form == GramianForm::Jacobian {
                columns = parameters;
            }
        }

        plan.columns = steps
            .iter()
            .zip(&places)
            .filter(|(_, place)| place.parameters.1 > 0)
            .map(|(step, place)| ColumnGroup {
                layer: step.layer,
                start: place.parameters.0,
                end: place.parameters.0 + place.parameters.1,
            })
            .collect();
        plan.columns.sort_by_key(|group| group.start);

        let ghost_input = |b: usize| {
            steps
                .iter()
                .any(|s| s.gramian_form() == GramianForm::Ghost && s.input == b)
        };
        let ghost_output = |b: usize| {
            steps
                .iter()
                .any(|s| s.gramian_form() == GramianForm::Ghost && s.output == b)
        };
        let strides: Vec<usize> = compiled.boundaries.iter().map(|b| b.stride()).collect();
        let values = strides
            .iter()
            .enumerate()
            .map(|(b, &s)| Buffer::new(s, ghost_input(b), rows))
            .collect();
        let deltas = strides
            .iter()
            .enumerate()
            .map(|(b, &s)| Buffer::new(s, ghost_output(b), rows))
            .collect();
        let tapes = steps
            .iter()
            .map(|s| match &s.operation {
                Operation::Stage(stage) => stage.tape_count(),
                Operation::Map(map) => map.tape_count(),
            })
            .map(|count| Buffer::new(count, false, rows))
            .collect();
        let packed = steps
            .iter()
            .map(|s| vec![T::ZERO; s.stage().map_or(0, |s| s.packed_count())])
            .collect();
        let scratch = steps
            .iter()
            .filter_map(Step::stage)
            .map(|s| s.scratch_count().max(s.ghost_scratch_count(rows)))
            .max()
            .unwrap_or(0);

        let (input_size, output_size) = (plan.input_size, plan.output_size);
        let mut engine = Self {
            places,
            seed: 0,
            state: State::Nothing,
            values,
            deltas,
            tapes,
            packed,
            scratch: vec![T::ZERO; scratch],
            columns,
            jacobian: vec![T::ZERO; rows * columns],
            scales: vec![1.0; rows],
            row_weights: vec![T::ZERO; rows],
            delta: vec![0.0; output_size],
            inputs: vec![T::ZERO; batch_size * input_size],
            labels: vec![0; batch_size],
            targets: vec![
                T::ZERO;
                if objective == Objective::SquaredError {
                    batch_size * output_size
                } else {
                    0
                }
            ],
            parameters: vec![T::ZERO; parameters],
            losses: vec![0.0; batch_size],
            gramian: vec![0.0; rows * rows],
            direction: vec![T::ZERO; parameters],
            outputs: vec![T::ZERO; batch_size * output_size],
            compiled,
            plan,
        };
        engine.plan.bytes = engine.bytes();
        Ok(engine)
    }

    fn bytes(&self) -> usize {
        let buffers = [&self.values, &self.deltas, &self.tapes];
        let entries = buffers
            .iter()
            .flat_map(|b| b.iter())
            .map(|b| b.data.len())
            .sum::<usize>()
            + self.packed.iter().map(Vec::len).sum::<usize>()
            + self.scratch.len()
            + self.jacobian.len()
            + self.inputs.len()
            + self.targets.len()
            + self.outputs.len()
            + 2 * self.parameters.len();
        entries * size_of::<T>() + (self.gramian.len() + self.losses.len()) * size_of::<f64>()
    }

    /// Shapes, parameters, kernels and memory.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

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

    /// Sets the seed of the dropout masks.
    pub const fn set_seed(&mut self, seed: u64) {
        self.seed = seed;
    }

    fn check_batch(&self, examples: usize, labelled: bool) -> Result<(), NetworkError> {
        let labels = labelled.then_some(&self.labels[..]);
        check_batch(&self.plan, examples, &self.inputs, labels)
    }

    /// Losses of the first `examples` of the batch, and all that [`Engine::gramian`] and [`Engine::pullback`]
    /// need. `step` draws the dropout masks of that training step; `None` leaves dropout out.
    ///
    /// # Errors
    /// Too many examples; labels out of range.
    pub fn linearize(&mut self, examples: usize, step: Option<u64>) -> Result<(), NetworkError> {
        self.check_batch(examples, true)?;
        self.run(examples, step, None);
        self.state = State::Linearized(examples);
        Ok(())
    }

    /// Losses and Jᵀ w for weights known beforehand, into [`Engine::direction`]; no per-example gradient is kept.
    ///
    /// # Errors
    /// Too many examples; labels out of range.
    pub fn gradient(&mut self, weights: &[f64], step: Option<u64>) -> Result<(), NetworkError> {
        let examples = weights.len();
        self.check_batch(examples, true)?;
        self.run(examples, step, Some(weights));
        self.state = State::Nothing;
        self.row_weights[..examples].fill(T::ONE);
        // Each group's sum lies in the row of its first example.
        let groups = examples.div_ceil(GROUP);
        T::combine_rows(
            &self.jacobian,
            GROUP * self.columns,
            &self.row_weights[..groups],
            &mut self.direction[..self.columns],
        );
        self.ghost_pullback(examples);
        Ok(())
    }

    /// G = J Jᵀ of the last linearization, into [`Engine::gramian`]: `examples`² entries, row-major.
    ///
    /// # Errors
    /// When nothing was linearized since the parameters were set.
    pub fn gramian(&mut self) -> Result<(), NetworkError> {
        let examples = self.linearized()?;
        let leading = examples.next_multiple_of(GROUP);
        self.gramian.fill(0.0);
        T::accumulate_gramian(
            &self.jacobian,
            self.columns,
            examples,
            self.columns,
            &mut self.gramian,
            leading,
        );
        for step in &self.compiled.steps {
            if let (GramianForm::Ghost, Some(stage)) = (step.gramian_form(), step.stage()) {
                let (inputs, deltas) = (
                    self.values[step.input].all(),
                    self.deltas[step.output].all(),
                );
                stage.ghost_gramian(
                    examples,
                    inputs,
                    deltas,
                    &mut self.gramian,
                    leading,
                    &mut self.scratch,
                );
            }
        }
        crate::gramian::finish(&mut self.gramian, examples, leading, &self.scales);
        Ok(())
    }

    /// Jᵀ w of the last linearization, into [`Engine::direction`].
    ///
    /// # Errors
    /// When nothing was linearized, or `weights` has another length than the batch.
    pub fn pullback(&mut self, weights: &[f64]) -> Result<(), NetworkError> {
        let examples = self.linearized()?;
        if weights.len() != examples {
            return Err(NetworkError::new(
                "the number of weights",
                weights.len(),
                format!("there must be one an example, {examples}"),
            ));
        }
        for ((r, w), s) in self.row_weights.iter_mut().zip(weights).zip(&self.scales) {
            *r = T::from_f64(w * s);
        }
        T::combine_rows(
            &self.jacobian,
            self.columns,
            &self.row_weights[..examples],
            &mut self.direction[..self.columns],
        );
        self.ghost_pullback(examples);
        Ok(())
    }

    /// Outputs of the network for the first `examples`, dropout left out, into [`Engine::outputs`].
    ///
    /// # Errors
    /// Too many examples.
    pub fn forward(&mut self, examples: usize) -> Result<(), NetworkError> {
        self.check_batch(examples, false)?;
        self.state = State::Nothing;
        self.prepare();
        let size = self.plan.output_size;
        for first in (0..examples).step_by(GROUP) {
            let count = GROUP.min(examples - first);
            self.group_forward(first, count, None);
            let last = self.values[self.compiled.boundaries.len() - 1].group(first);
            for e in 0..count {
                self.outputs[(first + e) * size..][..size].copy_from_slice(&last.row(e)[..size]);
            }
        }
        Ok(())
    }

    fn linearized(&self) -> Result<usize, NetworkError> {
        match self.state {
            State::Linearized(examples) => Ok(examples),
            State::Nothing => Err(NetworkError::new(
                "the linearization",
                "missing or outdated",
                "linearize a batch first",
            )),
        }
    }

    fn prepare(&mut self) {
        for ((step, place), packed) in self
            .compiled
            .steps
            .iter()
            .zip(&self.places)
            .zip(&mut self.packed)
        {
            if let (false, Some(stage)) = (packed.is_empty(), step.stage()) {
                let (start, count) = place.parameters;
                stage.prepare(&self.parameters[start..start + count], packed);
            }
        }
    }

    fn run(&mut self, examples: usize, step: Option<u64>, weights: Option<&[f64]>) {
        self.prepare();
        for first in (0..examples).step_by(GROUP) {
            let count = GROUP.min(examples - first);
            let draw = step.map(|step| Draw {
                seed: self.seed,
                step,
                first,
            });
            self.group_forward(first, count, draw);
            self.group_losses(first, count, weights);
            self.group_backward(first, count, draw, weights.is_some());
        }
    }

    fn group_forward(&mut self, first: usize, count: usize, draw: Option<Draw>) {
        let size = self.plan.input_size;
        let mut entry = self.values[0].group_mut(first);
        for e in 0..count {
            self.compiled.boundaries[0]
                .load(&self.inputs[(first + e) * size..][..size], entry.row(e));
        }
        for (k, step) in self.compiled.steps.iter().enumerate() {
            let tape = self.tapes[k].group_mut(first);
            match &step.operation {
                Operation::Map(map) => {
                    let size = self.compiled.boundaries[step.input].size();
                    map.forward(
                        count,
                        size,
                        self.values[step.input].group_mut(first),
                        tape,
                        draw,
                    );
                }
                Operation::Stage(stage) => {
                    let (start, length) = self.places[k].parameters;
                    let (before, after) = self.values.split_at_mut(step.output);
                    let mut pass = Pass {
                        examples: count,
                        parameters: &self.parameters[start..start + length],
                        packed: &self.packed[k],
                        tape,
                        scratch: &mut self.scratch,
                    };
                    stage.forward(
                        &mut pass,
                        before[step.input].group(first),
                        after[0].group_mut(first),
                    );
                }
            }
        }
    }

    fn group_losses(&mut self, first: usize, count: usize, weights: Option<&[f64]>) {
        let last = self.compiled.boundaries.len() - 1;
        let size = self.plan.output_size;
        let values = self.values[last].group(first);
        let mut deltas = self.deltas[last].group_mut(first);
        for e in 0..count {
            let row = &values.row(e)[..size];
            let example = first + e;
            self.losses[example] = match self.plan.heads[0].objective {
                Objective::CrossEntropy => {
                    loss::cross_entropy(row, self.labels[example] as usize, &mut self.delta)
                }
                Objective::SquaredError => loss::squared_error(
                    row,
                    &self.targets[example * size..][..size],
                    &mut self.delta,
                ),
            };
            let scale = weights.map_or(DeltaScale::PowerOfTwo, |w| DeltaScale::Weight(w[example]));
            self.scales[example] =
                loss::write_delta(&mut self.delta, scale, &mut deltas.row(e)[..size]);
        }
    }

    fn group_backward(&mut self, first: usize, count: usize, draw: Option<Draw>, sum: bool) {
        let first_trained = self
            .places
            .iter()
            .position(|p| p.parameters.1 > 0)
            .unwrap_or(0);
        for (k, step) in self
            .compiled
            .steps
            .iter()
            .enumerate()
            .skip(first_trained)
            .rev()
        {
            match &step.operation {
                Operation::Map(map) => {
                    let size = self.compiled.boundaries[step.input].size();
                    let (values, tape) = (
                        self.values[step.input].group(first),
                        self.tapes[k].group(first),
                    );
                    map.backward(
                        count,
                        size,
                        values,
                        tape,
                        self.deltas[step.input].group_mut(first),
                        draw,
                    );
                }
                Operation::Stage(stage) => {
                    let (start, length) = self.places[k].parameters;
                    let (before, after) = self.deltas.split_at_mut(step.output);
                    let delta_input =
                        (k > first_trained).then(|| before[step.input].group_mut(first));
                    let gradient = (stage.gramian_form() == GramianForm::Jacobian).then(|| {
                        let rows = &mut self.jacobian
                            [first * self.columns..(first + GROUP) * self.columns];
                        GradientRows::new(rows, self.columns, start, length, sum)
                    });
                    let mut pass = Pass {
                        examples: count,
                        parameters: &self.parameters[start..start + length],
                        packed: &self.packed[k],
                        tape: self.tapes[k].group_mut(first),
                        scratch: &mut self.scratch,
                    };
                    stage.backward(
                        &mut pass,
                        self.values[step.input].group(first),
                        after[0].group(first),
                        delta_input,
                        gradient,
                    );
                }
            }
        }
    }

    /// The ghost stages' parts of the direction, for `row_weights`.
    fn ghost_pullback(&mut self, examples: usize) {
        for (step, place) in self.compiled.steps.iter().zip(&self.places) {
            if let (GramianForm::Ghost, Some(stage)) = (step.gramian_form(), step.stage()) {
                let (start, length) = place.parameters;
                let (inputs, deltas) = (
                    self.values[step.input].all(),
                    self.deltas[step.output].all(),
                );
                let direction = &mut self.direction[start..start + length];
                stage.ghost_pullback(
                    inputs,
                    deltas,
                    &self.row_weights[..examples],
                    direction,
                    &mut self.scratch,
                );
            }
        }
    }
}
