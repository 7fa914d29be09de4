//! Passive sets {x > 0}, one bit a variable, one row of words a program.

/// One set of variables for each of several programs.
#[derive(Clone, Debug)]
pub struct PassiveSets {
    words: Vec<u64>,
    width: usize,
}

impl PassiveSets {
    /// Empty sets.
    pub fn new(programs: usize, variables: usize) -> Self {
        let width = variables.div_ceil(64).max(1);
        PassiveSets {
            words: vec![0; programs * width],
            width,
        }
    }

    /// The words of a program's set.
    pub fn of(&self, program: usize) -> &[u64] {
        &self.words[program * self.width..(program + 1) * self.width]
    }

    /// Empties a program's set.
    pub fn clear(&mut self, program: usize) {
        self.words[program * self.width..(program + 1) * self.width].fill(0);
    }

    /// Whether a program's set holds a variable.
    pub fn contains(&self, program: usize, variable: usize) -> bool {
        self.words[program * self.width + variable / 64] >> (variable % 64) & 1 == 1
    }

    /// Adds a variable to a program's set.
    pub fn insert(&mut self, program: usize, variable: usize) {
        self.words[program * self.width + variable / 64] |= 1 << (variable % 64);
    }

    /// A number equal for equal sets, and rarely for others.
    pub fn key(&self, program: usize) -> u64 {
        self.of(program).iter().fold(0, |key: u64, &word| {
            (key ^ word)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(29)
        })
    }

    /// Makes {j : x_j > 0} the program's set.
    #[inline(never)]
    pub fn assign_positive(&mut self, program: usize, x: &[f64]) {
        self.clear(program);
        for (j, &value) in x.iter().enumerate() {
            if value > 0.0 {
                self.insert(program, j);
            }
        }
    }

    /// The number of variables in a program's set.
    pub fn count(&self, program: usize) -> usize {
        self.of(program)
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// Words of one set.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The words of all sets, program after program.
    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }
}

/// Exchanges the variables of a set with a wrong sign, x_j < -`largest` or gradient_j <
/// -`steepest`, except `pinned`, and counts them.
#[inline(never)]
pub fn exchange(
    words: &mut [u64],
    pinned: Option<usize>,
    (x, largest): (&[f64], f64),
    (gradient, steepest): (&[f64], f64),
) -> u32 {
    let n = x.len();
    let gradient = &gradient[..n];
    let mut count = 0;
    for (k, word) in words.iter_mut().enumerate() {
        let start = 64 * k;
        let mut flips = 0;
        for j in start..n.min(start + 64) {
            let wrong = (x[j] < -largest) | (gradient[j] < -steepest);
            flips |= u64::from(wrong) << (j - start);
        }
        if let Some(j) = pinned
            && j / 64 == k
        {
            flips &= !(1 << (j % 64));
        }
        *word ^= flips;
        count += flips.count_ones();
    }
    count
}

/// Splits 0..n into a set and its complement.
#[inline(never)]
pub fn split(words: &[u64], n: usize, inside: &mut Vec<u32>, outside: &mut Vec<u32>) {
    // Both lists are written everywhere and then cut: no branch to mispredict.
    inside.resize(n, 0);
    outside.resize(n, 0);
    let (mut taken, mut left) = (0, 0);
    for (k, &word) in words.iter().enumerate() {
        for j in 64 * k..n.min(64 * k + 64) {
            let bit = (word >> (j % 64) & 1) as usize;
            inside[taken] = j as u32;
            outside[left] = j as u32;
            taken += bit;
            left += 1 - bit;
        }
    }
    inside.truncate(taken);
    outside.truncate(left);
}
