//! The weight gradient of the first convolution of a colour image, no pool behind it, as the adjoint of
//! F(3 × 3, 3 × 3): see [`winograd`](super::winograd).
//!
//! Where Y = Aᵀ [(G g Gᵀ) ∘ (Bᵀ d B)] A, the gradient by g of what has the gradient D by Y is
//! Gᵀ [Σ (A D Aᵀ) ∘ (Bᵀ d B)] G, the sum over tiles: 25 multiplications a tile, input and output in place of 81.

use super::image_winograd::CHANNELS;
use super::winograd::{Factors, Three, transform_tile};
use crate::layout::BLOCK;
use crate::simd::F32x4;
use std::hint::black_box;
use std::mem::MaybeUninit;

/// Positions of a tile, and its pixels, a side.
const M: usize = 3;
const T: usize = M + 2;
const POINTS: usize = T * T;
/// Neighbouring tiles whose transforms are held at a time: with the sums of a block, 26 KB.
const TILES: usize = 10;

/// Floats of Σ (A D Aᵀ) ∘ (Bᵀ d B) for a block of 16 outputs: `[point][channel][16 outputs]`.
const SUMS: usize = POINTS * CHANNELS * BLOCK;
/// Floats of Bᵀ d B of neighbouring tiles: `[point][tile][channel]`, the fourth lane unused.
const PIXELS: usize = POINTS * TILES * 4;
/// Floats of A D Aᵀ of the same tiles: `[point][tile][16 outputs]`.
const DELTAS: usize = POINTS * TILES * BLOCK;

/// Floats of scratch for `blocks` blocks of 16 outputs.
#[must_use]
pub const fn scratch_count(blocks: usize) -> usize {
    PIXELS + DELTAS + blocks * SUMS
}

/// One example's image and where the convolution has positions.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    /// `[row][column][3]`, with at least one float behind the last pixel.
    pub pixels: &'a [f32],
    /// Pixels of a row.
    pub width: usize,
    /// Rows and columns of positions, at least 3 each; two fewer than those of the image, or less.
    pub positions: (usize, usize),
}

/// A row of tiles. The last row overlaps the one before it where 3 does not divide the positions: from the position
/// `y` on its first `used` rows are counted already.
#[derive(Clone, Copy)]
struct Row {
    y: usize,
    used: usize,
}

/// Where the tiles of `positions` positions begin, and how many positions of each the one before has.
fn tiles(positions: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..positions.div_ceil(M)).map(move |t| {
        let start = (t * M).min(positions - M);
        (start, t * M - start)
    })
}

impl Image<'_> {
    /// Writes to `gradient`, or adds to it, the gradient of each block's filters `[ky][kx][channel][16 outputs]`, the
    /// blocks `apart` floats apart, from `deltas`, `[block][row][column][16]`.
    ///
    /// # Panics
    /// When the image or a slice is too short.
    pub fn filter_gradient(
        &self,
        deltas: &[f32],
        scratch: &mut [f32],
        gradient: &mut [f32],
        apart: usize,
        add: bool,
    ) {
        let (rows, columns) = self.positions;
        let size = rows * columns * BLOCK;
        let blocks = deltas.len() / size;
        assert!(rows >= M && columns >= M && columns + 2 <= self.width);
        assert!(self.pixels.len() > (rows + 2) * self.width * CHANNELS);
        let (pixels, scratch) = scratch.split_at_mut(PIXELS);
        let (spread, scratch) = scratch.split_at_mut(DELTAS);
        let sums = &mut scratch[..blocks * SUMS];
        sums.fill(0.0);
        for (y, used) in tiles(rows) {
            let row = Row { y, used };
            let mut starts = tiles(columns).peekable();
            while starts.peek().is_some() {
                let mut held = [(0, 0); TILES];
                let mut count = 0;
                for (slot, start) in held.iter_mut().zip(&mut starts) {
                    *slot = start;
                    count += 1;
                }
                let held = &held[..count];
                self.transform(row, held, pixels);
                for (deltas, sums) in deltas.chunks_exact(size).zip(sums.chunks_exact_mut(SUMS)) {
                    self.spread(row, held, deltas, spread);
                    accumulate(count, pixels, spread, sums);
                }
            }
        }
        for (sums, gradient) in sums.chunks_exact(SUMS).zip(gradient.chunks_mut(apart)) {
            finish(sums, gradient, add);
        }
    }

    /// Bᵀ d B of the tiles.
    #[inline(never)] // one copy, and its registers to itself
    fn transform(&self, row: Row, tiles: &[(usize, usize)], transformed: &mut [f32]) {
        assert!(tiles.len() <= TILES && transformed.len() >= PIXELS);
        for (tile, &(x, _)) in tiles.iter().enumerate() {
            // SAFETY: the tile's pixels lie in the image; the last load reads one float behind them. Its points are
            // `TILES` vectors apart in `transformed`.
            unsafe {
                let corner = self
                    .pixels
                    .as_ptr()
                    .add((row.y * self.width + x) * CHANNELS);
                let to = transformed.as_mut_ptr().add(4 * tile);
                let strides = (self.width * CHANNELS, CHANNELS);
                transform_tile::<M, T, Three>(corner, strides, to, 4 * TILES);
            }
        }
    }

    /// A D Aᵀ of the tiles, the deltas of one block; those that another tile has are left out.
    #[inline(never)] // one copy, and its registers to itself
    fn spread(&self, row: Row, tiles: &[(usize, usize)], deltas: &[f32], spread: &mut [f32]) {
        let columns = self.positions.1;
        assert!(tiles.len() <= TILES && spread.len() >= DELTAS);
        assert!(deltas.len() >= self.positions.0 * columns * BLOCK);
        let mut lines = MaybeUninit::<[F32x4; M * T]>::uninit();
        let lines = lines.as_mut_ptr().cast::<f32>();
        let (lines_of_deltas, lines_of_points) = (black_box(M), black_box(T));
        let factors = Factors::held();
        for (tile, &(x, used)) in tiles.iter().enumerate() {
            for q in 0..4 {
                // SAFETY: the tile's positions are among the deltas, its points among `spread`.
                unsafe {
                    let corner = deltas.as_ptr().add((row.y * columns + x) * BLOCK + 4 * q);
                    // Line by line, as in `transform_tile`.
                    for c in 0..lines_of_deltas {
                        let from = corner.add(c * BLOCK);
                        let line = std::array::from_fn(|r| {
                            if r < row.used || c < used {
                                F32x4::zero()
                            } else {
                                F32x4::load(from.add(r * columns * BLOCK))
                            }
                        });
                        let line = Three::output_adjoint(line, factors);
                        for (p, value) in line.into_iter().enumerate() {
                            value.store(lines.add((p * M + c) * 4));
                        }
                    }
                    let to = spread.as_mut_ptr().add(tile * BLOCK + 4 * q);
                    for p in 0..lines_of_points {
                        let from = lines.add(p * M * 4);
                        let line = std::array::from_fn(|c| F32x4::load(from.add(4 * c)));
                        let line = Three::output_adjoint(line, factors);
                        let to = to.add(p * T * TILES * BLOCK);
                        for (s, value) in line.into_iter().enumerate() {
                            value.store(to.add(s * TILES * BLOCK));
                        }
                    }
                }
            }
        }
    }
}

