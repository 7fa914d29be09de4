//! Convolutions that connect every input channel to every output channel.
//!
//! Parameters and Jacobian rows: `[input block][ky][output][kx][16 inputs]`, then `[outputs]` of bias.
//!
//! Forward, the cheapest of three ways: Winograd tiles that are whole pooling windows (4 × 4 outputs behind a pool of
//! 2, 3 × 3 behind a pool of 3) where the positions divide into them, else directly, on weights packed as
//! `[output block][input block][ky][kx][16 inputs][16 outputs]` once a step.
//!
//! Backward, behind a P × P pool: one delta a pooled cell, at its maximum. The weight gradient adds, for each
//! output channel, its deltas times the 3 × 3 patches at its maxima; the input's deltas add, for each convolution
//! position, the weights of the channels whose maximum lies there. Both loops are 12 accumulators wide: three
//! horizontal taps of 16 inputs, 48 neighbouring floats.

use super::Geometry;
use super::image_conv::bias_gradient;
use super::pool::{Numbering, list_by_channel, pool_strip};
use super::winograd::{Four, Shape, Three, Tile};
use super::{PAIR, add_products};
use crate::layout::BLOCK;
use crate::rows::{GradientRows, Rows, RowsMut};
use crate::simd::F32x4;
use crate::stage::{GramianForm, Pass, Source, Stage};

/// Floats of three horizontal taps of 16 inputs.
const PATCH: usize = 3 * BLOCK;

/// How the forward pass is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forward {
    Direct,
    /// F(3 × 3, 3 × 3).
    WinogradThree,
    /// F(4 × 4, 3 × 3).
    WinogradFour,
}

/// See the [module](self).
#[derive(Debug)]
pub struct DenseConv {
    geometry: Geometry,
    way: Forward,
    /// Position to the network's channel, before the layer.
    channels: Vec<usize>,
}

impl DenseConv {
    /// Channels and outputs multiples of 16; channels in this order.
    #[must_use]
    pub fn new(geometry: Geometry, channels: Vec<usize>) -> Self {
        let (rows, columns) = (
            geometry.rows() * geometry.pool,
            geometry.columns() * geometry.pool,
        );
        let tiled = |side: usize| {
            rows.is_multiple_of(side)
                && columns.is_multiple_of(side)
                && rows * columns >= PAIR * side * side
        };
        let way = match geometry.pool {
            2 if tiled(4) => Forward::WinogradFour,
            3 if tiled(3) => Forward::WinogradThree,
            _ => Forward::Direct,
        };
        Self {
            geometry,
            way,
            channels,
        }
    }

    /// The tiles of side `side` that cover all positions.
    const fn shape(&self, side: usize) -> Shape {
        let (g, (rows, columns)) = (&self.geometry, self.geometry.positions());
        Shape {
            channels: g.channels,
            outputs: g.outputs,
            input: (g.height, g.width),
            tiles: (rows / side, columns / side),
        }
    }

    const fn input_blocks(&self) -> usize {
        self.geometry.channels / BLOCK
    }

    const fn output_blocks(&self) -> usize {
        self.geometry.outputs / BLOCK
    }

    const fn weight_count(&self) -> usize {
        9 * self.geometry.channels * self.geometry.outputs
    }

    /// Floats of one block of the input.
    const fn plane(&self) -> usize {
        self.geometry.height * self.geometry.width * BLOCK
    }

