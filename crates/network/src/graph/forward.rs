//! The forward pass of a group of examples, and their losses.

use super::group::{Group, GroupRows, Workspace};
use super::node::Operation;
use super::objectives::{JacobianRows, Sweep};
use crate::loss::{self, Objective};
use crate::real::Real;
use crate::stage::Pass;

impl<T: Real> Group<'_, T> {
    /// Values of every activation.
    pub(super) fn forward(&mut self) {
        let (batch, count, draw) = (self.batch, self.count, self.draw());
        let Workspace {
            values,
            tapes,
            scratch,
            ..
        } = &mut *self.workspace;
        let size = batch.plan.input_size;
        let mut entry = values[0].rows_mut();
        for e in 0..count {
            let input = &batch.inputs[(self.first + e) * size..][..size];
            entry.row(e)[..size].copy_from_slice(input);
        }
        for (k, node) in batch.graph.nodes.iter().enumerate() {
            let out = node.outputs[0];
            let size = batch.graph.activations[out].boundary.size();
            match &node.operation {
                Operation::Map(map) => {
                    let tape = tapes[k].rows_mut();
                    map.forward(count, size, values[out].rows_mut(), tape, draw);
                }
                Operation::Stage(stage) => {
                    let (before, after) = values.split_at_mut(out);
                    let mut pass = Pass {
                        examples: count,
                        parameters: node_parameters(
                            &batch.places[k],
                            batch.parameters,
                            &batch.gathered[k],
                        ),
                        packed: &[],
                        tape: tapes[k].rows_mut(),
                        scratch,
                    };
                    let input = before[node.inputs[0]].rows();
                    stage.forward(&mut pass, input, after[0].rows_mut());
                }
                Operation::Fork => {
                    let (before, after) = values.split_at_mut(node.outputs[0]);
                    for &output in &node.outputs {
                        let to = &mut after[output - node.outputs[0]].data;
                        to.copy_from_slice(&before[node.inputs[0]].data);
                    }
                }
                Operation::Sum => {
                    let (before, after) = values.split_at_mut(out);
                    add_up(
                        node.inputs.iter().map(|&i| &before[i].data),
                        &mut after[0].data,
                    );
                }
            }
        }
    }

    /// Losses, into the objectives of their rows, and their deltas: multiplied by the weights of the rows where these are
    /// known.
    pub(super) fn losses(&mut self, weights: Option<&[f64]>, rows: &mut GroupRows<'_, T>) {
        let batch = self.batch;
        let (losses, targets) = (batch.all_losses.len(), batch.plan.target_size());
        let outputs = batch.plan.output_size;
        let Workspace {
            values,
            delta: deltas,
            ..
        } = &mut *self.workspace;
        let mean = if batch.rows == JacobianRows::Losses {
            1.0 / batch.examples as f64
        } else {
            1.0
        };
        for e in 0..self.count {
            let example = self.first + e;
            let mut heads_start = 0;
            let mut head = 0;
            for (l, one) in batch.all_losses.iter().enumerate() {
                if one.head != head {
                    heads_start += batch.plan.heads[head].size;
                    head = one.head;
                }
                let (start, size) = one.outputs;
                let values = values[batch.graph.outputs[head]].rows();
                let output = &values.row(e)[start - heads_start..][..size];
                let delta = &mut deltas[e * outputs + start..][..size];
                let value = match batch.plan.heads[head].objective {
                    Objective::CrossEntropy => {
                        let label = batch.labels[example * losses + l];
                        loss::cross_entropy(output, label as usize, delta)
                    }
                    Objective::SquaredError => {
                        let target = &batch.targets[example * targets + one.target..][..size];
                        loss::squared_error(output, target, delta)
                    }
                };
                let row = batch.rows.row(example, l, losses);
                rows.losses[row - rows.first] += value * mean;
                if let Some(weights) = weights {
                    for d in delta {
                        *d *= weights[row] * mean;
                    }
                }
            }
        }
    }

    /// Divides the deltas of a sweep by the powers of two that their rows are scaled by. A row that several examples
    /// share is scaled down when one comes whose deltas are larger than all before.
    pub(super) fn scale_deltas(&mut self, sweep: &Sweep, rows: &mut GroupRows<'_, T>) {
        let batch = self.batch;
        let deltas = &mut self.workspace.delta;
        let (first, _) = batch.all_losses[sweep.losses.start].outputs;
        let (last, size) = batch.all_losses[sweep.losses.end - 1].outputs;
        let stride = batch.plan.output_size;
        let part = |e: usize| e * stride + first..e * stride + last + size;
        for e in 0..self.count {
            let row = sweep.row + e * sweep.step;
            let Some(exponent) = loss::exponent(&deltas[part(e)]) else {
                continue;
            };
            let known = rows.exponents[row];
            if exponent > known {
                rows.exponents[row] = exponent;
                if known > i32::MIN {
                    let columns = batch.parameters.len();
                    let factor = T::from_f64(libm::scalbn(1.0, known - exponent));
                    for x in &mut rows.jacobian[row * columns..][..columns] {
                        *x *= factor;
                    }
                }
            }
        }
        for e in 0..self.count {
            let exponent = rows.exponents[sweep.row + e * sweep.step];
            if exponent > i32::MIN {
                loss::scale_down(&mut deltas[part(e)], exponent);
            }
        }
    }
}

/// A node's own parameters, in its own order.
pub(super) fn node_parameters<'a, T>(
    place: &super::engine::Place,
    all: &'a [T],
    gathered: &'a [T],
) -> &'a [T] {
    match place.runs[..] {
        [] => &[],
        [(start, length)] => &all[start..start + length],
        _ => gathered,
    }
}

/// total = Σ parts; 0 without any.
pub(super) fn add_up<'a, T: Real>(parts: impl Iterator<Item = &'a Vec<T>>, total: &mut [T]) {
    let mut written = false;
    for part in parts {
        if written {
            for (t, &x) in total.iter_mut().zip(part) {
                *t += x;
            }
        } else {
            total.copy_from_slice(part);
            written = true;
        }
    }
    if !written {
        total.fill(T::ZERO);
    }
}
