//! The first convolution of a network: few input channels, no delta asked of its input.
//!
//! Input in [`Layout::Pixels`](crate::layout::Layout::Pixels): the taps of one kernel row are 3 · channels
//! neighbouring floats. Output in blocks of 16 channels. Colour images go forward by Winograd tiles and, without a
//! pool, back by their adjoint.
//! Parameters and Jacobian rows: `[block][tap][16 outputs]`, tap = (ky · 3 + kx) · channels + channel; then
//! `[outputs]` of bias.

use super::Geometry;
use super::image_gradient::{self, Image};
use super::image_winograd::{self, CHANNELS, PACKED};
use super::pool::{Numbering, list_by_channel, pool_strip};
use super::{PAIR, add_products};
use crate::layout::BLOCK;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::simd::F32x4;
use crate::stage::{GramianForm, Pass, Source, Stage};

/// Cells whose deltas are listed at a time: 16 lists of them are 16 KB.
const LISTED: usize = 128;

/// See the [module](self).
#[derive(Debug)]
pub struct ImageConv {
    geometry: Geometry,
    /// Floats of one kernel row: 3 · channels.
    row_taps: usize,
}

impl ImageConv {
    /// At most 4 input channels, outputs a multiple of 16, at least 3 output columns.
    #[must_use]
    pub const fn new(geometry: Geometry) -> Self {
        Self {
            geometry,
            row_taps: 3 * geometry.channels,
        }
    }

    const fn taps(&self) -> usize {
        3 * self.row_taps
    }

    const fn blocks(&self) -> usize {
        self.geometry.outputs / BLOCK
    }

    const fn weight_count(&self) -> usize {
        self.taps() * self.geometry.outputs
    }

    /// `width` positions of convolution row `y` of one block, to `output` (16 floats a position).
    ///
    /// # Safety
    /// `input` is an image with slack, `weights` a block's, `output` holds width · 16 floats, width ≥ 2.
    #[inline(never)] // one copy serves all callers
    unsafe fn conv_row(
        &self,
        input: *const f32,
        weights: *const f32,
        bias: &[F32x4; 4],
        y: usize,
        width: usize,
        output: *mut f32,
    ) {
        let channels = self.geometry.channels;
        let row = self.geometry.width * channels;
        let mut x = 0;
        loop {
            let mut sums = [*bias; PAIR];
            // SAFETY: positions x and x + 1 of row y and their taps lie inside the image.
            unsafe {
                for ky in 0..3 {
                    let pixels = input.add((y + ky) * row + x * channels);
                    let weights = weights.add(ky * self.row_taps * BLOCK);
                    add_products(&mut sums, pixels, channels, weights, self.row_taps);
                }
                for (p, sum) in sums.iter().enumerate() {
                    for (q, &s) in sum.iter().enumerate() {
                        s.store(output.add((x + p) * BLOCK + 4 * q));
                    }
                }
            }
            if x + PAIR >= width {
                break;
            }
            x = (x + PAIR).min(width - PAIR); // the last tile overlaps its neighbour
        }
    }

    /// Whether tiles of 4 × 4 positions, whole pooling windows, are used.
    const fn tiled(&self) -> bool {
        let (rows, columns) = self.geometry.positions();
        self.geometry.channels == CHANNELS && self.geometry.pool <= 2 && rows >= 4 && columns >= 4
    }

