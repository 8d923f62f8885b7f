//! The event queue: a heap ordered by time, then by order of scheduling, so that the result does not depend on how the
//! heap breaks ties.

use crate::simulate::scenario::units::Nanos;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// An event with its key: time and sequence number in one integer, for a single comparison without ties.
#[derive(Clone, Copy, Debug)]
struct QueuedEvent<E> {
    key: u128,
    event: E,
}

impl<E> Ord for QueuedEvent<E> {
    /// Reversed, because the heap is a max-heap and the earliest event comes first.
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

/// Pending events, by simulated time in nanoseconds.
#[derive(Clone, Debug)]
pub(crate) struct EventQueue<E> {
    heap: BinaryHeap<QueuedEvent<E>>,
    scheduled: u64,
    handled: u64,
    /// The top entry has been returned and is removed by the next call: most events schedule a successor, which then
    /// replaces the top in one heap operation instead of two.
    is_top_done: bool,
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), scheduled: 0, handled: 0, is_top_done: false }
    }
}

impl<E: Copy> EventQueue<E> {
    /// Schedules `event` at a time in nanoseconds. An event in the past is returned next.
    #[inline]
    pub(crate) fn schedule(&mut self, at: Nanos, event: E) {
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

    /// Takes the next event and its time.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(Nanos, E)> {
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

    /// Number of events returned so far.
    pub(crate) const fn handled(&self) -> u64 {
        self.handled
    }

    /// Number of pending events.
    #[cfg(test)]
    pub(crate) fn pending(&self) -> usize {
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

        /// Model-based test against a sorted list.
        #[test]
        fn events_are_ordered_by_time_and_then_by_scheduling(steps in proptest::collection::vec(proptest::option::of(0_u64..20), 0..200)) {
            let (mut event_queue, mut list) = (EventQueue::default(), Vec::new());
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Some(at) => {
                        event_queue.schedule(at, number);
                        list.push((at, number));
                        list.sort_unstable();
                    }
                    None => {
                        let first = (!list.is_empty()).then(|| list.remove(0));
                        prop_assert_eq!(event_queue.pop(), first);
                    }
                }
                prop_assert_eq!(event_queue.pending(), list.len());
            }
            for expected in list {
                prop_assert_eq!(event_queue.pop(), Some(expected));
            }
            prop_assert_eq!(event_queue.pop(), None);
            prop_assert_eq!(event_queue.pending(), 0);
        }
    }
}
