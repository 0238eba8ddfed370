use serde::Serialize;

/// An amount.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Quantity {
    /// How many.
    pub value: u64,
}

/// From one amount on; no end is named.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Range {
    /// The least.
    pub low: Quantity,
}

/// A length of time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Duration {
    /// How many.
    pub value: u64,
    /// How the length is to be compared with the value: `<=`.
    pub comparator: &'static str,
    /// Unit in words.
    pub unit: &'static str,
    /// Code system of the unit.
    pub system: &'static str,
    /// Code of the unit.
    pub code: &'static str,
}
