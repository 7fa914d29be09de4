//! Some examples on their way through the whole network, forward and back.

use super::compile::Graph;
use super::engine::{Loss, Place};
use super::node::Operation;
use super::objectives::{JacobianRows, Sweep};
use crate::buffer::Buffer;
use crate::plan::Plan;
use crate::real::Real;
use crate::stage::{Draw, GROUP};
use dualcone_threads::Parts;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the groups of a batch share. Each writes to its own examples' places only, or one after the other.
pub(super) struct Batch<'a, T> {
    pub plan: &'a Plan,
    pub graph: &'a Graph<T>,
    pub places: &'a [Place],
    pub all_losses: &'a [Loss],
    pub rows: JacobianRows,
    /// By thread.
    pub workspaces: &'a [Mutex<Workspace<T>>],
    pub gathered: &'a [Vec<T>],
    pub parameters: &'a [T],
    pub inputs: &'a [T],
    pub labels: &'a [i32],
    pub targets: &'a [T],
    pub examples: usize,
    pub seed: u64,
    /// The training step whose dropout masks are drawn; none without dropout.
    pub step: Option<u64>,
    pub jacobian: Parts<'a, T>,
    pub exponents: Parts<'a, i32>,
    pub losses: Parts<'a, f64>,
    pub outputs: Parts<'a, T>,
}

impl<T: Real> Batch<'_, T> {
    /// These rows, with `entries` entries of the Jacobian.
    ///
    /// # Safety
    /// Nobody else uses them meanwhile.
    pub unsafe fn rows_of(&self, rows: Range<usize>, entries: usize) -> GroupRows<'_, T> {
        let start = rows.start * self.parameters.len();
        // SAFETY: by the caller's promise.
        unsafe {
            GroupRows {
                first: rows.start,
                jacobian: self.jacobian.range(start..start + entries),
                exponents: self.exponents.range(rows.clone()),
                losses: self.losses.range(rows),
            }
        }
    }
}

/// The memory that one group at a time passes through: every thread has its own.
pub(super) struct Workspace<T> {
    /// By activation.
    pub values: Vec<Buffer<T>>,
    /// By activation.
    pub deltas: Vec<Buffer<T>>,
    /// By node.
    pub tapes: Vec<Buffer<T>>,
    /// Gradients of a node whose tensors are not neighbours.
    pub scattered: Vec<T>,
    pub scratch: Vec<T>,
    /// [GROUP, outputs]: deltas of the group.
    pub delta: Vec<f64>,
}

impl<T: Real> Workspace<T> {
    /// For any group of `graph`, whose scattered gradients have at most so many entries an example.
    pub fn plan(graph: &Graph<T>, scattered: usize, outputs: usize) -> Self {
        let buffers = || {
            let boundaries = graph.activations.iter().map(|a| &a.boundary);
            boundaries.map(|b| Buffer::new(b.stride())).collect()
        };
        let tape = |operation: &Operation<T>| match operation {
            Operation::Stage(stage) => stage.tape_count(),
            Operation::Map(map) => map.tape_count(),
            _ => 0,
        };
        let scratch = |operation: &Operation<T>| match operation {
            Operation::Stage(stage) => stage.scratch_count(),
            _ => 0,
        };
        let operations = || graph.nodes.iter().map(|n| &n.operation);
        Self {
            values: buffers(),
            deltas: buffers(),
            tapes: operations().map(|o| Buffer::new(tape(o))).collect(),
            scattered: vec![T::ZERO; GROUP * scattered],
            scratch: vec![T::ZERO; operations().map(scratch).max().unwrap_or(0)],
            delta: vec![0.0; GROUP * outputs],
        }
    }

    /// Takes a thread's. A group that stopped in it has left nothing that the next one reads.
    pub fn of(workspace: &Mutex<Self>) -> MutexGuard<'_, Self> {
        workspace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Numbers of type T in it.
    pub fn entries(&self) -> usize {
        let buffers = [&self.values, &self.deltas, &self.tapes];
        let kept = buffers.iter().flat_map(|b| b.iter()).map(|b| b.data.len());
        kept.sum::<usize>() + self.scattered.len() + self.scratch.len()
    }
}

