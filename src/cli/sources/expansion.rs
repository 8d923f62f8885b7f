//! Limit on the expansion of compressed sources: a few kilobytes can expand to gigabytes, which take minutes to read.
//! Counted over the whole run, so that a thousand such files cost no more than one.

use authkit::encoding::bounds::as_u64;
use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

/// Maximum ratio of expanded to compressed size. Logs with tokens reach 10 to 60, zeros 1,000 and more.
pub const DEFAULT_RATIO: u64 = 250;

/// Bytes to which all compressed sources of a run may expand at any ratio.
pub const FREE_BYTES: u64 = 64 * 1024 * 1024;

/// The expansion budget of a run, shared by clones.
#[derive(Clone)]
pub struct Expansion {
    ratio: u64,
    /// Bytes that may still be expanded.
    left: Rc<Cell<u64>>,
}

impl Expansion {
    /// A budget with the given ratio.
    pub fn new(ratio: u64) -> Self {
        Self::with_free_bytes(ratio, FREE_BYTES)
    }

    pub(super) fn with_free_bytes(ratio: u64, free: u64) -> Self {
        Self { ratio, left: Rc::new(Cell::new(free)) }
    }

    /// Wraps the compressed reader: its bytes add to the budget.
    pub(super) fn paid<R: Read>(&self, compressed: R) -> Paid<R> {
        Paid { compressed, budget: self.clone() }
    }

    /// Wraps the decompressed reader: it fails with [`TooMuch`] when the budget is exhausted.
    pub(super) fn limited<R: Read>(&self, expanded: R) -> Limited<R> {
        Limited { expanded, budget: self.clone(), is_cut: false }
    }
}

/// A compressed source; each of its bytes increases the budget.
pub(super) struct Paid<R> {
    compressed: R,
    budget: Expansion,
}

impl<R: Read> Read for Paid<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.compressed.read(buffer)?;
        let allowed = as_u64(read).saturating_mul(self.budget.ratio);
        self.budget.left.set(self.budget.left.get().saturating_add(allowed));
        Ok(read)
    }
}

/// The decompressed source, limited by the budget.
pub(super) struct Limited<R> {
    expanded: R,
    budget: Expansion,
    /// Some decompressed bytes were withheld.
    is_cut: bool,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let too_much = || io::Error::other(TooMuch { ratio: self.budget.ratio });
        if self.is_cut {
            return Err(too_much());
        }
        let read = self.expanded.read(buffer)?;
        let left = self.budget.left.get();
        let taken = as_u64(read);
        self.budget.left.set(left.saturating_sub(taken));
        self.is_cut = taken > left;
        if self.is_cut && left == 0 {
            return Err(too_much());
        }
        Ok(usize::try_from(left.min(taken)).unwrap_or(read))
    }
}

/// The budget is exhausted before the end of the source.
#[derive(Debug)]
pub(super) struct TooMuch {
    ratio: u64,
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ratio = self.ratio;
        write!(f, "expands to more than {ratio} times its size: the rest was not read; increase --max-expansion")
    }
}

impl std::error::Error for TooMuch {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reader: &mut impl Read) -> (usize, Option<String>) {
        let mut bytes = Vec::new();
        let error = reader.read_to_end(&mut bytes).err();
        (bytes.len(), error.map(|error| error.to_string()))
    }

    #[test]
    fn expansion_beyond_the_ratio_is_cut_and_reported() {
        let budget = Expansion::with_free_bytes(10, 50);
        assert_eq!(read(&mut budget.paid(&[0_u8; 5][..])), (5, None));
        let (taken, error) = read(&mut budget.limited(&[0_u8; 1_000][..]));
        assert_eq!(taken, 100);
        assert!(error.unwrap().contains("more than 10 times"));
    }

    #[test]
    fn expansion_budget_is_shared_by_all_sources() {
        let budget = Expansion::with_free_bytes(10, 50);
        assert_eq!(read(&mut budget.limited(&[0_u8; 50][..])), (50, None));
        let (taken, error) = read(&mut budget.clone().limited(&[0_u8; 1][..]));
        assert!(taken == 0 && error.is_some());
        // A source within the ratio is read to its end.
        assert_eq!(read(&mut budget.paid(&[0_u8; 5][..])), (5, None));
        assert_eq!(read(&mut budget.limited(&[0_u8; 50][..])), (50, None));
    }
}