    /// Pools `P` × `P` windows out of rows of Winograd tiles.
    fn forward_tiles<const P: usize>(
        &self,
        pass: &mut Pass<'_, f32>,
        e: usize,
        image: &[f32],
        output: &mut [f32],
    ) {
        let g = &self.geometry;
        let (rows, columns) = self.geometry.positions();
        let bias = g.bias.then(|| &pass.parameters[self.weight_count()..]);
        let (packed, places) = (pass.packed, pass.tape.row(e));
        let (scratch, strips) = pass.scratch.split_at_mut(image_winograd::SCRATCH);
        let mut y = 0;
        loop {
            let part = image_winograd::Rows {
                image,
                width: g.width,
                y,
                columns,
            };
            if P == 1 {
                let apart = rows * columns * BLOCK;
                let output = &mut output[y * columns * BLOCK..];
                part.convolve(packed, bias, output, apart, scratch);
            } else {
                let apart = 4 * columns * BLOCK;
                part.convolve(packed, bias, strips, apart, scratch);
                for block in 0..self.blocks() {
                    for r in (0..4).step_by(P) {
                        let cell = (block * g.rows() + (y + r) / P) * g.columns() * BLOCK;
                        let (row, end) = (g.width * g.channels, cell + g.columns() * BLOCK);
                        assert!(end <= output.len() && end <= places.len());
                        // SAFETY: as asserted; `convolve` has checked the strips.
                        unsafe {
                            let strip = strips.as_ptr().add(block * apart + r * columns * BLOCK);
                            let output = output.as_mut_ptr().add(cell);
                            let places = places.as_mut_ptr().add(cell);
                            let base = (y + r) * row;
                            let numbering = Numbering {
                                base,
                                cell: P * CHANNELS,
                                row,
                                column: CHANNELS,
                            };
                            pool_strip::<P>(strip, g.columns(), output, places, numbering);
                        }
                    }
                }
            }
            if y + 4 >= rows {
                break;
            }
            y = (y + 4).min(rows - 4); // the last tiles overlap their neighbours, by whole windows
        }
    }

    fn forward_example<const P: usize>(
        &self,
        parameters: &[f32],
        input: &[f32],
        output: &mut [f32],
        places: &mut [f32],
        strip: &mut [f32],
    ) {
        let g = &self.geometry;
        let (rows, columns) = (g.rows(), g.columns());
        assert!(
            input.len() >= g.height * g.width * g.channels
                && output.len() >= g.outputs * rows * columns
        );
        assert!(
            P == 1
                || (places.len() >= g.outputs * rows * columns
                    && strip.len() >= P * P * columns * BLOCK)
        );
        for block in 0..self.blocks() {
            let bias = g.bias_of(&parameters[self.weight_count()..], block);
            // SAFETY: sizes are asserted above; the weights of a block are taps · 16 floats.
            unsafe {
                let weights =
                    parameters[block * self.taps() * BLOCK..][..self.taps() * BLOCK].as_ptr();
                for y in 0..rows {
                    let cell = (block * rows + y) * columns * BLOCK;
                    if P == 1 {
                        self.conv_row(
                            input.as_ptr(),
                            weights,
                            &bias,
                            y,
                            columns,
                            output.as_mut_ptr().add(cell),
                        );
                        continue;
                    }
                    let width = columns * P;
                    for r in 0..P {
                        self.conv_row(
                            input.as_ptr(),
                            weights,
                            &bias,
                            y * P + r,
                            width,
                            strip.as_mut_ptr().add(r * width * BLOCK),
                        );
                    }
                    let (row_step, base) = (g.width * g.channels, y * P * g.width * g.channels);
                    let (output, places) =
                        (output.as_mut_ptr().add(cell), places.as_mut_ptr().add(cell));
                    let numbering = Numbering {
                        base,
                        cell: P * g.channels,
                        row: row_step,
                        column: g.channels,
                    };
                    pool_strip::<P>(strip.as_ptr(), columns, output, places, numbering);
                }
            }
        }
    }

    /// Weight gradient of one block without a pool: three taps × 16 outputs over all positions.
    #[inline(never)] // one copy serves all callers
    fn dense_gradient(&self, input: &[f32], delta: &[f32], gradient: &mut [f32], add: bool) {
        let g = &self.geometry;
        let (rows, columns, row) = (g.rows(), g.columns(), g.width * g.channels);
        assert!(
            input.len() >= g.height * row
                && delta.len() >= rows * columns * BLOCK
                && gradient.len() >= self.taps() * BLOCK
        );
        for ky in 0..3 {
            for j in (0..self.row_taps).step_by(3) {
                let mut sums = [[F32x4::zero(); 4]; 3];
                // SAFETY: taps j..j+3 of kernel row ky at every position lie inside the image.
                unsafe {
                    for y in 0..rows {
                        let pixels = input.as_ptr().add((y + ky) * row + j);
                        let deltas = delta.as_ptr().add(y * columns * BLOCK);
                        for x in 0..columns {
                            let d: [F32x4; 4] =
                                std::array::from_fn(|q| F32x4::load(deltas.add(x * BLOCK + 4 * q)));
                            for (t, sum) in sums.iter_mut().enumerate() {
                                let a = F32x4::load_splat(pixels.add(x * g.channels + t));
                                for q in 0..4 {
                                    sum[q] += a * d[q];
                                }
                            }
                        }
                    }
                }
                for (t, sum) in sums.iter().enumerate() {
                    write(
                        &mut gradient[(ky * self.row_taps + j + t) * BLOCK..][..BLOCK],
                        sum,
                        add,
                    );
                }
            }
        }
    }