/// The rows that a group writes: its own, or those that all examples share.
pub(super) struct GroupRows<'a, T> {
    /// Number of the first.
    pub first: usize,
    /// Of the weighted sum of all rows, where the weights are known beforehand: one row in all.
    pub jacobian: &'a mut [T],
    /// Of the scale of each row; the least for a row without any delta so far.
    pub exponents: &'a mut [i32],
    pub losses: &'a mut [f64],
}

impl<T: Real> GroupRows<'_, T> {
    /// Makes their entries and losses zero.
    pub fn clear(&mut self) {
        self.jacobian.fill(T::ZERO);
        self.losses.fill(0.0);
    }
}

/// The examples from `first` on, `count` of them.
pub(super) struct Group<'a, T> {
    pub batch: &'a Batch<'a, T>,
    pub workspace: MutexGuard<'a, Workspace<T>>,
    pub first: usize,
    pub count: usize,
}

impl<'a, T: Real> Group<'a, T> {
    /// Number `index` of the groups of the batch, on this thread.
    pub fn new(batch: &'a Batch<'a, T>, index: usize, thread: usize) -> Self {
        let first = index * GROUP;
        Self {
            batch,
            workspace: Workspace::of(&batch.workspaces[thread]),
            first,
            count: GROUP.min(batch.examples - first),
        }
    }

    /// The rows of the group's examples; of the Jacobian the first one, where there is one for the sum.
    ///
    /// # Safety
    /// Each example has rows of its own, and nobody else uses these meanwhile.
    pub unsafe fn own_rows(&self, columns: usize, sum: bool) -> GroupRows<'a, T> {
        let row = |example| self.batch.rows.row(example, 0, self.batch.all_losses.len());
        let rows = row(self.first)..row(self.first + self.count);
        let kept = if sum { 1 } else { rows.len() };
        // SAFETY: by the caller's promise.
        unsafe { self.batch.rows_of(rows, kept * columns) }
    }

    /// Copies what the network made of the examples to the outputs, the heads side by side.
    ///
    /// # Safety
    /// Nobody else uses the outputs of these examples meanwhile.
    pub unsafe fn write_outputs(&self) {
        let batch = self.batch;
        let size = batch.plan.output_size;
        let (start, end) = (self.first * size, (self.first + self.count) * size);
        // SAFETY: by the caller's promise.
        let outputs = unsafe { batch.outputs.range(start..end) };
        for (e, mut to) in outputs.chunks_exact_mut(size).enumerate() {
            for (head, &output) in batch.plan.heads.iter().zip(&batch.graph.outputs) {
                let (part, rest) = to.split_at_mut(head.size);
                part.copy_from_slice(&self.workspace.values[output].rows().row(e)[..head.size]);
                to = rest;
            }
        }
    }

    /// Adds the objectives of the examples to their rows, and the gradients of these: row by row, or of their sum with
    /// the weights of all rows.
    pub fn linearize(&mut self, weights: Option<&[f64]>, rows: &mut GroupRows<'_, T>) {
        let (kind, losses) = (self.batch.rows, self.batch.all_losses.len());
        let one = weights.is_some() || kind == JacobianRows::Examples;
        self.forward();
        self.losses(weights, rows);
        for loss in 0..if one { 1 } else { losses } {
            let losses_of = if one { 0..losses } else { loss..loss + 1 };
            if weights.is_some() {
                let sweep = Sweep {
                    losses: losses_of,
                    row: 0,
                    step: 0,
                };
                self.backward(&sweep, rows);
                continue;
            }
            let row = kind.row(self.first, loss, losses);
            let sweep = Sweep {
                losses: losses_of,
                row: row - rows.first,
                step: kind.row(self.first + 1, loss, losses) - row,
            };
            self.scale_deltas(&sweep, rows);
            self.backward(&sweep, rows);
        }
    }

    /// The dropout masks that are drawn.
    pub fn draw(&self) -> Option<Draw> {
        let (seed, first) = (self.batch.seed, self.first);
        self.batch.step.map(|step| Draw { seed, step, first })
    }
}
