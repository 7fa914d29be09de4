//! 3 × 3 convolution by Winograd's minimal filtering F(m × m, 3 × 3): Y = Aᵀ [(G g Gᵀ) ∘ (Bᵀ d B)] A
//! (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016).
//!
//! A tile of m × m outputs costs (m + 2)² multiplications an input channel instead of 9 m²: 4 times fewer for
//! m = 4, 3.2 times for m = 3. Errors grow with m: in f32 about 5 · 10⁻⁷ relative instead of 2 · 10⁻⁷ for these two.
//! Used in the forward pass, and in the backward pass of colour images without a pool
//! ([`image_gradient`](super::image_gradient)): behind a pool the sparse backward is as fast and exact.

use super::{PAIR, add_products};
use crate::layout::BLOCK;
use crate::simd::F32x4;
use std::hint::black_box;
use std::mem::MaybeUninit;

/// One dimension of a tile of `M` outputs from `T` = `M` + 2 inputs.
pub trait Tile<const M: usize, const T: usize> {
    /// G, T × 3.
    const FILTER: [[f32; 3]; T];
    /// Bᵀ d.
    fn input(d: [F32x4; T], by: Factors) -> [F32x4; T];
    /// Aᵀ m.
    fn output(m: [F32x4; T], by: Factors) -> [F32x4; M];
}

/// F(4, 3) at the points 0, ±1, ±2, ∞.
#[derive(Debug)]
pub struct Four;
/// F(3, 3) at the points 0, ±1, 2, ∞.
#[derive(Debug)]
pub struct Three;

/// What transforms multiply with, in registers. Not additions instead: there are more of those than of multiplications.
#[derive(Clone, Copy, Debug)]
pub struct Factors {
    two: F32x4,
    four: F32x4,
    five: F32x4,
    eight: F32x4,
}

impl Factors {
    /// Loads them.
    #[inline(always)]
    #[must_use]
    pub fn held() -> Self {
        Self {
            two: F32x4::held(&2.0),
            four: F32x4::held(&4.0),
            five: F32x4::held(&5.0),
            eight: F32x4::held(&8.0),
        }
    }
}

#[inline(always)]
fn times(factor: f32, v: F32x4) -> F32x4 {
    F32x4::splat(factor) * v
}

