//! Convolutions with one group a channel: every output channel sees one input channel (one or two outputs each).
//!
//! Lanes are channels, so nothing is shuffled. Output channels come in the order `[multiple][channel]`; the
//! boundary records which of the network's channels that is.
//! Parameters and Jacobian rows: `[input block][multiple][9 taps (and the bias)][16 channels]`.
//!
//! Backward: the deltas of four lanes are spread over a zero-padded plane of convolution positions (32 KB, one L1
//! cache), from which both the weight gradient and the input's deltas are plain dense sums: the maxima of
//! different lanes lie at different places, so skipping zeros would cost more than it saves.

use super::Geometry;
use super::pool::{Numbering, pool_strip};
use crate::layout::BLOCK;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::simd::F32x4;
use crate::stage::{GramianForm, Pass, Source, Stage};

/// See the [module](self).
#[derive(Debug)]
pub struct DepthwiseConv {
    geometry: Geometry,
    /// Outputs of one channel.
    multiple: usize,
    /// Position to the network's channel, before the layer.
    channels: Vec<usize>,
}

/// What [`pool_strip`] writes for the positions of a window.
static NUMBERS: [f32; 9] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
/// Zeros on each side of the plane of spread deltas.
const MARGIN: usize = 2;

impl DepthwiseConv {
    /// Channels a multiple of 16, in this order; outputs as many or twice as many.
    #[must_use]
    pub fn new(geometry: Geometry, channels: Vec<usize>) -> Self {
        Self {
            geometry,
            multiple: geometry.outputs / geometry.channels,
            channels,
        }
    }

    /// Position to the network's channel, after the layer.
    #[must_use]
    pub fn output_channels(&self) -> Vec<usize> {
        (0..self.multiple)
            .flat_map(|m| self.channels.iter().map(move |c| c * self.multiple + m))
            .collect()
    }

    const fn blocks(&self) -> usize {
        self.geometry.channels / BLOCK
    }

    /// Floats of one block's parameters for one output: 9 taps, and the bias.
    const fn part(&self) -> usize {
        (9 + self.geometry.bias as usize) * BLOCK
    }

    const fn plane_width(&self) -> usize {
        self.geometry.width + 2
    }

    /// Floats of the plane of spread deltas of four lanes.
    const fn plane(&self) -> usize {
        (self.geometry.height + 2) * self.plane_width() * self.multiple * 4
    }

    /// Convolution rows `y..y + rows`, `width` positions each, of one block and one of its outputs, to `rows · width · 16`
    /// floats, `T` neighbouring positions at a time: their sums, three weights and an input fit into 16 registers.
    ///
    /// # Safety
    /// Those positions lie in the image, `parameters` are the output's; width ≥ `T`.
    #[inline(never)] // one copy serves all callers
    unsafe fn strip<const T: usize>(
        &self,
        input: *const f32,
        parameters: *const f32,
        y: usize,
        rows: usize,
        width: usize,
        output: *mut f32,
    ) {
        let row = self.geometry.width * BLOCK;
        // Hidden from the compiler, which would else unroll the rows and hoist all weights, more than there are
        // registers, out of the loop over tiles.
        let kernel_rows = std::hint::black_box(3);
        for q in 0..4 {
            // SAFETY: by the caller's promise; lane 4 q + 3 < 16.
            unsafe {
                let weights = parameters.add(4 * q);
                let bias = if self.geometry.bias {
                    F32x4::load(weights.add(9 * BLOCK))
                } else {
                    F32x4::zero()
                };
                for r in 0..rows {
                    let mut x = 0;
                    loop {
                        let mut sums = [bias; T];
                        for ky in 0..kernel_rows {
                            let pixels = input.add((y + r + ky) * row + x * BLOCK + 4 * q);
                            for kx in 0..3 {
                                let w = F32x4::load(weights.add((ky * 3 + kx) * BLOCK));
                                for (p, sum) in sums.iter_mut().enumerate() {
                                    *sum += F32x4::load(pixels.add((p + kx) * BLOCK)) * w;
                                }
                            }
                        }
                        for (p, sum) in sums.into_iter().enumerate() {
                            sum.store(output.add((r * width + x + p) * BLOCK + 4 * q));
                        }
                        if x + T >= width {
                            break;
                        }
                        x = (x + T).min(width - T); // the last tile overlaps its neighbour
                    }
                }
            }
        }
    }

