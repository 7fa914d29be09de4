//! A slice that tasks write to, each in its own part.

use std::marker::PhantomData;
use std::ops::Range;

/// Borrowed memory of which every task takes another part.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a, T> {
    start: *mut T,
    length: usize,
    borrowed: PhantomData<&'a mut [T]>,
}

// SAFETY: parts are handed out under the promise of `Parts::range` that they do not overlap; each is a `&mut [T]`.
unsafe impl<T: Send> Send for Parts<'_, T> {}
// SAFETY: likewise.
unsafe impl<T: Send> Sync for Parts<'_, T> {}

impl<'a, T> Parts<'a, T> {
    /// All of `whole`, to be taken in parts.
    pub const fn new(whole: &'a mut [T]) -> Self {
        Self {
            start: whole.as_mut_ptr(),
            length: whole.len(),
            borrowed: PhantomData,
        }
    }

    /// These entries.
    ///
    /// # Safety
    /// Nobody else may read or write any of them while the slice lives.
    ///
    /// # Panics
    /// When they are not all there.
    #[must_use]
    #[allow(clippy::mut_from_ref)] // that is what parts are for
    pub const unsafe fn range(&self, range: Range<usize>) -> &'a mut [T] {
        assert!(range.start <= range.end && range.end <= self.length);
        // SAFETY: inside of what was borrowed for 'a, as just checked; that it is nobody else's is the caller's promise.
        unsafe {
            std::slice::from_raw_parts_mut(self.start.add(range.start), range.end - range.start)
        }
    }

    /// These entries, to be taken in parts.
    ///
    /// # Panics
    /// When they are not all there.
    #[must_use]
    pub const fn within(&self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.length);
        Self {
            // SAFETY: inside of what was borrowed, as just checked.
            start: unsafe { self.start.add(range.start) },
            length: range.end - range.start,
            borrowed: PhantomData,
        }
    }

    /// Number of entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// One entry.
    ///
    /// # Safety
    /// As for [`Parts::range`].
    ///
    /// # Panics
    /// When it is not there.
    #[must_use]
    #[allow(clippy::mut_from_ref)] // that is what parts are for
    pub const unsafe fn entry(&self, index: usize) -> &'a mut T {
        assert!(index < self.length);
        // SAFETY: as in `range`.
        unsafe { &mut *self.start.add(index) }
    }
}
