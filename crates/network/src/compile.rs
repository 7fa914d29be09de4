//! From layers to stages: which kernel runs which layers, and the layout between them.
//!
//! Each family of kernels is asked in turn: the fast ones (f32 only) take over several layers at once where
//! their shapes allow it; the plain ones take what is left, one layer at a time.

use crate::description::{Description, Layer};
use crate::layout::{Boundary, Layout};
use crate::plain;
use crate::plan::Plan;
use crate::real::Real;
use crate::stage::{Choice, Chosen, GramianForm, Map, Stage};

/// What one step does.
pub enum Operation<T> {
    /// Carries a boundary to the next one.
    Stage(Box<dyn Stage<T>>),
    /// Changes a boundary in place.
    Map(Box<dyn Map<T>>),
}

/// One step of the compiled network.
pub struct Step<T> {
    /// What it does.
    pub operation: Operation<T>,
    /// The first layer that it takes over: owner of its parameters.
    pub layer: usize,
    /// Boundary before.
    pub input: usize,
    /// Boundary after; the same for a map.
    pub output: usize,
}

/// A network as boundaries and the steps between them.
pub struct Compiled<T> {
    /// `boundaries[0]` holds the input, the last one the output in PyTorch's order.
    pub boundaries: Vec<Boundary>,
    /// In forward order.
    pub steps: Vec<Step<T>>,
}

/// Chooses kernels for every layer of `description`, planned as `plan`, and notes the choice there.
///
/// `fast` allows the SIMD kernels; without it every layer runs on its plain kernel.
pub fn compile<T: Real>(description: &Description, plan: &mut Plan, fast: bool) -> Compiled<T> {
    let layers = &description.layers;
    let first_trained = plan.parameters.first().map_or(0, |p| p.layer);
    let mut compiled = Compiled {
        boundaries: vec![Boundary::plain(description.input.clone())],
        steps: vec![],
    };
    let mut index = 0;
    while index < layers.len() {
        let boundary = compiled.boundaries[compiled.boundaries.len() - 1].clone();
        let choice = Choice {
            layers,
            plans: &plan.layers,
            index,
            needs_delta: index > first_trained,
            batch_size: plan.batch_size,
        };
        let taken = if let Some(map) = T::plain_map(&layers[index], index, &boundary) {
            plan.layers[index].kernel = map.kernel();
            let at = compiled.boundaries.len() - 1;
            // A map overwrites its values: the input itself is copied first, and so is what an earlier map left,
            // which that map's backward pass reads.
            let mapped = compiled
                .steps
                .last()
                .is_some_and(|s| matches!(s.operation, Operation::Map(_)));
            if at == 0 || mapped {
                reorder(&mut compiled, index, boundary.layout.clone());
            }
            let at = compiled.boundaries.len() - 1;
            compiled.steps.push(Step {
                operation: Operation::Map(map),
                layer: index,
                input: at,
                output: at,
            });
            1
        } else if matches!(layers[index], Layer::Flatten {}) {
            let at = compiled.boundaries.len() - 1;
            compiled.boundaries[at] = boundary.flattened();
            plan.layers[index].kernel = "view".into();
            1
        } else {
            let chosen = if fast {
                T::fast_stage(&choice, &boundary)
            } else {
                None
            };
            let chosen = chosen.unwrap_or_else(|| {
                T::plain_stage(
                    &layers[index],
                    &plan.layers[index],
                    plan.batch_size,
                    &boundary,
                )
            });
            let layers = chosen.layers;
            for layer in &mut plan.layers[index..index + layers] {
                layer.kernel = chosen.stage.kernel();
            }
            plan.layers[index].gramian = chosen.stage.gramian_form().name();
            push(&mut compiled, index, chosen);
            layers
        };
        index += taken;
    }
    let last = compiled.boundaries.len() - 1;
    if compiled.boundaries[last].layout != Layout::Plain {
        reorder(&mut compiled, layers.len() - 1, Layout::Plain);
    }
    compiled
}

fn push<T: Real>(compiled: &mut Compiled<T>, layer: usize, chosen: Chosen<T>) {
    let last = compiled.boundaries.len() - 1;
    if compiled.boundaries[last].layout != chosen.input {
        // The input is loaded in any layout; between stages a step re-orders.
        if compiled.steps.is_empty() {
            compiled.boundaries[last].layout = chosen.input.clone();
        } else {
            reorder(compiled, layer, chosen.input.clone());
        }
    }
    let input = compiled.boundaries.len() - 1;
    compiled.boundaries.push(chosen.output);
    compiled.steps.push(Step {
        operation: Operation::Stage(chosen.stage),
        layer,
        input,
        output: input + 1,
    });
}

fn reorder<T: Real>(compiled: &mut Compiled<T>, layer: usize, layout: Layout) {
    let input = compiled.boundaries.len() - 1;
    let from = &compiled.boundaries[input];
    let to = Boundary {
        shape: from.shape.clone(),
        layout,
    };
    let stage: Box<dyn Stage<T>> = Box::new(plain::reorder::Reorder::between(from, &to));
    compiled.boundaries.push(to);
    compiled.steps.push(Step {
        operation: Operation::Stage(stage),
        layer,
        input,
        output: input + 1,
    });
}

impl<T: Real> Step<T> {
    /// The stage, unless this is a map.
    pub fn stage(&self) -> Option<&dyn Stage<T>> {
        match &self.operation {
            Operation::Stage(stage) => Some(&**stage),
            Operation::Map(_) => None,
        }
    }

    /// How this step's part of the Gramian is computed.
    pub fn gramian_form(&self) -> GramianForm {
        self.stage().map_or(GramianForm::None, Stage::gramian_form)
    }
}
