//! The backward pass of a group of examples, from some of their losses.

use super::forward::{add_up, node_parameters};
use super::group::{Group, GroupRows, Workspace};
use super::node::Operation;
use super::objectives::Sweep;
use crate::loss::write_flushed;
use crate::real::Real;
use crate::rows::GradientRows;
use crate::stage::{GROUP, Pass};

impl<T: Real> Group<'_, T> {
    /// Adds the gradients of the sweep's losses to its rows. Heads without such a loss are left out.
    pub(super) fn backward(&mut self, sweep: &Sweep, rows: &mut GroupRows<'_, T>) {
        let heads = self.write_deltas(sweep);
        let (batch, count, draw) = (self.batch, self.count, self.draw());
        let Workspace {
            values,
            deltas,
            tapes,
            scattered,
            scratch,
            ..
        } = &mut *self.workspace;
        let columns = batch.parameters.len();
        let shared = sweep.step == 0;
        for (k, node) in batch.graph.nodes.iter().enumerate().rev() {
            let needed = |a: usize| {
                let activation = &batch.graph.activations[a];
                activation.trained && activation.head.is_none_or(|h| heads.contains(&h))
            };
            let (source, out) = (node.inputs[0], node.outputs[0]);
            match &node.operation {
                Operation::Map(map) if needed(out) => {
                    let size = batch.graph.activations[out].boundary.size();
                    let (values, tape) = (values[out].rows(), tapes[k].rows());
                    map.backward(count, size, values, tape, deltas[out].rows_mut(), draw);
                }
                Operation::Stage(stage) if needed(out) => {
                    let place = &batch.places[k];
                    let (before, after) = deltas.split_at_mut(out);
                    let jacobian = &mut rows.jacobian[sweep.row * columns..];
                    let gradient = match place.runs[..] {
                        [] => None,
                        [(start, length)] => {
                            let stride = sweep.step * columns;
                            Some(
                                GradientRows::new(jacobian, stride, start, length, shared).adding(),
                            )
                        }
                        _ => {
                            let length = place.length;
                            let scattered = &mut scattered[..GROUP * length];
                            Some(GradientRows::new(scattered, length, 0, length, shared))
                        }
                    };
                    let mut pass = Pass {
                        examples: count,
                        parameters: node_parameters(place, batch.parameters, &batch.gathered[k]),
                        packed: &[],
                        tape: tapes[k].rows_mut(),
                        scratch,
                    };
                    stage.backward(
                        &mut pass,
                        values[source].rows(),
                        after[0].rows(),
                        needed(source).then(|| before[source].rows_mut()),
                        gradient,
                    );
                    if place.runs.len() > 1 {
                        let parts = scattered.chunks_exact(place.length);
                        for (e, part) in parts.take(if shared { 1 } else { count }).enumerate() {
                            let row = &mut rows.jacobian[(sweep.row + e * sweep.step) * columns..];
                            scatter(part, &place.runs, row);
                        }
                    }
                }
                Operation::Fork if needed(source) => {
                    let (before, after) = deltas.split_at_mut(out);
                    let outputs = node.outputs.iter().filter(|&&o| needed(o));
                    let parts = outputs.map(|&o| &after[o - out].data);
                    add_up(parts, &mut before[source].data);
                }
                Operation::Sum if needed(out) => {
                    let (before, after) = deltas.split_at_mut(out);
                    for &input in node.inputs.iter().filter(|&&i| needed(i)) {
                        before[input].data.copy_from_slice(&after[0].data);
                    }
                }
                _ => {}
            }
        }
    }

    /// Writes the deltas of the sweep's losses at the ends of their heads, zero for the other losses there. Returns
    /// the heads that have some.
    fn write_deltas(&mut self, sweep: &Sweep) -> std::ops::RangeInclusive<usize> {
        let batch = self.batch;
        let Workspace { deltas, delta, .. } = &mut *self.workspace;
        let losses = batch.all_losses;
        let heads = losses[sweep.losses.start].head..=losses[sweep.losses.end - 1].head;
        let mut start = 0;
        for (head, &output) in batch.graph.outputs.iter().enumerate() {
            let size = batch.plan.heads[head].size;
            if heads.contains(&head) {
                let mut rows = deltas[output].rows_mut();
                for e in 0..self.count {
                    let row = rows.row(e);
                    row[..size].fill(T::ZERO);
                    for one in &losses[sweep.losses.clone()] {
                        let (at, width) = one.outputs;
                        if one.head == head {
                            let delta = &delta[e * batch.plan.output_size + at..][..width];
                            write_flushed(delta, &mut row[at - start..][..width]);
                        }
                    }
                }
            }
            start += size;
        }
        heads
    }
}

/// Adds a node's gradient to the columns of its tensors.
fn scatter<T: Real>(mut part: &[T], runs: &[(usize, usize)], row: &mut [T]) {
    for &(start, length) in runs {
        let (run, rest) = part.split_at(length);
        for (r, &x) in row[start..start + length].iter_mut().zip(run) {
            *r += x;
        }
        part = rest;
    }
}
