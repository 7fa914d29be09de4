//! The first convolution of a colour image by F(4 × 4, 3 × 3): see [`winograd`](super::winograd).
//!
//! With three input channels the products are few, so they are never stored: the 36 products of a tile and four
//! outputs go straight into the output transform. Tiles overlap where 4 does not divide the positions.

use super::winograd::{Four, Tile};
use crate::layout::BLOCK;
use crate::simd::F32x4;

/// Channels of a colour image.
pub const CHANNELS: usize = 3;
/// Outputs of a tile, and its inputs, a side.
const M: usize = 4;
const T: usize = M + 2;
const POINTS: usize = T * T;

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
    /// [`PACKED`] floats a block, `bias` 16.
    ///
    /// # Panics
    /// When the image or the slices are too short.
    #[inline(never)] // one copy serves all callers
    pub fn convolve(&self, packed: &[f32], bias: Option<&[f32]>, output: &mut [f32], apart: usize) {
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
        let mut transformed = [0.0; POINTS * 4];
        let mut x = 0;
        loop {
            self.transform(x, &mut transformed);
            for (block, packed) in packed.chunks_exact(PACKED).enumerate() {
                for q in [0, 2] {
                    let start = |q: usize| match bias {
                        // SAFETY: `bias` has 16 floats a block.
                        Some(bias) => unsafe {
                            F32x4::load(bias.as_ptr().add(block * BLOCK + 4 * q))
                        },
                        None => F32x4::zero(),
                    };
                    let start = [start(q), start(q + 1)];
                    // SAFETY: the tile lies in the image and in the output, as asserted.
                    unsafe {
                        let to = output.as_mut_ptr().add(block * apart + x * BLOCK + 4 * q);
                        tile(
                            &transformed,
                            packed.as_ptr().add(4 * q),
                            start,
                            to,
                            columns * BLOCK,
                        );
                    }
                }
            }
            if x + M >= columns {
                break;
            }
            x = (x + M).min(columns - M);
        }
    }

    /// Bᵀ d B of the tile at column `x`: `[point][channel]`, the fourth lane unused.
    #[inline(never)]
    fn transform(&self, x: usize, transformed: &mut [f32; POINTS * 4]) {
        // SAFETY: the tile's pixels lie in the image; the last load reads one float behind them. Points go to
        // `transformed`.
        unsafe {
            let corner = self
                .image
                .as_ptr()
                .add((self.y * self.width + x) * CHANNELS);
            transform_tile::<M, T, Four>(corner, self.width, transformed.as_mut_ptr(), 4);
        }
    }
}

/// Bᵀ d B of one tile of an image `width` pixels wide, from its first pixel on: `[point][channel]`, the points `apart`
/// floats apart, the fourth lane unused.
///
/// # Safety
/// The tile's pixels and one float behind the last can be read, and T² vectors written.
#[inline(always)]
pub(super) unsafe fn transform_tile<const M: usize, const T: usize, K: Tile<M, T>>(
    corner: *const f32,
    width: usize,
    to: *mut f32,
    apart: usize,
) {
    // SAFETY: by the caller's promise.
    unsafe {
        let columns: [[F32x4; T]; T] = std::array::from_fn(|c| {
            K::input(std::array::from_fn(|r| {
                F32x4::load(corner.add((r * width + c) * CHANNELS))
            }))
        });
        for p in 0..T {
            let row = K::input(std::array::from_fn(|c| columns[c][p]));
            for (s, value) in row.into_iter().enumerate() {
                value.store(to.add((p * T + s) * apart));
            }
        }
    }
}

/// One row of a tile's products, and their output transform along the row, for eight outputs.
///
/// A function of its own, so that its twelve accumulators stay in registers: engines that compile WebAssembly
/// spill them when all six rows become one block of code.
///
/// # Safety
/// `transformed` holds the row's 6 · 4 floats, `packed` its filters from the first of the outputs on.
#[inline(never)]
unsafe fn row_of_products(transformed: *const f32, packed: *const f32, sums: &mut [[F32x4; M]; 2]) {
    let mut products = [[F32x4::zero(); T]; 2];
    for s in 0..T {
        // SAFETY: by the caller's promise.
        unsafe {
            let term = |channel: usize, v: usize| {
                let weights = packed.add((s * CHANNELS + channel) * BLOCK + 4 * v);
                F32x4::load_splat(transformed.add(s * 4 + channel)) * F32x4::load(weights)
            };
            for (v, products) in products.iter_mut().enumerate() {
                products[s] = term(0, v) + term(1, v) + term(2, v);
            }
        }
    }
    *sums = [Four::output(products[0]), Four::output(products[1])];
}

/// Products and output transform of one tile for eight outputs: 4 × 4 positions of two vectors.
///
/// # Safety
/// `packed` holds a block's filters from the first of the outputs on; `output` has 4 rows `row` floats apart of
/// 4 positions 16 floats apart.
#[inline(always)]
unsafe fn tile(
    transformed: &[f32; POINTS * 4],
    packed: *const f32,
    bias: [F32x4; 2],
    output: *mut f32,
    row: usize,
) {
    let mut rows = [[[F32x4::zero(); M]; 2]; T];
    for (p, sums) in rows.iter_mut().enumerate() {
        // SAFETY: p < 6, by the caller's promise.
        unsafe {
            let packed = packed.add(p * T * CHANNELS * BLOCK);
            row_of_products(transformed.as_ptr().add(p * T * 4), packed, sums);
        }
    }
    for v in 0..2 {
        for c in 0..M {
            let column = Four::output(std::array::from_fn(|p| rows[p][v][c]));
            for (r, value) in column.into_iter().enumerate() {
                // SAFETY: by the caller's promise.
                unsafe { (value + bias[v]).store(output.add(r * row + c * BLOCK + 4 * v)) };
            }
        }
    }
}