impl Tile<4, 6> for Four {
    const FILTER: [[f32; 3]; 6] = [
        [1.0 / 4.0, 0.0, 0.0],
        [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
        [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
        [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
        [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
        [0.0, 0.0, 1.0],
    ];
    #[inline(always)]
    fn input(d: [F32x4; 6], by: Factors) -> [F32x4; 6] {
        let (even, odd) = (d[4] - by.four * d[2], d[3] - by.four * d[1]);
        let (outer, inner) = (d[4] - d[2], by.two * (d[3] - d[1]));
        let first = by.four * d[0] - by.five * d[2] + d[4];
        let last = by.four * d[1] - by.five * d[3] + d[5];
        [
            first,
            even + odd,
            even - odd,
            outer + inner,
            outer - inner,
            last,
        ]
    }
    #[inline(always)]
    fn output(m: [F32x4; 6], by: Factors) -> [F32x4; 4] {
        let (s, d) = (m[1] + m[2], m[1] - m[2]);
        let (s2, d2) = (m[3] + m[4], m[3] - m[4]);
        [
            m[0] + s + s2,
            d + by.two * d2,
            s + by.four * s2,
            d + by.eight * d2 + m[5],
        ]
    }
}

impl Tile<3, 5> for Three {
    const FILTER: [[f32; 3]; 5] = [
        [1.0 / 2.0, 0.0, 0.0],
        [-1.0 / 2.0, -1.0 / 2.0, -1.0 / 2.0],
        [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
        [1.0 / 6.0, 1.0 / 3.0, 2.0 / 3.0],
        [0.0, 0.0, 1.0],
    ];
    #[inline(always)]
    fn input(d: [F32x4; 5], by: Factors) -> [F32x4; 5] {
        let (twice, step) = (by.two * d[1], d[3] - d[2]);
        [
            by.two * (d[0] - d[2]) + d[3] - d[1],
            step - twice,
            step - by.two * d[2] + twice,
            d[3] - d[1],
            by.two * (d[1] - d[3]) + d[4] - d[2],
        ]
    }
    #[inline(always)]
    fn output(m: [F32x4; 5], by: Factors) -> [F32x4; 3] {
        let (s, d) = (m[1] + m[2], m[1] - m[2]);
        [
            m[0] + s + m[3],
            d + by.two * m[3],
            s + by.four * m[3] + m[4],
        ]
    }
}

impl Three {
    /// A y, the adjoint of [`Tile::output`].
    #[inline(always)]
    pub fn output_adjoint(y: [F32x4; 3], by: Factors) -> [F32x4; 5] {
        let outer = y[0] + y[2];
        let far = y[0] + by.four * y[2];
        [y[0], outer + y[1], outer - y[1], far + by.two * y[1], y[2]]
    }
    /// Gᵀ m, the adjoint of the filters' transform.
    #[inline(never)] // once an example: small before fast
    pub fn filter_adjoint(m: [F32x4; 5]) -> [F32x4; 3] {
        std::array::from_fn(|k| {
            let mut sum = times(Self::FILTER[0][k], m[0]);
            for (row, &m) in Self::FILTER.iter().zip(&m).skip(1) {
                sum += times(row[k], m);
            }
            sum
        })
    }
}

/// Most points of a side.
const MOST: usize = 6;

/// Bᵀ d B of one tile of four lanes: pixel (r, c) lies at `corner + r · row + c · pixel`, point (p, s) goes to
/// `to + (p · T + s) · apart`.
///
/// Lines go through memory, one at a time: all of a tile at once has more values than there are registers, and engines
/// that compile WebAssembly move them about one by one.
///
/// # Safety
/// All of these hold four floats that can be read, or written.
#[inline(always)]
pub unsafe fn transform_tile<const M: usize, const T: usize, K: Tile<M, T>>(
    corner: *const f32,
    (row, pixel): (usize, usize),
    to: *mut f32,
    apart: usize,
) {
    let mut lines = MaybeUninit::<[F32x4; MOST * MOST]>::uninit();
    let lines = lines.as_mut_ptr().cast::<f32>();
    let factors = Factors::held();
    let count = black_box(T); // hidden from the compiler, which would else unroll the loops
    // SAFETY: by the caller's promise; T ≤ MOST, and every line is written before it is read.
    unsafe {
        for c in 0..count {
            let from = corner.add(c * pixel);
            let line = std::array::from_fn(|r| F32x4::load(from.add(r * row)));
            let line = K::input(line, factors);
            for (p, value) in line.into_iter().enumerate() {
                value.store(lines.add((p * T + c) * 4));
            }
        }
        for p in 0..count {
            let from = lines.add(p * T * 4);
            let line = std::array::from_fn(|c| F32x4::load(from.add(4 * c)));
            let line = K::input(line, factors);
            let to = to.add(p * T * apart);
            for (s, value) in line.into_iter().enumerate() {
                value.store(to.add(s * apart));
            }
        }
    }
}

/// Aᵀ m A of one tile of four lanes: point (p, s) lies at `from + (p · T + s) · apart`, output (r, c) goes
/// to `to + r · row + c · BLOCK`. Lines go through memory as in [`transform_tile`].
///
/// # Safety
/// All of these hold four floats that can be read, or written.
#[inline(always)]
pub unsafe fn finish_tile<const M: usize, const T: usize, K: Tile<M, T>>(
    from: *const f32,
    apart: usize,
    to: *mut f32,
    row: usize,
) {
    let mut lines = MaybeUninit::<[F32x4; MOST * MOST]>::uninit();
    let lines = lines.as_mut_ptr().cast::<f32>();
    let factors = Factors::held();
    let (points, outputs) = (black_box(T), black_box(M));
    // SAFETY: by the caller's promise; M < T ≤ MOST, and every line is written before it is read.
    unsafe {
        for s in 0..points {
            let from = from.add(s * apart);
            let line = std::array::from_fn(|p| F32x4::load(from.add(p * T * apart)));
            let line = K::output(line, factors);
            for (r, value) in line.into_iter().enumerate() {
                value.store(lines.add((r * T + s) * 4));
            }
        }
        for r in 0..outputs {
            let from = lines.add(r * T * 4);
            let line = std::array::from_fn(|s| F32x4::load(from.add(4 * s)));
            let line = K::output(line, factors);
            let to = to.add(r * row);
            for (c, value) in line.into_iter().enumerate() {
                value.store(to.add(c * BLOCK));
            }
        }
    }
}

/// Adds the bias of 16 outputs to the products of tiles at the point 1 of both dimensions: there Aᵀ has ones, so that it
/// comes to all outputs.
pub fn add_bias(bias: &[f32], products: &mut [f32]) {
    for products in products.chunks_exact_mut(BLOCK) {
        for (product, bias) in products.iter_mut().zip(bias) {
            *product += bias;
        }
    }
}

/// The convolution of one example: blocked channels in, blocked channels out, tiles in whole rows and columns.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Input channels, a multiple of 16.
    pub channels: usize,
    /// Output channels, a multiple of 16.
    pub outputs: usize,
    /// Input rows and columns.
    pub input: (usize, usize),
    /// Tiles in rows and columns; at least 2 in all.
    pub tiles: (usize, usize),
}

impl Shape {
    const fn count(&self) -> usize {
        self.tiles.0 * self.tiles.1
    }

    /// Floats of the transformed filters.
    #[must_use]
    pub const fn packed_count(&self, tile: usize) -> usize {
        tile * tile * self.channels * self.outputs
    }

    /// Floats of scratch: transformed inputs, and one block of products.
    #[must_use]
    pub const fn scratch_count(&self, tile: usize) -> usize {
        tile * tile * self.count() * (self.channels + BLOCK)
    }

    /// G g Gᵀ of the filters of one block of outputs, as `[point][input][16 outputs]`, from the parameters
    /// `[input block][ky][output][kx][16 inputs]`.
    pub fn pack<const M: usize, const T: usize, K: Tile<M, T>>(
        &self,
        output_block: usize,
        parameters: &[f32],
        packed: &mut [f32],
    ) {
        let row = 3 * BLOCK;
        for block in 0..self.channels / BLOCK {
            for o in 0..BLOCK {
                let output = output_block * BLOCK + o;
                let g = |ky: usize, kx: usize, q: usize| {
                    let start =
                        ((block * 3 + ky) * self.outputs + output) * row + kx * BLOCK + 4 * q;
                    // SAFETY: a checked slice of four floats.
                    unsafe { F32x4::load(parameters[start..start + 4].as_ptr()) }
                };
                for q in 0..4 {
                    // Rows first: T × 3, then columns.
                    let rows: [[F32x4; 3]; T] = std::array::from_fn(|p| {
                        std::array::from_fn(|kx| {
                            let [a, b, c] = K::FILTER[p];
                            times(a, g(0, kx, q)) + times(b, g(1, kx, q)) + times(c, g(2, kx, q))
                        })
                    });
                    for (p, row) in rows.iter().enumerate() {
                        for s in 0..T {
                            let [a, b, c] = K::FILTER[s];
                            let lanes =
                                (times(a, row[0]) + times(b, row[1]) + times(c, row[2])).to_array();
                            let start = (p * T + s) * self.channels + block * BLOCK + 4 * q;
                            for (lane, value) in lanes.into_iter().enumerate() {
                                packed[(start + lane) * BLOCK + o] = value;
                            }
                        }
                    }
                }
            }
        }
    }

    /// Bᵀ d B of every tile, as `[point][tile][channel]`.
    #[inline(never)] // one copy serves all callers
    pub fn transform<const M: usize, const T: usize, K: Tile<M, T>>(
        &self,
        input: &[f32],
        transformed: &mut [f32],
    ) {
        let (height, width) = self.input;
        let tiles = self.count();
        assert!(
            input.len() >= self.channels * height * width
                && transformed.len() >= T * T * tiles * self.channels
        );
        assert!((self.tiles.0 * M + 2 <= height) && (self.tiles.1 * M + 2 <= width));
        for block in 0..self.channels / BLOCK {
            for tile in 0..tiles {
                let (y, x) = (tile / self.tiles.1 * M, tile % self.tiles.1 * M);
                for q in 0..4 {
                    // SAFETY: tiles lie inside the image, points and tiles inside `transformed`, as asserted.
                    unsafe {
                        let corner = input
                            .as_ptr()
                            .add(((block * height + y) * width + x) * BLOCK + 4 * q);
                        let to = transformed
                            .as_mut_ptr()
                            .add(tile * self.channels + block * BLOCK + 4 * q);
                        let apart = tiles * self.channels;
                        transform_tile::<M, T, K>(corner, (width * BLOCK, BLOCK), to, apart);
                    }
                }
            }
        }
    }

    /// Products of one output block at every point, as `[point][tile][16 outputs]`, and its bias if it has one.
    #[inline(never)] // one copy serves all callers
    pub fn multiply<const T: usize>(
        &self,
        transformed: &[f32],
        packed: &[f32],
        bias: Option<&[f32]>,
        products: &mut [f32],
    ) {
        let (tiles, channels) = (self.count(), self.channels);
        assert!(tiles >= PAIR && transformed.len() >= T * T * tiles * channels);
        assert!(
            packed.len() >= T * T * channels * BLOCK && products.len() >= T * T * tiles * BLOCK
        );
        for point in 0..T * T {
            let mut tile = 0;
            loop {
                let mut sums = [[F32x4::zero(); 4]; PAIR];
                // SAFETY: point < T², the tiles from `tile` on exist, as asserted.
                unsafe {
                    let inputs = transformed.as_ptr().add((point * tiles + tile) * channels);
                    let weights = packed.as_ptr().add(point * channels * BLOCK);
                    add_products(&mut sums, inputs, channels, weights, channels);
                    for (p, sum) in sums.iter().enumerate() {
                        let to = products
                            .as_mut_ptr()
                            .add((point * tiles + tile + p) * BLOCK);
                        for (q, &s) in sum.iter().enumerate() {
                            s.store(to.add(4 * q));
                        }
                    }
                }
                if tile + PAIR >= tiles {
                    break;
                }
                tile = (tile + PAIR).min(tiles - PAIR);
            }
        }
        if let Some(bias) = bias {
            add_bias(
                bias,
                &mut products[(T + 1) * tiles * BLOCK..][..tiles * BLOCK],
            );
        }
    }

    /// Aᵀ m A of the tiles of one row of tiles, as `M` rows of `tiles · M` positions of 16 outputs.
    #[inline(never)] // one copy serves all callers
    pub fn finish<const M: usize, const T: usize, K: Tile<M, T>>(
        &self,
        products: &[f32],
        tile_row: usize,
        strip: &mut [f32],
    ) {
        let (tiles, width) = (self.count(), self.tiles.1 * M);
        assert!(
            tile_row < self.tiles.0
                && products.len() >= T * T * tiles * BLOCK
                && strip.len() >= M * width * BLOCK
        );
        for column in 0..self.tiles.1 {
            let tile = tile_row * self.tiles.1 + column;
            for q in 0..4 {
                // SAFETY: the tile exists and its outputs lie in the strip, as asserted.
                unsafe {
                    let from = products.as_ptr().add(tile * BLOCK + 4 * q);
                    let to = strip.as_mut_ptr().add(column * M * BLOCK + 4 * q);
                    finish_tile::<M, T, K>(from, tiles * BLOCK, to, width * BLOCK);
                }
            }
        }
    }
}