    fn forward_example<const P: usize, const M: usize>(
        &self,
        parameters: &[f32],
        input: &[f32],
        output: &mut [f32],
        places: &mut [f32],
        strips: &mut [f32],
    ) {
        let g = &self.geometry;
        let (rows, columns, width) = (g.rows(), g.columns(), g.columns() * P);
        assert!(
            width >= 4
                && input.len() >= g.channels * g.height * g.width
                && output.len() >= g.outputs * g.cells()
        );
        assert!(parameters.len() >= self.blocks() * M * self.part());
        let strip_size = P * width * BLOCK;
        assert!(
            P == 1 || (places.len() >= g.outputs * g.cells() && strips.len() >= M * strip_size)
        );
        for block in 0..self.blocks() {
            let plane = input[block * g.height * g.width * BLOCK..].as_ptr();
            let weights = parameters[block * M * self.part()..].as_ptr();
            for y in 0..rows {
                let cell = |m: usize| ((m * self.blocks() + block) * rows + y) * columns * BLOCK;
                // SAFETY: sizes are asserted above.
                unsafe {
                    for m in 0..M {
                        let weights = weights.add(m * self.part());
                        let to = if P == 1 {
                            output.as_mut_ptr().add(cell(m))
                        } else {
                            strips.as_mut_ptr().add(m * strip_size)
                        };
                        match fewest_repeated(width, &[7, 6, 4]) {
                            7 => self.strip::<7>(plane, weights, y * P, P, width, to),
                            6 => self.strip::<6>(plane, weights, y * P, P, width, to),
                            _ => self.strip::<4>(plane, weights, y * P, P, width, to),
                        }
                    }
                    if P == 1 {
                        continue;
                    }
                    for m in 0..M {
                        let strip = strips.as_ptr().add(m * strip_size);
                        // Places count from the cell's first position: 0 to P² − 1, the same for every cell.
                        let (output, places) = (
                            output.as_mut_ptr().add(cell(m)),
                            places.as_mut_ptr().add(cell(m)),
                        );
                        let numbering = Numbering {
                            base: 0,
                            cell: 0,
                            row: P,
                            column: 1,
                        };
                        pool_strip::<P>(strip, columns, output, places, numbering);
                    }
                }
            }
        }
    }

    /// Spreads the deltas of four lanes over their plane `[row][column][multiple][4]`.
    #[inline(never)] // one copy serves all callers
    fn spread<const P: usize, const M: usize>(
        &self,
        delta: &[f32],
        places: &[f32],
        block: usize,
        q: usize,
        plane: &mut [f32],
    ) {
        let (rows, columns) = (self.geometry.rows(), self.geometry.columns());
        let size = rows * columns * BLOCK;
        assert!(q < 4 && block < self.blocks() && plane.len() >= self.plane());
        assert!(delta.len() >= M * self.blocks() * size);
        assert!(P == 1 || places.len() >= M * self.blocks() * size);
        let numbers: [[F32x4; P]; P] =
            std::array::from_fn(|r| std::array::from_fn(|c| F32x4::held(&NUMBERS[r * P + c])));
        for m in 0..M {
            let start = (m * self.blocks() + block) * size + 4 * q;
            // SAFETY: cells are within `delta` and `places`, their positions within the plane.
            unsafe {
                for y in 0..rows {
                    let first = start + y * columns * BLOCK;
                    let (delta, places) = (delta.as_ptr().add(first), places.as_ptr().add(first));
                    let line = (MARGIN + y * P) * self.plane_width() + MARGIN;
                    let line = plane.as_mut_ptr().add((line * M + m) * 4);
                    for x in 0..columns {
                        let d = F32x4::load(delta.add(x * BLOCK));
                        let to = line.add(x * P * M * 4);
                        if P == 1 {
                            d.store(to);
                            continue;
                        }
                        let place = F32x4::load(places.add(x * BLOCK));
                        for (r, numbers) in numbers.iter().enumerate() {
                            let to = to.add(r * self.plane_width() * M * 4);
                            for (c, &number) in numbers.iter().enumerate() {
                                d.and(place.equal(number)).store(to.add(c * M * 4));
                            }
                        }
                    }
                }
            }
        }
    }

