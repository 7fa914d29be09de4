//! Some examples on their way through the whole network, forward and back.

use super::Place;
use super::memory::Memory;
use crate::compile::{Compiled, Operation};
use crate::loss::{self, DeltaScale, Objective};
use crate::plan::Plan;
use crate::real::Real;
use crate::rows::GradientRows;
use crate::stage::{Draw, GROUP, GramianForm, Pass};
use dualcone_threads::{Cells, Parts};

/// What the groups of a batch share. Each writes to its own examples' places only.
pub(super) struct Batch<'a, T: Real> {
    pub plan: &'a Plan,
    pub compiled: &'a Compiled<T>,
    pub places: &'a [Place],
    pub seed: u64,
    pub memory: &'a Memory<T>,
    pub packed: &'a [Cells<T>],
    pub parameters: &'a [T],
    pub inputs: &'a [T],
    pub labels: &'a [i32],
    pub targets: &'a [T],
    pub columns: usize,
    pub jacobian: Parts<'a, T>,
    pub scales: Parts<'a, f64>,
    pub losses: Parts<'a, f64>,
    pub outputs: Parts<'a, T>,
}

/// A group of examples, and the thread whose slabs it passes through.
///
/// All its `unsafe` rests on one fact: [`Threads::run`](dualcone_threads::Threads::run) gives every group to one thread,
/// and runs no two tasks at a time under one thread's number.
pub(super) struct Group<'a, T: Real> {
    batch: &'a Batch<'a, T>,
    first: usize,
    count: usize,
    thread: usize,
    draw: Option<Draw>,
}

impl<'a, T: Real> Group<'a, T> {
    /// Number `index` of the groups of `examples`; dropout as training step `step` draws it.
    pub fn new(
        batch: &'a Batch<'a, T>,
        index: usize,
        examples: usize,
        thread: usize,
        step: Option<u64>,
    ) -> Self {
        let first = index * GROUP;
        let seed = batch.seed;
        Self {
            batch,
            first,
            count: GROUP.min(examples - first),
            thread,
            draw: step.map(|step| Draw { seed, step, first }),
        }
    }

    /// Values of every boundary.
    pub fn forward(&self) {
        let &Self {
            batch,
            first,
            count,
            thread,
            draw,
        } = self;
        let memory = batch.memory;
        let size = batch.plan.input_size;
        // SAFETY: as the type says.
        let mut entry = unsafe { memory.values[0].group_mut(first, thread) };
        for e in 0..count {
            let input = &batch.inputs[(first + e) * size..][..size];
            batch.compiled.boundaries[0].load(input, entry.row(e));
        }
        for (k, step) in batch.compiled.steps.iter().enumerate() {
            // SAFETY: as the type says; a stage's output is another boundary than its input.
            let (tape, output) = unsafe {
                let tape = memory.tapes[k].group_mut(first, thread);
                (tape, memory.values[step.output].group_mut(first, thread))
            };
            match &step.operation {
                Operation::Map(map) => {
                    let size = batch.compiled.boundaries[step.input].size();
                    map.forward(count, size, output, tape, draw);
                }
                Operation::Stage(stage) => {
                    let (start, length) = batch.places[k].parameters;
                    // SAFETY: likewise; packed weights are written before any group.
                    let (packed, scratch, input) = unsafe {
                        (
                            batch.packed[k].range(0..batch.packed[k].len()),
                            memory.scratch(thread),
                            memory.values[step.input].group(first, thread),
                        )
                    };
                    let mut pass = Pass {
                        examples: count,
                        parameters: &batch.parameters[start..start + length],
                        packed,
                        tape,
                        scratch,
                    };
                    stage.forward(&mut pass, input, output);
                }
            }
        }
    }

