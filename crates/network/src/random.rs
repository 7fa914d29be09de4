//! The seeded generator of initialisation and dropout.
//!
//! SplitMix64 (Steele, Lea and Flood, 2014): a counter through a mixing function, so any draw can be
//! computed from its number alone, in any order and on any thread.

/// SplitMix64's mixing function.
#[must_use]
pub const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of draws.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The stream named by a seed and a path of numbers below it (a tensor; a step, a layer and an example).
    #[must_use]
    pub fn new(seed: u64, path: &[u64]) -> Self {
        let state = path
            .iter()
            .fold(mix(seed.wrapping_add(GAMMA)), |state, &p| {
                mix(state ^ mix(p.wrapping_add(GAMMA)).wrapping_mul(GAMMA))
            });
        Self { state }
    }

    /// Draw number `index`, uniform in [0, 1), a multiple of 2⁻⁵³.
    #[must_use]
    pub fn uniform(&self, index: u64) -> f64 {
        let bits = mix(self
            .state
            .wrapping_add(index.wrapping_add(1).wrapping_mul(GAMMA)));
        (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
}