    /// Weight gradient of four lanes from their plane of spread deltas.
    #[inline(never)] // one copy serves all callers
    fn weight_gradient<const M: usize>(
        &self,
        input: &[f32],
        plane: &[f32],
        q: usize,
        gradient: &mut [f32],
        add: bool,
    ) {
        let g = &self.geometry;
        let (rows, columns) = (g.rows() * g.pool, g.columns() * g.pool);
        assert!(
            input.len() >= g.height * g.width * BLOCK
                && plane.len() >= self.plane()
                && gradient.len() >= M * self.part()
        );
        for m in 0..M {
            let mut sums = [F32x4::zero(); 9];
            let mut bias = F32x4::zero();
            // SAFETY: every tap of every position lies in the image; the plane has a margin around them.
            unsafe {
                for y in 0..rows {
                    let deltas = plane
                        .as_ptr()
                        .add((((MARGIN + y) * self.plane_width() + MARGIN) * M + m) * 4);
                    let pixels = input.as_ptr().add(y * g.width * BLOCK + 4 * q);
                    // Two positions at a time, which share two of their three inputs in a row.
                    for x in (0..columns - columns % 2).step_by(2) {
                        let d: [F32x4; 2] =
                            std::array::from_fn(|p| F32x4::load(deltas.add((x + p) * M * 4)));
                        for (ky, sums) in sums.chunks_exact_mut(3).enumerate() {
                            let line = pixels.add((ky * g.width + x) * BLOCK);
                            let a: [F32x4; 4] =
                                std::array::from_fn(|k| F32x4::load(line.add(k * BLOCK)));
                            for (kx, sum) in sums.iter_mut().enumerate() {
                                *sum += d[0] * a[kx] + d[1] * a[kx + 1];
                            }
                        }
                        bias += d[0] + d[1];
                    }
                    if columns % 2 == 1 {
                        let x = columns - 1;
                        let d = F32x4::load(deltas.add(x * M * 4));
                        for (k, sum) in sums.iter_mut().enumerate() {
                            let at = ((k / 3) * g.width + x + k % 3) * BLOCK;
                            *sum += d * F32x4::load(pixels.add(at));
                        }
                        bias += d;
                    }
                }
                let to = gradient.as_mut_ptr().add(m * self.part() + 4 * q);
                for (k, &sum) in sums.iter().enumerate() {
                    let to = to.add(k * BLOCK);
                    sum.store_or_add(to, add);
                }
                if g.bias {
                    let to = to.add(9 * BLOCK);
                    bias.store_or_add(to, add);
                }
            }
        }
    }

    /// Deltas of the input, four lanes, `T` neighbouring pixels at a time.
    #[inline(never)] // one copy serves all callers
    fn input_delta<const T: usize, const M: usize>(
        &self,
        parameters: &[f32],
        plane: &[f32],
        q: usize,
        delta: &mut [f32],
    ) {
        let g = &self.geometry;
        assert!(
            g.width >= T
                && delta.len() >= g.height * g.width * BLOCK
                && plane.len() >= self.plane()
                && parameters.len() >= M * self.part()
        );
        let kernel_rows = std::hint::black_box(3); // as in `strip`
        for y in 0..g.height {
            let mut x = 0;
            loop {
                let mut sums = [F32x4::zero(); T];
                // SAFETY: pixel (y, x) meets the positions (y − ky, x − kx), which the plane's margin makes valid.
                unsafe {
                    for m in 0..M {
                        for ky in 0..kernel_rows {
                            let deltas = plane
                                .as_ptr()
                                .add((((y + MARGIN - ky) * self.plane_width() + x) * M + m) * 4);
                            let weights = parameters
                                .as_ptr()
                                .add(m * self.part() + ky * 3 * BLOCK + 4 * q);
                            for kx in 0..3 {
                                let w = F32x4::load(weights.add(kx * BLOCK));
                                let from = deltas.add((MARGIN - kx) * M * 4);
                                for (t, sum) in sums.iter_mut().enumerate() {
                                    *sum += w * F32x4::load(from.add(t * M * 4));
                                }
                            }
                        }
                    }
                    let first = (y * g.width + x) * BLOCK + 4 * q;
                    for (t, sum) in sums.into_iter().enumerate() {
                        sum.store(delta.as_mut_ptr().add(first + t * BLOCK));
                    }
                }
                if x + T >= g.width {
                    break;
                }
                x = (x + T).min(g.width - T);
            }
        }
    }

    fn backward_example<const P: usize, const M: usize>(
        &self,
        pass: &mut Pass<'_, f32>,
        e: usize,
        input: &[f32],
        delta: &[f32],
        mut delta_input: Option<&mut [f32]>,
        mut gradient: Option<(&mut [f32], bool)>,
    ) {
        let pixels = self.geometry.height * self.geometry.width * BLOCK;
        let plane = &mut pass.scratch[..self.plane()];
        for block in 0..self.blocks() {
            let part = block * M * self.part()..(block + 1) * M * self.part();
            let x = &input[block * pixels..][..pixels];
            for q in 0..4 {
                self.spread::<P, M>(delta, pass.tape.row(e), block, q, plane);
                if let Some((row, add)) = gradient.as_mut() {
                    self.weight_gradient::<M>(x, plane, q, &mut row[part.clone()], *add);
                }
                if let Some(to) = delta_input.as_deref_mut() {
                    let (weights, to) = (
                        &pass.parameters[part.clone()],
                        &mut to[block * pixels..][..pixels],
                    );
                    match fewest_repeated(self.geometry.width, &[10, 8, 7, 4]) {
                        10 => self.input_delta::<10, M>(weights, plane, q, to),
                        8 => self.input_delta::<8, M>(weights, plane, q, to),
                        7 => self.input_delta::<7, M>(weights, plane, q, to),
                        _ => self.input_delta::<4, M>(weights, plane, q, to),
                    }
                }
            }
        }
    }
}

