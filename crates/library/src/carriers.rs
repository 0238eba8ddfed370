//! Who carries a row: a list of numbers where they are few, a plane of bits where they are many.

use arrow_array::{Array, BinaryArray, ListArray, cast::AsArray, types::UInt32Type};
use roaring::RoaringBitmap;

/// Numbers of people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Carriers {
    /// Rising, once settled.
    Listed(Vec<u32>),
    /// One bit for each number from a first one.
    Plane(Plane),
}

/// A bit for each number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Plane {
    /// Number of the first bit, a multiple of eight.
    first: u32,
    /// The lowest bit of each byte first.
    bits: Vec<u8>,
}

/// Numbers from which on a plane is thought of.
const MANY_MIN: usize = 32;
/// A plane takes no more room than a list where one in so many numbers is set. Chosen by measure: of 8,192 people with linkage,
/// thresholds of 1/16 to 1/64 give files within 4 % of each other.
const SHARE: usize = 32;

fn is_dense(count: usize, first: u32, last: u32) -> bool {
    count >= MANY_MIN && count.saturating_mul(SHARE) > (last - first) as usize
}

impl Default for Carriers {
    fn default() -> Carriers {
        Carriers::Listed(vec![])
    }
}

impl Plane {
    fn spanning(first: u32, last: u32) -> Plane {
        let first = first / 8 * 8;
        Plane { first, bits: vec![0; ((last - first) / 8 + 1) as usize] }
    }

    /// Sets numbers that lie within it.
    fn set_all(&mut self, numbers: &[u32]) {
        for bit in numbers.iter().map(|no| no - self.first) {
            self.bits[(bit / 8) as usize] |= 1 << (bit % 8);
        }
    }

    fn clear(&mut self, no: u32) {
        let bit = no.wrapping_sub(self.first);
        if let Some(byte) = self.bits.get_mut((bit / 8) as usize) {
            *byte &= !(1 << (bit % 8));
        }
    }

    fn last(&self) -> u32 {
        self.first + self.bits.len() as u32 * 8 - 1
    }

    /// Sets every bit of another plane that lies within this one.
    fn unite(&mut self, other: &Plane) {
        let from = ((other.first - self.first) / 8) as usize;
        for (own, more) in self.bits[from..].iter_mut().zip(&other.bits) {
            *own |= more;
        }
    }

    fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        let each = |(index, byte): (usize, &u8)| {
            let (byte, from) = (*byte, self.first + index as u32 * 8);
            (0..8).filter(move |bit| byte >> bit & 1 > 0).map(move |bit| from + bit)
        };
        self.bits.iter().enumerate().filter(|(_, byte)| **byte > 0).flat_map(each)
    }

    fn len(&self) -> usize {
        ones(&self.bits)
    }

    /// As it is kept: the first number, little-endian, and the bits.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.first.to_le_bytes()[..], &self.bits].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Plane {
        let (first, bits) = split(bytes);
        Plane { first, bits: bits.to_vec() }
    }
}

/// The first number of a plane, and its bits. What is cut off is nobody.
fn split(plane: &[u8]) -> (u32, &[u8]) {
    plane.split_first_chunk::<4>().map_or((0, &[]), |(first, bits)| (u32::from_le_bytes(*first), bits))
}

fn ones(bits: &[u8]) -> usize {
    let (chunks, rest) = bits.as_chunks::<8>();
    let in_chunks: u32 = chunks.iter().map(|w| u64::from_le_bytes(*w).count_ones()).sum();
    (in_chunks + rest.iter().map(|b| b.count_ones()).sum::<u32>()) as usize
}

impl Carriers {
    /// Adds a number.
    pub fn push(&mut self, no: u32) {
        match self {
            Carriers::Listed(numbers) => numbers.push(no),
            Carriers::Plane(_) => self.join(Carriers::Listed(vec![no])),
        }
    }

    /// Takes in others.
    pub fn join(&mut self, other: Carriers) {
        match (&mut *self, other) {
            (_, other) if other.is_empty() => {}
            (Carriers::Listed(own), Carriers::Listed(more)) => own.extend(more),
            (own, other) => {
                let [(a, b), (c, d)] = [own.span(), other.span()];
                let mut plane = Plane::spanning(a.min(c), b.max(d));
                for part in [&*own, &other] {
                    match part {
                        Carriers::Listed(numbers) => plane.set_all(numbers),
                        Carriers::Plane(part) => plane.unite(part),
                    }
                }
                *self = Carriers::Plane(plane);
            }
        }
    }

