//! How work on the rows and the columns of a Jacobian is cut into tasks, whose results are the same for any number of
//! threads: each entry of a Gramian or a direction is summed by one task.

use crate::stage::GROUP;
use std::ops::Range;

/// Slices a thread: two, so that a thread that is held up leaves one to another.
const SLICES: usize = 2;

/// Columns of a Jacobian below which a task is not worth handing out.
const COLUMNS: usize = 1024;

/// Into how many parts the Gramian of `rows` rows is cut: one a thread, since every part reads all rows above it.
pub(crate) fn bands(threads: usize, rows: usize) -> usize {
    threads.min(rows.div_ceil(GROUP))
}

/// Rows of part `part` of `parts` of a triangle of `rows` rows, in bands of [`GROUP`]: parts of about equal area.
pub(crate) fn band(part: usize, parts: usize, rows: usize) -> Range<usize> {
    let bands = rows.div_ceil(GROUP);
    let edge = |part: usize| {
        if part == parts {
            return rows;
        }
        let share = (part as f64 / parts as f64).sqrt() * bands as f64;
        (share.round() as usize * GROUP).min(rows)
    };
    edge(part)..edge(part + 1)
}

/// Slices of a direction.
#[derive(Clone, Copy)]
pub(crate) struct Slices {
    pub count: usize,
    width: usize,
    columns: usize,
}

impl Slices {
    /// Of `columns` columns, for so many threads: a multiple of 32 columns each but for the last.
    pub fn new(threads: usize, columns: usize) -> Self {
        let count = match threads {
            1 => 1,
            threads => (SLICES * threads).min(columns.div_ceil(COLUMNS)).max(1),
        };
        Self {
            count,
            width: columns.div_ceil(count).next_multiple_of(32),
            columns,
        }
    }

    /// The columns of one.
    pub fn range(&self, index: usize) -> Range<usize> {
        let start = (index * self.width).min(self.columns);
        start..(start + self.width).min(self.columns)
    }
}
