//! Whom a question may count.

use crate::release::{Person, Release};
use roaring::RoaringBitmap;

/// Whom a question may count: those of the release whose choice allows it now, as far as the project may see them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scope(RoaringBitmap);

impl Scope {
    /// A scope of people's numbers.
    pub fn new(numbers: impl IntoIterator<Item = u32>) -> Scope {
        Scope(numbers.into_iter().collect())
    }

    /// The numbers of everybody in it, also of those whom no release holds.
    pub fn numbers(&self) -> &RoaringBitmap {
        &self.0
    }

    /// Everybody of a release who may be counted.
    pub fn members(&self, release: &Release) -> RoaringBitmap {
        release.numbers() & &self.0
    }

    /// Whether somebody may be counted.
    pub fn allows(&self, person: &Person) -> bool {
        self.0.contains(person.no.0)
    }

    /// How many.
    pub fn len(&self) -> u64 {
        self.0.len()
    }

    /// Nobody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
