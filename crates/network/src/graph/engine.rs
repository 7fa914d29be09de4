//! Runs a network that is no chain: losses, Gramian, Jacobian and pullback of a batch.
//!
//! **Parameters** lie in one vector, tensor behind tensor in PyTorch's order: first those whose columns count in the
//! Gramian ([`super::columns`]). A direction and the rows of the Jacobian have the same order.
//!
//! **Rows** are kept scaled: J = diag(scales) · rows, each scale a power of two (over B for means) that brings the
//! largest delta of the row's losses into [1, 2), so that no entry under- or overflows however small a loss is.

use super::columns::{Columns, arrange};
use super::compile::{Graph, compile};
use super::node::Operation;
use super::objectives::{JacobianRows, Sweep};
use crate::batch::check_batch;
use crate::buffer::Buffer;
use crate::description::Description;
use crate::error::NetworkError;
use crate::initialise::initial_values;
use crate::loss::Objective;
use crate::plan::{LARGEST, Plan};
use crate::real::Real;
use crate::stage::{Draw, GROUP};

/// What rows and columns a [`GraphEngine`]'s Jacobian has.
#[derive(Clone, Debug)]
pub struct GraphOptions {
    /// One a head; one in all for a network without heads.
    pub objectives: Vec<Objective>,
    /// Which losses are the rows.
    pub rows: JacobianRows,
    /// Paths of the layers or tensors whose columns count in the Gramian; empty for all.
    pub jacobian_of: Vec<String>,
    /// Whether a pullback gives the other parameters their plain gradient, weight 1 a row, instead of Jᵀ w.
    pub plain_outside: bool,
}

/// Where a node's tensors lie.
pub(super) struct Place {
    /// Start of each run of neighbouring tensors in the parameters, and its length.
    pub runs: Vec<(usize, usize)>,
    /// Entries of all runs.
    pub length: usize,
}

/// One loss of an example.
#[derive(Clone, Copy)]
pub(super) struct Loss {
    pub head: usize,
    /// First of its outputs among those of all heads, and their number.
    pub outputs: (usize, usize),
    /// First of its targets, where it has some.
    pub target: usize,
}

/// A network compiled for one batch size, choice of rows, and choice of columns.
pub struct GraphEngine<T: Real> {
    pub(super) plan: Plan,
    pub(super) graph: Graph<T>,
    columns: Columns,
    pub(super) places: Vec<Place>,
    pub(super) all_losses: Vec<Loss>,
    /// Which losses are the rows.
    pub(super) rows: JacobianRows,
    plain_outside: bool,
    seed: u64,
    /// Examples of the last linearization; 0 for none.
    linearized: usize,
    pub(super) values: Vec<Buffer<T>>,
    pub(super) deltas: Vec<Buffer<T>>,
    pub(super) tapes: Vec<Buffer<T>>,
    /// Parameters of the nodes whose tensors are not neighbours.
    pub(super) gathered: Vec<Vec<T>>,
    /// Their gradients, of one group.
    pub(super) scattered: Vec<T>,
    pub(super) scratch: Vec<T>,
    /// [GROUP, outputs]: deltas of a group.
    pub(super) delta: Vec<f64>,
    /// Of the scale of each row; the least for a row without any delta so far.
    pub(super) exponents: Vec<i32>,
    row_weights: Vec<T>,
    /// [batch, input], PyTorch's order.
    pub inputs: Vec<T>,
    /// [batch, losses].
    pub labels: Vec<i32>,
    /// [batch, outputs under squared error].
    pub targets: Vec<T>,
    /// Entry by entry beside a direction.
    pub parameters: Vec<T>,
    /// Objectives of the rows of the last batch.
    pub losses: Vec<f64>,
    /// [rows, parameters]: the Jacobian of the last linearization but for the scales of its rows.
    pub jacobian: Vec<T>,
    /// What the rows of `jacobian` lack.
    pub scales: Vec<f64>,
    /// [rows, rows] of the last batch.
    pub gramian: Vec<f64>,
    /// The last pullback or gradient.
    pub direction: Vec<T>,
    /// [batch, output] of the last call of [`GraphEngine::forward`], the heads side by side.
    pub outputs: Vec<T>,
}

