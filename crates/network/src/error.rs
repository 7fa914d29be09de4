//! Errors that name the rule, the place and the value seen.

use std::fmt;

/// A network, a tensor or a batch that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkError {
    /// What must hold: "the kernel must fit into its input".
    pub rule: String,
    /// Where: "layers[2].kernel".
    pub place: String,
    /// What was seen there.
    pub value: String,
}

impl NetworkError {
    /// An error about `value` at `place`, which breaks `rule`.
    pub fn new(
        place: impl Into<String>,
        value: impl fmt::Display,
        rule: impl Into<String>,
    ) -> Self {
        Self::build(place.into(), &value, rule.into())
    }

    /// Out of line: refusals are many, rare, and not worth their bytes at every place that refuses.
    #[cold]
    #[inline(never)]
    fn build(place: String, value: &dyn fmt::Display, rule: String) -> Self {
        Self {
            rule,
            place,
            value: value.to_string(),
        }
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}; {}", self.place, self.value, self.rule)
    }
}

impl std::error::Error for NetworkError {}
