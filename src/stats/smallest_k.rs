//! The first few of many, by their own order, whatever order they come in.

use serde::{Deserialize, Serialize};

/// More are never held; a file that asks for more is refused.
pub const MAX_FIRST: usize = 10_000;

/// The `limit` smallest items that were offered, ascending; equal items count one by one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "RawSmallestK<T>", bound(deserialize = "T: Ord + Deserialize<'de>"))]
pub struct SmallestK<T> {
    limit: usize,
    items: Vec<T>,
}

impl<T: Ord> SmallestK<T> {
    /// Keeps at most `limit` items, at most [`MAX_FIRST`].
    pub fn new(limit: usize) -> Self {
        Self { limit: limit.min(MAX_FIRST), items: Vec::new() }
    }

    /// Whether an item would be kept, by a question about the last one that it would displace: so that
    /// nothing is built only to be dropped.
    pub fn admits(&self, before: impl FnOnce(&T) -> bool) -> bool {
        if self.items.len() < self.limit { true } else { self.items.last().is_some_and(before) }
    }

    pub fn offer(&mut self, item: T) {
        let at = self.items.partition_point(|own| *own <= item);
        if at < self.limit {
            self.items.insert(at, item);
            self.items.truncate(self.limit);
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.items.extend(other.items);
        self.items.sort();
        self.items.truncate(self.limit);
    }
}

impl<T> SmallestK<T> {
    pub fn limit(&self) -> usize {
        self.limit
    }

    pub fn items(&self) -> &[T] {
        &self.items
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSmallestK<T> {
    limit: usize,
    items: Vec<T>,
}

impl<T: Ord> TryFrom<RawSmallestK<T>> for SmallestK<T> {
    type Error = &'static str;

    fn try_from(RawSmallestK { limit, items }: RawSmallestK<T>) -> Result<Self, Self::Error> {
        if limit > MAX_FIRST || items.len() > limit {
            return Err("more samples than the limit");
        }
        if !items.is_sorted() {
            return Err("samples are not in order");
        }
        Ok(Self { limit, items })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        #[test]
        fn the_smallest_are_kept_however_they_come(
            mut all in prop::collection::vec(0_u8..20, 0..60), cut in 0_usize..60, limit in 0_usize..12,
        ) {
            let (mut left, mut right, mut whole) = (SmallestK::new(limit), SmallestK::new(limit), SmallestK::new(limit));
            for (n, item) in all.iter().enumerate() {
                whole.offer(*item);
                if n < cut { left.offer(*item) } else { right.offer(*item) }
            }
            right.merge(left);
            prop_assert_eq!(&right, &whole);
            all.sort_unstable();
            all.truncate(limit);
            prop_assert_eq!(whole.items(), &all);
        }
    }
}