impl<T: Real> GraphEngine<T> {
    /// Compiles `description` for batches of up to `batch_size` examples. Parameters are zero until
    /// [`GraphEngine::initialise`] or [`GraphEngine::set_parameter`].
    ///
    /// # Errors
    /// Names the layer or the option, the value and the rule that it breaks.
    pub fn new(
        description: &Description,
        batch_size: usize,
        options: &GraphOptions,
    ) -> Result<Self, NetworkError> {
        let mut plan = Plan::infer_graph(description, batch_size, &options.objectives)?;
        let columns = arrange(&plan, &options.jacobian_of)?;
        plan.columns = columns.groups.clone();
        let graph = compile::<T>(description, &mut plan);
        let count = options.rows.count(batch_size, plan.losses());
        // The Gramian's kernel reads whole groups of rows.
        let rows = count.next_multiple_of(GROUP);
        for (what, width) in [("Jacobian", columns.length), ("Gramian", rows)] {
            if rows.checked_mul(width).is_none_or(|size| size > LARGEST) {
                return Err(NetworkError::new(
                    format!("the size of the {what}"),
                    format!("{count} rows of {width}"),
                    format!("its entries must number at most {LARGEST}; take a smaller batch"),
                ));
            }
        }

        let places: Vec<Place> = graph
            .nodes
            .iter()
            .map(|node| match node.operation {
                Operation::Stage(_) => place(&plan, &columns, node.layer),
                _ => Place {
                    runs: vec![],
                    length: 0,
                },
            })
            .collect();
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
        let split = |p: &Place| if p.runs.len() > 1 { p.length } else { 0 };
        let zeros = |count: usize| vec![T::ZERO; count];
        let mut engine = Self {
            values: buffers(),
            deltas: buffers(),
            tapes: operations().map(|o| Buffer::new(tape(o))).collect(),
            gathered: places.iter().map(|p| zeros(split(p))).collect(),
            scattered: zeros(GROUP * places.iter().map(split).max().unwrap_or(0)),
            scratch: zeros(operations().map(scratch).max().unwrap_or(0)),
            delta: vec![0.0; GROUP * plan.output_size],
            exponents: vec![0; rows],
            row_weights: zeros(rows),
            inputs: zeros(batch_size * plan.input_size),
            labels: vec![0; batch_size * plan.losses()],
            targets: zeros(batch_size * plan.target_size()),
            parameters: zeros(columns.length),
            losses: vec![0.0; rows],
            jacobian: zeros(rows * columns.length),
            scales: vec![1.0; rows],
            gramian: vec![0.0; rows * rows],
            direction: zeros(columns.length),
            outputs: zeros(batch_size * plan.output_size),
            all_losses: losses(&plan),
            rows: options.rows,
            plain_outside: options.plain_outside,
            seed: 0,
            linearized: 0,
            places,
            columns,
            graph,
            plan,
        };
        engine.plan.bytes = engine.bytes();
        Ok(engine)
    }

