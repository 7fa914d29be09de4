//! Activations, their deltas, tapes and scratch: a slab for every thread, or all examples' where the whole batch is
//! needed at once.

use crate::compile::{Compiled, Operation, Step};
use crate::real::Real;
use crate::rows::{Rows, RowsMut};
use crate::stage::{GROUP, GramianForm};
use dualcone_threads::Cells;

/// The values or the deltas of one boundary, or a tape.
pub(super) struct Slabs<T> {
    cells: Cells<T>,
    stride: usize,
    /// All examples are kept: a ghost stage needs them at once.
    batch: bool,
}

impl<T: Real> Slabs<T> {
    fn new(stride: usize, batch: bool, rows: usize, threads: usize) -> Self {
        let rows = if batch { rows } else { GROUP * threads };
        Self {
            cells: Cells::new(T::ZERO, stride * rows),
            stride,
            batch,
        }
    }

    fn start(&self, first: usize, thread: usize) -> usize {
        self.stride * if self.batch { first } else { GROUP * thread }
    }

    /// The rows of the group that begins at example `first`, on this thread.
    ///
    /// # Safety
    /// Nobody writes to that group's examples or that thread's slab meanwhile.
    pub unsafe fn group(&self, first: usize, thread: usize) -> Rows<'_, T> {
        let start = self.start(first, thread);
        // SAFETY: by the caller's promise.
        let rows = unsafe { self.cells.range(start..start + GROUP * self.stride) };
        Rows::new(rows, self.stride)
    }

    /// The same, to be written.
    ///
    /// # Safety
    /// Nobody else uses that group's examples or that thread's slab meanwhile.
    pub unsafe fn group_mut(&self, first: usize, thread: usize) -> RowsMut<'_, T> {
        let start = self.start(first, thread);
        // SAFETY: by the caller's promise.
        let rows = unsafe { self.cells.range_mut(start..start + GROUP * self.stride) };
        RowsMut::new(rows, self.stride)
    }

    /// All examples.
    ///
    /// # Safety
    /// Nobody writes meanwhile.
    pub unsafe fn all(&self) -> Rows<'_, T> {
        // SAFETY: by the caller's promise.
        Rows::new(
            unsafe { self.cells.range(0..self.cells.len()) },
            self.stride,
        )
    }
}

/// All of it, for one batch size.
pub(super) struct Memory<T> {
    /// By boundary.
    pub values: Vec<Slabs<T>>,
    /// By boundary.
    pub deltas: Vec<Slabs<T>>,
    /// By step.
    pub tapes: Vec<Slabs<T>>,
    scratch: Cells<T>,
    delta: Cells<f64>,
    threads: usize,
}

impl<T: Real> Memory<T> {
    /// Zeros for batches of `rows` examples.
    pub fn plan(compiled: &Compiled<T>, rows: usize, outputs: usize, threads: usize) -> Self {
        let steps = &compiled.steps;
        let ghosts = || {
            steps
                .iter()
                .filter(|s| s.gramian_form() == GramianForm::Ghost)
        };
        let boundaries = || compiled.boundaries.iter().map(|b| b.stride()).enumerate();
        let values = boundaries()
            .map(|(b, stride)| Slabs::new(stride, ghosts().any(|s| s.input == b), rows, threads))
            .collect();
        let deltas = boundaries()
            .map(|(b, stride)| Slabs::new(stride, ghosts().any(|s| s.output == b), rows, threads))
            .collect();
        let tapes = steps
            .iter()
            .map(|s| match &s.operation {
                Operation::Stage(stage) => stage.tape_count(),
                Operation::Map(map) => map.tape_count(),
            })
            .map(|count| Slabs::new(count, false, rows, threads))
            .collect();
        let scratch = steps
            .iter()
            .filter_map(Step::stage)
            .map(|s| s.scratch_count().max(s.ghost_scratch_count(rows)))
            .max()
            .unwrap_or(0);
        Self {
            values,
            deltas,
            tapes,
            scratch: Cells::new(T::ZERO, threads * scratch),
            delta: Cells::new(0.0, threads * outputs),
            threads,
        }
    }

    /// Numbers of type T in it.
    pub fn entries(&self) -> usize {
        let slabs = [&self.values, &self.deltas, &self.tapes];
        let entries = slabs.iter().flat_map(|s| s.iter()).map(|s| s.cells.len());
        entries.sum::<usize>() + self.scratch.len()
    }

    /// A thread's scratch.
    ///
    /// # Safety
    /// Nobody else uses that thread's meanwhile.
    #[allow(clippy::mut_from_ref)] // as `Cells::range_mut`
    pub unsafe fn scratch(&self, thread: usize) -> &mut [T] {
        let length = self.scratch.len() / self.threads;
        // SAFETY: by the caller's promise.
        unsafe {
            self.scratch
                .range_mut(thread * length..(thread + 1) * length)
        }
    }

    /// A thread's room for the delta of one example's output.
    ///
    /// # Safety
    /// Nobody else uses that thread's meanwhile.
    #[allow(clippy::mut_from_ref)] // as `Cells::range_mut`
    pub unsafe fn delta(&self, thread: usize) -> &mut [f64] {
        let length = self.delta.len() / self.threads;
        // SAFETY: by the caller's promise.
        unsafe { self.delta.range_mut(thread * length..(thread + 1) * length) }
    }
}
