//! Memory that tasks write to, each in its own part, and that outlives them.

use std::cell::UnsafeCell;
use std::ops::Range;

/// Owned memory of which every task takes another part.
#[derive(Debug)]
pub struct Cells<T> {
    cells: Box<[UnsafeCell<T>]>,
}

// SAFETY: parts are handed out under the promise of `range_mut` and `range`: shared reads or one writer.
unsafe impl<T: Send + Sync> Sync for Cells<T> {}

impl<T: Copy> Cells<T> {
    /// `length` entries of this value.
    #[must_use]
    pub fn new(value: T, length: usize) -> Self {
        Self {
            cells: (0..length).map(|_| UnsafeCell::new(value)).collect(),
        }
    }

    /// Number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// These entries, to be read.
    ///
    /// # Safety
    /// Nobody may write any of them while the slice lives.
    ///
    /// # Panics
    /// When they are not all there.
    #[must_use]
    pub unsafe fn range(&self, range: Range<usize>) -> &[T] {
        let part = &self.cells[range];
        // SAFETY: `UnsafeCell<T>` lies in memory as T does; that nobody writes is the caller's promise.
        unsafe { std::slice::from_raw_parts(part.as_ptr().cast::<T>(), part.len()) }
    }

    /// These entries, to be written.
    ///
    /// # Safety
    /// Nobody else may read or write any of them while the slice lives.
    ///
    /// # Panics
    /// When they are not all there.
    #[must_use]
    #[allow(clippy::mut_from_ref)] // that is what cells are for
    pub unsafe fn range_mut(&self, range: Range<usize>) -> &mut [T] {
        let part = &self.cells[range];
        let start = UnsafeCell::raw_get(part.as_ptr());
        // SAFETY: as in `range`; that it is nobody else's is the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(start, part.len()) }
    }
}