    /// First and last number at most; of nobody, so that it changes no other's.
    fn span(&self) -> (u32, u32) {
        match self {
            Carriers::Listed(numbers) => {
                (numbers.iter().copied().min().unwrap_or(u32::MAX), numbers.iter().copied().max().unwrap_or_default())
            }
            Carriers::Plane(plane) => (plane.first, plane.last()),
        }
    }

    /// Takes people out; whether anybody was.
    pub fn remove(&mut self, people: &RoaringBitmap) -> bool {
        match self {
            Carriers::Listed(numbers) => {
                let before = numbers.len();
                numbers.retain(|no| !people.contains(*no));
                numbers.len() < before
            }
            Carriers::Plane(plane) => {
                let before = plane.len();
                for no in people {
                    plane.clear(no);
                }
                plane.len() < before
            }
        }
    }

    /// In the one form that the same people always have.
    pub fn settle(&mut self) {
        match self {
            Carriers::Listed(numbers) => {
                numbers.sort_unstable();
                numbers.dedup();
                let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return };
                if is_dense(numbers.len(), *first, *last) {
                    let mut plane = Plane::spanning(*first, *last);
                    plane.set_all(numbers);
                    *self = Carriers::Plane(plane);
                }
            }
            Carriers::Plane(plane) => {
                let empty = plane.bits.iter().take_while(|byte| **byte == 0).count();
                plane.bits.drain(..empty);
                plane.first += empty as u32 * 8;
                plane.bits.truncate(plane.bits.iter().rposition(|byte| *byte > 0).map_or(0, |last| last + 1));
                let exactly = || {
                    let from = plane.first + plane.bits.first()?.trailing_zeros();
                    Some((from, plane.last() - plane.bits.last()?.leading_zeros()))
                };
                if exactly().is_none_or(|(first, last)| !is_dense(plane.len(), first, last)) {
                    *self = Carriers::Listed(plane.numbers().collect());
                }
            }
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Carriers::Listed(numbers) => numbers.len(),
            Carriers::Plane(plane) => plane.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Carriers::Listed(numbers) => numbers.is_empty(),
            Carriers::Plane(plane) => plane.bits.iter().all(|byte| *byte == 0),
        }
    }

    /// Bytes that they take in a block, before it is compressed.
    pub fn weight(&self) -> usize {
        match self {
            Carriers::Listed(numbers) => numbers.len() * size_of::<u32>(),
            Carriers::Plane(plane) => plane.bits.len(),
        }
    }

    /// As a set.
    pub fn set(&self) -> RoaringBitmap {
        match self {
            Carriers::Listed(numbers) => numbers.iter().copied().collect(),
            Carriers::Plane(plane) => RoaringBitmap::from_lsb0_bytes(plane.first, &plane.bits),
        }
    }
}

/// The two columns of a file that say who carries on so many copies: a list, and a plane where the list is empty for being one.
#[derive(Clone)]
pub struct CarrierColumns {
    lists: ListArray,
    planes: BinaryArray,
}

impl CarrierColumns {
    /// Of the list and the plane of each row.
    pub fn new(lists: ListArray, planes: BinaryArray) -> CarrierColumns {
        CarrierColumns { lists, planes }
    }

    /// Rows.
    pub fn len(&self) -> usize {
        self.lists.len()
    }

