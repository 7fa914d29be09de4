//! The first convolution of a colour image by F(4 × 4, 3 × 3): see [`winograd`](super::winograd).
//!
//! Two neighbouring tiles go together, so that every filter that is loaded serves both: their inputs are transformed,
//! multiplied with the filters of 16 outputs, and the products transformed back, each step a small loop that engines
//! compile without keeping sums in memory. Tiles overlap where 4 does not divide the positions.

use super::PAIR;
use super::winograd::{Four, Tile, add_bias, finish_tile, transform_tile};
use crate::layout::BLOCK;
use crate::simd::F32x4;

/// Channels of a colour image.
pub const CHANNELS: usize = 3;
/// Outputs of a tile, and its inputs, a side.
const M: usize = 4;
const T: usize = M + 2;
const POINTS: usize = T * T;

/// Floats of two tiles' transformed inputs, `[tile][point][channel, a fourth unused]`, and of their products with a block
/// of 16 outputs, `[tile][point][16 outputs]`.
const PIXELS: usize = PAIR * POINTS * 4;
const PRODUCTS: usize = PAIR * POINTS * BLOCK;

/// Floats of scratch that [`Rows::convolve`] needs.
pub const SCRATCH: usize = PIXELS + PRODUCTS;

/// Floats of the transformed filters of one block of 16 outputs: `[point][channel][16 outputs]`.
pub const PACKED: usize = POINTS * CHANNELS * BLOCK;

/// G g Gᵀ of the filters of one block, given as `[ky][kx][channel][16 outputs]`.
///
/// # Panics
/// When `filters` has not 27 · 16 entries or `packed` not [`PACKED`].
pub fn pack(filters: &[f32], packed: &mut [f32]) {
    assert!(filters.len() == 9 * CHANNELS * BLOCK && packed.len() == PACKED);
    for channel in 0..CHANNELS {
        for q in 0..4 {
            let combine = |row: &[f32; 3], g: [F32x4; 3]| {
                F32x4::splat(row[0]) * g[0]
                    + F32x4::splat(row[1]) * g[1]
                    + F32x4::splat(row[2]) * g[2]
            };
            let filter = |ky: usize, kx: usize| {
                let at = ((ky * 3 + kx) * CHANNELS + channel) * BLOCK + 4 * q;
                // SAFETY: a checked slice of four floats.
                unsafe { F32x4::load(filters[at..at + 4].as_ptr()) }
            };
            for (p, row) in Four::FILTER.iter().enumerate() {
                let columns: [F32x4; 3] = std::array::from_fn(|kx| {
                    combine(row, std::array::from_fn(|ky| filter(ky, kx)))
                });
                for (s, row) in Four::FILTER.iter().enumerate() {
                    let at = ((p * T + s) * CHANNELS + channel) * BLOCK + 4 * q;
                    // SAFETY: a checked slice of four floats.
                    unsafe { combine(row, columns).store(packed[at..at + 4].as_mut_ptr()) };
                }
            }
        }
    }
}

/// Four neighbouring rows of positions, from row `y` on, of all blocks of outputs.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// The image, `[row][column][3]`, with at least one float behind its last pixel.
    pub image: &'a [f32],
    /// Pixels of an image row.
    pub width: usize,
    /// First row of the four.
    pub y: usize,
    /// Positions of a row: `width` − 2, or fewer; at least 4.
    pub columns: usize,
}

