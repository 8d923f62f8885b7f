//! What happens next: a heap of events by time, and by order of scheduling where times are equal, so that no run
//! depends on how a heap breaks ties.

use crate::simulate::scenario::units::Nanos;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// Time and sequence in one number: one comparison, and no two are equal.
#[derive(Clone, Copy, Debug)]
struct QueuedEvent<E> {
    key: u128,
    event: E,
}

impl<E> Ord for QueuedEvent<E> {
    /// The heap gives the greatest first, so the earliest is the greatest.
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.cmp(&self.key)
    }
}

impl<E> PartialOrd for QueuedEvent<E> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for QueuedEvent<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<E> Eq for QueuedEvent<E> {}

/// Events to come, in simulated nanoseconds.
#[derive(Clone, Debug)]
pub struct EventQueue<E> {
    heap: BinaryHeap<QueuedEvent<E>>,
    scheduled: u64,
    handled: u64,
    /// The entry on top has been handed out and leaves with the next call: most events schedule one more, which then
    /// takes its place in one step of the heap instead of two.
    is_top_done: bool,
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), scheduled: 0, handled: 0, is_top_done: false }
    }
}

impl<E: Copy> EventQueue<E> {
    /// Plans `event` at a time. What is planned for the past comes next, before all that is planned later.
    #[inline]
    pub fn schedule(&mut self, at: Nanos, event: E) {
        let entry = QueuedEvent { key: (u128::from(at) << 64) | u128::from(self.scheduled), event };
        self.scheduled = self.scheduled.wrapping_add(1);
        if self.is_top_done
            && let Some(mut top) = self.heap.peek_mut()
        {
            *top = entry;
            self.is_top_done = false;
        } else {
            self.heap.push(entry);
        }
    }

    /// The next event and its time.
    #[inline]
    pub fn pop(&mut self) -> Option<(Nanos, E)> {
        if self.is_top_done
            && let Some(top) = self.heap.peek_mut()
        {
            PeekMut::pop(top);
        }
        let top = self.heap.peek();
        self.is_top_done = top.is_some();
        let top = top?;
        self.handled = self.handled.wrapping_add(1);
        Some((time(top.key), top.event))
    }

    /// How many events were handed out.
    pub const fn handled(&self) -> u64 {
        self.handled
    }

    /// How many are still to come.
    pub fn pending(&self) -> usize {
        self.heap.len().saturating_sub(usize::from(self.is_top_done))
    }
}

#[inline]
const fn time(key: u128) -> Nanos {
    (key >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        /// Against a sorted list: the same events in the same order, whatever is scheduled in between.
        #[test]
        fn events_come_by_time_and_then_in_order_of_scheduling(steps in proptest::collection::vec(proptest::option::of(0_u64..20), 0..200)) {
            let (mut agenda, mut list) = (EventQueue::default(), Vec::new());
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Some(at) => {
                        agenda.schedule(at, number);
                        list.push((at, number));
                        list.sort_unstable();
                    }
                    None => {
                        let first = (!list.is_empty()).then(|| list.remove(0));
                        prop_assert_eq!(agenda.pop(), first);
                    }
                }
                prop_assert_eq!(agenda.pending(), list.len());
            }
            for expected in list {
                prop_assert_eq!(agenda.pop(), Some(expected));
            }
            prop_assert_eq!(agenda.pop(), None);
            prop_assert_eq!(agenda.pending(), 0);
        }
    }
}
