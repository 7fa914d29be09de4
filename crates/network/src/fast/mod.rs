//! SIMD kernels in f32 for the shapes that matter: 3 × 3 convolutions without stride or padding on blocked
//! channels, with or without max pooling behind them, and linear layers of any size.
//!
//! Activations lie in blocks of 16 channels ([`Layout::Blocked`]): one pixel of a block is one cache line, three
//! horizontal taps are 48 neighbouring floats, and pooling with its arg-max is lane by lane.
//!
//! Behind a P × P max pool only 1/P² of a convolution's deltas is not zero. The backward kernels list those and
//! touch nothing else: exact, and P² times less work.

pub mod dense_conv;
pub mod depthwise_conv;
pub mod elu;
pub mod gramian;
pub mod image_conv;
pub mod image_gradient;
pub mod image_winograd;
pub mod linear;
pub mod pool;
pub mod winograd;

use crate::description::Layer;
use crate::layout::{BLOCK, Boundary, Layout};
use crate::simd::F32x4;
use crate::stage::{Choice, Chosen};
use dense_conv::DenseConv;
use depthwise_conv::DepthwiseConv;
use image_conv::ImageConv;
use linear::Linear;

/// Positions, or tiles, whose sums over 16 outputs are taken together: 8 sums, 2 inputs, a weight and a product leave
/// room among 16 registers. With a third, engines that compile WebAssembly keep sums in memory, and each addition waits
/// for the store of the last.
const PAIR: usize = 2;

/// sums[p] += Σ_j inputs[p · apart + j] · weights[16 j..], j < `count`.
///
/// # Safety
/// `inputs` has `count` floats from each of the two places on, `weights` 16 · `count`.
#[inline(always)]
unsafe fn add_products(
    sums: &mut [[F32x4; 4]; PAIR],
    inputs: *const f32,
    apart: usize,
    weights: *const f32,
    count: usize,
) {
    for j in 0..count {
        // SAFETY: by the caller's promise.
        unsafe {
            let a: [F32x4; PAIR] =
                std::array::from_fn(|p| F32x4::load_splat(inputs.add(p * apart + j)));
            for q in 0..4 {
                let w = F32x4::load(weights.add(j * BLOCK + 4 * q));
                for p in 0..PAIR {
                    sums[p][q] += a[p] * w;
                }
            }
        }
    }
}

/// Calls `visit` with the place of each vector of `length` floats, a multiple of 4; two a round: to move on to the next costs
/// an instruction a pointer, a fifth of a short loop.
#[inline(always)]
fn for_each_vector(length: usize, mut visit: impl FnMut(usize)) {
    for pair in (0..length / 8).map(|pair| 8 * pair) {
        visit(pair);
        visit(pair + 4);
    }
    if length % 8 >= 4 {
        visit(length / 8 * 8);
    }
}

/// A 3 × 3 convolution of stride 1 without padding, and the max pool behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Input channels.
    pub channels: usize,
    /// Input rows.
    pub height: usize,
    /// Input columns.
    pub width: usize,
    /// Output channels.
    pub outputs: usize,
    /// Side and stride of the pool's windows; 1 without a pool.
    pub pool: usize,
    /// Whether there is a bias.
    pub bias: bool,
}

impl Geometry {
    /// Rows after the pool.
    #[must_use]
    pub const fn rows(&self) -> usize {
        (self.height - 2) / self.pool
    }
    /// Columns after the pool.
    #[must_use]
    pub const fn columns(&self) -> usize {
        (self.width - 2) / self.pool
    }
    /// Cells of one output channel after the pool.
    #[must_use]
    pub const fn cells(&self) -> usize {
        self.rows() * self.columns()
    }
    /// Convolution positions that some window covers: rows and columns.
    #[must_use]
    pub const fn positions(&self) -> (usize, usize) {
        (self.rows() * self.pool, self.columns() * self.pool)
    }
    /// The biases of one block of outputs, out of those of all outputs; zeros without a bias.
    fn bias_of(&self, biases: &[f32], block: usize) -> [F32x4; 4] {
        if !self.bias {
            return [F32x4::zero(); 4];
        }
        let bias = &biases[block * BLOCK..][..BLOCK];
        // SAFETY: 16 floats.
        std::array::from_fn(|q| unsafe { F32x4::load(bias.as_ptr().add(4 * q)) })
    }
    /// Calls `visit(o, i, ky, kx)` for every weight of a dense convolution.
    fn for_each_weight(&self, mut visit: impl FnMut(usize, usize, usize, usize)) {
        for o in 0..self.outputs {
            for i in 0..self.channels {
                for tap in 0..9 {
                    visit(o, i, tap / 3, tap % 3);
                }
            }
        }
    }
}

fn identity(channels: usize) -> Layout {
    Layout::Blocked {
        channels: (0..channels).collect(),
    }
}

/// The fast stage for the layers from `choice.index` on, if their shapes allow one.
#[must_use]
pub fn choose(choice: &Choice<'_>, input: &Boundary) -> Option<Chosen<f32>> {
    match choice.layers[choice.index] {
        Layer::Linear { outputs, bias, .. } if input.shape.len() == 1 => {
            let stage = Linear::new(&input.order(), outputs, bias);
            Some(Chosen {
                stage: Box::new(stage),
                input: input.layout.clone(),
                output: Boundary::plain(vec![outputs]),
                layers: 1,
            })
        }
        Layer::Conv2d {
            outputs,
            kernel: 3,
            stride: 1,
            padding: 0,
            groups,
            bias,
            ..
        } => {
            let &[channels, height, width] = &input.shape[..] else {
                return None;
            };
            let pool = match choice.layers.get(choice.index + 1) {
                Some(&Layer::MaxPool2d {
                    kernel: kernel @ 2..=3,
                    stride,
                }) if stride.is_none_or(|s| s == kernel) && height.min(width) >= 2 + kernel => {
                    kernel
                }
                _ => 1,
            };
            let layers = if pool > 1 { 2 } else { 1 };
            let geometry = Geometry {
                channels,
                height,
                width,
                outputs,
                pool,
                bias,
            };
            // Kernels run over tiles of three or four neighbouring positions.
            if outputs % BLOCK != 0 || geometry.columns() * pool < 4 {
                return None;
            }
            let blocked = |channels: Vec<usize>| Boundary {
                shape: vec![outputs, geometry.rows(), geometry.columns()],
                layout: Layout::Blocked { channels },
            };
            if groups == 1 && channels <= 4 && !choice.needs_delta {
                let output = blocked((0..outputs).collect());
                return Some(Chosen {
                    stage: Box::new(ImageConv::new(geometry)),
                    input: Layout::Pixels,
                    output,
                    layers,
                });
            }
            if channels % BLOCK != 0 {
                return None;
            }
            let layout = match input.layout {
                Layout::Blocked { .. } => input.layout.clone(),
                _ => identity(channels),
            };
            let Layout::Blocked { channels: order } = &layout else {
                return None;
            };
            if groups == channels && (outputs == channels || outputs == 2 * channels) {
                let stage = DepthwiseConv::new(geometry, order.clone());
                let output = blocked(stage.output_channels());
                return Some(Chosen {
                    stage: Box::new(stage),
                    input: layout,
                    output,
                    layers,
                });
            }
            if groups == 1 {
                let stage = DenseConv::new(geometry, order.clone());
                let output = blocked((0..outputs).collect());
                return Some(Chosen {
                    stage: Box::new(stage),
                    input: layout,
                    output,
                    layers,
                });
            }
            None
        }
        _ => None,
    }
}
