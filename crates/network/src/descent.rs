//! The update of plain gradient descent.

use crate::real::Real;
use crate::shares::Slices;
use dualcone_threads::{Parts, Threads};

/// parameters −= rate · direction, entry by entry in f64, rounded once. The caller's thread alone would fetch every line of
/// the direction that another one wrote, and take every line of the parameters away from those that read it: two threads
/// do so at a time.
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
