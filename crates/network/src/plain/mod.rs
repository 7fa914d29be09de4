//! General kernels: any shape, in f32 and f64, one layer each, in PyTorch's order.
//!
//! They are the reference that the fast kernels are measured against, and what runs wherever no fast kernel
//! fits. Inner loops run over contiguous memory.

pub mod activation;
pub mod average_pool;
pub mod conv2d;
pub mod dropout;
pub mod group_norm;
pub mod layer_norm;
pub mod linear;
pub mod max_pool;
mod parameters;
mod products;
pub mod reorder;
mod standardise;
mod windows;

use crate::description::Layer;
use crate::layout::{Boundary, Layout};
use crate::real::Real;
use crate::stage::{Choice, Chosen, Map, Stage};

/// The plain stage for layer `choice.index`.
///
/// It reads [`Layout::Plain`], except for a linear layer, which reads any order of its features.
///
/// # Panics
/// For a layer that is no stage: an activation or dropout ([`map`]), or flatten.
#[must_use]
pub fn stage<T: Real>(choice: &Choice<'_>, input: &Boundary) -> Chosen<T> {
    let plan = &choice.plans[choice.index];
    let (before, after) = (&plan.input[..], &plan.output[..]);
    let layer = &choice.layers[choice.index];
    let mut layout = Layout::Plain;
    let stage: Box<dyn Stage<T>> = match *layer {
        Layer::Conv2d {
            kernel,
            stride,
            padding,
            groups,
            bias,
            ..
        } => Box::new(conv2d::Conv2d::new(
            before,
            after,
            kernel,
            stride,
            padding,
            groups,
            bias,
            choice.batch_size,
        )),
        Layer::Linear { outputs, bias } => {
            layout = input.layout.clone();
            Box::new(linear::Linear::new(input, outputs, bias))
        }
        Layer::MaxPool2d { kernel, stride } => Box::new(max_pool::MaxPool::new(
            before,
            after,
            kernel,
            stride.unwrap_or(kernel),
        )),
        Layer::AveragePool2d { kernel, stride } => Box::new(average_pool::AveragePool::new(
            before,
            after,
            kernel,
            stride.unwrap_or(kernel),
        )),
        Layer::GroupNorm { groups, epsilon } => {
            Box::new(group_norm::GroupNorm::new(before, groups, epsilon))
        }
        Layer::LayerNorm { epsilon } => Box::new(layer_norm::LayerNorm::new(before, epsilon)),
        Layer::Elu {}
        | Layer::Relu {}
        | Layer::Tanh {}
        | Layer::Sigmoid {}
        | Layer::Gelu {}
        | Layer::Flatten {}
        | Layer::Dropout { .. } => unreachable!("{} is not a stage", layer.kind()),
    };
    Chosen {
        stage,
        input: layout,
        output: Boundary::plain(after.to_vec()),
        layers: 1,
    }
}

/// The map for layer `choice.index`, if that layer is an activation or dropout. Any layout will do.
#[must_use]
pub fn map<T: Real>(choice: &Choice<'_>, input: &Boundary) -> Option<Box<dyn Map<T>>> {
    match choice.layers[choice.index] {
        Layer::Elu {} => Some(Box::new(activation::Elu)),
        Layer::Relu {} => Some(Box::new(activation::Relu)),
        Layer::Tanh {} => Some(Box::new(activation::Tanh)),
        Layer::Sigmoid {} => Some(Box::new(activation::Sigmoid)),
        Layer::Gelu {} => Some(Box::new(activation::Gelu::new(input.size()))),
        Layer::Dropout { probability } => Some(Box::new(dropout::Dropout::new(
            input,
            choice.index,
            probability,
        ))),
        _ => None,
    }
}
