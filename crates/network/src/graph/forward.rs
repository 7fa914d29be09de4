//! The forward pass of a group of examples, and their losses.

use super::engine::GraphEngine;
use super::node::Operation;
use super::objectives::{JacobianRows, Sweep};
use crate::loss::{self, Objective};
use crate::real::Real;
use crate::stage::{Draw, Pass};

impl<T: Real> GraphEngine<T> {
    /// Copies the tensors of every node whose tensors are no neighbours, once a batch.
    pub(super) fn gather(&mut self) {
        for (place, gathered) in self.places.iter().zip(&mut self.gathered) {
            let mut rest = &mut gathered[..];
            for &(start, length) in &place.runs {
                if rest.is_empty() {
                    break;
                }
                let (part, behind) = rest.split_at_mut(length);
                part.copy_from_slice(&self.parameters[start..start + length]);
                rest = behind;
            }
        }
    }

    pub(super) fn group_forward(&mut self, first: usize, count: usize, draw: Option<Draw>) {
        let size = self.plan.input_size;
        let mut entry = self.values[0].rows_mut();
        for e in 0..count {
            entry.row(e)[..size].copy_from_slice(&self.inputs[(first + e) * size..][..size]);
        }
        for (k, node) in self.graph.nodes.iter().enumerate() {
            let out = node.outputs[0];
            let size = self.graph.activations[out].boundary.size();
            match &node.operation {
                Operation::Map(map) => {
                    let tape = self.tapes[k].rows_mut();
                    map.forward(count, size, self.values[out].rows_mut(), tape, draw);
                }
                Operation::Stage(stage) => {
                    let (before, after) = self.values.split_at_mut(out);
                    let mut pass = Pass {
                        examples: count,
                        parameters: node_parameters(
                            &self.places[k],
                            &self.parameters,
                            &self.gathered[k],
                        ),
                        packed: &[],
                        tape: self.tapes[k].rows_mut(),
                        scratch: &mut self.scratch,
                    };
                    let input = before[node.inputs[0]].rows();
                    stage.forward(&mut pass, input, after[0].rows_mut());
                }
                Operation::Fork => {
                    let (before, after) = self.values.split_at_mut(node.outputs[0]);
                    for &output in &node.outputs {
                        let to = &mut after[output - node.outputs[0]].data;
                        to.copy_from_slice(&before[node.inputs[0]].data);
                    }
                }
                Operation::Sum => {
                    let (before, after) = self.values.split_at_mut(out);
                    add_up(
                        node.inputs.iter().map(|&i| &before[i].data),
                        &mut after[0].data,
                    );
                }
            }
        }
    }

    /// Losses of a group, into the objectives, and their deltas, into `delta`: multiplied by the weights of their rows
    /// where these are known.
    pub(super) fn group_losses(
        &mut self,
        first: usize,
        count: usize,
        examples: usize,
        weights: Option<&[f64]>,
    ) {
        let (losses, targets) = (self.all_losses.len(), self.plan.target_size());
        let mean = if self.rows == JacobianRows::Losses {
            1.0 / examples as f64
        } else {
            1.0
        };
        for e in 0..count {
            let mut heads_start = 0;
            let mut head = 0;
            for (l, one) in self.all_losses.iter().enumerate() {
                if one.head != head {
                    heads_start += self.plan.heads[head].size;
                    head = one.head;
                }
                let (start, size) = one.outputs;
                let values = self.values[self.graph.outputs[head]].rows();
                let output = &values.row(e)[start - heads_start..][..size];
                let delta = &mut self.delta[e * self.plan.output_size + start..][..size];
                let value = match self.plan.heads[head].objective {
                    Objective::CrossEntropy => {
                        let label = self.labels[(first + e) * losses + l];
                        loss::cross_entropy(output, label as usize, delta)
                    }
                    Objective::SquaredError => {
                        let target = &self.targets[(first + e) * targets + one.target..][..size];
                        loss::squared_error(output, target, delta)
                    }
                };
                let row = self.rows.row(first + e, l, losses);
                self.losses[row] += value * mean;
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
    pub(super) fn scale_deltas(&mut self, count: usize, sweep: &Sweep) {
        let (first, _) = self.all_losses[sweep.losses.start].outputs;
        let (last, size) = self.all_losses[sweep.losses.end - 1].outputs;
        let stride = self.plan.output_size;
        let part = |e: usize| e * stride + first..e * stride + last + size;
        for e in 0..count {
            let row = sweep.row + e * sweep.step;
            let Some(exponent) = loss::exponent(&self.delta[part(e)]) else {
                continue;
            };
            let known = self.exponents[row];
            if exponent > known {
                self.exponents[row] = exponent;
                if known > i32::MIN {
                    let columns = self.parameters.len();
                    let factor = T::from_f64(libm::scalbn(1.0, known - exponent));
                    for x in &mut self.jacobian[row * columns..][..columns] {
                        *x *= factor;
                    }
                }
            }
        }
        for e in 0..count {
            let exponent = self.exponents[sweep.row + e * sweep.step];
            if exponent > i32::MIN {
                loss::scale_down(&mut self.delta[part(e)], exponent);
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