/// The length of tiles along `width` that computes the fewest positions twice, the first of these; one is at most `width`.
fn fewest_repeated(width: usize, lengths: &[usize]) -> usize {
    let covered = |length: usize| {
        if width < length {
            usize::MAX
        } else {
            width.next_multiple_of(length)
        }
    };
    let best = lengths.iter().min_by_key(|&&length| covered(length));
    best.map_or(width, |&length| length)
}

impl Stage<f32> for DepthwiseConv {
    fn kernel(&self) -> String {
        match self.geometry.pool {
            1 => "depthwise-conv3x3".into(),
            p => format!("depthwise-conv3x3+max-pool{p}"),
        }
    }

    fn parameter_count(&self) -> usize {
        self.blocks() * self.multiple * self.part()
    }

    fn for_each_source(&self, visit: &mut dyn FnMut(usize, Source)) {
        for (position, &channel) in self.channels.iter().enumerate() {
            for m in 0..self.multiple {
                let output = channel * self.multiple + m;
                let start =
                    ((position / BLOCK) * self.multiple + m) * self.part() + position % BLOCK;
                for tap in 0..9 {
                    visit(start + tap * BLOCK, (0, output * 9 + tap));
                }
                if self.geometry.bias {
                    visit(start + 9 * BLOCK, (1, output));
                }
            }
        }
    }

    fn gramian_form(&self) -> GramianForm {
        GramianForm::Jacobian
    }

    fn tape_count(&self) -> usize {
        if self.geometry.pool > 1 {
            self.geometry.outputs * self.geometry.cells()
        } else {
            0
        }
    }

    fn scratch_count(&self) -> usize {
        let g = &self.geometry;
        self.plane()
            .max(self.multiple * g.pool * g.pool * g.columns() * BLOCK)
    }

    fn forward(
        &self,
        pass: &mut Pass<'_, f32>,
        input: Rows<'_, f32>,
        mut output: RowsMut<'_, f32>,
    ) {
        for e in 0..pass.examples {
            let (p, x, y, places, strips) = (
                pass.parameters,
                input.row(e),
                output.row(e),
                pass.tape.row(e),
                &mut *pass.scratch,
            );
            match (self.geometry.pool, self.multiple) {
                (1, 1) => self.forward_example::<1, 1>(p, x, y, places, strips),
                (1, _) => self.forward_example::<1, 2>(p, x, y, places, strips),
                (2, 1) => self.forward_example::<2, 1>(p, x, y, places, strips),
                (2, _) => self.forward_example::<2, 2>(p, x, y, places, strips),
                (_, 1) => self.forward_example::<3, 1>(p, x, y, places, strips),
                (_, _) => self.forward_example::<3, 2>(p, x, y, places, strips),
            }
        }
    }

    fn backward(
        &self,
        pass: &mut Pass<'_, f32>,
        input: Rows<'_, f32>,
        delta: Rows<'_, f32>,
        mut delta_input: Option<RowsMut<'_, f32>>,
        mut gradient: Option<GradientRows<'_, f32>>,
    ) {
        // The margin, and the rows and columns that no window covers, stay zero.
        pass.scratch[..self.plane()].fill(0.0);
        for e in 0..pass.examples {
            let (x, d) = (input.row(e), delta.row(e));
            let to = delta_input.as_mut().map(|r| r.row(e));
            let row = gradient.as_mut().map(|g| g.row(e));
            match (self.geometry.pool, self.multiple) {
                (1, 1) => self.backward_example::<1, 1>(pass, e, x, d, to, row),
                (1, _) => self.backward_example::<1, 2>(pass, e, x, d, to, row),
                (2, 1) => self.backward_example::<2, 1>(pass, e, x, d, to, row),
                (2, _) => self.backward_example::<2, 2>(pass, e, x, d, to, row),
                (_, 1) => self.backward_example::<3, 1>(pass, e, x, d, to, row),
                (_, _) => self.backward_example::<3, 2>(pass, e, x, d, to, row),
            }
        }
    }
}