/// Adds Σ over tiles of (A D Aᵀ) ∘ (Bᵀ d B) for each point, channel and output: 3 × 2 vectors of sums at a time, which
/// stay in registers beside their factors.
#[inline(never)] // its registers to itself
fn accumulate(count: usize, pixels: &[f32], spread: &[f32], sums: &mut [f32]) {
    assert!(
        count <= TILES && pixels.len() >= PIXELS && spread.len() >= DELTAS && sums.len() >= SUMS
    );
    for point in 0..POINTS {
        for q in [0, 2] {
            // SAFETY: as asserted.
            unsafe {
                let to = sums.as_mut_ptr().add(point * CHANNELS * BLOCK + 4 * q);
                let mut held: [[F32x4; 2]; CHANNELS] = std::array::from_fn(|channel| {
                    std::array::from_fn(|v| F32x4::load(to.add(channel * BLOCK + 4 * v)))
                });
                let pixels = pixels.as_ptr().add(point * TILES * 4);
                let spread = spread.as_ptr().add(point * TILES * BLOCK + 4 * q);
                for tile in 0..count {
                    let d: [F32x4; 2] =
                        std::array::from_fn(|v| F32x4::load(spread.add(tile * BLOCK + 4 * v)));
                    for (channel, held) in held.iter_mut().enumerate() {
                        let pixel = F32x4::load_splat(pixels.add(tile * 4 + channel));
                        for v in 0..2 {
                            held[v] += pixel * d[v];
                        }
                    }
                }
                for (channel, held) in held.iter().enumerate() {
                    for (v, sum) in held.iter().enumerate() {
                        sum.store(to.add(channel * BLOCK + 4 * v));
                    }
                }
            }
        }
    }
}

/// Gᵀ s G of a block's sums.
fn finish(sums: &[f32], gradient: &mut [f32], add: bool) {
    for channel in 0..CHANNELS {
        for q in 0..4 {
            let sum = |p: usize, s: usize| {
                let at = ((p * T + s) * CHANNELS + channel) * BLOCK + 4 * q;
                // SAFETY: a checked slice of four floats.
                unsafe { F32x4::load(sums[at..at + 4].as_ptr()) }
            };
            let columns: [[F32x4; 3]; T] =
                std::array::from_fn(|s| Three::filter_adjoint(std::array::from_fn(|p| sum(p, s))));
            for ky in 0..3 {
                let taps = Three::filter_adjoint(std::array::from_fn(|s| columns[s][ky]));
                for (kx, tap) in taps.into_iter().enumerate() {
                    let at = ((ky * 3 + kx) * CHANNELS + channel) * BLOCK + 4 * q;
                    // SAFETY: a checked slice of four floats.
                    unsafe { tap.store_or_add(gradient[at..at + 4].as_mut_ptr(), add) };
                }
            }
        }
    }
}
