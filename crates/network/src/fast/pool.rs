//! Max pooling of a strip of convolution rows, with the place of each maximum.

use crate::layout::BLOCK;
use crate::simd::F32x4;

/// How the place of a maximum is numbered: `base` + cell · `cell` + row · `row` + column · `column`, row and
/// column counted inside the window. Places are small integers and thus exact in f32.
#[derive(Clone, Copy, Debug)]
pub struct Numbering {
    /// Number of the first window's first position.
    pub base: usize,
    /// From one window of the row to the next.
    pub cell: usize,
    /// From one row of a window to the next.
    pub row: usize,
    /// From one column of a window to the next.
    pub column: usize,
}

/// Pools a strip of `P` rows of 16-channel pixels, `columns · P` pixels each, into one row of `columns` cells:
/// for each cell and channel the maximum to `output` and its number to `places`. The first maximum wins, row by
/// row, as in PyTorch.
///
/// # Safety
/// `strip` holds P · columns · P · 16 floats, `output` and `places` hold columns · 16.
#[inline(never)] // one copy serves all callers
pub unsafe fn pool_strip<const P: usize>(
    strip: *const f32,
    columns: usize,
    output: *mut f32,
    places: *mut f32,
    numbering: Numbering,
) {
    let Numbering {
        base,
        cell,
        row,
        column,
    } = numbering;
    let width = columns * P;
    let (below, beside) = (F32x4::splat(row as f32), F32x4::splat(column as f32));
    for x in 0..columns {
        let first = F32x4::splat((base + x * cell) as f32);
        for q in 0..4 {
            // SAFETY: r < P, x · P + c < width, lane 4 q + 3 < 16.
            unsafe {
                let at = |r: usize, c: usize| {
                    F32x4::load(strip.add((r * width + x * P + c) * 16 + 4 * q))
                };
                // Each row's maximum and its column, then the largest of these: strict comparisons keep the first.
                let (mut best, mut place) = (F32x4::zero(), F32x4::zero());
                for r in 0..P {
                    let (mut largest, mut here) = (at(r, 0), F32x4::zero());
                    for c in 1..P {
                        let value = at(r, c);
                        let larger = value.greater(largest);
                        let there = if c == 1 { beside } else { beside + beside };
                        here = if c == 1 {
                            there.and(larger)
                        } else {
                            larger.select(there, here)
                        };
                        largest = largest.max(value);
                    }
                    if r == 0 {
                        (best, place) = (largest, here);
                        continue;
                    }
                    here += if r == 1 { below } else { below + below };
                    place = largest.greater(best).select(here, place);
                    best = best.max(largest);
                }
                best.store(output.add(x * 16 + 4 * q));
                (first + place).store(places.add(x * 16 + 4 * q));
            }
        }
    }
}

/// Lists the deltas of one block behind a pool channel by channel: (place as bits, delta) of each cell, contiguous,
/// `cells` entries of two floats a channel.
pub fn list_by_channel(delta: &[f32], places: &[f32], cells: usize, lists: &mut [f32]) {
    let (delta, places) = (&delta[..cells * BLOCK], &places[..cells * BLOCK]);
    let lists = &mut lists[..2 * cells * BLOCK];
    for (cell, (delta, places)) in delta
        .chunks_exact(BLOCK)
        .zip(places.chunks_exact(BLOCK))
        .enumerate()
    {
        for q in 0..4 {
            // SAFETY: a pixel has 16 floats.
            let bits = unsafe { F32x4::load(places.as_ptr().add(4 * q)) }
                .integer_bits()
                .to_array();
            for (lane, bits) in bits.into_iter().enumerate() {
                let entry = &mut lists[2 * ((4 * q + lane) * cells + cell)..][..2];
                entry[0] = bits;
                entry[1] = delta[4 * q + lane];
            }
        }
    }
}