    /// No rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn list(&self, row: usize) -> &[u32] {
        let offsets = self.lists.value_offsets();
        &self.lists.values().as_primitive::<UInt32Type>().values()[offsets[row] as usize..offsets[row + 1] as usize]
    }

    pub(crate) fn carriers(&self, row: usize) -> Carriers {
        if self.planes.is_valid(row) {
            Carriers::Plane(Plane::from_bytes(self.planes.value(row)))
        } else {
            Carriers::Listed(self.list(row).to_vec())
        }
    }

    /// The carriers of a row as a set.
    pub fn set(&self, row: usize) -> RoaringBitmap {
        if self.planes.is_valid(row) {
            let (first, bits) = split(self.planes.value(row));
            RoaringBitmap::from_lsb0_bytes(first, bits)
        } else {
            self.list(row).iter().copied().collect()
        }
    }

    /// The numbers of a row's carriers, rising.
    pub fn numbers(&self, row: usize) -> Vec<u32> {
        if self.planes.is_valid(row) { Plane::from_bytes(self.planes.value(row)).numbers().collect() } else { self.list(row).to_vec() }
    }

    /// How many of a row's carriers are among some people.
    pub fn count(&self, row: usize, people: &PersonMask) -> u64 {
        if self.planes.is_valid(row) {
            return people.count(self.planes.value(row));
        }
        self.list(row).iter().filter(|no| people.has(**no)).count() as u64
    }
}

/// A set of people as bits, for counting many rows against it.
#[derive(Debug)]
pub struct PersonMask(Vec<u8>);

impl PersonMask {
    /// Of people's numbers.
    pub fn new(people: &RoaringBitmap) -> PersonMask {
        let mut bits = vec![0; people.max().map_or(0, |most| most as usize / 8 + 1)];
        for no in people {
            bits[no as usize / 8] |= 1 << (no % 8);
        }
        PersonMask(bits)
    }

    fn has(&self, no: u32) -> bool {
        self.0.get(no as usize / 8).is_some_and(|byte| byte >> (no % 8) & 1 > 0)
    }

    fn count(&self, plane: &[u8]) -> u64 {
        let (first, bits) = split(plane);
        let own = self.0.get(first as usize / 8..).unwrap_or_default();
        let length = own.len().min(bits.len());
        let ((a, a_rest), (b, b_rest)) = (own[..length].as_chunks::<8>(), bits[..length].as_chunks::<8>());
        let in_chunks: u64 = a.iter().zip(b).map(|(a, b)| u64::from((u64::from_ne_bytes(*a) & u64::from_ne_bytes(*b)).count_ones())).sum();
        in_chunks + a_rest.iter().zip(b_rest).map(|(a, b)| u64::from((a & b).count_ones())).sum::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn settled(numbers: &BTreeSet<u32>) -> Carriers {
        let mut made = Carriers::Listed(numbers.iter().copied().collect());
        made.settle();
        made
    }

    fn sets() -> impl Strategy<Value = BTreeSet<u32>> {
        prop_oneof![
            proptest::collection::btree_set(0_u32..100_000, 0..40),
            proptest::collection::btree_set(5_000_u32..5_600, 0..400),
            proptest::collection::btree_set(5_555_u32..9_000, 0..400),
        ]
    }

    proptest! {
        #[test]
        fn lists_and_planes_hold_the_same_people_in_one_form(one in sets(), two in sets(), gone in sets()) {
            let (carriers, gone_set) = (settled(&one), gone.iter().copied().collect::<RoaringBitmap>());
            prop_assert_eq!(carriers.set().into_iter().collect::<BTreeSet<_>>(), one.clone());
            prop_assert_eq!(carriers.len(), one.len());
            let mut both = carriers.clone();
            both.join(settled(&two));
            both.settle();
            prop_assert_eq!(&both, &settled(&(&one | &two)));
            let any = both.remove(&gone_set);
            both.settle();
            prop_assert_eq!(any, !(&one | &two).is_disjoint(&gone));
            prop_assert_eq!(both, settled(&(&(&one | &two) - &gone)));
            let mask = PersonMask::new(&gone_set);
            let common = one.intersection(&gone).count() as u64;
            match &carriers {
                Carriers::Plane(plane) => {
                    prop_assert_eq!(&Plane::from_bytes(&plane.to_bytes()), plane);
                    prop_assert_eq!(mask.count(&plane.to_bytes()), common);
                }
                Carriers::Listed(numbers) => prop_assert_eq!(numbers.iter().filter(|no| mask.has(**no)).count() as u64, common),
            }
        }
    }

    #[test]
    fn many_are_a_plane_and_few_a_list() {
        assert!(matches!(settled(&(64..128).collect()), Carriers::Plane(_)));
        assert!(matches!(settled(&(0..64).map(|n| n * 40).collect()), Carriers::Listed(_)));
        assert!(matches!(settled(&(0..20).collect()), Carriers::Listed(_)));
    }
}
