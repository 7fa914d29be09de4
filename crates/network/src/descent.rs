//! The update of plain gradient descent.

use crate::real::Real;
use crate::shares::Slices;
use dualcone_threads::{Parts, Threads};

/// parameters −= rate · direction, entry by entry in f64, rounded once.
///
/// All threads take part, though the arithmetic is little: every thread has read the parameters and written some of the
/// direction, and a processor that writes a cache line first takes it away from the others.
pub(crate) fn descend<T: Real>(
    threads: &Threads,
    parameters: &mut [T],
    direction: &[T],
    rate: f64,
) {
    let slices = Slices::new(threads.count(), parameters.len());
    let parameters = Parts::new(parameters);
    threads.run(slices.count, &|index, _| {
        let slice = slices.range(index);
        let direction = &direction[slice.clone()];
        // SAFETY: every slice is one task's.
        let parameters = unsafe { parameters.range(slice) };
        for (p, d) in parameters.iter_mut().zip(direction) {
            *p = T::from_f64(p.to_f64() - rate * d.to_f64());
        }
    });
}
