//! Runs a network that is no chain: losses, Gramian, Jacobian and pullback of a batch.
//!
//! **Parameters** lie in one vector, tensor behind tensor in PyTorch's order: first those whose columns count in the
//! Gramian ([`super::columns`]). A direction and the rows of the Jacobian have the same order.
//!
//! **Rows** are kept scaled: J = diag(scales) · rows, each scale a power of two (over B for means) that brings the
//! largest delta of the row's losses into [1, 2), so that no entry under- or overflows however small a loss is.
//!
//! **Groups.** [`GROUP`] examples pass through the whole network together, forward and back. Where each example has rows
//! of its own, groups share nothing but parameters, on any thread; rows that all examples share are summed in the order
//! of the groups, on one. Sums over rows and columns are taken entry by entry as in [`crate::engine`]. Hence the same bits
//! for any number of threads.

use super::columns::{Columns, arrange};
use super::compile::{Graph, compile};
use super::group::{Batch, Group, Workspace};
use super::node::Operation;
use super::objectives::JacobianRows;
use crate::batch::check_batch;
use crate::description::Description;
use crate::error::NetworkError;
use crate::initialise::initial_values;
use crate::loss::Objective;
use crate::plan::{LARGEST, Plan};
use crate::real::Real;
use crate::shares::{Slices, band, bands};
use crate::stage::GROUP;
use dualcone_threads::{Parts, Threads};
use std::ops::Range;
use std::sync::Mutex;

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
    plan: Plan,
    graph: Graph<T>,
    columns: Columns,
    places: Vec<Place>,
    all_losses: Vec<Loss>,
    /// Which losses are the rows.
    rows: JacobianRows,
    plain_outside: bool,
    threads: Threads,
    seed: u64,
    /// Examples of the last linearization; 0 for none.
    linearized: usize,
    /// One a thread.
    workspaces: Vec<Mutex<Workspace<T>>>,
    /// Parameters of the nodes whose tensors are not neighbours.
    gathered: Vec<Vec<T>>,
    /// Of the scale of each row; the least for a row without any delta so far.
    exponents: Vec<i32>,
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
        Self::on_threads(description, batch_size, options, Threads::one())
    }

    /// [`GraphEngine::new`] for several threads, each with room for a group of examples of its own: no more than the
    /// batch has groups, and one where the rows are losses, which all examples share.
    ///
    /// # Errors
    /// As [`GraphEngine::new`].
    pub fn on_threads(
        description: &Description,
        batch_size: usize,
        options: &GraphOptions,
        threads: Threads,
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
        let threads = threads.at_most(if options.rows.separate() {
            batch_size.div_ceil(GROUP)
        } else {
            1
        });
        let split = |p: &Place| if p.runs.len() > 1 { p.length } else { 0 };
        let zeros = |count: usize| vec![T::ZERO; count];
        let scattered = places.iter().map(split).max().unwrap_or(0);
        let workspace = || Workspace::plan(&graph, scattered, plan.output_size);
        let mut engine = Self {
            workspaces: (0..threads.count())
                .map(|_| Mutex::new(workspace()))
                .collect(),
            threads,
            gathered: places.iter().map(|p| zeros(split(p))).collect(),
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
        let workspaces = self.workspaces.iter().map(|w| Workspace::of(w).entries());
        let gathered = self.gathered.iter().map(Vec::len);
        let entries = workspaces.chain(gathered).sum::<usize>()
            + self.jacobian.len()
            + self.inputs.len()
            + self.targets.len()
            + self.outputs.len()
            + 2 * self.parameters.len();
        entries * size_of::<T>() + (self.gramian.len() + self.losses.len()) * size_of::<f64>()
    }

    /// How many threads may share a step, the caller's among them.
    #[must_use]
    pub const fn threads(&self) -> usize {
        self.threads.count()
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
            // Each group's sum lies in the first of its rows; rows that all share have one sum.
            let losses = self.all_losses.len();
            let apart = self.rows.row(GROUP, 0, losses) - self.rows.row(0, 0, losses);
            let sums = if self.rows.separate() {
                examples.div_ceil(GROUP)
            } else {
                1
            };
            self.row_weights[..sums].fill(T::ONE);
            self.combine(0..self.columns.length, apart * self.columns.length, sums);
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
        self.gather();
        let (kind, length) = (self.rows, self.columns.length);
        let all = self.row_count(examples);
        self.exponents.fill(i32::MIN);
        let (batch, threads) = self.batch(examples, step);
        let groups = examples.div_ceil(GROUP);
        if kind.separate() {
            threads.run(groups, &|index, thread| {
                let mut group = Group::new(&batch, index, thread);
                // SAFETY: every group has rows of its own.
                let mut rows = unsafe { group.own_rows(length, weights.is_some()) };
                rows.clear();
                group.linearize(weights, &mut rows);
            });
        } else {
            let kept = if weights.is_some() { 1 } else { all };
            // SAFETY: one group after the other.
            let mut rows = unsafe { batch.rows_of(0..all, kept * length) };
            rows.clear();
            for index in 0..groups {
                Group::new(&batch, index, 0).linearize(weights, &mut rows);
            }
        }
        let mean = if kind == JacobianRows::Losses {
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
        let Columns {
            counted, length, ..
        } = self.columns;
        let parts = bands(self.threads.count(), rows);
        let (jacobian, gramian) = (&self.jacobian, Parts::new(&mut self.gramian));
        self.threads.run(parts, &|part, _| {
            let rows = band(part, parts, rows);
            if rows.is_empty() {
                return;
            }
            let end = rows.end.next_multiple_of(GROUP);
            // SAFETY: bands are one task's each.
            let to = unsafe { gramian.range(rows.start * leading..end * leading) };
            to.fill(0.0);
            T::accumulate_gramian(jacobian, length, rows, counted, to, leading);
        });
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
        for (columns, plain) in [(0..counted, false), (counted..length, self.plain_outside)] {
            for ((r, w), s) in self.row_weights.iter_mut().zip(weights).zip(&self.scales) {
                *r = T::from_f64(if plain { *s } else { w * s });
            }
            self.combine(columns, length, weights.len());
        }
        Ok(())
    }

    /// direction[k] = Σ_i row_weights[i] · jacobian[i · apart + k] over `count` rows for these columns, each entry by one
    /// task, in the order of the rows.
    fn combine(&mut self, columns: Range<usize>, apart: usize, count: usize) {
        let slices = Slices::new(self.threads.count(), columns.len());
        let (jacobian, weights) = (&self.jacobian[columns.start..], &self.row_weights[..count]);
        let direction = Parts::new(&mut self.direction[columns]);
        self.threads.run(slices.count, &|index, _| {
            let slice = slices.range(index);
            let rows = &jacobian[slice.start..];
            // SAFETY: every slice is one task's.
            T::combine_rows(rows, apart, weights, unsafe { direction.range(slice) });
        });
    }

    /// Copies the tensors of every node whose tensors are no neighbours, once a batch.
    fn gather(&mut self) {
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

    /// parameters −= `rate` · [`GraphEngine::direction`], in f64, rounded once.
    pub fn descend(&mut self, rate: f64) {
        crate::descent::descend(&self.threads, &mut self.parameters, &self.direction, rate);
    }

    /// Outputs of the network for the first `examples`, dropout left out, into [`GraphEngine::outputs`].
    ///
    /// # Errors
    /// Too many examples; tokens out of range.
    pub fn forward(&mut self, examples: usize) -> Result<(), NetworkError> {
        self.linearized = 0;
        check_batch(&self.plan, examples, &self.inputs, None)?;
        self.gather();
        let (batch, threads) = self.batch(examples, None);
        threads.run(examples.div_ceil(GROUP), &|index, thread| {
            let mut group = Group::new(&batch, index, thread);
            group.forward();
            // SAFETY: every group has outputs of its own.
            unsafe { group.write_outputs() };
        });
        Ok(())
    }

    /// What groups of examples work with, and who computes them.
    fn batch(&mut self, examples: usize, step: Option<u64>) -> (Batch<'_, T>, &Threads) {
        let batch = Batch {
            plan: &self.plan,
            graph: &self.graph,
            places: &self.places,
            all_losses: &self.all_losses,
            rows: self.rows,
            workspaces: &self.workspaces,
            gathered: &self.gathered,
            parameters: &self.parameters,
            inputs: &self.inputs,
            labels: &self.labels,
            targets: &self.targets,
            examples,
            seed: self.seed,
            step,
            jacobian: Parts::new(&mut self.jacobian),
            exponents: Parts::new(&mut self.exponents),
            losses: Parts::new(&mut self.losses),
            outputs: Parts::new(&mut self.outputs),
        };
        (batch, &self.threads)
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