    /// Weight gradient of one block behind a pool: for each channel, the patches at its maxima. `V` vectors
    /// hold one kernel row's taps.
    #[inline(never)] // one copy serves all callers
    fn sparse_gradient<const V: usize>(
        &self,
        input: &[f32],
        delta: &[f32],
        places: &[f32],
        list: &mut [f32],
        gradient: &mut [f32],
        add: bool,
    ) {
        let (cells, row) = (
            self.geometry.cells(),
            self.geometry.width * self.geometry.channels,
        );
        assert!(delta.len() >= cells * BLOCK && places.len() >= cells * BLOCK);
        let (delta, places) = (&delta[..cells * BLOCK], &places[..cells * BLOCK]);
        let mut sums = [[[F32x4::zero(); V]; 3]; BLOCK];
        for (delta, places) in delta
            .chunks(LISTED * BLOCK)
            .zip(places.chunks(LISTED * BLOCK))
        {
            let listed = delta.len() / BLOCK;
            list_by_channel(delta, places, listed, list);
            for (sums, list) in sums.iter_mut().zip(list.chunks_exact(2 * listed)) {
                let mut held = *sums;
                for entry in list.chunks_exact(2) {
                    let offset = entry[0].to_bits() as usize;
                    debug_assert!(offset + 2 * row + 4 * V <= input.len());
                    let d = F32x4::splat(entry[1]);
                    // SAFETY: the forward pass wrote offsets of positions whose patch lies in the image; the last
                    // vectors of a row may read into the slack.
                    unsafe {
                        let patch = input.as_ptr().add(offset);
                        for (ky, held) in held.iter_mut().enumerate() {
                            for (v, s) in held.iter_mut().enumerate() {
                                *s += d * F32x4::load(patch.add(ky * row + 4 * v));
                            }
                        }
                    }
                }
                *sums = held;
            }
        }
        for (lane, sums) in sums.iter().enumerate() {
            for (ky, sum) in sums.iter().enumerate() {
                for j in 0..self.row_taps {
                    let value = sum[j / 4].to_array()[j % 4];
                    let entry = &mut gradient[(ky * self.row_taps + j) * BLOCK + lane];
                    *entry = if add { *entry + value } else { value };
                }
            }
        }
    }
}

/// Writes or adds 16 lanes.
fn write(to: &mut [f32], sums: &[F32x4; 4], add: bool) {
    assert!(to.len() >= BLOCK);
    for (q, &sum) in sums.iter().enumerate() {
        // SAFETY: 16 floats.
        unsafe {
            let p = to.as_mut_ptr().add(4 * q);
            sum.store_or_add(p, add);
        }
    }
}

/// Σ over `cells` pixels of 16 channels.
pub(super) fn bias_gradient(delta: &[f32], cells: usize, gradient: &mut [f32], add: bool) {
    let mut sums = [F32x4::zero(); 4];
    for pixel in delta[..cells * BLOCK].chunks_exact(BLOCK) {
        for (q, sum) in sums.iter_mut().enumerate() {
            // SAFETY: a pixel has 16 floats.
            *sum += unsafe { F32x4::load(pixel.as_ptr().add(4 * q)) };
        }
    }
    write(gradient, &sums, add);
}

impl Stage<f32> for ImageConv {
    fn kernel(&self) -> String {
        let way = if self.tiled() { "-winograd" } else { "" };
        match self.geometry.pool {
            1 => format!("image-conv3x3{way}"),
            p => format!("image-conv3x3{way}+max-pool{p}"),
        }
    }

    fn parameter_count(&self) -> usize {
        self.weight_count()
            + if self.geometry.bias {
                self.geometry.outputs
            } else {
                0
            }
    }

