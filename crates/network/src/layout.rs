//! Where the entries of an activation lie in memory.

/// The order of one example's entries between two stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// PyTorch's order: [channel][row][column], or [feature].
    Plain,
    /// [row][column][channel], for images of few channels.
    Pixels,
    /// [channel / 16][row][column][16 channels]: one pixel of a block is one cache line. `channels[k]` is the
    /// network's channel that lies at position k of the blocked order.
    Blocked {
        /// Position to channel.
        channels: Vec<usize>,
    },
    /// Features in any order: `features[k]` is the network's feature at position k.
    Features {
        /// Position to feature.
        features: Vec<usize>,
    },
}

/// Channels of one block of [`Layout::Blocked`].
pub const BLOCK: usize = 16;

/// The activation between two stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// Shape of one example.
    pub shape: Vec<usize>,
    /// Order of its entries.
    pub layout: Layout,
}

/// Entries after each row that kernels may read: always zero.
pub const SLACK: usize = 16;

impl Boundary {
    /// An activation in PyTorch's order.
    #[must_use]
    pub const fn plain(shape: Vec<usize>) -> Self {
        Self {
            shape,
            layout: Layout::Plain,
        }
    }

    /// Entries of one example.
    #[must_use]
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// Entries from one example to the next, slack included.
    #[must_use]
    pub fn stride(&self) -> usize {
        self.size().next_multiple_of(4) + SLACK
    }

    /// `order()[k]` is the place in PyTorch's order of the entry that lies at position k.
    #[must_use]
    pub fn order(&self) -> Vec<usize> {
        match (&self.layout, &self.shape[..]) {
            (Layout::Pixels, &[c, h, w]) => {
                (0..h * w * c).map(|k| (k % c) * h * w + k / c).collect()
            }
            (Layout::Blocked { channels }, &[c, h, w]) => (0..c * h * w)
                .map(|k| {
                    let (pixel, lane) = (k / BLOCK, k % BLOCK);
                    let (block, place) = (pixel / (h * w), pixel % (h * w));
                    channels[block * BLOCK + lane] * h * w + place
                })
                .collect(),
            (Layout::Features { features }, _) => features.clone(),
            _ => (0..self.size()).collect(),
        }
    }

    /// Writes one example, given in PyTorch's order, into a row of this layout.
    pub fn load<T: Copy>(&self, plain: &[T], row: &mut [T]) {
        match (&self.layout, &self.shape[..]) {
            (Layout::Plain, _) => row[..plain.len()].copy_from_slice(plain),
            // Colour images are common enough for one pass over the three planes.
            (Layout::Pixels, &[3, h, w]) => {
                let (red, rest) = plain.split_at(h * w);
                let (green, blue) = rest.split_at(h * w);
                let planes = red.iter().zip(green).zip(blue);
                for (pixel, ((&r, &g), &b)) in row.chunks_exact_mut(3).zip(planes) {
                    pixel.copy_from_slice(&[r, g, b]);
                }
            }
            (Layout::Pixels, &[c, h, w]) => {
                for (channel, plane) in plain.chunks_exact(h * w).enumerate().take(c) {
                    for (pixel, &value) in row[channel..].iter_mut().step_by(c).zip(plane) {
                        *pixel = value;
                    }
                }
            }
            _ => {
                for (value, &place) in row.iter_mut().zip(&self.order()) {
                    *value = plain[place];
                }
            }
        }
    }

    /// The same entries flattened.
    #[must_use]
    pub fn flattened(&self) -> Self {
        let layout = match self.layout {
            Layout::Plain => Layout::Plain,
            _ => Layout::Features {
                features: self.order(),
            },
        };
        Self {
            shape: vec![self.size()],
            layout,
        }
    }
}
