//! A bounded list of the smallest k items, independent of the order in which they are offered.

use serde::{Deserialize, Serialize};

/// Upper bound of the limit; a file that requires more is rejected.
pub const MAX_FIRST: usize = 10_000;

/// The `limit` smallest offered items, ascending; equal items count separately.
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

    /// Whether an item would be kept, by comparison with the last item, which it would displace: avoids
    /// building items only to drop them.
    pub fn admits(&self, before: impl FnOnce(&T) -> bool) -> bool {
        if self.items.len() < self.limit { true } else { self.items.last().is_some_and(before) }
    }

    /// Adds an item if it is among the smallest.
    pub fn offer(&mut self, item: T) {
        let at = self.items.partition_point(|own| *own <= item);
        if at < self.limit {
            self.items.insert(at, item);
            self.items.truncate(self.limit);
        }
    }

    /// Keeps the smallest of both.
    pub fn merge(&mut self, other: Self) {
        self.items.extend(other.items);
        self.items.sort();
        self.items.truncate(self.limit);
    }
}

impl<T> SmallestK<T> {
    /// The most items that are kept.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The items, in ascending order.
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
            return Err("samples are not sorted");
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
        fn smallest_items_are_kept_in_any_order(
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
