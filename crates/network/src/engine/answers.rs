//! What a linearization is asked for: the Gramian, and weighted sums of the rows of the Jacobian.

use super::Engine;
use crate::real::Real;
use crate::shares::{Slices, band, bands};
use crate::stage::{GROUP, GramianForm};
use dualcone_threads::Parts;

impl<T: Real> Engine<T> {
    /// J Jᵀ of the first `examples` rows. Every entry is summed by one task, in the order of the columns.
    pub(super) fn accumulate_gramian(&mut self, examples: usize) {
        let leading = examples.next_multiple_of(GROUP);
        let parts = bands(self.threads.count(), examples);
        let gramian = Parts::new(&mut self.gramian);
        let (compiled, memory) = (&self.compiled, &self.memory);
        let (jacobian, columns) = (&self.jacobian, self.columns);
        self.threads.run(parts, &|part, thread| {
            let rows = band(part, parts, examples);
            if rows.is_empty() {
                return;
            }
            let end = rows.end.next_multiple_of(GROUP);
            // SAFETY: bands are one task's each; groups of examples are over.
            let (to, scratch) = unsafe {
                (
                    gramian.range(rows.start * leading..end * leading),
                    memory.scratch(thread),
                )
            };
            to.fill(0.0);
            T::accumulate_gramian(jacobian, columns, rows.clone(), columns, to, leading);
            for step in &compiled.steps {
                if let (GramianForm::Ghost, Some(stage)) = (step.gramian_form(), step.stage()) {
                    // SAFETY: groups of examples are over: nobody writes values or deltas.
                    let (inputs, deltas) = unsafe {
                        (
                            memory.values[step.input].all(),
                            memory.deltas[step.output].all(),
                        )
                    };
                    stage.ghost_gramian(rows.clone(), inputs, deltas, to, leading, scratch);
                }
            }
        });
        crate::gramian::finish(&mut self.gramian, examples, leading, &self.scales);
    }

    /// The direction: Σ over `rows` rows, `stride` entries apart, of `row_weights` times what the Jacobian keeps, and the
    /// ghost stages' parts for `examples` examples. Every entry is summed by one task, in the order of the rows.
    pub(super) fn combine(&mut self, stride: usize, rows: usize, examples: usize) {
        let threads = self.threads.count();
        let (columns, jacobian) = (self.columns, &self.jacobian);
        let (memory, weights) = (&self.memory, &self.row_weights);
        let slices = Slices::new(threads, columns);
        let ghosts = || {
            let steps = self.compiled.steps.iter().zip(&self.places);
            steps.filter_map(|(step, place)| match (step.gramian_form(), step.stage()) {
                (GramianForm::Ghost, Some(stage)) => Some((step, place.parameters, stage)),
                _ => None,
            })
        };
        let tasks = slices.count
            + ghosts()
                .map(|g| g.2.ghost_parts().min(threads))
                .sum::<usize>();
        let direction = Parts::new(&mut self.direction);
        self.threads.run(tasks, &|task, thread| {
            if task < slices.count {
                let columns = slices.range(task);
                let (rows, weights) = (&jacobian[columns.start..], &weights[..rows]);
                // SAFETY: every slice is one task's.
                let to = unsafe { direction.range(columns) };
                return T::combine_rows(rows, stride, weights, to);
            }
            let mut task = task - slices.count;
            for (step, (start, length), stage) in ghosts() {
                let parts = stage.ghost_parts();
                let tasks = parts.min(threads);
                if task >= tasks {
                    task -= tasks;
                    continue;
                }
                let part = task * parts / tasks..(task + 1) * parts / tasks;
                // SAFETY: groups of examples are over: nobody writes values or deltas.
                let (inputs, deltas, scratch) = unsafe {
                    (
                        memory.values[step.input].all(),
                        memory.deltas[step.output].all(),
                        memory.scratch(thread),
                    )
                };
                let to = direction.within(start..start + length);
                let weights = &weights[..examples];
                return stage.ghost_pullback(part, inputs, deltas, weights, &to, scratch);
            }
        });
    }
}