    /// Copies what the network made of the examples to the outputs.
    pub fn write_outputs(&self) {
        let &Self { batch, first, .. } = self;
        let size = batch.plan.output_size;
        let last = batch.compiled.boundaries.len() - 1;
        // SAFETY: as the type says.
        let (values, outputs) = unsafe {
            let range = first * size..(first + self.count) * size;
            (
                batch.memory.values[last].group(first, self.thread),
                batch.outputs.range(range),
            )
        };
        for (e, output) in outputs.chunks_exact_mut(size).enumerate() {
            output.copy_from_slice(&values.row(e)[..size]);
        }
    }

    /// Losses and the deltas of the outputs: times `weights`, or scaled to be near 1.
    pub fn losses(&self, weights: Option<&[f64]>) {
        let &Self {
            batch,
            first,
            thread,
            ..
        } = self;
        let last = batch.compiled.boundaries.len() - 1;
        let size = batch.plan.output_size;
        // SAFETY: as the type says.
        let (values, mut deltas, delta) = unsafe {
            (
                batch.memory.values[last].group(first, thread),
                batch.memory.deltas[last].group_mut(first, thread),
                batch.memory.delta(thread),
            )
        };
        for e in 0..self.count {
            let row = &values.row(e)[..size];
            let example = first + e;
            // SAFETY: as the type says.
            let (loss, factor) =
                unsafe { (batch.losses.entry(example), batch.scales.entry(example)) };
            *loss = match batch.plan.heads[0].objective {
                Objective::CrossEntropy => {
                    loss::cross_entropy(row, batch.labels[example] as usize, delta)
                }
                Objective::SquaredError => {
                    loss::squared_error(row, &batch.targets[example * size..][..size], delta)
                }
            };
            let scale = weights.map_or(DeltaScale::PowerOfTwo, |w| DeltaScale::Weight(w[example]));
            *factor = loss::write_delta(delta, scale, &mut deltas.row(e)[..size]);
        }
    }

    /// Deltas of every boundary, and the rows of the Jacobian: each example's own, or the group's sum in its first.
    pub fn backward(&self, sum: bool) {
        let &Self {
            batch,
            first,
            count,
            thread,
            draw,
        } = self;
        let memory = batch.memory;
        let first_trained = batch
            .places
            .iter()
            .position(|p| p.parameters.1 > 0)
            .unwrap_or(0);
        let steps = batch.compiled.steps.iter().enumerate();
        for (k, step) in steps.skip(first_trained).rev() {
            // SAFETY: as the type says; a stage's output is another boundary than its input.
            let (values, tape) = unsafe {
                (
                    memory.values[step.input].group(first, thread),
                    memory.tapes[k].group_mut(first, thread),
                )
            };
            match &step.operation {
                Operation::Map(map) => {
                    let size = batch.compiled.boundaries[step.input].size();
                    // SAFETY: likewise.
                    let deltas = unsafe { memory.deltas[step.input].group_mut(first, thread) };
                    map.backward(count, size, values, tape.as_rows(), deltas, draw);
                }
                Operation::Stage(stage) => {
                    let (start, length) = batch.places[k].parameters;
                    // SAFETY: likewise; packed weights are written before any group.
                    let (packed, scratch, delta) = unsafe {
                        (
                            batch.packed[k].range(0..batch.packed[k].len()),
                            memory.scratch(thread),
                            memory.deltas[step.output].group(first, thread),
                        )
                    };
                    let delta_input = (k > first_trained).then(|| {
                        // SAFETY: likewise.
                        unsafe { memory.deltas[step.input].group_mut(first, thread) }
                    });
                    let gradient = (stage.gramian_form() == GramianForm::Jacobian).then(|| {
                        let range = first * batch.columns..(first + GROUP) * batch.columns;
                        // SAFETY: likewise.
                        let rows = unsafe { batch.jacobian.range(range) };
                        GradientRows::new(rows, batch.columns, start, length, sum)
                    });
                    let mut pass = Pass {
                        examples: count,
                        parameters: &batch.parameters[start..start + length],
                        packed,
                        tape,
                        scratch,
                    };
                    stage.backward(&mut pass, values, delta, delta_input, gradient);
                }
            }
        }
    }
}