impl Rows<'_> {
    /// Writes the four rows of block b, `[row][column][16]`, to `output[b · apart..]`. `packed` holds
    /// [`PACKED`] floats a block, `bias` 16, `scratch` [`SCRATCH`].
    ///
    /// # Panics
    /// When the image or the slices are too short.
    #[inline(never)] // one copy serves all callers
    pub fn convolve(
        &self,
        packed: &[f32],
        bias: Option<&[f32]>,
        output: &mut [f32],
        apart: usize,
        scratch: &mut [f32],
    ) {
        let Self {
            image,
            width,
            y,
            columns,
        } = *self;
        let blocks = packed.len() / PACKED;
        assert!(columns >= M && columns + 2 <= width);
        assert!(image.len() > ((y + T) * width) * CHANNELS);
        assert!(output.len() >= (blocks - 1) * apart + M * columns * BLOCK);
        assert!(bias.is_none_or(|bias| bias.len() >= blocks * BLOCK));
        let (pixels, scratch) = scratch.split_at_mut(PIXELS);
        let products = &mut scratch[..PRODUCTS];
        let mut x = 0;
        loop {
            // The last two of an odd number are one and the same.
            let starts = [x, (x + M).min(columns - M)];
            for (tile, x) in starts.into_iter().enumerate() {
                self.transform(x, &mut pixels[tile * POINTS * 4..]);
            }
            for (block, packed) in packed.chunks_exact(PACKED).enumerate() {
                let bias = bias.map(|bias| &bias[block * BLOCK..][..BLOCK]);
                multiply(pixels, packed, bias, products);
                for (x, products) in starts
                    .into_iter()
                    .zip(products.chunks_exact(POINTS * BLOCK))
                {
                    let output = &mut output[block * apart + x * BLOCK..];
                    finish(products, output, columns * BLOCK);
                }
            }
            if x + PAIR * M >= columns {
                break;
            }
            x = (x + PAIR * M).min(columns - M);
        }
    }

    /// Bᵀ d B of the tile at column `x`: `[point][channel]`, the fourth lane unused.
    #[inline(never)]
    fn transform(&self, x: usize, transformed: &mut [f32]) {
        assert!(transformed.len() >= POINTS * 4);
        // SAFETY: the tile's pixels lie in the image; the last load reads one float behind them. Points go to
        // `transformed`.
        unsafe {
            let corner = self
                .image
                .as_ptr()
                .add((self.y * self.width + x) * CHANNELS);
            let strides = (self.width * CHANNELS, CHANNELS);
            transform_tile::<M, T, Four>(corner, strides, transformed.as_mut_ptr(), 4);
        }
    }
}

/// Products of both tiles with the filters of 16 outputs, summed over the channels, and the bias.
#[inline(never)] // its registers to itself
fn multiply(pixels: &[f32], packed: &[f32], bias: Option<&[f32]>, products: &mut [f32]) {
    assert!(pixels.len() >= PIXELS && packed.len() >= PACKED && products.len() >= PRODUCTS);
    for point in 0..POINTS {
        // SAFETY: as asserted.
        unsafe {
            let a: [[F32x4; CHANNELS]; PAIR] = std::array::from_fn(|tile| {
                let from = pixels.as_ptr().add((tile * POINTS + point) * 4);
                std::array::from_fn(|channel| F32x4::load_splat(from.add(channel)))
            });
            for q in 0..4 {
                let w: [F32x4; CHANNELS] = std::array::from_fn(|channel| {
                    let at = (point * CHANNELS + channel) * BLOCK + 4 * q;
                    F32x4::load(packed.as_ptr().add(at))
                });
                for (tile, a) in a.iter().enumerate() {
                    let sum = a[0] * w[0] + a[1] * w[1] + a[2] * w[2];
                    let to = products.as_mut_ptr();
                    sum.store(to.add((tile * POINTS + point) * BLOCK + 4 * q));
                }
            }
        }
    }
    if let Some(bias) = bias {
        for products in products.chunks_exact_mut(POINTS * BLOCK) {
            add_bias(bias, &mut products[(T + 1) * BLOCK..][..BLOCK]);
        }
    }
}

/// Aᵀ m A of one tile's products: 4 rows, `row` floats apart, of 4 positions of 16 outputs.
#[inline(never)] // its registers to itself
fn finish(products: &[f32], output: &mut [f32], row: usize) {
    assert!(products.len() >= POINTS * BLOCK && output.len() >= (M - 1) * row + M * BLOCK);
    for q in 0..4 {
        // SAFETY: as asserted.
        unsafe {
            let from = products.as_ptr().add(4 * q);
            finish_tile::<M, T, Four>(from, BLOCK, output.as_mut_ptr().add(4 * q), row);
        }
    }
}
