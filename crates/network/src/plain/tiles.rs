//! Products of small tiles of matrices, the inner loops of larger products. Each entry is summed in the order of the
//! terms, whatever tile it lies in, so the same bits come out for any blocking.

use crate::real::Real;

/// Columns of a tile: two registers of four f32 for each of its rows. Rows of right matrices end in as many entries more
/// than they hold, which are computed with and left out.
pub(super) const COLUMNS: usize = 8;

/// Rows of a tile.
pub(super) const ROWS: usize = 4;

/// Σ_k a_k b_kᵀ, M × 8: `terms` are pairs of a column a_k of the left matrix and a row b_k of the right one.
#[inline(always)]
fn tile<'a, T: Real, const M: usize>(
    terms: impl Iterator<Item = ([T; M], &'a [T])>,
) -> [[T; COLUMNS]; M] {
    let mut sums = [[T::ZERO; COLUMNS]; M];
    for (a, b) in terms {
        let Some(b) = b.first_chunk::<COLUMNS>() else {
            break;
        };
        for (sums, a) in sums.iter_mut().zip(a) {
            for (sum, &b) in sums.iter_mut().zip(b) {
                *sum += a * b;
            }
        }
    }
    sums
}

/// The product of a strip of M rows and a matrix of `columns` columns, tile by tile: `terms(first)` gives the terms
/// whose rows begin at column `first`, `store(row, first, sums)` takes the sums of a row from there on.
#[inline(always)]
pub(super) fn strip<'a, T: Real, const M: usize, I: Iterator<Item = ([T; M], &'a [T])>>(
    columns: usize,
    terms: impl Fn(usize) -> I,
    mut store: impl FnMut(usize, usize, &[T]),
) {
    for first in (0..columns).step_by(COLUMNS) {
        let count = COLUMNS.min(columns - first);
        for (row, sums) in tile(terms(first)).iter().enumerate() {
            store(row, first, &sums[..count]);
        }
    }
}

/// The product of `left`, one row of `length` entries behind the other, and of the rows that `right(first)` gives from
/// column `first` on; `store(row, first, sums)` takes the sums of a row of `left` from there on.
#[inline(always)]
pub(super) fn product<'a, T: Real, I: Iterator<Item = &'a [T]>>(
    left: impl Iterator<Item = &'a [T]> + Clone,
    columns: usize,
    right: impl Fn(usize) -> I,
    mut store: impl FnMut(usize, usize, &[T]),
) {
    let mut rows = left;
    let mut first_row = 0;
    loop {
        let mut strip_of = rows.clone();
        let four = [
            strip_of.next(),
            strip_of.next(),
            strip_of.next(),
            strip_of.next(),
        ];
        if let [Some(a), Some(b), Some(c), Some(d)] = four {
            strip(
                columns,
                |first| {
                    let terms = a.iter().zip(b).zip(c).zip(d).zip(right(first));
                    terms.map(|((((&a, &b), &c), &d), x)| ([a, b, c, d], x))
                },
                |row, first, sums| store(first_row + row, first, sums),
            );
            rows = strip_of;
            first_row += ROWS;
        } else if let Some(a) = rows.next() {
            strip(
                columns,
                |first| a.iter().zip(right(first)).map(|(&a, x)| ([a], x)),
                |_, first, sums| store(first_row, first, sums),
            );
            first_row += 1;
        } else {
            return;
        }
    }
}
