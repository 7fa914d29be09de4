//! The last steps of a Gramian, once its lower triangle is accumulated.

/// Scales entry (i, j) of the lower triangle by scales[i] · scales[j], closes the gap between `rows` and the leading
/// dimension, and mirrors the triangle.
pub(crate) fn finish(gramian: &mut [f64], rows: usize, leading: usize, scales: &[f64]) {
    for i in 0..rows {
        for j in 0..=i {
            let g = gramian[i * leading + j] * (scales[i] * scales[j]);
            gramian[i * leading + j] = g;
        }
    }
    // Front to back.
    for i in 0..rows {
        gramian.copy_within(i * leading..i * leading + rows, i * rows);
    }
    for i in 0..rows {
        for j in 0..i {
            gramian[j * rows + i] = gramian[i * rows + j];
        }
    }
}
