//! Rejected input.

use std::fmt;

/// Bad input: what was seen, where, and the rule it breaks.
///
/// Rows, columns and entries are counted from zero.
#[derive(Clone, Debug, PartialEq)]
pub struct ConeError {
    /// The rule that does not hold, such as `every entry must be finite`.
    pub rule: String,
    /// Where it was seen, such as `row 3, column 7 of the Gramian`.
    pub place: String,
    /// The value seen there.
    pub value: f64,
}

impl ConeError {
    pub(crate) fn new(place: impl Into<String>, value: f64, rule: impl Into<String>) -> Self {
        ConeError {
            rule: rule.into(),
            place: place.into(),
            value,
        }
    }
}

impl fmt::Display for ConeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} is {}; {}", self.place, self.value, self.rule)
    }
}

impl std::error::Error for ConeError {}
