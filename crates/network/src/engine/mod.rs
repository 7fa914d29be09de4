//! Runs a compiled network: losses, Gramian and pullback of a batch.
//!
//! All memory is planned in [`Engine::new`]; a step allocates nothing.
//!
//! **Parameters** lie in one vector: first the columns of the Jacobian (stages that keep per-example
//! gradients), then the ghost stages. A direction has the same order, so an optimizer is one flat loop.
//!
//! **Groups.** [`stage::GROUP`](crate::stage::GROUP) examples pass through the whole network together, forward
//! and back; groups share nothing but parameters and write to their own examples' rows, so they can run in any
//! order, on any thread. Sums over examples are taken afterwards: every entry of the Gramian and of the direction by
//! one thread, in the order of columns and examples. Hence the same bits for any number of threads.

mod answers;
mod group;
mod memory;
mod tensors;

use crate::batch::check_batch;
use crate::compile::{Compiled, compile};
use crate::description::Description;
use crate::error::NetworkError;
use crate::loss::Objective;
use crate::plan::{ColumnGroup, Plan};
use crate::real::Real;
use crate::stage::{GROUP, GramianForm};
use dualcone_threads::{Cells, Parts, Threads};
use group::{Batch, Group};
use memory::Memory;

/// A step's places in the engine's vectors.
#[derive(Clone, Copy, Default)]
struct Place {
    /// First entry and number of its parameters.
    parameters: (usize, usize),
}

/// Packed weights from which on handing them out costs less than packing them: some tens of microseconds.
const WORTH_SHARING: usize = 1 << 15;

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
    threads: Threads,
    seed: u64,
    state: State,
    memory: Memory<T>,
    packed: Vec<Cells<T>>,
    /// Columns of the Jacobian that is kept.
    columns: usize,
    jacobian: Vec<T>,
    /// What each example's row lacks: J = diag(scales) · rows.
    scales: Vec<f64>,
    row_weights: Vec<T>,
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
        Self::on_threads(description, batch_size, objective, fast, Threads::one())
    }

    /// [`Engine::new`] for several threads, each with room for a group of examples of its own. More threads than the
    /// batch has groups are of no use; an engine takes no more than that.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn on_threads(
        description: &Description,
        batch_size: usize,
        objective: Objective,
        fast: bool,
        threads: Threads,
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

        let threads = threads.at_most(batch_size.div_ceil(GROUP));
        let memory = Memory::plan(&compiled, rows, plan.output_size, threads.count());
        let packed = steps
            .iter()
            .map(|s| Cells::new(T::ZERO, s.stage().map_or(0, |s| s.packed_count())))
            .collect();

        let (input_size, output_size) = (plan.input_size, plan.output_size);
        let mut engine = Self {
            places,
            threads,
            seed: 0,
            state: State::Nothing,
            memory,
            packed,
            columns,
            jacobian: vec![T::ZERO; rows * columns],
            scales: vec![1.0; rows],
            row_weights: vec![T::ZERO; rows],
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
        let entries = self.memory.entries()
            + self.packed.iter().map(Cells::len).sum::<usize>()
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

    /// How many threads may share a step, the caller's among them.
    #[must_use]
    pub const fn threads(&self) -> usize {
        self.threads.count()
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
        self.combine(GROUP * self.columns, examples.div_ceil(GROUP), examples);
        Ok(())
    }

    /// G = J Jᵀ of the last linearization, into [`Engine::gramian`]: `examples`² entries, row-major.
    ///
    /// # Errors
    /// When nothing was linearized since the parameters were set.
    pub fn gramian(&mut self) -> Result<(), NetworkError> {
        let examples = self.linearized()?;
        self.accumulate_gramian(examples);
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
        self.combine(self.columns, examples, examples);
        Ok(())
    }

    /// parameters −= `rate` · [`Engine::direction`], in f64, rounded once.
    pub fn descend(&mut self, rate: f64) {
        crate::descent::descend(&self.threads, &mut self.parameters, &self.direction, rate);
    }

    /// Outputs of the network for the first `examples`, dropout left out, into [`Engine::outputs`].
    ///
    /// # Errors
    /// Too many examples.
    pub fn forward(&mut self, examples: usize) -> Result<(), NetworkError> {
        self.check_batch(examples, false)?;
        self.state = State::Nothing;
        self.prepare();
        let (batch, threads) = self.batch();
        threads.run(examples.div_ceil(GROUP), &|index, thread| {
            let group = Group::new(&batch, index, examples, thread, None);
            group.forward();
            group.write_outputs();
        });
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

    fn run(&mut self, examples: usize, step: Option<u64>, weights: Option<&[f64]>) {
        self.prepare();
        let (batch, threads) = self.batch();
        threads.run(examples.div_ceil(GROUP), &|index, thread| {
            let group = Group::new(&batch, index, examples, thread, step);
            group.forward();
            group.losses(weights);
            group.backward(weights.is_some());
        });
    }

    /// Packs the weights that kernels want in another order than the optimizer.
    fn prepare(&mut self) {
        let stages = || {
            let packed = self.places.iter().zip(&self.packed);
            let steps = self.compiled.steps.iter().zip(packed);
            steps.filter_map(|(step, (place, packed))| match step.stage() {
                Some(stage) if !packed.is_empty() => Some((stage, place.parameters, packed)),
                _ => None,
            })
        };
        let tasks = stages().map(|(stage, ..)| stage.packed_parts()).sum();
        let work = |task: usize, _thread: usize| {
            let mut part = task;
            for (stage, (start, count), packed) in stages() {
                let parts = stage.packed_parts();
                if part < parts {
                    let length = packed.len() / parts;
                    // SAFETY: every part is one task's.
                    let to = unsafe { packed.range_mut(part * length..(part + 1) * length) };
                    return stage.prepare(part, &self.parameters[start..start + count], to);
                }
                part -= parts;
            }
        };
        let entries: usize = self.packed.iter().map(Cells::len).sum();
        if entries < WORTH_SHARING {
            (0..tasks).for_each(|task| work(task, 0));
        } else {
            self.threads.run(tasks, &work);
        }
    }

    /// What groups of examples work with, and who computes them.
    fn batch(&mut self) -> (Batch<'_, T>, &Threads) {
        let batch = Batch {
            plan: &self.plan,
            compiled: &self.compiled,
            places: &self.places,
            seed: self.seed,
            memory: &self.memory,
            packed: &self.packed,
            parameters: &self.parameters,
            inputs: &self.inputs,
            labels: &self.labels,
            targets: &self.targets,
            columns: self.columns,
            jacobian: Parts::new(&mut self.jacobian),
            scales: Parts::new(&mut self.scales),
            losses: Parts::new(&mut self.losses),
            outputs: Parts::new(&mut self.outputs),
        };
        (batch, &self.threads)
    }
}
