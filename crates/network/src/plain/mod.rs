//! General kernels: any shape, in f32 and f64, one layer each, in PyTorch's order.
//!
//! They are the reference that the fast kernels are measured against, and what runs wherever no fast kernel
//! fits. Inner loops run over contiguous memory.

pub mod activation;
pub mod average_pool;
pub mod conv2d;
pub mod dropout;
pub mod embedding;
pub mod group_norm;
pub mod last_step;
pub mod layer_norm;
pub mod linear;
pub mod max_pool;
mod parameters;
mod products;
pub mod recurrent;
pub mod reorder;
mod standardise;
mod tiles;
mod window_products;
mod window_sums;
mod windows;

use crate::description::Layer;
use crate::layout::{Boundary, Layout};
use crate::plan::LayerPlan;
use crate::real::Real;
use crate::stage::{Chosen, Map, Stage};

/// The plain stage for `layer`, planned as `plan`, at batches of `batch_size` examples.
///
/// It reads [`Layout::Plain`], except for a linear layer, which reads any order of its features.
///
/// # Panics
/// For a layer that is no stage: an activation or dropout ([`map`]), flatten, or a sum.
#[must_use]
pub fn stage<T: Real>(
    layer: &Layer,
    plan: &LayerPlan,
    batch_size: usize,
    input: &Boundary,
) -> Chosen<T> {
    let (before, after) = (&plan.input[..], &plan.output[..]);
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
            before, after, kernel, stride, padding, groups, bias, batch_size,
        )),
        Layer::Linear { outputs, bias, .. } => {
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
        Layer::GroupNorm {
            groups, epsilon, ..
        } => Box::new(group_norm::GroupNorm::new(before, groups, epsilon)),
        Layer::LayerNorm { epsilon, .. } => Box::new(layer_norm::LayerNorm::new(before, epsilon)),
        Layer::Embedding { entries, width, .. } => {
            Box::new(embedding::Embedding::new(before[0], entries, width))
        }
        Layer::Recurrent { hidden, bias, .. } => Box::new(recurrent::Recurrent::new(
            before[0], before[1], hidden, bias,
        )),
        Layer::LastStep {} => Box::new(last_step::LastStep::new(before[0], before[1])),
        Layer::Elu {}
        | Layer::Relu {}
        | Layer::Tanh {}
        | Layer::Sigmoid {}
        | Layer::Gelu {}
        | Layer::Flatten {}
        | Layer::Dropout { .. }
        | Layer::Sum { .. } => unreachable!("{} is not a stage", layer.kind()),
    };
    Chosen {
        stage,
        input: layout,
        output: Boundary::plain(after.to_vec()),
        layers: 1,
    }
}

/// The map for `layer`, number `index` of the network, if it is an activation or dropout. Any layout will do.
#[must_use]
pub fn map<T: Real>(layer: &Layer, index: usize, input: &Boundary) -> Option<Box<dyn Map<T>>> {
    match *layer {
        Layer::Elu {} => Some(Box::new(activation::Elu)),
        Layer::Relu {} => Some(Box::new(activation::Relu)),
        Layer::Tanh {} => Some(Box::new(activation::Tanh)),
        Layer::Sigmoid {} => Some(Box::new(activation::Sigmoid)),
        Layer::Gelu {} => Some(Box::new(activation::Gelu::new(input.size()))),
        Layer::Dropout { probability } => {
            Some(Box::new(dropout::Dropout::new(input, index, probability)))
        }
        _ => None,
    }
}