    /// `width` positions of convolution row `y` of one output block, to `output`.
    ///
    /// # Safety
    /// Those positions lie in the image; `packed` is the output block's; width ≥ 2.
    #[inline(never)] // one copy serves all callers
    unsafe fn conv_row(
        &self,
        input: *const f32,
        packed: *const f32,
        bias: &[F32x4; 4],
        y: usize,
        width: usize,
        output: *mut f32,
    ) {
        let row = self.geometry.width * BLOCK;
        let mut x = 0;
        loop {
            let mut sums = [*bias; PAIR];
            // SAFETY: by the caller's promise.
            unsafe {
                for block in 0..self.input_blocks() {
                    for ky in 0..3 {
                        let pixels = input.add(block * self.plane() + (y + ky) * row + x * BLOCK);
                        let weights = packed.add((block * 3 + ky) * PATCH * BLOCK);
                        add_products(&mut sums, pixels, BLOCK, weights, PATCH);
                    }
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
            x = (x + PAIR).min(width - PAIR);
        }
    }

    fn forward_example<const P: usize>(
        &self,
        pass: &mut Pass<'_, f32>,
        e: usize,
        input: &[f32],
        output: &mut [f32],
    ) {
        let g = &self.geometry;
        let (rows, columns, width) = (g.rows(), g.columns(), g.columns() * P);
        let (places, strip) = (pass.tape.row(e), &mut *pass.scratch);
        assert!(
            input.len() >= self.input_blocks() * self.plane()
                && output.len() >= g.outputs * g.cells()
        );
        assert!(pass.packed.len() >= self.weight_count() && places.len() >= g.outputs * g.cells());
        assert!(strip.len() >= P * width * BLOCK);
        for block in 0..self.output_blocks() {
            let bias = g.bias_of(&pass.parameters[self.weight_count()..], block);
            let packed = pass.packed[block * 9 * g.channels * BLOCK..].as_ptr();
            for y in 0..rows {
                let cell = (block * rows + y) * columns * BLOCK;
                // SAFETY: sizes are asserted above.
                unsafe {
                    for r in 0..P {
                        self.conv_row(
                            input.as_ptr(),
                            packed,
                            &bias,
                            y * P + r,
                            width,
                            strip.as_mut_ptr().add(r * width * BLOCK),
                        );
                    }
                    let base = y * P * g.width * BLOCK;
                    let (output, places) =
                        (output.as_mut_ptr().add(cell), places.as_mut_ptr().add(cell));
                    let numbering = Numbering {
                        base,
                        cell: P * BLOCK,
                        row: g.width * BLOCK,
                        column: BLOCK,
                    };
                    pool_strip::<P>(strip.as_ptr(), columns, output, places, numbering);
                }
            }
        }
    }

    /// Pools `P` × `P` windows out of `M` × `M` tiles, M a multiple of P.
    fn forward_tiles<const P: usize, const M: usize, const T: usize, K: Tile<M, T>>(
        &self,
        pass: &mut Pass<'_, f32>,
        e: usize,
        input: &[f32],
        output: &mut [f32],
    ) {
        let g = &self.geometry;
        let (shape, columns) = (self.shape(M), g.columns());
        let (tiles, width, row) = (shape.tiles, columns * P, g.width * BLOCK);
        let places = pass.tape.row(e);
        let (transformed, rest) = pass
            .scratch
            .split_at_mut(T * T * tiles.0 * tiles.1 * g.channels);
        let (products, strip) = rest.split_at_mut(T * T * tiles.0 * tiles.1 * BLOCK);
        assert!(output.len() >= g.outputs * g.cells() && places.len() >= g.outputs * g.cells());
        assert!(strip.len() >= M * width * BLOCK);
        shape.transform::<M, T, K>(input, transformed);
        for block in 0..self.output_blocks() {
            let packed =
                &pass.packed[block * T * T * g.channels * BLOCK..][..T * T * g.channels * BLOCK];
            let bias = g
                .bias
                .then(|| &pass.parameters[self.weight_count() + block * BLOCK..][..BLOCK]);
            shape.multiply::<T>(transformed, packed, bias, products);
            for tile_row in 0..tiles.0 {
                shape.finish::<M, T, K>(products, tile_row, strip);
                for part in 0..M / P {
                    let y = tile_row * (M / P) + part;
                    let cell = (block * g.rows() + y) * columns * BLOCK;
                    // SAFETY: sizes are asserted above.
                    unsafe {
                        let strip = strip.as_ptr().add(part * P * width * BLOCK);
                        let (output, places) =
                            (output.as_mut_ptr().add(cell), places.as_mut_ptr().add(cell));
                        let numbering = Numbering {
                            base: y * P * row,
                            cell: P * BLOCK,
                            row,
                            column: BLOCK,
                        };
                        pool_strip::<P>(strip, columns, output, places, numbering);
                    }
                }
            }
        }
    }

    /// Weight gradient of one example: `lists` holds (offset of the maximum, delta) of each output's cells.
    #[inline(never)] // its registers to itself
    fn weight_gradient(
        &self,
        input: &[f32],
        delta: &[f32],
        places: &[f32],
        lists: &mut [f32],
        gradient: &mut [f32],
        add: bool,
    ) {
        let g = &self.geometry;
        let (cells, row) = (g.cells(), g.width * BLOCK);
        assert!(
            input.len() >= self.input_blocks() * self.plane()
                && gradient.len() >= self.weight_count()
        );
        for (block, (deltas, places)) in delta
            .chunks_exact(cells * BLOCK)
            .zip(places.chunks_exact(cells * BLOCK))
            .enumerate()
            .take(self.output_blocks())
        {
            let lists = &mut lists[block * BLOCK * 2 * cells..][..BLOCK * 2 * cells];
            list_by_channel(deltas, places, cells, lists);
        }
        for block in 0..self.input_blocks() {
            let plane = &input[block * self.plane()..][..self.plane()];
            for (output, list) in lists.chunks_exact(2 * cells).take(g.outputs).enumerate() {
                for ky in 0..3 {
                    let mut sums = [F32x4::zero(); 12];
                    // SAFETY: a maximum is a convolution position, so its patch lies in the plane.
                    unsafe {
                        let rows = plane.as_ptr().add(ky * row);
                        for entry in list.chunks_exact(2) {
                            let patch = rows.add(entry[0].to_bits() as usize);
                            let d = F32x4::splat(entry[1]);
                            for (q, sum) in sums.iter_mut().enumerate() {
                                *sum += d * F32x4::load(patch.add(4 * q));
                            }
                        }
                    }
                    let start = ((block * 3 + ky) * g.outputs + output) * PATCH;
                    let to = gradient[start..start + PATCH].as_mut_ptr();
                    for (q, &sum) in sums.iter().enumerate() {
                        // SAFETY: 48 floats.
                        unsafe {
                            let to = to.add(4 * q);
                            sum.store_or_add(to, add);
                        }
                    }
                }
            }
        }
    }

    /// Deltas of the input: `lists` holds, for each convolution position, (offset of the output's weights, delta)
    /// of the outputs whose maximum lies there; its last entries are the lists' lengths.
    #[inline(never)] // its registers to itself
    fn input_delta(
        &self,
        parameters: &[f32],
        delta: &[f32],
        places: &[f32],
        lists: &mut [f32],
        to: &mut [f32],
    ) {
        let g = &self.geometry;
        let (rows, columns) = self.geometry.positions();
        let (cells, capacity) = (g.cells(), 2 * g.outputs);
        assert!(
            parameters.len() >= self.weight_count()
                && to.len() >= self.input_blocks() * self.plane()
        );
        // A place is an offset into the input plane; lists are kept by its pixel.
        let pixels = rows * g.width;
        let (lists, lengths) = lists.split_at_mut(pixels * capacity);
        lengths[..pixels].fill(0.0);
        for block in 0..self.output_blocks() {
            let start = block * cells * BLOCK;
            for cell in 0..cells * BLOCK {
                let pixel = places[start + cell] as usize / BLOCK;
                let length = lengths[pixel].to_bits() as usize;
                let entry = &mut lists[pixel * capacity + 2 * length..][..2];
                entry[0] = f32::from_bits(((block * BLOCK + cell % BLOCK) * PATCH) as u32);
                entry[1] = delta[start + cell];
                lengths[pixel] = f32::from_bits(length as u32 + 1);
            }
        }
        to[..self.input_blocks() * self.plane()].fill(0.0);
        for block in 0..self.input_blocks() {
            let plane = &mut to[block * self.plane()..][..self.plane()];
            for ky in 0..3 {
                let slice = (block * 3 + ky) * g.outputs * PATCH;
                let weights = &parameters[slice..slice + g.outputs * PATCH];
                for y in 0..rows {
                    for x in 0..columns {
                        let pixel = y * g.width + x;
                        let length = lengths[pixel].to_bits() as usize;
                        if length == 0 {
                            continue;
                        }
                        let list = &lists[pixel * capacity..][..2 * length];
                        let to = plane[(pixel + ky * g.width) * BLOCK..][..PATCH].as_mut_ptr();
                        let mut sums = [F32x4::zero(); 12];
                        // SAFETY: an entry's offset is an output's, below `outputs · PATCH`; `to` has 48 floats.
                        unsafe {
                            for entry in list.chunks_exact(2) {
                                let w = weights.as_ptr().add(entry[0].to_bits() as usize);
                                let d = F32x4::splat(entry[1]);
                                for (q, sum) in sums.iter_mut().enumerate() {
                                    *sum += d * F32x4::load(w.add(4 * q));
                                }
                            }
                            for (q, &sum) in sums.iter().enumerate() {
                                let to = to.add(4 * q);
                                (F32x4::load(to) + sum).store(to);
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Stage<f32> for DenseConv {
    fn kernel(&self) -> String {
        let way = if self.way == Forward::Direct {
            ""
        } else {
            "-winograd"
        };
        match self.geometry.pool {
            1 => "dense-conv3x3".into(),
            p => format!("dense-conv3x3{way}+max-pool{p}"),
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
        g.for_each_weight(|o, position, ky, kx| {
            let internal = ((position / BLOCK * 3 + ky) * g.outputs + o) * PATCH
                + kx * BLOCK
                + position % BLOCK;
            visit(
                internal,
                (
                    0,
                    (o * g.channels + self.channels[position]) * 9 + ky * 3 + kx,
                ),
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
        match self.way {
            Forward::Direct => self.weight_count(),
            Forward::WinogradThree => self.shape(3).packed_count(5),
            Forward::WinogradFour => self.shape(4).packed_count(6),
        }
    }

    fn packed_parts(&self) -> usize {
        self.output_blocks()
    }

    fn prepare(&self, part: usize, parameters: &[f32], packed: &mut [f32]) {
        let g = &self.geometry;
        match self.way {
            Forward::Direct => {}
            Forward::WinogradThree => {
                return self.shape(3).pack::<3, 5, Three>(part, parameters, packed);
            }
            Forward::WinogradFour => {
                return self.shape(4).pack::<4, 6, Four>(part, parameters, packed);
            }
        }
        let mut to = packed.iter_mut();
        for rows in 0..3 * self.input_blocks() {
            let from = &parameters[(rows * g.outputs + part * BLOCK) * PATCH..][..BLOCK * PATCH];
            for j in 0..PATCH {
                for (w, to) in from[j..].iter().step_by(PATCH).zip(to.by_ref().take(BLOCK)) {
                    *to = *w;
                }
            }
        }
    }

    fn tape_count(&self) -> usize {
        self.geometry.outputs * self.geometry.cells()
    }

    fn scratch_count(&self) -> usize {
        let g = &self.geometry;
        let (rows, columns) = self.geometry.positions();
        let forward = match self.way {
            Forward::Direct => g.pool * columns * BLOCK,
            Forward::WinogradThree => self.shape(3).scratch_count(5) + 3 * columns * BLOCK,
            Forward::WinogradFour => self.shape(4).scratch_count(6) + 4 * columns * BLOCK,
        };
        let by_output = 2 * g.outputs * g.cells();
        let by_pixel = rows * g.width * (2 * g.outputs + 1);
        forward.max(by_output).max(by_pixel)
    }

    fn forward(
        &self,
        pass: &mut Pass<'_, f32>,
        input: Rows<'_, f32>,
        mut output: RowsMut<'_, f32>,
    ) {
        for e in 0..pass.examples {
            let (x, y) = (input.row(e), output.row(e));
            match (self.way, self.geometry.pool) {
                (Forward::WinogradFour, _) => self.forward_tiles::<2, 4, 6, Four>(pass, e, x, y),
                (Forward::WinogradThree, _) => self.forward_tiles::<3, 3, 5, Three>(pass, e, x, y),
                (Forward::Direct, 1) => self.forward_example::<1>(pass, e, x, y),
                (Forward::Direct, 2) => self.forward_example::<2>(pass, e, x, y),
                (Forward::Direct, _) => self.forward_example::<3>(pass, e, x, y),
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
        let cells = self.geometry.cells();
        for e in 0..pass.examples {
            let (d, places) = (delta.row(e), pass.tape.row(e));
            if let Some((row, add)) = gradient.as_mut().map(|g| g.row(e)) {
                let (weights, bias) = row.split_at_mut(self.weight_count());
                self.weight_gradient(input.row(e), d, places, pass.scratch, weights, add);
                if self.geometry.bias {
                    for block in 0..self.output_blocks() {
                        bias_gradient(
                            &d[block * cells * BLOCK..],
                            cells,
                            &mut bias[block * BLOCK..][..BLOCK],
                            add,
                        );
                    }
                }
            }
            if let Some(to) = delta_input.as_mut().map(|r| r.row(e)) {
                self.input_delta(pass.parameters, d, places, pass.scratch, to);
            }
        }
    }
}
