//! Max pooling of a strip of convolution rows, with the place of each maximum.

use crate::simd::F32x4;

/// Pools a strip of `P` rows of 16-channel pixels, `columns · P` pixels each, into one row of `columns` cells.
///
/// For each cell and channel writes the maximum to `output` and `base + place` to `places`, where `place` is
/// `row · row_step + column · column_step` of the maximum, counted from the strip's first pixel. The first
/// maximum wins, row by row, as in PyTorch. Places are small integers and thus exact in f32.
///
/// # Safety
/// `strip` holds P · columns · P · 16 floats, `output` and `places` hold columns · 16.
#[inline(never)] // one copy serves all callers
pub unsafe fn pool_strip<const P: usize>(
    strip: *const f32,
    columns: usize,
    output: *mut f32,
    places: *mut f32,
    base: usize,
    row_step: usize,
    column_step: usize,
) {
    let width = columns * P;
    for column in 0..columns {
        let start = (base + column * P * column_step) as f32;
        for q in 0..4 {
            // SAFETY: row < P, column · P + c < width, lane 4 q + 3 < 16.
            unsafe {
                let at = |r: usize, c: usize| {
                    F32x4::load(strip.add((r * width + column * P + c) * 16 + 4 * q))
                };
                let mut best = at(0, 0);
                let mut place = F32x4::splat(start);
                for r in 0..P {
                    for c in 0..P {
                        if r + c == 0 {
                            continue;
                        }
                        let value = at(r, c);
                        let here = F32x4::splat(start + (r * row_step + c * column_step) as f32);
                        place = value.greater(best).select(here, place);
                        best = best.max(value);
                    }
                }
                best.store(output.add(column * 16 + 4 * q));
                place.store(places.add(column * 16 + 4 * q));
            }
        }
    }
}
