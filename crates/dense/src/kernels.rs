//! Dense kernels whose loops vectorise for SSE2 and WebAssembly SIMD alike, with one fixed order
//! of sums, so that native and WebAssembly builds give the same bits.

/// Adds to `out` the combination by `coefficients` of the rows listed in `indices`, for a row-major
/// matrix with rows of `n` entries.
#[inline(never)]
pub fn add_rows(matrix: &[f64], n: usize, indices: &[u32], coefficients: &[f64], out: &mut [f64]) {
    let row = |index: u32| &matrix[index as usize * n..index as usize * n + n];
    let out = &mut out[..n];
    let mut k = 0;
    while k + 4 <= indices.len() {
        let (a, b) = (row(indices[k]), row(indices[k + 1]));
        let (c, d) = (row(indices[k + 2]), row(indices[k + 3]));
        let [s, t, u, v] = [0, 1, 2, 3].map(|lane| coefficients[k + lane]);
        for j in 0..n {
            out[j] += (s * a[j] + t * b[j]) + (u * c[j] + v * d[j]);
        }
        k += 4;
    }
    while k < indices.len() {
        let (a, s) = (row(indices[k]), coefficients[k]);
        for j in 0..n {
            out[j] += s * a[j];
        }
        k += 1;
    }
}

/// Inner product, summed in eight independent lanes.
#[inline(never)]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    let mut lanes = [0.0; 8];
    let (blocks_a, blocks_b) = (a.chunks_exact(8), b.chunks_exact(8));
    let mut tail = 0.0;
    for (x, y) in blocks_a.remainder().iter().zip(blocks_b.remainder()) {
        tail += x * y;
    }
    for (x, y) in blocks_a.zip(blocks_b) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    let [p, q, r, s, t, u, v, w] = lanes;
    (((p + t) + (q + u)) + ((r + v) + (s + w))) + tail
}

/// y += factor * x.
#[inline(never)]
pub fn add_scaled(factor: f64, x: &[f64], y: &mut [f64]) {
    for (target, value) in y.iter_mut().zip(x) {
        *target += factor * value;
    }
}

/// Largest absolute entry, 0 for an empty slice.
#[inline(never)]
pub fn max_abs(x: &[f64]) -> f64 {
    fold_lanes(x, |most, value| {
        if value.abs() > most {
            value.abs()
        } else {
            most
        }
    })
}

/// Sum of absolute entries.
#[inline(never)]
pub fn sum_abs(x: &[f64]) -> f64 {
    fold_lanes(x, |sum, value| sum + value.abs())
}

/// Folds from 0 in four independent lanes, then folds the lanes.
#[inline(always)]
fn fold_lanes(x: &[f64], step: impl Fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [0.0; 4];
    let blocks = x.chunks_exact(4);
    let mut rest = 0.0;
    for &value in blocks.remainder() {
        rest = step(rest, value);
    }
    for block in blocks {
        for lane in 0..4 {
            lanes[lane] = step(lanes[lane], block[lane]);
        }
    }
    step(
        step(step(lanes[0], lanes[2]), step(lanes[1], lanes[3])),
        rest,
    )
}

/// Vectors that [`lane_products`] takes side by side.
pub const LANES: usize = 8;

/// The inner product of `row` and `x`, lane by lane, in two independent sums.
#[inline(never)]
pub fn lane_products(row: &[f64], x: &[[f64; LANES]]) -> [f64; LANES] {
    let (mut even, mut odd) = ([0.0; LANES], [0.0; LANES]);
    let (rows, values) = (row.chunks_exact(2), x.chunks_exact(2));
    if let ([a], [v]) = (rows.remainder(), values.remainder()) {
        for lane in 0..LANES {
            even[lane] = a * v[lane];
        }
    }
    for (a, v) in rows.zip(values) {
        for lane in 0..LANES {
            even[lane] += a[0] * v[0][lane];
            odd[lane] += a[1] * v[1][lane];
        }
    }
    for lane in 0..LANES {
        even[lane] += odd[lane];
    }
    even
}