    fn bytes(&self) -> usize {
        let buffers = [&self.values, &self.deltas, &self.tapes];
        let kept = buffers.iter().flat_map(|b| b.iter()).map(|b| b.data.len());
        let gathered = self.gathered.iter().map(Vec::len);
        let entries = kept.chain(gathered).sum::<usize>()
            + self.scattered.len()
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

    /// Where the parameters lie, and which of them count in the Gramian.
    #[must_use]
    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Rows of the Jacobian of `examples`.
    #[must_use]
    pub fn row_count(&self, examples: usize) -> usize {
        self.rows.count(examples, self.all_losses.len())
    }

    /// Draws all parameters and seeds the dropout masks.
    pub fn initialise(&mut self, seed: u64) {
        self.seed = seed;
        self.linearized = 0;
        for (index, parameter) in self.plan.parameters.iter().enumerate() {
            let to = &mut self.parameters[self.columns.offsets[index]..];
            for (p, value) in to.iter_mut().zip(initial_values(parameter, index, seed)) {
                *p = T::from_f64(f64::from(value));
            }
        }
    }

    /// Sets the seed of the dropout masks.
    pub const fn set_seed(&mut self, seed: u64) {
        self.seed = seed;
    }

    /// Sets tensor `index` of the plan.
    ///
    /// # Panics
    /// When `tensor` has not the tensor's size.
    pub fn set_parameter(&mut self, index: usize, tensor: &[T]) {
        let (start, size) = (
            self.columns.offsets[index],
            self.plan.parameters[index].size,
        );
        self.parameters[start..start + size].copy_from_slice(tensor);
        self.linearized = 0;
    }

    /// Objectives of the rows for the first `examples` of the batch, and their Jacobian. `step` draws the dropout
    /// masks of that training step; `None` leaves dropout out.
    ///
    /// # Errors
    /// Too many examples; labels and tokens out of range.
    pub fn linearize(&mut self, examples: usize, step: Option<u64>) -> Result<(), NetworkError> {
        self.run(examples, step, None)?;
        self.linearized = examples;
        Ok(())
    }

    /// Objectives and Jᵀ w for weights of the rows known beforehand, into [`GraphEngine::direction`]: one backward pass.
    /// (Where the parameters outside of the Jacobian get their plain gradient: as many as a linearization takes.)
    ///
    /// # Errors
    /// As [`GraphEngine::linearize`]; another number of weights than rows.
    pub fn gradient(
        &mut self,
        examples: usize,
        weights: &[f64],
        step: Option<u64>,
    ) -> Result<(), NetworkError> {
        check_batch(&self.plan, examples, &self.inputs, None)?;
        self.check_weights(examples, weights)?;
        if self.plain_outside && self.columns.counted < self.columns.length {
            self.linearize(examples, step)?;
            self.pullback(weights)?;
        } else {
            self.run(examples, step, Some(weights))?;
            let row = &self.jacobian[..self.columns.length];
            self.direction.copy_from_slice(row);
        }
        self.linearized = 0;
        Ok(())
    }

    fn run(
        &mut self,
        examples: usize,
        step: Option<u64>,
        weights: Option<&[f64]>,
    ) -> Result<(), NetworkError> {
        self.linearized = 0;
        check_batch(&self.plan, examples, &self.inputs, Some(&self.labels))?;
        let losses = self.all_losses.len();
        let rows = self.row_count(examples);
        let used = if weights.is_some() { 1 } else { rows };
        self.jacobian[..used * self.columns.length].fill(T::ZERO);
        self.exponents.fill(i32::MIN);
        self.losses[..rows].fill(0.0);
        self.gather();
        let one = weights.is_some() || self.rows == JacobianRows::Examples;
        for first in (0..examples).step_by(GROUP) {
            let count = GROUP.min(examples - first);
            let draw = step.map(|step| Draw {
                seed: self.seed,
                step,
                first,
            });
            self.group_forward(first, count, draw);
            self.group_losses(first, count, examples, weights);
            for loss in 0..if one { 1 } else { losses } {
                let row = self.rows.row(first, loss, losses);
                let next = self.rows.row(first + 1, loss, losses);
                let sweep = Sweep {
                    losses: if one { 0..losses } else { loss..loss + 1 },
                    row: if weights.is_some() { 0 } else { row },
                    step: if weights.is_some() { 0 } else { next - row },
                };
                if weights.is_none() {
                    self.scale_deltas(count, &sweep);
                }
                self.group_backward(count, draw, &sweep);
            }
        }
        let mean = if self.rows == JacobianRows::Losses {
            examples as f64
        } else {
            1.0
        };
        for (scale, exponent) in self.scales.iter_mut().zip(&self.exponents) {
            let exponent = if *exponent == i32::MIN { 0 } else { *exponent };
            *scale = libm::scalbn(1.0, exponent) / mean;
        }
        Ok(())
    }

    /// G = J Jᵀ over the columns that count, into [`GraphEngine::gramian`]: rows² entries, row-major.
    ///
    /// # Errors
    /// When nothing was linearized since the parameters were set.
    pub fn gramian(&mut self) -> Result<(), NetworkError> {
        let rows = self.row_count(self.linearized()?);
        let leading = rows.next_multiple_of(GROUP);
        self.gramian.fill(0.0);
        let Columns {
            counted, length, ..
        } = self.columns;
        T::accumulate_gramian(
            &self.jacobian,
            length,
            0..rows,
            counted,
            &mut self.gramian,
            leading,
        );
        crate::gramian::finish(&mut self.gramian, rows, leading, &self.scales);
        Ok(())
    }

    /// Jᵀ w of the last linearization, into [`GraphEngine::direction`]; outside of the columns that count the plain
    /// gradient where that was chosen.
    ///
    /// # Errors
    /// When nothing was linearized, or `weights` has another length than there are rows.
    pub fn pullback(&mut self, weights: &[f64]) -> Result<(), NetworkError> {
        let examples = self.linearized()?;
        self.check_weights(examples, weights)?;
        let Columns {
            counted, length, ..
        } = self.columns;
        let (inside, outside) = self.direction.split_at_mut(counted);
        let rows = &mut self.row_weights[..weights.len()];
        for (direction, start, plain) in
            [(inside, 0, false), (outside, counted, self.plain_outside)]
        {
            for ((r, w), s) in rows.iter_mut().zip(weights).zip(&self.scales) {
                *r = T::from_f64(if plain { *s } else { w * s });
            }
            T::combine_rows(&self.jacobian[start..], length, rows, direction);
        }
        Ok(())
    }

    /// Outputs of the network for the first `examples`, dropout left out, into [`GraphEngine::outputs`].
    ///
    /// # Errors
    /// Too many examples; tokens out of range.
    pub fn forward(&mut self, examples: usize) -> Result<(), NetworkError> {
        self.linearized = 0;
        check_batch(&self.plan, examples, &self.inputs, None)?;
        self.gather();
        for first in (0..examples).step_by(GROUP) {
            let count = GROUP.min(examples - first);
            self.group_forward(first, count, None);
            for e in 0..count {
                let mut to = &mut self.outputs[(first + e) * self.plan.output_size..];
                for (head, &output) in self.plan.heads.iter().zip(&self.graph.outputs) {
                    let (part, rest) = to.split_at_mut(head.size);
                    part.copy_from_slice(&self.values[output].rows().row(e)[..head.size]);
                    to = rest;
                }
            }
        }
        Ok(())
    }

    fn linearized(&self) -> Result<usize, NetworkError> {
        if self.linearized > 0 {
            return Ok(self.linearized);
        }
        Err(NetworkError::new(
            "the linearization",
            "missing or outdated",
            "linearize a batch first",
        ))
    }

    fn check_weights(&self, examples: usize, weights: &[f64]) -> Result<(), NetworkError> {
        let rows = self.row_count(examples);
        if weights.len() == rows {
            return Ok(());
        }
        Err(NetworkError::new(
            "the number of weights",
            weights.len(),
            format!("there must be one a row of the Jacobian, {rows}"),
        ))
    }
}

/// The runs of neighbouring tensors of layer `layer`.
fn place(plan: &Plan, columns: &Columns, layer: usize) -> Place {
    let mut runs: Vec<(usize, usize)> = vec![];
    let mut length = 0;
    for &tensor in &plan.layers[layer].tensors {
        let (start, size) = (columns.offsets[tensor], plan.parameters[tensor].size);
        length += size;
        match runs.last_mut() {
            Some((first, run)) if *first + *run == start => *run += size,
            _ => runs.push((start, size)),
        }
    }
    Place { runs, length }
}

fn losses(plan: &Plan) -> Vec<Loss> {
    let (mut losses, mut output, mut target) = (vec![], 0, 0);
    for (head, h) in plan.heads.iter().enumerate() {
        let size = h.size / h.losses;
        for _ in 0..h.losses {
            losses.push(Loss {
                head,
                outputs: (output, size),
                target,
            });
            output += size;
            if h.objective == Objective::SquaredError {
                target += size;
            }
        }
    }
    losses
}