    fn for_each_source(&self, visit: &mut dyn FnMut(usize, Source)) {
        let g = self.geometry;
        g.for_each_weight(|o, i, ky, kx| {
            let tap = (ky * 3 + kx) * g.channels + i;
            visit(
                ((o / BLOCK) * self.taps() + tap) * BLOCK + o % BLOCK,
                (0, (o * g.channels + i) * 9 + ky * 3 + kx),
            );
        });
        if g.bias {
            for o in 0..g.outputs {
                visit(self.weight_count() + o, (1, o));
            }
        }
    }

    fn gramian_form(&self) -> GramianForm {
        GramianForm::Jacobian
    }

    fn packed_count(&self) -> usize {
        if self.tiled() {
            self.blocks() * PACKED
        } else {
            0
        }
    }

    fn prepare(&self, _part: usize, parameters: &[f32], packed: &mut [f32]) {
        let filters = parameters.chunks_exact(self.taps() * BLOCK);
        for (filters, packed) in filters.zip(packed.chunks_exact_mut(PACKED)) {
            image_winograd::pack(filters, packed);
        }
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
        let tiles = if self.tiled() {
            image_winograd::SCRATCH
        } else {
            0
        };
        let forward = match (g.pool, self.tiled()) {
            (1, _) => 0,
            (_, true) => 4 * self.blocks() * g.pool * g.columns() * BLOCK,
            (pool, false) => pool * pool * g.columns() * BLOCK,
        };
        let backward = match (g.pool, self.tiled()) {
            (1, true) => image_gradient::scratch_count(self.blocks()),
            (1, false) => 0,
            _ => 2 * g.cells().min(LISTED) * BLOCK,
        };
        (tiles + forward).max(backward)
    }

    fn forward(
        &self,
        pass: &mut Pass<'_, f32>,
        input: Rows<'_, f32>,
        mut output: RowsMut<'_, f32>,
    ) {
        for e in 0..pass.examples {
            let (x, y) = (input.row(e), output.row(e));
            if self.tiled() {
                match self.geometry.pool {
                    1 => self.forward_tiles::<1>(pass, e, x, y),
                    _ => self.forward_tiles::<2>(pass, e, x, y),
                }
                continue;
            }
            let places = pass.tape.row(e);
            match self.geometry.pool {
                1 => self.forward_example::<1>(pass.parameters, x, y, places, pass.scratch),
                2 => self.forward_example::<2>(pass.parameters, x, y, places, pass.scratch),
                _ => self.forward_example::<3>(pass.parameters, x, y, places, pass.scratch),
            }
        }
    }

    fn backward(
        &self,
        pass: &mut Pass<'_, f32>,
        input: Rows<'_, f32>,
        delta: Rows<'_, f32>,
        _delta_input: Option<RowsMut<'_, f32>>,
        gradient: Option<GradientRows<'_, f32>>,
    ) {
        let Some(mut gradient) = gradient else { return };
        let (cells, block_size) = (self.geometry.cells(), self.taps() * BLOCK);
        for e in 0..pass.examples {
            let (row, add) = gradient.row(e);
            let (weights, bias) = row.split_at_mut(self.weight_count());
            let image = input.row(e);
            let deltas = &delta.row(e)[..self.blocks() * cells * BLOCK];
            let whole = self.tiled() && self.geometry.pool == 1;
            if whole {
                let image = Image {
                    pixels: image,
                    width: self.geometry.width,
                    positions: self.geometry.positions(),
                };
                image.filter_gradient(deltas, pass.scratch, weights, block_size, add);
            }
            for (block, delta) in deltas.chunks_exact(cells * BLOCK).enumerate() {
                let weights = &mut weights[block * block_size..][..block_size];
                if self.geometry.pool > 1 {
                    let places = &pass.tape.row(e)[block * cells * BLOCK..][..cells * BLOCK];
                    let sparse_gradient = match self.geometry.channels {
                        1 => Self::sparse_gradient::<1>,
                        _ => Self::sparse_gradient::<3>,
                    };
                    sparse_gradient(self, image, delta, places, pass.scratch, weights, add);
                } else if !whole {
                    self.dense_gradient(image, delta, weights, add);
                }
                if self.geometry.bias {
                    bias_gradient(delta, cells, &mut bias[block * BLOCK..][..BLOCK], add);
                }
            }
        }
    }
}
